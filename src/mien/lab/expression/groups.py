"""Does an expression model serve everybody alike? Neutral and smiling photos, read end to end, by group of people."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mien.errors import DataError
from mien.expression.prior import Prior
from mien.lab.appearance.data import UTK_NAME
from mien.lab.data.reading import Progress
from mien.lab.expression.intervals import wilson
from mien.media import read_picture
from mien.pipeline import Picture, Reader
from mien.types import UNSURE, Face

#: What labellers wrote -> the label. Other expressions are too rare in such sets for a fair comparison.
EXPRESSIONS = {"N": "neutral", "H": "happiness"}
#: What a resting face must not be taken for: here an error is a slight.
UNPLEASANT = ("sadness", "anger", "disgust", "fear", "contempt")
#: Monk tones by name of the group: about thirds of the scale.
TONES = {"light": (1, 3), "medium": (4, 6), "deep": (7, 10)}
#: Years by name of the group, and the codes of age that labellers use.
YEARS = {"child": (0, 12), "young": (13, 29), "adult": (30, 59), "older": (60, 200)}
AGES = {"C": "child", "Y": "young", "A": "adult", "O": "older"}


@dataclass(frozen=True)
class Photo:
    """One labelled photo."""

    file: Path
    label: str
    groups: dict[str, str]  #: what it is grouped by -> its group


@dataclass(frozen=True)
class Answer:
    """What was read of it."""

    photo: Photo
    label: str | None  #: the most probable label; None: no face found
    unsure: bool


def measure_groups(
    data: Path | str,
    model: str | Path | None = None,
    *,
    prior: Prior = None,
    limit: int | None = None,
    progress: Progress | None = None,
    look: Callable[[Picture], Face | None] | None = None,
) -> dict[str, Any]:
    """How often neutral and happy photos of a set are read as such, by skin tone, presentation and age.

    data: a folder of pictures with `attributes.csv`: columns image, expression (N or H count), quality (0: left out),
    and any of mst (1..10), presentation (m, f), age (C, Y, A, O); UTKFace's file names (AGE_GENDER_...) tell age and
    gender too. Returns `n`, `found`, and under `all` and `groups` (by what -> group) for `agreement`, `neutral` and
    `happiness` (read as labelled), `slighted` (neutral read as an unpleasant expression) and `unsure` each `share`,
    `interval` (95 %, Wilson) and `n`. Faces that are not found count in `missed` alone. look: finds the labelled face
    of a picture, for tests. Raises `DataError` and `ModelError`.
    """
    photos = list(_photos(Path(data)))[:limit]
    if not photos:
        raise DataError(f"{data}: no photo labelled N or H in attributes.csv")
    see = look or _looking(Reader(model, prior))
    answers = []
    for done, photo in enumerate(photos):
        if progress is not None:
            progress("Reading faces", done, len(photos))
        face = see(read_picture(photo.file))
        answers.append(_answer(photo, face))
    by: dict[str, dict[str, Any]] = {}
    for what in sorted({key for photo in photos for key in photo.groups}):
        names = sorted({p.groups[what] for p in photos if what in p.groups}, key=_order)
        by[what] = {name: _figures([a for a in answers if a.photo.groups.get(what) == name]) for name in names}
    found = sum(a.label is not None for a in answers)
    return {
        "model": str(model or "shipped"), "data": Path(data).name, "n": len(answers), "found": found,
        "all": _figures(answers), "groups": by,
    }  # fmt: skip


def _photos(folder: Path) -> Iterator[Photo]:
    file = folder / "attributes.csv"
    if not file.is_file():
        raise DataError(f"{file}: missing; pass a folder with attributes.csv (image, expression, mst ...) and pictures")
    with file.open(newline="", encoding="utf-8") as stream:
        for number, row in enumerate(csv.DictReader(stream), 2):
            if not row.get("image") or "expression" not in row:
                raise DataError(f"{file}, line {number}: a row needs image and expression")
            if row["expression"] in EXPRESSIONS and row.get("quality") != "0":
                yield Photo(folder / row["image"], EXPRESSIONS[row["expression"]], _groups(row))


def _groups(row: dict[str, str]) -> dict[str, str]:
    groups = {}
    if (tone := row.get("mst", "-")).isdigit():
        groups["tone"] = next(name for name, (low, high) in TONES.items() if low <= int(tone) <= high)
    if row.get("presentation") in ("m", "f"):
        groups["presentation"] = {"m": "masculine", "f": "feminine"}[row["presentation"]]
    if row.get("age") in AGES:
        groups["age"] = AGES[row["age"]]
    if told := UTK_NAME.match(row["image"]):
        years, gender = int(told[1]), told[2]
        groups["age"] = next(name for name, (low, high) in YEARS.items() if low <= years <= high)
        groups["presentation"] = "feminine" if gender == "1" else "masculine"
    return groups


def _looking(reader: Reader) -> Callable[[Picture], Face | None]:
    def look(picture: Picture) -> Face | None:
        pixels = np.asarray(picture)
        middle = pixels.shape[1] / 2, pixels.shape[0] / 2
        return min(
            reader.look(pixels).faces,
            key=lambda f: np.hypot(f.box.x + f.box.width / 2 - middle[0], f.box.y + f.box.height / 2 - middle[1]),
            default=None,
        )

    return look


def _answer(photo: Photo, face: Face | None) -> Answer:
    if face is None:
        return Answer(photo, None, False)
    said = face.expression.probabilities
    return Answer(photo, max(said, key=said.__getitem__), face.expression.label == UNSURE)


def _figures(answers: list[Answer]) -> dict[str, Any]:
    seen = [a for a in answers if a.label is not None]
    of = {label: [a for a in seen if a.photo.label == label] for label in EXPRESSIONS.values()}
    shares = {"agreement": _share([a.label == a.photo.label for a in seen])}
    shares |= {label: _share([a.label == label for a in some]) for label, some in of.items()}
    shares["slighted"] = _share([a.label in UNPLEASANT for a in of["neutral"]])
    shares["unsure"] = _share([a.unsure for a in seen])
    return {"missed": len(answers) - len(seen), **shares}


def _share(hits: list[bool]) -> dict[str, Any]:
    n, right = len(hits), sum(hits)
    low, high = wilson(right, n)
    return {"share": round(right / n, 4) if n else None, "interval": [round(low, 4), round(high, 4)], "n": n}


def _order(name: str) -> int:
    names = [*TONES, *YEARS, "feminine", "masculine"]
    return names.index(name)
