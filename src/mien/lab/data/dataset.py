"""mien's own layout: a folder with `dataset.json`, `images.npy` (memory-mapped) and `faces.npz`; opens at once."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError
from mien.lab.data.faceset import SIZE, SPLITS, FaceSet

#: Version of the layout; older readers refuse newer data sets.
VERSION = 1
_FORMAT = "mien faces"
_IMAGES, _FACES, _ABOUT = "images.npy", "faces.npz", "dataset.json"


@dataclass
class About:
    """Where a data set came from."""

    sources: list[dict[str, Any]] = field(default_factory=list)  #: path, layout and faces of each
    sizes: dict[str, int] = field(default_factory=dict)  #: pictures by their size, such as "48x48", before any scaling
    notes: list[str] = field(default_factory=list)  #: what was done that nobody asked for, such as a drawn split


def is_dataset(path: Path) -> bool:
    """Whether this folder is a data set of mien's own."""
    return (path / _ABOUT).is_file() and ((path / _IMAGES).exists() or (path / _FACES).exists())


def write_dataset(faces: FaceSet, about: About, out: Path, *, more: dict[str, str] | None = None) -> Path:
    """Write `faces` as a data set of mien's own; `more` are further text files (name -> content) to lie beside it.

    Everything is written to a temporary folder first: `out` is whole, or not there. Raises `DataError` when something
    is there already, or nothing can be written.
    """
    check_free(out)
    with _new_folder(out) as folder:
        with (folder / _IMAGES).open("wb") as file:  # not memory-mapped: a full disk would kill the process
            header = {"descr": "|u1", "fortran_order": False, "shape": (len(faces), SIZE, SIZE)}
            np.lib.format.write_array_header_1_0(file, header)  # type: ignore[no-untyped-call]
            for start in range(0, len(faces), 4096):
                file.write(np.ascontiguousarray(faces.images[start : start + 4096], np.uint8).tobytes())
        np.savez(folder / _FACES, **_arrays(faces))  # type: ignore[arg-type]
        for name, content in (more or {}).items():
            (folder / name).write_text(content, encoding="utf-8", errors="surrogateescape")
        text = json.dumps(_description(faces, about), indent=2, ensure_ascii=True)
        (folder / _ABOUT).write_text(text + "\n", encoding="utf-8")
    return out


def check_free(out: Path) -> None:
    """Raise `DataError` unless `out` can be created."""
    if out.is_symlink() or (out.exists() and not (out.is_dir() and not any(out.iterdir()))):
        raise DataError(f"{out}: something is there already; choose another name, or delete it first")


@contextmanager
def _new_folder(out: Path) -> Iterator[Path]:
    """A temporary folder beside `out` that becomes `out` if all goes well."""
    part = out.parent / f".{out.name}.{uuid4().hex[:8]}.part"
    try:
        part.mkdir(parents=True)
        yield part
        if out.exists():
            out.rmdir()
        part.rename(out)
    except OSError as error:
        raise DataError(f"{out}: cannot be written ({error.strerror or error})") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _arrays(faces: FaceSet) -> dict[str, NDArray[Any]]:
    names = "\0".join(faces.names).encode("utf-8", "surrogateescape")
    arrays: dict[str, NDArray[Any]] = {
        "votes": faces.votes.astype(np.float32),
        "labels": faces.labels.astype(np.int64),
        "split": np.array([SPLITS.index(name) for name in faces.split], np.uint8),
        "names": np.frombuffer(names, np.uint8),
    }
    for number, column in enumerate(faces.groups.values()):
        values, codes = np.unique(column.astype(str), return_inverse=True)
        arrays |= {f"group{number}_values": values, f"group{number}": codes.astype(np.int32)}
    return arrays


def _description(faces: FaceSet, about: About) -> dict[str, Any]:
    truth = faces.truth()
    counts = {
        split: {name: int(((faces.split == split) & (truth == i)).sum()) for i, name in enumerate(faces.classes)}
        for split in SPLITS
    }
    return {
        "format": _FORMAT, "version": VERSION, "faces": len(faces), "classes": list(faces.classes), "counts": counts,
        "groups": list(faces.groups), **asdict(about),
    }  # fmt: skip


def open_dataset(folder: Path) -> tuple[FaceSet, About]:
    """Open a data set of mien's own; the pictures stay on the disk until they are looked at.

    Raises `DataError` when it is damaged, or was written by a newer mien.
    """
    about = read_description(folder)
    count = about["faces"]
    try:
        images = np.load(folder / _IMAGES, mmap_mode="r").view(np.ndarray)
        with np.load(folder / _FACES, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        names = arrays["names"].tobytes().decode("utf-8", "surrogateescape").split("\0") if count else []
        groups = {c: arrays[f"group{i}_values"][arrays[f"group{i}"]] for i, c in enumerate(about["groups"])}
        faces = FaceSet(
            images, arrays["votes"], arrays["labels"], np.array(SPLITS)[arrays["split"]], names,
            tuple(about["classes"]), groups,
        )  # fmt: skip
        lengths = {len(values) for values in (images, faces.votes, faces.labels, faces.split, names, *groups.values())}
        if lengths != {count} or images.shape[1:] != (SIZE, SIZE) or images.dtype != np.uint8:
            raise ValueError("its files do not belong together")
        if faces.labels.max(initial=-1) >= len(faces.classes) or faces.votes.shape != (count, 10):
            raise ValueError("labels beyond its classes")
    except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"{folder}: a damaged data set ({error}); import it again") from None
    return faces, About(about["sources"], about["sizes"], about["notes"])


def read_description(folder: Path) -> dict[str, Any]:
    """What `dataset.json` says. Raises `DataError` when that is no description, or a newer mien's."""
    path = folder / _ABOUT
    try:
        about: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if about["format"] != _FORMAT:
            raise ValueError("another format")
        version = int(about["version"])
        _ = int(about["faces"]), list(about["classes"]), list(about["groups"])
        _ = list(about["sources"]), dict(about["sizes"]), list(about["notes"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: no description of a data set ({error}); import it again") from None
    if version > VERSION:
        raise DataError(f"{folder}: written by a newer mien (layout {version}, this one reads {VERSION}); update mien")
    return about


def size_of(folder: Path) -> int:
    """Bytes on the disk."""
    return sum(item.stat().st_size for item in os.scandir(folder) if item.is_file())
