"""Clips for the tests, made when they run: a few small frames in any format, with whatever is wrong with them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from conftest import make_photo

Picture = NDArray[np.uint8]

#: name ending -> (codec, pixel format) of a clip that PyAV writes
CODECS = {
    "mp4": ("libx264", "yuv420p"),
    "mov": ("libx264", "yuv422p"),
    "mkv": ("libx264", "yuv444p"),
    "webm": ("libvpx", "yuv420p"),
    "avi": ("mpeg4", "yuv420p"),
    "gif": ("gif", "bgr8"),
    "mjpeg": ("mjpeg", "yuvj420p"),
}


def counting(count: int = 12, width: int = 96, height: int = 64) -> list[Picture]:
    """Frames with a white bar at the bottom that grows from frame to frame."""
    frames = []
    for i in range(count):
        frame = make_photo(width, height)
        frame[-8:] = 0
        frame[-8:, : round(width * (i + 1) / count)] = 255
        frames.append(frame)
    return frames


def number_of(frame: Picture, count: int = 12) -> int:
    """Which of the `counting` frames this is."""
    return round(float((frame[-5, :, 1] > 128).mean()) * count) - 1


def make_clip(
    path: Path | io.BytesIO, frames: Sequence[Picture], *, kind: str | None = None, rate: int = 30,
    times: Sequence[float] | None = None, rotation: int = 0, mirrored: bool = False, sound: bool = False,
    codec: str | None = None, pixels: str | None = None, options: dict[str, str] | None = None,
    aspect: Fraction | None = None,
) -> Path | io.BytesIO:  # fmt: skip
    """Write frames as a clip. times: of each frame, seconds; rotation: degrees to the left to show it by."""
    kind = kind or (path.suffix[1:] if isinstance(path, Path) else "mp4")
    name, layout = CODECS[kind]
    muxer = {"mkv": "matroska"}.get(kind, kind)
    with av.open(str(path) if isinstance(path, Path) else path, "w", format=muxer, options=options or {}) as container:
        stream: Any = container.add_stream(codec or name, rate=rate)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = pixels or layout
        stream.codec_context.time_base = Fraction(1, 1000 if times else rate)
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if (codec or name) == "libx264":
            stream.options = {"crf": "10", "g": "6", "bf": "0"}
        if rotation or mirrored:
            _turn(stream, rotation, mirrored)
        audio = container.add_stream("aac", rate=8000, layout="mono") if sound else None
        for i, frame in enumerate(frames):
            image = av.VideoFrame.from_ndarray(frame, format="rgb24")
            image.pts = round(times[i] * 1000) if times else i
            image.time_base = stream.codec_context.time_base
            container.mux(stream.encode(image))
        container.mux(stream.encode())
        if audio is not None:
            container.mux([*audio.encode(_silence()), *audio.encode()])
    return path


def make_sound(path: Path) -> Path:
    """A file with sound and no picture."""
    with av.open(str(path), "w") as container:
        audio = container.add_stream("aac", rate=8000, layout="mono")
        container.mux([*audio.encode(_silence()), *audio.encode()])
    return path


def make_animation(path: Path, frames: Sequence[Picture], milliseconds: int | Sequence[int] = 40) -> Path:
    """An animated WebP or PNG."""
    images = [Image.fromarray(frame) for frame in frames]
    options: dict[str, Any] = {"lossless": True} if path.suffix == ".webp" else {}
    shown = milliseconds if isinstance(milliseconds, int) else list(milliseconds)
    kind = {".webp": "WEBP", ".apng": "PNG", ".png": "PNG"}[path.suffix]
    images[0].save(path, kind, save_all=True, append_images=images[1:], duration=shown, loop=0, **options)
    return path


def _silence() -> Any:
    sound = av.AudioFrame.from_ndarray(np.zeros((1, 4000), np.float32), format="fltp", layout="mono")
    sound.sample_rate = 8000
    return sound


def _turn(stream: Any, rotation: int, mirrored: bool) -> None:
    stream.set_display_rotation(rotation, mirrored, False) if mirrored else stream.set_display_rotation(rotation)
