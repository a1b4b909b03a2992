"""`Item`: one picture or clip among the sources, and the places that its bytes can be read from."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from mien.batch.remote import open_url
from mien.media.formats import EXTENSIONS
from mien.media.sources import opened, shown

#: Endings of clips that folders and archives are searched for. GIF, WebP and APNG are read as pictures, by their first
#: frame.
CLIPS = frozenset(
    {".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts", ".wmv", ".flv"}
    | {".3gp", ".ogv", ".mjpeg", ".mjpg"}
)
#: Endings of archives that are looked into.
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
#: No file is longer.
ENDLESS = 2**62


@dataclass(frozen=True, slots=True)
class File:
    """A file on this machine."""

    path: str

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        with opened(self.path, shown(self.path), ENDLESS) as stream:  # never waits for a pipe or a device
            yield stream


@dataclass(frozen=True, slots=True)
class Slice:
    """A member of a tar that is not compressed: some bytes of a file."""

    path: str
    offset: int
    size: int

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        with Path(self.path).open("rb") as stream:
            yield io.BufferedReader(_Window(stream, self.offset, self.size))


@dataclass(frozen=True, slots=True)
class Zipped:
    """A member of a zip."""

    path: str
    place: int  #: in its table of contents, where two may have one name

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        found = Path(self.path).stat()
        archive = _zip(self.path, found.st_size, found.st_mtime_ns)
        with archive.open(archive.infolist()[self.place]) as stream:
            yield stream  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Remote:
    """An object behind a URL that fsspec knows."""

    url: str

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        with open_url(self.url) as stream:
            yield stream


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes that were read already: a member of an archive that can only be read from its beginning to its end."""

    content: bytes

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        yield io.BytesIO(self.content)


@dataclass(frozen=True, slots=True)
class Packed:
    """An archive whose members can only be had by reading it from its beginning to its end."""

    path: str  #: or URL


#: Where the bytes of an input are. Small and picklable: a place travels to other processes and machines.
Place = File | Slice | Zipped | Remote | Held


@dataclass(frozen=True, slots=True)
class Item:
    """One input."""

    source: str  #: its name in the rows: a path, a URL, or those of an archive with the member's name behind it
    stamp: str  #: size and time of writing, or an object's tag: another stamp, perhaps another content; "" is unknown
    size: int  #: bytes; 0 where unknown
    place: Place | Packed | None
    problem: str = ""  #: why there is no place

    @property
    def container(self) -> bool:
        """Whether it is a folder, an archive, a pattern that could be read: no input, but no bad one any more."""
        return self.place is None and not self.problem


class _Window(io.RawIOBase):
    """Some bytes of a file, as a file."""

    def __init__(self, stream: BinaryIO, offset: int, size: int) -> None:
        self._stream, self._left = stream, size
        stream.seek(offset)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._stream.read(min(len(buffer), self._left))
        buffer[: len(piece)] = piece
        self._left -= len(piece)
        return len(piece)


@lru_cache(maxsize=4)
def _zip(path: str, size: int, written: int) -> zipfile.ZipFile:
    """Opened once: to read its table of contents anew for every member would take longer than the members. size,
    written: of the file, so that another one under its name is opened anew."""
    return zipfile.ZipFile(path)


def is_archive(name: str) -> bool:
    return name.lower().endswith(ARCHIVES)


def is_wanted(name: str) -> bool:
    """Whether a file found in a folder or an archive is taken to be a picture or a clip, by its ending."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return not last.startswith(".") and Path(last).suffix.lower() in EXTENSIONS | CLIPS


def named(name: str) -> str:
    """A file's name as rows can hold it: bytes that are not UTF-8 are escaped."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
