"""What a folder of training pictures holds: teacher points, human-made points, boxes. The files, read into plain
values.

A folder of data is a folder of pictures, with a teacher file (`.npz` of `mien.lab.teachers_points.label_points`), an
optional `faces.csv` (image, person, x0, y0 ... x67, y67: human-made points) and, for full scenes, a `boxes.csv`
(image, x, y, w, h, score; a row without a box: the picture has no face).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError
from mien.types import CONTROLS

Floats = NDArray[np.float32]

#: A detector's box as means over the faces of a scene set, from the 68 points' upright bounding box: shifts and sizes
#: as shares of its width and height (x, y, width, height). Stands in where a set has no boxes.
BOX_FROM_POINTS = (0.0, -0.31, 0.985, 1.34)


#: How often a folder's faces are drawn, where it goes by one of these names: clean and human-made labels more often.
WEIGHTS = {"ytfaces": 4.0, "portraits": 2.5, "utkface": 1.5, "scenes": 3.0}


@dataclass
class Source:
    """One folder of pictures with what is known about them."""

    name: str
    folder: Path
    teacher: Path | None = None
    weight: float = 1.0  #: how often its faces are drawn, beside those of the other folders
    complete: bool = False  #: the teacher saw every face of its pictures, so the rest of them can teach what is none


def find_sources(data: Path | str, points: Path | str) -> list[Source]:
    """The folders of `data` that have a teacher file `points/NAME.npz`. Raises `DataError` when there are none.

    FER+ folders (`FER2013Train` ...) and any other folder of pictures work alike; `data` may hold them one level down.
    """
    data, points = Path(data), Path(points)
    if not data.is_dir():
        raise DataError(f"{data}: no such folder")
    places = [p for p in (*sorted(data.iterdir()), *sorted(data.glob("*/*"))) if p.is_dir()]
    sources: list[Source] = []
    for place in places:
        teacher = points / f"{place.name}.npz"
        if teacher.is_file() and place.name not in {s.name for s in sources}:
            weight = WEIGHTS.get(place.name, 1.0)
            sources.append(Source(place.name, place, teacher, weight, complete=place.name == "portraits"))
    if not sources:
        raise DataError(f"no folder in {data} has its teacher file NAME.npz in {points}: label it first")
    return sources


def box_of_points(points: Floats) -> Floats:
    """The box a detector would give (x, y, width, height), from 68 points: see `BOX_FROM_POINTS`."""
    low, high = points.min(0), points.max(0)
    width, height = high - low
    dx, dy, dw, dh = BOX_FROM_POINTS
    return np.array([low[0] + dx * width, low[1] + dy * height, dw * width, dh * height], np.float32)


@dataclass
class TeacherRow:
    box: Floats
    points: Floats
    controls: Floats
    pose: Floats


def read_teacher(path: Path) -> dict[str, list[TeacherRow]]:
    """The found faces of a teacher file by picture. Raises `DataError`."""
    if not path.is_file():
        raise DataError(f"{path}: no such teacher file (made by label_points)")
    rows: dict[str, list[TeacherRow]] = defaultdict(list)
    with np.load(path, allow_pickle=False) as data:
        missing = {"image", "box", "found", "points", "controls", "pose"} - set(data.files)
        if missing:
            raise DataError(f"{path}: not a teacher file, it lacks {', '.join(sorted(missing))}")
        if data["controls"].shape[1] != len(CONTROLS):
            raise DataError(f"{path}: expected {len(CONTROLS)} controls")
        columns = (data["image"], data["box"], data["found"], data["points"], data["controls"], data["pose"])
    for name, box, found, points, controls, pose in zip(*columns, strict=True):
        if found:
            rows[str(name)].append(
                TeacherRow(box_of_points(points) if np.isnan(box[0]) else box, points, controls, pose)
            )
    return rows


def read_human_points(path: Path) -> dict[str, tuple[str, Floats | None]]:
    """Person and 68 points (pixels; None when a row has none) by picture, from a `faces.csv`; empty without the
    file."""
    if not path.exists():
        return {}
    columns = [f"{axis}{i}" for i in range(68) for axis in "xy"]
    found: dict[str, tuple[str, Floats | None]] = {}
    with path.open(newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                values = [row[c] for c in columns]
                points = np.array(values, np.float32).reshape(68, 2) if all(values) else None
                found[row["image"]] = (f"person {row.get('person', row['image'])}", points)
            except (KeyError, TypeError, ValueError):
                raise DataError(f"{path}, line {number}: expected image, person and x0, y0 ... x67, y67") from None
    return found


def read_boxes(path: Path) -> dict[str, list[Floats]]:
    """Boxes with their score (x, y, w, h, score) by picture, from a `boxes.csv`; a picture without faces has an empty
    list."""
    if not path.exists():
        return {}
    boxes: dict[str, list[Floats]] = defaultdict(list)
    with path.open(newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                rows = boxes[row["image"]]
                if row["x"]:
                    rows.append(np.array([row[k] for k in ("x", "y", "w", "h", "score")], np.float32))
            except (KeyError, TypeError, ValueError):
                raise DataError(f"{path}, line {number}: expected image, x, y, w, h, score") from None
    return boxes
