"""Build the emoji catalogue that mien ships from packages of the npm registry.

    npm pack emojibase-data cldr-annotations-full cldr-annotations-derived-full
    python -m mien.lab.emoji_catalogue FOLDER-WITH-THE-PACKAGES

Emojibase (MIT) gives the emoji in Unicode's order with their groups, versions and skin-tone sequences; CLDR (Unicode
License v3) names and keywords. Names come in every language, keywords of all emoji in English and of the smileys in
every language: all keywords of all languages would be twice the size of everything else.
"""

from __future__ import annotations

import io
import json
import lzma
import sys
import tarfile
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mien.emoji.catalogue import PLACE, plain
from mien.errors import DataError

#: A language with fewer names of its own, not English ones, has only been begun. Those with a parent inherit from it.
FEWEST = 600
#: Emojibase's number of "smileys & emotion", the group whose keywords are kept in every language.
SMILEYS = 0
#: The group of bare skin tones and hair styles, which stand for no emoji of their own.
COMPONENTS = 2

Names = Mapping[str, tuple[str, list[str]]]  #: emoji without variation selectors -> short name, keywords


@dataclass(frozen=True)
class Packages:
    """What the three packages hold."""

    emoji: list[dict[str, Any]]  #: Emojibase's entries, in order
    groups: dict[str, Any]
    names: dict[str, Names]  #: language -> names
    licences: str


def read_packages(folder: Path) -> Packages:
    """Read the .tgz files in `folder`. Raises `DataError` that names a package that is not there."""
    with _open(folder, "emojibase-data") as base:
        emoji = json.loads(_file(base, "package/en/data.json"))
        groups = json.loads(_file(base, "package/meta/groups.json"))
        licences = "Emojibase\n\n" + _file(base, "package/LICENSE").decode()
    names: dict[str, dict[str, tuple[str, list[str]]]] = {}
    for package, kind in (
        ("cldr-annotations-full", "annotations"),
        ("cldr-annotations-derived-full", "annotationsDerived"),
    ):
        with _open(folder, package) as tar:
            for member in tar.getmembers():
                if member.name.endswith("/annotations.json"):
                    language = member.name.split("/")[-2]
                    names.setdefault(language, {}).update(_names(json.loads(_file(tar, member.name)), kind))
            licence = _file(tar, "package/LICENSE").decode()
    return Packages(emoji, groups, dict(names), f"{licences}\n\nCLDR\n\n{licence}")


def _open(folder: Path, package: str) -> tarfile.TarFile:
    found = sorted(p for p in folder.glob(f"{package}-*.tgz") if p.name[len(package) + 1].isdigit())
    if not found:
        raise DataError(f"{folder}: no {package}-*.tgz: run `npm pack {package}` there")
    return tarfile.open(found[-1])


def _file(tar: tarfile.TarFile, name: str) -> bytes:
    file = tar.extractfile(name)
    assert file is not None, name
    return file.read()


def _names(table: Mapping[str, Any], kind: str) -> dict[str, tuple[str, list[str]]]:
    entries = table[kind].get("annotations", {})
    return {plain(c): ((v.get("tts") or [""])[0], list(v.get("default", ()))) for c, v in entries.items()}


def build(packages: Packages) -> bytes:
    """The catalogue as the bytes of a zip file; its layout is told in `mien.emoji.catalogue`."""
    entries = [e for e in packages.emoji if e.get("group") not in (None, COMPONENTS)]
    english, keys = packages.names["en"], {plain(e["emoji"]) for e in entries}
    own = {
        lang: sum(bool(name) and name != english.get(key, ("",))[0] for key, (name, _) in names.items() if key in keys)
        for lang, names in packages.names.items()
    }
    whole = [lang for lang, count in own.items() if lang == "en" or count >= FEWEST]
    languages = sorted(lang for lang in packages.names if lang in whole or lang.split("-")[0] in whole)
    blocks: dict[str, list[str]] = {}
    for lang in languages:
        blocks.setdefault(_script(packages.names[lang]), []).append(lang)
    files = {
        "emoji.tsv": _table(entries, packages.groups),
        "keywords-en": "\n".join(_keywords(english, e, None) for e in entries),
    }
    for script, members in sorted(blocks.items()):
        parents = {lang: packages.names.get(_parent(lang, languages) or "", {}) for lang in members}
        files[f"names-{script}"] = "\f".join(
            "\n".join(_name(packages.names[lang], parents[lang], e) for e in entries) for lang in members
        )
        files[f"keywords-{script}"] = "\f".join(
            "\n".join(_keywords(packages.names[lang], e, parents[lang]) for e in entries if e["group"] == SMILEYS)
            for lang in members
        )
    files["languages.json"] = json.dumps(dict(sorted(blocks.items())))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, text in files.items():
            archive.writestr(_info(name + ".xz"), _packed(text))
        archive.writestr(_info("LICENCES.txt.xz"), _packed(packages.licences))
    return buffer.getvalue()


def _packed(text: str) -> bytes:
    """Text packed by LZMA, as UTF-8 or UTF-16 (with its mark), whichever is shorter: most scripts need two bytes."""
    tried = []
    for encoding, align in (("utf-8", 0), ("utf-16", 1)):
        settings = {"preset": 9 | lzma.PRESET_EXTREME, "lc": 3, "lp": align, "pb": align}
        chain = [{"id": lzma.FILTER_LZMA2, **settings}]
        tried.append(lzma.compress(text.encode(encoding), lzma.FORMAT_XZ, lzma.CHECK_CRC32, filters=chain))
    return min(tried, key=len)


def _info(name: str) -> zipfile.ZipInfo:
    """An entry of a fixed date, so that the same packages give the same bytes."""
    return zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))


def _table(entries: Sequence[Mapping[str, Any]], groups: Mapping[str, Any]) -> str:
    """A line an emoji: text, group, subgroup, version, gender (m, f or nothing), its skin-tone sequences."""
    lines = []
    for e in entries:
        gender = {1: "m", 0: "f"}.get(e.get("gender", -1), "")
        tones = " ".join(f"{_tone(s['tone'])}{s['emoji']}" for s in e.get("skins", ()))
        group, subgroup = groups["groups"][str(e["group"])], groups["subgroups"][str(e["subgroup"])]
        lines.append("\t".join((e["emoji"], group, subgroup, f"{e['version']:g}", gender, tones)))
    return "\n".join(lines)


def _tone(tone: int | list[int]) -> str:
    """1 (light) to 5 (dark), of each person in the emoji."""
    return "".join(map(str, tone)) if isinstance(tone, list) else str(tone)


def _name(names: Names, parent: Names, entry: Mapping[str, Any]) -> str:
    """The short name; nothing where the parent language has the same."""
    key = plain(entry["emoji"])
    name = names.get(key, ("", []))[0]
    return "" if name == parent.get(key, ("", []))[0] else name


def _keywords(names: Names, entry: Mapping[str, Any], parent: Names | None) -> str:
    """Keywords that say more than the name does, with | between them; nothing where the parent has the same."""
    key = plain(entry["emoji"])
    name, keywords = names.get(key, ("", []))
    if parent is not None and keywords == parent.get(key, ("", []))[1]:
        return ""
    said = set(name.lower().split())
    return "|".join(k for k in keywords if k != name and not set(k.lower().split()) <= said)


def _parent(language: str, languages: Sequence[str]) -> str | None:
    head = language.rpartition("-")[0]
    return head if head in languages else (_parent(head, languages) if head else None)


def _script(names: Names) -> str:
    """The commonest script, lower case: languages of one script share many words."""
    letters = Counter(
        unicodedata.name(c, "?").split()[0] for name, _ in list(names.values())[:300] for c in name if c.isalpha()
    )
    return letters.most_common(1)[0][0].lower() if letters else "none"


def main() -> None:
    data = build(read_packages(Path(sys.argv[1])))
    PLACE.write_bytes(data)
    print(f"{PLACE}: {len(data) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
