"""Measured colours, drawn towards the natural ones they must have come from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from mien.avatar.palette import Lch, difference, hexed, lch, mixed
from mien.avatar.personalise.rules import (
    DARK_SKIN,
    EYE_COLOURS,
    EYES_BY_WARMTH,
    GREYED,
    HAIR_COLOURS,
    LIGHT_EYES,
    NATURAL,
    OWN_BROWS,
    PAINTED_DARKER,
    PAINTED_REDDER,
    PAINTED_SURE,
    RED_SURE,
    SKIN_CHROMA,
    SKIN_HUE,
    SKIN_LIGHTNESS,
    TONE_LIGHTNESS,
    TONE_SHARE,
    UNSEEN_HAIR,
    UNSEEN_OLDER,
    USUAL_SKIN,
)
from mien.types import Colour

#: How far, in OKLab, measured hair lies from its natural colour: light and shine move it about so much.
HAIR_ERROR = 0.13
SURE_HAIR = 0.6  #: the confidence that goes with that error
#: What a measured colour can say at most against a code, in units of log probability: it may be a wall's.
WORST = 3.0
UNLIKE = 0.14  #: difference in lightness from which a beard is not the hair's colour
GREY_BELOW = 0.024  #: chroma in OKLCH
DYED, RED, UNSEEN, OLDER = "X", "R", "-", "O"
GREYING = ("G", "W")
COLOURLESS = ("K", "D", "L", "Y", "G", "W")  #: what hair on a photo without colour may be


def skin_colour(measured: str, tones: Mapping[str, float] | None = None, share: float | None = None) -> str:
    """The skin to draw for the skin that a photo shows ("#rrggbb" in even light); see `SKIN_LIGHTNESS`.

    tones: probabilities of the Monk tones, which know better than pixels how much of it is light. share: how much
    they count; None: as usual."""
    seen = lch(measured)
    drawn = _between(SKIN_LIGHTNESS, seen.l)
    known = {int(code): p for code, p in (tones or {}).items() if code.isdigit()}
    if total := sum(known.values()):
        tone = sum(code * p for code, p in known.items()) / total
        drawn += (TONE_SHARE if share is None else share) * (_between(TONE_LIGHTNESS, tone) - drawn)
    if SKIN_HUE[0] <= seen.h <= SKIN_HUE[1] and SKIN_CHROMA[0] <= seen.c <= SKIN_CHROMA[1]:
        return hexed(Lch(drawn, seen.c, seen.h))
    return hexed(Lch(drawn, *USUAL_SKIN))


def _between(table: Sequence[tuple[float, float]], x: float) -> float:
    """The value at x of a table of (x, value), straight between its rows and level beyond them."""
    x = min(max(x, table[0][0]), table[-1][0])
    for (low, first), (high, last) in pairwise(table):
        if x <= high:
            return first + (last - first) * (x - low) / (high - low)
    return table[-1][1]


def hair_colour(measured: Colour | None, codes: Mapping[str, float], skin: str, age: Mapping[str, float]) -> str:
    """The hair's colour: what was measured, drawn towards the natural colour that it and the codes agree on best.

    codes: probabilities of hair_colour; skin: "#rrggbb", which tells what is usual where no hair is seen; age:
    probabilities of the age group, which tell what is usual where the photo has no colour.
    """
    older = age.get(OLDER, 0.0)
    if measured is None:
        return UNSEEN_OLDER if older > 0.5 else unseen_hair(skin)
    known = {code: p for code, p in codes.items() if code in HAIR_COLOURS}
    if codes.get(UNSEEN, 0.0) > 0.5:
        known = {code: GREYED * older if code in GREYING else 1 - older for code in COLOURLESS}
    if codes.get(DYED, 0.0) > max(known.values(), default=0.0):
        return measured.hex
    if len(known) > 1 and known.get(RED, 0.0) < RED_SURE:  # rare and conspicuous: warm light alone is no evidence
        known.pop(RED, None)
    error = HAIR_ERROR * math.sqrt(SURE_HAIR / max(measured.confidence, 0.1))

    def doubt(colour: str, code: str) -> float:
        away = difference(colour, measured.hex) / error
        return min(0.5 * away**2, WORST) - math.log(max(known[code], 1e-3))

    choices = [(doubt(colour, code), colour) for code in known for colour in HAIR_COLOURS[code]]
    if not choices:
        return measured.hex
    nearest = min(choices)[1]
    # What lies far from every likely colour is a wall or skin, not hair.
    away = difference(nearest, measured.hex) / (1.5 * HAIR_ERROR)
    return mixed(nearest, measured.hex, (1 - NATURAL) * math.exp(-(away**2)))


def unseen_hair(skin: str) -> str:
    """The usual colour of hair that nobody sees, for brows and beard."""
    lightness = lch(skin).l
    return next(colour for floor, colour in UNSEEN_HAIR if lightness >= floor)


def eye_colour(irises: str | None, skin: str, black_hair: float = 0.0) -> str:
    """The natural colour of irises ("#rrggbb") that fits; brown where they were not seen.

    Blurred irises are mixed with lashes and lids, which are as warm as the skin ("#rrggbb" in the same light): so it
    counts how much less warm they are than the skin, and how light. black_hair: its probability.
    """
    if irises is None:
        return EYE_COLOURS["brown"]
    lightness, a, b = _lab(irises)
    skin_lightness, skin_a, skin_b = _lab(skin)
    warmth = (a + b) / max(skin_a + skin_b, 0.03)
    rarely_light = black_hair > 0.5 or skin_lightness < DARK_SKIN
    surely_light = lightness >= LIGHT_EYES[0] and warmth <= LIGHT_EYES[1]
    for name, darkest, warmest, yellowest in EYES_BY_WARMTH:
        fits = lightness >= darkest and warmth <= warmest and (yellowest is None or b >= yellowest * a)
        if fits and (name == "brown" or surely_light or not rarely_light):
            return EYE_COLOURS[name]
    return EYE_COLOURS["dark brown"]


def lipstick(lips: Colour | None, skin: str) -> str | None:
    """The colour of lips that are much redder or darker than the skin ("#rrggbb"); None: as they are by nature."""
    if lips is None or lips.confidence < PAINTED_SURE:
        return None
    (lightness, a, _), (skin_lightness, skin_a, _) = _lab(lips.hex), _lab(skin)
    painted = a - skin_a >= PAINTED_REDDER or lightness - skin_lightness <= PAINTED_DARKER
    return lips.hex if painted else None


def beard_colour(beard: str | None, hair: str, older: float = 0.0) -> str | None:
    """The natural colour nearest to a beard that differs from the hair, as grey ones do. None: as the hair.

    A beard through which skin shows looks lighter than it is, but hardly grey; more likely so on older people.
    """
    if beard is None or abs(lch(beard).l - lch(hair).l) < UNLIKE:
        return None
    if lch(beard).l > lch(hair).l and lch(beard).c > GREY_BELOW * (1 + older):
        return None
    natural = [colour for colours in HAIR_COLOURS.values() for colour in colours]
    return mixed(min(natural, key=lambda colour: difference(colour, beard)), beard, 1 - NATURAL)


def brow_colour(brows: str | None, hair: str, code: str) -> str | None:
    """The colour of brows that are not a step darker than the hair: under grey, white, dyed and fair hair they can be
    dark. None: as usual. code: of hair_colour."""
    if brows is None or code not in OWN_BROWS:
        return None
    lightness, chroma, hue = lch(brows)
    if lightness > lch(hair).l - 0.1:
        return None
    return hexed(Lch(max(lightness, 0.25), min(chroma, 0.06), hue))


def _lab(colour: str) -> tuple[float, float, float]:
    lightness, chroma, hue = lch(colour)
    return lightness, chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))


def frame_colour(seen: str) -> str:
    """The colour of a frame: dark lines take on the colours beside them, so what is nearly black is black."""
    seen_lightness, chroma, hue = lch(seen)
    lightness = min(0.2 + 1.3 * max(seen_lightness - 0.32, 0.0), max(seen_lightness, 0.2))
    return hexed(Lch(max(lightness, 0.2), chroma * min(max((lightness - 0.2) / 0.25, 0.0), 1.0), hue))
