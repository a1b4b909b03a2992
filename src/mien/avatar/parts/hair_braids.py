"""Long braids and locs."""

from __future__ import annotations

from mien.avatar.parts.hair_comb import outline, strands
from mien.avatar.parts.hair_cut import Cut, Mass, Ropes
from mien.avatar.parts.hair_style import add
from mien.avatar.parts.hair_tied import UP, UP_GLOSS

# --- long locs ----------------------------------------------------------------------------------------------------

_CROWN = outline("-38,58! -43,42 -36,18 -18,6 0,3.6 18,6 36,18 43,42 38,58! 32,44 18,32 5,25! -14,34 -31,45")
_UNDER = outline("-44,104! -46,60 0,40 46,60 45,104! 30,108 0,95 -30,108")
_LOCS_BACK = (outline("-32,84 -34,104 -31,118"), outline("43,40 49,80 53,104"), outline("33,84 33,100 30,113"))
_LOCS = (
    outline("2,8 -26,12 -43,40 -49,76 -55,98"),
    outline("2,10 -23,16 -38,42 -44,84 -47,114"),
    outline("3,13 -20,22 -34,50 -40,88 -38,121"),
    outline("4,17 -15,29 -33,56 -35,84 -32,105"),
    outline("6,8 29,13 43,40 47,74 47,116"),
    outline("7,11 25,18 38,45 42,86 39,120"),
    outline("8,15 21,26 34,52 36,80 37,102"),
)
add(
    "long-locs",
    "long {colour} locs",
    Cut(
        behind=(Mass(outline=_UNDER, far=True), Ropes(lines=_LOCS_BACK, width=7, bead=0.72, far=True)),
        front=(Mass(outline=_CROWN), Ropes(lines=_LOCS, width=7.6, bead=0.7, still=False)),
        brim=outline("-32,100 -35,62 -30,48 -13,34 4,25! 17,32 30,47 34.6,64 36,90"),
        hairline=False,
    ),
    length=4,
    form="B",
    ears=False,
)

# --- box braids ---------------------------------------------------------------------------------------------------

_BOX_BACK = (outline("-31,82 -30,100 -27,113"), outline("43,40 52,78 56,106"), outline("32,84 31,100 29,116"))
_BOX = (
    outline("8,8 -22,12 -41,40 -47,78 -52,110"),
    outline("8,9.6 -20,15 -38,44 -44,84 -47,120"),
    outline("9,11.6 -18,19 -35.6,48 -41,88 -41.6,114"),
    outline("9,14 -15,24 -34,54 -38.6,88 -36.6,123"),
    outline("10,17 -11,29 -33,58 -35,84 -32,108"),
    outline("10,8 30,13 42,40 47,76 52,113"),
    outline("11,11 27,18 39,46 44,84 47,121"),
    outline("12,14 23,23 36,52 40.6,86 42,111"),
    outline("12,18 19,28 34.6,58 37.4,86 37,122"),
)
add(
    "box-braids",
    "long {colour} box braids",
    Cut(
        behind=(Mass(outline=_UNDER, far=True), Ropes(lines=_BOX_BACK, width=5, bead=0.6, far=True)),
        front=(
            Mass(outline=_CROWN, strands=strands("1.2 5,20 -6.4,24.5 -19.5,35.5; 1.2 10,21 16,26.7 22.8,34.3")),
            Ropes(lines=_BOX, width=5, bead=0.6, still=False),
        ),
        brim=outline("-32,100 -35,66 -30,50 -13,35 5,25! 18,33 31,47 35,64 35,98"),
        hairline=False,
    ),
    length=4,
    form="B",
    ears=False,
)

# --- two plaits ---------------------------------------------------------------------------------------------------

_PLAIT_CAP = outline("""
    -36.6,76! -42,66 -43.4,48 -39.6,28 -28.6,13.6 -12,7 0,9! 12,7 28.6,13.6 39.6,28 43.4,48 42,66 36.6,76! 35.6,66
    33.6,55 26,43 12,34 0,22! -12,34 -26,43 -33.6,55 -35.6,66
""")
_CAP_STRANDS = strands("""
    1.2 -2,20 -10.5,28.6 -20.1,37.7; 1.3 -4,14 -26,24 -36,50; 1.2 -8,10 -24.1,13 -34.8,21; 1.1 -38,54 -41,62 -38,72;
    1.2 2,20 10.5,28.6 20.1,37.7; 1.3 4,14 26,24 36,50; 1.2 8,10 24.1,13 34.8,21; 1.1 38,54 41,62 38,72
""")
_PLAIT_L, _PLAIT_R = outline("-39,74 -42,88 -41,102 -38.6,113"), outline("39,74 42.6,88 42,102 40,113")
_TUFT_L, _TUFT_R = (
    outline("-42,113! -44,118 -40,126! -35.6,119 -35.6,113!"),
    outline("36.6,113! 36.6,119 41,126! 45,118 43.4,113!"),
)
add(
    "braids",
    "{colour} hair in two braids",
    Cut(
        behind=(Mass(outline=outline("-43,80! -43,60 0,40 43,60 43,80! 24,90 0,90 -24,90"), far=True),),
        on=(
            Mass(
                outline=_PLAIT_CAP,
                strands=_CAP_STRANDS,
                gloss=strands("2.4 -37,33 -31,22 -20,16.4"),
                parts=strands(".9 0,22 -.6,15 0,9"),
            ),
        ),
        front=(
            Mass(outline=_TUFT_L, rim=False),
            Mass(outline=_TUFT_R[::-1], rim=False),
            Ropes(lines=(_PLAIT_L, _PLAIT_R), width=13, bead=0.95, plait=True),
        ),
        edge=(13, 0),
    ),
    length=5,
    form="B",
)

# --- one plait over a shoulder ------------------------------------------------------------------------------------

_SIDE_CAP = outline("""
    -33,84! -41,80 -45.6,68 -45.6,48 -41,27 -29,12 -11,5 8,5.4 17,9.4! 29,14 38.6,26 42.6,44 42,58 38,69! 35,62
    33.6,52 27,39 17.6,26.4! 9,37 -6,46 -22,53 -33,63 -36.6,74
""")
add(
    "side-braid",
    "{colour} hair in a braid over one shoulder",
    Cut(
        behind=(Mass(outline=outline("-44,86! -43,60 0,40 30,60! 0,96 -24,98"), far=True),),
        on=(
            Mass(
                outline=_SIDE_CAP,
                gloss=strands("2.6 -39,33 -32.6,21 -20,14.6"),
                parts=strands(".9 17.4,26.4 16,18 17,9.6"),
                strands=strands("""
                    1.3 15,23 0,35 -24,49; 1.4 12,16.6 -20,26 -38,56; 1.3 5,9.6 -32,19 -42,56; 1.2 -40,60 -43,70
                    -38,80; 1.2 20,23 30,34 35.6,50; 1.2 23,16 36,27 40,46
                """),
            ),
        ),
        front=(
            Mass(outline=outline("-40.6,115! -42,119 -37,127! -32.6,120 -33,115!"), rim=False),
            Ropes(lines=(outline("-38,80 -43,92 -41.6,104 -37,115"),), width=15, bead=0.95, plait=True, still=False),
        ),
        edge=(14, 0),
        parting=16,
    ),
    length=5,
    form="B",
)

# --- a braid worn as a crown --------------------------------------------------------------------------------------

add(
    "crown-braid",
    "{colour} hair in a crown braid",
    Cut(
        on=(
            Mass(
                outline=UP,
                gloss=UP_GLOSS[:0],
                strands=strands("""
                    1 -25.1,34.8 -27.3,29 -28,24; 1 -10.4,29.3 -11.2,24 -12,20; 1 2.9,28.8 3.1,23.2 4,19; 1 16.8,30.7
                    18.1,25.1 18,21; 1 29.1,38.9 32.2,33.3 32,27; 1 -34.6,50.8 -37.1,43.4 -37,36; 1 34.6,50.8
                    37.1,43.4 37,36
                """),
            ),
            Ropes(
                lines=(outline("-42,46 -39,28 -27,13.6 -10,6.6 10,6.6 27,13.6 39,28 42,46"),),
                width=12.5,
                bead=1,
                plait=True,
            ),
        ),
        edge=(12, 0),
    ),
    length=5,
    form="B",
)
