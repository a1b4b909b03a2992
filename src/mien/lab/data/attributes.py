"""`faces.csv` or `attributes.csv` at the root of a source: what else is known of each picture, column by column."""

from __future__ import annotations

import csv
import io

from mien.lab.data.listing import Files
from mien.lab.data.reading import Part, Reading

NAMES = ("attributes.csv", "faces.csv")
#: Columns that may hold the picture's name, the first one found is taken.
_FILE_COLUMNS = ("image", "file", "filename", "path", "picture")


def read_attributes(files: Files, parts: list[Part], reading: Reading) -> None:
    """Add the columns as `groups` to the faces of `parts`; a picture is named by its path, or by its own name alone.

    Rows of pictures that are not there are noted as missing; a table without a column for the picture is left alone.
    """
    present = {entry.path for entry in files.entries}
    table: dict[str, dict[str, str]] = {}
    for name in NAMES:
        if name in present:
            _read_table(files, name, reading, table)
    columns = list(dict.fromkeys(column for row in table.values() for column in row))
    for part in parts:
        rows = [table.get(name) or table.get(name.rpartition("/")[2]) or {} for name in part.names]
        if any(rows):
            part.groups = {column: [row.get(column, "") for row in rows] for column in columns}


def _read_table(files: Files, name: str, reading: Reading, table: dict[str, dict[str, str]]) -> None:
    place = files.place(name)
    present = {entry.path for entry in files.entries} | {e.path.rpartition("/")[2] for e in files.entries}
    with files.open(name) as file:
        rows = csv.reader(io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline=""))
        try:
            header = [column.strip() for column in next(rows, [])]
            lower = [column.lower() for column in header]
            if (key := next((lower.index(c) for c in _FILE_COLUMNS if c in lower), None)) is None:
                return
            for row in rows:
                if len(row) != len(header):
                    reading.unreadable(f"{place}, line {rows.line_num}", f"expected {len(header)} columns")
                    continue
                if row[key] not in present:
                    reading.note("missing", f"{place}, line {rows.line_num}", f"no picture {row[key]}")
                others = (i for i in range(len(header)) if i != key and header[i])
                table.setdefault(row[key], {}).update({header[i]: row[i].strip() for i in others})
        except csv.Error as error:
            reading.unreadable(f"{place}, line {rows.line_num}", str(error))
