"""Training data of the landmark network: pictures with teacher points, human-made points, and places without a face.

A folder of data is a folder of pictures, with a teacher file (`.npz` of `mien.lab.teachers_points.label_points`), an optional
`faces.csv` (image, person, x0, y0 ... x67, y67: human-made points) and, for full scenes, a `boxes.csv` (image, x, y, w, h, score;
a row without a box: the picture has no face).
"""

from __future__ import annotations

import csv
import math
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.errors import DataError
from mien.lab.landmarks.convention import Convention, fit
from mien.types import CONTROLS
from mien.vision.crop import five_points, roll_of

Floats = NDArray[np.float32]

HELD_OUT = 6  #: every sixth person or picture, by a hash of its name (the detector's rule, so that both hold back the same)

#: Folders that FER+ itself keeps apart for choosing and testing: never trained on.
KEPT_FOR_TESTS = ("FER2013Valid", "FER2013Test")
#: A detector's box as means over the faces of a scene set, from the 68 points' upright bounding box: shifts and sizes as
#: shares of its width and height (x, y, width, height). Stands in where a set has no boxes.
BOX_FROM_POINTS = (0.0, -0.31, 0.985, 1.34)


@dataclass
class Source:
    """One folder of pictures with what is known about them."""

    name: str
    folder: Path
    teacher: Path | None = None
    weight: float = 1.0  #: how often its faces are drawn, beside those of the other folders
    complete: bool = False  #: the teacher saw every face of its pictures, so the rest of them can teach what is none


@dataclass
class Faces:
    """Faces with labels, one row each; `picture` points into `pictures`. NaN marks what is unknown."""

    pictures: list[NDArray[np.uint8]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  #: of the pictures: "source/file"
    picture: list[int] = field(default_factory=list)
    box: list[Floats] = field(default_factory=list)  #: x, y, width, height, pixels
    roll: list[float] = field(default_factory=list)  #: of the five points, degrees; 0 when unknown
    points: list[Floats] = field(default_factory=list)  #: 68 x 2, pixels; NaN when unknown
    controls: list[Floats] = field(default_factory=list)  #: 52
    pose: list[Floats] = field(default_factory=list)  #: 3, degrees
    human: list[bool] = field(default_factory=list)  #: whether a person placed the points
    weight: list[float] = field(default_factory=list)
    is_face: list[bool] = field(default_factory=list)
    held: list[bool] = field(default_factory=list)  #: held back for validation
    held_picture: list[bool] = field(default_factory=list)  #: the same, of the pictures
    #: every face's box in the pictures whose faces are all known: where else there is no face
    boxes: dict[int, list[Floats]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.picture)

    def add_picture(self, name: str, path: Path, held: bool) -> int:
        with Image.open(path) as image:
            self.pictures.append(np.asarray(image if image.mode == "L" else image.convert("RGB")))
        self.names.append(name)
        self.held_picture.append(held)
        return len(self.pictures) - 1

    def add_boxes(self, boxes: Sequence[tuple[int, Floats]], weight: float) -> None:
        """Faces of which only the box (x, y, width, height) in a picture is known."""
        for index, box in boxes:
            _add(self, index, box, 0.0, None, None, None, False, weight, self.held_picture[index])


def held_back(key: str) -> bool:
    """Whether a person or picture is held back for validation: one in `HELD_OUT`, by a hash of its name."""
    return zlib.crc32(key.encode()) % HELD_OUT == 0


def box_of_points(points: Floats) -> Floats:
    """The box a detector would give (x, y, width, height), from 68 points: see `BOX_FROM_POINTS`."""
    low, high = points.min(0), points.max(0)
    width, height = high - low
    dx, dy, dw, dh = BOX_FROM_POINTS
    return np.array([low[0] + dx * width, low[1] + dy * height, dw * width, dh * height], np.float32)


def load(sources: Sequence[Source], convention: Convention | None = None) -> Faces:
    """Read folders into memory: labelled faces, faces with a box alone, and nothing for pictures without a face.

    People (where `faces.csv` names them) or pictures are held back as `held_back` says. `convention` turns the teacher's
    points into those that people place; without one they stay as they are. Raises `DataError`.
    """
    faces = Faces()
    for source in sources:
        if not source.folder.is_dir():
            raise DataError(f"{source.folder}: no such folder")
        _load_source(faces, source, convention)
    if not len(faces):
        raise DataError("no labelled faces in the given folders")
    return faces


def _load_source(faces: Faces, source: Source, convention: Convention | None) -> None:
    human = read_human_points(source.folder / "faces.csv")
    teacher = read_teacher(source.teacher) if source.teacher else {}
    boxes = read_boxes(source.folder / "boxes.csv")
    wanted = sorted({*teacher, *human, *boxes})
    from rich.progress import track

    for name in track(wanted, description=f"reading {source.name}"):
        path = source.folder / name
        if not path.exists():
            continue
        person, points = human.get(name, (name, None))
        held = held_back(person) or source.name in KEPT_FOR_TESTS
        index = faces.add_picture(f"{source.name}/{name}", path, held)
        rows = teacher.get(name, [])
        for row in rows:
            _add_labelled(faces, index, row, points, source.weight, held, convention)
        known = [row.box for row in rows]
        if name in boxes or source.complete:
            faces.boxes[index] = [*known, *(box[:4] for box in boxes.get(name, ()))]
        for box in boxes.get(name, ()):
            if box[4] >= 0.7 and box[3] >= 12 and all(overlap(box[:4], other) < 0.6 for other in known):
                _add(faces, index, box[:4], 0.0, None, None, None, False, 0.4 * source.weight, held)


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
            rows[str(name)].append(TeacherRow(box_of_points(points) if np.isnan(box[0]) else box, points, controls, pose))
    return rows


def read_human_points(path: Path) -> dict[str, tuple[str, Floats | None]]:
    """Person and 68 points (pixels; None when a row has none) by picture, from a `faces.csv`; empty without the file."""
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
    """Boxes with their score (x, y, w, h, score) by picture, from a `boxes.csv`; a picture without faces has an empty list."""
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


def overlap(a: Iterable[float], b: Iterable[float]) -> float:
    """Intersection over union of two boxes (x, y, width, height)."""
    ax, ay, aw, ah = a
    bx, by, bw, bh = b
    wide = max(0.0, min(ax + aw, bx + bw) - max(ax, bx))
    high = max(0.0, min(ay + ah, by + bh) - max(ay, by))
    union = aw * ah + bw * bh - wide * high
    return wide * high / union if union > 0 else 0.0


def _add_labelled(
    faces: Faces, index: int, row: TeacherRow, human: Floats | None, weight: float, held: bool, convention: Convention | None
) -> None:
    points, by_hand = row.points, False
    if convention is not None:
        points = convention.apply(points, row.pose)
    if human is not None and _near(human, row.points):
        # Hand-made points are noisy by some pixels; halfway to the teacher's they are better targets, without bias.
        points, by_hand = (human + points) / 2 if convention is not None and not held else human, True
    roll = roll_of(five_points(row.points))
    _add(faces, index, row.box, roll, points, row.controls, row.pose, by_hand, weight, held)


def _near(human: Floats, teacher: Floats) -> bool:
    """Whether human-made points and the teacher's are of one face (and both plausible)."""
    size = math.dist(teacher[36], teacher[45]) + math.dist(teacher[27], teacher[8])
    return bool(np.linalg.norm(human[17:] - teacher[17:], axis=1).mean() < 0.1 * size)


def _add(
    faces: Faces,
    index: int,
    box: Floats,
    roll: float,
    points: Floats | None,
    controls: Floats | None,
    pose: Floats | None,
    human: bool,
    weight: float,
    held: bool,
    is_face: bool = True,
) -> None:
    unknown = np.float32(np.nan)
    faces.picture.append(index)
    faces.box.append(np.asarray(box, np.float32))
    faces.roll.append(roll)
    faces.points.append(np.full((68, 2), unknown) if points is None else points)
    faces.controls.append(np.full(len(CONTROLS), unknown) if controls is None else controls)
    faces.pose.append(np.full(3, unknown) if pose is None else pose)
    faces.human.append(human)
    faces.weight.append(weight)
    faces.is_face.append(is_face)
    faces.held.append(held)


def learn_convention(sources: Sequence[Source]) -> Convention | None:
    """The correction from teacher to human points, from the sources that have both; None when there are too few.

    Learnt on people who are not held back.
    """
    teacher_points, pose, human_points = [], [], []
    for source in sources:
        if source.teacher is None:
            continue
        human = read_human_points(source.folder / "faces.csv")
        for name, rows in (read_teacher(source.teacher) if human else {}).items():
            person, points = human.get(name, ("", None))
            if points is not None and not held_back(person) and _near(points, rows[0].points):
                teacher_points.append(rows[0].points)
                pose.append(rows[0].pose)
                human_points.append(points)
    if len(teacher_points) < 20:
        return None
    return fit(np.stack(teacher_points), np.stack(pose), np.stack(human_points))
