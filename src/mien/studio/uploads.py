"""What is sent in: read as it comes, never more than is allowed, and never onto a disk where others could read it.

Pictures stay in memory. Clips go straight into the file that they are asked for in, part after part (RFC 7578).
"""

from __future__ import annotations

import asyncio
import io
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from mien.studio.bodies import Hold
from mien.studio.problems import Problem

#: Bytes of a field of a form that is no file, and of all headers of a part.
FIELD, HEADERS = 64 * 1024, 8 * 1024
#: Parts of a form.
PARTS = 64
#: Seconds without a byte after which a body is given up: it keeps a place that others wait for.
SILENCE = 20.0
#: A body may take so many seconds, and one more for every so many bytes of it that have come.
PATIENCE, SLOWEST = 30.0, 50_000
#: Bytes that uploads leave free on the disk, and those after which it is looked at again.
RESERVE, LOOK = 500_000_000, 16_000_000


class Part(NamedTuple):
    """One part of a form that has come whole."""

    name: str
    is_file: bool
    content: bytes  #: empty where it went into a file
    size: int


@dataclass(slots=True)
class _Open:
    """A part that is coming."""

    headers: dict[str, str] = field(default_factory=dict)
    name: str = ""
    is_file: bool = False
    sink: IO[bytes] | None = None
    size: int = 0


class _Form:
    """Puts the parser's events together; `done` collects the parts."""

    def __init__(self, boundary: bytes, limit: int, most: int, file: Path | None) -> None:
        self._limit, self._most, self._file = limit, most, file
        self._part = _Open()
        self._field = self._value = b""
        self.done: list[Part] = []
        self.files = 0
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._name,
                "on_header_value": self._says,
                "on_header_end": self._header,
                "on_headers_finished": self._headers,
                "on_part_data": self._data,
                "on_part_end": self._end,
            },
        )

    def feed(self, chunk: bytes) -> None:
        self._parser.write(chunk)

    def finish(self) -> None:
        self._parser.finalize()

    def close(self) -> None:
        if self._part.sink is not None:
            self._part.sink.close()

    def _begin(self) -> None:
        self._part = _Open()
        self._field = self._value = b""
        if len(self.done) >= PARTS:
            raise Problem("too-large", f"a form of more than {PARTS} parts; send fewer")

    def _name(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]
        self._check_headers()

    def _says(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._check_headers()

    def _check_headers(self) -> None:
        if len(self._field) + len(self._value) > HEADERS or len(self._part.headers) > 16:
            raise Problem("bad-request", "a part of the form has too long headers")

    def _header(self) -> None:
        self._part.headers[self._field.decode("latin-1").lower()] = self._value.decode("latin-1")
        self._field = self._value = b""

    def _headers(self) -> None:
        part = self._part
        _, options = parse_options_header(part.headers.get("content-disposition", ""))
        part.name = options.get(b"name", b"").decode("utf-8", "replace")
        part.is_file = b"filename" in options
        if not part.name:
            raise Problem("bad-request", "a part of the form has no name")
        self.files += part.is_file
        if self.files > self._most:
            raise Problem("invalid", f"a form of {self.files} files or more; send at most {self._most}")
        part.sink = self._file.open("wb") if part.is_file and self._file else io.BytesIO()

    def _data(self, data: bytes, start: int, end: int) -> None:
        part, limit = self._part, self._limit if self._part.is_file else FIELD
        part.size += end - start
        if part.size > limit:
            raise Problem("too-large", f"{part.name}: more than {limit:,} bytes; make it smaller")
        if part.is_file and self._file and part.size // LOOK != (part.size - end + start) // LOOK:
            _check_room(self._file.parent)  # others may be filling it at the same time
        assert part.sink is not None
        part.sink.write(data[start:end])

    def _end(self) -> None:
        part = self._part
        assert part.sink is not None
        content = part.sink.getvalue() if isinstance(part.sink, io.BytesIO) else b""
        part.sink.close()
        self.done.append(Part(part.name, part.is_file, content, part.size))


async def pictures(
    request: Request, hold: Hold, *, limit: int, most: int = 1, others: Sequence[str] = ()
) -> tuple[list[bytes], dict[str, str]]:
    """The encoded pictures of a request, and the other fields of its form.

    They come as parts of a form called `picture`, or as the body itself (image/*). hold: told of every byte; limit:
    bytes of each; most: how many; others: names of the other fields. Raises `Problem` where there is none, or too much.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "multipart/form-data":
        parts = await _parts(request, limit, most * limit + PARTS * FIELD, most, hold)
        found = [part.content for part in parts if part.name == "picture"]
        if not found:
            raise Problem("invalid", "picture: the form has no part of this name")
        if unknown := [part.name for part in parts if part.name not in ("picture", *others)]:
            raise Problem("invalid", f"{unknown[0][:40]!r}: the form has no such field")
        if len(found) > most:
            raise Problem("invalid", f"picture: {len(found)} of them; send at most {most}")
        return found, _fields(parts)
    if kind.startswith("image/") or kind in ("application/octet-stream", ""):
        body = await _body(request, limit, hold)
        if not body:
            raise Problem("invalid", "picture: nothing was sent; send a picture as the body, or in a form")
        return [body], {}
    raise Problem("media-type", f"{kind[:80]}: send a picture as the body (image/jpeg ...) or in a multipart form")


async def file(request: Request, name: str, path: Path, *, limit: int) -> dict[str, str]:
    """Write the part `name` of a form into a new file of `limit` bytes at most, and give the form's other fields.

    Raises `Problem`; the file is then gone.
    """
    try:
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != "multipart/form-data":
            raise Problem("media-type", f"{kind[:80] or 'no content type'}: send a multipart form")
        _check_room(path.parent, min(_said(request), limit))
        parts = await _parts(request, limit, limit + PARTS * FIELD, 1, path=path)
        files = [part for part in parts if part.is_file]
        if [part.name for part in files] != [name]:
            raise Problem("invalid", f"{name}: the form must have one file of this name, and no other")
        if not files[0].size:
            raise Problem("invalid", f"{name}: empty (0 bytes); send another file")
        return _fields(parts)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _said(request: Request) -> int:
    """Bytes of the body, as its headers say; 0 where they do not."""
    said = request.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() else 0


def _check_room(folder: Path, size: int = 0) -> None:
    """Raises `Problem` where the disk has no room for so many bytes more."""
    free = shutil.disk_usage(folder).free
    if free < size + RESERVE:
        raise Problem("too-large", f"the studio's disk has {free:,} bytes left; make room there, or send less")


def _fields(parts: list[Part]) -> dict[str, str]:
    try:
        return {part.name: part.content.decode() for part in parts if not part.is_file}
    except UnicodeDecodeError:
        raise Problem("bad-request", "a field of the form is not UTF-8") from None


async def _parts(
    request: Request, limit: int, whole: int, most: int, hold: Hold | None = None, path: Path | None = None
) -> list[Part]:
    _, options = parse_options_header(request.headers["content-type"])
    boundary = options.get(b"boundary", b"")
    if not 1 <= len(boundary) <= 256:
        raise Problem("bad-request", "the form's Content-Type names no boundary")
    form = _Form(boundary, limit, most, path)
    try:
        await _each(request, whole, form.feed, hold)
        form.finish()
    except FormParserError:
        raise Problem("bad-request", "the form is damaged") from None
    finally:
        form.close()
    return form.done


async def _body(request: Request, limit: int, hold: Hold) -> bytes:
    content = bytearray()
    await _each(request, limit, content.extend, hold)
    return bytes(content)


async def _each(request: Request, limit: int, take: Callable[[bytes], object], hold: Hold | None = None) -> None:
    """Hand over the body piece by piece, `limit` bytes at most; refused at once where it says that it is longer."""
    if (said := _said(request)) > limit:
        raise Problem("too-large", f"{said:,} bytes, over the limit of {limit:,}; make it smaller")
    size, clock = 0, asyncio.get_running_loop().time
    start = last = clock()
    stream: AsyncIterator[bytes] = request.stream()
    try:
        async with asyncio.timeout(min(SILENCE, PATIENCE)) as patience:
            async for chunk in stream:
                size, last = size + len(chunk), clock()
                patience.reschedule(min(last + SILENCE, start + PATIENCE + size / SLOWEST))
                if size > limit:
                    raise Problem("too-large", f"more than {limit:,} bytes; make it smaller")
                if hold is not None:
                    hold(len(chunk))
                take(chunk)
    except ClientDisconnect:  # nobody reads the answer; it is no mistake of ours, which the log would tell
        raise Problem("bad-request", "the sender left before the end") from None
    except TimeoutError:
        silent = clock() - last > 0.9 * SILENCE
        slow = f"nothing came for {SILENCE:g} seconds" if silent else "it came too slowly"
        raise Problem("bad-request", f"{slow}; send it again") from None
