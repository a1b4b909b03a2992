"""What a hair style is made of: masses and ropes in three layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from mien.avatar.parts.hair_comb import Outline, Strands, strands

#: Highlights that styles share: on hair combed over the crown, and the broken ring on hair that falls from it.
CROWN_GLOSS = strands("2.8 -37,35 -31.4,22.6 -19,16; 1.7 -15.6,15 -10.6,12.8 -4,12.2")
RING_GLOSS = strands("""
    2.2 -33,39 -31.4,33 -27.6,27; 2.7 -26,34 -24.6,27.4 -21,21.6; 2.3 -18,30.6 -17,24.4 -14,19; 1.6 -11,28 -10.4,23
    -8.6,18.6
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mass:
    """One silhouette of hair. Outlines run clockwise and begin with a corner at the lower left; from there to the next
    corner (the lower right) is the outer edge, which takes the rim of light."""

    outline: Outline
    strands: Strands = ()  #: follow the hair: light where the light falls, shade elsewhere
    parts: Strands = ()  #: deep gaps between locks
    gloss: Strands = ()  #: highlights, never mirrored
    wisps: Strands = ()  #: loose strands that leave the mass
    coils: float = 0.0  #: size of the curls drawn all over
    far: bool = False  #: behind the head: in shade, without a rim
    fringe: bool = False  #: the style's own fringe: left out where the spec asks for another
    rim: bool = True
    depth: float | None = None
    still: bool = False  #: is not mirrored with the parting
    flat: bool = False  #: continues a mass of another layer: no edge of its own
    shaved: float = 0.0  #: stubble: a flat tint of the scalp, so strong


@dataclass(frozen=True, slots=True, kw_only=True)
class Ropes:
    """Braids, locs and twists: thick lines with beads. Every second one lies on top of its neighbours."""

    lines: tuple[Outline, ...]
    width: float
    bead: float  #: distance of the beads, in widths; 0: smooth
    plait: bool = False  #: beads lie to the left and right in turn
    scalp: bool = False  #: skin shows between the ropes, as in cornrows
    far: bool = False
    depth: float | None = None
    still: bool = True
    fringe: bool = False


Piece: TypeAlias = Mass | Ropes


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The layers of a style, see `mien.avatar.person`."""

    behind: tuple[Piece, ...] = ()
    on: tuple[Piece, ...] = ()
    front: tuple[Piece, ...] = ()
    edge: tuple[int, int] | None = (
        None  #: points of the main mass that lie on the face and throw a shadow: first, end (0: all)
    )
    brim: Outline = ()  #: the same, drawn by itself, from left to right
    short: bool = False
    parting: float | None = None
    hairline: bool = True
