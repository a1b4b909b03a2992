"""What learning a resting face is worth: people made of FER+ faces whose evidence is shifted by a constant.

FER+ has one picture a person. A made-up person is many faces of the set read as one: their resting face is neutral
faces, their expressions are other faces, and all of their evidence is moved towards one label by a constant, as a
naturally stern or merry face does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError
from mien.expression.recogniser import Recogniser
from mien.expression.resting import MOST, NEUTRAL, RestingFace
from mien.lab.data import load_faces
from mien.lab.temporal.sequences import part_of
from mien.types import CONTROLS, LABELS

SHIFTS = (0.0, 2.0, 4.0)  #: nats towards the person's label
TOWARDS = ("anger", "sadness", "happiness", "contempt")
RESTING = 5.0  #: seconds
FRAMES = 10  #: neutral faces that stand for the resting face
WATCHED = 120  #: faces that a person is watched with, each for a second, in "auto"
AT_REST = 0.6  #: share of these that are neutral

Rows = NDArray[np.float64]


def measure_resting(
    data: Path | str, *, split: str = "PublicTest", part: str = "odd", people: int = 100, seed: int = 1
) -> dict[str, Any]:
    """Accuracy on neutral faces and on true expressions of made-up people: as read, after 5 s of rest, and after two
    minutes of watching. Returns a row for each of `SHIFTS`. Raises `DataError`."""
    faces = part_of(load_faces(data).only(split), part)
    truth = faces.truth()
    faces, truth = faces.where(truth >= 0), truth[truth >= 0]
    if (truth == LABELS.index(NEUTRAL)).sum() <= FRAMES or (truth != LABELS.index(NEUTRAL)).sum() == 0:
        raise DataError(f"{data}: too few faces: more than {FRAMES} neutral ones are needed, and some that are not")
    rows = Recogniser().probabilities(faces.images).astype(float)
    rng = np.random.default_rng(seed)
    return {
        "split": split, "part": part, "faces": len(truth), "people": people, "bound": MOST,
        "rows": [{"shift": shift, **_shifted(rows, truth, shift, people, rng)} for shift in SHIFTS],
    }  # fmt: skip


def _shifted(
    rows: Rows, truth: NDArray[np.int64], shift: float, people: int, rng: np.random.Generator
) -> dict[str, float]:
    """Accuracies of people whose evidence is moved by `shift` nats; each is tested on faces that they did not rest
    with."""
    neutral = LABELS.index(NEUTRAL)
    at_rest = np.flatnonzero(truth == neutral)
    others = np.flatnonzero(truth != neutral)
    right: dict[str, list[float]] = {}
    for _ in range(people):
        moved = rows * np.exp(shift * np.eye(len(LABELS))[LABELS.index(str(rng.choice(TOWARDS)))])
        moved /= moved.sum(1, keepdims=True)
        rest = rng.choice(at_rest, FRAMES, replace=False)
        asked, watched = RestingFace(LABELS, RESTING), RestingFace(LABELS)
        for i in rest:
            asked.learn(RESTING / FRAMES, moved[i], _NO_CONTROLS)
        for _ in range(WATCHED):
            watched.learn(1.0, moved[rng.choice(at_rest if rng.random() < AT_REST else others)], _NO_CONTROLS)
        test = ~np.isin(np.arange(len(truth)), rest)
        for name, offset in (("as_read", np.zeros(len(LABELS))), ("asked", asked.offset), ("watched", watched.offset)):
            said = (np.log(moved + 1e-12) - offset).argmax(1)
            for kind, which in (("neutral", truth == neutral), ("expressions", truth != neutral)):
                right.setdefault(f"{kind}_{name}", []).append(float((said == truth)[which & test].mean()))
    return {name: round(float(np.mean(values)), 4) for name, values in right.items()}


_NO_CONTROLS = np.zeros(len(CONTROLS))
