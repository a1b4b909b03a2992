"""Why an emoji is suggested: one short phrase, in the language asked for where `reasons.toml` has it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from mien.emoji.recipe import HARD_CUES, SOFT_CUES
from mien.emoji.recipes import RECIPES
from mien.emoji.suggesting.situation import Situation, Vector
from mien.types import LABELS, UNSURE

#: A second expression is named from this share of it, in the face and in the emoji.
SECOND = 0.22
#: From this intensity, of the face and of the emoji, "very" is said.
VERY = 0.72


@cache
def _phrases() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("reasons.toml").read_text(encoding="utf-8"))


def languages() -> tuple[str, ...]:
    """The languages that reasons come in; the others get English ones."""
    return tuple(sorted(_phrases()))


class Speaker:
    """Says reasons in one language."""

    def __init__(self, lang: str) -> None:
        self._says = _phrases().get(lang.split("-")[0]) or _phrases()["en"]

    def words(self, word: str) -> str:
        """Because of what was written."""
        return self._fill("wrote", word=word)

    def often(self) -> str:
        """Because it is picked often."""
        return self._fill("often")

    def sounds(self, label: str) -> str:
        """Because of what the words sound like."""
        return self._fill("sounds", what=label)

    def both(self) -> str:
        """Because face and words disagree."""
        return self._fill("both")

    def common(self) -> str:
        """Because many use it: nothing else speaks for it."""
        return self._fill("common")

    def seen(self, text: str, profile: Vector, intensity: float, seen: Situation) -> str:
        """Because of what is seen. profile, intensity: the emoji's own."""
        recipe = RECIPES.get(text)
        if recipe is not None and recipe.cues & seen.cues:
            cue = next(c for c in (*HARD_CUES, *SOFT_CUES) if c in recipe.cues & seen.cues)
            return str(self._says["cues"][cue])
        both = profile * seen.shares
        if seen.parts:
            both = np_max(both, [profile * part for part in seen.parts])
        label = LABELS[int(both.argmax())]
        if seen.people > 1 and seen.counts.get(label):
            return self._fill("group", what=label, count=seen.counts[label], total=seen.people)
        if seen.turned is not None and label == seen.turned[1]:
            return self._fill("turned", what=label, other=seen.turned[0])
        if seen.label == UNSURE:
            return self._fill("perhaps", what=label)
        if recipe is None:
            return self._fill("goes", what=label)
        others = [(float(p), name) for p, name in zip(both, LABELS, strict=True) if name not in (label, "neutral")]
        strongest, second = max(others)
        i, j = LABELS.index(second), LABELS.index(label)
        if strongest > 0 and seen.shares[i] >= SECOND <= profile[i] and label != "neutral" and profile[j] > 0:
            return self._fill("mixed", what=label, other=second)
        strong = seen.intensity >= VERY <= intensity and label != "neutral"
        return self._fill("strong" if strong else "looks", what=label)

    def _fill(self, phrase: str, **slots: Any) -> str:
        named = {key: self._says["shows"][v] if key in ("what", "other") else v for key, v in slots.items()}
        return str(self._says[phrase]).format(**named)


def np_max(first: Vector, others: list[Vector]) -> Vector:
    """The largest of several vectors, place by place."""
    for other in others:
        first = first.clip(min=other)
    return first
