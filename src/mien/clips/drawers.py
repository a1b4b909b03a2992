"""Drawings rasterised beside the work: helper processes that stay, since resvg holds the interpreter's lock."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.avatar.raster import rasterise

Pixels = NDArray[np.uint8]

MOST = 3  #: processes; more only wait for the reading
KEPT = 96  #: drawings that are kept for when they are wanted again

# Fresh interpreters: unlike `multiprocessing` they do not run the caller's script again, and inherit no locks.
_HELPER = """
import pickle, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
import resvg_py
while True:
    try:
        svg, size = pickle.load(sys.stdin.buffer)
    except EOFError:
        break
    png = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, skip_system_fonts=True))
    pickle.dump(png, sys.stdout.buffer)
    sys.stdout.buffer.flush()
"""


class Drawers:
    """Rasterises square SVGs of ours in the background. A context manager; leaving it ends the helpers.

    Where no process can be started, or one dies, this process does the work.
    """

    def __init__(self, processes: int | None = None) -> None:
        available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.count = processes or max(1, min(available - 1, MOST))
        self._pool = ThreadPoolExecutor(self.count, thread_name_prefix="mien draw")
        self._own = threading.local()
        self._helpers: list[subprocess.Popen[bytes]] = []
        self._drawn: OrderedDict[Hashable, Future[Pixels]] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def draw(self, key: Hashable, svg: str, size: int) -> Future[Pixels]:
        """A square of `size` pixels, HxWx4 uint8, colours multiplied by alpha. Drawings of one `key` are the same."""
        known = self._drawn.get(key)
        if known is None:
            known = self._drawn[key] = self._pool.submit(self._draw, svg, size)
            if len(self._drawn) > KEPT:
                self._drawn.popitem(last=False)
        self._drawn.move_to_end(key)
        return known

    def known(self, key: Hashable) -> Future[Pixels] | None:
        """The drawing of this key where it is still there."""
        return self._drawn.get(key)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        for helper in self._helpers:
            with suppress(OSError):
                assert helper.stdin is not None
                helper.stdin.close()
            try:
                helper.wait(timeout=2)
            except subprocess.TimeoutExpired:
                helper.kill()
                helper.wait()
            if helper.stdout is not None:
                helper.stdout.close()
        self._helpers.clear()

    def _draw(self, svg: str, size: int) -> Pixels:
        """In a thread of the pool, each of which has a helper of its own."""
        if not hasattr(self._own, "helper"):
            self._own.helper = _started()
            if self._own.helper is not None:
                self._helpers.append(self._own.helper)
        helper = self._own.helper
        if helper is not None:
            try:
                pickle.dump((svg, size), helper.stdin)
                helper.stdin.flush()
                return _pixels(pickle.load(helper.stdout))
            except (OSError, EOFError, pickle.UnpicklingError):  # it died
                self._own.helper = None
        return _pixels(rasterise(svg, size))


def _started() -> subprocess.Popen[bytes] | None:
    """-P: modules come from where this process has them, never from the current folder."""
    paths = os.pathsep.join(path for path in sys.path if path)
    how: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    command = [sys.executable, "-P", "-c", _HELPER]
    try:
        return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": paths}, **how)
    except (OSError, ValueError):
        return None


def _pixels(png: bytes) -> Pixels:
    """PNG -> HxWx4, colours multiplied by alpha."""
    with Image.open(io.BytesIO(png)) as image:
        rgba = np.asarray(image.convert("RGBA"))
    alpha = rgba[..., 3:].astype(np.uint16)
    colour = (rgba[..., :3] * alpha + 127) // 255
    return np.concatenate([colour.astype(np.uint8), rgba[..., 3:]], axis=2)
