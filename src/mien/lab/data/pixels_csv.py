"""CSV files with the pixels in them: Kaggle's `fer2013.csv`, CK+ in the same form, and files like them."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError
from mien.lab.data.classes import CODES
from mien.lab.data.faceset import SIZE
from mien.lab.data.listing import Files
from mien.lab.data.reading import SPLIT_NAMES, Part, Reading

#: Names under which these files are public; other names are recognised by their first line.
KNOWN = ("fer2013.csv", "icml_face_data.csv", "ckextended.csv")
#: Bytes of the first line that are looked at.
_HEAD = 1000


class Columns(NamedTuple):
    """Where the columns stand, counted from 0; -1 = not there."""

    emotion: int
    pixels: int
    usage: int


def columns_of(header: list[str]) -> Columns | None:
    """The columns of a first line, or None where it is no file of pixels."""
    names = [name.strip().strip('"').lower() for name in header]
    if "emotion" not in names or "pixels" not in names:
        return None
    return Columns(names.index("emotion"), names.index("pixels"), names.index("usage") if "usage" in names else -1)


def is_pixels_csv(files: Files, path: str) -> bool:
    """Whether the first line of a CSV file names the columns emotion and pixels."""
    try:
        with files.open(path) as file:
            line = file.readline(_HEAD).decode("utf-8-sig", "replace")
    except Exception:  # a damaged member of a zip file; reading it says so
        return False
    return columns_of(line.split(",")) is not None


def read_pixels_csv(files: Files, path: str, reading: Reading) -> Part:
    """Read `emotion,pixels,Usage` in any order: a class (code 0-7, or a name), 48 x 48 values 0..255, a split.

    A file without Usage leaves the split open. Codes 0-6 are FER2013's; 7 is CK+'s contempt. Raises `DataError` with
    file and line for a row that cannot be read, if the reading is strict.
    """
    part = Part(files.place(path), "CK+ CSV" if "ck" in path.rsplit("/", 1)[-1].lower() else "FER2013 CSV")
    size = next((entry.size for entry in files.entries if entry.path == path), 0)
    csv.field_size_limit(max(csv.field_size_limit(), 1 << 20))
    with files.open(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
        rows = csv.reader(text)
        columns = columns_of(next(_readable(rows, part.source, reading), []))
        if columns is None:
            what = "the first line must name the columns emotion, pixels and Usage"
            if path == files.source.name:  # asked for by name, and nothing else
                raise DataError(f"{part.source}: {what}; other data is read from folders and zip files")
            reading.unreadable(part.source, what)
            return part
        with warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)  # NumPy's word for text that is no number
            read = 0
            for row in _readable(rows, part.source, reading):
                if row:
                    _add(part, row, rows.line_num, columns, path, reading)
                    read += len(row[columns.pixels]) if len(row) > columns.pixels else 0
                    reading.step(f"Reading {path}", min(read, size), size)
    return part


def _readable(rows: Iterator[list[str]], source: str, reading: Reading) -> Iterator[list[str]]:
    """The rows; one that the CSV reader or the zip file cannot give is reported."""
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            reading.unreadable(f"{source}, line {rows.line_num}", str(error))  # type: ignore[attr-defined]
            continue
        except Exception as error:  # zipfile and zlib raise several kinds for damaged members
            reading.unreadable(source, f"cannot be read to its end ({error})")
            return
        yield row


def _add(part: Part, row: list[str], line: int, columns: Columns, path: str, reading: Reading) -> None:
    place = f"{part.source}, line {line}"
    image = parse_pixels(row[columns.pixels]) if len(row) > columns.pixels else None
    label = _label(row[columns.emotion].strip(), reading) if len(row) > columns.emotion else None
    if image is None or label is None:
        reading.unreadable(place, f"expected a class 0-7 and {SIZE * SIZE} pixels 0-255")
        return
    usage = row[columns.usage].strip() if 0 <= columns.usage < len(row) else ""
    split = SPLIT_NAMES.get(usage.lower(), "") if usage else ""
    if usage and not split:
        reading.unreadable(place, f"unknown Usage {usage!r}; expected Training, PublicTest or PrivateTest")
        return
    part.add(image, f"{path}:{line}", split, label)


def _label(emotion: str, reading: Reading) -> str | None:
    """The name of a class given by code or by name; None for a code that nobody has explained."""
    if reading.class_map.knows(emotion):
        return emotion
    if emotion.lstrip("+-").isdecimal():
        return CODES[int(emotion)] if emotion.isdecimal() and int(emotion) < len(CODES) else None
    return emotion or None


def parse_pixels(text: str) -> NDArray[np.uint8] | None:
    """48 x 48 pixels from numbers with spaces between; None where they are not 2304 whole numbers of 0..255."""
    try:
        values = np.fromstring(text, dtype=np.int64, sep=" ")
    except (ValueError, DeprecationWarning):
        return None
    if values.size != SIZE * SIZE or values.min() < 0 or values.max() > 255:
        return None
    return values.astype(np.uint8).reshape(SIZE, SIZE)
