"""Which emoji a word speaks of: the names and keywords of the catalogue, weighted by TF-IDF, in any of its languages.

Words are compared by their stems: a light suffix stripping in the manner of Savoy ("Light stemming approaches for the
French, Portuguese, German and Hungarian languages", SAC 2006), with the endings that a language's lexicon lists.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from functools import lru_cache

from mien.emoji import catalogue
from mien.emoji.suggesting.lexicon import Lexicon, lexicon

#: What a word of the name and of a keyword is worth, 0..1; each further word of the same name takes some of it.
NAME, KEYWORD, DILUTION = 0.95, 0.75, 0.3
#: What is left of a hit where the word is the whole name of another emoji: of a pizza's other emoji.
BESIDE = 0.6
#: A word that more emoji share than this says nothing ("face", "with").
COMMON = 50
#: Letters that a stem keeps at least.
SHORTEST = 3

_MARKS = re.compile("[\u064b-\u065f\u0670\u0640]")  # Arabic vowel signs and the stretching line
_ARABIC = str.maketrans("ىة", "يه")
_STRETCHED = re.compile(r"(.)\1{2,}")
_LAUGH = re.compile(r"^(ha|he|hi|ja|je|xa|ah)\1+\w?$")

Hits = tuple[tuple[int, float], ...]  #: (number of the emoji in the catalogue, 0..1)


def normal(text: str) -> str:
    """Text for comparing: case, accents, punctuation and Arabic vowel signs left out."""
    return _MARKS.sub("", catalogue.folded(text)).translate(_ARABIC)


def stem(word: str, lex: Lexicon) -> str:
    """A word (`normal`) without its endings: "birthdays" and "birthday" are one. "sooo" and "hahaha" are shortened."""
    if laugh := _LAUGH.match(word):
        return laugh[1] * 2
    word = _STRETCHED.sub(r"\1", word)
    for start in lex.starts:
        if word.startswith(start) and len(word) - len(start) >= SHORTEST:
            word = word[len(start) :]
            break
    for ending in lex.endings:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            return word[: -len(ending)]
    return word


def _entries(lang: str) -> list[tuple[int, str, float]]:
    """(number of the emoji, name or keyword, worth) of every emoji that is no variant of another by gender."""
    found = []
    for e in catalogue.emoji(lang):
        if e.gender:
            continue
        found.append((e.order, e.name, NAME))
        found += [(e.order, keyword, KEYWORD) for keyword in e.keywords]
    return found


@lru_cache(maxsize=4)
def by_stem(lang: str) -> dict[str, Hits]:
    """Stem -> the emoji whose names and keywords have it, with what the hit is worth."""
    lex = lexicon(lang)
    worth: dict[str, dict[int, float]] = defaultdict(dict)
    for order, phrase, value in _entries(lang):
        words = [w for w in normal(phrase).split() if w not in lex.stop]
        for word in words:
            key, share = stem(word, lex), value / (1 + DILUTION * (len(words) - 1))
            worth[key][order] = max(worth[key].get(order, 0.0), share)
    return {key: _weighed(found) for key, found in worth.items() if len(found) <= COMMON}


@lru_cache(maxsize=4)
def by_phrase(lang: str) -> dict[str, Hits]:
    """As `by_stem`, for languages that write no spaces: whole names and keywords, to be found within a text."""
    worth: dict[str, dict[int, float]] = defaultdict(dict)
    for order, phrase, value in _entries(lang):
        key = normal(phrase).replace(" ", "")
        if len(key) >= 2 or (key and catalogue.is_unspaced(key)):
            worth[key][order] = max(worth[key].get(order, 0.0), value)
    return {key: _weighed(found) for key, found in worth.items() if len(found) <= (COMMON if len(key) > 1 else 8)}


def _weighed(found: dict[int, float]) -> Hits:
    """Hits times the word's inverse document frequency, 1 for a word of one emoji, .5 for one of `COMMON`."""
    rarity = 1 - 0.5 * math.log(len(found)) / math.log(COMMON)
    named = max(found.values()) >= NAME
    return tuple(
        (order, value * rarity * (BESIDE if named and value < NAME else 1.0)) for order, value in found.items()
    )
