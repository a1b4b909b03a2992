"""Clips of every kind come out as upright RGB frames with true time stamps; broken ones end cleanly or say why not."""

import gc
import io
import threading
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
import numpy as np
import pytest

from clip_files import counting, make_animation, make_clip, make_sound, number_of
from conftest import make_photo
from mien.errors import ClipError
from mien.media.clips import Clip, open_clip, shown_url
from mien.media.frames import Frame, Turn, on_white
from mien.media.pictures import Pictures


def frames_of(source: object, **options: object) -> list[Frame]:
    with open_clip(source, **options) as clip:  # type: ignore[arg-type]
        return list(clip)


def close_to(picture: np.ndarray, expected: np.ndarray, tolerance: float = 16) -> bool:
    return picture.shape == expected.shape and np.abs(picture.astype(int) - expected).mean() < tolerance


@pytest.mark.parametrize("kind", ["mp4", "mov", "mkv", "webm", "avi", "gif", "mjpeg"])
def test_every_frame_of_every_container_comes_in_order(kind: str, tmp_path: Path) -> None:
    path = make_clip(tmp_path / f"clip.{kind}", counting(), rate=25)
    frames = frames_of(path)
    assert [number_of(frame.picture) for frame in frames] == list(range(12))
    assert [frame.time for frame in frames] == pytest.approx([i / 25 for i in range(12)], abs=0.006)
    assert close_to(frames[0].picture, counting()[0])
    assert [frame.index for frame in frames] == list(range(12))


@pytest.mark.parametrize("kind", ["webp", "apng", "png"])
def test_animated_pictures_are_clips(kind: str, tmp_path: Path) -> None:
    path = make_animation(tmp_path / f"clip.{kind}", counting(), 40)
    frames = frames_of(path)
    assert [number_of(frame.picture) for frame in frames] == list(range(12))
    assert [frame.time for frame in frames] == pytest.approx([i * 0.04 for i in range(12)], abs=0.006)


def test_a_still_picture_is_a_clip_of_one_frame(tmp_path: Path) -> None:
    from PIL import Image

    Image.fromarray(make_photo()).save(tmp_path / "still.webp", lossless=True)
    Image.fromarray(make_photo()).save(tmp_path / "still.png")
    for name in ("still.webp", "still.png"):
        (frame,) = frames_of(tmp_path / name)
        assert close_to(frame.picture, make_photo(), 1)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("mirrored", [False, True])
def test_phones_clips_stand_upright(quarters: int, mirrored: bool, tmp_path: Path) -> None:
    path = make_clip(tmp_path / "phone.mp4", counting(2), rotation=90 * quarters, mirrored=mirrored)
    expected = np.rot90(counting(2)[0], quarters)
    expected = expected[:, ::-1] if mirrored else expected
    frame = frames_of(path)[0]
    assert close_to(frame.picture, expected)
    assert (frame.height, frame.width) == expected.shape[:2]
    assert frame.picture.flags.c_contiguous


def test_a_turn_without_sense_is_none() -> None:
    from mien.media.frames import turn_of

    assert turn_of(None) == turn_of(b"") == turn_of(bytes(36)) == Turn()


def test_variable_frame_rates_keep_their_times(tmp_path: Path) -> None:
    times = [0.0, 0.04, 0.08, 0.5, 0.55, 1.2, 1.21]
    for kind in ("mp4", "mkv"):
        path = make_clip(tmp_path / f"phone.{kind}", counting(7), times=times)
        assert [frame.time for frame in frames_of(path)] == pytest.approx(times, abs=0.002)
    pauses = [40, 400, 40, 100, 40, 40, 40]
    path = make_animation(tmp_path / "pauses.webp", counting(7), pauses)
    expected = np.cumsum([0, *pauses[:-1]]) / 1000
    assert [frame.time for frame in frames_of(path)] == pytest.approx(expected, abs=0.002)


def test_times_count_from_the_first_frame_and_stamps_from_the_clips_own_zero(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "late.mkv", counting(3), times=[5.0, 5.1, 5.2])
    frames = frames_of(path)
    assert [frame.time for frame in frames] == pytest.approx([0, 0.1, 0.2], abs=0.002)
    assert [frame.stamp for frame in frames] == pytest.approx([5, 5.1, 5.2], abs=0.002)


def test_times_never_stand_still(tmp_path: Path) -> None:
    pictures = [(0.0, make_photo()), (0.1, make_photo())]
    assert [frame.time for frame in frames_of(pictures)] == [0.0, 0.1]
    clip = open_clip(make_clip(tmp_path / "clip.mp4", counting(3)))
    assert isinstance(clip, Clip)
    with clip:
        stamps = [3.0, None, 3.0, 2.9, 4.0, 8.0, 0.0, 0.5]
        times = [clip._time(stamp) for stamp in stamps]
    assert times == sorted(set(times))
    assert times[4] == 1.0
    assert times[-2:] == pytest.approx([5 + 1 / 30, 5.5 + 1 / 30])  # a stream that began to count anew


@pytest.mark.parametrize(
    ("kind", "codec", "pixels"),
    [
        ("mkv", "libx264", "yuv420p10le"), ("mkv", "libx264", "gray"), ("mov", "qtrle", "argb"),
        ("mkv", "ffv1", "yuv411p"), ("avi", "rawvideo", "bgr24"), ("avi", "ffv1", "yuva420p"),
    ],
)  # fmt: skip
def test_unusual_pixel_formats_come_out_right(kind: str, codec: str, pixels: str, tmp_path: Path) -> None:
    path = make_clip(tmp_path / f"odd.{kind}", counting(2), codec=codec, pixels=pixels)
    expected = counting(2)[1]
    if pixels == "gray":
        expected = np.repeat((expected @ (0.299, 0.587, 0.114))[..., None], 3, axis=2).astype(np.uint8)
    assert close_to(frames_of(path)[1].picture, expected)


def test_odd_sizes_are_read(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "odd.mkv", counting(2, 97, 65), codec="ffv1", pixels="yuv444p")
    assert close_to(frames_of(path)[0].picture, counting(2, 97, 65)[0])


def test_transparent_frames_lie_on_white(tmp_path: Path) -> None:
    from PIL import Image

    clear = Image.new("RGBA", (40, 30), (255, 0, 0, 0))
    half = Image.new("RGBA", (40, 30), (0, 0, 0, 128))
    for name, kind in (("clear.webp", "WEBP"), ("clear.png", "PNG")):
        clear.save(tmp_path / name, kind, save_all=True, append_images=[half], duration=50, lossless=True)
        first, second = frames_of(tmp_path / name)
        assert (first.picture == 255).all()
        assert np.abs(second.picture.astype(int) - 127).max() <= 2
    assert (on_white(np.full((2, 2, 4), 255, np.uint8)) == 255).all()


def test_pixels_that_are_not_square_are_made_so(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "wide.mp4", counting(2), aspect=Fraction(2, 1))
    frame = frames_of(path)[0]
    assert (frame.width, frame.height) == (192, 64)
    assert frame.picture.shape == (64, 192, 3)


def test_a_frame_can_be_had_smaller(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", counting(2), rotation=90)
    frame = frames_of(path)[0]
    assert frame.scaled(0.5).shape == (48, 32, 3)
    assert frame.picture is frame.picture  # made once
    made = frames_of([make_photo()])[0]
    assert made.scaled(0.5).shape == (32, 48, 3)


def test_a_clip_with_sound_shows_its_pictures(tmp_path: Path) -> None:
    assert len(frames_of(make_clip(tmp_path / "talk.mp4", counting(), sound=True))) == 12


def test_interlaced_clips_are_read(tmp_path: Path) -> None:
    path = tmp_path / "tape.avi"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg2video", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.options = {"flags": "+ildct+ilme"}
        for frame in counting(5):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    assert [number_of(frame.picture, 5) for frame in frames_of(path)] == list(range(5))


def test_bytes_and_file_objects_are_clips(tmp_path: Path) -> None:
    content = make_clip(tmp_path / "clip.mp4", counting()).read_bytes()
    animation = make_animation(tmp_path / "clip.webp", counting()).read_bytes()
    for held in (content, animation):
        assert len(frames_of(held)) == 12
        assert len(frames_of(io.BytesIO(held))) == 12


def test_what_a_program_makes_is_a_clip() -> None:
    with open_clip(iter(counting())) as clip:
        assert isinstance(clip, Pictures)
        assert [number_of(frame.picture) for frame in clip] == list(range(12))


def test_a_clip_tells_its_rate_and_length(tmp_path: Path) -> None:
    with open_clip(make_clip(tmp_path / "clip.mp4", counting(), rate=24)) as clip:
        assert clip.rate == pytest.approx(24)
        assert clip.duration == pytest.approx(0.5, abs=0.01)
        assert clip.frames == 12
        assert not clip.live


# What is wrong with a clip


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


# From an address


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address of a folder, on this machine."""
    handler = partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def test_a_clip_is_read_from_the_address_that_was_passed(served: str, tmp_path: Path) -> None:
    make_clip(tmp_path / "clip.mp4", counting(), options={"movflags": "faststart"})
    with open_clip(f"{served}/clip.mp4") as clip:
        assert not clip.live
        assert [number_of(frame.picture) for frame in clip] == list(range(12))


def test_an_address_that_does_not_answer_is_told_in_one_line(served: str) -> None:
    for address, says in ((f"{served}/none.mp4", "404"), ("http://127.0.0.1:9/clip.mp4", "cannot be read")):
        with pytest.raises(ClipError, match=says) as caught:
            open_clip(address)
        assert "check the address" in str(caught.value)
        assert "\n" not in str(caught.value)


def test_passwords_stay_out_of_messages() -> None:
    with pytest.raises(ClipError) as caught:
        open_clip("rtsp://ada:secret@127.0.0.1:9/door")
    assert "secret" not in str(caught.value)
    assert "127.0.0.1:9/door" in str(caught.value)
    assert shown_url("http://x.org/a@b") == "http://x.org/a@b"


def test_frames_are_let_go_at_once(tmp_path: Path) -> None:
    """Not only when Python looks for objects that hold each other: a frame is a megabyte, and it looks seldom."""
    path = make_clip(tmp_path / "clip.mp4", counting(40), rotation=90)
    gc.collect()
    gc.disable()
    try:
        for frame in open_clip(path):
            assert frame.picture.shape == (96, 64, 3)
        left = sum(isinstance(thing, av.VideoFrame) for thing in gc.get_objects())
    finally:
        gc.enable()
    assert left <= 4
