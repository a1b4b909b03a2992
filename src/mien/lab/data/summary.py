"""`summarise`: what is in a data set, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from mien.lab.data.checking import counts
from mien.lab.data.faceset import SPLITS, majority
from mien.lab.data.loading import Sources, as_paths, load
from mien.lab.data.reading import Progress

#: Most values of a column that are listed.
_VALUES = 12


def summarise(
    data: Sources, *, class_map: Mapping[str, str] | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """What `mien lab data show` prints, JSON-ready: faces by split and class, by label and by the majority of votes.

    `labels` and `votes` each hold {split: {class: faces}}, or None where the data has none; `undecided` counts the
    voted faces of each split without a majority. Raises `DataError` like `load_faces`.
    """
    faces, about = load(data, class_map=class_map, progress=progress)
    voted = faces.voted
    labelled = faces.labels >= 0
    winners = majority(faces.votes)
    return {
        "data": [str(path) for path in as_paths(data)],
        "faces": len(faces),
        "classes": list(faces.classes),
        "splits": {split: int((faces.split == split).sum()) for split in SPLITS},
        "labels": counts(faces, faces.labels) if labelled.any() else None,
        "votes": counts(faces, winners) if voted.any() else None,
        "undecided": {split: int(((faces.split == split) & voted & (winners < 0)).sum()) for split in SPLITS},
        "unlabelled": {split: int(((faces.split == split) & ~labelled).sum()) for split in SPLITS},
        "sizes": about.sizes,
        "groups": {column: _values(values.tolist()) for column, values in faces.groups.items() if any(values)},
        "sources": about.sources,
        "notes": about.notes,
        "megabytes": round(float(np.prod(faces.images.shape)) / 1e6, 1),
    }


def _values(values: list[str]) -> dict[str, int]:
    """How often the commonest values of a column occur; "" = unknown."""
    return dict(Counter(values).most_common(_VALUES))
