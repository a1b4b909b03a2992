"""Clips with a face in them for the tests: the astronaut's head, moving, or somebody drawn who begins to smile."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.uint8]

ASTRONAUT = Path(__file__).parents[1] / "docs/figures/astronaut.jpg"
WIDTH, HEIGHT = 240, 180


@lru_cache(maxsize=1)
def head() -> Image.Image:
    return Image.open(ASTRONAUT).convert("RGB").crop((130, 10, 330, 230)).resize((140, 154))


def moving(count: int = 8, step: int = 6) -> list[Picture]:
    """The astronaut moves to the right, `step` pixels a frame."""
    frames = []
    for i in range(count):
        frame = Image.new("RGB", (WIDTH, HEIGHT), (120, 130, 150))
        frame.paste(head(), (20 + step * i, 14))
        frames.append(np.asarray(frame))
    return frames


def nobody(count: int = 6) -> list[Picture]:
    """A plain ground."""
    return [np.full((64, 96, 3), 110 + i, np.uint8) for i in range(count)]


@lru_cache(maxsize=4)
def drawn(expression: str) -> Picture:
    """A drawn person on a light ground."""
    from mien.avatar.presets import random_person

    png = random_person(5).png(HEIGHT, expression)
    frame = Image.new("RGBA", (WIDTH, HEIGHT), (235, 238, 242, 255))
    frame.alpha_composite(Image.open(io.BytesIO(png)).convert("RGBA"), ((WIDTH - HEIGHT) // 2, 0))
    return np.asarray(frame.convert("RGB"))
