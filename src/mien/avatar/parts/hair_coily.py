"""Short curly and coily hair, afros, and what is worn close to the scalp: cornrows, twists, short locs."""

from __future__ import annotations

from mien.avatar.parts.hair_bare import SIDES
from mien.avatar.parts.hair_comb import outline
from mien.avatar.parts.hair_cut import Cut, Mass, Ropes
from mien.avatar.parts.hair_style import add

# --- short curls over the forehead --------------------------------------------------------------------------------

_CURLY = outline("""
    -36,77~5 -43.4,67 -47.6,52~9 -48,32 -41,12 -26,-.6 -6,-4.6 14,-2 33,7 46,26 48,47~5.4 43.6,66 36,77! 34.6,66~4
    33.6,54 29.4,45~8 16,42 3,47 -12,42.6 -28,47~4 -33.8,56 -34.8,66
""")
add(
    "curly-short",
    "short curly {colour} hair",
    Cut(on=(Mass(outline=_CURLY, coils=6.6),), edge=(13, 0), short=True, hairline=False),
    length=2,
    form="K",
    fringe=True,
)

# --- curls on top, faded sides ------------------------------------------------------------------------------------

_FADE = outline("""
    -33.6,47! -39,40~7.4 -41,24 -34,8 -16,-1.6 8,-2 30,5 41,20 40.6,36 33.6,47! 29,40~6.4 16,38 2,42 -14,37.6 -28,41
""")
add(
    "curly-fade",
    "{colour} curls over faded sides",
    Cut(on=(Mass(outline=SIDES, shaved=0.55), Mass(outline=_FADE, coils=5.6)), edge=(9, 0), short=True, hairline=False),
    length=2,
    form="K",
    fringe=True,
)

# --- close coils --------------------------------------------------------------------------------------------------

_CLOSE = outline("""
    -36.4,72! -40,63~4.6 -41.6,48 -39,30 -28,16 -10,10.4 10,10.4 28,16 39,30 41.6,48 40,63~1 36.4,72! 34.8,64 34,53!
    30.4,42~4 24,34.6 0,31.2 -24,34.6 -30.4,42 -34,53~1 -34.8,64
""")
add(
    "coils",
    "very short coily {colour} hair",
    Cut(on=(Mass(outline=_CLOSE, coils=4.2),), edge=(13, 20), short=True),
    length=1,
    form="K",
)

# --- afros --------------------------------------------------------------------------------------------------------

_SHORT_AFRO = outline("""
    -36,77~6.4 -43.6,68 -47.6,52 -46,30 -34,9.4 -12,1 12,1 34,9.4 46,30 47.6,52 43.6,68 36,77! 34.8,66~4.4 34,54
    30.8,43 24,35.6 0,31.8 -24,35.6 -30.8,43 -34,54 -34.8,66
""")
add(
    "short-afro",
    "a short {colour} afro",
    Cut(on=(Mass(outline=_SHORT_AFRO, coils=5.2),), edge=(12, 0), short=True),
    length=2,
    form="K",
)

_AFRO = outline("""
    0,97~8.6 -28,96 -46,86 -56,68 -57,46 -51,20 -35,.6 -12,-8.6 12,-8.6 35,.6 51,20 57,46 56,68 46,86 28,96
""")
_AFRO_CAP = outline("""
    -36,76! -42,60 -41,30 -24,12 0,8 24,12 41,30 42,60 36,76! 34.8,66~4.6 34,56 30.6,44 24,36.4 0,32.4 -24,36.4
    -30.6,44 -34,56 -34.8,66
""")
add(
    "afro",
    "a {colour} afro",
    Cut(behind=(Mass(outline=_AFRO, coils=7.6, depth=-0.2),), on=(Mass(outline=_AFRO_CAP, flat=True),), edge=(8, 0)),
    length=3,
    form="K",
)

_HIGH_TOP = outline("""
    -33.4,48! -37.4,40~5 -38.6,24 -37.6,2 -35.6,-10 -31,-13.4 0,-15.6 31,-13.4 35.6,-10 37.6,2 38.6,24 37.4,40
    33.4,48! 30.6,41~1 27.6,35.4! 14,32.6 0,32 -14,32.6 -27.6,35.4! -30.6,41
""")
add(
    "high-top",
    "a {colour} high-top fade",
    Cut(on=(Mass(outline=SIDES, shaved=0.6), Mass(outline=_HIGH_TOP, coils=5.4)), edge=(12, 0), short=True),
    length=2,
    form="K",
)

# --- cornrows -----------------------------------------------------------------------------------------------------

_ENDS = ((35.6, 58, 38.6, 44), (32, 45, 35, 31.6), (25.4, 37.4, 27.4, 23), (17, 33, 18, 17.6), (8.6, 31.4, 9, 15))
_ROWS = (
    *(((s * x, y), (s * (1.06 * x + 1), (y + top) / 2), (s * end, top)) for s in (-1, 1) for x, y, end, top in _ENDS),
    outline("0,31 0,22 0,14.4"),
)
_NECK_ROWS = tuple(
    ((s * x, 62), (s * (x + 3.6), 80), (s * (x + 1), 100), (s * (x + 3), 113)) for s in (-1, 1) for x in (36, 29.6)
)
add(
    "cornrows",
    "{colour} cornrows",
    Cut(
        behind=(Ropes(lines=_NECK_ROWS, width=5.6, bead=0.62, far=True),),
        on=(
            Mass(outline=SIDES[:13] + outline("34,54 30.4,42 24,34.6 0,31 -24,34.6 -30.4,42 -34,54"), shaved=0.42),
            Ropes(lines=_ROWS, width=5.6, bead=0.52),
        ),
        short=True,
    ),
    length=2,
    form="B",
)

# --- twists and short locs ----------------------------------------------------------------------------------------

_TWISTS = (
    outline("-30,34 -40,34 -46,43 -46.6,53"),
    outline("-30,26 -39,22 -46,27 -48.6,36"),
    outline("-24,20 -32,12 -40,14 -45,21"),
    outline("-16,16 -20,6 -28,3 -34,7"),
    outline("-7,14 -9,3 -15,-3 -22,-2"),
    outline("2,13 2,3 0,-4 -6,-7"),
    outline("10,14 13,3 12,-4 8,-8"),
    outline("18,16 24,6 24,-1 21,-5"),
    outline("25,20 34,11 36,6 35,2"),
    outline("30,26 40,20 44,17 45,14"),
    outline("31,34 42,32 47,34 48,40"),
    outline("33,42 42,44 46,49 46,57"),
)
_TWIST_FRONT = (
    outline("-24,22 -32,28 -36,38 -35,47"),
    outline("-15,19 -22,26 -26,35 -27,43"),
    outline("-6,17 -11,25 -15,34 -17,42"),
    outline("3,17 1,26 -4,34 -7,42"),
    outline("11,18 11,27 7,35 4,41"),
    outline("18,20 20,28 18,36 15,42"),
    outline("25,23 29,30 29,37 26,43"),
    outline("30,28 36,34 37,41 36,48"),
)
add(
    "twists",
    "short {colour} twists",
    Cut(
        on=(
            Mass(outline=SIDES, shaved=0.6),
            Mass(
                outline=outline("-34,46! -41,30 -34,13 -18,4 4,1 24,5 36,14 41,30 34,46! 28,36 0,31 -28,36"), rim=False
            ),
            Ropes(lines=_TWISTS, width=7, bead=0.5),
            Ropes(lines=_TWIST_FRONT, width=6.6, bead=0.5),
        ),
        brim=outline("-34,46 -22,38 0,35 22,38 34,46"),
        short=True,
        hairline=False,
    ),
    length=2,
    form="B",
    fringe=True,
)

_LOCS_BACK = tuple(
    ((s * x, 36), (s * (x + 7), 56), (s * (x + 5), 76), (s * (x + 6.4), end))
    for s in (-1, 1)
    for x, end in outline("37,84 33,91 30,86")
)
_LOCS = (
    outline("-4,13 -26,15 -41,34 -42,60 -42.6,74"),
    outline("-3,13 -22,19 -34,34 -36.6,52 -37.4,66"),
    outline("-2,14 -15,20 -26,32 -31.6,51"),
    outline("0,14 -9,22 -18,33 -22,47.6"),
    outline("3,14 0,22 -8,33 -12,46"),
    outline("4,13 26,15 41,34 42,58 42.4,70"),
    outline("3,13 22,19 34,34 36.6,52 37.2,69"),
    outline("4,14 16,20 28,33 32,52"),
    outline("5,14 14,22 21,33 22.6,46"),
    outline("4,14 9,22 10,33 7.6,45"),
)
add(
    "short-locs",
    "short {colour} locs",
    Cut(
        behind=(Ropes(lines=_LOCS_BACK, width=6.4, bead=0.7, far=True),),
        on=(
            Mass(
                outline=outline("""
    -37,56! -42,40 -36,22 -18,11 0,9.6 18,11 36,22 42,40 37,56! 31,42 16,33 0,30 -16,33 -31,42
""")
            ),
            Ropes(lines=_LOCS, width=6.6, bead=0.7),
        ),
        brim=outline("-34,58 -29,46 -14,38 4,34 18,38 29,46 34,58"),
        hairline=False,
        short=True,
    ),
    length=2,
    form="B",
    fringe=True,
    ears=False,
)
