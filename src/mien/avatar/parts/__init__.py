"""Everything worn: hair, beards, glasses, headwear, earrings, clothing, backgrounds, in registries by name.

Importing this package fills the registries. A new module of parts is imported here, below.
"""

from __future__ import annotations

from mien.avatar.parts import (
    backgrounds,
    clothing,
    clothing_collars,
    earrings,
    extras,
    extras_masks,
    facial_hair,
    facial_hair_beards,
    facial_hair_lip,
    glasses,
    glasses_sun,
    hair,
    headwear,
    headwear_hats,
    headwear_occasions,
    headwear_scarves,
    headwear_things,
    headwear_turbans,
    headwear_wraps,
    marks,
)
from mien.avatar.parts.registry import (
    BACKGROUNDS,
    CLOTHING,
    EARRINGS,
    EXTRAS,
    FACIAL_HAIR,
    FRINGES,
    GLASSES,
    HAIR,
    HEADWEAR,
    BackgroundPart,
    Draw,
    ExtraPart,
    HairPart,
    HeadwearPart,
    Part,
    Reach,
    Registry,
    nothing,
)

__all__ = [
    "BACKGROUNDS", "CLOTHING", "EARRINGS", "EXTRAS", "FACIAL_HAIR", "FRINGES", "GLASSES", "HAIR", "HEADWEAR",
    "BackgroundPart", "Draw", "ExtraPart", "HairPart", "HeadwearPart", "Part", "Reach", "Registry", "nothing",
]  # fmt: skip

_FILLED = (
    backgrounds, clothing, clothing_collars, earrings, extras, extras_masks, facial_hair, facial_hair_beards,
    facial_hair_lip, glasses, glasses_sun, hair, headwear, headwear_hats, headwear_occasions, headwear_scarves,
    headwear_things, headwear_turbans, headwear_wraps, marks,
)  # fmt: skip
