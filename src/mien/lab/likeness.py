"""Does an avatar tell who it is? Among many people, is the right one's spec nearest to that of a second photo?

The data is a folder of pictures with `faces.csv` (image, person), several pictures a person, as in the YouTube Faces
subset. The first and the last picture of each person, in the order of the file, are far apart: often two videos.
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.avatar.personalise import personalised
from mien.avatar.spec import AvatarSpec
from mien.avatar.spec.similarity import WEIGHTS, likenesses
from mien.errors import DataError
from mien.media import read_picture
from mien.pipeline import reader
from mien.types import Face

#: People that identity is measured on: nothing is learnt from them, no weight is tuned on them.
MEASURED = 50


def measured_people(people: Iterable[str]) -> list[str]:
    """The people that are measured, by a hash of their names: the same ones for everybody."""
    return sorted(set(people), key=lambda name: (zlib.crc32(name.encode()), name))[:MEASURED]


def measure_likeness(data: Path | str, *, several: int = 1) -> dict[str, Any]:
    """For how many second photos of `MEASURED` people is the right one's spec the nearest, or among the nearest five?

    several: photos of each person that go into a spec; the first ones against the last ones. Every spec is compared
    with the other side's specs of all people, in both directions. Returns counts and shares with the chance level.
    Raises `DataError`.
    """
    photos = read_people(data)
    chosen = measured_people(photos)
    first, last = _both_sides({name: photos[name] for name in chosen}, several)
    table = np.array([[a.similarity(b) for b in last] for a in first])
    ranks = np.concatenate([ranks_of(table), ranks_of(table.T)])
    return {
        "people": len(chosen),
        "photos_each": several,
        "queries": len(ranks),
        "top1": round(float((ranks < 1).mean()), 4),
        "top5": round(float((ranks < 5).mean()), 4),
        "median_rank": float(np.median(ranks) + 1),
        "chance_top1": round(1 / len(chosen), 4),
        "same_person": round(float(np.diag(table).mean()), 4),
        "other_people": round(float(table[~np.eye(len(table), dtype=bool)].mean()), 4),
    }


def ranks_of(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many others are nearer to each row's person than they are themselves; ties count half."""
    own = np.diag(table)[:, None]
    return np.asarray((table > own).sum(1) + ((table == own).sum(1) - 1) / 2)


def read_people(data: Path | str) -> dict[str, list[Path]]:
    """Pictures by person, in the order of `faces.csv`. Raises `DataError`."""
    folder = Path(data)
    file = folder / "faces.csv"
    if not file.is_file():
        raise DataError(f"{file}: missing; pass a folder with faces.csv (image, person) and the pictures")
    people: dict[str, list[Path]] = {}
    with file.open(newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream), 2):
            if not row.get("image") or not row.get("person"):
                raise DataError(f"{file}, line {number}: a row needs image and person")
            people.setdefault(row["person"], []).append(folder / row["image"])
    alone = [name for name, pictures in people.items() if len(pictures) < 2]
    if alone or not people:
        raise DataError(f"{file}: person {alone[0] if alone else '?'} has fewer than two pictures")
    return people


def _both_sides(people: dict[str, list[Path]], several: int) -> tuple[list[AvatarSpec], list[AvatarSpec]]:
    from rich.console import Console
    from rich.progress import track

    first, last = [], []
    for pictures in track(people.values(), description="personalising", console=Console(stderr=True)):
        count = min(several, len(pictures) // 2)
        first.append(_spec(pictures[:count]))
        last.append(_spec(pictures[-count:]))
    return first, last


def _spec(pictures: Sequence[Path]) -> AvatarSpec:
    """One spec of pictures of one person; those without a face are left out."""
    faces: list[Face] = []
    for picture in pictures:
        faces += reader().look(read_picture(picture)).faces[:1]
    return personalised(faces) if faces else AvatarSpec()


def learn_weights(data: Path | str, *, steps: int = 400, strength: float = 0.03) -> dict[str, float]:
    """Weights of `mien.avatar.spec.similarity`, learnt on the people who are not measured; they sum to 1.

    Each photo is to be nearest to the other one of its person: cross-entropy over all people, by gradient descent on
    the logarithms of the weights. strength: of the pull towards the present weights.
    """
    photos = read_people(data)
    held = set(measured_people(photos))
    first, last = _both_sides({name: p for name, p in photos.items() if name not in held}, 1)
    names = list(WEIGHTS)
    table = np.array([[[likenesses(a, b)[name] for name in names] for b in last] for a in first])
    return dict(zip(names, fit(table, np.array([WEIGHTS[name] for name in names]), steps, strength), strict=True))


def fit(table: NDArray[np.float64], start: NDArray[np.float64], steps: int, strength: float) -> list[float]:
    """table: N x N x K likenesses, the right pairs on the diagonal; start: K weights. Returns K weights."""
    prior = np.log(start / start.sum())
    logs, heat = prior.copy(), np.log(30.0)
    momentum = np.zeros(len(logs) + 1)
    for _ in range(steps):
        weights = np.exp(logs)
        scores = np.exp(heat) * (table @ weights)
        slope = np.zeros(len(logs) + 1)
        for view, features in ((scores, table), (scores.T, table.transpose(1, 0, 2))):
            chances = np.exp(view - view.max(1, keepdims=True))
            chances /= chances.sum(1, keepdims=True)
            wrong = chances - np.eye(len(view))
            by_part = np.einsum("ij,ijk->k", wrong, features) / len(view)
            slope[:-1] += np.exp(heat) * weights * by_part / 2
            slope[-1] += np.exp(heat) * float(weights @ by_part) / 2
        slope[:-1] += strength * (logs - prior)
        momentum = 0.9 * momentum - 0.2 * slope
        logs, heat = logs + momentum[:-1], heat + momentum[-1]
    weights = np.exp(logs)
    return [round(float(w), 4) for w in weights / weights.sum()]
