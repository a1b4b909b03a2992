"""Public layouts of expression data, read into one value: a `FaceSet`.

Layouts: `fer2013.csv` (Kaggle 2013 challenge: emotion,pixels,Usage), FER+ folders (`fer2013new.csv` with the votes of
ten people beside `FER2013Train/`, `FER2013Valid/`, `FER2013Test/`) and class folders (`train/happy/*.png`). A folder
that holds several of them is read as one set: the same picture in two layouts gets both its labels.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.errors import DataError
from mien.expression.prepare import to_input
from mien.lab.data.faceset import SIZE, FaceSet, combine
from mien.types import LABELS

#: FER2013's classes by code, under their names in mien; contempt is not among them.
FER2013_CLASSES = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
#: Names under which public data sets know the eight labels.
ALIASES = {
    "angry": "anger", "happy": "happiness", "sad": "sadness", "fearful": "fear", "disgusted": "disgust",
    "surprised": "surprise",
}  # fmt: skip
#: FER+'s splits by folder, and Kaggle's names for them.
FERPLUS_FOLDERS = {"FER2013Train": "Training", "FER2013Valid": "PublicTest", "FER2013Test": "PrivateTest"}
SPLIT_FOLDERS = {
    "train": "Training", "training": "Training", "validation": "PublicTest", "valid": "PublicTest",
    "val": "PublicTest", "test": "PrivateTest",
}  # fmt: skip


def load_faces(data: Path | str) -> FaceSet:
    """Read every known layout at `data`: a `fer2013.csv`, an FER+ folder, class folders, or a folder with these inside.

    Raises `DataError` that names the file (and row) when something cannot be read, or when nothing is known there.
    """
    data = Path(data)
    if not data.exists():
        raise DataError(f"{data}: no such file or folder")
    sets: list[FaceSet] = []
    if data.is_file():
        sets.append(read_fer2013(data))
    else:
        places = [data, *sorted(p for p in data.iterdir() if p.is_dir())]
        sets += [read_ferplus(p / "fer2013new.csv") for p in places if (p / "fer2013new.csv").exists()]
        sets += [read_fer2013(p / "fer2013.csv") for p in places if (p / "fer2013.csv").exists()]
        if not sets:
            found = (s for p in places if (s := read_class_folders(p)) is not None)
            sets += [first] if (first := next(found, None)) else []
    if not sets:
        raise DataError(f"{data}: no fer2013.csv, no fer2013new.csv with its folders, and no class folders here")
    return combine(sets)


def read_fer2013(path: Path) -> FaceSet:
    """Read Kaggle's `fer2013.csv` (emotion,pixels,Usage; 48 x 48 numbers of 0..255 in a row)."""
    images, labels, split, names = [], [], [], []
    with path.open(newline="", errors="replace") as file:
        reader = csv.DictReader(file)
        columns = {(c or "").strip().lower(): c for c in reader.fieldnames or ()}
        if not {"emotion", "pixels"} <= set(columns):
            raise DataError(f"{path}: the first line must name the columns emotion, pixels and Usage")
        for number, row in enumerate(reader, start=2):
            try:
                pixels = np.array((row[columns["pixels"]] or "").split(), dtype=np.uint8)
                label = FER2013_CLASSES[int(row[columns["emotion"]])]
                images.append(pixels.reshape(SIZE, SIZE))
            except (ValueError, IndexError, OverflowError, TypeError):
                raise DataError(f"{path}, line {number}: expected a class 0-6 and {SIZE * SIZE} pixels 0-255") from None
            labels.append(LABELS.index(label))
            usage = row[columns["usage"]] if "usage" in columns else "Training"
            split.append((usage or "Training").strip())
            names.append(f"{path.name}:{number}")
    return _face_set(images, None, labels, split, names, path)


def read_ferplus(path: Path) -> FaceSet:
    """Read FER+: `fer2013new.csv` and the folders beside it. Rows whose picture is not there are left out."""
    images, votes, split, names = [], [], [], []
    with path.open(newline="", errors="replace") as file:
        rows = csv.reader(file)
        header = next(rows, [])
        if len(header) != 12 or header[0].strip().lower() != "usage":
            raise DataError(f"{path}: expected 12 columns: Usage, Image name, ten vote counts")
        folders = {usage: path.parent / folder for folder, usage in FERPLUS_FOLDERS.items()}
        present = {
            usage: {p.name for p in folder.iterdir()} if folder.is_dir() else set() for usage, folder in folders.items()
        }
        for number, row in enumerate(rows, start=2):
            if len(row) != 12 or row[0] not in folders or not all(v.strip().isdigit() for v in row[2:]):
                raise DataError(f"{path}, line {number}: expected a split, a picture's name and ten vote counts")
            if row[1] not in present[row[0]]:
                continue
            images.append(_grey(folders[row[0]] / row[1]))
            votes.append([float(v) for v in row[2:]])
            split.append(row[0])
            names.append(row[1])
    return _face_set(images, votes, None, split, names, path)


def read_class_folders(folder: Path) -> FaceSet | None:
    """Read `SPLIT/CLASS/*` or `CLASS/*`; None where no folder has the name of an expression or one of its aliases."""
    images, labels, split, names = [], [], [], []
    for place in [folder, *sorted(p for p in folder.iterdir() if p.is_dir())]:
        usage = SPLIT_FOLDERS.get(place.name.lower(), "Training")
        for classes in sorted(p for p in place.iterdir() if p.is_dir()):
            label = ALIASES.get(classes.name.lower(), classes.name.lower())
            if label not in LABELS:
                continue
            for file in sorted(p for p in classes.iterdir() if p.is_file() and not p.name.startswith(".")):
                images.append(_grey(file))
                labels.append(LABELS.index(label))
                split.append(usage)
                names.append(str(file.relative_to(folder)))
    return _face_set(images, None, labels, split, names, folder) if images else None


def _grey(path: Path) -> NDArray[np.uint8]:
    """A picture as 48 x 48 grey, as the recogniser sees it."""
    with Image.open(path) as image:  # the fast way for the tens of thousands that are as they should be
        if image.mode == "L" and image.size == (SIZE, SIZE):
            return np.asarray(image).copy()
    from mien.media import read_picture

    return to_input(read_picture(path))


def _face_set(
    images: list[NDArray[np.uint8]],
    votes: list[list[float]] | None,
    labels: list[int] | None,
    split: list[str],
    names: list[str],
    source: Path,
) -> FaceSet:
    if not images:
        raise DataError(f"{source}: no faces in it")
    n = len(images)
    return FaceSet(
        np.stack(images),
        np.full((n, 10), np.nan, np.float32) if votes is None else np.array(votes, np.float32),
        np.full(n, -1, np.int64) if labels is None else np.array(labels, np.int64),
        np.array(split),
        names,
    )
