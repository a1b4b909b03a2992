"""`Manifest`: what a batch's folder holds. A line in it is the only thing that makes work done.

The first line names the settings. Each further one names a part (its file, rows, bytes, sha256), counts what it shows,
and lists the inputs that it covers, the bad ones and the copies too. A part is on the disk before its line is; a line
that was cut short by a crash is dropped at the next start, with the part that it was to name.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from mien.batch.errors import BatchError
from mien.media.folders import lock
from mien.media.sources import shown

NAME = "manifest.jsonl"
#: Files of a batch's folder that a crash may have left: unfinished or unnamed parts, spools of clips.
_LEFT = re.compile(r"\.?part-\d+\.(jsonl|parquet)(\.tmp)?|\..*\.tmp")
SPOOL = ".spool"
_AGAIN = "make room and run the same command again; what is done is kept"


class Manifest:
    """The manifest of a folder that this process holds; see `held`."""

    def __init__(self, folder: Path, settings: dict[str, Any]) -> None:
        self.folder, self._path = folder, folder / NAME
        self._numbers: set[int] = set()
        if self._path.exists():
            self._mend()
            self._compare(settings)
        else:
            self._create({"mien": "batch", "settings": settings})

    def entries(self) -> Iterator[dict[str, Any]]:
        """A dict a part, in the order they were written. Raises `BatchError` for a damaged line."""
        with self._path.open(encoding="utf-8") as lines:
            next(lines)
            for number, line in enumerate(lines, 2):
                try:
                    entry = json.loads(line)
                    entry["inputs"]
                except (ValueError, KeyError, TypeError):
                    raise BatchError(f"{shown(self._path)}: line {number} is damaged; put back the file") from None
                yield entry

    def check(self, entry: dict[str, Any]) -> None:
        """Raises `BatchError` where the file of a part is not the one that was written."""
        name = entry["part"]
        if name is None:
            return
        self._numbers.add(int(re.sub(r"\D", "", name)))
        with suppress(OSError):
            if (self.folder / name).stat().st_size == entry["bytes"]:
                return
        raise BatchError(f"{shown(self.folder / name)}: missing or changed; put it back, or start in an empty folder")

    def clean(self) -> None:
        """Remove what a crash has left. Call when all entries were checked."""
        for path in list(self.folder.iterdir()):
            name = path.name
            number = re.fullmatch(r"part-(\d+)\.(jsonl|parquet)", name)
            if _LEFT.fullmatch(name) and not (number and int(number[1]) in self._numbers):
                path.unlink()
        shutil.rmtree(self.folder / SPOOL, ignore_errors=True)

    def next_number(self) -> int:
        number = max(self._numbers, default=0) + 1
        self._numbers.add(number)
        return number

    def append(self, entry: dict[str, Any]) -> None:
        """Add a line, durably. Raises `BatchError` for a full disk; the manifest is then as it was."""
        line = (json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
        before = self._path.stat().st_size
        try:
            with self._path.open("ab") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            with suppress(OSError):
                os.truncate(self._path, before)
            raise cannot_write(self.folder, error) from None

    def _create(self, header: dict[str, Any]) -> None:
        part = self.folder / ".manifest.tmp"
        try:
            with part.open("wb") as file:
                file.write((json.dumps(header) + "\n").encode())
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._path)
            sync_folder(self.folder)
        except OSError as error:
            raise cannot_write(self.folder, error) from None

    def _mend(self) -> None:
        """Drop a last line that was not written to its end."""
        with self._path.open("r+b") as file:
            end = file.seek(0, os.SEEK_END)
            start, piece = end, b""
            while start and b"\n" not in piece[:-1]:  # the last line begins behind the last line break but one
                step = min(start, 1 << 16)
                start -= step
                file.seek(start)
                piece = file.read(step) + piece
            begin = start + piece[:-1].rfind(b"\n") + 1
            last = piece[begin - start :]
            with suppress(ValueError):
                if last.endswith(b"\n") and isinstance(json.loads(last), dict):
                    return
            if begin:
                file.truncate(begin)
                file.flush()
                os.fsync(file.fileno())

    def _compare(self, settings: dict[str, Any]) -> None:
        try:
            with self._path.open(encoding="utf-8") as lines:
                header = json.loads(lines.readline())
            known = header["settings"] if header["mien"] == "batch" else None
        except (OSError, ValueError, KeyError, TypeError):
            known = None
        if not isinstance(known, dict):
            raise BatchError(f"{shown(self._path)}: not the manifest of a batch; choose another --out")
        names = sorted(name for name in {*known, *settings} if known.get(name) != settings.get(name))
        if not names:
            return
        if names == ["models"]:
            raise BatchError(f"{shown(self.folder)}: made with other models of mien; choose another --out")
        said = ", ".join(f"{n} {known.get(n)!r}, not {settings.get(n)!r}" for n in names if n != "models")
        raise BatchError(f"{shown(self.folder)}: made with other settings ({said}); use those, or another --out")


def is_batch(folder: Path) -> bool:
    """Whether a batch writes, or has written, its rows into this folder."""
    try:
        with (folder / NAME).open(encoding="utf-8") as lines:
            return bool(json.loads(lines.readline())["mien"] == "batch")
    except (OSError, ValueError, KeyError, TypeError):
        return False


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Make a folder and hold it while a batch runs in it; the lock ends with the process, however it ends.

    Raises `BatchError` where it cannot be made, holds other things than a batch, or another process holds it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
        if names and NAME not in names:
            raise BatchError(f"{shown(folder)}: not empty, and no batch's folder; choose an empty one")
        file = (folder / ".lock").open("a+b")
    except OSError as error:
        raise cannot_write(folder, error) from None
    with file:
        if not lock(file):
            raise BatchError(f"{shown(folder)}: another batch is at work here; wait for it, or choose another --out")
        yield


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable; Windows does so by itself."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def cannot_write(folder: Path, error: OSError) -> BatchError:
    """The error, in one line, for a folder that cannot be written to."""
    if error.errno in (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return BatchError(f"{shown(folder)}: the disk is full; {_AGAIN}")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return BatchError(f"{shown(folder)}: no permission to write there; choose another --out")
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        return BatchError(f"{shown(folder)}: a file, not a folder; choose another --out")
    return BatchError(f"{shown(folder)}: cannot be written ({error.strerror or error})")
