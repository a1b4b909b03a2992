"""What a shipped appearance model reaches on faces that were held back: by trait against the labellers' own agreement,
by group, and the colours against the labelled tones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.appearance import AppearanceReader
from mien.appearance.reader import TELLING, answers
from mien.lab.appearance.data import RACES, Faces, load
from mien.lab.appearance.sample import make_batch
from mien.lab.appearance.scoring import BATCH, CEILING
from mien.lab.appearance.tones import measure_tones
from mien.types import TRAITS

ADULT = 18.0
#: Groups of Monk tones that are reported together.
TONES = {"1-3": (1, 3), "4-5": (4, 5), "6-10": (6, 10)}
BINS = 10  #: of confidence, for the expected calibration error
Probabilities = dict[str, NDArray[np.float64]]  #: trait -> rows x codes


def evaluate(model: Path | str | None, data: Path | str, cache: Path | str | None = None) -> dict[str, Any]:
    """Measure an appearance model (None: the shipped one) on the held-out pictures of `data`. Raises `MienError`.

    `traits`: by set and trait the faces `n`, the agreement with the labeller, its 95 % interval, that of two
    labellers, the gap, the mean recall of the codes, and the expected calibration error. `presentation`, `groups`: see
    `by_group`. `colours`: see `measure_tones`. `missed`: held-out pictures in which no face is found.
    """
    from mien.lab.appearance.data import held_back

    faces = load(data, cache)
    reader = AppearanceReader(model)
    rows = np.flatnonzero(faces.held)
    said = read(reader, faces, rows)
    labelled = np.array([bool(faces.labels[row]) for row in rows])
    return {
        "faces": int(labelled.sum()),
        "missed": sorted(name for name in faces.missed if held_back(name)),
        "traits": by_trait(faces, rows[labelled], {t: p[labelled] for t, p in said.items()}),
        "presentation": presentation(faces, rows, said["presentation"]),
        "groups": by_group(faces, rows[labelled], {t: p[labelled] for t, p in said.items()}),
        "colours": measure_tones(faces, rows[labelled], said["mst"][labelled]),
    }


def read(reader: AppearanceReader, faces: Faces, rows: NDArray[np.int64]) -> Probabilities:
    """The probabilities of every trait for these rows."""
    from rich.console import Console
    from rich.progress import track

    found: list[dict[str, dict[str, float]]] = []
    starts = range(0, len(rows), BATCH)
    for start in track(starts, description="reading faces", console=Console(stderr=True)):
        batch = make_batch(faces, rows[start : start + BATCH], None)
        found += reader.probabilities(batch.head, batch.face)
    return {trait: np.array([[row[trait][c] for c in answers(trait)] for row in found]) for trait in TRAITS}


def by_trait(faces: Faces, rows: NDArray[np.int64], said: Probabilities) -> dict[str, dict[str, Any]]:
    """Agreement of each set and trait; see `evaluate`."""
    targets = faces.targets()[rows]
    origin = np.array([faces.names[row].split("/")[0] for row in rows])
    result: dict[str, dict[str, Any]] = {}
    for name in sorted(set(origin)):
        for column, (trait, chances) in enumerate(said.items()):
            known = (origin == name) & (targets[:, column] >= 0) & (targets[:, column] < chances.shape[1])
            if known.any():
                result[f"{name}.{trait}"] = _agreement(name, trait, chances[known], targets[known, column])
    return result


def _agreement(name: str, trait: str, chances: NDArray[np.float64], wanted: NDArray[np.int64]) -> dict[str, Any]:
    best = chances.argmax(1)
    right = best == wanted
    row: dict[str, Any] = {"n": len(wanted), "agreement": round(float(right.mean()), 4), "interval": wilson(right)}
    ceiling = CEILING.get(name, {}).get(trait)
    if ceiling is not None:
        row |= {"labellers": ceiling, "gap": round(float(right.mean()) - ceiling, 4)}
    row["mean_recall"] = round(float(np.mean([right[wanted == code].mean() for code in np.unique(wanted)])), 4)
    row["ece"] = round(calibration_error(chances.max(1), right), 4)
    if trait == "mst":
        row["within_1"] = round(float((np.abs(best - wanted) <= 1).mean()), 4)
        row["within_1_labellers"] = CEILING.get(name, {}).get("mst_within_1")
    return row


def wilson(right: NDArray[np.bool_]) -> list[float]:
    """The 95 % interval of a share (Wilson 1927, https://doi.org/10.2307/2276774)."""
    n, z = len(right), 1.96
    share = float(right.mean())
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * float(np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)))
    return [round(middle - half, 4), round(middle + half, 4)]


def calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Expected calibration error over equal-width bins (Guo et al. 2017)."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    parts = [(bins == b) for b in range(BINS) if (bins == b).any()]
    return float(sum(p.mean() * abs(right[p].mean() - confidence[p].mean()) for p in parts))


def presentation(faces: Faces, rows: NDArray[np.int64], chances: NDArray[np.float64]) -> dict[str, dict[str, Any]]:
    """Presentation of adults: UTKFace's by the gender in the name, by race and gender; the portraits' by the labeller.

    `right`: the likelier of m and f is the label; `told`: share of the faces for which one is said and not "u";
    `right_told`: of these.
    """
    years, gender, race = (np.array(v)[rows] for v in (faces.years, faces.gender, faces.race))
    code = faces.targets()[rows]
    labelled, age = code[:, list(TRAITS).index("presentation")], code[:, list(TRAITS).index("age")]
    said = chances.argmax(1)
    adult = years >= ADULT
    groups = {"utkface adults": (adult, gender)}
    for number, name in enumerate(RACES):
        for sex, word in enumerate(("male", "female")):
            groups[f"utkface {name} {word}"] = (adult & (race == number) & (gender == sex), gender)
    known = (labelled == 0) | (labelled == 1)
    groups["portraits adults"] = (known & (age > 0), labelled)
    result = {}
    for name, (chosen, wanted) in groups.items():
        if chosen.any():
            right, told = (said == wanted)[chosen], (chances.max(1) >= TELLING)[chosen]
            result[name] = {
                "n": int(chosen.sum()),
                "right": round(float(right.mean()), 4),
                "interval": wilson(right),
                "told": round(float(told.mean()), 4),
                "right_told": round(float(right[told].mean()), 4) if told.any() else None,
            }
    return result


def by_group(faces: Faces, rows: NDArray[np.int64], said: Probabilities) -> dict[str, dict[str, Any]]:
    """Agreement by UTKFace's race and gender and by Monk tone: of each trait, and the mean of all with its 95 %
    interval (from the spread of the faces' own means)."""
    targets = faces.targets()[rows]
    race, gender = np.array(faces.race)[rows], np.array(faces.gender)[rows]
    tone = targets[:, list(TRAITS).index("mst")] + 1
    groups = {name: race == number for number, name in enumerate(RACES)}
    groups |= {"male": gender == 0, "female": gender == 1}
    groups |= {f"tone {name}": (tone >= low) & (tone <= high) for name, (low, high) in TONES.items()}
    result: dict[str, dict[str, Any]] = {}
    for name, chosen in groups.items():
        row: dict[str, float] = {}
        hits, told = np.zeros(len(rows)), np.zeros(len(rows))
        for column, (trait, chances) in enumerate(said.items()):
            known = chosen & (targets[:, column] >= 0) & (targets[:, column] < chances.shape[1])
            if known.any():
                right = chances.argmax(1) == targets[:, column]
                row[trait] = round(float(right[known].mean()), 4)
                hits += right * known
                told += known
        if row:
            mean = float(np.mean(list(row.values())))
            each = (hits / np.maximum(told, 1))[chosen & (told > 0)]
            half = 1.96 * float(each.std()) / np.sqrt(len(each))
            interval = [round(mean - float(half), 4), round(mean + float(half), 4)]
            result[name] = {"n": int(chosen.sum()), "mean": round(mean, 4), "interval": interval, **row}
    return result
