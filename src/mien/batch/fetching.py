"""`fetch`: the bytes of an input, its sha256, and whether it is a clip."""

from __future__ import annotations

import hashlib
import secrets
import tempfile
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mien.batch.items import CLIPS, File, Packed, Place
from mien.errors import MienError, PictureError
from mien.media import formats
from mien.media.reading import MAX_BYTES

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Content:
    """What an input holds: a picture's bytes, or the path of a clip."""

    sha256: str
    data: bytes = b""
    path: str = ""
    borrowed: bool = False  #: the clip was copied out of an archive or a store, and is to be deleted when read

    @property
    def clip(self) -> bool:
        return bool(self.path)

    def drop(self) -> None:
        if self.borrowed:
            with suppress(OSError):
                Path(self.path).unlink()


def fetch(source: str, place: Place | Packed | None, spool: Path | None) -> Content:
    """Read an input. spool: a folder for clips that are no files of their own; by default the system's.

    Raises `PictureError`, in one line, where it cannot be read or is too large, and `SpoolError` where the spool cannot
    be written.
    """
    if place is None or isinstance(place, Packed):
        raise PictureError(f"{source}: nothing to read")
    try:
        with place.open() as stream:
            head = stream.read(formats.HEAD)
            if _is_clip(source, head):
                return _clip(source, place, head, stream, spool)
            data = head + stream.read(MAX_BYTES + 1 - len(head))
    except (MienError, SpoolError):
        raise
    except (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error, zipfile.BadZipFile) as error:
        missing = isinstance(error, FileNotFoundError)
        text = " ".join(str(getattr(error, "strerror", None) or error).split()) or type(error).__name__
        raise PictureError(f"{source}: {'no such file' if missing else f'cannot be read ({text})'}") from None
    if len(data) > MAX_BYTES:
        raise PictureError(f"{source}: over the limit of {MAX_BYTES:,} bytes; make it smaller")
    return Content(hashlib.sha256(data).hexdigest(), data)


def _is_clip(source: str, head: bytes) -> bool:
    """By the content where it can be told, by the ending where not."""
    if formats.recognise(head) is not None:
        return False
    return formats.describe(head) == "a video clip" or Path(source).suffix.lower() in CLIPS


def _clip(source: str, place: Place, head: bytes, stream: BinaryIO, spool: Path | None) -> Content:
    digest = hashlib.sha256(head)
    if isinstance(place, File):
        while piece := stream.read(_PIECE):
            digest.update(piece)
        return Content(digest.hexdigest(), path=place.path)
    path = Path(spool or tempfile.gettempdir(), f"mien-{secrets.token_hex(8)}{Path(source).suffix.lower()}")
    try:
        with path.open("xb") as copy:
            copy.write(head)
            while piece := stream.read(_PIECE):
                digest.update(piece)
                _write(copy, piece)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
    return Content(digest.hexdigest(), path=str(path), borrowed=True)


class SpoolError(OSError):
    """The copy of a clip cannot be written."""


def _write(copy: BinaryIO, piece: bytes) -> None:
    try:
        copy.write(piece)
    except OSError as error:
        raise SpoolError(error.errno, error.strerror) from None
