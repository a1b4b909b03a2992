"""Pictures and teacher boxes for the detector, read from folders of pictures with a `boxes.csv`."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.errors import DataError

FOLDERS = ("scenes", "ytfaces", "portraits", "utkface")
SURE = 0.7  #: teacher scores from here on are faces; lower ones are ignored by the loss
HELD_OUT = 6  #: every sixth picture (or person), by a hash of its name, is never trained on


@dataclass(slots=True)
class Labelled:
    """A picture with its boxes."""

    name: str
    folder: str
    pixels: NDArray[np.uint8]  #: HxWx3
    boxes: NDArray[np.float32]  #: Mx4: left, top, width, height in pixels
    scores: NDArray[np.float32]  #: M, the teacher's
    points: NDArray[np.float32]  #: Mx5x2 in pixels, NaN where unknown


def held_out(name: str) -> bool:
    """Whether a picture (a person, where names are `person_number`) belongs to the validation split."""
    return zlib.crc32(name.encode()) % HELD_OUT == 0


def split_of(folder: str, name: str) -> str:
    """`validation` or `train`; `ytfaces` is split by person, the part of the name before the underscore."""
    return "validation" if held_out(name.split("_")[0] if folder == "ytfaces" else name) else "train"


def read_boxes(path: Path) -> dict[str, list[list[float]]]:
    """Rows of a boxes CSV by picture: x, y, w, h, score, then ten numbers of points (NaN where there are none).

    Raises `DataError` when the file is missing, lacks a column, or holds something that is no number.
    """
    try:
        with path.open(newline="") as file:
            reader = csv.DictReader(file)
            missing = {"image", "x", "y", "w", "h", "score"} - set(reader.fieldnames or ())
            if missing:
                raise DataError(f"{path}: columns {', '.join(sorted(missing))} are missing")
            rows: dict[str, list[list[float]]] = {}
            for row in reader:
                found = rows.setdefault(row["image"], [])
                if row["x"]:
                    numbers = [float(row[k]) for k in ("x", "y", "w", "h", "score")]
                    found.append(numbers + [float(row.get(f"{a}{i}") or "nan") for i in range(5) for a in "xy"])
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise DataError(f"{path}: {error}") from error
    return rows


def load(folder: Path, boxes: Path, *, split: str | None = None, points: Path | None = None) -> list[Labelled]:
    """Decode the pictures of `folder` named in the CSV `boxes` into memory.

    `split` keeps only "train" or "validation"; `points` is a second CSV that lends its five points to boxes without
    them (matched by overlap) and, for training, boxes to ignore: those that only the second look saw.
    Raises `DataError` for a picture that cannot be read, or when none is left.
    """
    lent = read_boxes(points) if points else {}
    pictures = []
    for name, rows in read_boxes(boxes).items():
        if split and split_of(folder.name, name) != split:
            continue
        try:
            pixels = np.asarray(Image.open(folder / name).convert("RGB"))
        except OSError as error:
            raise DataError(f"{folder / name}: cannot be read as a picture ({error})") from error
        table = np.array(rows, np.float32).reshape(-1, 15)
        if name in lent:
            others = np.array(lent[name], np.float32).reshape(-1, 15)
            lend_points(table, others)
            if split == "train":
                table = np.concatenate([table, doubtful(table, others)])
        pictures.append(Labelled(name, folder.name, pixels, table[:, :4], table[:, 4], table[:, 5:].reshape(-1, 5, 2)))
    if not pictures:
        raise DataError(f"{boxes}: names no {split or ''} picture")
    return pictures


def lend_points(table: NDArray[np.float32], others: NDArray[np.float32]) -> None:
    """Fill in the points of rows without them, from the row of `others` that overlaps most (IoU of at least .5)."""
    if not len(others) or not len(table):
        return
    overlap = iou(table[:, :4], others[:, :4])
    best = overlap.argmax(1)
    take = (overlap.max(1) >= 0.5) & np.isnan(table[:, 5])
    table[take, 5:] = others[best[take], 5:]


def doubtful(table: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of `others` (score .6 or more) that meet none of `table`: neither face nor background, so scored .5."""
    overlap = iou(others[:, :4], table[:, :4]).max(1, initial=0)
    extra: NDArray[np.float32] = others[(others[:, 4] >= 0.6) & (overlap < 0.3)].copy()
    extra[:, 4] = 0.5
    return extra


def iou(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of boxes Nx4 and Mx4 (left, top, width, height): NxM."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, :2] + a[:, None, 2:], b[None, :, :2] + b[None, :, 2:])
    meet = np.clip(high - low, 0, None).prod(-1)
    union = a[:, None, 2:].prod(-1) + b[None, :, 2:].prod(-1) - meet
    return np.asarray(meet / np.maximum(union, 1e-9), np.float32)


def load_all(data: Path, labels: Path, *, split: str, folders: Iterable[str] = FOLDERS) -> list[Labelled]:
    """Every folder of `data` that has boxes, its own `boxes.csv` or the teacher's `labels/FOLDER.csv`.

    Raises `DataError` when no folder of `data` has boxes.
    """
    pictures: list[Labelled] = []
    for name in folders:
        folder, own, taught = data / name, data / name / "boxes.csv", labels / f"{name}.csv"
        if not folder.is_dir() or not (own.exists() or taught.exists()):
            continue
        both = own.exists() and taught.exists()
        pictures += load(folder, own if own.exists() else taught, split=split, points=taught if both else None)
    if not pictures:
        raise DataError(f"{data}: none of {', '.join(FOLDERS)} is there with a boxes.csv (or give a teacher)")
    return pictures
