"""Clips of every kind, from files, programs and addresses, come out as upright RGB frames with true time stamps."""

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

from clip_files import counting, make_animation, make_clip, number_of
from clip_frames import frames_of
from conftest import make_photo
from mien.errors import ClipError
from mien.media.clips import Clip, open_clip, shown_url
from mien.media.frames import Turn, on_white
from mien.media.pictures import Pictures


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
