"""Clips are written with their own times, their sound and their transparency, whole or not at all."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from clip_files import counting, make_clip, number_of
from mien.errors import ClipError, MienError
from mien.media.clip_writing import ClipWriter, check_place
from mien.media.clips import open_clip
from mien.media.sound import Sound

#: Uneven, as phones and screen recorders make them, in whole hundredths so that GIF can tell them too.
TIMES = [0.0, 0.04, 0.08, 0.2, 0.24, 0.5, 0.54, 0.6, 0.7, 0.74, 0.9, 1.0]
ENDINGS = (".mp4", ".mov", ".mkv", ".webm", ".gif", ".webp", ".apng")


def written(path: Path, **options: object) -> Path:
    with ClipWriter(path, **options) as writer:  # type: ignore[arg-type]
        for frame, time in zip(counting(), TIMES, strict=True):
            writer.write(frame, time)
    return path


def rgba(path: Path) -> list[np.ndarray]:
    """The frames of a clip with their transparency."""
    if path.suffix != ".webm":
        with Image.open(path) as image:
            frames = []
            for i in range(image.n_frames):  # type: ignore[attr-defined]
                image.seek(i)
                frames.append(np.asarray(image.convert("RGBA")))
            return frames
    decoder = av.CodecContext.create("libvpx-vp9", "r")  # FFmpeg's own decoder leaves transparency out
    with av.open(str(path)) as container:
        packets = list(container.demux(container.streams.video[0]))
        return [f.to_ndarray(format="rgba") for p in packets for f in decoder.decode(p if p.size else None)]


@pytest.mark.parametrize("ending", ENDINGS)
def test_uneven_times_are_kept(ending: str, tmp_path: Path) -> None:
    with open_clip(written(tmp_path / f"clip{ending}")) as clip:
        frames = list(clip)
    assert [frame.time for frame in frames] == pytest.approx(TIMES, abs=0.002)
    assert [number_of(frame.picture) for frame in frames] == list(range(12))


@pytest.mark.parametrize("ending", [".webm", ".apng", ".webp", ".gif"])
def test_what_is_clear_stays_clear(ending: str, tmp_path: Path) -> None:
    picture = np.zeros((48, 64, 4), np.uint8)
    picture[8:40, 16:48] = (200, 60, 30, 255)
    with ClipWriter(tmp_path / f"clip{ending}", alpha=True) as writer:
        for i in range(4):
            writer.write(np.roll(picture, 4 * i, 1), i / 20)
    for i, frame in enumerate(rgba(tmp_path / f"clip{ending}")):
        assert frame[4, 4, 3] == frame[24, 8 + 4 * i - 4, 3] == 0
        assert frame[24, 32 + 4 * i, 3] == 255
        assert np.abs(frame[24, 32 + 4 * i, :3].astype(int) - (200, 60, 30)).max() < 24


def test_sound_is_copied_where_the_format_takes_it(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4", counting(), sound=True)
    written(tmp_path / "out.mp4", sound=Sound(source))  # type: ignore[arg-type]
    sounds = []
    for path in (source, tmp_path / "out.mp4"):
        with av.open(str(path)) as container:
            stream = container.streams.audio[0]
            assert stream.codec_context.name == "aac"
            sounds.append([bytes(packet) for packet in container.demux(stream) if packet.size])
    assert sounds[0] == sounds[1] != []


def test_sound_is_encoded_anew_where_it_must_be(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4", counting(), sound=True)
    written(tmp_path / "out.webm", sound=Sound(source))  # type: ignore[arg-type]
    with av.open(str(tmp_path / "out.webm")) as container:
        assert container.streams.audio[0].codec_context.name == "opus"
        seconds = sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))
    assert seconds == pytest.approx(0.5, abs=0.15)  # AAC at 8 kHz comes in packets of an eighth of a second


def test_sound_begins_when_its_frame_was_shown(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4", counting(), sound=True)
    sound = Sound(source, start=0.2)  # type: ignore[arg-type]
    written(tmp_path / "out.mkv", sound=sound)
    into = []
    for path in (source, tmp_path / "out.mkv"):
        with av.open(str(path)) as container:
            packets = [(p.stream.type, p.pts * p.time_base) for p in container.demux() if p.size]
        heard = max(seconds for kind, seconds in packets if kind == "audio")
        into.append(heard - min(seconds for kind, seconds in packets if kind == "video"))
    assert float(into[0] - into[1]) == pytest.approx(0.2, abs=0.005)


def test_colours_come_back_as_they_were(tmp_path: Path) -> None:
    patches = [(200, 40, 40), (40, 180, 60), (50, 70, 210), (230, 220, 60), (128, 128, 128), (250, 250, 250)]
    picture = np.concatenate([np.full((64, 32, 3), colour, np.uint8) for colour in patches], axis=1)
    with ClipWriter(tmp_path / "clip.mp4") as writer:
        for i in range(3):
            writer.write(picture, i / 10)
    with open_clip(tmp_path / "clip.mp4") as clip:
        back = next(iter(clip)).picture
    for place, colour in enumerate(patches):
        assert np.abs(back[32, 32 * place + 16].astype(int) - colour).max() <= 6


def test_odd_sides_are_filled_up(tmp_path: Path) -> None:
    with ClipWriter(tmp_path / "clip.mp4") as writer:
        for i in range(3):
            writer.write(np.full((45, 63, 3), 90, np.uint8), i / 10)
    with open_clip(tmp_path / "clip.mp4") as clip:
        frames = list(clip)
    assert frames[0].size == (64, 46)
    assert np.abs(frames[0].picture.astype(int) - 90).max() < 6


def test_the_last_frame_is_shown_as_long_as_the_one_before(tmp_path: Path) -> None:
    with ClipWriter(tmp_path / "clip.mp4") as writer:
        for i in range(5):
            writer.write(counting()[i], i / 10)
    with av.open(str(tmp_path / "clip.mp4")) as container:
        stream = container.streams.video[0]
        assert float(stream.duration * (stream.time_base or Fraction(0))) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, RuntimeError])
def test_interrupted_work_leaves_the_old_file_and_nothing_else(kind: type[BaseException], tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"what was there before")
    with pytest.raises(kind), ClipWriter(tmp_path / "clip.mp4") as writer:
        for i in range(5):
            writer.write(counting()[i], i / 10)
        raise kind
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]
    assert (tmp_path / "clip.mp4").read_bytes() == b"what was there before"


@pytest.mark.parametrize(
    ("name", "alpha", "said"),
    [("clip.xyz", False, ".mp4"), ("clip", False, "ending"), ("clip.mp4", True, "transparency")],
)
def test_what_cannot_be_written_is_said_at_once(name: str, alpha: bool, said: str, tmp_path: Path) -> None:
    with pytest.raises(ClipError, match=said) as caught:
        ClipWriter(tmp_path / name, alpha=alpha)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_said_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "folder.mp4").mkdir()
    for path in (tmp_path / "nowhere" / "clip.mp4", tmp_path / "folder.mp4"):
        with pytest.raises(MienError) as caught:
            check_place(path)
        assert "\n" not in str(caught.value)
    check_place(tmp_path / "clip.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.mp4"]


def test_a_clip_without_frames_is_an_error_and_no_file(tmp_path: Path) -> None:
    with pytest.raises(ClipError, match="no frame"), ClipWriter(tmp_path / "clip.mp4"):
        pass
    assert list(tmp_path.iterdir()) == []
