"""Hair of next to no length: bald, shaved, balding, receding, buzzed, crew cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.parts.hair_comb import Comb, outline, strands
from mien.avatar.parts.hair_cut import Cut, Mass
from mien.avatar.parts.hair_style import add
from mien.avatar.parts.registry import HAIR, HairPart, Reach

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec

#: The scalp where hair grows, closely: from ear to ear over the crown and back along the hairline. Wider than the
#: head, which clips it.
SCALP = outline("""
    -37,72! -44,60 -44,30 -24,10 0,8 24,10 44,30 44,60 37,72! 34.6,64 34,54 31,43 24,34.5 12,31.5 0,31 -12,31.5
    -24,34.5 -31,43 -34,54 -34.6,64
""")
#: The same at the sides only: what a fade leaves.
SIDES = outline("""
    -36.5,74! -44,60 -44,30 -24,10 0,8 24,10 44,30 44,60 36.5,74! 34.4,65 33.6,54 31,43 28,36 0,24 -28,36 -31,43
    -33.6,54 -34.4,65
""")


def _shine(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """The light on a bare skull."""
    if head.bold:
        return ""
    comb = Comb(head, spec)
    d = comb.blade((3.2, -24, 36, -21.5, 27.5, -12, 22)) + comb.blade((1.2, -8.5, 21.4, -5.5, 20.6, -2.5, 20.4))
    return f'<path d="{d}" fill="#fff" fill-opacity=".34"/>'


HAIR.add(HairPart(name="bald", words="a bald head", length=0, form="-", on=_shine, reach=Reach(top=2, side=6)))

add(
    "shaved",
    "a shaved head",
    Cut(on=(Mass(outline=SCALP, shaved=0.34),), short=True),
    length=0,
    form="-",
)

_BUZZ = outline("""
    -36.6,71! -38.8,62 -39.6,50 -37.5,34 -27,20 -10,14.6 10,14.6 27,20 37.5,34 39.6,50 38.8,62 36.6,71! 34.8,64 34,53!
    30.6,42 25,34.5! 12,31.6 0,31.2 -12,31.6 -25,34.5! -30.6,42 -34,53! -34.8,64
""")
_STIPPLE = tuple(
    (0.55, x + 1.1 * ((i * 5) % 3 - 1), y, x + 0.5, y + 1.2, x, y + 2.6)
    for i, (x, y) in enumerate(
        outline("""
            -28,26 -20,21 -11,18.5 -2,17.5 7,18 16,20 24,23.5 31,29 -33,34 -24,30 -15,26.5 -5,25 5,25 14,26 23,29.5
            33,38 -35.5,44 35.5,48 36.4,57 -36.4,55
        """)
    )
)
add(
    "buzz",
    "buzzed {colour} hair",
    Cut(on=(Mass(outline=_BUZZ, strands=_STIPPLE),), edge=(13, 22), short=True),
    length=1,
    form="S",
)

_HORSESHOE_L = outline("""
    -36.4,76! -40.6,69 -42.6,60 -42.4,51 -40.4,43.6 -36.2,37.4! -35.4,44 -34,51 -33.4,58 -34.6,67
""")


def _mirrored(outline: tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
    return tuple((-p[0], *p[1:]) for p in outline)[::-1]


add(
    "horseshoe",
    "a bald crown and {colour} hair at the sides",
    Cut(
        on=(
            Mass(
                outline=_HORSESHOE_L,
                strands=strands("1.1 -37.4,43 -40.6,51 -40,61; 1 -35.6,49.6 -37.6,57 -36.6,66"),
                still=True,
            ),
            Mass(
                outline=_mirrored(_HORSESHOE_L),
                strands=strands("1.1 37.4,43 40.6,51 40,61; 1 35.6,49.6 37.6,57 36.6,66"),
                still=True,
            ),
        ),
        short=True,
    ),
    length=1,
    form="S",
)

_COMBED = strands("""
    3.4 -38,43 -30,14 0,10 27,25; 2.6 -37.6,47 -27,20 -1,15 24,30; 2.2 -37,51 -25,27 -6,21 18,32; 1.6 -37,53 -26,33
    -12,27 6,31
""")
add(
    "comb-over",
    "thin {colour} hair combed over",
    Cut(
        on=(
            Mass(outline=SIDES, shaved=0.2),
            Mass(
                outline=_mirrored(_HORSESHOE_L),
                strands=strands("1.1 37.9,41.3 42,49.2 41,60; 1 36.2,48.4 38.6,56.2 37,66"),
            ),
            Mass(outline=_HORSESHOE_L, strands=strands("1 -36.2,48.4 -38.6,56.2 -37,66"), wisps=_COMBED),
        ),
        short=True,
    ),
    length=1,
    form="S",
)

_RECEDING = outline("""
    -36.6,71! -39.4,62 -41,50 -39,34 -29,19.5 -12,12.6 6,11.6 22,15 34,25.5 40,38 41,50 39.4,62 36.6,71! 34.8,64
    34.4,54 33.2,44 29,32 21,24.4! 13,27.5 4,30 -7,29.6 -16,25.5! -27,30 -33,43 -34.4,54 -34.8,64
""")
add(
    "receding",
    "short receding {colour} hair",
    Cut(
        on=(
            Mass(
                outline=_RECEDING,
                strands=strands("""
                    .9 11,27 3,20 -10,16; .9 3,29 -8,22 -20,21; .8 -8.5,28.1 -18.2,24 -27,28; .8 18,24 14,18 4,14; .8
                    31,33 36,44 37,58; .8 -33,32 -37,44 -37,58
                """),
            ),
        ),
        edge=(13, 0),
        short=True,
    ),
    length=1,
    form="S",
)

_CREW_TOP = outline("""
    -34.6,48! -37.4,38 -37.6,25 -33,14!.1 -26,10.6!.1 -25,8.8!.1 -14,8.6!.1 -13,7!.1 -1,7.6!.1 0,6.4!.1 11,8!.1
    12.4,7!.1 24,10.4!.1 25,9.6!.1 33,14 37.6,25 37.4,38 34.6,48! 31,40! 26,33.6!.1 17,32.2!.05 5,31.6!.05 -8,31.8!.05
    -18,32.4!.05 -26,33.6! -31,40!
""")
add(
    "crew",
    "a {colour} crew cut",
    Cut(
        on=(
            Mass(outline=SIDES, shaved=0.5),
            Mass(
                outline=_CREW_TOP,
                strands=strands("""
                    .9 -22,31 -23.5,22 -20,12; .9 -12.5,31 -13.5,21 -11,9.5; .9 -3,30 -3.4,20.3 -2.1,8.6; .9 6,30.5
                    6.5,20 6,9; .9 15,31 16.5,22 15,10.5; .9 23,31 26,24 24,14; .8 31,38 33.5,30 31.5,20; .8 -31,38
                    -33.5,30 -31,19
                """),
            ),
        ),
        edge=(17, 0),
        short=True,
    ),
    length=1,
    form="S",
)
