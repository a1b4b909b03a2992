"""From the class names of a source to the classes of a `FaceSet`: mien's labels, or the source's own names."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from mien.emoji.labels import canonical
from mien.errors import DataError
from mien.types import LABELS

#: FER2013's classes by code (Goodfellow et al. 2013); CK+ in the same form adds contempt as 7.
CODES = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral", "contempt")


class ClassMap:
    """Old class name -> new one; a new name of "" drops the class. Names are compared whatever their case."""

    def __init__(self, table: Mapping[str, str] | None = None) -> None:
        self.table = {old.strip().casefold(): new.strip() for old, new in (table or {}).items()}
        self._used: set[str] = set()

    def knows(self, name: str) -> bool:
        """Whether the map speaks of this name."""
        return name.strip().casefold() in self.table

    def apply(self, name: str) -> str:
        """What a class is called in the end: by the map, else as mien's label, else its own name; "" = dropped.

        The map is asked for the name as given and for mien's label of it, so that `anger=` also drops "Angry".
        """
        plain = name.strip()
        for candidate in (plain.casefold(), canonical(plain)):
            if candidate in self.table:
                self._used.add(candidate)
                return canonical(self.table[candidate]) or self.table[candidate]
        return canonical(plain) or plain

    def check_used(self, names: Iterable[str]) -> None:
        """Raise `DataError` where the map speaks of a class that the data has not."""
        if unused := sorted(set(self.table) - self._used):
            there = ", ".join(sorted(set(names))[:20]) or "none"
            raise DataError(f"--map {unused[0]}={self.table[unused[0]]}: no such class; there are {there}")

    def wanted(self) -> set[str]:
        """The new names, which may stand beside expressions because somebody asked for them."""
        return {canonical(new) or new for new in self.table.values() if new}


def parse_map(words: Sequence[str]) -> dict[str, str]:
    """Read `old=new` pairs and two-column CSV files (old,new) into one table.

    Raises `DataError` that names the word, or the file and line.
    """
    table: dict[str, str] = {}
    for word in words:
        if Path(word).is_file():
            table |= _read_map(Path(word))
            continue
        old, equals, new = word.partition("=")
        if not equals or not old.strip():
            raise DataError(f"--map {word}: expected old=new, old= to drop a class, or a CSV file with two columns")
        table[old.strip()] = new.strip()
    return table


def _read_map(path: Path) -> dict[str, str]:
    table = {}
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        for number, row in enumerate(csv.reader(file), start=1):
            if not any(cell.strip() for cell in row) or (number == 1 and row[0].strip().lower() in ("old", "from")):
                continue
            if len(row) != 2 or not row[0].strip():
                raise DataError(f"{path}, line {number}: expected two columns, the old name and the new one")
            table[row[0].strip()] = row[1].strip()
    return table


def settle(names: Iterable[str], class_map: ClassMap) -> tuple[tuple[str, ...], dict[str, int]]:
    """The classes of data whose sources use these names, and the class of each name (-1 = dropped).

    Expressions only: mien's `LABELS`. Own names only: these, sorted. Both: an error, unless the map asks for the own
    names; then all of them, sorted.
    """
    given = sorted(set(names))
    new = {name: class_map.apply(name) for name in given}
    class_map.check_used(given)
    kept = {name for name in new.values() if name}
    own = kept - set(LABELS)
    if not own:
        classes: tuple[str, ...] = LABELS
    elif len(own) == len(kept) or own <= class_map.wanted():
        classes = tuple(sorted(kept))
    else:
        strange = sorted(own - class_map.wanted())
        shown = ", ".join(strange[:5]) + (" ..." if len(strange) > 5 else "")
        raise DataError(
            f"classes that are no expressions beside {', '.join(sorted(kept - own))}: {shown}; say what they are with "
            f"--map '{strange[0]}=surprise', drop them with --map '{strange[0]}=', "
            f"or keep them with --map '{strange[0]}={strange[0]}'"
        )
    return classes, {name: classes.index(to) if to else -1 for name, to in new.items()}
