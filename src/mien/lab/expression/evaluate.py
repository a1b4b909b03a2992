"""Evaluate an expression model (shipped, exported, or a run's checkpoint) under a named protocol."""

from __future__ import annotations

import datetime
import hashlib
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien import __version__
from mien.errors import DataError
from mien.lab.data import FaceSet, load_faces
from mien.lab.data.loading import Sources
from mien.lab.data.reading import Progress
from mien.lab.expression.classifiers import Checkpoint, Classifier, Exported, latency, open_model
from mien.lab.expression.confidence import abstention, reliability, risk_coverage
from mien.lab.expression.intervals import bootstrap, wilson
from mien.lab.expression.measure import (
    brier,
    by_class,
    confusion,
    cross_entropy,
    divergence,
    measure,
    top_confusions,
)
from mien.lab.expression.protocols import PROTOCOLS, Truth, make_truth, truth_of
from mien.lab.expression.repeats import chosen, repeats

__all__ = [
    "PROTOCOLS", "Checkpoint", "Classifier", "Evaluation", "Exported", "assess", "evaluate", "open_model", "truth_of",
]  # fmt: skip

SMALL = 20  #: a group of fewer faces says little
_AT_ONCE = 256  #: faces between two reports of progress


@dataclass(frozen=True)
class Evaluation:
    """A model's answers on one split, and what they are worth. N faces, those that the protocol judges."""

    figures: dict[str, Any]  #: ready for JSON, see `evaluate`
    faces: FaceSet  #: N
    truth: Truth
    probabilities: NDArray[np.float64]  #: N x C, over `truth.labels`


def evaluate(
    model: str | Path,
    data: Sources,
    protocol: str = "ferplus-majority",
    split: str = "PublicTest",
    *,
    prior: float | None = None,
    by: Sequence[str] | None = None,
    near: bool = True,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Figures of `model` on one split of `data`: one dictionary, ready for JSON.

    The main ones: accuracy, balanced_accuracy, macro_f1, ece (0..1), brier (0..2), nll (nats), n, each with its 95 %
    bootstrap interval in `intervals`. Then by_class, labels, confusion (rows are the truth), top_confusions,
    reliability, risk_coverage, abstention, without_duplicates, groups, latency_ms, kl_to_votes (None without votes)
    and, under `ferplus-votes`, votes. `docs/how-to-evaluate.md` says what each means.

    model, prior: see `open_model`. protocol: one of `PROTOCOLS`. by: the columns of the data to look at group by group,
    by default all that it has. near: look for near duplicates too, which takes seconds for 30,000 faces.
    Raises `DataError` and `ModelError`.
    """
    return assess(model, data, protocol, split, prior=prior, by=by, near=near, progress=progress).figures


def assess(
    model: str | Path,
    data: Sources,
    protocol: str = "ferplus-majority",
    split: str = "PublicTest",
    *,
    prior: float | None = None,
    by: Sequence[str] | None = None,
    near: bool = True,
    progress: Progress | None = None,
) -> Evaluation:
    """As `evaluate`, with the faces, the truth and the answers: what `mien.lab.expression.report` draws."""
    everything = load_faces(data, progress=progress)
    columns = _columns(everything, by)
    classifier = open_model(model, prior)
    truth = make_truth(everything, split, protocol, classifier.labels)
    judged = np.flatnonzero(chosen(everything, split))[truth.rows]
    faces = everything.where(judged)
    probabilities = _answers(classifier, faces.images, truth, protocol, progress)
    leaking, repeated = (mask[judged] for mask in repeats(everything, split, near, progress))
    figures = {
        "model": str(model), "protocol": protocol, "split": split,
        **main_figures(probabilities, truth),
        "intervals": _intervals(probabilities, truth),
        "kl_to_votes": _mean(_kl_to_votes(probabilities, truth)),
        **({"votes": _vote_figures(probabilities, truth)} if protocol == "ferplus-votes" else {}),
        **_details(probabilities, truth),
        "abstention": abstention(probabilities, truth.classes, classifier.unsure_below),
        "without_duplicates": {"near": near, **_without(leaking, repeated, probabilities, truth)},
        "groups": {name: _by_group(faces.groups[name], probabilities, truth) for name in columns},
        "latency_ms": latency(classifier, faces.images),
        "missing": truth.missing,
        "identity": classifier.identity,
        "data": _identity(data, everything, split, faces.images),
        "command": _command(model, data, protocol, split, prior, by, near),
        "date": datetime.date.today().isoformat(), "version": __version__,
    }  # fmt: skip
    return Evaluation(_rounded(figures), faces, truth, probabilities)


def _answers(
    classifier: Classifier, images: NDArray[np.uint8], truth: Truth, protocol: str, progress: Progress | None
) -> NDArray[np.float64]:
    """N x C probabilities over `truth.labels`; 0 for what may not be answered and for what the model lacks."""
    read = classifier.probabilities if protocol.startswith("ferplus") else classifier.probabilities_fer2013
    found = []
    for start in range(0, len(images), _AT_ONCE):
        if progress is not None:
            progress("Reading expressions", start, len(images))
        found.append(read(images[start : start + _AT_ONCE]))
    probabilities = np.zeros((len(images), len(truth.labels)))
    probabilities[:, : len(classifier.labels)] = np.concatenate(found)
    if truth.allowed.all():
        return probabilities
    probabilities[:, ~truth.allowed] = 0
    total = probabilities.sum(1, keepdims=True)
    return np.where(total > 0, probabilities / np.where(total > 0, total, 1), truth.allowed / truth.allowed.sum())


def main_figures(probabilities: NDArray[Any], truth: Truth) -> dict[str, float]:
    """accuracy, balanced_accuracy, macro_f1, ece, n, brier and nll."""
    return {
        **measure(probabilities, truth.classes),
        "brier": _mean(brier(probabilities, truth.target)) or 0.0,
        "nll": _mean(cross_entropy(probabilities, truth.target)) or 0.0,
    }


def _intervals(probabilities: NDArray[Any], truth: Truth) -> dict[str, list[float]]:
    means = {"brier": brier(probabilities, truth.target), "nll": cross_entropy(probabilities, truth.target)}
    divergences = _kl_to_votes(probabilities, truth)
    if not np.isnan(divergences).all():
        means["kl_to_votes"] = divergences
    return bootstrap(probabilities, truth.classes, means)


def _kl_to_votes(probabilities: NDArray[Any], truth: Truth) -> NDArray[np.float64]:
    """N divergences from the votes, over the classes that may be answered; NaN for faces without votes for these."""
    votes = truth.votes * truth.allowed
    total = votes.sum(1, keepdims=True)
    known = ~np.isnan(total[:, 0]) & (total[:, 0] > 0)
    result = np.full(len(votes), np.nan)
    result[known] = divergence(probabilities[known], votes[known] / total[known])
    return result


def _vote_figures(probabilities: NDArray[Any], truth: Truth) -> dict[str, float]:
    """What only whole distributions tell; `ceiling`: the expected accuracy of always saying what most voters said."""
    rows, share = np.arange(len(truth.target)), truth.target
    entropy = cross_entropy(share, share)
    return {
        "cross_entropy": float(cross_entropy(probabilities, share).mean()),
        "kl": float(divergence(probabilities, share).mean()),
        "entropy_of_votes": float(entropy.mean()),
        "brier": float(brier(probabilities, share).mean()),
        "mode_agreement": float((probabilities.argmax(1) == truth.classes).mean()),
        "expected_accuracy": float(share[rows, probabilities.argmax(1)].mean()),
        "ceiling": float(share.max(1).mean()),
        "ties": int(((share == share.max(1, keepdims=True)).sum(1) > 1).sum()),
    }


def _details(probabilities: NDArray[Any], truth: Truth) -> dict[str, Any]:
    matrix = confusion(probabilities.argmax(1), truth.classes, len(truth.labels))
    classes = by_class(matrix, truth.labels)
    for label, row in classes.items():
        i = truth.labels.index(label)
        row["recall_interval"] = list(wilson(int(matrix[i, i]), int(row["n"])))  # type: ignore[assignment]
    return {
        "by_class": classes,
        "labels": list(truth.labels),
        "confusion": matrix.tolist(),
        "top_confusions": top_confusions(matrix, truth.labels),
        "reliability": reliability(probabilities, truth.classes),
        "risk_coverage": risk_coverage(probabilities, truth.classes),
    }


def _without(
    leaking: NDArray[np.bool_], repeated: NDArray[np.bool_], probabilities: NDArray[Any], truth: Truth
) -> dict[str, Any]:
    """The main figures on faces of which Training holds no copy, and the split no earlier one."""
    kept = ~(leaking | repeated)
    return {
        "leaking": int(leaking.sum()),
        "repeated": int((repeated & ~leaking).sum()),
        **(main_figures(probabilities[kept], _some(truth, kept)) if kept.any() else {"n": 0}),
    }


def _some(truth: Truth, kept: NDArray[np.bool_]) -> Truth:
    return Truth(
        truth.rows[kept], truth.classes[kept], truth.target[kept], truth.votes[kept],
        truth.labels, truth.allowed, truth.missing,
    )  # fmt: skip


def _columns(faces: FaceSet, by: Sequence[str] | None) -> list[str]:
    """The columns to go through. Raises `DataError` for one that the data does not have."""
    for name in by or ():
        if name not in faces.groups:
            raise DataError(f"the data has no column {name!r}: it has {', '.join(sorted(faces.groups)) or 'none'}")
    return list(faces.groups) if by is None else list(dict.fromkeys(by))


def _by_group(values: NDArray[np.str_], probabilities: NDArray[Any], truth: Truth) -> dict[str, dict[str, Any]]:
    """Figures by each value of a column, "unknown" for faces without one."""
    result = {}
    for value in np.unique(values):
        inside = values == value
        some = _some(truth, inside)
        figures = main_figures(probabilities[inside], some)
        hits = int((probabilities[inside].argmax(1) == some.classes).sum())
        interval = list(wilson(hits, int(inside.sum())))
        result[str(value) or "unknown"] = {**figures, "interval": interval, "small": bool(inside.sum() < SMALL)}
    return result


def _paths(data: Sources) -> list[str]:
    return [str(data)] if isinstance(data, str | Path) else [str(path) for path in data]


def _identity(data: Sources, everything: FaceSet, split: str, images: NDArray[np.uint8]) -> dict[str, Any]:
    digest = hashlib.sha256(np.ascontiguousarray(images).tobytes()).hexdigest()
    return {
        "path": ", ".join(_paths(data)), "faces": len(everything), "in_split": int(chosen(everything, split).sum()),
        "classes": list(everything.classes), "sha256_of_judged_pixels": digest,
    }  # fmt: skip


def _command(
    model: str | Path,
    data: Sources,
    protocol: str,
    split: str,
    prior: float | None,
    by: Sequence[str] | None,
    near: bool,
) -> str:
    words = ["mien", "lab", "evaluate", str(model)]
    words += [word for path in _paths(data) for word in ("--data", path)]
    words += ["--protocol", protocol, "--split", split]
    words += [] if prior is None else ["--prior", f"{prior:g}"]
    words += [word for name in by or () for word in ("--by", name)]
    return shlex.join(words + ([] if near else ["--exact"]))


def _mean(values: NDArray[Any]) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None


def _rounded(value: Any) -> Any:
    """Four decimals for every float, however deep."""
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return round(float(value), 4) if isinstance(value, float | np.floating) else value
