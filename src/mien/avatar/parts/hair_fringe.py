"""Fringes that any style without one of its own can be given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.parts.hair_comb import outline, strands
from mien.avatar.parts.hair_cut import Cut, Mass
from mien.avatar.parts.hair_paint import Barber
from mien.avatar.parts.hair_style import shadow_of
from mien.avatar.parts.registry import FRINGES, HAIR, Part, nothing

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.parts.registry import Draw
    from mien.avatar.spec import AvatarSpec

_BLUNT = outline("""
    -35,55! -38,42 -31,22 -12,11 12,11 31,22 38,42 35,55!.04 20,50.6!.1 18.6,49!.03 2,48.6!.1 0,49.6!.03 -19,49.8!.1
    -21,51!.03
""")
_BLUNT_STRANDS = strands("""
    1.1 -3,14 -17,25 -21,49; 1 0,15 -8,28 -9.6,47; 1 4,15 9,28 10,47; 1.1 7,14 21,25 23,49; 1.2 -9,13 -29,24 -33,52;
    1.2 13,13 29,24 33,52
""")
_WISPY = outline("""
    -33,50! -36,38 -28,20 -10,11 10,11 28,20 36,38 33,50!.1 25,41!-.1 22.6,49!.1 17,38!-.1 12,48.6!.1 9,37!-.1
    3,48.6!.1 0,37.6!-.1 -7,48.6!.1 -9.6,38!-.1 -17,49!.1 -19,39.6!-.1 -26,50!.1 -28,42!
""")
_SWEPT = outline("""
    -35.4,63! -40,46 -33,22 -14,10 8,9 24,14 31,26 30,39! 24,33 20,31 12,39.4 0,46.4 -14,50.4 -26,55.4
""")
_CURTAIN = outline("""
    -38,68! -41,50 -35,24 -16,10 0,9 16,10 35,24 41,50 38,68! 33,57 19,48 7,36 1,23! -6,37 -18,49 -33,57
""")
_MICRO = outline("""
    -35,50! -37,38 -30,20 -11,11 11,11 30,20 37,38 35,50! 32,44 26,40.6!.04 14,40!.1 12.6,39.2!.02 -4,39.6!.1
    -5.6,40.4!.02 -26,41! -32,44
""")
_CURLY = outline("-35,50! -39,36 -30,18 -10,10 10,10 30,18 39,36 35,50~7 24,46 10,47 -8,47 -24,47")


def _fringe(mass: Mass, edge: tuple[int, int]) -> Draw:
    cut = Cut(front=(mass,), edge=edge, hairline=False, parting=20 if mass.outline is _SWEPT else None)

    def draw(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
        style = HAIR[spec.hair.style]
        if style.fringe or style.form == "-":
            return ""
        barber = Barber(cut, head, tones, spec, uid)
        shade, tint = "", f'fill="{tones.hair.deep}" fill-opacity=".24" transform="translate(1 2.2)"'
        if not head.bold:
            shade = f'<g clip-path="url(#{uid}head)"><path d="{shadow_of(cut, barber, True)}" {tint}/></g>'
        return shade + barber.layer(cut.front, "hr")

    return draw


def _add(name: str, mass: Mass, edge: tuple[int, int]) -> None:
    FRINGES.add(Part(name=name, words=name, front=_fringe(mass, edge)))


FRINGES.add(Part(name="style", words="", front=nothing))
_add("blunt", Mass(outline=_BLUNT, strands=_BLUNT_STRANDS, flat=True), (7, 0))
_add(
    "wispy",
    Mass(
        outline=_WISPY,
        flat=True,
        strands=strands("""
            1 -3,14 -20,24 -25,46; 1 0,15 -11,28 -16,45; 1 2,16 -1,28 -6,45; 1 5,15 9,28 4,45; 1 8,14 18,26 13,45; 1
            11,13 26,24 23,45
        """),
    ),
    (7, 0),
)
_add(
    "side-swept",
    Mass(
        outline=_SWEPT,
        flat=True,
        strands=strands("1.3 17,24 6,36 -12,47; 1.4 15,18 -4,30 -24,51; 1.3 10,13 -18,22 -31,52"),
        parts=strands(".8 20,27 15,19 17,13"),
    ),
    (6, 0),
)
_add(
    "curtain",
    Mass(
        outline=_CURTAIN,
        flat=True,
        strands=strands("""
            1.4 -1,20 -9,38 -32,58; 1.4 -4,14 -20,32 -37,60; 1.4 3,20 10,38 33,58; 1.4 6,14 21,32 37.4,60
        """),
        parts=strands(".8 1,23 0,16 1,11"),
    ),
    (8, 0),
)
_add(
    "micro",
    Mass(
        outline=_MICRO,
        flat=True,
        strands=strands("1 -3,14 -14,22 -17,38; 1 1,15 -4,25 -5,38; 1 5,14 11,24 11,38; 1 9,13 21,21 24,39"),
    ),
    (7, 0),
)
_add("curly", Mass(outline=_CURLY, flat=True, coils=6.6), (7, 0))
