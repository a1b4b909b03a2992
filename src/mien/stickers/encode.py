"""Pictures to bytes within a limit: the best that fits, found by trying quality, colours and frames in turn."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from mien.errors import MienError
from mien.stickers.colours import one_palette, seen_or_not

if TYPE_CHECKING:
    from PIL import Image

#: What is given up, in words, and the encoding itself.
Way: TypeAlias = tuple[str, Callable[[], bytes]]

#: WebP, once it is too large without loss.
STILL_QUALITIES = (95, 90, 82, 72, 60, 45, 30)
MOVING_QUALITIES = (88, 78, 66, 52, 38, 24)
COLOURS = (256, 128, 64, 32, 16)
#: What becomes of the frames when no quality fits: (every how many-th of the short frames stays).
THINNINGS = (1, 2, 3)
SHORT = 80  #: milliseconds; a frame that lasts longer is never dropped


@dataclass(frozen=True, slots=True)
class Film:
    """Frames in memory, RGBA, all of one size."""

    frames: Sequence[Image.Image]
    milliseconds: Sequence[int]

    def thinned(self, every: int) -> Film:
        """With fewer of the short frames; their time goes to the frame before."""
        kept: list[Image.Image] = []
        times: list[int] = []
        run = 0
        for frame, time in zip(self.frames, self.milliseconds, strict=True):
            run = run + 1 if time < SHORT else 0
            if kept and run % every:
                times[-1] += time
            else:
                kept.append(frame)
                times.append(time)
        return Film(kept, times)


@dataclass(frozen=True, slots=True)
class Encoded:
    """Bytes that fit, and in words what was given up for it."""

    data: bytes
    how: str


def fitting(ways: Iterator[Way], limit: int, what: str) -> Encoded:
    """The first of the ways, the best first, whose bytes fit. Raises `MienError` where none does."""
    smallest = 0
    for how, encode in ways:
        data = encode()
        if len(data) <= limit:
            return Encoded(data, how)
        smallest = min(smallest or len(data), len(data))
    raise MienError(f"{what}: {smallest} bytes at the lowest quality, but {limit} are allowed; use a simpler picture")


def encode_still(picture: Image.Image, format_name: str, limit: int, what: str) -> Encoded:
    """A picture as "webp" or "png" of at most `limit` bytes."""
    ways = _webp_ways(picture) if format_name == "webp" else _png_ways(picture)
    return fitting(ways, limit, what)


def encode_film(film: Film, format_name: str, limit: int, what: str, *, frames: int | None = None) -> Encoded:
    """An endless loop as "animated webp", "apng", "gif" or "webm" of at most `limit` bytes and `frames` frames."""
    if format_name == "webm":
        from mien.stickers.webm import webm_ways

        return fitting(webm_ways(film), limit, what)
    ways = {"animated webp": _moving_webp_ways, "apng": _apng_ways, "gif": _gif_ways}[format_name]
    films = [(every, film.thinned(every)) for every in THINNINGS]
    films = [(every, f) for every, f in films if frames is None or len(f.frames) <= frames]
    if not films:
        raise MienError(f"{what}: {len(film.frames)} frames, but {frames} are allowed; use a shorter animation")
    return fitting((way for every, thin in films for way in ways(thin, every)), limit, what)


def _webp_ways(picture: Image.Image) -> Iterator[Way]:
    # Without loss, "quality" is the effort. The least is 13 times as fast as the next and 43 % larger, which is still
    # within most limits; the next is tried where it is not.
    for method in (0, 3):
        yield "without loss", partial(_saved, [picture], "WEBP", method=method, lossless=True, quality=30)
    for quality in STILL_QUALITIES:
        yield f"quality {quality}", partial(_saved, [picture], "WEBP", method=3, quality=quality)


def _png_ways(picture: Image.Image) -> Iterator[Way]:
    yield "all colours", partial(_saved, [picture], "PNG", optimize=True)
    for count in COLOURS:
        yield f"{count} colours", partial(_png_of_few, picture, count)


def _png_of_few(picture: Image.Image, count: int) -> bytes:
    return _saved(one_palette([picture], count), "PNG", optimize=True)


def _moving_webp_ways(film: Film, every: int) -> Iterator[Way]:
    how: dict[str, Any] = {"alpha_quality": 90, "method": 3, "background": (0, 0, 0, 0), "loop": 0}
    for quality in MOVING_QUALITIES:
        told = f"quality {quality}, {len(film.frames)} frames"
        yield told, partial(_saved, film.frames, "WEBP", film.milliseconds, quality=quality, **how)


def _apng_ways(film: Film, every: int) -> Iterator[Way]:
    if every == 1:
        yield f"all colours, {len(film.frames)} frames", partial(_apng, film, None)
    # Coarse colours show more than a missing in-between frame does: below 64, frames go first.
    for count in COLOURS if every == THINNINGS[-1] else COLOURS[:3]:
        yield f"{count} colours, {len(film.frames)} frames", partial(_apng, film, count)


def _apng(film: Film, count: int | None) -> bytes:
    frames = film.frames if count is None else one_palette(film.frames, count)
    return _saved(frames, "PNG", film.milliseconds, loop=0, disposal=0, blend=0)


def _gif_ways(film: Film, every: int) -> Iterator[Way]:
    for count in COLOURS:
        yield f"{count} colours, {len(film.frames)} frames", partial(_gif, film, count)


def _gif(film: Film, count: int) -> bytes:
    frames = [seen_or_not(frame, count) for frame in film.frames]
    return _saved(frames, "GIF", film.milliseconds, loop=0, disposal=2, optimize=False)


def _saved(frames: Sequence[Image.Image], name: str, milliseconds: Sequence[int] = (), **how: Any) -> bytes:
    stream = io.BytesIO()
    if milliseconds:
        how |= {"save_all": True, "append_images": frames[1:], "duration": list(milliseconds)}
    frames[0].save(stream, name, **how)
    return stream.getvalue()
