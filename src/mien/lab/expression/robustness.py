"""How much of its accuracy an expression model keeps on turned, shifted, blurred, dark or covered faces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.expression.recogniser import prepare
from mien.lab.data import load_faces
from mien.lab.data.loading import Sources
from mien.lab.data.reading import Progress
from mien.lab.expression.classifiers import Classifier, open_model
from mien.lab.expression.disturb import CONDITIONS, NEXT_FRAME, Picture
from mien.lab.expression.evaluate import truth_of
from mien.lab.expression.measure import measure


def measure_robustness(
    model: str | Path,
    data: Sources,
    split: str = "PublicTest",
    protocol: str = "ferplus-majority",
    *,
    prior: float | None = None,
    limit: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Accuracy of `model` under `protocol` on disturbed faces, and how often the next frame keeps its label.

    Returns `clean` (0..1), `families`: family -> condition -> accuracy, `loss`: family -> points lost on average and at
    worst, and `stability`: change -> share of the faces (0..1) that keep their label. limit: only so many faces, drawn
    by `seed`. Raises `DataError` and `ModelError`.
    """
    classifier = open_model(model, prior)
    faces = load_faces(data).only(split)
    truth = truth_of(faces, protocol)
    images, truth = faces.images[truth >= 0], truth[truth >= 0]
    if limit is not None and limit < len(truth):
        chosen = np.sort(np.random.default_rng(seed).permutation(len(truth))[:limit])
        images, truth = images[chosen], truth[chosen]
    read = classifier.probabilities if protocol.startswith("ferplus") else classifier.probabilities_fer2013
    total = sum(map(len, CONDITIONS.values())) + len(NEXT_FRAME) + 1
    done = 0

    def answers(disturb: Callable[[Picture], Picture] | None = None) -> NDArray[np.float32]:
        nonlocal done
        if progress is not None:
            progress("Disturbing faces", done, total)
        done += 1
        return read(images if disturb is None else prepare([disturb(face) for face in images]))

    clean = answers()
    families = {
        family: {name: measure(answers(disturb), truth)["accuracy"] for name, disturb in conditions.items()}
        for family, conditions in CONDITIONS.items()
    }
    stable = {name: float((answers(d).argmax(1) == clean.argmax(1)).mean()) for name, d in NEXT_FRAME.items()}
    return _figures(classifier, split, protocol, measure(clean, truth)["accuracy"], families, stable, len(truth))


def _figures(
    classifier: Classifier,
    split: str,
    protocol: str,
    clean: float,
    families: Mapping[str, Mapping[str, float]],
    stable: Mapping[str, float],
    n: int,
) -> dict[str, Any]:
    return {
        "model": classifier.identity["name"], "protocol": protocol, "split": split, "n": n, "clean": round(clean, 4),
        "families": {family: {k: round(v, 4) for k, v in found.items()} for family, found in families.items()},
        "loss": {
            family: {
                "mean": round(100 * (clean - float(np.mean(list(found.values())))), 2),
                "worst": round(100 * (clean - min(found.values())), 2),
            }
            for family, found in families.items()
        },
        "stability": {name: round(share, 4) for name, share in stable.items()} | {
            "mean": round(float(np.mean(list(stable.values()))), 4)
        },
    }  # fmt: skip
