"""Measured skin against labelled tones, with and without the light taken out; and the constants that
`mien.appearance` uses, as the training faces give them.

For maintainers:  python -m mien.lab.appearance.tones DATA RUN
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.appearance import light as lights
from mien.appearance.colours import Skin, measure_skin, skin_evidence, step_of, true_skin
from mien.appearance.oklab import oklab
from mien.appearance.regions import close_view
from mien.lab.appearance.data import Faces, load
from mien.types import TRAITS

MST = list(TRAITS).index("mst")


def measure_tones(faces: Faces, rows: NDArray[np.int64], said: NDArray[np.float64]) -> dict[str, dict[str, Any]]:
    """Error of the skin in Monk steps against the labelled tone, by set, over the colour photos among these rows.

    `said`: rows x 10, the network's tone. Four colours are taken for a tone (`step_of`): the pixels as they are, in
    neutral light (without the network), by the whole rule, and the network's expected tone without any pixels.
    """
    steps: dict[str, list[list[float]]] = {}
    for row, tone in zip(rows, said, strict=True):
        label = faces.labels[row].get("mst")
        found = None if label is None or faces.grey[row] else _skin(faces, int(row))
        if label is None or found is None:
            continue
        skin, evidence = found
        plain, _ = lights.estimate(evidence)
        whole, _ = lights.estimate(evidence | {"skin": skin_evidence(skin, tone)})
        steps.setdefault(faces.names[row].split("/")[0], []).append([
            label + 1,
            step_of(oklab(skin.light)),
            step_of(oklab(lights.neutral(skin.light, plain))),
            step_of(true_skin(skin, whole, tone)[0]),
            float(tone @ np.arange(1, 11)),
        ])  # fmt: skip
    return {name: _errors(np.array(values)) for name, values in sorted(steps.items())}


def _errors(steps: NDArray[np.float64]) -> dict[str, Any]:
    result: dict[str, Any] = {"n": len(steps)}
    for column, name in enumerate(("as photographed", "neutral light", "whole rule", "network alone"), start=1):
        error = np.abs(steps[:, column] - steps[:, 0])
        result[name] = {"steps": round(float(error.mean()), 3), "within_1": round(float((error < 1.5).mean()), 3)}
    return result


def _skin(faces: Faces, row: int) -> tuple[Skin, dict[str, lights.Evidence]] | None:
    picture, place = faces.pictures[row], faces.places[row]
    close = close_view(picture, place.points, place.matrix)
    skin = measure_skin(close)
    return None if skin is None else (skin, lights.gather(picture, close))


def constants(faces: Faces) -> dict[str, Any]:
    """Medians by tone, and own colour and error of each source of light, over the labelled training faces in colour.

    The skin's colour, less the median of its tone, is light too: what a source shares with it is light. The error of a
    source with variance v and shared part c is the one under which regression of the light on it has the slope c / v,
    where the light's own variance is what the whites of the eyes share.
    """
    rows = [i for i, row in enumerate(faces.labels) if "mst" in row and not (faces.held[i] or faces.grey[i])]
    skins, seen = [], []
    for row in rows:
        picture, place = faces.pictures[row], faces.places[row]
        close = close_view(picture, place.points, place.matrix)
        skins.append(measure_skin(close))
        seen.append(lights.sources(picture, close))
    kept = [i for i, skin in enumerate(skins) if skin is not None]
    light = np.stack([skin.light for skin in skins if skin is not None])
    tone = np.array([faces.labels[rows[i]]["mst"] + 1 for i in kept])
    table = np.hstack([oklab(light)[:, :1], lights.chromaticity(light)])
    medians = {t: np.median(table[tone == t], 0) for t in range(1, 11) if (tone == t).sum() >= 5}
    usual = np.stack([medians.get(t, np.full(3, np.nan)) for t in tone])
    rest = table - usual
    result: dict[str, Any] = {"tones": {t: [int((tone == t).sum()), *m.round(3).tolist()] for t, m in medians.items()}}
    result["spread"] = np.nanstd(rest, 0).round(3).tolist()
    whole: NDArray[np.float64] | None = None
    for name in ("whites", "teeth", "frame"):
        pairs = np.array([(seen[i][name], skin) for i, skin in zip(kept, rest[:, 1:], strict=True) if name in seen[i]])
        if len(pairs) > 20:
            pairs = pairs[np.isfinite(pairs).all((1, 2))]
            shared = np.array([max(1e-4, float(np.cov(pairs[:, 0, k], pairs[:, 1, k])[0, 1])) for k in (0, 1)])
            whole = shared if whole is None else whole
            error = np.sqrt(whole * np.maximum(pairs[:, 0].var(0) / shared - 1, 0.1))
            own = np.median(pairs[:, 0], 0)
            result[name] = {"n": len(pairs), "own": own.round(3).tolist(), "error": error.round(3).tolist()}
    return result


if __name__ == "__main__":
    for key, value in constants(load(sys.argv[1], Path(sys.argv[2]) / "places.npz")).items():
        print(key, value)
