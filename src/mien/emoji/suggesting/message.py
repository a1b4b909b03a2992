"""Reads a message: which emoji its words speak of, and which expression they come with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mien.emoji import catalogue
from mien.emoji.meaning import meaning
from mien.emoji.recipes import RECIPES
from mien.emoji.suggesting.lexicon import intents
from mien.emoji.suggesting.phrases import Said, found
from mien.types import LABELS

#: What the first, second and third emoji of an intent are worth, 0..1.
OF_INTENT = (0.95, 0.82, 0.7)
#: What the words of an intent, and a word that names a smiley, say about the expression, 0..1.
INTENT_SAYS, WORD_SAYS = 0.7, 0.55
#: An emoji that already stands in the message.
WRITTEN = 0.5
#: Characters read at most: a longer message is a letter.
LONGEST = 2000

#: What is left of an expression behind a "not": (label, share). Not happy is rather sad; not sad is rather calm.
_OPPOSITE: dict[str, dict[str, float]] = {
    "happiness": {"sadness": 0.7, "neutral": 0.3},
    "sadness": {"neutral": 0.6, "happiness": 0.4},
    "anger": {"neutral": 0.8, "happiness": 0.2},
    "fear": {"neutral": 0.7, "happiness": 0.3},
    "disgust": {"neutral": 0.8, "happiness": 0.2},
    "contempt": {"neutral": 0.8, "happiness": 0.2},
    "surprise": {"neutral": 0.8, "contempt": 0.2},
    "neutral": {"neutral": 1.0},
}

_EMOTICONS = {
    r"[:=]'-?\(|T_T|;_;|ಥ_ಥ": "😢", r">:-?\(": "😠", r"[:=]-?\(+": "🙁", r"[:=]-?D+|x-?D+\b": "😄",
    r"[:=]-?\)+|\^_?\^|\(:": "🙂", r";-?\)": "😉", r"[:=]-?[pP]\b": "😛", r"<3+": "❤️", r"</3": "💔",
    r"[:=]-?[oO]\b": "😮", r"[:=]-?[/\\](?!/)": "😕", r"[:=]-?\*": "😘", r"-_+-": "😑", r"¯\\_\(ツ\)_/¯": "🤷",
}  # fmt: skip
_EMOTICON = re.compile("|".join(f"(?P<e{i}>{pattern})" for i, pattern in enumerate(_EMOTICONS)))
_DRAWN = list(_EMOTICONS.values())


@dataclass(frozen=True, slots=True)
class Hit:
    """What the words say for one emoji."""

    weight: float  #: 0..1
    word: str  #: as it was written
    topic: str  #: hits of one topic resemble each other


NO_HIT = Hit(0.0, "", "")


@dataclass(slots=True)
class Message:
    """What a message says."""

    hits: dict[str, Hit] = field(default_factory=dict)  #: emoji -> what speaks for it
    unwanted: set[str] = field(default_factory=set)  #: emoji of what is negated
    profile: NDArray[np.float64] | None = None  #: over `LABELS`, sums to 1; None where the words say nothing of it
    strength: float = 0.0  #: 0..1, how much they say about the expression
    grave: bool = False  #: a smile would be out of place
    intensity: float = 0.5  #: 0..1, from exclamation marks and capitals


def read(text: str, lang: str) -> Message:
    """Read `text`, written in `lang` (a language of the catalogue). An empty one says nothing."""
    text = text[:LONGEST]
    message, signs = Message(), list(_signs(text))
    evidence: list[tuple[NDArray[np.float64], float]] = []
    for said in found(_without_signs(text), lang):
        _take(message, said, evidence)
    for sign, shown in signs:
        _add(message, sign, Hit(WRITTEN if sign == shown else 0.8, shown, f"sign {sign}"))
        if (meant := meaning(sign)) is not None:
            evidence.append((_vector(meant.profile), INTENT_SAYS * (1 - meant.profile["neutral"])))
    if message.grave:
        smiling = (e for e in RECIPES if RECIPES[e].valence > 0 or message.hits.get(e, NO_HIT).topic.startswith("word"))
        message.unwanted.update(smiling)
    message.hits = {e: h for e, h in message.hits.items() if e not in message.unwanted}
    if evidence:
        weights = np.array([weight for _, weight in evidence])
        message.strength = float(1 - np.prod(1 - weights))
        if weights.sum() > 0:
            message.profile = np.average([profile for profile, _ in evidence], axis=0, weights=weights)
    message.intensity = _loudness(text)
    return message


def _take(message: Message, said: Said, evidence: list[tuple[NDArray[np.float64], float]]) -> None:
    """Add what one phrase or word says to the message, and to the evidence for an expression."""
    if said.intent is not None:
        intent = intents()[said.intent]
        chosen = intent.negated if said.negated else intent.emoji
        message.grave |= intent.grave and not said.negated
        topic = f"{said.intent}{' not' if said.negated else ''}"
        for emoji, worth in zip(chosen, OF_INTENT, strict=False):
            _add(message, emoji, Hit(worth * intent.weight * (0.8 if said.negated else 1.0), said.shown, topic))
        if said.negated:
            message.unwanted.update(set(intent.emoji) - set(chosen))
        profile, says = _vector(intent.shows), INTENT_SAYS * intent.weight
    else:
        everything = catalogue.emoji()
        smileys = []
        for order, worth in said.hits:
            emoji = everything[order].text
            if said.negated:
                message.unwanted.add(emoji)
            else:
                _add(message, emoji, Hit(worth, said.shown, f"word {said.shown}"))
            if (meant := meaning(emoji)) is not None and everything[order].group == "smileys-emotion":
                smileys.append((_vector(meant.profile), worth))
        if not smileys:
            return
        profile = np.average([p for p, _ in smileys], axis=0, weights=[w for _, w in smileys])
        says = WORD_SAYS * (1 + max(w for _, w in smileys)) / 2
    if said.negated:
        profile = _opposite(profile)
    evidence.append((profile, says * (1 - 0.7 * float(profile[LABELS.index("neutral")]))))


def _add(message: Message, emoji: str, hit: Hit) -> None:
    """Several words for one emoji add up, as independent witnesses do."""
    known = message.hits.get(emoji)
    if known is None:
        message.hits[emoji] = hit
        return
    first = max(known, hit, key=lambda h: h.weight)
    together = 1 - (1 - known.weight) * (1 - hit.weight)
    message.hits[emoji] = Hit(together, first.word, first.topic)


def _vector(shares: Mapping[str, float]) -> NDArray[np.float64]:
    return np.array([float(shares.get(label, 0.0)) for label in LABELS])


def _opposite(profile: NDArray[np.float64]) -> NDArray[np.float64]:
    turned = np.zeros(len(LABELS))
    for label, share in zip(LABELS, profile, strict=True):
        turned += share * _vector(_OPPOSITE[label])
    return turned


def _signs(text: str) -> Iterator[tuple[str, str]]:
    """(emoji, as it was written): emoticons and the emoji that the message already has."""
    for match in _EMOTICON.finditer(text):
        yield _DRAWN[int(str(match.lastgroup)[1:])], match[0]
    at = 0
    while at < len(text):
        length = next((n for n in range(10, 0, -1) if _is_emoji(text[at : at + n])), 0) if text[at] > "‹" else 0
        if length:
            written = catalogue.get(text[at : at + length]).text
            yield written, written
        at += length or 1


def _is_emoji(text: str) -> bool:
    return catalogue.known(text)


def _without_signs(text: str) -> str:
    return _EMOTICON.sub(" ", text)


def _loudness(text: str) -> float:
    """0..1: .5 for plain words, more with exclamation marks and capitals."""
    letters = [c for c in text if c.isalpha()]
    shouted = len(letters) > 3 and sum(c.isupper() for c in letters) > 0.7 * len(letters)
    marks = sum(text.count(mark) for mark in "!！‼")
    return min(1.0, 0.5 + 0.12 * min(marks, 3) + 0.2 * shouted)
