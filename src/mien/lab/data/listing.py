"""The files of a source, whether it is a folder, a single file or a zip file, under one interface."""

from __future__ import annotations

import os
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple, Protocol

from mien.errors import DataError

#: Largest file that is read whole (pictures), in bytes.
MAX_FILE = 64 * 1024 * 1024
#: Most bytes that a zip file may hold unpacked: the largest public sets of faces stay below.
MAX_UNPACKED = 64 * 1024**3
#: Most files in one source.
MAX_FILES = 5_000_000
#: A member that unpacks to more than `BOMB_BYTES` at more than this ratio is a zip bomb: text reaches about 10.
BOMB_RATIO = 100
BOMB_BYTES = 16 * 1024 * 1024

#: Files that systems leave in folders.
_LITTER = ("__MACOSX", "Thumbs.db", "desktop.ini")


class Entry(NamedTuple):
    """One file of a source."""

    path: str  #: relative to the source, with "/"
    size: int  #: bytes
    changed: int  #: nanoseconds since 1970; 0 inside zip files


class Files(Protocol):
    """The files of one source, sorted by path."""

    source: Path
    entries: list[Entry]
    closed_to_us: list[str]  #: folders that could not be listed

    def open(self, path: str) -> BinaryIO: ...
    def read(self, path: str) -> bytes:
        """The whole file. Raises `DataError`, without the file's name, when it cannot be read."""
        ...

    def place(self, path: str) -> str:
        """The file as an error message calls it."""
        ...


def files_of(source: Path) -> Files:
    """List a folder, a zip file or a single file. Raises `DataError` where there is none."""
    if not source.exists():
        raise DataError(f"{source}: no such file or folder")
    if source.is_dir():
        return FolderFiles(source)
    if source.suffix.lower() == ".zip":
        return ZipFiles(source)
    return FolderFiles(source.parent, only=source.name)


class FolderFiles:
    """A folder's files, at any depth; links are followed, hidden files left out."""

    def __init__(self, folder: Path, only: str | None = None) -> None:
        self.source = folder / only if only else folder
        self._folder = folder
        self.closed_to_us: list[str] = []
        if only:
            about = self.source.stat()
            self.entries = [Entry(only, about.st_size, about.st_mtime_ns)]
        else:
            self.entries = sorted(self._walk())

    def _walk(self) -> list[Entry]:
        found: list[Entry] = []
        waiting = [(str(self._folder), "")]
        visited: set[Path] = set()
        while waiting:
            folder, prefix = waiting.pop()
            try:
                with os.scandir(folder) as items:
                    for item in items:
                        if item.name.startswith(".") or item.name in _LITTER:
                            continue
                        if item.is_dir():
                            if item.is_symlink():
                                real = Path(item.path).resolve()
                                if real in visited or self._folder.resolve().is_relative_to(real):
                                    continue  # a link back up would never end
                                visited.add(real)
                            waiting.append((item.path, f"{prefix}{item.name}/"))
                        elif item.is_file():
                            about = item.stat()
                            found.append(Entry(prefix + item.name, about.st_size, about.st_mtime_ns))
            except OSError:
                self.closed_to_us.append(folder)
            if len(found) > MAX_FILES:
                raise DataError(f"{self._folder}: more than {MAX_FILES:,} files; name the folder of one data set")
        return found

    def open(self, path: str) -> BinaryIO:
        return (self._folder / path).open("rb")

    def read(self, path: str) -> bytes:
        try:
            with self.open(path) as file:
                content = file.read(MAX_FILE + 1)
        except OSError as error:
            raise DataError(f"cannot be read ({error.strerror or error})") from None
        if len(content) > MAX_FILE:
            raise DataError(f"over {MAX_FILE:,} bytes: no picture of a face is that large")
        return content

    def place(self, path: str) -> str:
        return str(self._folder / path)


class ZipFiles:
    """A zip file's members, read where they are: nothing is unpacked to the disk.

    Raises `DataError` for what is no zip file, for one with members outside its own folder, and for zip bombs.
    """

    def __init__(self, path: Path) -> None:
        self.source = path
        self.closed_to_us: list[str] = []
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise DataError(f"{path}: no zip file, or a damaged one; download it again") from None
        members = [m for m in self._zip.infolist() if not m.is_dir()]
        self._check(members)
        kept = [m for m in members if not any(part.startswith(".") or part in _LITTER for part in _parts(m))]
        self.entries = sorted(Entry("/".join(_parts(m)), m.file_size, 0) for m in kept)
        self._members = {"/".join(_parts(m)): m for m in kept}

    def _check(self, members: list[zipfile.ZipInfo]) -> None:
        if len(members) > MAX_FILES or sum(m.file_size for m in members) > MAX_UNPACKED:
            raise DataError(f"{self.source}: holds more than {MAX_UNPACKED // 1024**3} GB or {MAX_FILES:,} files")
        for member in members:
            name = member.filename.replace("\\", "/")
            if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
                raise DataError(f"{self.source}: refused, a member points outside it ({member.filename!r})")
            if member.file_size > max(BOMB_BYTES, BOMB_RATIO * member.compress_size):
                raise DataError(f"{self.source}: refused as a zip bomb ({member.filename!r} unpacks to too much)")
            if member.flag_bits & 1:
                raise DataError(f"{self.source}: encrypted; unpack it with its password and pass the folder")

    def open(self, path: str) -> BinaryIO:
        return self._zip.open(self._members[path])  # type: ignore[return-value]

    def read(self, path: str) -> bytes:
        if self._members[path].file_size > MAX_FILE:
            raise DataError(f"over {MAX_FILE:,} bytes: no picture of a face is that large")
        try:
            return self._zip.read(self._members[path])
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            raise DataError(f"cannot be unpacked ({error})") from None

    def place(self, path: str) -> str:
        return f"{self.source}: {path}"


def _parts(member: zipfile.ZipInfo) -> tuple[str, ...]:
    return PurePosixPath(member.filename.replace("\\", "/")).parts
