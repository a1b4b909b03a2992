"""From whatever a caller hands in to a seekable stream of bytes, without ever waiting on a pipe or a device."""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from mien.errors import PictureError, PictureTooLarge
from mien.media.formats import EXTENSIONS

# Path("https://a/b") has lost one of its slashes.
_URL = re.compile(r"(?:https?|ftp|file|data|s3|gs):/?/?\S", re.IGNORECASE)
_LONGEST_NAME = 200


def problem(name: str, what: str, advice: str) -> PictureError:
    """The error for one input: which, what is wrong with it, what to do; always one line."""
    return PictureError(f"{name}: {what}; {advice}")


def shown(text: str | bytes | os.PathLike[str]) -> str:
    """A file name fit for one line of a terminal: no control characters, no undecodable bytes, not endless."""
    name = os.fsdecode(text).encode("utf-8", "backslashreplace").decode()
    name = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME // 2]}…{name[-_LONGEST_NAME // 2 :]}"
    return name or "''"


def name_of(source: object) -> str:
    """How an error message calls this input."""
    if isinstance(source, (str, os.PathLike)):
        return shown(os.fspath(source))
    if isinstance(source, (bytes, bytearray, memoryview)):
        return f"picture of {len(source)} bytes"
    name = getattr(source, "filename", None) or getattr(source, "name", None)
    if isinstance(name, (str, bytes)) and name:
        return shown(name)
    return f"picture ({type(source).__name__})"


@contextmanager
def opened(source: object, name: str, max_bytes: int) -> Iterator[BinaryIO]:
    """A seekable binary stream over a path, bytes or a binary file object; `PictureError` where there is none."""
    if isinstance(source, (str, os.PathLike)):
        with _open_file(os.fspath(source), name, max_bytes) as stream:
            yield stream
    elif isinstance(source, (bytes, bytearray, memoryview)):
        _check_length(len(source), name, max_bytes)
        yield io.BytesIO(source)
    elif hasattr(source, "read"):
        yield _read_all(source, name, max_bytes)
    else:
        raise problem(
            name,
            "not something that holds a picture",
            "pass a path, bytes, a binary file object, a PIL image or a height x width x 3 uint8 array",
        )


def _check_length(length: int, name: str, max_bytes: int) -> None:
    if length == 0:
        raise problem(name, "empty (0 bytes)", "copy or download it again")
    if length > max_bytes:
        raise PictureTooLarge(
            f"{name}: {length:,} bytes, over the limit of {max_bytes:,}; make it smaller or raise max_bytes"
        )


def _open_file(path: str, name: str, max_bytes: int) -> BinaryIO:
    try:
        # Look before opening: to open a device can have effects, and to open a pipe would wait for its writer.
        _check_kind(Path(path).stat().st_mode, name)
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        descriptor = os.open(path, flags)
    except (OSError, ValueError) as error:
        raise _cannot_open(path, name, error) from None
    try:
        found = os.fstat(descriptor)  # what was opened, which is not for certain what was looked at
        _check_kind(found.st_mode, name)
        _check_length(found.st_size, name, max_bytes)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _check_kind(mode: int, name: str) -> None:
    if stat.S_ISDIR(mode):
        endings = " ".join(sorted(EXTENSIONS & {".jpg", ".png", ".webp", ".heic"}))
        raise problem(name, "a folder, not a picture", f"pass a picture, or a folder that holds some ({endings} ...)")
    if not stat.S_ISREG(mode):
        kind = "pipe" if stat.S_ISFIFO(mode) else "device or socket"
        raise problem(name, f"a {kind}, not a file", "save the picture to a file first")


def _cannot_open(path: str, name: str, error: OSError | ValueError) -> PictureError:
    if _URL.match(path):
        return problem(name, "a web address, and mien never goes online", "download the picture and pass the file")
    if isinstance(error, FileNotFoundError):
        if any(c in path for c in "*?["):
            return problem(name, "no file matches this pattern", "check the pattern and the folder")
        return problem(name, "no such file", "check the name and the folder")
    if isinstance(error, PermissionError):
        return problem(name, "no permission to read it", "change its permissions or copy it elsewhere")
    if isinstance(error, NotADirectoryError):
        return problem(name, "no such file: a part of the path is not a folder", "check the path")
    what = error.strerror if isinstance(error, OSError) and error.strerror else "not a possible file name"
    return problem(name, f"cannot be opened ({what})", "check the path")


def _read_all(source: object, name: str, max_bytes: int) -> io.BytesIO:
    """Read a file object to its end, in pieces, so that an endless one stops at the limit."""
    content = io.BytesIO()
    try:
        while piece := source.read(1 << 20):  # type: ignore[attr-defined]
            if isinstance(piece, str):
                raise problem(name, "a file opened as text", "open it in binary mode: open(path, 'rb')")
            content.write(piece)
            if content.tell() > max_bytes:
                break
    except PictureError:
        raise
    except Exception as error:  # the caller's object may raise anything
        raise problem(name, f"cannot be read ({_first_line(error)})", "check the file object") from error
    _check_length(content.tell(), name, max_bytes)
    content.seek(0)
    return content


def _first_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return shown(text) if text else type(error).__name__
