"""`suggest`: what is seen, said and known of the user, weighed for every emoji; then a list without repetition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mien.emoji import catalogue
from mien.emoji.affect import CIRCUMPLEX
from mien.emoji.suggesting.candidates import FACE, find, fit, table
from mien.emoji.suggesting.learner import OFF_TOPIC, Learner, features
from mien.emoji.suggesting.message import Message, read
from mien.emoji.suggesting.reasons import Speaker
from mien.emoji.suggesting.situation import Situation, Vector, situation
from mien.errors import MienError
from mien.types import LABELS, UNSURE

#: How far words may move what a face shows.
WORDS_LEAD = 0.55
#: What words for an emoji add; which share of the fits remains where there are such; and of theirs.
SAID, SEEN, MOVED = 0.62, 0.55, 0.5
#: The fit of what only words speak for.
UNKNOWN = 0.35
#: What an emoji that nothing speaks for starts from when the user has picked it.
STRANGE = 0.2
#: Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): what a perfect double of one in the list loses.
DOUBLE = 0.3
#: How alike two emoji of one topic are, two of one kind, two faces, and two that are none, beyond what
#: their profiles say; 0..1.
TOPIC, KIND, FACES, OTHERS = 0.75, 0.5, 0.2, 0.4
#: A learned preference from here on is the reason that is told.
TOLD = 0.25
#: Added for emoji that say one thing and mean another, where face and words disagree.
IRONY = 0.4
#: From this valence on, of both, they disagree.
OPPOSED = 0.2
#: What a message is taken for whose words say nothing of an expression.
FRIENDLY = np.array([0.4 if label == "neutral" else 0.6 if label == "happiness" else 0.0 for label in LABELS])
VALENCES = np.array([CIRCUMPLEX[label][0] for label in LABELS])
MOST = 100


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One emoji for what is seen and said."""

    emoji: str
    name: str  #: CLDR short name, in the language asked for
    score: float  #: 0..1; in a list never rising
    reason: str  #: one short phrase in plain words

    def to_dict(self) -> dict[str, Any]:
        return {"emoji": self.emoji, "name": self.name, "score": self.score, "reason": self.reason}


@dataclass(slots=True)
class _Option:
    text: str
    row: int | None  # in the table of candidates
    worth: float
    learned: float
    topic: str | None
    word: str | None


def suggest(
    seen: Any = None,
    k: int = 5,
    text: str | None = None,
    language: str = "en",
    learner: Learner | None = None,
) -> list[Suggestion]:
    """Emoji for a face, a group, a stretch of time, a message, or any of these together; the best first.

    seen: a `Face`, an `Expression`, a `Scene`, a sequence of faces or of scenes in time, the `to_dict()` of one of
    these, label -> probability, or None where there are only words. k: at most so many, 1..100. text: the message that
    the emoji is for. language: that of the message, the names and the reasons (names: any of CLDR's, see
    `mien.emoji.catalogue.languages`). learner: what the user's picks have taught; nothing is learned without one.
    Without a face and without words there is nothing to suggest for, and the list is empty. The same input gives the
    same list. Raises `MienError` for a language that is none, a `k` out of range and a `seen` of another type.
    """
    if not 1 <= k <= MOST:
        raise MienError(f"k is {k}: ask for 1 to {MOST} emoji")
    lang = catalogue.language(language)
    shown = situation(seen)
    message = read(text, lang) if text and text.strip() else Message()
    has_text = bool(text and text.strip())
    if shown is None and not has_text:
        return []
    options = _options(shown, message, has_text, learner)
    chosen = _spread(options, k)
    speaker, tone = Speaker(lang), learner.tone if learner is not None else None
    return [
        Suggestion(*_named(o.text, lang, tone), round(score, 3), _reason(o, shown, message, speaker))
        for o, score in chosen
    ]


def _together(shown: Situation | None, message: Message) -> tuple[Situation, Vector, float]:
    """(what is seen, or would be; shares; intensity) of face and words as one."""
    if shown is None:
        said = message.profile if message.profile is not None else FRIENDLY
        lead = min(1.0, 1.6 * message.strength)
        shares = lead * said + (1 - lead) * FRIENDLY
        words_only = Situation(shares, message.intensity, LABELS[int(shares.argmax())], trust=0.0)
        return words_only, shares, message.intensity
    if message.profile is None:
        return shown, shown.shares, shown.intensity
    lead = WORDS_LEAD * message.strength * (2 - shown.trust)
    lead = (
        0.95
        if message.grave
        else min(0.9, lead + 0.3 * float(shown.shares[LABELS.index("neutral")]) * message.strength)
    )
    shares = (1 - lead) * shown.shares + lead * message.profile
    return shown, np.asarray(shares), (1 - lead) * shown.intensity + lead * message.intensity


def _options(shown: Situation | None, message: Message, has_text: bool, learner: Learner | None) -> list[_Option]:
    """Every emoji that may be suggested, with what it is worth."""
    base, shares, intensity = _together(shown, message)
    fits = fit(base, shares, intensity)
    if shown is None:
        fits = fits * (0.6 + 0.4 * message.strength)
    elif shown.label == UNSURE and not message.hits:
        fits = 0.8 * fits
    said = bool(message.hits)
    worth = {text: float(f) * (SEEN if said else 1.0) for text, f in zip(table().emoji, fits, strict=True)}
    for emoji, more in _disagreeing(shown, message).items():
        worth[emoji] += more
    for emoji, hit in message.hits.items():
        usual = UNKNOWN * SEEN
        worth[emoji] = usual + MOVED * max(0.0, worth.get(emoji, usual) - usual) + SAID * hit.weight
    gains: Mapping[str, float] = learner.gains(features(shown, has_text)) if learner is not None else {}
    options = []
    for emoji in {**worth, **dict.fromkeys(gains)}:
        if emoji in message.unwanted:
            continue
        hit_of = message.hits.get(emoji)
        learned = gains.get(emoji, 0.0) * (OFF_TOPIC if said and hit_of is None else 1.0)
        usual = worth.get(emoji, STRANGE)
        if learned > 0:  # whatever it means to others
            usual = max(usual, STRANGE)
        options.append(
            _Option(
                emoji, find(emoji), usual + learned, learned,
                hit_of.topic if hit_of else None, hit_of.word if hit_of else None,
            )
        )  # fmt: skip
    return options


def _disagreeing(shown: Situation | None, message: Message) -> dict[str, float]:
    """What a face and words of opposite valence speak for: the smile that is none."""
    if shown is None or message.profile is None or message.grave:
        return {}
    seen, said = (float(p @ VALENCES) for p in (shown.shares, message.profile))
    if seen * said >= 0 or min(abs(seen), abs(said)) < OPPOSED:
        return {}
    gap = IRONY * message.strength * shown.trust * min(1.0, abs(seen - said))
    return {"🥲": gap, "😅": 0.9 * gap, "🙃": 0.7 * gap} if seen > 0 else {"🙃": gap, "🥲": 0.9 * gap, "😬": 0.7 * gap}


def _spread(options: list[_Option], k: int) -> list[tuple[_Option, float]]:
    """The k best, each losing what it repeats of those before it; with the score that it then has."""
    best = sorted(options, key=lambda o: -o.worth)[: max(60, 2 * k)]
    worth = np.array([o.worth for o in best])
    alike = _alike(best)
    penalty = np.zeros(len(best))
    left = np.ones(len(best), dtype=bool)
    chosen: list[tuple[_Option, float]] = []
    while left.any() and len(chosen) < k:
        value = np.where(left, worth - DOUBLE * penalty, -np.inf)
        at = int(value.argmax())
        chosen.append((best[at], min(1.0, max(0.0, float(value[at])))))
        left[at] = False
        penalty = np.maximum(penalty, alike[at])
    return chosen


def _alike(options: list[_Option]) -> Vector:
    """N x N, how alike two emoji are, 0..1."""
    t = table()
    rows = [o.row for o in options]
    root = np.array([t.root[r] if r is not None else np.zeros(len(LABELS)) for r in rows])
    force = np.array([t.affect[r, 0] if r is not None else 0.5 for r in rows])
    kinds = np.array([t.kind[r] if r is not None else f"other {i}" for i, r in enumerate(rows)])
    topics = np.array([o.topic or f"none {i}" for i, o in enumerate(options)])
    same = kinds[:, None] == kinds
    none = (kinds[:, None] != FACE) & (kinds != FACE)
    faces = same & (kinds == FACE)
    near = (root @ root.T) * (1 - 0.5 * np.abs(force[:, None] - force))
    alike = np.where(faces, FACES + (1 - FACES) * near, np.where(same, KIND + (1 - KIND) * near, 0.25 * near))
    alike = np.where(none & ~same, OTHERS + (1 - OTHERS) * near, alike)
    return np.asarray(np.maximum(alike, TOPIC * (topics[:, None] == topics)))


def _named(text: str, lang: str, tone: str | None) -> tuple[str, str]:
    emoji = catalogue.get(text, lang)
    return (emoji.tones.get(tone, emoji.text) if tone else emoji.text), emoji.name


def _reason(option: _Option, shown: Situation | None, message: Message, speaker: Speaker) -> str:
    t = table()
    if option.learned >= TOLD:
        return speaker.often()
    if option.word is not None:
        return speaker.words(option.word)
    if option.row is None:
        return speaker.often() if option.learned > 0 else speaker.common()
    profile = t.profile[option.row]
    if option.text in _disagreeing(shown, message):
        return speaker.both()
    if message.profile is not None:
        said = message.strength * float(profile @ message.profile)
        if shown is None or said > float(profile @ shown.shares):
            label = LABELS[int((profile * message.profile).argmax())]
            return speaker.sounds(label) if said > 0.1 else speaker.common()
    if shown is None:
        return speaker.common()
    return speaker.seen(option.text, profile, float(t.affect[option.row, 0]), shown)
