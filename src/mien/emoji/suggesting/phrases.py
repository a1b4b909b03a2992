"""Finds what a message says: phrases of the lexicon and words of the catalogue, each negated or not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from mien.emoji.suggesting.lexicon import Lexicon, lexicon
from mien.emoji.suggesting.words import Hits, by_phrase, by_stem, normal, stem

#: Words after which a negation no longer holds, and the signs that end a clause.
_CONTRAST = frozenset(["but", "mais", "pero", "aber", "sondern", "sino", "though", "yet", "mas", "लेकिन", "पर", "لكن"])
_CLAUSE_END = (",", ".", "!", "?", ";", "…", "،", "؟", "।")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a message says: an intent, or a word that the catalogue has."""

    shown: str  #: as it was written
    intent: str | None
    hits: Hits  #: where there is no intent
    negated: bool


@dataclass(frozen=True, slots=True)
class _Word:
    normal: str
    stem: str
    piece: int  #: which piece between spaces it came from
    clause: int


def found(text: str, lang: str) -> list[Said]:
    """What `text` says in the language `lang` (of the catalogue), from left to right."""
    lex = lexicon(lang)
    return list(_within(text, lang, lex) if lex.unspaced else _spaced(text, lang, lex))


# --- languages with spaces ---------------------------------------------------------------------------------------


class _Phrase(NamedTuple):
    words: tuple[str, ...]
    stems: tuple[str, ...]
    intent: str


@lru_cache(maxsize=8)
def _phrases(lang: str) -> dict[str, list[_Phrase]]:
    """First stem -> the lexicon's phrases that begin so."""
    lex = lexicon(lang)
    table: dict[str, list[_Phrase]] = defaultdict(list)
    for intent, phrases in lex.says.items():
        for phrase in phrases:
            words = tuple(normal(_spelled_out(phrase)).split())
            stems = tuple(stem(word, lex) for word in words)
            if stems:
                table[stems[0]].append(_Phrase(words, stems, intent))
    return table


def _spelled_out(text: str) -> str:
    """English contractions with their "not" apart: "can't" is "ca not"."""
    return re.sub(r"n['’]t\b", " not", text, flags=re.IGNORECASE)


def _words(text: str, lex: Lexicon) -> tuple[list[_Word], list[str]]:
    words, clause = [], 0
    pieces = text.split()
    for number, piece in enumerate(pieces):
        for word in normal(_spelled_out(piece)).split():
            clause += word in _CONTRAST
            words.append(_Word(word, stem(word, lex), number, clause))
        clause += piece.endswith(_CLAUSE_END)
    return words, pieces


def _spaced(text: str, lang: str, lex: Lexicon) -> Iterator[Said]:
    words, pieces = _words(text, lex)
    spans = list(_spans(words, lang, lex))
    inside = {i for begin, end, intent, _ in spans if intent for i in range(begin, end)}
    negators = [i for i, word in enumerate(words) if word.normal in lex.negators and i not in inside]
    for begin, end, intent, hits in spans:
        negating = [
            i
            for i in negators
            if words[i].clause == words[begin].clause and (0 < begin - i <= lex.after or 0 < i - end + 1 <= lex.before)
        ]
        first, last = min([begin, *negating]), max([end - 1, *negating])
        shown = " ".join(pieces[words[first].piece : words[last].piece + 1])
        yield Said(shown.strip(".,!?;:…\"'()¡¿،؟।"), intent, hits, bool(negating))


def _spans(words: list[_Word], lang: str, lex: Lexicon) -> Iterator[tuple[int, int, str | None, Hits]]:
    """(begin, end, intent, hits): phrases first, the longest that begins at a word; else the word by itself."""
    phrases, index, at = _phrases(lang), by_stem(lang), 0
    while at < len(words):
        word = words[at]
        fitting = [p for p in phrases.get(word.stem, ()) if _fits(p, words[at : at + len(p.words)], lex)]
        if fitting:
            best = max(fitting, key=lambda p: (len(p.words), p.words == _normals(words[at : at + len(p.words)])))
            yield at, at + len(best.words), best.intent, ()
            at += len(best.words)
            continue
        idle = word.normal in lex.stop or word.normal in lex.negators or len(word.normal) < 2
        if not idle and (hits := index.get(word.stem)):
            yield at, at + 1, None, hits
        at += 1


def _normals(words: list[_Word]) -> tuple[str, ...]:
    return tuple(word.normal for word in words)


def _fits(phrase: _Phrase, words: list[_Word], lex: Lexicon) -> bool:
    """Whether the words are the phrase, by their stems. A stop word alone must be it to the letter."""
    if phrase.stems != tuple(word.stem for word in words):
        return False
    return len(words) > 1 or words[0].normal not in lex.stop or phrase.words == _normals(words)


# --- languages without -------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _inside(lang: str) -> list[tuple[str, str | None, Hits]]:
    """(text to be found, intent, hits), the longest first; of two alike the intent's."""
    lex = lexicon(lang)
    says = {normal(p).replace(" ", ""): name for name, phrases in lex.says.items() for p in phrases}
    entries: list[tuple[str, str | None, Hits]] = [(key, intent, ()) for key, intent in says.items()]
    # "Not happy" is the intent negated, though a keyword may say the same.
    known = {*says, *(n + key for n in lex.negators for key in says)}
    entries += [(key, None, hits) for key, hits in by_phrase(lang).items() if key not in known]
    return sorted(entries, key=lambda entry: -len(entry[0]))


def _within(text: str, lang: str, lex: Lexicon) -> Iterator[Said]:
    plain = "".join(normal(text).split())
    taken = [False] * len(plain)
    spans = []
    for key, intent, hits in _inside(lang):
        at = plain.find(key)
        if at >= 0 and not any(taken[at : at + len(key)]):
            taken[at : at + len(key)] = [True] * len(key)
            spans.append((at, at + len(key), intent, hits))
    negators = [m.start() for n in lex.negators for m in re.finditer(re.escape(n), plain) if not taken[m.start()]]
    for begin, end, intent, hits in sorted(spans, key=lambda span: span[:2]):
        negated = any(0 < begin - i <= lex.after or 0 <= i - end < lex.before for i in negators)
        yield Said(plain[begin:end], intent, hits, negated)
