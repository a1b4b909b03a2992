"""Agreement with the labeller on faces that were held back."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from mien.lab.appearance.data import Faces
from mien.lab.appearance.net import ANSWERS
from mien.lab.appearance.sample import make_batch

#: How well two labellers agree with each other: the ceiling, by set. The labels' own documentation gives these.
CEILING = {
    "utkface": {
        "glasses": 0.994, "facial_hair": 0.972, "hair_len": 0.761, "hair_form": 0.878, "hair_colour": 0.856,
        "fringe": 0.928, "headwear": 0.994, "brows": 0.789, "mst": 0.533, "mst_within_1": 0.972,
    },
    "portraits": {
        "glasses": 1.0, "facial_hair": 0.95, "hair_len": 0.9, "hair_form": 0.867, "hair_colour": 0.842,
        "fringe": 0.967, "headwear": 0.983, "brows": 0.7, "mst": 0.758, "mst_within_1": 1.0, "presentation": 0.983,
        "age": 0.933, "earrings": 0.933,
    },
}  # fmt: skip
BATCH = 64


def logits_of(net: nn.Module, faces: Faces, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Raw logits (rows x 73) of the views as at run time."""
    parts = []
    with torch.inference_mode():
        for start in range(0, len(rows), BATCH):
            batch = make_batch(faces, rows[start : start + BATCH], None)
            parts.append(net(torch.from_numpy(batch.head), torch.from_numpy(batch.face)).float().numpy())
    return np.concatenate(parts)


def by_trait(raw: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Raw logits or probabilities (N x 73) by trait."""
    ends = np.cumsum([len(codes) for codes in ANSWERS.values()])[:-1]
    return dict(zip(ANSWERS, np.split(raw, ends, axis=1), strict=True))


def score(faces: Faces, rows: NDArray[np.int64], raw: NDArray[np.float32]) -> dict[str, Any]:
    """Agreement by set and trait over the faces whose label is known (presentation: without u); the mean is over all
    of these."""
    targets = faces.targets()[rows]
    origin = np.array([faces.names[row].split("/")[0] for row in rows])
    result: dict[str, Any] = {}
    for name in sorted(set(origin)):
        for column, (trait, logits) in enumerate(by_trait(raw).items()):
            wanted = targets[:, column]
            known = (origin == name) & (wanted >= 0) & (wanted < len(ANSWERS[trait]))
            if not known.any():
                continue
            said = logits.argmax(1)
            result[f"{name}.{trait}"] = round(float((said == wanted)[known].mean()), 4)
            if trait == "mst":
                near = np.abs(said - wanted) <= 1
                result[f"{name}.mst_within_1"] = round(float(near[known].mean()), 4)
    return {"mean": round(float(np.mean(list(result.values()))), 4), **result}
