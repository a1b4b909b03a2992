"""One colour for each expression, the same wherever mien draws or plots one."""

from __future__ import annotations

import zlib

from mien.types import UNSURE

Colour = tuple[int, int, int]  #: sRGB, 0..255 each

#: After Okabe & Ito (2008, https://jfly.uni-koeln.de/color/), told apart with any colour vision; their
#: blue is lightened to be seen on dark ground. Unsure is also dashed.
COLOURS: dict[str, Colour] = {
    "neutral": (224, 224, 230),
    "happiness": (240, 228, 66),
    "surprise": (230, 159, 0),
    "sadness": (70, 110, 230),
    "anger": (213, 94, 0),
    "disgust": (0, 158, 115),
    "fear": (204, 121, 167),
    "contempt": (86, 180, 233),
    UNSURE: (120, 122, 130),
}

#: For labels of other people's models: Paul Tol's "light" scheme (https://personal.sron.nl/~pault/).
SPARE: tuple[Colour, ...] = (
    (119, 170, 221),
    (238, 136, 102),
    (238, 221, 136),
    (255, 170, 187),
    (153, 221, 255),
    (68, 187, 153),
    (187, 204, 51),
    (170, 170, 0),
)

INK: Colour = (18, 20, 26)  #: behind text, and the dark half of every outline
PAPER: Colour = (255, 255, 255)  #: text, and the light half
MUTED: Colour = (196, 200, 210)  #: text of less weight


def colour(label: str) -> Colour:
    """The colour of an expression label; a label that mien does not know gets one of `SPARE`, always the same."""
    return COLOURS.get(label) or SPARE[zlib.crc32(label.encode()) % len(SPARE)]
