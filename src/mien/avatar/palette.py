"""Colour: OKLCH arithmetic, and every tone of a person derived from one skin colour and one hair colour.

OKLab and OKLCH are Björn Ottosson's (https://bottosson.github.io/posts/oklab/, 2020): equal steps of lightness look
equal on dark and on fair colours, which is why features keep one contrast on all ten Monk tones.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple


class Lch(NamedTuple):
    """A colour in OKLCH: lightness 0..1, chroma 0..~0.37, hue in degrees."""

    l: float  # noqa: E741
    c: float
    h: float


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _encoded(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


@lru_cache(maxsize=4096)
def lch(colour: str) -> Lch:
    """OKLCH of "#rrggbb"."""
    r, g, b = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    x = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    y = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    z = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    lightness = 0.2104542553 * x + 0.7936177850 * y - 0.0040720468 * z
    a = 1.9779984951 * x - 2.4285922050 * y + 0.4505937099 * z
    b = 0.0259040371 * x + 0.7827717662 * y - 0.8086757660 * z
    return Lch(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def _linear_rgb(colour: Lch) -> tuple[float, float, float]:
    a, b = colour.c * math.cos(math.radians(colour.h)), colour.c * math.sin(math.radians(colour.h))
    x = (colour.l + 0.3963377774 * a + 0.2158037573 * b) ** 3
    y = (colour.l - 0.1055613458 * a - 0.0638541728 * b) ** 3
    z = (colour.l - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
        -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
        -0.0041960863 * x - 0.7034186147 * y + 1.7076147010 * z,
    )


@lru_cache(maxsize=8192)
def hexed(colour: Lch) -> str:
    """ "#rrggbb" of an OKLCH colour; chroma gives way until it fits into sRGB, lightness and hue stay."""
    lightness, chroma = min(max(colour.l, 0.0), 1.0), max(colour.c, 0.0)
    low, high = 0.0, chroma
    for _ in range(12):
        if all(-1e-4 <= v <= 1 + 1e-4 for v in _linear_rgb(Lch(lightness, chroma, colour.h))):
            low = chroma
            if chroma == high:
                break
        else:
            high = chroma
        chroma = (low + high) / 2
    channels = (_encoded(min(max(v, 0.0), 1.0)) for v in _linear_rgb(Lch(lightness, low, colour.h)))
    return "#" + "".join(f"{round(255 * v):02x}" for v in channels)


def shift(colour: str, l: float = 0.0, c: float = 1.0, h: float = 0.0) -> str:  # noqa: E741
    """A colour moved by l in lightness, c times its chroma, h degrees of hue."""
    base = lch(colour)
    return hexed(Lch(base.l + l, base.c * c, (base.h + h) % 360))


@lru_cache(maxsize=4096)
def mixed(a: str, b: str, t: float) -> str:
    """The colour a share t of the way from a to b, straight through OKLab."""
    first, second = lch(a), lch(b)
    ax, ay = first.c * math.cos(math.radians(first.h)), first.c * math.sin(math.radians(first.h))
    bx, by = second.c * math.cos(math.radians(second.h)), second.c * math.sin(math.radians(second.h))
    x, y = ax + (bx - ax) * t, ay + (by - ay) * t
    return hexed(Lch(first.l + (second.l - first.l) * t, math.hypot(x, y), math.degrees(math.atan2(y, x)) % 360))


def difference(a: str, b: str) -> float:
    """Distance in OKLab; 0.02 is just visible between flat areas, black to white is 1."""
    first, second = lch(a), lch(b)
    turn = math.radians(first.h - second.h)
    chroma = first.c**2 + second.c**2 - 2 * first.c * second.c * math.cos(turn)
    return math.sqrt((first.l - second.l) ** 2 + max(chroma, 0.0))


class Ramp(NamedTuple):
    """The steps of one material, from the light's side to the lines drawn on it."""

    base: str
    light: str
    shade: str
    deep: str  #: lines and edges: the material's own hue, never black
    rim: str  #: a thin light on the side away from the light


@lru_cache(maxsize=1024)
def ramp(colour: str) -> Ramp:
    """Steps for cloth, metal, plastic: any colour a part is given."""
    base = lch(colour)
    room = 0.35 + 0.65 * min(base.l / 0.6, 1.0)  # dark colours have less room below them
    return Ramp(
        base=colour,
        light=hexed(Lch(max(min(base.l + 0.075, 0.97), base.l), base.c * 0.96, base.h + 4)),
        shade=hexed(Lch(base.l - 0.085 * room, base.c * 1.02, base.h - 6)),
        deep=hexed(Lch(base.l - 0.19 * room, base.c, base.h - 10)),
        rim=hexed(Lch(min(base.l + 0.16, 0.98), base.c * 0.8, base.h)),
    )


@lru_cache(maxsize=1024)
def hair_ramp(colour: str) -> Ramp:
    """Steps for hair. Black hair is drawn as a very dark colour, so that strands and edges stay to be seen."""
    base = lch(colour)
    l = base.l if base.l > 0.36 else 0.2 + 0.16 * base.l / 0.36  # noqa: E741
    chroma, hue = base.c, base.h
    if base.c < 0.02 and base.l < 0.36:  # black: without a hue, or it looks brown or violet
        chroma, hue = 0.004, 265.0
    elif base.c < 0.02:  # grey and white: a trace of warmth, or it looks green beside skin
        chroma, hue = min(base.c, 0.007), 65.0
    room = 0.55 + 0.45 * min(l / 0.6, 1.0)
    return Ramp(
        base=hexed(Lch(l, chroma, hue)),
        light=hexed(Lch(l + 0.105 - 0.03 * l, chroma * 1.06, hue + 6)),
        shade=hexed(Lch(l - 0.085 * room, chroma * 1.04, hue - 6)),
        deep=hexed(Lch(l - 0.165 * room, chroma, hue - 10)),
        rim=hexed(Lch(l + 0.17 - 0.05 * l, chroma, hue + 4)),
    )


#: OKLab lightness steps below the skin at which shade, deep shade and lines stand on every skin.
SHADE_STEP, DEEP_STEP, LINE_STEP = 0.062, 0.115, 0.19
BROW_STEP = 0.22  #: brows stand at least so far below the skin


def drawn_skin(colour: str) -> Lch:
    """The skin as it is drawn: the measured colour, warmed and kept within 0.40..0.90 of lightness, so that every
    tone has room for a shade below and a light above it."""
    base = lch(colour)
    l = 0.405 + (min(max(base.l, 0.24), 0.96) - 0.24) / 0.72 * 0.487  # noqa: E741
    if base.c > 0.13:  # plain emoji yellow and other colours that no skin has are taken as they are
        return Lch(max(l, min(base.l, 0.88)), base.c, base.h)
    body = 1 - abs((l - 0.66) / 0.34)  # middle tones carry the most colour
    chroma = max(base.c, 0.05 + 0.028 * max(body, 0.0))
    chroma -= 0.55 * max(chroma - 0.085, 0.0)  # light that was not quite removed makes skin orange
    hue = base.h + (58.0 - base.h) * 0.6 if 20 < base.h < 110 else base.h
    return Lch(l, chroma, hue)


def _tinted(skin: Lch, tint: Lch, share: float) -> Lch:
    """A share of the way to a tint, straight through OKLab; lightness follows a third as far."""
    ax, ay = skin.c * math.cos(math.radians(skin.h)), skin.c * math.sin(math.radians(skin.h))
    bx, by = tint.c * math.cos(math.radians(tint.h)), tint.c * math.sin(math.radians(tint.h))
    x, y = ax + 0.85 * share * (bx - ax), ay + 0.85 * share * (by - ay)
    lightness = skin.l + 0.35 * share * (tint.l - skin.l)
    return Lch(lightness, math.hypot(x, y), math.degrees(math.atan2(y, x)) % 360)


def _turn(hue: float, to: float) -> float:
    """The way from one hue to another, -180..180 degrees."""
    return (to - hue + 180) % 360 - 180


class Tones(NamedTuple):
    """Every colour of one person. Parts take theirs from here, or from `mien.avatar.palette.ramp` for own colours."""

    skin: Ramp
    edge: str | None  #: high contrast only: the line round every shape
    rim: bool  #: deep skin: the side away from the light gets a thin rim of light
    line: str  #: folds, nostrils
    nose: str  #: the shade under the nose
    lid: str  #: the eyelid's skin
    ear: str  #: inside of the ear
    blush: str
    lip: str
    lip_light: str
    lip_dark: str  #: upper lip
    lip_line: str  #: between closed lips
    hair: Ramp
    streak: Ramp  #: highlights or the second colour; the hair's own when there is none
    brow: str
    lash: str
    beard: Ramp
    iris: Ramp
    white: str  #: of the eye
    mouth: str  #: inside
    tongue: str
    tongue_shade: str
    teeth: str
    teeth_shade: str


@lru_cache(maxsize=256)
def person_tones(
    skin: str,
    hair: str,
    *,
    streak: str | None = None,
    brow: str | None = None,
    beard: str | None = None,
    iris: str = "#5b3a21",
    lip: str | None = None,
    tint: tuple[str, float] | None = None,
    high_contrast: bool = False,
) -> Tones:
    """All tones of a person, from "#rrggbb" colours; None is derived.

    tint: what anger or illness colours the skin, and how far, 0..1; every skin keeps most of its own lightness.
    high_contrast: lines, brows, lashes and lips stand half as far again from the skin.
    """
    s = drawn_skin(skin) if tint is None else _tinted(drawn_skin(skin), lch(tint[0]), tint[1])
    more = 1.55 if high_contrast else 1.0
    dark = min(max((0.72 - s.l) / 0.32, 0.0), 1.0)  # 0 fair .. 1 deep

    def below(step: float, chroma: float = 1.0, hue: float = 0.0) -> str:
        return hexed(Lch(max(s.l - step * more, 0.07), s.c * chroma, s.h + hue))

    skin_ramp = Ramp(
        base=hexed(s),
        light=hexed(Lch(s.l + 0.034 + 0.01 * dark, s.c * (0.9 + 0.1 * dark), s.h + 4)),
        shade=below(SHADE_STEP, 1.2 - 0.14 * dark, -7 + 2 * dark),
        deep=below(DEEP_STEP, 1.25 - 0.2 * dark, -11 + 4 * dark),
        rim=hexed(Lch(s.l + 0.11, s.c * 0.95, s.h + 6)),
    )
    strands = hair_ramp(hair)
    brow_base = lch(hair_ramp(brow or hair).base)
    brow_l = min(brow_base.l - (0.0 if brow else 0.05), s.l - BROW_STEP * more)
    rosy = 0.7 if tint is None else 0.25
    lips = lch(lip) if lip else Lch(s.l - 0.08 + 0.11 * dark, s.c * 0.6 + 0.052, s.h + _turn(s.h, 25) * rosy)
    lip_l = max(lips.l, 0.34)
    return Tones(
        skin=skin_ramp,
        edge="#1c1310" if high_contrast else None,
        rim=s.l < 0.58,
        line=below(LINE_STEP, 1.2 - 0.2 * dark, -14 + 4 * dark),
        nose=below(0.145, 1.22 - 0.2 * dark, -12 + 4 * dark),
        lid=below(0.045, 1.1, -8),
        ear=below(0.085, 1.3 - 0.24 * dark, -14 + 4 * dark),
        blush=hexed(Lch(s.l - 0.07 + 0.055 * dark, s.c * 0.5 + 0.105 - 0.03 * dark, 24 + 12 * dark)),
        lip=hexed(Lch(lip_l, lips.c, lips.h)),
        lip_light=hexed(Lch(lip_l + 0.06, lips.c * 0.85, lips.h + 4)),
        lip_dark=hexed(Lch(lip_l - (0.035 + 0.05 * dark) * more, lips.c * 1.05, lips.h - 2)),
        lip_line=hexed(Lch(max(min(lip_l - 0.13, s.l - 0.28 + 0.05 * dark) - 0.1 * (more - 1), 0.15), 0.06, 26)),
        hair=strands,
        streak=hair_ramp(streak) if streak else strands,
        brow=hexed(Lch(max(brow_l, 0.1), brow_base.c, brow_base.h)),
        lash=hexed(
            Lch(max(min(brow_base.l - 0.08, s.l - 0.27 * more, 0.3), 0.09), min(brow_base.c, 0.05), brow_base.h)
        ),
        beard=hair_ramp(beard or shift(hair, l=-0.02)),
        iris=ramp(iris),
        white=hexed(Lch(0.985 - 0.06 * dark, 0.006, 80)),
        mouth="#5a1a1f",
        tongue="#e0646b",
        tongue_shade="#c24a55",
        teeth=hexed(Lch(0.975 - 0.04 * dark, 0.008, 85)),
        teeth_shade=hexed(Lch(0.9 - 0.04 * dark, 0.016, 70)),
    )
