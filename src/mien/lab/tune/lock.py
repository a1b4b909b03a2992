"""One search at a time in a folder; the lock ends with the process, however it ends."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mien.errors import DataError


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make `folder` and hold it. Raises `DataError` when another process does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+b") as file:
        if not _hold(file):
            raise DataError(f"{folder}: another search is at work here: wait for it, or choose another folder")
        yield


def _hold(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
