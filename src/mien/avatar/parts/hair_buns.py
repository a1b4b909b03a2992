"""Buns and puffs."""

from __future__ import annotations

from mien.avatar.parts.hair_bare import SIDES
from mien.avatar.parts.hair_comb import Strands, outline, strands
from mien.avatar.parts.hair_cut import Cut, Mass
from mien.avatar.parts.hair_style import add
from mien.avatar.parts.hair_tied import LOW_CAP, UP, UP_GLOSS, UP_STRANDS

# --- buns ---------------------------------------------------------------------------------------------------------

_KNOT = outline("-13,12!.2 -17.6,2 -14,-9 -1,-14.6 12,-11 17.6,0 13,12!")
_KNOT_STRANDS: Strands = strands("1.4 -12,7 -12,-5 0,-9.6; 1.3 -7,9 -4,-2 7,-6; 1.3 0,10 9,5 13,-4")
add(
    "top-knot",
    "{colour} hair in a top knot",
    Cut(
        behind=(Mass(outline=_KNOT, strands=_KNOT_STRANDS, depth=0),),
        on=(Mass(outline=UP, strands=UP_STRANDS, gloss=UP_GLOSS),),
        edge=(12, 0),
    ),
    length=5,
    form="S",
)

_MAN_BUN = outline("-9.6,9!.2 -13,2 -10,-5.6 0,-9 10,-6 13,1 9.6,9!")
_MAN_TOP = outline("""
    -34,48! -38,38 -36.6,23 -27,12.6 -11,7 11,7 27,12.6 36.6,23 38,38 34,48! 30.6,41 23,34 12,30.4 0,29.6 -12,30.4
    -23,34 -30.6,41
""")
add(
    "man-bun",
    "{colour} hair in a small bun over shaved sides",
    Cut(
        behind=(Mass(outline=_MAN_BUN, strands=strands("1.2 -8,6 -7,-3 2,-6; 1.2 -1,7 6,3 8,-3"), depth=0),),
        on=(Mass(outline=SIDES, shaved=0.55), Mass(outline=_MAN_TOP, strands=UP_STRANDS[:7], gloss=UP_GLOSS)),
        edge=(9, 0),
        short=True,
    ),
    length=5,
    form="S",
)

_MESSY_KNOT = outline("""
    -12,13!.3 -20,-1!.3 -11,-15!.3 5,-17!.3 18,-6!.3 18,7!.25 12,13!.05
""")
_WISPS: Strands = strands("""
    2.6 -24,33 -38,44 -30,60 -37,84; 2 -27,36 -33,46 -31,54 -33,66; 2.6 24,33 38,42 31,58 38,78; 1.8 13,29 22,34 27,40
    25,50
""")
_MESSY_UP = (*UP[:12], *outline("35,63 34,53 31,43.4 23,35 12,31 0,30.4 -12,31 -23,35 -31,43.4 -34,53 -35,63"))
add(
    "bun-messy",
    "{colour} hair in a loose bun",
    Cut(
        behind=(
            Mass(
                outline=_MESSY_KNOT,
                strands=strands("""
            1.7 -16,7 -14,-8 -2,-13; 1.6 -9,11 -8,-2 6,-10; 1.6 -2,10 6,6 10,-6; 1.5 5,11 14,7 17,-2
        """),
                wisps=strands(
                    "2.4 -16,-6 -23,-10 -29,-8; 2.4 3,-17 9,-23 16,-22; 2.2 19,3 25,4 30,0; 2 -18,6 -24,8 -27,12"
                ),
                depth=0,
            ),
        ),
        on=(Mass(outline=_MESSY_UP, strands=UP_STRANDS[:5], gloss=UP_GLOSS, wisps=_WISPS),),
        edge=(12, 0),
    ),
    length=5,
    form="W",
)

_LOW_BUN = outline("22,92! 27,82 38,77 48,81 52,91 47.6,102 36,106 25,102")
add(
    "bun-low",
    "{colour} hair in a low bun",
    Cut(
        behind=(
            Mass(outline=outline("-30,70! 0,40 41,62 42,78 30,96! 0,90"), far=True),
            Mass(
                outline=_LOW_BUN,
                strands=strands("1.6 28,93 31,83 42,81; 1.5 32,99 35,89 47,87; 1.4 38,102.6 45,99 48.6,91"),
                gloss=strands("2 30,86 34,81 41,80"),
                depth=-0.6,
            ),
        ),
        on=(
            Mass(
                outline=LOW_CAP,
                gloss=strands("2.2 -36,33 -30,22 -18,16"),
                parts=strands(".9 12.4,26.6 10.6,18 12,10.4"),
                strands=strands("""
                    1.2 10,22 -6,31 -28,47; 1.2 8,16 -22,23 -37,48; 1 -36.6,65.6 -40.1,59.6 -40,50; 1.1 16,22
                    27.1,30.6 33.3,45.8; 1.1 18,15 34,25 39,46; .9 36.5,65.6 39.7,59.6 40,50
                """),
            ),
        ),
        edge=(13, 0),
        parting=11,
    ),
    length=5,
    form="S",
)


def _pair(outline: tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
    """The mirror image, still clockwise. Corners keep their place; a bow belongs to the stretch that follows it."""
    turned = [(-p[0], *p[1:3]) for p in outline]
    bows = [p[3] if len(p) > 3 else 0.0 for p in outline]
    return tuple(
        (*p, *((0,) if len(p) == 2 and bows[i - 1] else ()), *((bows[i - 1],) if bows[i - 1] and len(p) > 2 else ()))
        for i, p in enumerate(turned)
    )[::-1]


_SPACE = outline("-38.6,22!.12 -44,13 -42,2 -32,-4 -21,-1 -15.6,8!")
_SPACE_R = outline("15.6,8! 21,-1 32,-4 42,2 44,13 38.6,22!")
_SPACE_CAP = (
    *UP[:5],
    *outline("-14,8.4 -1,10! 12,8.4"),
    *UP[7:12],
    *outline("35,63 34,53 31,44 23,36 11,31 0,23.6! -11,31 -23,36 -31,44 -34,53 -35,63"),
)
add(
    "space-buns",
    "{colour} hair in two buns",
    Cut(
        behind=(
            Mass(
                outline=_SPACE, strands=strands("1.3 -38,15 -39,5 -29,1; 1.3 -33,16 -32,8 -24,5"), depth=0, still=True
            ),
            Mass(outline=_SPACE_R, strands=strands("1.3 24,4 33,1 38,10; 1.3 23,9 30,8 33,15"), depth=0, still=True),
        ),
        on=(
            Mass(
                outline=_SPACE_CAP,
                gloss=strands("2.2 -35,33 -30,24 -21,17.6"),
                parts=strands(".9 0,24 -.8,17 -.8,10"),
                strands=strands("""
                    1.1 -5.5,26.7 -14,20 -21.6,12.4; 1.1 -19.6,33 -26,26 -28.1,16.8; 1.1 -33.6,46.6 -36,34 -32.7,21.4;
                    1.1 5.5,26.7 14,20 21.6,12.4; 1.1 19.6,33 26,26 28.1,16.8; 1.1 33.6,46.6 36,34 32.7,21.4
                """),
            ),
        ),
        edge=(13, 0),
    ),
    length=5,
    form="S",
)

# --- puffs of coily hair ------------------------------------------------------------------------------------------

_PUFF = outline("-16,14! -27,6~7.6 -31,-8 -24,-22 -8,-29 10,-28.6 25,-21 31,-7 27,7 16,14!")
_PUFF_CAP = (*UP[:12], *outline("35,63 34,53 30.6,43 24,35 12,31.4 0,30.8 -12,31.4 -24,35 -30.6,43 -34,53 -35,63"))
add(
    "afro-puff",
    "{colour} hair in a puff",
    Cut(
        behind=(Mass(outline=_PUFF, coils=6, depth=0),),
        on=(Mass(outline=_PUFF_CAP, strands=UP_STRANDS, gloss=UP_GLOSS),),
        edge=(12, 0),
    ),
    length=5,
    form="K",
)

_PUFF_L = outline("-42,32! -52,23~7.4 -52,8 -42,-3 -28,-4 -19,4 -17,13!")
_PUFF_R = outline("17,13! 19,4~7.4 28,-4 42,-3 52,8 52,23 42,32!")
add(
    "two-puffs",
    "{colour} hair in two puffs",
    Cut(
        behind=(
            Mass(outline=_PUFF_L, coils=5.6, depth=0, still=True, rim=False),
            Mass(outline=_PUFF_R, coils=5.6, depth=0, still=True, rim=False),
        ),
        on=(
            Mass(
                outline=_SPACE_CAP,
                gloss=strands("2.2 -35,33 -30,24 -21,17.6"),
                parts=strands(".9 0,24 -.8,17 -.8,10"),
                strands=strands("""
                    1.1 -5.5,26.7 -14,20 -21.6,12.4; 1.1 -19.6,33 -26,26 -28.1,16.8; 1.1 -33.6,46.6 -36,34 -32.7,21.4;
                    1.1 5.5,26.7 14,20 21.6,12.4; 1.1 19.6,33 26,26 28.1,16.8; 1.1 33.6,46.6 36,34 32.7,21.4
                """),
            ),
        ),
        edge=(13, 0),
    ),
    length=5,
    form="K",
)
