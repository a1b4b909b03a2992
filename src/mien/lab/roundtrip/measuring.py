"""The measure: accuracy of the judge on our drawings, overall, by expression and by what people wear."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.avatar.spec import AvatarSpec
from mien.errors import DataError
from mien.types import LABELS

#: Pixels that drawings are judged at: as a sticker, and as an emoji in a line of text.
SIZES = (128, 32)


def measure_roundtrip(
    noto: Path | str, *, count: int = 50, seed: int = 0, pictures: int = 480, reader: bool = True
) -> dict[str, Any]:
    """Trains the judge on a folder of Noto's face SVGs and shows it count people with the eight expressions.

    seed: of the judge and of the people. pictures: of each label that the judge learns from. reader: also ask
    `mien.recognise`, which is trained on photos of faces.
    Returns shares, and confusion matrices with a row for each label of `mien.types.LABELS`. About three minutes on one
    core. Raises DataError for a folder that lacks an emoji, or for fewer than one person.
    """
    if count < 1:
        raise DataError(f"{count} people: give 1 or more")
    from mien.lab.roundtrip.judge import build_judge
    from mien.lab.roundtrip.layers import read_drawings
    from mien.lab.roundtrip.people import PLAIN, people, rendered

    judge = build_judge(read_drawings(noto), count=pictures, seed=seed)
    specs = people(count, seed)
    result: dict[str, Any] = {
        "people": count,
        "seed": seed,
        "labels": list(LABELS),
        "judge": {"unseen_emoji": figures(judge.examined), "by_emoji": judge.unseen},
    }
    for size in SIZES:
        pixels = rendered(specs, size)
        said = judge.probabilities(pixels.reshape(-1, *pixels.shape[2:])).argmax(1).reshape(count, len(LABELS))
        result[f"people_{size}"] = figures(confusion(said)) | {"wearing": by_what_is_worn(specs, said)}
        plain = judge.probabilities(rendered([PLAIN], size)[0]).argmax(1)
        result[f"plain_{size}"] = {label: LABELS[i] for label, i in zip(LABELS, plain, strict=True)}
    if reader:
        answers = read(specs)
        result["recogniser"] = figures(confusion(answers)) | {"unsure": int((answers < 0).sum())}
    return result


def confusion(said: NDArray[np.int64]) -> NDArray[np.int64]:
    """said: people x LABELS, what each drawing was taken for, -1 for nothing -> LABELS x LABELS, rows the truth."""
    table = np.zeros((len(LABELS), len(LABELS)), np.int64)
    for column, answers in enumerate(said.T):
        np.add.at(table[column], answers[answers >= 0], 1)
    return table


def figures(table: NDArray[np.int64]) -> dict[str, Any]:
    """Accuracy overall and by label, and the table itself."""
    rows = table.sum(1)
    return {
        "n": int(table.sum()),
        "accuracy": round(float(np.diag(table).sum() / max(table.sum(), 1)), 4),
        "by_label": {
            label: round(float(table[i, i] / rows[i]), 4) if rows[i] else None for i, label in enumerate(LABELS)
        },
        "confusion": table.tolist(),
    }


def by_what_is_worn(specs: Sequence[AvatarSpec], said: NDArray[np.int64]) -> dict[str, float]:
    """Accuracy of the people with each kind of thing before the face, and of those with none."""
    right = (said == np.arange(len(LABELS))).mean(1)
    worn = {
        "glasses": [spec.glasses.style != "none" for spec in specs],
        "facial_hair": [spec.facial_hair.style != "none" for spec in specs],
        "headwear": [spec.headwear.style != "none" for spec in specs],
        "fringe": [spec.hair.fringe != "none" for spec in specs],
        "deep_skin": [spec.skin.colour in deep() for spec in specs],
    }
    bare = ~np.any([worn["glasses"], worn["facial_hair"], worn["headwear"]], axis=0)
    shares = {name: right[np.array(mask)] for name, mask in {**worn, "none of these": bare}.items()}
    return {name: round(float(values.mean()), 4) for name, values in shares.items() if len(values)}


def deep() -> tuple[str, ...]:
    """The four deepest Monk tones."""
    from mien.avatar.spec import MONK

    return tuple(MONK[-4:])


def read(specs: Sequence[AvatarSpec]) -> NDArray[np.int64]:
    """What `mien.recognise` says of the drawings, people x LABELS; -1 where it is unsure."""
    import mien
    from mien.lab.roundtrip.people import picture

    crops = [np.asarray(picture(spec, label, 128)) for spec in specs for label in LABELS]
    said = [LABELS.index(e.label) if e.label in LABELS else -1 for e in mien.recognise(crops)]
    return np.array(said).reshape(len(specs), len(LABELS))
