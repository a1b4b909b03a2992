"""Sets of made-up faces for the tests of `mien lab explore`: labels, votes and splits as a test says."""

import numpy as np

from mien.lab.data import FaceSet
from mien.lab.explore import votes
from mien.types import LABELS

HAPPINESS, SADNESS, FEAR = (LABELS.index(name) for name in ("happiness", "sadness", "fear"))


def face_set(n, *, labels=None, cast=None, split=None, classes=LABELS, groups=None, images=None):
    """N faces of noise around a grey level of their own."""
    rng = np.random.default_rng(n)
    if images is None:
        images = np.clip(rng.normal(rng.uniform(80, 160, (n, 1, 1)), 30, (n, 48, 48)), 0, 255).astype(np.uint8)
    return FaceSet(
        images,
        np.full((n, 10), np.nan, np.float32) if cast is None else np.asarray(cast, np.float32),
        np.full(n, -1, np.int64) if labels is None else np.asarray(labels, np.int64),
        np.array(["Training"] * n if split is None else split),
        [f"train/{i}.png" for i in range(n)],
        classes,
        groups or {},
    )


def ballots(*rows):
    """Votes from dicts: choice -> count."""
    cast = np.zeros((len(rows), 10), np.float32)
    for row, wanted in zip(cast, rows, strict=True):
        for name, count in wanted.items():
            row[votes.CHOICES.index(name)] = count
    return cast
