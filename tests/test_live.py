"""`mien live`: what the terminal, the window, the virtual camera and a pipe get to see."""

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from rich.cells import cell_len
from rich.console import Console

import mien
from clip_files import make_clip
from conftest import Run
from mien.avatar.presets import random_person
from mien.clips.cast import BUST
from mien.clips.drawers import Drawers
from mien.live.blocks import blocks
from mien.live.board import HEIGHT, PANEL, Board, backdrop, on_camera
from mien.live.feed import Feed
from mien.live.gauges import GONE, LATELY, Gauges
from mien.live.screen import AVATAR, bar, screen, sparkline
from mien.live.session import Session
from mien.media.frames import Frame
from mien.types import CONTROLS, LABELS, Box, Expression, Face, Pose, Quality, Scene
from moving_faces import moving, nobody


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(str(make_clip(tmp_path_factory.mktemp("live") / "moving.mp4", moving(12, 4), rate=20)))


def face(label: str = "happiness", track: int = 1, valence: float = 0.8, reason: str | None = None) -> Face:
    rest = (1 - 0.86) / (len(LABELS) - 1)
    probabilities = {name: 0.86 if name == label else rest for name in LABELS}
    said = Expression(probabilities, label, 0.86, valence, 0.5, 0.7, "😄", reason)
    box = Box(10.0 + 100 * track, 20, 60, 80)
    points = np.zeros((68, 2), np.float32)
    return Face(box, 0.9, points, Pose(0, 0, 0), dict.fromkeys(CONTROLS, 0.0), said, Quality(1.0), track_id=track)


def seen(*faces: Face, time: float = 0.0) -> Scene:
    return Scene(640, 360, list(faces), time=time)


def gauges(people: int, seconds: float = 3.0) -> Gauges:
    told = Gauges()
    for i in range(round(seconds * 10) + 1):
        told.see(seen(*(face(LABELS[1 + p % 7], p + 1, (-1) ** p * 0.7) for p in range(people)), time=i / 10))
    return told


def lines_of(told: Gauges, width: int, height: int, **more: object) -> list[str]:
    """The screen as text, line by line."""
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True, color_system=None)
    console.print(screen(told.people, told.now, width, height, **more))  # type: ignore[arg-type]
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
@pytest.mark.parametrize("people", [0, 1, 2, 3, 12])
def test_the_screen_fits_the_terminal(width: int, people: int) -> None:
    told, height = gauges(people), 24
    avatars = {p.number: blocks(np.full((64, 64, 4), 200, np.uint8), AVATAR) for p in told.people}
    lines = lines_of(told, width, height, avatars=avatars, status="30 fps", keys="q quit  space pause")
    assert len(lines) <= height
    assert max(map(cell_len, lines)) <= width
    text = "\n".join(lines)
    if people == 0:
        assert "Nobody" in text
    elif width >= 40:
        for person in told.people:
            assert person.face.expression.label in text


def test_one_person_gets_a_bar_for_every_expression_and_a_sparkline() -> None:
    text = "\n".join(lines_of(gauges(1), 80, 24))
    for label in LABELS:
        assert label in text
    assert "86%" in text
    assert "valence" in text
    assert "█" in text


def test_the_avatar_is_drawn_where_there_is_room() -> None:
    told = gauges(1)
    avatars = {1: blocks(np.full((64, 64, 4), 200, np.uint8), AVATAR)}
    rows = {
        width: sum("▀" * AVATAR in line for line in lines_of(told, width, 24, avatars=avatars)) for width in (40, 80)
    }
    assert rows == {40: 0, 80: AVATAR // 2}


def test_an_unsure_face_says_why() -> None:
    told = Gauges()
    told.see(seen(replace(face(), expression=replace(face().expression, label="unsure", reason="too dark"))))
    assert "too dark" in "\n".join(lines_of(told, 80, 24))


def test_bars_and_sparklines_have_their_length() -> None:
    for share in (-1.0, 0.0, 0.004, 0.5, 0.999, 1.0, 7.0):
        assert bar(share, 20, "yellow").cell_len == 20
    assert bar(0.5, 20, "yellow").plain == "█" * 10 + " " * 10
    told = gauges(2, seconds=60)
    up, down = (sparkline(person, told.now, 30).plain for person in told.people)
    assert len(up) == len(down) == 30
    assert set(up) == {"▇"}
    assert set(down) == {"▂"}


def test_gauges_follow_the_face_and_forget_who_is_gone() -> None:
    told = gauges(1, seconds=100)
    (person,) = told.people
    assert person.bars["happiness"] == pytest.approx(0.86, abs=1e-3)
    assert len(person.valence) <= 10 * LATELY + 2  # constant memory
    told.see(seen(face("sadness", 1), time=100.1))
    assert 0.3 < person.bars["happiness"] < 0.7  # on its way
    assert told.shares["happiness"] == pytest.approx(100, abs=0.2)
    told.see(seen(time=100.1 + GONE + 0.1))
    assert told.people == []


def test_half_blocks_show_the_drawing_and_leave_the_ground_clear() -> None:
    drawing = np.zeros((40, 40, 4), np.uint8)
    drawing[:, 20:] = (200, 40, 40, 255)
    text = blocks(drawing, 20)
    rows = text.plain.split("\n")
    assert len(rows) == 10
    assert {row[:9] for row in rows} == {" " * 9}
    assert {row[11:] for row in rows} == {"▀" * 9}
    assert any("#c82828" in str(span.style) for span in text.spans)


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


def test_the_camera_picture_has_the_avatar_in_its_middle() -> None:
    with Drawers(1) as drawers:
        drawing = drawers.draw("a", random_person(2).edited(BUST).svg("happiness", size=300), 300).result()
    ground = backdrop(640, 360, (40, 90, 160))
    picture = on_camera(ground, drawing)
    changed = np.abs(picture.astype(int) - ground).max(axis=2) > 20
    assert changed.mean() > 0.1
    assert np.nonzero(changed)[1].mean() == pytest.approx(320, abs=12)
    assert not changed[:3].any()
    assert changed[-3:].any()  # shoulders reach the lower edge
    assert np.array_equal(on_camera(ground, None), ground)


def test_the_window_shows_video_emoji_and_bars() -> None:
    told = gauges(1)
    picture = np.full((180, 320, 3), 120, np.uint8)
    scene = Scene(320, 180, [replace(face(), box=Box(100, 40, 80, 90))], time=0.0)
    shown = Board().draw(picture, scene, told.people[0], np.full((64, 64, 4), 255, np.uint8), "30 fps")
    empty = Board().draw(picture, Scene(320, 180, [], time=0.0), None, None, "30 fps")
    assert shown.shape == empty.shape
    assert shown.shape[0] == HEIGHT
    panel = np.abs(shown[:, -PANEL:].astype(int) - empty[:, -PANEL:]).max(axis=2) > 30
    assert panel[20:240].mean() > 0.3  # the avatar
    assert panel[250:310].mean() > 0.02  # the emoji
    assert panel[340:520].mean() > 0.02  # the bars


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
