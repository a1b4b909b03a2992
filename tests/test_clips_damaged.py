"""Damaged clips give what is left of them and say what is missing; what is no clip is refused in one line."""

from pathlib import Path

import av
import numpy as np
import pytest

from clip_files import counting, make_animation, make_clip, make_sound, number_of
from clip_frames import frames_of
from conftest import make_photo
from mien.errors import ClipError
from mien.media.clips import open_clip


def test_damage_in_the_middle_is_skipped_and_counted(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    noisy = [rng.integers(0, 255, (64, 96, 3), np.uint8) for _ in range(30)]
    path = make_clip(tmp_path / "clip.mkv", noisy, codec="mjpeg", pixels="yuvj420p")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 20000] = bytes(20000)
    path.write_bytes(content)
    with open_clip(path) as clip:
        frames = list(clip)
        assert 10 <= len(frames) < 30
        assert frames[-1].time > 0.8  # what follows the damage is there
        times = [frame.time for frame in frames]
        assert times == sorted(times)


def test_packets_that_cannot_be_decoded_are_counted(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", counting(30))
    with av.open(str(path)) as container:
        packets = [(p.pos, p.size) for p in container.demux(video=0) if p.size]
    content = bytearray(path.read_bytes())
    for start, size in packets[8:11]:
        content[start : start + size] = bytes([255]) * size
    path.write_bytes(content)
    with open_clip(path) as clip:
        frames = list(clip)
        assert clip.trouble.damaged >= 1
        assert 20 <= len(frames) < 30
        assert any("damaged packets skipped" in text for text in clip.trouble.lines)
        assert number_of(frames[-1].picture, 30) == 29


@pytest.mark.parametrize("kind", ["mkv", "avi", "gif", "mjpeg", "webm"])
def test_a_clip_that_is_cut_short_gives_what_is_there(kind: str, tmp_path: Path) -> None:
    path = make_clip(tmp_path / f"clip.{kind}", counting(30, 384, 256))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.7)])
    frames = frames_of(path)
    assert 5 <= len(frames) < 30
    assert [number_of(f.picture, 30) for f in frames[:-1]] == list(range(len(frames) - 1))


def test_a_clip_that_is_cut_short_says_so(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", counting(60), options={"movflags": "faststart"})
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.6)])
    with open_clip(path) as clip:
        assert 10 < len(list(clip)) < 60
        assert clip.trouble.ended is not None
        assert "cut short" in clip.trouble.ended
    whole = make_clip(tmp_path / "whole.mp4", counting(60), sound=True)
    lasting = make_animation(tmp_path / "lasting.png", counting(4), [40, 40, 40, 9000])
    for path, count in ((whole, 60), (lasting, 4)):
        with open_clip(path) as clip:
            assert len(list(clip)) == count
            assert clip.trouble.ended is None


def test_an_animation_that_is_cut_short_gives_what_is_there(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    noisy = [rng.integers(0, 255, (64, 96, 3), np.uint8) for _ in range(12)]
    path = make_animation(tmp_path / "clip.png", noisy)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.6)])
    assert 3 <= len(frames_of(path)) < 12


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: make_sound(path), "only sound"),
        (lambda path: path.write_bytes(b""), "empty"),
        (lambda path: path.write_bytes(b"hello, this is text" * 50), "not a clip"),
        (lambda path: path.mkdir(), "a folder"),
        (lambda path: None, "no such file"),
        (lambda path: path.write_bytes(b"RIFF\x00\x10\x00\x00WEBPVP8X" + bytes(40)), "not a clip"),
    ],
)
def test_what_is_no_clip_is_refused_in_one_line(make, says: str, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    make(path)
    with pytest.raises(ClipError, match=says) as caught:
        frames_of(path)
    assert "clip.mp4" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_clip_without_frames_is_refused(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mkv", counting(1))
    content = path.read_bytes()
    cluster = content.index(b"\x1f\x43\xb6\x75")
    path.write_bytes(content[:cluster])
    with pytest.raises(ClipError, match=r"clip\.mkv"):
        frames_of(path)
    with pytest.raises(ClipError, match="without frames"):
        frames_of([])


def test_a_clip_of_which_nothing_is_left_is_refused(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", counting())
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])  # its index was at the end
    with pytest.raises(ClipError, match="not a clip, or damaged"):
        frames_of(path)


def test_frames_over_the_limit_are_refused_before_they_are_decoded(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", counting(2))
    for source in (path, make_animation(tmp_path / "clip.webp", counting(2))):
        with pytest.raises(ClipError, match="over the limit"):
            open_clip(source, max_pixels=96 * 64 - 1)


def test_what_is_no_source_is_refused() -> None:
    for source in (3.5, None, object(), np.zeros((4, 4, 3), np.uint8)):
        with pytest.raises(ClipError):
            open_clip(source)  # type: ignore[arg-type]
    with pytest.raises(ClipError, match="frame 1 is no"):
        frames_of([make_photo(), make_photo().astype(float)])


def test_a_playlist_cannot_reach_out(tmp_path: Path) -> None:
    """A file that names an address makes FFmpeg fetch it, unless it is forbidden to."""
    (tmp_path / "list.m3u8").write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n"
    )
    (tmp_path / "list.ffconcat").write_text("ffconcat version 1.0\nfile http://127.0.0.1:9/a.mp4\n")
    for name in ("list.m3u8", "list.ffconcat"):
        with pytest.raises(ClipError, match=r"cannot be read|not a clip|no picture"):
            frames_of(tmp_path / name)


def test_a_name_that_looks_like_a_protocol_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make_clip(Path("clip.mp4"), counting(3))
    Path("clip.mp4").rename("concat:clip.mp4")
    assert len(frames_of("concat:clip.mp4")) == 3


def test_text_is_no_clip_whatever_its_name(tmp_path: Path) -> None:
    """FFmpeg would draw it as a terminal does."""
    (tmp_path / "notes.txt").write_text("Dear diary,\nnothing happened.\n" * 50)
    with pytest.raises(ClipError, match="not a clip"):
        frames_of(tmp_path / "notes.txt")
