"""`import_faces`: any layouts in, one data set of mien's own out, which opens at once and never changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from mien.lab.data import splits
from mien.lab.data.classes import ClassMap
from mien.lab.data.dataset import write_dataset
from mien.lab.data.faceset import SPLITS
from mien.lab.data.fixing import check_apart
from mien.lab.data.loading import Sources, as_paths, read
from mien.lab.data.reading import Progress, Reading


def import_faces(
    data: Sources, out: Path | str, *, class_map: Mapping[str, str] | None = None, redraw: bool = False,
    shares: Sequence[float] = splits.SHARES, seed: int = 0, together: str | None = None,
    progress: Progress | None = None,
) -> Path:  # fmt: skip
    """Read one source or several and write them as a data set of mien's own, `out`; returns `out`.

    `redraw` forgets the splits of the sources and draws new ones with `shares`, `seed` and `together` (see
    `splits.draw`); else only faces without one get one, as `load_faces` does it. Raises `DataError` for what cannot be
    read, and when `out` exists or lies in a source.
    """
    out, paths = Path(out), as_paths(data)
    check_apart(out, paths)
    faces, about = read(paths, Reading(ClassMap(class_map), progress=progress))
    if redraw:
        every = np.ones(len(faces), bool)
        faces = splits.draw(faces, every, shares, seed, together=together, progress=progress)
        drawn = ", ".join(f"{int((faces.split == split).sum()):,} {split}" for split in SPLITS)
        kept = f", faces of one {together} together" if together else ""
        notes = [f"splits drawn anew with seed {seed}{kept}: {drawn}"]
    else:
        faces, notes = splits.complete(faces, seed, progress=progress)
    return write_dataset(faces, replace(about, notes=about.notes + notes), out)
