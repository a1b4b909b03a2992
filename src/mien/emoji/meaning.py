"""What an emoji means: an 8-expression profile, valence and arousal, from people's ratings where there are any.

EmoTag1200 (Shoeb and de Melo, EMNLP 2020; MIT, the notice is in `emotag.tsv`) tells for 150 emoji how many annotators
saw each of Plutchik's eight emotions in it. Six of them are expressions of FER+ under another word (`PLUTCHIK`); the
other two, anticipation and trust, have no counterpart and are left out. Nobody was asked for neutral and contempt:
their shares are the recipe's, and the six divide what is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from mien.emoji.affect import valence_arousal
from mien.emoji.catalogue import plain
from mien.emoji.recipe import Recipe
from mien.emoji.recipes import RECIPES
from mien.types import LABELS

RATINGS = Path(__file__).with_name("emotag.tsv")

#: Plutchik's emotion -> mien's label. Plutchik, "The Nature of Emotions", American Scientist 89 (2001) 344-350, lists
#: the eight; FER+ (Barsoum et al. 2016) says happiness for joy.
PLUTCHIK = {
    "joy": "happiness", "surprise": "surprise", "sadness": "sadness", "anger": "anger", "disgust": "disgust",
    "fear": "fear",
}  # fmt: skip
#: What EmoTag did not ask for.
NOT_ASKED = ("neutral", "contempt")
#: Ratings are raised to this power before they are shared out: each was given without regard to the others (a crying
#: face has sadness 1.0 and fear .5), while a profile says which one leads. Of the powers 1 to 4, 2 already gets 3/4 of
#: what sharpening gains in agreement with the recipes (mean Bhattacharyya coefficient .85 at 1, .91 at 2, .95 at 4).
SHARPNESS = 2.0


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one emoji says."""

    profile: Mapping[str, float]  #: label -> share, over all `LABELS`; sums to 1
    valence: float  #: -1 unpleasant .. 1 pleasant
    arousal: float  #: -1 calm .. 1 excited
    source: str  #: of profile and valence: "people" (EmoTag's ratings) or "recipe" (our own judgement)
    ratings: Mapping[str, float] | None  #: Plutchik's emotion -> 0..1, the share of people who saw it; None: not rated


@cache
def ratings() -> Mapping[str, Mapping[str, float]]:
    """EmoTag's 150 emoji (fully qualified) -> emotion of Plutchik -> rating 0..1."""
    lines = [line for line in RATINGS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    emotions = lines[0].split("\t")[1:]
    table = {}
    for line in lines[1:]:
        text, *numbers = line.split("\t")
        table[text] = MappingProxyType(dict(zip(emotions, (int(n) / 100 for n in numbers), strict=True)))
    return MappingProxyType(table)


@cache
def _spelling() -> dict[str, str]:
    """Without variation selectors -> as recipes and ratings spell it."""
    return {plain(text): text for text in (*ratings(), *RECIPES)}


def meaning(text: str) -> Meaning | None:
    """What the emoji `text` means; None where neither people nor a recipe say.

    Of a rated face the profile and the valence are people's, the arousal is the recipe's: eight emotions cannot tell a
    relieved face from a laughing one. Of other rated emoji the arousal is projected, as the valence is
    (`mien.emoji.valence_arousal`). Variation selectors do not matter; a skin tone is not looked up here.
    """
    return _meaning(_spelling().get(plain(text), text))


@cache
def _meaning(text: str) -> Meaning | None:
    rated, recipe = ratings().get(text), RECIPES.get(text)
    if rated is None:
        return None if recipe is None else Meaning(recipe.profile, recipe.valence, recipe.arousal, "recipe", None)
    profile = _profile(rated, recipe)
    valence, arousal = valence_arousal(profile)
    return Meaning(
        MappingProxyType(profile), round(valence, 4), recipe.arousal if recipe else round(arousal, 4), "people", rated
    )


def _profile(rated: Mapping[str, float], recipe: Recipe | None) -> dict[str, float]:
    """Shares over `LABELS` from ratings. Of what is no face, neutral is how far the highest rating is from 1."""
    seen = {label: rated[emotion] ** SHARPNESS for emotion, label in PLUTCHIK.items()}
    total = sum(seen.values())
    if recipe is not None:
        own = {label: recipe.profile[label] for label in NOT_ASKED}
    else:
        own = {"neutral": 1 - max(rated[emotion] for emotion in PLUTCHIK), "contempt": 0.0}
    if total == 0:
        own["neutral"] = 1 - own["contempt"]
    left = 1 - sum(own.values())
    return {label: own.get(label, left * seen.get(label, 0.0) / total if total else 0.0) for label in LABELS}
