"""Measured colours, drawn towards the natural ones they must have come from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

from mien.avatar.palette import Lch, difference, hexed, lch, mixed
from mien.avatar.personalise.rules import EYE_COLOURS, HAIR_COLOURS, NATURAL, SKIN_LIGHTNESS, UNSEEN_HAIR
from mien.types import Colour

#: How far, in OKLab, measured hair lies from its natural colour: light and shine move it about so much.
HAIR_ERROR = 0.09
#: Weights of lightness and of colour when an iris is named: lashes and lids darken an iris, its hue stays.
IRIS_LIGHTNESS, IRIS_COLOUR = 0.6, 3.0
#: An iris measured less surely than this is brown, as most are.
IRIS_SURE = 0.25
DYED = "X"


def skin_colour(measured: str) -> str:
    """The skin to draw for the skin that a photo shows ("#rrggbb" in even light); see `SKIN_LIGHTNESS`."""
    seen = lch(measured)
    lightness = min(max(seen.l, SKIN_LIGHTNESS[0][0]), SKIN_LIGHTNESS[-1][0])
    for (low, dark), (high, light) in pairwise(SKIN_LIGHTNESS):
        if lightness <= high:
            drawn = dark + (light - dark) * (lightness - low) / (high - low)
            return hexed(Lch(drawn, seen.c, seen.h))
    return measured


def hair_colour(measured: Colour | None, codes: Mapping[str, float], skin: str) -> str:
    """The hair's colour: what was measured, drawn towards the natural colour that it and the codes agree on best.

    codes: probabilities of hair_colour; skin: "#rrggbb", which tells what is usual where no hair is seen.
    """
    if measured is None:
        return unseen_hair(skin)
    known = {code: p for code, p in codes.items() if code in HAIR_COLOURS}
    if codes.get(DYED, 0.0) > max(known.values(), default=0.0):
        return measured.hex

    def doubt(colour: str, code: str) -> float:
        away = difference(colour, measured.hex) / HAIR_ERROR
        return 0.5 * away**2 - math.log(max(known[code], 1e-3))

    choices = [(doubt(colour, code), colour) for code in known for colour in HAIR_COLOURS[code]]
    if not choices:
        return measured.hex
    nearest = min(choices)[1]
    # What lies far from every likely colour is a wall or skin, not hair.
    away = difference(nearest, measured.hex) / (2 * HAIR_ERROR)
    return mixed(nearest, measured.hex, (1 - NATURAL) * math.exp(-(away**2)))


def unseen_hair(skin: str) -> str:
    """The usual colour of hair that nobody sees, for brows and beard."""
    lightness = lch(skin).l
    return next(colour for floor, colour in UNSEEN_HAIR if lightness >= floor)


def eye_colour(measured: Colour | None) -> str:
    """The natural colour of irises that fits best; brown where they could not be seen well."""
    if measured is None or measured.confidence < IRIS_SURE:
        return EYE_COLOURS["brown"]
    seen = _ab(measured.hex)

    def away(colour: str) -> float:
        own = _ab(colour)
        return math.hypot(
            IRIS_LIGHTNESS * (own[0] - seen[0]), IRIS_COLOUR * (own[1] - seen[1]), IRIS_COLOUR * (own[2] - seen[2])
        )

    return min(EYE_COLOURS.values(), key=away)


def _ab(colour: str) -> tuple[float, float, float]:
    lightness, chroma, hue = lch(colour)
    return lightness, chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
