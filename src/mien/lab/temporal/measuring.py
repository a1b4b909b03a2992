"""What the smoother makes of clips with a known truth, beside what each frame says alone: flicker, lag, accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from mien.expression.recogniser import Recogniser
from mien.expression.smoother import FaceSmoother, Observed
from mien.lab.data import FaceSet, load_faces
from mien.lab.expression.measure import brier
from mien.lab.temporal.sequences import RATE, Clip, changing_clips, part_of, steady_clips
from mien.types import CONTROLS, LABELS, Box, Pose

RATES = (10, 30, 60)  #: frames a second
#: A change counts where frames alone agree (this share of them) on what is shown before and after, away from it.
AGREED, AWAY = 0.8, 0.2  # a share; seconds
UNSURE = -1

Labels = NDArray[np.int64]
Rows = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Read:
    """A clip and what each of its frames says alone."""

    clip: Clip
    probabilities: Rows  #: T x C, calibrated, at `RATE`

    def at(self, rate: int) -> tuple[Rows, Labels]:
        """Probabilities and truth at a lower rate."""
        step = RATE // rate
        return self.probabilities[::step], self.clip.truth[::step]


@dataclass(frozen=True, eq=False)
class Told:
    """What was made of a clip."""

    probabilities: Rows  #: T x C; the most probable one is the label
    said: Labels  #: T, the label said, `UNSURE` where none was


def each_frame(rows: Rows, rate: int, unsure_below: float) -> Told:
    """Every frame by itself, as `mien.look` would tell it."""
    return Told(rows, np.where(rows.max(1) < unsure_below, UNSURE, rows.argmax(1)))


def smoothed(rows: Rows, rate: int, unsure_below: float) -> Told:
    """As `mien.watch` tells it; every frame well seen."""
    smoother = FaceSmoother(rows.shape[1], unsure_below)
    controls, points = np.zeros(len(CONTROLS)), np.zeros((68, 2))
    shown = [
        smoother.update(i / rate, Observed(row, controls, Pose(0, 0, 0), points, Box(0, 0, 100, 100), 1.0))
        for i, row in enumerate(rows)
    ]
    probabilities = np.array([s.probabilities for s in shown])
    sure = np.array([s.sure for s in shown])
    return Told(probabilities, np.where(sure, probabilities.argmax(1), UNSURE))


WAYS = {"each frame": each_frame, "smoothed": smoothed}


def measure_temporal(
    data: Path | str,
    *,
    split: str = "PublicTest",
    part: str = "odd",
    steady: int = 120,
    changing: int = 60,
    seed: int = 1,
) -> dict[str, Any]:
    """Figures of each frame alone and of the smoother, at `RATES`.

    data: FER+ in a public layout. part: "even" faces of the split (the constants were chosen on these), "odd" ones, or
    "all". steady, changing: how many clips. Raises `DataError`.
    """
    faces = part_of(load_faces(data).only(split), part)
    recogniser = Recogniser()
    still, moving = read_clips(faces, recogniser, steady, changing, seed)
    limit = recogniser.calibration.unsure_below
    rows = [
        {"rate": rate, "told": name, **figures(still, moving, rate, name, limit)} for rate in RATES for name in WAYS
    ]
    return {"split": split, "part": part, "steady_clips": len(still), "changing_clips": len(moving), "rows": rows}


def read_clips(
    faces: FaceSet, recogniser: Recogniser, steady: int, changing: int, seed: int
) -> tuple[list[Read], list[Read]]:
    """Make clips of still faces and read every frame of them: steady ones, changing ones."""
    console = Console(stderr=True)
    made = (steady_clips(faces, steady, seed), changing_clips(faces, changing, seed))
    still, moving = (
        [Read(clip, recogniser.probabilities(clip.frames)) for clip in track(clips, name, count, console=console)]
        for clips, count, name in zip(made, (steady, changing), ("steady clips", "changing clips"), strict=True)
    )
    return still, moving


def figures(still: Sequence[Read], moving: Sequence[Read], rate: int, way: str, unsure_below: float) -> dict[str, Any]:
    """Of one way to tell clips: label switches a minute on steady faces, lag behind changes, accuracy, Brier score.

    `switches`: of the most probable label; `switches_said`: "unsure" counted as a label. `lag_ms`: from the middle of a
    change to the first frame that has the new label (50th and 95th percentile). `accuracy`: of the most probable label,
    by frames; while an expression changes, the old one is true up to the middle.
    """
    tell = WAYS[way]
    told = [tell(read.at(rate)[0], rate, unsure_below) for read in (*still, *moving)]
    best = [t.probabilities.argmax(1) for t in told]
    minutes = sum(len(b) for b in best[: len(still)]) / rate / 60
    lags = [lag for read, labels in zip(moving, best[len(still) :], strict=True) for lag in lags_of(read, labels, rate)]
    truth = [read.at(rate)[1] for read in (*still, *moving)]
    both = {"steady": slice(0, len(still)), "changing": slice(len(still), None)}
    summary: dict[str, Any] = {
        "switches": round(sum(map(switches, best[: len(still)])) / minutes, 2),
        "switches_said": round(sum(switches(t.said) for t in told[: len(still)]) / minutes, 2),
        "lag_ms": [round(1000 * float(np.percentile(lags, q))) for q in (50, 95)] if lags else None,
        "changes": len(lags),
    }
    for name, part in both.items():
        rows = np.concatenate([t.probabilities for t in told[part]])
        said, true = np.concatenate([t.said for t in told[part]]), np.concatenate(truth[part])
        summary[f"accuracy_{name}"] = round(float((rows.argmax(1) == true).mean()), 4)
        summary[f"brier_{name}"] = round(float(brier(rows, np.eye(rows.shape[1])[true]).mean()), 4)
        summary[f"unsure_{name}"] = round(float((said == UNSURE).mean()), 4)
    return summary


def switches(labels: Labels) -> int:
    """How often the label changes from frame to frame."""
    return int((labels[1:] != labels[:-1]).sum())


def lags_of(read: Read, labels: Labels, rate: int) -> list[float]:
    """Seconds from the middle of each change to the first frame with the new label; the whole time where none has it.

    `labels`: T, told at `rate`. Left out are changes between faces that frames alone do not agree on: nobody could say
    what the label should be. A cross-fade may be told early: lags can be negative.
    """
    alone = read.at(rate)[0].argmax(1)
    changes = read.clip.changes
    edges = [0, *(round(c * rate) for c in changes), len(alone)]
    away = round(AWAY * rate)
    lags = []
    for change, before, here, after in zip(changes, edges, edges[1:], edges[2:], strict=False):
        old, new = (agreed(alone[a + away : b - away]) for a, b in ((before, here), (here, after)))
        if old is None or new is None or old == new:
            continue
        hits = np.flatnonzero(labels[here - away : after] == new)
        lags.append((here - away + int(hits[0])) / rate - change if len(hits) else (after - here) / rate)
    return lags


def agreed(labels: Labels) -> int | None:
    """What at least `AGREED` of the frames say; None where they do not agree."""
    counts = np.bincount(labels, minlength=len(LABELS))
    return int(counts.argmax()) if len(labels) and counts.max() >= AGREED * len(labels) else None
