"""FER+ (Barsoum et al. 2016): `fer2013new.csv`, the votes of ten people for each picture of FER2013."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from mien.errors import DataError
from mien.lab.data.listing import Files
from mien.lab.data.reading import Part, Reading

NAME = "fer2013new.csv"
#: FER+'s folders by the split that its CSV names.
FOLDERS = {"Training": "FER2013Train", "PublicTest": "FER2013Valid", "PrivateTest": "FER2013Test"}
_COLUMNS = 12  # Usage, Image name, eight expressions, unknown, NF


def is_ferplus(path: str) -> bool:
    """Whether this is FER+'s CSV, by its name."""
    return path.rpartition("/")[2] == NAME


def folders_of(path: str) -> list[str]:
    """The folders of pictures beside FER+'s CSV, with a slash at the end."""
    return [f"{path[: -len(NAME)]}{folder}/" for folder in FOLDERS.values()]


def read_ferplus(files: Files, path: str, reading: Reading, pixels: Part | None = None) -> Part:
    """Read the votes, with the pictures in the folders beside the CSV.

    Where there are none, the votes go to the rows of `pixels`, a `fer2013.csv` in its own order, as the authors publish
    them. Rows without a name are FER+'s rejects; rows whose picture is not there are noted as missing.
    """
    above = path[: -len(NAME)]
    present = {entry.path for entry in files.entries}
    part = Part(files.place(path), "FER+")
    rows = list(_rows(files, path, reading))
    pictures = any(p.startswith(tuple(folders_of(path))) for p in present)
    if not pictures and pixels is not None:
        return _by_row(part, rows, pixels, reading)
    for number, (line, usage, name, votes) in enumerate(rows):
        reading.step(f"Reading {path}", number, len(rows))
        if not name:
            continue
        picture = f"{above}{FOLDERS[usage]}/{name}"
        if picture not in present:
            reading.note("missing", f"{part.source}, line {line}", f"no picture {FOLDERS[usage]}/{name}")
        elif (found := reading.picture(files, picture)) is not None:
            part.add(found[0], name, usage, votes=votes, size=found[1])
    return part


def _rows(files: Files, path: str, reading: Reading) -> Iterator[tuple[int, str, str, list[float]]]:
    """Line, split, picture's name and ten votes of every row that can be read."""
    place = files.place(path)
    with files.open(path) as file:
        rows = csv.reader(io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline=""))
        try:
            header = next(rows, [])
            if len(header) != _COLUMNS or header[0].strip().lower() != "usage":
                reading.unreadable(place, "expected 12 columns: Usage, Image name, ten vote counts")
                return
            for row in rows:
                if len(row) != _COLUMNS or row[0] not in FOLDERS or not all(v.strip().isdecimal() for v in row[2:]):
                    expected = "expected a split, a picture's name and ten vote counts"
                    reading.unreadable(f"{place}, line {rows.line_num}", expected)
                    continue
                yield rows.line_num, row[0], row[1].strip(), [float(v) for v in row[2:]]
        except DataError:
            raise
        except Exception as error:  # csv, zipfile and zlib raise several kinds for damaged files
            reading.unreadable(f"{place}, line {rows.line_num}", f"cannot be read ({error})")


def _by_row(part: Part, rows: list[tuple[int, str, str, list[float]]], pixels: Part, reading: Reading) -> Part:
    if len(rows) != len(pixels) or any(row[1] != split for row, split in zip(rows, pixels.split, strict=True) if split):
        folders = ", ".join(FOLDERS.values())
        what = f"its {len(rows)} rows do not belong to the {len(pixels)} of {pixels.source}; put {folders} beside it"
        reading.unreadable(part.source, what)
        return part
    for (_, usage, name, votes), image in zip(rows, pixels.images, strict=True):
        if name:
            part.add(image, name, usage, votes=votes)
    return part
