"""What a language says and how: stop words, negation, endings, and phrases for what people write messages for.

Hand-made, one file a language; `intents.toml` tells which emoji go with a phrase, whatever the language. A language
without a file still has the catalogue's names and keywords.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody writes for, and what goes with it."""

    emoji: tuple[str, ...]  #: the best first
    shows: Mapping[str, float]  #: label -> share; sums to 1
    negated: tuple[str, ...]  #: for the same words with a "not"
    weight: float  #: 0..1, low where the words are common
    grave: bool  #: a smile would be out of place


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A language's words, all as its file has them."""

    stop: frozenset[str] = frozenset()
    negators: frozenset[str] = frozenset()
    after: int = 0  #: so many words (letters, where there are no spaces) behind a negator are negated
    before: int = 0  #: and so many before it
    starts: tuple[str, ...] = ()  #: prefixes such as the Arabic article
    endings: tuple[str, ...] = ()  #: the longest first
    unspaced: bool = False  #: written without spaces between words
    says: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: intent -> phrases


@cache
def intents() -> Mapping[str, Intent]:
    """Every intent by its name."""
    return {
        name: Intent(
            tuple(row["emoji"].split()),
            _shares(row["shows"]),
            tuple(row.get("negated", "").split()),
            row.get("weight", 1.0),
            row.get("grave", False),
        )
        for name, row in tomllib.loads((_FOLDER / "intents.toml").read_text(encoding="utf-8")).items()
    }


def _shares(text: str) -> dict[str, float]:
    words = text.split()
    shares = dict(zip(words[::2], map(float, words[1::2]), strict=True))
    return {label: share / sum(shares.values()) for label, share in shares.items()}


def spoken() -> tuple[str, ...]:
    """The languages that have a file."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml") if path.stem != "intents"))


@cache
def lexicon(lang: str) -> Lexicon:
    """The lexicon of a language as the catalogue names it; a region's is its language's; an empty one for others."""
    from mien.emoji.suggesting.words import normal

    path = _FOLDER / f"{lang.split('-')[0]}.toml"
    if not path.is_file():
        return Lexicon()
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    endings = {normal(e).strip() for e in table.get("endings", "").split()}
    return Lexicon(
        stop=frozenset(normal(table["stop"]).split()),
        negators=frozenset(normal(table["negators"]).split()),
        after=table["after"],
        before=table["before"],
        starts=tuple(normal(table.get("starts", "")).split()),
        endings=tuple(sorted(endings - {""}, key=lambda e: (-len(e), e))),
        unspaced=table.get("unspaced", False),
        says={name: tuple(p.strip() for p in phrases.split("|")) for name, phrases in table["says"].items()},
    )
