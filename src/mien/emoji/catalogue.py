"""Every emoji of Unicode: groups, names in every language that CLDR has, keywords, skin tones and genders.

The file is a zip of texts, each packed by LZMA (`mien.lab.emoji_catalogue` writes it): `emoji.tsv`, a line an emoji in
Unicode's order; and for each script the names and keywords of its languages, in the same order.
"""

from __future__ import annotations

import codecs
import json
import lzma
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mien.errors import MienError

PLACE = Path(__file__).with_name("catalogue.zip")
#: Of the first tone modifier, light; the other four follow (UTS #51).
LIGHT = 0x1F3FB
#: Spoken codes that CLDR files elsewhere.
ALIASES = {"nb": "no", "tl": "fil", "iw": "he", "in": "id", "zh-tw": "zh-Hant", "zh-hk": "zh-Hant-HK", "zh-cn": "zh"}
#: What a hit in the name and in a keyword is worth; which share of it a word's beginning has, a further hit, and a hit
#: in English where that was not asked for.
NAME, KEYWORD, BEGINNING, FURTHER, ENGLISH = 3.0, 2.0, 0.6, 0.2, 0.5
#: Scripts that write no spaces between words.
UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")
#: A variation selector behind a character that is an emoji without it (Emoji_Presentation of Unicode's emoji-data.txt):
#: Emojibase writes one, a fully qualified emoji has none.
_SUPERFLUOUS = re.compile(
    "(?<=[\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab"
    "\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e"
    "\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55\U0001f004\U0001f0cf\U0001f18e"
    "\U0001f191-\U0001f19a\U0001f1e6-\U0001f1ff\U0001f201\U0001f21a\U0001f22f\U0001f232-\U0001f236"
    "\U0001f238-\U0001f23a\U0001f250\U0001f251\U0001f300-\U0001f320\U0001f32d-\U0001f335\U0001f337-\U0001f37c"
    "\U0001f37e-\U0001f393\U0001f3a0-\U0001f3ca\U0001f3cf-\U0001f3d3\U0001f3e0-\U0001f3f0\U0001f3f4"
    "\U0001f3f8-\U0001f43e\U0001f440\U0001f442-\U0001f4fc\U0001f4ff-\U0001f53d\U0001f54b-\U0001f54e"
    "\U0001f550-\U0001f567\U0001f57a\U0001f595\U0001f596\U0001f5a4\U0001f5fb-\U0001f64f\U0001f680-\U0001f6c5"
    "\U0001f6cc\U0001f6d0-\U0001f6d2\U0001f6d5-\U0001f6df\U0001f6eb\U0001f6ec\U0001f6f4-\U0001f6fc"
    "\U0001f7e0-\U0001f7f0\U0001f90c-\U0001f93a\U0001f93c-\U0001f945\U0001f947-\U0001f9ff\U0001fa70-\U0001faff])\ufe0f"
)


@dataclass(frozen=True, slots=True)
class Emoji:
    """One emoji as Unicode lists it, without a skin tone."""

    text: str
    name: str  #: CLDR short name, in the language asked for
    group: str  #: of emoji-test.txt, such as smileys-emotion
    subgroup: str  #: such as face-smiling
    version: str  #: of Emoji in which it came
    gender: str  #: "m", "f", or nothing where it is neutral or shows no person
    keywords: tuple[str, ...]
    tones: dict[str, str]  #: "1" (light) to "5" (dark), of two people "13" -> the sequence in that tone
    order: int  #: Unicode's, from 0


@dataclass(frozen=True, slots=True)
class Found:
    """An emoji that a search found, how well it fits, and the word that it fits by."""

    emoji: Emoji
    score: float
    word: str


def plain(text: str) -> str:
    """The emoji without variation selectors, which many programs leave out."""
    return text.replace("\ufe0f", "").replace("\ufe0e", "")


@lru_cache(maxsize=64)
def _text(name: str) -> str:
    with zipfile.ZipFile(PLACE) as archive:
        data = lzma.decompress(archive.read(name + ".xz"))
    return data.decode("utf-16" if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8")


@lru_cache(maxsize=1)
def _scripts() -> dict[str, tuple[str, int]]:
    """Language -> its script and its place in the script's texts."""
    table: dict[str, list[str]] = json.loads(_text("languages.json"))
    return {lang: (script, i) for script, members in table.items() for i, lang in enumerate(members)}


def languages() -> tuple[str, ...]:
    """The languages that names come in, by CLDR's codes (BCP 47), such as "fr" and "pt-PT"."""
    return tuple(sorted(_scripts()))


def language(code: str) -> str:
    """The nearest language that there is: "fr_CH.UTF-8" gives "fr". Raises `MienError` where there is none."""
    wanted = code.split(".")[0].split("@")[0].replace("_", "-").lower()
    known = {lang.lower(): lang for lang in _scripts()} | ALIASES
    while wanted:
        if wanted in known:
            return known[wanted]
        wanted = wanted.rpartition("-")[0]
    raise MienError(f"no language {code!r}: give a code such as en, fr, pt-PT or zh-Hant (mien emoji languages)")


def _chain(lang: str) -> Iterator[str]:
    """The language and its parents."""
    while lang:
        if lang in _scripts():
            yield lang
        lang = lang.rpartition("-")[0]


def _column(kind: str, lang: str) -> list[str]:
    """A text a line of `lang`, what is missing taken from its parents."""
    merged: list[str] = []
    for code in _chain(lang):
        script, place = _scripts()[code]
        lines = _text(f"{kind}-{script}").split("\f")[place].split("\n")
        merged = [a or b for a, b in zip(merged, lines, strict=True)] if merged else lines
    return merged


@lru_cache(maxsize=8)
def emoji(lang: str = "en") -> tuple[Emoji, ...]:
    """All emoji in Unicode's order, named in `lang`; a name that CLDR lacks is English.

    Keywords: of every emoji in English, of the smileys in the other languages. Raises `MienError` for a language that
    there is none of.
    """
    lang = language(lang)
    names, english = _column("names", lang), _column("names", "en")
    smileys = iter(_column("keywords", lang))
    everything = _text("keywords-en").split("\n")
    found = []
    for i, line in enumerate(_SUPERFLUOUS.sub("", _text("emoji.tsv")).split("\n")):
        text, group, subgroup, version, gender, tones = line.split("\t")
        own = next(smileys) if group == "smileys-emotion" else ""
        words = everything[i] if lang == "en" else own
        keywords, sequences = tuple(filter(None, words.split("|"))), dict(_toned(tones))
        found.append(Emoji(text, names[i] or english[i], group, subgroup, version, gender, keywords, sequences, i))
    return tuple(found)


def _toned(text: str) -> Iterator[tuple[str, str]]:
    """ "1🙎🏻 2🙎🏼" -> ("1", "🙎🏻"), ("2", "🙎🏼")."""
    for item in text.split():
        digits = len(item) - len(item.lstrip("12345"))
        yield item[:digits], item[digits:]


@lru_cache(maxsize=8)
def _by_text(lang: str) -> dict[str, Emoji]:
    table = {}
    for e in emoji(lang):
        table[plain(e.text)] = e
        table.update({plain(toned): e for toned in e.tones.values()})
    return table


def get(text: str, lang: str = "en") -> Emoji:
    """The emoji written `text`, in any skin tone, with or without variation selectors. Raises `MienError`."""
    found = _by_text(lang).get(plain(text))
    if found is None:
        raise MienError(f"{text!r} is no emoji")
    return found


def named(words: str, lang: str = "en") -> Emoji:
    """The emoji with this CLDR short name in `lang`, or in English; case and accents aside. Raises `MienError`."""
    wanted = folded(words).split()
    for code in (lang, "en"):
        for e in emoji(code) if wanted else ():
            if folded(e.name).split() == wanted:
                return get(e.text, lang)
    raise MienError(f"{words!r} is no emoji and no emoji's name: try mien emoji search")


def known(text: str) -> bool:
    """Whether `text` is one emoji, in any skin tone, with or without variation selectors."""
    return plain(text) in _by_text("en")


def name(text: str, lang: str = "en") -> str:
    """The CLDR short name of an emoji in `lang`. Raises `MienError`."""
    return get(text, lang).name


def search(words: str, lang: str = "en", limit: int = 10) -> list[Found]:
    """Emoji whose names or keywords have `words` in them, the best first; a word may be begun only, accents left out.

    Searched in `lang`, and in English with less weight, so that a language with few keywords still finds something.
    """
    wanted = folded(words).split()
    lang = language(lang)
    if not wanted:
        return []
    found: dict[int, Found] = {}
    for code, weight in ((lang, 1.0), ("en", 1.0 if lang == "en" else ENGLISH)):
        for e, entry in zip(emoji(lang), _index(code), strict=True):
            hits = [_hit(word, entry) for word in wanted]
            score = weight * sum(h[0] for h in hits) if all(h[0] for h in hits) else 0.0
            if score and (e.order not in found or found[e.order].score < score):
                found[e.order] = Found(e, round(score, 3), " ".join(h[1] for h in hits))
    return sorted(found.values(), key=lambda f: (-f.score, f.emoji.order))[:limit]


@lru_cache(maxsize=8)
def _index(lang: str) -> list[list[tuple[str, float, str]]]:
    """Of each emoji its words, folded, what a hit on each is worth, and the word or phrase as it is written."""
    index = []
    for e in emoji(lang):
        # A name's or keyword's worth is shared by its words: "face" says little of "crying face".
        entry = [(w, NAME / (1 + 0.25 * n), e.name) for n in [len(e.name.split())] for w in folded(e.name).split()]
        for keyword in e.keywords:
            parts = folded(keyword).split()
            entry += [(w, KEYWORD / (1 + 0.25 * len(parts)), keyword) for w in parts]
        index.append(entry)
    return index


def _hit(word: str, entry: list[tuple[str, float, str]]) -> tuple[float, str]:
    """What `word` meets: the best hit's worth, and a little for each further one; and where. (0, "") for none."""
    hits = []
    for candidate, worth, said in entry:
        if candidate == word:
            hits.append((worth, said))
        elif candidate.startswith(word) or _inflected(word, candidate) or (word in candidate and is_unspaced(word)):
            hits.append((worth * BEGINNING, said))
    if not hits:
        return 0.0, ""
    best = max(hits, key=lambda h: h[0])
    return best[0] + FURTHER * (sum(h[0] for h in hits) - best[0]), best[1]


def _inflected(word: str, candidate: str) -> bool:
    """Whether `word` is `candidate` with another ending of up to two letters, as "pleurer" is of "pleure"."""
    return len(candidate) >= 4 and word.startswith(candidate) and len(word) - len(candidate) <= 2


def is_unspaced(word: str) -> bool:
    """Whether its script writes no spaces between words, so that a word may stand within another."""
    return any(unicodedata.name(c, "").startswith(UNSPACED) for c in word)


def folded(text: str) -> str:
    """Lower case without accents or punctuation, for comparing."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (c for c in decomposed if not unicodedata.combining(c) or not _latin_like(decomposed))
    return "".join(c if c.isalnum() or unicodedata.category(c).startswith("M") else " " for c in kept)


def _latin_like(text: str) -> bool:
    """Whether accents are decoration: they are letters of their own in Indic scripts."""
    return any("a" <= c <= "z" for c in text) or any("\u0370" <= c <= "\u052f" for c in text)
