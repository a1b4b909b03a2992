"""Learns which emoji a user picks when: a contextual bandit on counts in the user's own file.

LinUCB (Li, Chu, Langford and Schapire, "A Contextual-Bandit Approach to Personalized News Article Recommendation",
WWW 2010) with a linear model for each emoji over coarse features of the situation. The counts of `picks` are all that
is kept: contexts are few, so they are the sufficient statistics, and the models are made from them when they change.
The learned part is added to the score that everybody gets; where nothing was ever picked, nothing is added.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from mien.emoji import catalogue
from mien.emoji.suggesting.picks import MOODS, Context, Count, PickFile, default_file
from mien.emoji.suggesting.situation import Situation, situation
from mien.errors import MienError
from mien.types import LABELS, UNSURE

#: From this intensity on an expression is strong.
STRONG = 0.6
#: What a pick and a pass teach: the wish to see the emoji again, and a little less of it.
PICKED, PASSED = 1.0, -0.15
#: Ridge: so many picks' worth of doubt before a pick is believed.
DOUBT = 2.5
#: LinUCB's alpha: how much is added for what is uncertain. Low, for every list that is shown is used.
CURIOSITY = 0.05
#: How much a learned preference of 1 adds to a score that runs from 0 to 1.
WEIGHT = 1.4
#: The share of it that counts where words ask for something else.
OFF_TOPIC = 0.4
#: How far strength and words tell contexts of one mood apart.
APART = 0.5
#: Picks with a skin tone from which on it is the user's own, and the share of them that must have it.
OWN_TONE, TONE_SHARE = 2, 0.6

Vector = NDArray[np.float64]


class Offered(Protocol):
    """A suggestion, as far as a pick needs it."""

    @property
    def emoji(self) -> str: ...


class Learner:
    """What one user's picks teach. Use `Learner.open()`; safe between threads and processes.

    >>> with Learner.open("picks.db") as learner:  # doctest: +SKIP
    ...     shown = mien.suggest(face, learner=learner)
    ...     learner.pick("🎉", face, shown=shown)
    """

    def __init__(self, file: PickFile) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._mark: tuple[int, int] | None = None
        self._models: dict[str, tuple[Vector, Vector]] = {}
        self._tone: str | None = None

    @classmethod
    def open(cls, path: str | Path | None = None) -> Self:
        """The learner on the file `path`, or on the user's own (`default_file`). Raises `MienError`."""
        return cls(PickFile(path if path is not None else default_file()))

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def path(self) -> Path:
        return self._file.path

    def counts(self) -> list[Count]:
        """Everything that is known of the user."""
        return self._file.counts()

    def forget(self) -> None:
        """Forget everything."""
        self._file.forget()

    def pick(
        self, emoji: str, seen: Any = None, text: str | None = None, shown: Iterable[Offered | str] = ()
    ) -> Context:
        """Learn that `emoji` was picked for what was seen and said, and return what was kept of it.

        seen, text: as `mien.suggest` takes them. Of a face only its expression's name and whether it was strong are
        kept, of a message only that there was one. shown: the list that was offered; what stood before the pick (all of
        it, where the pick was not in it) was passed over. Raises `MienError` where `emoji` is none.
        """
        picked = catalogue.get(emoji).text
        context = context_of(situation(seen), bool(text and text.strip()))
        passed = []
        for one in shown:
            offered = catalogue.get(one if isinstance(one, str) else one.emoji).text
            if offered == picked:
                break
            passed.append(offered)
        self._file.add(context, emoji, passed)
        return context

    def gains(self, context: Vector) -> dict[str, float]:
        """Emoji -> what the picks add to its score, of every emoji that was ever picked or passed over.

        context: `features` of a situation.
        """
        models = self._fresh()
        added = {}
        for text, (inverse, theta) in models.items():
            doubt = float(np.sqrt(max(0.0, float(context @ inverse @ context))))
            # Of an emoji that was never shown here, the same doubt is everybody's: it changes nothing.
            unknown = float(np.sqrt(context @ context / DOUBT))
            added[text] = WEIGHT * float(theta @ context) + CURIOSITY * (doubt - unknown)
        return added

    @property
    def tone(self) -> str | None:
        """The skin tone that the user picks, "1" (light) to "5" (dark); None where they have shown none."""
        self._fresh()
        return self._tone

    def _fresh(self) -> dict[str, tuple[Vector, Vector]]:
        with self._lock:
            mark = self._file.changed()
            if mark != self._mark:
                counts = self._file.counts()
                self._models, self._tone, self._mark = _models(counts), _own_tone(counts), mark
            return self._models


def context_of(seen: Situation | None, has_text: bool) -> Context:
    """What is kept of a situation."""
    if seen is None:
        return Context("none", False, has_text)
    return Context(seen.label, seen.intensity >= STRONG, has_text)


def features(seen: Situation | None, has_text: bool) -> Vector:
    """A situation as the models see it: the moods' shares, and those again times strength and times words.

    Shares are squared and shared out anew, so that a trace of an expression does not call up what was picked for it.
    """
    mood = np.zeros(len(MOODS))
    if seen is None:
        mood[MOODS.index("none")] = 1.0
    elif seen.label == UNSURE:
        mood[MOODS.index(UNSURE)] = 1.0
    else:
        mood[: len(LABELS)] = seen.shares**2 / float((seen.shares**2).sum())
    return _features(mood, seen is not None and seen.intensity >= STRONG, has_text)


def _features(mood: Vector, strong: bool, text: bool) -> Vector:
    return np.concatenate([mood, APART * (1.0 if strong else -1.0) * mood, APART * (1.0 if text else -1.0) * mood])


def _models(counts: Sequence[Count]) -> dict[str, tuple[Vector, Vector]]:
    """Emoji -> (inverse of its design matrix, coefficients), as ridge regression gives them."""
    rows: dict[str, list[Count]] = defaultdict(list)
    for count in counts:
        try:
            rows[catalogue.get(count.emoji).text].append(count)
        except MienError:  # an emoji of a newer Unicode, from a newer mien
            continue
    models = {}
    for text, own in rows.items():
        design, target = np.eye(3 * len(MOODS)) * DOUBT, np.zeros(3 * len(MOODS))
        for count in own:
            mood = np.eye(len(MOODS))[MOODS.index(count.context.mood)]
            x = _features(mood, count.context.strong, count.context.text)
            design += (count.picked + count.passed) * np.outer(x, x)
            target += (count.picked * PICKED + count.passed * PASSED) * x
        inverse = np.asarray(np.linalg.inv(design), dtype=np.float64)
        models[text] = (inverse, inverse @ target)
    return models


def _own_tone(counts: Sequence[Count]) -> str | None:
    """The tone that most of the picks have that can have one."""
    tones: Counter[str] = Counter()
    for count in counts:
        if count.picked and catalogue.known(count.emoji):
            base = catalogue.get(count.emoji)
            if base.tones:
                found = [t for t, text in base.tones.items() if catalogue.plain(text) == catalogue.plain(count.emoji)]
                tones[found[0] if found else ""] += count.picked
    if not tones:
        return None
    tone, times = tones.most_common(1)[0]
    return tone if len(tone) == 1 and times >= OWN_TONE and times >= TONE_SHARE * tones.total() else None
