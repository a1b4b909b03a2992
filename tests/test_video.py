"""`mien video`: a clip drawn upon, told as rows, cut into a reaction; avatars in place of faces."""

import csv
import io
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

import mien
from clip_files import make_clip
from conftest import Run
from mien.clips import cut_reaction
from mien.media.clips import open_clip
from moving_faces import HEIGHT, WIDTH, drawn, moving, nobody


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The astronaut moving to the right, with sound, at uneven times."""
    times = [0.0, 0.04, 0.08, 0.2, 0.24, 0.36, 0.4, 0.44]
    path = tmp_path_factory.mktemp("clips") / "moving.mp4"
    return Path(str(make_clip(path, moving(), times=times, sound=True)))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(str(make_clip(tmp_path_factory.mktemp("clips") / "nobody.mp4", nobody())))


def pictures(path: Path) -> tuple[list[np.ndarray], list[float]]:
    with open_clip(path) as opened:
        frames = list(opened)
    return [frame.picture for frame in frames], [frame.time for frame in frames]


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(container.streams.audio[0]) if packet.size]


def test_an_annotated_clip_keeps_frames_times_and_sound(run: Run, clip: Path, tmp_path: Path) -> None:
    assert run("video", clip, "--out", tmp_path / "out.mp4") == (0, "", "")
    before, times = pictures(clip)
    after, kept = pictures(tmp_path / "out.mp4")
    assert kept == pytest.approx(times, abs=0.002)
    assert packets(tmp_path / "out.mp4") == packets(clip) != []
    for old, new in zip(before, after, strict=True):
        assert old.shape == new.shape
        changed = np.abs(old.astype(int) - new).max(axis=2) > 60
        assert 0.005 < changed.mean() < 0.5
        assert changed[HEIGHT - 20 :].mean() > 0.1  # the strip along the bottom


def test_rows_are_what_watching_tells(run: Run, clip: Path, tmp_path: Path) -> None:
    code, out, err = run("video", clip, "--json", "--rows", tmp_path / "rows.csv")
    assert (code, err) == (0, "")
    scenes = list(mien.watch(clip))
    expected = [
        {"time": round(scene.time or 0, 4), "frame": number, **face.to_dict()}
        for number, scene in enumerate(scenes)
        for face in scene.faces
    ]
    assert [json.loads(line) for line in out.splitlines()] == json.loads(json.dumps(expected))
    assert len(expected) >= len(scenes) - 1
    table = list(csv.DictReader(io.StringIO((tmp_path / "rows.csv").read_text("utf-8"))))
    for row, face in zip(table, expected, strict=True):
        assert (float(row["time"]), int(row["track_id"])) == (face["time"], face["track_id"])
        assert (row["label"], row["emoji"]) == (face["expression"]["label"], face["expression"]["emoji"])
        assert float(row["x"]) == face["box"]["x"]
        assert float(row["p_happiness"]) == face["expression"]["probabilities"]["happiness"]


def test_a_clip_without_faces_has_titles_and_no_rows_and_says_so(run: Run, empty: Path) -> None:
    code, out, said = run("video", empty, "--json")
    assert (code, out) == (0, "")
    assert len(said.splitlines()) == 1
    assert "no face was found" in said
    code, out, _ = run("video", empty, "--csv")
    assert code == 0
    assert out.startswith("time,frame,track_id,emoji,label")
    assert len(out.splitlines()) == 1


def test_every_looks_at_fewer_frames(run: Run, clip: Path) -> None:
    _, out, _ = run("video", clip, "--json", "--every", "200ms")
    times = [json.loads(line)["time"] for line in out.splitlines()]
    assert times == pytest.approx([0.0, 0.2, 0.4], abs=0.05)


def test_avatars_cover_the_faces_and_follow_them(run: Run, clip: Path, tmp_path: Path) -> None:
    code, _, err = run("video", clip, "--out", tmp_path / "out.mp4", "--replace", "--reaction", tmp_path / "me.gif")
    assert (code, err) == (0, "")
    before, _ = pictures(clip)
    after, _ = pictures(tmp_path / "out.mp4")
    middles = []
    for old, new, scene in zip(before, after, mien.watch(clip), strict=True):
        x, y, width, height = (round(v) for v in scene.faces[0].box)
        changed = np.abs(old.astype(int) - new).max(axis=2) > 24
        inner = changed[y + height // 3 : y + height * 3 // 4, x + width // 4 : x + width * 3 // 4]
        assert inner.mean() > 0.6
        middles.append(np.nonzero(changed)[1].mean())
        assert changed[:, :4].mean() < 0.1
    assert middles[-1] - middles[0] == pytest.approx(6 * 7, abs=12)  # the astronaut moved so far
    assert Image.open(tmp_path / "me.gif").n_frames >= 2


def test_an_avatar_alone_stands_on_a_clear_ground(run: Run, clip: Path, tmp_path: Path) -> None:
    code, _, err = run("video", clip, "--out", tmp_path / "me.apng", "--avatar-only", "--size", "96")
    assert (code, err) == (0, "")
    image = Image.open(tmp_path / "me.apng")
    assert image.size == (96, 96)
    assert image.n_frames == len(moving())
    alpha = np.asarray(image.convert("RGBA"))[..., 3]
    assert alpha[:3].max() == alpha[:, :3].max() == 0
    assert alpha[40:60, 40:60].min() == 255


def test_an_avatar_alone_can_stand_on_a_colour(run: Run, clip: Path, tmp_path: Path) -> None:
    code, _, err = run(
        "video", clip, "--out", tmp_path / "me.mp4", "--avatar-only", "--background", "#204080", "--size", "96"
    )
    assert (code, err) == (0, "")
    (first, *_), _ = pictures(tmp_path / "me.mp4")
    assert first.shape == (96, 96, 3)
    assert np.abs(first[2, 2].astype(int) - (0x20, 0x40, 0x80)).max() < 8
    assert np.abs(first[60, 48].astype(int) - (0x20, 0x40, 0x80)).max() > 40


def test_a_reaction_is_the_part_in_which_most_is_shown(tmp_path: Path) -> None:
    frames = [drawn("neutral")] * 14 + [drawn("happiness")] * 12 + [drawn("neutral")] * 14
    source = make_clip(tmp_path / "drawn.mp4", frames, rate=10)
    start = cut_reaction(Path(str(source)), tmp_path / "reaction.webp", seconds=1.0)
    assert start == pytest.approx(1.5, abs=0.35)
    image = Image.open(tmp_path / "reaction.webp")
    assert image.info["loop"] == 0
    seconds = 0.0
    for i in range(image.n_frames):  # frames that are alike are joined
        image.seek(i)
        image.load()
        seconds += image.info["duration"] / 1000
    assert 0.5 <= seconds <= 1.15
    assert max(image.size) <= 480


def test_a_reaction_of_nobody_is_an_error_and_no_file(run: Run, empty: Path, tmp_path: Path) -> None:
    code, _, err = run("video", empty, "--reaction", tmp_path / "me.gif", "--out", tmp_path / "out.mp4")
    assert code == 2
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "me.gif").exists()


def test_an_avatar_of_nobody_is_an_error_and_no_file(run: Run, empty: Path, tmp_path: Path) -> None:
    code, _, err = run("video", empty, "--out", tmp_path / "me.apng", "--avatar-only")
    assert code == 2
    assert "nobody" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--out"),
        (["--json", "--csv"], "--rows"),
        (["--out", "a.xyz"], ".mp4"),
        (["--out", "a.mp4", "--avatar-only"], "transparency"),
        (["--out", "a.mp4", "--replace", "--avatar-only"], "choose one"),
        (["--out", "a.mp4", "--background", "red"], "--avatar-only"),
        (["--out", "a.webm", "--avatar-only", "--background", "reddish"], "#rrggbb"),
        (["--json", "--every", "often"], "seconds"),
        (["--json", "--calibrate", "-3s"], "seconds"),
        (["--rows", "faces.txt"], ".csv"),
        (["--reaction", "nowhere/me.gif"], "folder"),
        (["--replace", "--json"], "--out"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    run: Run, clip: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run("video", clip, *arguments)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert said in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["missing", "empty", "text", "truncated", "folder"])
def test_a_clip_that_cannot_be_read_is_one_line(run: Run, clip: Path, tmp_path: Path, kind: str) -> None:
    bad = tmp_path / f"{kind}.mp4"
    content = {"empty": b"", "text": b"not a clip at all", "truncated": clip.read_bytes()[:200]}
    if kind == "folder":
        bad.mkdir()
    elif kind in content:
        bad.write_bytes(content[kind])
    before = set(tmp_path.iterdir())
    code, _, err = run("video", bad, "--out", tmp_path / "out.mp4")
    assert code == 2
    (line,) = err.splitlines()
    assert bad.name in line
    assert set(tmp_path.iterdir()) == before


def test_the_clip_is_not_written_over(run: Run, clip: Path) -> None:
    before = clip.read_bytes()
    code, _, err = run("video", clip, "--out", clip)
    assert code == 2
    assert "that is the clip" in err
    assert clip.read_bytes() == before


def test_ctrl_c_leaves_nothing_and_ends_with_130(tmp_path: Path) -> None:
    if sys.platform == "win32":
        return  # a console program cannot be sent Ctrl-C alone there
    source = make_clip(tmp_path / "long.mp4", [frame for _ in range(60) for frame in moving()], rate=30)
    command = [sys.executable, "-m", "mien", "video", str(source), "--out", str(tmp_path / "out.mp4"), "--json"]

    def listen() -> None:  # a shell starts what it puts in the background deaf to Ctrl-C
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=listen)
    assert process.stdout is not None
    assert process.stdout.readline()  # it is at work
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert time.monotonic() - started < 30
    assert err == b""
    assert [path.name for path in tmp_path.iterdir()] == ["long.mp4"]


def test_the_help_has_an_example(run: Run) -> None:
    code, out, _ = run("video", "--help")
    assert code == 0
    assert "mien video talk.mp4 --out annotated.mp4" in out


def test_drawn_frames_have_the_size_that_the_tests_say() -> None:
    assert moving()[0].shape == drawn("neutral").shape == (HEIGHT, WIDTH, 3)
