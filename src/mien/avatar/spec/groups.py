"""The groups of an `AvatarSpec`. Signed fields are departures from the mean face, -1..1; shares are 0..1."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from mien.avatar.parts import (
    BACKGROUNDS,
    CLOTHING,
    EARRINGS,
    EXTRAS,
    FACIAL_HAIR,
    FRINGES,
    GLASSES,
    HAIR,
    HEADWEAR,
)
from mien.avatar.spec.fields import MONK, Colour, Group, Share, Signed, one_of

MOLES = ("cheek-left", "cheek-right", "chin", "lip-left", "lip-right", "brow-left", "brow-right", "nose")
EYE_SHAPES = ("almond", "round", "hooded", "monolid", "upturned", "downturned")
NOSE_KINDS = ("straight", "button", "broad", "aquiline", "snub", "bulbous", "narrow")
BROW_SHAPES = ("soft", "straight", "arched", "angled", "bushy")


class Skin(Group):
    colour: Colour = Field(default=MONK[4], description="skin in even light; monk-1 .. monk-10 and yellow are presets")


class Shape(Group):
    width: Signed = Field(default=0.0, description="width of the face at the cheekbones")
    length: Signed = Field(default=0.0, description="from crown to chin")
    jaw: Signed = Field(default=0.0, description="-1 tapering .. 1 square")
    chin: Signed = Field(default=0.0, description="-1 pointed .. 1 broad")
    cheeks: Signed = Field(default=0.0, description="-1 hollow .. 1 full")


class Ears(Group):
    size: Signed = Field(default=0.0, description="height of the ear")
    stick_out: Signed = Field(default=0.0, description="-1 close to the head .. 1 standing out")


class Hair(Group):
    style: Annotated[str, one_of(HAIR)] = Field(default="short", description="a name of mien.avatar.parts.HAIR")
    colour: Colour = Field(default="#3f2a1e", description="the hair's middle tone")
    highlights: Colour | None = Field(default=None, description="a second colour: streaks, tips or dyed lengths")
    length: Signed = Field(default=0.0, description="departure from the style's own length")
    volume: Signed = Field(default=0.0, description="departure from the style's own fullness")
    fringe: Annotated[str, one_of(FRINGES)] = Field(default="style", description="'style' keeps the style's own")
    parting: Literal["left", "middle", "right"] = Field(default="left", description="the face's own side")
    hairline: Signed = Field(default=0.0, description="-1 low .. 0 mean .. 1 receding at the temples")


class Brows(Group):
    thickness: Signed = Field(default=0.0, description="-1 thin .. 1 thick")
    shape: Literal["soft", "straight", "arched", "angled", "bushy"] = "soft"
    angle: Signed = Field(default=0.0, description="-1 outer end low .. 1 outer end high")
    colour: Colour | None = Field(default=None, description="None: a step darker than the hair")


class Eyes(Group):
    shape: Literal["almond", "round", "hooded", "monolid", "upturned", "downturned"] = "almond"
    size: Signed = 0.0
    spacing: Signed = Field(default=0.0, description="-1 close together .. 1 wide apart")
    tilt: Signed = Field(default=0.0, description="-1 outer corner low .. 1 outer corner high")
    colour: Colour = Field(default="#5b3a21", description="of the iris")
    lashes: Share = Field(default=0.3, description="0 hardly seen .. 1 long")
    lid: Share = Field(default=0.5, description="how much of the upper lid shows below its fold")


class Nose(Group):
    kind: Literal["straight", "button", "broad", "aquiline", "snub", "bulbous", "narrow"] = "straight"
    width: Signed = 0.0
    length: Signed = 0.0


class Mouth(Group):
    width: Signed = 0.0
    fullness: Signed = Field(default=0.0, description="-1 thin lips .. 1 full lips")
    lip_colour: Colour | None = Field(default=None, description="None: derived from the skin")


class FacialHair(Group):
    style: Annotated[str, one_of(FACIAL_HAIR)] = "none"
    colour: Colour | None = Field(default=None, description="None: as the hair")
    density: Share = Field(default=0.8, description="0 sparse .. 1 thick")


class Glasses(Group):
    style: Annotated[str, one_of(GLASSES)] = "none"
    colour: Colour = Field(default="#2b2a30", description="of the frame")
    lens: Colour | None = Field(default=None, description="None: clear, or dark for sunglasses")


class Headwear(Group):
    style: Annotated[str, one_of(HEADWEAR)] = "none"
    colour: Colour | None = Field(default=None, description="None: the thing's own: straw, felt, gold, else blue")


class Earrings(Group):
    style: Annotated[str, one_of(EARRINGS)] = "none"
    colour: Colour = "#d8a93f"


class Marks(Group):
    freckles: Share = 0.0
    moles: tuple[Literal[
        "cheek-left", "cheek-right", "chin", "lip-left", "lip-right", "brow-left", "brow-right", "nose"
    ], ...] = ()  # fmt: skip
    wrinkles: Share = Field(default=0.0, description="lines of age")
    blush: Share = 0.0
    eye_shadow: Colour | None = None
    eyeliner: Share = 0.0
    lipstick: Colour | None = Field(default=None, description="covers the lip colour")


def _worn(names: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := [name for name in names if name not in EXTRAS]:
        raise ValueError(f"{unknown[0]!r} is unknown; choose from {', '.join(sorted(EXTRAS))}")
    return tuple(sorted(set(names)))


class Extras(Group):
    worn: Annotated[tuple[str, ...], AfterValidator(_worn)] = Field(
        default=(), description="names of mien.avatar.parts.EXTRAS"
    )


class Clothing(Group):
    style: Annotated[str, one_of(CLOTHING)] = Field(default="none", description="'none': the head alone, as emoji are")
    colour: Colour = "#3f6fb5"
    second: Colour | None = Field(default=None, description="of a shirt below, a collar, a pattern")


class Background(Group):
    style: Annotated[str, one_of(BACKGROUNDS)] = "none"
    colour: Colour = "#cfe3f5"
    second: Colour | None = Field(default=None, description="the other end of a gradient")
