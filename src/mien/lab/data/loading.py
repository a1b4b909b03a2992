"""`load_faces`: whatever the public hands out as data, as one `FaceSet`; the second time at once."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mien.errors import DataError
from mien.lab.data import cache, splits
from mien.lab.data.classes import ClassMap, settle
from mien.lab.data.dataset import About, is_dataset, open_dataset
from mien.lab.data.faceset import FaceSet, combine
from mien.lab.data.layouts import read_source
from mien.lab.data.reading import Part, Progress, Reading
from mien.types import LABELS

Sources = Path | str | Sequence[Path | str]

_log = logging.getLogger("mien.lab.data")


class Loaded(NamedTuple):
    """Faces, and where they came from."""

    faces: FaceSet
    about: About


def load_faces(
    data: Sources, *, class_map: Mapping[str, str] | None = None, progress: Progress | None = None
) -> FaceSet:
    """Read every known layout at `data`, a path or several: see docs/how-to-data.md for the layouts.

    The same picture in several of them counts once and gets the labels of all. `class_map` renames classes (old ->
    new; "" drops one). Faces whose source gives no split get one by `splits.complete`, and a warning is logged; there
    is always something to choose by, but for data too small for it. What took long to read is kept in a cache; a data
    set of mien's own is memory-mapped.

    Raises `DataError` that names the file (and row) when something cannot be read, or when nothing is known there.
    """
    loaded = load(data, class_map=class_map, progress=progress)
    for note in loaded.about.notes:
        _log.warning("%s: %s", ", ".join(map(str, as_paths(data))), note)
    return loaded.faces


def load(data: Sources, *, class_map: Mapping[str, str] | None = None, progress: Progress | None = None) -> Loaded:
    """As `load_faces`, with where the faces came from; logs nothing."""
    paths = as_paths(data)
    if len(paths) == 1 and not class_map and is_dataset(paths[0]):
        return Loaded(*open_dataset(paths[0]))
    key = cache.key_of(paths, class_map)
    if key is not None and (kept := cache.find(key)) is not None:
        return Loaded(*kept)
    began = time.monotonic()
    reading = Reading(ClassMap(class_map), progress=progress)
    faces, about = read(paths, reading)
    faces, about.notes = splits.complete(faces, progress=progress)
    if key is not None and time.monotonic() - began > cache.WORTH:
        cache.keep(key, faces, about, paths)
    return Loaded(faces, about)


def as_paths(data: Sources) -> list[Path]:
    """One path or several as a list. Raises `DataError` where there is none, or nothing at one."""
    paths = [Path(data)] if isinstance(data, (str, Path)) else [Path(path) for path in data]
    for path in paths:
        if not path.exists():
            raise DataError(f"{path}: no such file or folder")
    if not paths:
        raise DataError("no data given: name a file or folder")
    return paths


def read(
    paths: Sequence[Path], reading: Reading, differing: list[tuple[str, str]] | None = None
) -> tuple[FaceSet, About]:
    """Read all sources into one set, in which a split may still be open (""); see `combine` for `differing`."""
    parts = [part for path in paths for part in _named(read_source(path, reading), path, len(paths) > 1)]
    names = [name for part in parts for name in part.labels if name is not None]
    classes, index = settle(names, reading.class_map)
    if classes != LABELS and any(vote is not None for part in parts for vote in part.votes):
        own = ", ".join(name for name in classes if name not in LABELS)
        raise DataError(f"data with votes cannot be joined with the classes {own}: map these to expressions (--map)")
    about = About([{"path": p.source, "layout": p.layout, "faces": len(p)} for p in parts], _sizes(parts))
    sets = []
    while parts:  # one after the other, so that no picture is held twice for long
        sets.append(parts.pop(0).face_set(classes, index))
    if not any(map(len, sets)):
        if not reading.troubles:
            raise DataError(f"{', '.join(map(str, paths))}: no faces in it")
        return Part("", "").face_set(classes, index), about
    return combine([s for s in sets if len(s)], differing), about


def _named(parts: list[Part], path: Path, several: bool) -> list[Part]:
    """The parts; where there are several sources, each name says which one it is of."""
    for part in parts if several else ():
        part.names = [f"{path.name}/{name}" for name in part.names]
    return parts


def _sizes(parts: list[Part]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part.stored_sizes or Counter(f"{width}x{height}" for width, height in part.sizes))
    return dict(total.most_common())
