"""People for the tests of emoji, and drawings as pixels."""

from __future__ import annotations

import io
import random
from functools import lru_cache

import numpy as np
from PIL import Image

from mien.avatar import AvatarSpec, rasterise
from mien.avatar.parts import FACIAL_HAIR, GLASSES, HAIR, HEADWEAR

PEOPLE = [
    {"skin.colour": "monk-9", "hair.style": "afro", "hair.colour": "black", "nose.kind": "broad"},
    {"skin.colour": "monk-5", "headwear.style": "hijab", "headwear.colour": "#3f6f8f"},
    {"skin.colour": "monk-3", "hair.style": "short", "facial_hair.style": "full", "glasses.style": "square"},
    {"skin.colour": "monk-2", "hair.style": "bob", "hair.colour": "blond", "shape.length": -0.9, "eyes.size": 0.7},
    {"skin.colour": "monk-7", "hair.style": "bald", "facial_hair.style": "chevron", "shape.jaw": 0.5},
    {"skin.colour": "monk-4", "hair.style": "long-straight", "shape.length": 0.5, "shape.width": -0.5},
]


@lru_cache(maxsize=1)
def specs() -> list[AvatarSpec]:
    return [AvatarSpec().edited(fields) for fields in PEOPLE]


@lru_cache(maxsize=16)
def anybody(seed: int) -> AvatarSpec:
    """A person put together by chance."""
    r = random.Random(seed)
    shape = {f"shape.{name}": round(r.uniform(-1, 1), 2) for name in ("width", "length", "jaw", "chin", "cheeks")}
    return AvatarSpec().edited({
        **shape, "skin.colour": f"monk-{r.randint(1, 10)}", "hair.style": r.choice(list(HAIR)),
        "headwear.style": r.choice([*HEADWEAR, *["none"] * 40]), "glasses.style": r.choice([*GLASSES, *["none"] * 20]),
        "facial_hair.style": r.choice([*FACIAL_HAIR, *["none"] * 20]),
    })  # fmt: skip


def pixels(svg: str, size: int = 64) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(rasterise(svg, size))).convert("RGBA")).astype(int)


def on_white(svg: str, size: int) -> np.ndarray:
    rgba = pixels(svg, size)
    alpha = rgba[..., 3:] / 255
    return rgba[..., :3] * alpha + 255 * (1 - alpha)
