"""WEBM with VP9 and an alpha channel, by PyAV: Telegram's video stickers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from PIL import Image

    from mien.stickers.encode import Film, Way

FPS = 30
#: VP9's constant quality, 0 best to 63 worst.
QUALITIES = (24, 32, 40, 48, 56)


def webm_ways(film: Film) -> Iterator[Way]:
    """Ways to encode a film, the best first."""
    pictures = _at_rate(film)
    for quality in QUALITIES:
        yield f"VP9 quality {quality}, {len(pictures)} frames", partial(_encoded, pictures, quality)


def _at_rate(film: Film) -> list[Image.Image]:
    """The frames at an even 30 a second."""
    ends = np.cumsum(film.milliseconds)
    count = max(1, int(ends[-1] * FPS / 1000))
    return [film.frames[int(np.searchsorted(ends, i * 1000 / FPS, side="right"))] for i in range(count)]


def _encoded(pictures: list[Image.Image], quality: int) -> bytes:
    import av

    stream = io.BytesIO()
    with av.open(stream, "w", format="webm") as container:
        video = container.add_stream("libvpx-vp9", rate=FPS)
        video.width, video.height = pictures[0].size
        video.pix_fmt = "yuva420p"
        video.time_base = Fraction(1, FPS)
        # auto-alt-ref must be off for alpha (libvpx); one thread: the processes share the processors.
        video.options = {
            "crf": str(quality), "b": "0", "auto-alt-ref": "0", "deadline": "good", "cpu-used": "4",
            "row-mt": "0", "threads": "1", "g": "300",
        }  # fmt: skip
        video.codec_context.thread_count = 1
        last: tuple[object, npt.NDArray[np.uint8]] | None = None
        for i, picture in enumerate(pictures):
            if last is None or last[0] is not picture:
                last = (picture, _smeared(picture))
            frame = av.VideoFrame.from_ndarray(last[1], format="rgba").reformat(format="yuva420p")
            frame.pts, frame.time_base = i, Fraction(1, FPS)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    return stream.getvalue()


def _smeared(picture: Image.Image) -> npt.NDArray[np.uint8]:
    """RGBA pixels; clear ones white, so that colours at half resolution do not bleed black into the edge."""
    pixels = np.array(picture.convert("RGBA"))
    pixels[pixels[..., 3] == 0, :3] = 255
    return pixels
