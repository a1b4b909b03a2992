"""What took long to read, kept in the user's cache folder as a data set of mien's own, so that it opens at once.

The folder is `$MIEN_CACHE`, else `$XDG_CACHE_HOME/mien`, else the platform's; `MIEN_CACHE=off` keeps nothing. An entry
is found by the sources' absolute paths, the class map, and every file's path, size and time of change; so a changed
source is read anew. Old entries go when all together pass `LIMIT`. It holds copies of the faces, for nobody but the
user to read; `forget` deletes them.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from mien.errors import DataError
from mien.lab.data.dataset import VERSION, About, open_dataset, size_of, write_dataset
from mien.lab.data.faceset import FaceSet
from mien.lab.data.listing import FolderFiles

#: Most bytes that all entries together may take.
LIMIT = 2 * 1024**3
#: Seconds of reading from which a second load is worth a copy on the disk.
WORTH = 1.0
#: Raised when the readers change what they make of the same files.
_READERS = 1

_log = logging.getLogger("mien.lab.data")


def folder() -> Path | None:
    """Where entries lie; None when the cache is switched off."""
    chosen = os.environ.get("MIEN_CACHE", "")
    if chosen.lower() in ("off", "no", "0"):
        return None
    if chosen:
        root = Path(chosen)
    elif os.environ.get("XDG_CACHE_HOME"):
        root = Path(os.environ["XDG_CACHE_HOME"]) / "mien"
    elif sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local")) / "mien" / "Cache"
    elif sys.platform == "darwin":
        root = Path.home() / "Library/Caches/mien"
    else:
        root = Path.home() / ".cache/mien"
    return root / "data"


def key_of(paths: Sequence[Path], class_map: Mapping[str, str] | None) -> str | None:
    """The name of the entry for these sources as they are now; None when the cache is off."""
    if folder() is None:
        return None
    digest = hashlib.sha256(json.dumps([VERSION, _READERS, sorted((class_map or {}).items())]).encode())
    for path in paths:
        digest.update(os.fsencode(f"\0\0{path.resolve()}\0"))
        files = FolderFiles(path) if path.is_dir() else FolderFiles(path.parent, only=path.name)
        digest.update(os.fsencode("\0".join(f"{e.path}\t{e.size}\t{e.changed}" for e in files.entries)))
    return digest.hexdigest()[:32]


def find(key: str) -> tuple[FaceSet, About] | None:
    """The entry, memory-mapped; None where there is none. A damaged one is deleted."""
    root = folder()
    if root is None or not (root / key).is_dir():
        return None
    try:
        kept = open_dataset(root / key)
        os.utime(root / key)  # the entry used longest ago goes first
    except (DataError, OSError) as error:
        _log.debug("cache entry left aside: %s", error)
        shutil.rmtree(root / key, ignore_errors=True)
        return None
    return kept


def keep(key: str, faces: FaceSet, about: About, paths: Sequence[Path]) -> None:
    """Write an entry, then delete the oldest ones beyond `LIMIT`. A cache that cannot be written is no error."""
    root = folder()
    if root is None or faces.images.nbytes > LIMIT // 2:
        return
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        sources = "\n".join(str(path.resolve()) for path in paths)
        write_dataset(faces, about, root / key, more={"sources.txt": sources})
        _evict(root, keep=key)
    except (DataError, OSError) as error:
        _log.debug("not cached: %s", error)


def _evict(root: Path, keep: str) -> None:
    entries = sorted((item for item in root.iterdir() if item.is_dir()), key=lambda item: item.stat().st_mtime)
    total = {entry: size_of(entry) for entry in entries}
    for entry in entries:
        if sum(total.values()) <= LIMIT:
            return
        if entry.name != keep:
            shutil.rmtree(entry, ignore_errors=True)
            del total[entry]


def forget(paths: Sequence[Path] = ()) -> tuple[int, int]:
    """Delete what is kept of these sources, or everything; how many entries that were, and how many bytes."""
    root = folder()
    if root is None or not root.is_dir():
        return 0, 0
    wanted = {str(path.resolve()) for path in paths}
    count = size = 0
    for entry in root.iterdir():
        if not entry.is_dir() or (wanted and not wanted & set(_sources(entry))):
            continue
        size += size_of(entry)
        count += 1
        shutil.rmtree(entry, ignore_errors=True)
    return count, size


def _sources(entry: Path) -> list[str]:
    try:
        return (entry / "sources.txt").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return []
