"""Which emoji stands for which class: read from the command line or a CSV, and checked."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from mien.errors import DataError

LONGEST = 16  #: characters; the longest emoji (families, flags of regions) have fewer


def read_emoji_map(texts: Iterable[str]) -> dict[str, str]:
    """Class -> emoji from words such as `happy=😀`, or paths of CSV files with two columns: class, emoji.

    Raises `DataError` that names the word, or the file and its line.
    """
    found: dict[str, str] = {}
    for text in texts:
        name, equals, emoji = text.rpartition("=")
        if equals and not Path(text).is_file():
            found[name.strip()] = emoji.strip()
        else:
            found |= _read_csv(Path(text))
    return found


def _read_csv(path: Path) -> dict[str, str]:
    if not path.is_file():
        raise DataError(f"--emoji {path}: write it as CLASS=EMOJI, or name a CSV file of two columns: class, emoji")
    found = {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            for number, row in enumerate(csv.reader(file), start=1):
                cells = [cell.strip() for cell in row]
                if not any(cells) or (number == 1 and cells[1:] == ["emoji"]):
                    continue
                if len(cells) != 2 or not all(cells):
                    raise DataError(f"{path}, line {number}: expected two columns: class, emoji")
                found[cells[0]] = cells[1]
    except (UnicodeDecodeError, csv.Error, OSError):
        raise DataError(f"{path}: not a CSV file in UTF-8") from None
    return found


def checked_emoji(emoji: Mapping[str, str] | None, classes: Sequence[str]) -> dict[str, str]:
    """The map, trimmed. Raises `DataError` for a class that the model does not have, and for what is no emoji."""
    given = {name.strip(): text.strip() for name, text in (emoji or {}).items()}
    for name, text in given.items():
        if name not in classes:
            raise DataError(f"emoji for {name!r}: the model has the classes {', '.join(classes)}")
        if not _is_emoji(text):
            raise DataError(f"emoji for {name!r}: {text!r} is no emoji")
    return given


def _is_emoji(text: str) -> bool:
    """Whether a text is short and holds a symbol, or a character that asks to be shown as an emoji (U+FE0F)."""
    symbol = any(unicodedata.category(c) in ("So", "Sm", "Me") or c == "\ufe0f" for c in text)
    return symbol and len(text) <= LONGEST and not any(c.isspace() for c in text)
