"""Draws the figures of docs/emojify.md: people who do not exist, by the engine and by the neural decoder, and where
each slot looked on the photo of an astronaut (NASA, public domain).

    python docs/figures/emojify.py
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

import mien
from mien.avatar.neural import Emojifier
from mien.avatar.neural.emojifier import worn_controls
from mien.avatar.neural.output import attention_picture
from mien.avatar.presets import random_person
from mien.media.drawing import Canvas

HERE = Path(__file__).parent
SEEDS = (1000004, 1000007, 1000012, 1000015, 1000021, 1000030, 1000033)  #: none is drawn for training
WORN = ("neutral", "happiness", "surprise", "sadness", "anger", "😉", "😮")
SIDE, GAP, LEFT = 128, 10, 84
PAPER, INK = (251, 248, 242), (43, 38, 32)


def beside() -> Image.Image:
    """Above the engine's drawing, below the neural decoder's, of the same spec and expression."""
    emojifier = Emojifier()
    canvas = np.full((2 * SIDE + 3 * GAP, LEFT + len(SEEDS) * (SIDE + GAP), 3), PAPER, np.uint8)
    sheet = Image.fromarray(canvas)
    for i, (seed, worn) in enumerate(zip(SEEDS, WORN, strict=True)):
        spec, controls = random_person(seed), worn_controls(worn)
        engine = Image.open(io.BytesIO(spec.png(SIDE, controls))).convert("RGBA")
        neural = Image.fromarray(emojifier.draw(spec, controls)).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        for row, picture in enumerate((engine, neural)):
            sheet.paste(picture, (LEFT + i * (SIDE + GAP), GAP + row * (SIDE + GAP)), picture)
    painted = Canvas(np.asarray(sheet))
    for row, name in enumerate(("engine", "decoder")):
        painted.text(14, GAP + row * (SIDE + GAP) + SIDE / 2 + 5, name, 15, INK)
    return Image.fromarray(painted.pixels)


def attention() -> Image.Image:
    """Where each slot looked on the astronaut."""
    return attention_picture(mien.look(HERE / "astronaut.jpg").faces[0])


if __name__ == "__main__":
    beside().save(HERE / "emojify-beside.png", optimize=True)
    attention().save(HERE / "emojify-attention.jpg", quality=88)
