"""People without a photo: presets by presentation and skin tone, random people, and the Unicode emoji that match.

Unicode has people for some gestures (🙎 🙅 🤦...), each with a skin tone (Fitzpatrick modifier) and a gender (a ZWJ
sequence, https://unicode.org/reports/tr51/#Gender). Faces such as 😄 have neither.
"""

from __future__ import annotations

import random
from typing import Any, Literal

from mien.avatar.expression import LABEL_EMOJI
from mien.avatar.parts import CLOTHING, EARRINGS, FACIAL_HAIR, GLASSES, HEADWEAR
from mien.avatar.parts.hair_traits import HAIR_TRAITS
from mien.avatar.spec import MONK, YELLOW, AvatarSpec
from mien.avatar.spec.groups import BROW_SHAPES, EYE_SHAPES, NOSE_KINDS
from mien.emoji import RECIPES
from mien.errors import SpecError
from mien.types import LABELS, UNSURE, Expression

Presentation = Literal["m", "f", "n"]
PRESENTATIONS = ("m", "f", "n")

_ZWJ, _VARIATION = "\u200d", "\ufe0f"
_SIGN = {"m": "♂" + _VARIATION, "f": "♀" + _VARIATION}
#: Fitzpatrick modifiers, light to dark, and the Monk tones that each stands for, two by two.
TONES = "🏻🏼🏽🏾🏿"
#: Emoji of people that take a tone and a sign (emoji-zwj-sequences.txt, "ZWJ Gendered" of Unicode 16).
GESTURES = ("🙎", "🙍", "🙅", "🙆", "💁", "🙋", "🧏", "🙇", "🤦", "🤷", "💆", "💇", "🚶", "🏃", "🧍", "🧎", "🧖")
#: The adult whose gender is a code point of its own instead of a sign.
ADULTS = {"n": "🧑", "m": "👨", "f": "👩"}
#: The person that stands for an expression; surprise, fear and disgust have faces only.
PERSON_OF = {
    "neutral": "🧑", "happiness": "🙋", "sadness": "🙍", "anger": "🙎", "contempt": "🤦", "disgust": "🙅", UNSURE: "🤷",
}  # fmt: skip


def sequence(expression: str | Expression, presentation: str = "n", monk: int | None = None) -> str:
    """The Unicode emoji of a person for an expression, presentation and skin tone.

    >>> sequence("anger", "f")
    '🙎\u200d♀️'
    >>> sequence("🤷", "m", 8)
    '🤷🏾\u200d♂️'

    expression: a label, an emoji, or an `Expression`; a face emoji stands for the expression that it shows most. Where
    Unicode has no person for it the face comes back as it is. presentation: m, f or n; monk: 1..10, None for the
    plain yellow. Raises SpecError for what it does not know.
    """
    _check(presentation, monk)
    emoji = _person_for(expression)
    tone = "" if monk is None else TONES[(monk - 1) // 2]
    if emoji in ADULTS.values():
        return ADULTS[presentation if emoji == ADULTS["n"] else _own(emoji)] + tone
    if emoji not in GESTURES:
        return emoji
    return emoji + tone + (_ZWJ + _SIGN[presentation] if presentation in _SIGN else "")


def _person_for(expression: str | Expression) -> str:
    if isinstance(expression, Expression):
        return PERSON_OF.get(expression.label, expression.emoji)
    if expression in (*LABELS, UNSURE):
        return PERSON_OF.get(expression, LABEL_EMOJI[expression])
    bare = "".join(mark for mark in expression.split(_ZWJ)[0] if mark not in TONES + _VARIATION)
    if bare in GESTURES or bare in ADULTS.values():
        return bare
    if found := next((r for key, r in RECIPES.items() if key.strip(_VARIATION) == bare), None):
        label = max(found.profile, key=lambda name: found.profile[name])
        return PERSON_OF.get(label, expression)
    raise SpecError(f"{expression!r} is no expression; give one of {', '.join(LABELS)} or an emoji of a face or person")


def _own(emoji: str) -> str:
    return next(key for key, adult in ADULTS.items() if adult == emoji)


def _check(presentation: str, monk: int | None) -> None:
    if presentation not in PRESENTATIONS:
        raise SpecError(f"presentation {presentation!r} is unknown; choose from m, f and n")
    if monk is not None and not 1 <= monk <= len(MONK):
        raise SpecError(f"Monk tone {monk} does not exist; the scale goes from 1 (light) to {len(MONK)} (dark)")


_DRESSED: dict[str, dict[str, object]] = {
    "n": {"hair.style": "curtains", "clothing.colour": "#3f8f7a"},
    "m": {
        "hair.style": "short", "brows.shape": "straight", "brows.thickness": 0.35, "shape.jaw": 0.35, "shape.chin": 0.2,
        "eyes.lashes": 0.1, "clothing.colour": "#3f6fb5",
    },
    "f": {
        "hair.style": "long-wavy", "brows.shape": "arched", "brows.thickness": -0.2, "shape.jaw": -0.2,
        "eyes.lashes": 0.75, "mouth.fullness": 0.35, "marks.blush": 0.15, "clothing.colour": "#b5568c",
    },
}  # fmt: skip
#: Usual hair by Monk tone, and with the plain yellow.
_HAIR_OF = {1: "#8a6140", 2: "#6b4a31", 3: "#5c3d28", 4: "#4e3526", 5: "#3f2a1e", 6: "#2b211d"}
_HAIR_OF_YELLOW = "#5c3d28"


def preset(presentation: str = "n", monk: int | None = None) -> AvatarSpec:
    """The person that stands for nobody in particular: neutral, masculine or feminine, in any skin tone.

    presentation: n, m or f; monk: 1..10, None for the plain yellow of emoji. Raises SpecError.
    """
    _check(presentation, monk)
    skin = YELLOW if monk is None else MONK[monk - 1]
    hair = _HAIR_OF_YELLOW if monk is None else _HAIR_OF.get(monk, "#1c1614")
    fields = {"presentation": presentation, "skin.colour": skin, "hair.colour": hair, **_DRESSED[presentation]}
    return AvatarSpec().edited(fields)


# --- random people ------------------------------------------------------------------------------------------------

_HAIR_COLOURS = ("#1c1614", "#2b211d", "#3f2a1e", "#5c3d28", "#8a6140", "#a8814f", "#d3ab6b", "#b0512a", "#9a9793")
_EYE_COLOURS = ("#3d2314", "#5b3a21", "#7c5a2e", "#5f7d4e", "#7b8b95", "#4f80b4")
_CLOTH = ("#2f5d8c", "#8c2f3d", "#3f8f7a", "#d8a93f", "#5a4a78", "#30343c", "#c8643c")


def random_person(seed: int | None = None) -> AvatarSpec:
    """A person who does not exist; the same seed gives the same person."""
    r = random.Random(seed)
    presentation = r.choice("mfn")
    deep = r.randrange(len(MONK))
    grey = r.random() < 0.12
    hair = "#9a9793" if grey else r.choice(_HAIR_COLOURS[: 3 if deep > 5 else 5 if deep > 3 else 8])
    fields: dict[str, Any] = {
        "presentation": presentation, "skin.colour": MONK[deep], "hair.colour": hair,
        "hair.style": _random_hair(r, presentation), "hair.parting": r.choice(("left", "right", "middle")),
        "eyes.colour": r.choice(_EYE_COLOURS[: 2 if deep > 5 else 6]), "eyes.shape": r.choice(EYE_SHAPES),
        "nose.kind": r.choice(NOSE_KINDS), "brows.shape": r.choice(BROW_SHAPES),
        "eyes.lashes": {"m": 0.1, "f": 0.7, "n": 0.35}[presentation], "marks.wrinkles": 0.6 if grey else 0.0,
        "marks.freckles": 0.5 if deep < 4 and r.random() < 0.15 else 0.0,
    }  # fmt: skip
    for path in (
        "shape.width", "shape.length", "shape.jaw", "shape.chin", "shape.cheeks", "eyes.size", "eyes.spacing",
        "eyes.tilt", "nose.width", "nose.length", "mouth.width", "mouth.fullness", "brows.thickness", "hair.volume",
        "hair.hairline",
    ):  # fmt: skip
        fields[path] = round(min(max(r.gauss(0, 0.4), -1.0), 1.0), 2)
    fields |= _random_things(r, presentation)
    return AvatarSpec().edited(fields)


def _random_hair(r: random.Random, presentation: str) -> str:
    share = {"m": 0.97, "f": 0.03, "n": 0.5}[presentation]
    fit = [t.weight * (share * t.masculine + (1 - share) * (1 - t.masculine)) for t in HAIR_TRAITS.values()]
    return r.choices(list(HAIR_TRAITS), fit)[0]


def _random_things(r: random.Random, presentation: str) -> dict[str, Any]:
    def sometimes(names: Any, chance: float) -> str:
        worn = [name for name in names if name != "none"]
        return r.choice(worn) if r.random() < chance else "none"

    return {
        "facial_hair.style": sometimes(FACIAL_HAIR, 0.45 if presentation == "m" else 0.0),
        "glasses.style": sometimes(GLASSES, 0.25), "headwear.style": sometimes(HEADWEAR, 0.12),
        "headwear.colour": r.choice(_CLOTH), "clothing.colour": r.choice(_CLOTH),
        "earrings.style": sometimes(EARRINGS, 0.5 if presentation == "f" else 0.08),
        "clothing.style": sometimes(CLOTHING, 0.0),
    }  # fmt: skip
