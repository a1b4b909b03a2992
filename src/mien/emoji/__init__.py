"""The emoji: what each looks like and means (`RECIPES`), and which one fits a face (`match`).

>>> from mien.emoji import match
>>> match({"happiness": 0.9, "neutral": 0.1}, label="happiness", intensity=0.95)
'😂'
"""

from __future__ import annotations

from mien.emoji.affect import CIRCUMPLEX, intensity, valence_arousal
from mien.emoji.labels import canonical
from mien.emoji.match import cues, match
from mien.emoji.meaning import Meaning, meaning
from mien.emoji.recipe import Recipe
from mien.emoji.recipes import RECIPES

__all__ = [
    "CIRCUMPLEX", "RECIPES", "Meaning", "Recipe", "canonical", "cues", "intensity", "match", "meaning",
    "valence_arousal",
]  # fmt: skip
