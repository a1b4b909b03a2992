"""What an avatar is asked to wear, as controls, overlays and a tilt of the head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from mien.emoji import RECIPES, Recipe
from mien.emoji.recipe import expand
from mien.errors import SpecError
from mien.types import CONTROLS, LABELS, UNSURE, Expression, Pose

#: A label, an emoji or its Unicode name, an `Expression`, a recipe, controls, or None for the face at rest.
Wearable: TypeAlias = str | Expression | Recipe | Mapping[str, float] | None

#: How far an emoji goes beyond what a face does; controls that were read off a face are drawn as they are.
EXAGGERATION = 1.3

#: The emoji that stands for each label, and the word for it in an alternative text.
LABEL_EMOJI = {
    "neutral": "😐", "happiness": "😄", "surprise": "😲", "sadness": "☹️", "anger": "😠", "disgust": "🤢",
    "fear": "😨", "contempt": "😏", UNSURE: "😐",
}  # fmt: skip
_WORDS = {
    "neutral": "", "happiness": "laughing", "surprise": "surprised", "sadness": "sad", "anger": "angry",
    "disgust": "disgusted", "fear": "frightened", "contempt": "smirking", UNSURE: "",
}  # fmt: skip
#: Where the emoji's own drawing is too mild for a label: a person with a fringe, glasses or a beard must show it at 32
#: pixels (docs/roundtrip.md). The signs are those of FACS' prototypes (Ekman, Friesen and Hager 2002): inner brows up
#: for sadness and fear, a wrinkled nose over a raised lip for disgust, one corner of the mouth for contempt.
_SIGNS = {
    "sadness": replace(
        RECIPES["☹️"], overlays=("tear",), pitch=-4.0,
        controls=expand({"frown": 0.95, "brow_inner": 1, "look_down": 0.2}),
    ),
    "anger": replace(
        RECIPES["😠"], controls=expand({"frown": 0.75, "brow_down": 1, "squint": 0.5, "sneer": 0.45, "press": 0.4})
    ),
    "disgust": replace(
        RECIPES["🤢"], controls=expand({
            "brow_down": 0.6, "brow_inner": 0.4, "squint": 1, "blink": 1, "sneer": 1, "upper": 0.6, "frown": 0.8,
            "tongue": 0.6, "jaw": 0.3,
        }),
    ),
    "fear": replace(
        RECIPES["😨"], controls=expand({
            "jaw": 0.4, "frown": 0.6, "stretch": 0.75, "lower": 0.4, "brow_inner": 1, "brow_outer": 0.15, "wide": 1,
        }),
    ),
    "contempt": replace(
        RECIPES["😏"], tilt=-3.0, controls=expand({
            "smile_left": 1, "dimple_left": 0.7, "press_right": 0.3, "mouth_left": 0.25, "squint": 0.35, "blink": 0.28,
            "look_left": 0.85, "brow_outer_left": 1, "brow_down_right": 0.6,
        }),
    ),
}  # fmt: skip
_BY_NAME = {recipe.name: recipe for recipe in RECIPES.values()}
_VARIATION = "\ufe0e\ufe0f"


@dataclass(frozen=True, slots=True)
class Look:
    """An expression ready to be drawn."""

    controls: Mapping[str, float]
    overlays: tuple[str, ...] = ()
    tilt: float = 0.0  #: degrees, clockwise as seen
    gain: float = 1.0  #: see `EXAGGERATION`
    words: str = ""  #: for the alternative text
    yaw: float = 0.0  #: degrees, to the right as seen
    pitch: float = 0.0  #: degrees, up

    @property
    def turn(self) -> Pose | None:
        """How the head is held, besides its own pose; None where it is held straight."""
        return Pose(self.yaw, self.pitch, self.tilt) if self.yaw or self.pitch or self.tilt else None


def _of_recipe(recipe: Recipe, words: str | None = None) -> Look:
    said = recipe.name.removesuffix(" face").removesuffix(" Face") if words is None else words
    return Look(recipe.controls, recipe.overlays, recipe.tilt, EXAGGERATION, said, recipe.yaw, recipe.pitch)


def _recipe_of(emoji: str) -> Recipe | None:
    bare = emoji.strip(_VARIATION)
    return next((RECIPES[key] for key in (emoji, bare, bare + "\ufe0f") if key in RECIPES), _BY_NAME.get(emoji))


def look(expression: Wearable) -> Look:
    """Controls and overlays of whatever an avatar is asked to wear.

    Raises SpecError, in one line, for a label, emoji or control that it does not know.
    """
    if expression is None:
        return Look({})
    if isinstance(expression, Recipe):
        return _of_recipe(expression)
    if isinstance(expression, Expression):
        known = _recipe_of(expression.emoji)
        if expression.label == UNSURE or known is None:
            return Look({})
        return _of_recipe(known, _WORDS.get(expression.label, expression.label))
    if isinstance(expression, str):
        if expression in LABEL_EMOJI:
            return _of_recipe(_SIGNS.get(expression, RECIPES[LABEL_EMOJI[expression]]), _WORDS[expression])
        if found := _recipe_of(expression):
            return _of_recipe(found)
        raise SpecError(f"{expression!r} is no expression; give one of {', '.join(LABELS)}, a face emoji, or its name")
    if unknown := [name for name in expression if name not in CONTROLS]:
        raise SpecError(f"{unknown[0]!r} is no control; the 52 names are mien.types.CONTROLS")
    return Look(dict(expression), words=_in_words(expression))


def _in_words(controls: Mapping[str, float]) -> str:
    """The plainest word for a set of controls."""

    def both(stem: str) -> float:
        return (controls.get(stem + "Left", 0.0) + controls.get(stem + "Right", 0.0)) / 2

    if both("mouthSmile") > 0.4:
        return "laughing" if controls.get("jawOpen", 0.0) > 0.35 else "smiling"
    if both("mouthFrown") > 0.4:
        return "frowning"
    return "with an open mouth" if controls.get("jawOpen", 0.0) > 0.5 else ""
