"""People in every kind of part: for the tests of what is worn."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from mien.avatar import AvatarSpec, rasterise
from mien.avatar.head import Head, build_head
from mien.avatar.parts import BACKGROUNDS, CLOTHING, EARRINGS, EXTRAS, FACIAL_HAIR, GLASSES, HEADWEAR
from mien.avatar.shapes import Pull
from mien.types import Pose

FAMILIES = {
    "facial_hair.style": FACIAL_HAIR, "glasses.style": GLASSES, "headwear.style": HEADWEAR,
    "earrings.style": EARRINGS, "clothing.style": CLOTHING, "background.style": BACKGROUNDS, "extras.worn": EXTRAS,
}  # fmt: skip
WORN = [(field, name) for field, family in FAMILIES.items() for name in family if name != "none"]
IDS = [f"{field.split('.')[0]}-{name}" for field, name in WORN]

#: (changes, expression, pose): narrow and laughing, wide and angry, at rest.
PEOPLE = (
    (
        {"skin.colour": "monk-10", "hair.style": "afro", "shape.width": -1, "shape.length": 1, "shape.chin": -1},
        "😂",
        Pose(25, 15, 8),
    ),
    (
        {"skin.colour": "monk-1", "hair.style": "bob", "shape.width": 1, "shape.length": -1, "shape.jaw": 1},
        "😡",
        Pose(-25, -15, -8),
    ),
    ({"skin.colour": "monk-5", "hair.style": "bald"}, None, None),
)


def dressed(field: str, name: str, changes: dict[str, object] | None = None) -> AvatarSpec:
    worn = (name,) if field == "extras.worn" else name
    return AvatarSpec().edited({"clothing.colour": "#3f8a5c", **(changes or {}), field: worn})


def pixels(svg: str, size: int = 96) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(rasterise(svg, size))).convert("RGBA")).astype(int)


def head_of(spec: AvatarSpec, controls: dict[str, float], pose: Pose | None = None) -> Head:
    return build_head(spec, Pull(controls), pose)
