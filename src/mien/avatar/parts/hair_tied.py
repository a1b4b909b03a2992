"""Hair that is tied up: ponytails, buns, puffs."""

from __future__ import annotations

from mien.avatar.parts.hair_comb import Strands, outline, strands
from mien.avatar.parts.hair_cut import RING_GLOSS, Cut, Mass
from mien.avatar.parts.hair_style import add

#: Hair combed back to a tie at the crown: close to the skull, ears free.
UP = outline("""
    -37.4,70! -40.2,62 -41.4,48 -38.6,30 -28,15.6 -11,9 11,9 28,15.6 38.6,30 41.4,48 40.2,62 37.4,70! 35,63 34,53
    30.6,43 23,34.6 12,30.6 0,30 -12,30.6 -23,34.6 -30.6,43 -34,53 -35,63
""")
UP_STRANDS: Strands = strands("""
    1 -27,38 -25,24 -11,12; 1 -15,31.6 -13,20 -6,11; .9 -3,30 -2.6,20 -1,11; 1 9,30.6 9,20 4,11; 1 22,34.6 22,22 9,12;
    1.1 33,48 35,34 22,17; 1.1 -33,48 -35,34 -22,17; .9 36,62 38.6,55 38,44; .9 -36,62 -38.6,55 -38,44
""")
UP_GLOSS = strands("2.2 -34,33 -28.6,23 -17,17.4; 1.4 -13.6,16.6 -9,14.6 -4,14")

# --- high ponytail ------------------------------------------------------------------------------------------------

_HIGH_TAIL = outline("""
    -6,13! -9,4 -4,-6 9,-11 27,-8.6 43,2 53,21 56,44 54,66 46,86!.1 45,78!.1 38,86!-.05 41,68 42,46 36,28 26,17 14,13
""")
add(
    "ponytail-high",
    "{colour} hair in a high ponytail",
    Cut(
        behind=(
            Mass(
                outline=_HIGH_TAIL,
                strands=strands("""
            1.6 6,1 30,2 44,32; 1.6 8,-4 38,-2 50,40; 1.4 44,34 48,54 44,78; 1.3 50,36 53,54 49,72
        """),
                parts=strands("1.6 -9,6 -4.6,3 -6,-4"),
                depth=-0.2,
            ),
        ),
        on=(Mass(outline=UP, strands=UP_STRANDS, gloss=UP_GLOSS),),
        edge=(12, 0),
    ),
    length=5,
    form="S",
)

# --- tied at the nape: what is seen from the front is the parting -------------------------------------------------

_NAPE_CAP = outline("""
                    -37,71! -40.2,62 -41.6,48 -38.8,30 -28,15 -13,8.8 -2,10.6! 10,8.6 28,15 38.8,30 41.6,48 40.2,62
                    37,71! 35,63 34,53 31,43.6 22,35 9,29.4 -2,23.6! -12,31 -24,36.6 -31.4,44.6 -34,54 -35,64
                """)
_NAPE_STRANDS = strands("""
    1.2 -4,21 -17,29 -30,42; 1.3 -5,15 -26,23 -36,46; 1.1 -10,11.6 -33,20 -39.4,44; 1 -35.6,60 -39,54 -40,44; 1.2 0,21
    14,28 29,41; 1.3 1,15 24,22 36,45; 1.1 6,11.4 32,19 39.4,43; 1 35.6,60 39,54 40,44
""")
add(
    "tied-back",
    "{colour} hair tied back",
    Cut(
        behind=(
            Mass(
                outline=outline("18,94! 28,86 37,90 41,101 40,112 34,122!.1 33,114!.05 27,117! 27,106"),
                strands=strands("1.4 30,90 36,102 33,117"),
                far=True,
            ),
        ),
        on=(
            Mass(
                outline=_NAPE_CAP,
                strands=_NAPE_STRANDS,
                gloss=strands("2.4 -36,33 -30,22 -18,15.6"),
                parts=strands(".9 -2,23.6 -2.8,17 -2,11"),
            ),
        ),
        edge=(13, 0),
    ),
    length=5,
    form="S",
)

# --- low ponytail over a shoulder, parted -------------------------------------------------------------------------

LOW_CAP = outline("""
    -37.4,72! -41,63 -42.6,48 -40,30 -29.6,14.6 -12,7.4 4,7 12,10.4! 25,12.6 37,25 42,46 40.6,63 37.4,72! 35,64 34,54
    31.6,44 25,35 12.6,26.6! 4,34 -10,40 -23,46 -32.6,56 -35.6,66
""")
_LOW_TAIL = outline("-34,83! -40,80! -45.6,86 -51,98 -50,111 -43,123!.1 -42,117!.1 -33,121!-.05 -34,110 -32,98")
add(
    "ponytail-low",
    "{colour} hair in a low ponytail",
    Cut(
        behind=(Mass(outline=outline("-44,86! -43,60 0,40 30,60! 0,96 -24,98"), far=True),),
        on=(
            Mass(
                outline=LOW_CAP,
                gloss=strands("2.2 -36,33 -30,22 -18,16"),
                parts=strands(".9 12.4,26.6 10.6,18 12,10.4"),
                strands=strands("""
                    1.2 10,22 -6,31 -28,47; 1.2 8,16 -22,23 -37,48; 1 -36,66 -40,60 -40,50; 1.1 16,22 28,32 34,50; 1.1
                    18,15 34,25 39,46; .9 36,66 39.6,60 40,50
                """),
            ),
        ),
        front=(
            Mass(outline=_LOW_TAIL, strands=strands("1.5 -39,85 -46,98 -42,116; 1.2 -36,86 -37,100 -37,114")),
            Mass(outline=outline("-33,81.6! -41,78! -42,82.6! -34,86!"), rim=False),
        ),
        edge=(13, 0),
        parting=11,
    ),
    length=5,
    form="S",
)

# --- pigtails: a child's ------------------------------------------------------------------------------------------

_PIG_L = outline("-39,50! -47,42 -57,46 -63,60 -62,78 -55,93!.1 -54,86!.1 -46,92! -47,76 -45,62")
_PIG_R = outline("39,50! 45,62 47,76 46,92!.1 54,86!.1 55,93! 62,78 63,60 57,46 47,42")
_PIG_CAP = outline("""
    -37,68! -41,60 -42.4,46 -39,28 -28,14 -12,7.4 0,9.4! 12,7.4 28,14 39,28 42.4,46 41,60 37,68! 35,60 33.6,52!.05
    22,47.6!.1 20.6,46.6!.04 2,45.6!.1 0,46.6!.04 -20,47.4!.1 -22,48.6!.05 -33.6,52! -35,60
""")
add(
    "pigtails",
    "{colour} hair in pigtails",
    Cut(
        behind=(
            Mass(
                outline=_PIG_L,
                strands=strands("1.4 -45,48 -57,58 -54,82; 1.3 -44,54 -51,66 -50,84"),
                depth=-0.2,
                rim=False,
            ),
            Mass(
                outline=_PIG_R, strands=strands("1.4 45,48 57,58 54,82; 1.3 44,54 51,66 50,84"), depth=-0.2, rim=False
            ),
        ),
        on=(
            Mass(
                outline=_PIG_CAP,
                gloss=RING_GLOSS,
                parts=strands(".8 0,17 -.5,13 0,9.6"),
                strands=strands("""
                    1.1 -2,16 -12,26 -14,44; 1.1 2,16 10,27 9,44; 1.1 5,14 22,24 25,46; 1.1 -5,14 -25,22 -29,46; 1.2
                    -8,11 -34,20 -39,48; 1.2 8,11 34,20 39,48
                """),
            ),
        ),
        edge=(13, 0),
        hairline=False,
    ),
    length=5,
    form="S",
    fringe=True,
)
