"""Hair styles, gathered from their families: importing this module fills the registries."""

from __future__ import annotations

from mien.avatar.parts import (
    hair_bare,
    hair_bob,
    hair_braids,
    hair_buns,
    hair_coily,
    hair_fringe,
    hair_layered,
    hair_long,
    hair_short,
    hair_tied,
)
from mien.avatar.parts.registry import HAIR

_FAMILIES = (
    hair_bare, hair_short, hair_layered, hair_coily, hair_bob, hair_long, hair_tied, hair_buns, hair_braids,
    hair_fringe,
)  # fmt: skip

_styles = sorted(HAIR.values(), key=lambda part: part.length)  # menus run from bald to long, then what is tied up
HAIR.clear()
HAIR.update((part.name, part) for part in _styles)
