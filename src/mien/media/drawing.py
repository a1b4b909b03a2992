"""Anti-aliased shapes, text and stickers painted into an RGB array, at any size without supersampling the picture."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from mien.media.palette import INK, PAPER, Colour

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

_BLOCK_ROWS = 256


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in pixels: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def area(self) -> float:
        return max(0.0, self.width) * max(0.0, self.height)

    def grown(self, by: float) -> Rect:
        return Rect(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def moved(self, dx: float, dy: float) -> Rect:
        return Rect(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def touches(self, other: Rect) -> bool:
        """Whether the two overlap."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def common(self, other: Rect) -> Rect:
        """The overlap; its area is 0 where there is none."""
        return Rect(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )


class Canvas:
    """A copy of a picture that shapes are blended into; whatever lies outside it is cut off."""

    def __init__(self, picture: NDArray[np.uint8]) -> None:
        self.pixels = np.array(picture, np.uint8, order="C")
        self.height, self.width = picture.shape[:2]

    def fill(self, rect: Rect, radius: float, colour: Colour, opacity: float = 1.0, blur: float = 0.0) -> None:
        """A rounded rectangle, its edge softened over `blur` pixels for a shadow."""
        for x, y, xs, ys in self._blocks(rect.grown(blur + 1)):
            inside = -_distance(xs, ys, rect, radius)
            cover = np.clip(inside + 0.5, 0, 1) if blur <= 0 else np.clip(inside / blur + 1, 0, 1) ** 2
            self._blend(x, y, cover * np.float32(opacity), colour)

    def outline(
        self, rect: Rect, radius: float, width: float, colour: Colour, opacity: float = 1.0, dash: float = 0.0
    ) -> None:
        """A rounded frame of line `width`, centred on the edge of `rect`; dashes of length `dash` where positive."""
        reach = max(radius, width) + 1
        outer = rect.grown(width / 2 + 1)
        bands = (
            Rect(outer.left, outer.top, outer.right, min(outer.bottom, outer.top + reach)),
            Rect(outer.left, max(outer.bottom - reach, outer.top + reach), outer.right, outer.bottom),
            Rect(outer.left, outer.top + reach, min(outer.right, outer.left + reach), outer.bottom - reach),
            Rect(max(outer.right - reach, outer.left + reach), outer.top + reach, outer.right, outer.bottom - reach),
        )
        for x, y, xs, ys in (block for band in _whole_pixels(bands) for block in self._blocks(band)):
            cover = np.clip(width / 2 + 0.5 - np.abs(_distance(xs, ys, rect, radius)), 0, min(1.0, width))
            if dash > 0:
                cover *= np.clip(dash * 0.35 - np.abs((xs + ys[:, None]) % (2 * dash) - dash) + dash * 0.25, 0, 1)
            self._blend(x, y, cover * np.float32(opacity), colour)

    def text(self, x: float, y: float, words: str, size: float, colour: Colour) -> None:
        """One line of text, `x` its left edge and `y` its baseline."""
        # Drawn larger and shrunk: at small sizes the font's own hinting spaces letters unevenly.
        fine = _fineness(size)
        typeface = _font(round(size * fine))
        left, top, right, bottom = (int(edge) for edge in typeface.getbbox(words, anchor="ls"))
        if right <= left or bottom <= top:
            return
        up, across = -top // fine + 2, -left // fine + 2  # whole pixels above the baseline, left of the start
        columns, rows = across + right // fine + 2, up + max(0, bottom) // fine + 2
        mask = Image.new("L", (columns * fine, rows * fine))
        ImageDraw.Draw(mask).text((across * fine, up * fine), words, font=typeface, fill=255, anchor="ls")
        cover = np.asarray(mask.reduce(fine), np.float32) / 255
        self._blend(round(x) - across, round(y) - up, np.clip(cover * 1.15, 0, 1), colour)

    def sticker(self, image: Image.Image, x: float, y: float, border: float) -> None:
        """An RGBA drawing with a light rim, as stickers have, and a dark glow: it shows up on any ground."""
        pad = max(2, round(2 * border) + 2)
        alpha = Image.new("L", (image.width + 2 * pad, image.height + 2 * pad))
        alpha.paste(image.getchannel("A"), (pad, pad))
        left, top = round(x), round(y)
        if border > 0:
            glow = alpha.filter(ImageFilter.GaussianBlur(border * 1.5))
            self._blend(left - pad, top - pad, np.clip(np.asarray(glow, np.float32) / 160, 0, 0.55), INK)
            # A blurred edge, cut again further out, is the shape grown by about `border`, still anti-aliased.
            rim = np.asarray(alpha.filter(ImageFilter.GaussianBlur(border)), np.float32) / 255
            self._blend(left - pad, top - pad, np.clip((rim - 0.12) * 2.5 * max(1.0, border), 0, 1), PAPER)
        rgba = np.asarray(image, np.float32)
        self._blend(left, top, rgba[..., 3] / 255, rgba[..., :3])

    def _blocks(self, rect: Rect) -> Iterator[tuple[int, int, Floats, Floats]]:
        """The part of `rect` on the canvas in blocks of rows: x, y and the pixel centres' coordinates."""
        left, right = max(0, int(np.floor(rect.left))), min(self.width, int(np.ceil(rect.right)))
        top, bottom = max(0, int(np.floor(rect.top))), min(self.height, int(np.ceil(rect.bottom)))
        if left >= right:
            return
        xs = np.arange(left, right, dtype=np.float32) + 0.5
        for y in range(top, bottom, _BLOCK_ROWS):
            yield left, y, xs, np.arange(y, min(y + _BLOCK_ROWS, bottom), dtype=np.float32) + 0.5

    def _blend(self, x: int, y: int, cover: Floats, colour: Colour | Floats) -> None:
        """Lay a colour, or an HxWx3 array of them, over the canvas at (x, y); `cover` is HxW, 0..1."""
        left, top = max(0, x), max(0, y)
        right, bottom = min(self.width, x + cover.shape[1]), min(self.height, y + cover.shape[0])
        if left >= right or top >= bottom:
            return
        window = np.s_[top - y : bottom - y, left - x : right - x]
        ground = self.pixels[top:bottom, left:right]
        paint = colour[window] if isinstance(colour, np.ndarray) else np.array(colour, np.float32)
        mixed = ground + (paint - ground) * cover[window][..., None]
        ground[...] = np.rint(np.clip(mixed, 0, 255)).astype(np.uint8)


def _whole_pixels(bands: tuple[Rect, ...]) -> Iterator[Rect]:
    """Bands with edges on whole pixels, so that neighbours share none: a pixel blended twice would be too dark."""
    for band in bands:
        left, top, right, bottom = (float(np.floor(edge)) for edge in (band.left, band.top, band.right, band.bottom))
        if right > left and bottom > top:
            yield Rect(left, top, right, bottom)


def _distance(xs: Floats, ys: Floats, rect: Rect, radius: float) -> Floats:
    """Signed distance to a rounded rectangle, negative inside (Quilez, https://iquilezles.org/articles/distfunctions2d)."""
    radius = max(0.0, min(radius, rect.width / 2, rect.height / 2))
    dx = np.abs(xs - np.float32((rect.left + rect.right) / 2)) - np.float32(rect.width / 2 - radius)
    dy = np.abs(ys - np.float32((rect.top + rect.bottom) / 2)) - np.float32(rect.height / 2 - radius)
    dx, dy = dx[None, :], dy[:, None]
    outside = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0))
    distance: Floats = outside + np.minimum(np.maximum(dx, dy), 0) - np.float32(radius)
    return distance


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    typeface = ImageFont.load_default(size)
    assert isinstance(typeface, ImageFont.FreeTypeFont)  # given a size, Pillow loads its scalable font
    return typeface


def _fineness(size: float) -> int:
    return 4 if size < 40 else 1


def text_width(words: str, size: float) -> float:
    """Width of one line in pixels, in Pillow's built-in font of `size` pixels."""
    fine = _fineness(size)
    return float(_font(round(size * fine)).getlength(words)) / fine


def drawable(words: str) -> str:
    """`words` as the built-in font, which is ASCII only, can draw them: accents dropped, '' for other scripts."""
    plain = unicodedata.normalize("NFKD", words).replace("’", "'")
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(kept.split()) if kept.isascii() and kept.isprintable() else ""


def wrapped(words: str, size: float, width: float, lines: int) -> list[str]:
    """`words` in at most `lines` lines no wider than `width` pixels, the last one cut with "..." where need be."""
    done: list[str] = []
    line = ""
    for word in words.split():
        longer = f"{line} {word}".lstrip()
        if line and len(done) < lines - 1 and text_width(longer, size) > width:
            done.append(line)
            longer = word
        line = longer
    return [_cut(row, size, width) for row in (*done, line) if row]


def _cut(words: str, size: float, width: float) -> str:
    if text_width(words, size) <= width:
        return words
    while words and text_width(words + "...", size) > width:
        words = words[:-1].rstrip()
    return words + "..."
