"""Keep Pillow from talking to the user while it decodes: every failure is mien's to report, in one line."""

from __future__ import annotations

import functools
import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Without any handler, logging prints Pillow's errors to stderr. Handlers that an application sets still get them.
logging.getLogger("PIL").addHandler(logging.NullHandler())


class _ThisThread(threading.local):
    """Stands in a warning filter where a module pattern goes; matches only in a thread that is decoding."""

    decoding = 0

    def match(self, module: str) -> bool:
        return self.decoding > 0


_thread = _ThisThread()
_FILTER = ("ignore", None, Warning, _thread, 0)


@contextmanager
def no_warnings() -> Iterator[None]:
    """Ignore warnings raised in this thread, in this block.

    `warnings.catch_warnings` swaps process-wide state and so cannot be used with threads before Python 3.14: two
    overlapping blocks can leave all warnings off, or hide those of other threads.
    """
    filters: list[Any] = warnings.filters  # type: ignore[assignment]
    if not filters or filters[0] != _FILTER:  # not there yet, or behind a filter (-W error) that came later
        filters.insert(0, _FILTER)
    _thread.decoding += 1
    try:
        yield
    finally:
        _thread.decoding -= 1


@functools.cache
def silence_libtiff() -> None:
    """Stop libtiff from printing to stderr about damaged files, as Pillow leaves it free to do.

    Its handlers are process-wide and have no Python interface; whatever went wrong still reaches us as an exception.
    Where libtiff is linked into Pillow and cannot be reached (Windows), it goes on printing.
    """
    import ctypes

    from PIL import _imaging

    try:
        library = ctypes.CDLL(_imaging.__file__)  # its symbols include those of the libraries it links to
        for setter in (library.TIFFSetErrorHandler, library.TIFFSetWarningHandler):
            setter.argtypes, setter.restype = [ctypes.c_void_p], ctypes.c_void_p
            setter(None)
    except (OSError, AttributeError):
        pass
