"""Which layouts a source is in, and the reading of all of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mien.errors import DataError
from mien.lab.data import ferplus, pixels_csv
from mien.lab.data.attributes import read_attributes
from mien.lab.data.class_folders import read_class_folders
from mien.lab.data.dataset import is_dataset, open_dataset
from mien.lab.data.listing import Files, files_of
from mien.lab.data.reading import Part, Reading

#: How deep below the source's folder a CSV is looked for.
_CSV_DEPTH = 3
_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".7z", ".rar")


def read_source(source: Path, reading: Reading) -> list[Part]:
    """Read every known layout at `source`, FER+ first, then CSV files with pixels, then class folders.

    Raises `DataError` when nothing is known there; see `Reading` for what cannot be read.
    """
    if is_dataset(source):
        return [_of_dataset(source)]
    files = files_of(source)
    for folder in files.closed_to_us:
        reading.unreadable(folder, "no permission to look into it")
    csvs = [e.path for e in files.entries if e.path.lower().endswith(".csv") and e.path.count("/") < _CSV_DEPTH]
    if source.is_file() and source.suffix.lower() != ".zip" and not csvs:
        csvs = [source.name]
    parts = _read_csvs(files, csvs, reading)
    theirs = tuple(folder for path in csvs if ferplus.is_ferplus(path) for folder in ferplus.folders_of(path))
    paths = [e.path for e in files.entries if e.path not in csvs and not e.path.startswith(theirs)]
    folders = read_class_folders(files, paths, reading, expressions_only=bool(parts))
    parts += [folders] if len(folders) else []
    read_attributes(files, parts, reading)
    parts = [part for part in parts if len(part)]
    for part in parts:
        part.note_odd_sizes(reading)
    if not parts and not any(trouble.kind == "unreadable" for trouble in reading.troubles):
        raise DataError(_nothing_in(source, files))
    return parts


def _read_csvs(files: Files, csvs: list[str], reading: Reading) -> list[Part]:
    votes = [path for path in csvs if ferplus.is_ferplus(path)]
    pixels = []
    for path in csvs:
        named = path.rsplit("/", 1)[-1].lower() in pixels_csv.KNOWN or path == files.source.name
        if path not in votes and (named or pixels_csv.is_pixels_csv(files, path)):
            pixels.append(pixels_csv.read_pixels_csv(files, path, reading))
    beside = max(pixels, key=len, default=None)
    return [ferplus.read_ferplus(files, path, reading, beside) for path in votes] + pixels


def _of_dataset(source: Path) -> Part:
    """A data set of mien's own as a part, so that it can be joined with others and mapped."""
    faces, about = open_dataset(source)
    part = Part(str(source), "mien")
    part.images = list(faces.images)
    part.names = list(faces.names)
    part.split = faces.split.tolist()
    part.labels = [faces.classes[i] if i >= 0 else None for i in faces.labels]
    part.votes = [None if np.isnan(row[0]) else row.tolist() for row in faces.votes]
    part.groups = {column: values.tolist() for column, values in faces.groups.items()}
    part.stored_sizes = about.sizes
    return part


def _nothing_in(source: Path, files: Files) -> str:
    """Why there is nothing to read, and what to do."""
    archives = [
        e.path for e in files.entries if e.path.lower().endswith((".zip", ".tar", ".gz", ".tgz", ".7z", ".rar"))
    ]
    message = f"{source}: no fer2013.csv, no fer2013new.csv with its folders, and no class folders here"
    if archives:
        how = "pass it by name" if archives[0].lower().endswith(".zip") else "unpack it first"
        return f"{message}, only {archives[0]}: {how}"
    return message
