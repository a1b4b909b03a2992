"""`mien live` on a clip: its pace and its keys, what a pipe, a camera and a terminal get, and what it refuses."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import mien
from clip_files import make_clip
from conftest import Run
from live_scenes import seen
from mien.live.feed import Feed
from mien.live.session import Session
from mien.media.frames import Frame
from mien.types import Scene
from moving_faces import moving, nobody


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(str(make_clip(tmp_path_factory.mktemp("live") / "moving.mp4", moving(12, 4), rate=20)))


def test_a_clip_plays_at_its_own_pace() -> None:
    class Source:
        clip = SimpleNamespace(live=False)

        def __iter__(self) -> Iterator[tuple[Frame, Scene]]:
            for i in range(5):
                yield Frame(np.zeros((4, 4, 3), np.uint8), i / 10, i), seen(time=i / 10)

    idle: list[float] = []
    feed = Feed(Source(), lambda: idle.append(time.monotonic()))  # type: ignore[arg-type]
    start = time.monotonic()
    moments = [time.monotonic() - start for _ in feed]
    assert moments[-1] >= 0.39
    assert all(at >= i / 10 - 0.01 for i, at in enumerate(moments))
    assert idle


def test_keys_pause_leave_and_save(clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Session(str(clip)) as session:
        for count, _ in enumerate(session.moments()):
            if count == 2:
                session.press("s")
                assert "saved" in session.status
                session.press(" ")
                assert session.feed.paused
                session.on_idle = lambda: session.press(" ")
            if count == 4:
                session.press("r")
                assert "neutral" in session.status
                session.press("q")
    assert count == 4
    (snapshot,) = tmp_path.iterdir()
    assert Image.open(snapshot).size == (240, 180)


def test_avatars_come_when_they_are_drawn(clip: Path) -> None:
    with Session(str(clip), drawings=64) as session:
        monotonic_until = time.monotonic() + 30
        drawings = {}
        for moment in session.moments():
            drawings = session.avatars(moment.scene)
            while not drawings and moment.scene.faces and time.monotonic() < monotonic_until:
                time.sleep(0.02)
                drawings = session.avatars(moment.scene)
    assert drawings[1].shape == (64, 64, 4)
    assert drawings[1][32, 32, 3] == 255


def test_json_lines_are_what_watching_tells(run: Run, clip: Path) -> None:
    code, out, err = run("live", "--camera", clip, "--json")
    assert (code, err) == (0, "")
    expected = [scene.to_dict() for scene in mien.watch(clip)]
    assert [json.loads(line) for line in out.splitlines()] == json.loads(json.dumps(expected))


def test_a_pipe_gets_a_line_for_every_change(run: Run, clip: Path) -> None:
    code, out, err = run("live", "--camera", clip)
    assert (code, err) == (0, "")
    rows = [line.split("\t") for line in out.splitlines()]
    first = next(scene for scene in mien.watch(clip) if scene.faces)
    said = first.faces[0].expression
    assert rows[0] == [f"{first.time:.2f}", "1", said.emoji, said.label, f"{said.confidence:.0%}"]
    assert all(a[3] != b[3] for a, b in pairwise(rows))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--camera", "97"], "no such camera"),
        (["--camera", "nosuch.mp4"], "no such file"),
        (["--json", "--window"], "choose one"),
        (["--background", "red"], "--camera-out"),
        (["--camera", "97", "--calibrate", "soon"], "seconds"),
    ],
)
def test_what_cannot_be_shown_is_one_line(run: Run, arguments: list[str], said: str) -> None:
    code, out, err = run("live", *arguments)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert said in err


def test_a_window_without_a_desktop_is_one_line(run: Run, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tkinter = ModuleType("tkinter")

    class Refused(Exception):
        pass

    def refuse(**_: object) -> None:
        raise Refused("no display name and no $DISPLAY environment variable")

    tkinter.TclError, tkinter.Tk = Refused, refuse  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tkinter", tkinter)
    code, _, err = run("live", "--camera", clip, "--window")
    assert code == 2
    assert "desktop" in err
    monkeypatch.setitem(sys.modules, "tkinter", None)
    code, _, err = run("live", "--camera", clip, "--window")
    assert code == 2
    assert "python3-tk" in err
    assert len(err.splitlines()) == 1


class FakeCamera:
    """What pyvirtualcam offers, without the driver."""

    device = "/dev/video9"

    def __init__(self, width: int, height: int, fps: float, device: str | None) -> None:
        if device == "/dev/video7":
            raise RuntimeError("device /dev/video7 is not a video output device")
        self.width, self.height = width, height
        self.sent: list[np.ndarray] = []
        FakeCamera.last = self

    def send(self, frame: np.ndarray) -> None:
        assert frame.shape == (self.height, self.width, 3)
        assert frame.dtype == np.uint8
        assert frame.flags.c_contiguous
        self.sent.append(frame)

    def __enter__(self) -> "FakeCamera":
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True

    last: "FakeCamera"


@pytest.fixture
def virtual_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("pyvirtualcam")
    module.Camera = FakeCamera  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pyvirtualcam", module)


def test_the_avatar_is_offered_as_a_camera(run: Run, clip: Path, virtual_camera: None) -> None:
    code, out, err = run("live", "--camera", clip, "--camera-out", "auto", "--background", "#102030")
    assert (code, out) == (0, "")
    assert "/dev/video9" in err
    assert FakeCamera.last.closed
    assert FakeCamera.last.sent
    assert np.abs(FakeCamera.last.sent[0][360, 640].astype(int) - (0x10, 0x20, 0x30)).max() <= 1


def test_a_missing_virtual_camera_is_one_line_with_the_way_out(run: Run, clip: Path, virtual_camera: None) -> None:
    code, _, err = run("live", "--camera", clip, "--camera-out", "/dev/video7")
    assert code == 2
    assert len(err.splitlines()) == 1
    if sys.platform == "linux":
        assert "modprobe v4l2loopback" in err


def test_without_the_package_the_extra_is_named(run: Run, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyvirtualcam", None)
    code, _, err = run("live", "--camera", clip, "--camera-out", "auto")
    assert code == 2
    assert "mien[live]" in err
    assert len(err.splitlines()) == 1


def test_in_a_terminal_it_draws_and_leaves_the_screen_as_it_was(clip: Path) -> None:
    if os.name != "posix":
        return  # pseudo-terminals are theirs
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    command = [sys.executable, "-m", "mien", "live", "--camera", str(clip)]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, env=environment)
    os.close(theirs)
    written = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        written += piece
    assert process.wait(timeout=60) == 0
    text = written.decode()
    assert "\x1b[?1049h" in text  # the alternate screen...
    assert "\x1b[?1049l" in text  # ...is left
    assert "valence" in text
    assert "%" in text.rsplit("\x1b[?1049l", 1)[1]  # how much of the time what was shown


def test_nobody_in_view_is_no_error(run: Run, tmp_path: Path) -> None:
    source = make_clip(tmp_path / "nobody.mp4", nobody(), rate=30)
    assert run("live", "--camera", source) == (0, "", "")
