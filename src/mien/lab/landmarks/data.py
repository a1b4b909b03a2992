"""Training data of the landmark network: pictures with teacher points, human-made points, and places without a face."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.errors import DataError
from mien.lab.landmarks.convention import Convention, fit
from mien.lab.landmarks.sources import Source, TeacherRow, read_boxes, read_human_points, read_teacher
from mien.types import CONTROLS
from mien.vision.crop import five_points, roll_of

Floats = NDArray[np.float32]

HELD_OUT = (
    6  #: every sixth person or picture, by a hash of its name (the detector's rule, so that both hold back the same)
)

#: Folders that FER+ itself keeps apart for choosing and testing: never trained on.
KEPT_FOR_TESTS = ("FER2013Valid", "FER2013Test")


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
        """Faces of which only the box (x, y, width, height, score) in a picture is known."""
        for index, box in boxes:
            _add(self, index, box[:4], 0.0, None, None, None, False, weight, self.held_picture[index])


def held_back(key: str) -> bool:
    """Whether a person or picture is held back for validation: one in `HELD_OUT`, by a hash of its name."""
    return zlib.crc32(key.encode()) % HELD_OUT == 0


def load(sources: Sequence[Source], convention: Convention | None = None) -> Faces:
    """Read folders into memory: labelled faces, faces with a box alone, and nothing for pictures without a face.

    People (where `faces.csv` names them) or pictures are held back as `held_back` says. `convention` turns the
    teacher's points into those that people place; without one they stay as they are. Raises `DataError`.
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
    from rich.console import Console
    from rich.progress import track

    for name in track(wanted, description=f"reading {source.name}", console=Console(stderr=True)):
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


def overlap(a: Iterable[float], b: Iterable[float]) -> float:
    """Intersection over union of two boxes (x, y, width, height)."""
    ax, ay, aw, ah = a
    bx, by, bw, bh = b
    wide = max(0.0, min(ax + aw, bx + bw) - max(ax, bx))
    high = max(0.0, min(ay + ah, by + bh) - max(ay, by))
    union = aw * ah + bw * bh - wide * high
    return wide * high / union if union > 0 else 0.0


def _add_labelled(
    faces: Faces,
    index: int,
    row: TeacherRow,
    human: Floats | None,
    weight: float,
    held: bool,
    convention: Convention | None,
) -> None:
    points, by_hand = row.points, False
    if convention is not None:
        points = convention.apply(points, row.pose)
    if human is not None and _near(human, row.points):
        # Hand-made points are noisy by some pixels; halfway to the teacher's they are better targets, without bias.
        halfway = convention is not None and not held
        points, by_hand = (np.asarray((human + points) / 2, np.float32) if halfway else human), True
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
