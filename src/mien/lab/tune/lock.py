"""One search at a time in a folder; the lock ends with the process, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mien.errors import DataError
from mien.media.folders import lock


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make `folder` and hold it. Raises `DataError` when another process does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+b") as file:
        if not lock(file):
            raise DataError(f"{folder}: another search is at work here: wait for it, or choose another folder")
        yield
