"""How many of the teacher's faces a detector finds, and how often it is wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.lab.detector.data import SURE, Labelled, iou, load_all
from mien.lab.run import write_atomically
from mien.vision.detector import Detector

Floats = NDArray[np.float32]
#: Face heights in pixels of the picture: the bins that `evaluate` reports, each from one bound to the next.
BINS = (8.0, 14.0, 24.0, 40.0, 80.0, 1e6)
CERTAIN = 0.8  #: the teacher's score from which a missed face counts
DOUBTFUL = 0.3  #: a box on any of the teacher's boxes with this score is not a false one


def find(detector: Detector, pictures: Iterable[Labelled], *, lowest: float = 0.02, thorough: bool = True
         ) -> list[Floats]:  # fmt: skip
    """Kx15 rows (left, top, width, height, score, five points) a picture, best first."""
    found = []
    for picture in pictures:
        rows = [
            [*d.box, d.score, *d.points.ravel()]
            for d in detector.detect(picture.pixels, threshold=lowest, thorough=thorough)
        ]
        found.append(np.array(rows, np.float32).reshape(-1, 15))
    return found


def match(picture: Labelled, rows: Floats) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """The score with which each certain face was found (0: not at all), and which rows are false boxes.

    A face is found by a box of IoU .5 or more that is not taken by another face; a box is false when it meets no
    teacher's box of score .3 or more (IoU .3).
    """
    certain = np.flatnonzero(picture.scores >= CERTAIN)
    if not len(rows):
        return np.zeros(len(certain), np.float32), np.zeros(0, bool)
    overlap = iou(rows[:, :4], picture.boxes) if len(picture.boxes) else np.zeros((len(rows), 0), np.float32)
    false = ~(overlap[:, picture.scores >= DOUBTFUL] >= 0.3).any(1)
    scores = np.zeros(len(certain), np.float32)
    free = overlap[:, certain].copy()
    for i in range(len(rows)):  # best first
        if len(certain) and free[i].max() >= 0.5:
            face = int(free[i].argmax())
            scores[face] = rows[i, 4]
            free[:, face] = 0
    return scores, np.asarray(false, np.bool_)


def threshold_for(false_scores: NDArray[np.float32], pictures: int, rate: float) -> float:
    """The lowest threshold that leaves at most `rate` false boxes a picture."""
    allowed = int(rate * pictures)
    ranked = np.sort(false_scores)[::-1]
    return float(np.nextafter(ranked[allowed], np.float32(2))) if len(ranked) > allowed else 0.0


def summarise(pictures: Sequence[Labelled], found: Sequence[Floats], *, thresholds: Sequence[float] = (),
              rates: Sequence[float] = (0.05, 0.2)) -> dict[str, Any]:  # fmt: skip
    """Recall by face height at fixed thresholds and at fixed rates of false boxes a picture."""
    matched = [match(p, rows) for p, rows in zip(pictures, found, strict=True)]
    scores = np.concatenate([m[0] for m in matched])
    heights = np.concatenate([p.boxes[p.scores >= CERTAIN, 3] for p in pictures])
    false = np.concatenate([rows[m[1], 4] for rows, m in zip(found, matched, strict=True)])
    points = [(f"at {r} false", threshold_for(false, len(pictures), r)) for r in rates]
    points += [(f"at score {t}", t) for t in thresholds]
    report: dict[str, Any] = {"pictures": len(pictures), "faces": {}}
    sizes = [(f">={BINS[2]:.0f}", heights >= BINS[2])]
    sizes += [
        (f"{a:.0f}-{b:.0f}" if b < 1e6 else f">={a:.0f}", (heights >= a) & (heights < b)) for a, b in pairwise(BINS)
    ]
    report["faces"] = {name: int(mask.sum()) for name, mask in sizes}
    for name, t in points:
        hit = scores >= max(t, 1e-6)
        report[name] = {
            "threshold": round(t, 4),
            "false_a_picture": round(float((false >= t).sum()) / len(pictures), 4),
            "recall": {size: round(float(hit[mask].mean()), 4) for size, mask in sizes if mask.any()},
        }
    return report


def evaluate(
    detector: Detector,
    data: Path | str,
    split: str = "validation",
    *,
    folders: Iterable[str] = ("scenes",),
    labels: Path | str | None = None,
    thorough: bool = True,
    thresholds: Sequence[float] = (0.1, 0.3, 0.5),
) -> dict[str, Any]:
    """Recall by face height and false boxes a picture on a split of `data`.

    Counted are the teacher's boxes of score .8 or more; see `match`. `labels` holds the teacher's CSVs for folders
    without their own. Raises `DataError` for data that cannot be used.
    """
    data = Path(data)
    pictures = load_all(data, Path(labels) if labels else data, split=split, folders=folders)
    return summarise(pictures, find(detector, pictures, thorough=thorough), thresholds=thresholds)


def candidates(
    detector: Detector,
    pictures: Sequence[Labelled],
    out_csv: Path | str,
    *,
    lowest: float = 0.05,
    thorough: bool = True,
    progress: Callable[[Iterable[Labelled]], Iterable[Labelled]] = lambda items: items,
) -> tuple[int, int]:
    """Write what the detector finds to a CSV (image,x,y,w,h,score,is_face) on which a second look can be trained.

    A row on a sure box of the teacher (IoU .5, score .7) is a face, one on none at all (IoU .3, any score) is not;
    rows between are left out. Returns how many of each were written: (faces, others).
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("image", "x", "y", "w", "h", "score", "is_face"))
    counts = [0, 0]
    for picture in progress(pictures):
        rows = find(detector, [picture], lowest=lowest, thorough=thorough)[0]
        overlap = iou(rows[:, :4], picture.boxes) if len(picture.boxes) else np.zeros((len(rows), 1), np.float32)
        sure = overlap[:, picture.scores >= SURE].max(1, initial=0) if len(picture.boxes) else np.zeros(len(rows))
        for row, any_box, face in zip(rows, overlap.max(1), sure, strict=True):
            if face >= 0.5 or any_box < 0.3:
                writer.writerow([picture.name, *(f"{v:.1f}" for v in row[:4]), f"{row[4]:.4f}", int(face >= 0.5)])
                counts[0 if face >= 0.5 else 1] += 1
    write_atomically(Path(out_csv), text.getvalue().encode())
    return counts[0], counts[1]
