"""Alternative texts: "person with curly black hair and glasses, laughing"."""

from __future__ import annotations

from functools import lru_cache

from mien.avatar.expression import Look
from mien.avatar.palette import difference
from mien.avatar.parts import CLOTHING, EARRINGS, EXTRAS, FACIAL_HAIR, GLASSES, HAIR, HEADWEAR
from mien.avatar.spec import AvatarSpec

#: Plain words for colours, nearest in OKLab.
_NAMES = {
    "black": "#1d1716", "dark brown": "#3f2a1e", "brown": "#5f4029", "light brown": "#8a6140", "auburn": "#7a3b22",
    "red": "#b5502a", "blond": "#d3ab6b", "grey": "#9a9793", "white": "#ecebe7", "blue": "#3f6fb5", "teal": "#2f8f8f",
    "green": "#4f8a4c", "pink": "#e58aa8", "purple": "#7d5bb0", "orange": "#e08030", "yellow": "#f0cf45",
}  # fmt: skip
_PERSON = {"m": "man", "f": "woman", "n": "person"}


@lru_cache(maxsize=1024)
def named(colour: str) -> str:
    """The plain word nearest to "#rrggbb"."""
    return min(_NAMES, key=lambda name: difference(_NAMES[name], colour))


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def _hat(words: str, colour: str | None) -> str:
    return words.format(colour=named(colour)) if colour else words.replace("{colour} ", "")


def describe(spec: AvatarSpec, look: Look) -> tuple[str, str]:
    """(title, description) of a drawing."""
    hat = HEADWEAR[spec.headwear.style]
    traits = []
    if hat.hair is not None:
        traits.append(HAIR[spec.hair.style].words.format(colour=named(spec.hair.colour)))
    worn = [
        FACIAL_HAIR[spec.facial_hair.style].words.format(colour=named(spec.facial_hair.colour or spec.hair.colour)),
        GLASSES[spec.glasses.style].words.format(colour=named(spec.glasses.colour)),
        _hat(hat.words, spec.headwear.colour),
        EARRINGS[spec.earrings.style].words.format(colour=named(spec.earrings.colour)),
        *(EXTRAS[name].words for name in spec.extras.worn),
    ]
    traits += [words for words in worn if words]
    title = _PERSON[spec.presentation] + (f" with {_joined(traits)}" if traits else "")
    title += f", {look.words}" if look.words else ""
    desc = "A drawn portrait"
    if clothes := CLOTHING[spec.clothing.style].words.format(colour=named(spec.clothing.colour)):
        desc += f" in {clothes}"
    if look.overlays:
        desc += "; " + ", ".join(name.replace("_", " ") for name in look.overlays)
    return title, desc
