"""Training data of the appearance network: pictures, where the face is in each, and what labellers wrote down.

A data folder holds one folder a set, `*.jpg` in it. `attributes.csv` (image, a column a trait with the codes of
`mien.types.TRAITS`, quality 0 where the labels are guesses) labels a set; an `attributes-MORE.csv` beside it can label
what it does not. UTKFace's file names tell age in years and gender (https://susanqq.github.io/UTKFace/):
AGE_GENDER_RACE_DATE.jpg.
"""

from __future__ import annotations

import csv
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.appearance.light import is_grey
from mien.errors import DataError
from mien.lab.appearance.places import Place, find_places, likeness_groups
from mien.media import read_picture
from mien.types import TRAITS

#: The sets that are read where the data folder has them.
SETS = ("portraits", "utkface")
HELD_OUT = 6  #: every sixth picture, by a hash of its name: the rule of the other networks
UNKNOWN = -1
GUESSED = 0.3  #: weight of labels that the labeller called guesses
#: UTKFace's race codes: only for reporting by group, never learnt from.
RACES = ("White", "Black", "Asian", "Indian", "other")
UTK_NAME = re.compile(r"^(\d{1,3})_([01])_([0-4])_\d+")
#: Traits of colour, which a photo without colour cannot show: their codes of a grey photo.
GREY = {"hair_colour": TRAITS["hair_colour"].index("-"), "mst": UNKNOWN}


@dataclass
class Faces:
    """Faces with labels, one row each."""

    names: list[str] = field(default_factory=list)  #: "set/file"
    pictures: list[NDArray[np.uint8]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    labels: list[dict[str, int]] = field(default_factory=list)  #: trait -> index of its code; none where unknown
    weight: list[float] = field(default_factory=list)  #: of the labels
    years: list[float] = field(default_factory=list)  #: NaN where unknown
    gender: list[int] = field(default_factory=list)  #: 0 male, 1 female, -1 unknown, as UTKFace's names tell
    race: list[int] = field(default_factory=list)  #: of `RACES`, -1 unknown; for reports only
    grey: list[bool] = field(default_factory=list)  #: the photo has no colour
    held: list[bool] = field(default_factory=list)  #: held back for measuring
    missed: list[str] = field(default_factory=list)  #: pictures in which `mien` finds no face

    def __len__(self) -> int:
        return len(self.names)

    def targets(self) -> NDArray[np.int64]:
        """Rows x traits: index of the code, -1 where unknown."""
        return np.array([[row.get(trait, UNKNOWN) for trait in TRAITS] for row in self.labels], np.int64)


def load(data: Path | str, cache: Path | str | None = None) -> Faces:
    """Read the sets of a data folder into memory.

    `cache`: an .npz in which the places of the faces are kept, so that they are found only once. Pictures that look
    alike (the same photo twice) are held back together. Raises `DataError`.
    """
    folders = [Path(data) / name for name in SETS if (Path(data) / name).is_dir()]
    if not folders:
        raise DataError(f"{data}: holds none of the folders {', '.join(SETS)}")
    files = [file for folder in folders for file in sorted(folder.glob("*.jpg"))]
    pictures = {f"{file.parent.name}/{file.name}": read_picture(file) for file in files}
    places = find_places(pictures, Path(cache) if cache else None)
    groups = likeness_groups(pictures, places)
    labels: dict[str, dict[str, str]] = {}
    for file in (file for folder in folders for file in sorted(folder.glob("attributes*.csv"), key=lambda f: f.stem)):
        rows = _read_labels(file)
        labels |= {name: row for name, row in rows.items() if not _codes(labels.get(name, {}))}
    faces = Faces()
    for name, picture in pictures.items():
        if (place := places.get(name)) is None:
            faces.missed.append(name)
        else:
            _add(faces, name, picture, place, labels.get(name, {}), held_back(groups[name]))
    return faces


def held_back(name: str) -> bool:
    """Whether a picture ("set/file") is held back for measuring."""
    return zlib.crc32(name.split("/")[1].encode()) % HELD_OUT == 0


def _read_labels(path: Path) -> dict[str, dict[str, str]]:
    """Rows of an attributes.csv by "set/image"."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if not {"image", "glasses", "quality"} <= set(reader.fieldnames or ()):
            raise DataError(f"{path}: expected columns image, glasses, ... quality")
        rows = {f"{path.parent.name}/{row['image']}": row for row in reader}
    for number, row in enumerate(rows.values(), start=2):
        for trait, codes in TRAITS.items():
            if row.get(trait, "-") not in (*codes, "-"):
                raise DataError(f"{path}:{number}: {trait} is {row[trait]!r}: expected one of {' '.join(codes)}")
    return rows


def _add(faces: Faces, name: str, picture: NDArray[np.uint8], place: Place, row: dict[str, str], held: bool) -> None:
    years, gender, race = _from_name(name)
    faces.names.append(name)
    faces.pictures.append(picture)
    faces.places.append(place)
    faces.labels.append(_codes(row))
    faces.weight.append(GUESSED if row.get("quality") == "0" else 1.0)
    faces.years.append(years)
    faces.gender.append(gender)
    faces.race.append(race)
    faces.grey.append(is_grey(picture))
    faces.held.append(held)


def _codes(row: dict[str, str]) -> dict[str, int]:
    """Trait -> index of its code. A face whose glasses are not told has no labels at all; where "-" is no code of a
    trait, it stands for unknown."""
    if row.get("glasses", "-") == "-":
        return {}
    return {trait: codes.index(row[trait]) for trait, codes in TRAITS.items() if row.get(trait) in codes}


def _from_name(name: str) -> tuple[float, int, int]:
    """Years, gender and race that a UTKFace name tells."""
    folder, file = name.split("/")
    match = UTK_NAME.match(file) if folder == "utkface" else None
    if match is None:
        return float("nan"), UNKNOWN, UNKNOWN
    return float(match[1]), int(match[2]), int(match[3])
