"""Everything that is found out about a set of faces: the arrays that the page draws from, and their figures as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.lab.data import FaceSet
from mien.lab.data.reading import Progress
from mien.lab.explore import counts, votes
from mien.lab.explore.copies import Pairs, find_pairs, pair_figures
from mien.lab.explore.hardness import Reading, read_faces
from mien.lab.explore.looks import BRIGHT, DARK, FLAT, MEASURES, measure_looks, spread

SUSPECTS = 1000  #: at most so many likely mislabelled faces are listed in the figures


@dataclass(frozen=True)
class Findings:
    """A set of faces with what was measured on each; N values in the set's order."""

    source: str  #: where the faces came from, for people
    faces: FaceSet
    labels: NDArray[np.int64]  #: the class to go by, see `counts.reference`
    ways: list[counts.Labelling]
    looks: dict[str, NDArray[np.float64]]
    entropy: NDArray[np.float64]  #: of the votes, in bits; NaN = no votes
    reading: Reading | None  #: what the model says
    pairs: Pairs  #: of faces that show one photo
    unread: str  #: why there is no reading, in a sentence; "" where there is one

    @property
    def has_votes(self) -> bool:
        return bool(self.faces.voted.any())


def find_out(faces: FaceSet, source: str, model: str | None, progress: Progress) -> Findings:
    """Measure everything; `model` is `shipped`, an ONNX file, a run's folder, or None for no model.

    Raises `DataError` for a model that does not tell the set's classes.
    """
    labels = counts.reference(faces)
    looks = measure_looks(faces.images, lambda done, total: progress("Measuring the pictures", done, total))
    pairs = find_pairs(faces, progress)
    reading, unread = None, "No model was asked (`--model none`)."
    if model is not None:
        reading = read_faces(faces, labels, model, lambda done, total: progress("Asking the model", done, total))
        unread = "" if reading else _why_unread(faces, labels)
    ways, bits = counts.labellings(faces), votes.entropy(faces.votes)
    return Findings(source, faces, labels, ways, looks, bits, reading, pairs, unread)


def _why_unread(faces: FaceSet, labels: NDArray[np.int64]) -> str:
    if not (labels >= 0).any():
        return "No model was asked: no face has a label."
    return "The shipped model was not asked: it does not know these classes. Give one that does with `--model FILE`."


def figures(found: Findings) -> dict[str, Any]:
    """The findings as JSON-ready figures; shares are 0..1, the rest as `MEASURES` and the keys say."""
    faces = found.faces
    splits = counts.present_splits(faces)
    result: dict[str, Any] = {
        "data": found.source,
        "faces": len(faces),
        "classes": list(faces.classes),
        "splits": {split: int((faces.split == split).sum()) for split in splits},
        "labels": {way.key: _way_figures(faces, way.of, splits) for way in found.ways},
        "looks": _looks_figures(found),
        "duplicates": pair_figures(found.pairs, faces, found.ways),
    }
    if len(found.ways) == 2:
        result["labels_compared"] = compared(found)
    if found.has_votes:
        result["votes"] = vote_figures(faces.votes)
    if found.reading:
        result["model"] = _model_figures(found, found.reading)
    if faces.groups:
        result["groups"] = {column: _group_figures(found, column) for column in faces.groups}
    return result


def _way_figures(faces: FaceSet, labels: NDArray[np.int64], splits: list[str]) -> dict[str, Any]:
    table = counts.class_counts(faces, labels)
    total = table.sum(0)
    return {
        "labelled": int(total.sum()),
        "unlabelled": int((labels < 0).sum()),
        "imbalance": round(counts.imbalance(total), 2),
        "by_split": {
            split: dict(zip(faces.classes, row.tolist(), strict=True)) for split, row in zip(splits, table, strict=True)
        },
    }


def compared(found: Findings) -> dict[str, Any]:
    """How the votes' majority and the given label differ: over the faces that have both, and the whole cross table.

    Rows of `table` are the given label, columns the majority; the last of each counts faces without one.
    """
    majority, given = found.ways
    both = (majority.of >= 0) & (given.of >= 0)
    table = counts.cross_table(given.of, majority.of, len(found.faces.classes))
    inner = table[:-1, :-1]
    moved = np.where(np.eye(len(inner), dtype=bool), 0, inner)
    row, column = np.unravel_index(moved.argmax(), moved.shape)
    return {
        "faces": int(both.sum()),
        "differ": int(moved.sum()),
        "most_often": {
            "label": found.faces.classes[row], "majority": found.faces.classes[column], "faces": int(moved.max())
        } if moved.any() else None,
        "table": table.tolist(),
    }  # fmt: skip


def vote_figures(cast: NDArray[np.float32]) -> dict[str, Any]:
    """How far people agree, in figures; see `mien.lab.explore.votes`."""
    bits, top = votes.entropy(cast), votes.top_share(cast)
    voted = ~np.isnan(bits)
    agreement = votes.kappa(cast)
    return {
        "faces": int(voted.sum()),
        "a_face": round(float(np.nansum(cast[voted]) / max(1, voted.sum())), 2),
        "entropy_bits": spread(bits[voted]),
        "fleiss_kappa": None if np.isnan(agreement) else round(agreement, 4),
        "pairs_that_differ": round(float(1 - np.trace(votes.pair_shares(cast))), 4),
        "unanimous": int((top[voted] >= 1).sum()),
        "without_majority": votes.without_majority(cast),
        "most_confused": [{**pair, "share": round(pair["share"], 4)} for pair in votes.confused(cast)],
    }


def _looks_figures(found: Findings) -> dict[str, Any]:
    faces, looks = found.faces, found.looks
    result: dict[str, Any] = {}
    for name, unit in MEASURES.items():
        by_class = {c: spread(looks[name][found.labels == i]) for i, c in enumerate(faces.classes)}
        by_split = {s: spread(looks[name][faces.split == s]) for s in counts.present_splits(faces)}
        result[name] = {
            "unit": unit,
            "all": spread(looks[name]),
            "by_class": {c: row for c, row in by_class.items() if row},
            "by_split": by_split,
        }
    dark, bright = looks["brightness"] < DARK, looks["brightness"] > BRIGHT
    flat = looks["contrast"] < FLAT
    for name, chosen in (("dark", dark), ("bright", bright), ("flat", flat), ("poor", dark | bright | flat)):
        result[name] = int(chosen.sum())
    result["blank"] = int(found.pairs.blank.sum())
    return result


def _model_figures(found: Findings, reading: Reading) -> dict[str, Any]:
    labelled = found.labels >= 0
    by_class = {
        name: {"faces": int(mine.sum()), "doubtful": int((reading.doubtful & mine).sum())}
        for i, name in enumerate(found.faces.classes)
        if (mine := found.labels == i).any()
    }
    rows = np.flatnonzero(reading.doubtful)
    rows = rows[np.argsort(reading.own[rows], kind="stable")][:SUSPECTS]
    return {
        "model": reading.model,
        "agrees": round(float((reading.says == found.labels)[labelled].mean()), 4),
        "doubtful": int(reading.doubtful.sum()),
        "by_class": by_class,
        "suspects": [
            {
                "name": found.faces.names[i],
                "split": str(found.faces.split[i]),
                "label": found.faces.classes[found.labels[i]],
                "says": found.faces.classes[reading.says[i]],
                "probability_of_label": round(float(reading.own[i]), 4),
            }
            for i in rows
        ],
    }


def _group_figures(found: Findings, column: str) -> dict[str, Any]:
    names, table = counts.group_counts(found.faces, found.labels, column)
    values = found.faces.groups[column]
    return {
        name or "unknown": {
            "faces": int((values == name).sum()),
            "by_class": dict(zip(found.faces.classes, row.tolist(), strict=True)),
        }
        for name, row in zip(names, table, strict=True)
    }
