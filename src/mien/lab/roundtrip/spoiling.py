"""Pictures of drawings spoilt on purpose: paper, small sizes, blur, thick and thin lines, hues, grey, noise, covers."""

from __future__ import annotations

import io
from random import Random
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image

SIDE = 48  #: pixels that the judge looks at
VIEW = 0.66  #: side of the window on the features that it looks through, of the picture's


def on_paper(png: bytes, paper: tuple[int, int, int] = (255, 255, 255)) -> Image.Image:
    """A drawing with transparency on plain paper, RGB."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        drawn = picture.convert("RGBA")
    sheet = Image.new("RGB", drawn.size, paper)
    sheet.paste(drawn, (0, 0), drawn)
    return sheet


def looked_at(picture: Image.Image, middle: float) -> Image.Image:
    """The square window on brows, eyes and mouth. middle: its height in the picture, 0..1 from the top."""
    side = picture.width
    x, y = side * (0.5 - VIEW / 2), side * min(middle - VIEW / 2, 1 - VIEW)
    return picture.crop((round(x), round(y), round(x + VIEW * side), round(y + VIEW * side)))


def spoilt(png: bytes, r: Random) -> NDArray[np.uint8]:
    """SIDE x SIDE x 3 of a PNG with transparency."""
    from PIL import Image, ImageDraw, ImageFilter

    plain = r.random() < 0.65
    paper = (255, 255, 255) if plain else tuple(r.randrange(256) for _ in range(3))
    picture = on_paper(png, (paper[0], paper[1], paper[2]))
    if r.random() < 0.25:
        small = r.randint(28, 56)
        picture = picture.resize((small, small), Image.Resampling.BILINEAR)
    picture = picture.resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    lines = r.random()
    if lines < 0.2:  # thicker dark lines, or thinner ones
        kind = ImageFilter.MinFilter(3) if lines < 0.1 else ImageFilter.MaxFilter(3)
        picture = Image.blend(picture, picture.filter(kind), r.uniform(0.2, 0.7))
    if r.random() < 0.15:
        picture = picture.filter(ImageFilter.GaussianBlur(r.uniform(0.2, 0.8)))
    if r.random() < 0.12:
        x, y, w, h = r.randrange(SIDE), r.randrange(SIDE), r.randint(4, 12), r.randint(4, 12)
        draw = ImageDraw.Draw(picture)
        shape = draw.ellipse if r.random() < 0.5 else draw.rectangle
        shape((x - w // 2, y - h // 2, x + w // 2, y + h // 2), fill=tuple(r.randrange(256) for _ in range(3)))
    return _hued(np.asarray(np.asarray(picture) / 255, np.float32), r)


def _hued(pixels: NDArray[np.float32], r: Random) -> NDArray[np.uint8]:
    grey = pixels @ np.array([0.299, 0.587, 0.114], np.float32)
    share = 0.0 if r.random() < 0.1 else r.uniform(0.5, 1.3)  # of the colour that stays
    pixels = grey[..., None] + share * (pixels - grey[..., None])
    gain = np.array([r.uniform(0.92, 1.08) for _ in range(3)], np.float32)
    contrast, light = r.uniform(0.75, 1.2), r.uniform(-0.1, 0.1)
    pixels = (pixels * gain - 0.5) * contrast + 0.5 + light
    noise = np.random.default_rng(r.randrange(2**31)).normal(0, r.choice((0, 0, 0, 0.015, 0.03)), pixels.shape)
    return np.asarray(255 * np.clip(pixels + noise, 0, 1), dtype=np.uint8)
