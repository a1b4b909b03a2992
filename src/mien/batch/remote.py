"""Objects in clouds and on web servers, through fsspec (https://filesystem-spec.readthedocs.io), an optional package.

Nothing here runs unless a source is a URL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from mien.batch.errors import BatchError

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
#: What an object's listing says of its version, by kind of store.
_TAGS = ("ETag", "etag", "mtime", "LastModified", "last_modified", "updated", "created", "md5Hash")

#: Seconds without a byte after which a web server is given up.
SILENCE = 60.0


def is_url(source: str) -> bool:
    return bool(_URL.match(source))


def file_system(url: str) -> tuple[Any, str]:
    """fsspec's file system for a URL, and the path in it. Raises `BatchError` where a package is missing."""
    try:
        import fsspec
    except ImportError:
        raise BatchError(f"{url}: remote sources need fsspec: pip install 'mien[remote]'") from None
    try:
        found: tuple[Any, str] = fsspec.url_to_fs(url, **_options(url))
    except ImportError as error:  # fsspec says which package the kind of store needs
        raise BatchError(f"{url}: {_line(error)}") from None
    except Exception as error:
        raise BatchError(f"{url}: cannot be reached ({_line(error)}); check the address") from None
    return found


def _options(url: str) -> dict[str, Any]:
    """aiohttp, which fsspec reads web servers with, ends what takes five minutes; here only a silence ends it."""
    if not url.startswith(("http://", "https://")):
        return {}
    import aiohttp

    return {"client_kwargs": {"timeout": aiohttp.ClientTimeout(total=None, sock_connect=SILENCE, sock_read=SILENCE)}}


@contextmanager
def open_url(url: str) -> Iterator[BinaryIO]:
    """The object behind a URL as a binary stream. Raises OSError where it cannot be read."""
    system, path = file_system(url)
    try:
        # One pass from beginning to end: a cache of blocks would only cost memory.
        with system.open(path, "rb", cache_type="readahead") as stream:
            yield stream
    except (OSError, ValueError):
        raise
    except Exception as error:  # each kind of store raises its own
        raise OSError(_line(error)) from error


def objects(url: str, is_file: bool) -> Iterator[tuple[str, str, int]]:
    """URL, stamp and size of every object that a URL means: itself, those below a folder, those a pattern matches.

    is_file: its name says that it is no folder. Folder by folder, sorted. Raises `BatchError` where there is none.
    """
    system, path = file_system(url)
    try:
        if any(sign in path for sign in "*[") or ("?" in path and not url.startswith("http")):
            yield from _told(system, system.glob(path, detail=True))
        elif is_file or not system.isdir(path):
            yield from _told(system, {path: system.info(path)})
        else:
            for _, folders, files in system.walk(path, detail=True):
                for name in [name for name in folders if name.startswith(".")]:
                    del folders[name]
                yield from _told(system, {info["name"]: info for info in files.values()})
    except BatchError:
        raise
    except FileNotFoundError:
        raise BatchError(f"{url}: nothing is there; check the address") from None
    except Exception as error:  # each kind of store raises its own
        raise BatchError(f"{url}: cannot be listed ({_line(error)}); check the address and your access") from None


def _told(system: Any, infos: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str, int]]:
    for name, info in sorted(infos.items()):
        if info.get("type") == "directory":
            continue
        tag = next((str(info[key]) for key in _TAGS if info.get(key)), "")
        size = int(info.get("size") or 0)
        yield system.unstrip_protocol(name), f"{size}-{tag}" if tag else "", size


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
