"""`items`: from what a user names (folders, patterns, lists, archives, URLs) to inputs, one after the other.

Nothing is held in memory but one folder's names: a source may have any number of inputs.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO, Self

from mien.batch.errors import BatchError
from mien.batch.items import File, Held, Item, Packed, Place, Remote, Slice, Zipped, is_archive, is_wanted, named
from mien.batch.manifest import NAME, is_batch
from mien.batch.remote import is_url, objects, open_url
from mien.media.finding import natural
from mien.media.reading import MAX_BYTES
from mien.media.sources import shown


def check(sources: Sequence[str]) -> None:
    """Raises `BatchError` for a source that is not there: a slip of the keyboard should not cost a night."""
    if not sources:
        raise BatchError("no source; name a folder, a file, a pattern, @list.txt, an archive or a URL")
    for given in sources:
        path = _list_of(given) or given
        if is_url(given) or os.path.lexists(path):
            continue
        if glob.has_magic(given) and any(glob.iglob(given, recursive=True)):  # noqa: PTH207
            continue
        what = "no file matches this pattern" if glob.has_magic(given) else "no such file or folder"
        raise BatchError(f"{shown(path)}: {what}; nothing was started")


def items(sources: Iterable[str]) -> Iterator[Item]:
    """Every input of the sources, in their order; in a folder in natural order (`2.jpg` before `10.jpg`).

    Archives that are compressed or remote come as they are, `Packed`: whoever reads them unpacks them with `members`.
    What cannot be read comes as an item with a `problem`; what was read and holds inputs, such as a folder, comes after
    them as a `container`. Raises `BatchError` for a URL that leads nowhere.
    """
    for given in sources:
        path = _list_of(given)
        yield from _listed(path) if path else _meant(given)


def _meant(given: str) -> Iterator[Item]:
    """The inputs that one name means; a pattern's other files than pictures and clips only where it names an ending."""
    if is_url(given):
        single = False
        for item in _remote(given):
            single |= item.source == given
            yield item
        if not single:
            yield Item(given, "", 0, None)
    elif glob.has_magic(given) and not os.path.lexists(given):
        matches = _matches(given)
        yield Item(named(given), "", 0, None, "" if matches else "no file matches this pattern")
        for match in matches:
            yield from _local(match, asked=bool(re.search(r"\.[^*?\[\]/\\]+$", given)))
    else:
        yield from _local(given, asked=True)


def _matches(pattern: str) -> list[str]:
    """What a pattern means, in natural order, without what batches wrote below the folder that it begins with."""
    root = Path(*takewhile(lambda part: not glob.has_magic(part), Path(pattern).parts))

    @cache
    def written(folder: Path) -> bool:
        return root in folder.parents and (is_batch(folder) or written(folder.parent))

    found = glob.iglob(pattern, recursive=True)  # noqa: PTH207
    return sorted((match for match in found if not written(Path(match).parent)), key=natural)


def members(archive: Item) -> Iterator[Item]:
    """What is in an archive that is `Packed`. A damaged one gives those that can be found, then itself as a problem."""
    assert isinstance(archive.place, Packed)
    path = archive.place.path
    return _remote_archive(path, archive.stamp) if is_url(path) else _archive(path, archive.stamp)


def _list_of(given: str) -> str | None:
    """The list file that a source means: `@list.txt`, where no file has that very name."""
    return given[1:] if given.startswith("@") and len(given) > 1 and not os.path.lexists(given) else None


def _listed(path: str) -> Iterator[Item]:
    try:
        with Path(path).open(encoding="utf-8-sig", errors="surrogateescape") as lines:
            for line in lines:
                given = line.rstrip("\r\n")
                if not given.strip() or given.startswith("#"):
                    continue
                try:
                    yield from _meant(given)
                except BatchError as error:  # of a long list one wrong line is a bad input
                    yield Item(named(given), "", 0, None, str(error).removeprefix(f"{given}: "))
    except OSError as error:
        raise BatchError(f"{shown(path)}: the list cannot be read ({error.strerror or error})") from None


def _local(given: str, *, asked: bool) -> Iterator[Item]:
    """A file, a folder or an archive. asked: named by the user, so taken whatever its ending."""
    path = os.path.normpath(given)
    if os.path.isdir(path):  # noqa: PTH112  (Path.is_dir raises where it may not look)
        closed: list[OSError] = []
        for parent, folders, files in os.walk(path, onerror=closed.append):
            yield Item(named(parent), "", 0, None)
            if NAME in files and is_batch(Path(parent)):
                folders.clear()  # the avatars of a batch are no pictures of people
                continue
            folders[:] = sorted((name for name in folders if not name.startswith(".")), key=natural)
            for name in sorted((n for n in files if is_wanted(n) or _is_shard(n)), key=natural):
                yield from _file(str(Path(parent, name)))
        for error in closed:
            yield Item(named(error.filename), "", 0, None, f"the folder cannot be listed ({_line(error)})")
    elif asked or is_wanted(path) or _is_shard(path):
        yield from _file(path)


def _is_shard(name: str) -> bool:
    return is_archive(name) and not os.path.basename(name).startswith(".")  # noqa: PTH119


def _file(path: str) -> Iterator[Item]:
    try:
        found = Path(path).stat()
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        what = "no such file" if missing else f"cannot be read ({getattr(error, 'strerror', None) or error})"
        yield Item(named(path), "", 0, None, what)
        return
    stamp = f"{found.st_size}-{found.st_mtime_ns}"
    if path.lower().endswith((".zip", ".tar")):
        yield from _archive(path, stamp)
    elif is_archive(path):
        yield Item(named(path), stamp, found.st_size, Packed(path))
    else:
        yield Item(named(path), stamp, found.st_size, File(path))


def _archive(path: str, stamp: str) -> Iterator[Item]:
    """The members of an archive; a damaged one gives those that can be found, then itself as a problem."""
    try:
        if path.lower().endswith(".zip"):
            with zipfile.ZipFile(path) as archive:
                for place, info in enumerate(archive.infolist()):
                    if not info.is_dir() and is_wanted(info.filename):
                        yield _member(path, info.filename, stamp, info.file_size, Zipped(path, place))
        else:
            with Path(path).open("rb") as stream:
                yield from _tar(path, stamp, stream, whole=path.lower().endswith(".tar"))
        yield Item(named(path), "", 0, None)
    except (OSError, EOFError, ValueError, RuntimeError, tarfile.TarError, zipfile.BadZipFile) as error:
        yield Item(named(path), "", 0, None, f"a damaged archive ({_line(error)}); copy or download it again")


class _Header(tarfile.TarInfo):
    """A header of a tar. tarfile takes a damaged one, or half a one, for the end of the archive, without a word."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> Self:
        try:
            return super().fromtarfile(archive)
        except (tarfile.EOFHeaderError, tarfile.EmptyHeaderError):  # type: ignore[attr-defined]
            raise  # the end, with or without its mark
        except tarfile.HeaderError as error:
            raise tarfile.ReadError(str(error)) from None


def _tar(path: str, stamp: str, stream: BinaryIO, *, whole: bool) -> Iterator[Item]:
    """whole: not compressed and on this machine, so that its members can be read from where they lie."""
    with tarfile.open(fileobj=stream, mode="r:" if whole else "r|*", tarinfo=_Header) as archive:
        while (info := archive.next()) is not None:
            archive.members = []  # type: ignore[attr-defined]  # tarfile would keep every header in memory
            if not info.isreg() or not is_wanted(info.name):
                continue
            if whole:
                yield _member(path, info.name, stamp, info.size, Slice(path, info.offset_data, info.size))
            elif info.size > MAX_BYTES:
                what = f"over the limit of {MAX_BYTES:,} bytes for a member of a compressed or remote tar; unpack it"
                yield Item(f"{named(path)}/{named(info.name)}", "", info.size, None, what)
            else:
                content = archive.extractfile(info)
                yield _member(path, info.name, stamp, info.size, Held(content.read() if content else b""))


def _member(path: str, name: str, stamp: str, size: int, place: Place) -> Item:
    return Item(f"{named(path)}/{named(name)}", stamp and f"{stamp}-{size}", size, place)


def _remote(url: str) -> Iterator[Item]:
    is_file = is_wanted(url.split("?")[0]) or is_archive(url.split("?")[0])
    single = is_file and not any(sign in url for sign in "*[")
    for found, stamp, size in objects(url, single):
        if is_archive(found):
            yield Item(found, stamp, 0, Packed(found))
        elif single or found == url or is_wanted(found):
            yield Item(found, stamp, size, Remote(found))


def _remote_archive(url: str, stamp: str) -> Iterator[Item]:
    """The members of a tar as it streams in, and those of a zip from a copy that is deleted afterwards."""
    try:
        with open_url(url) as stream:
            if not url.lower().endswith(".zip"):
                yield from _tar(url, stamp, stream, whole=False)
                yield Item(url, "", 0, None)
                return
            with tempfile.TemporaryFile() as copy:  # not every server lets one read from the end of a file
                shutil.copyfileobj(stream, copy, 1 << 20)
                with zipfile.ZipFile(copy) as archive:
                    for info in archive.infolist():
                        if not info.is_dir() and is_wanted(info.filename):
                            yield _member(url, info.filename, stamp, info.file_size, Held(archive.read(info)))
            yield Item(url, "", 0, None)
    except (OSError, EOFError, ValueError, RuntimeError, tarfile.TarError, zipfile.BadZipFile) as error:
        yield Item(url, "", 0, None, f"a damaged or unreachable archive ({_line(error)}); try again")


def _line(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())[:200]
