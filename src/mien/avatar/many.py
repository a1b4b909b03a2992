"""Many drawings to pixels at once: resvg holds the interpreter's lock, so several processes share the work.

The helpers are fresh interpreters that import the rasteriser alone, which takes a few milliseconds. Unlike
`multiprocessing` they do not run the caller's script again, and nothing is inherited that threads could have locked.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence

from mien.avatar.raster import rasterise

#: Up to so many pictures one process is as fast.
FEW = 8
MOST = 8  #: processes

_HELPER = """
import pickle, sys
import resvg_py
svgs, size = pickle.load(sys.stdin.buffer)
how = {"width": size, "height": size, "skip_system_fonts": True}
pickle.dump([bytes(resvg_py.svg_to_bytes(svg_string=svg, **how)) for svg in svgs], sys.stdout.buffer)
"""


def rasterise_all(svgs: Sequence[str], size: int, *, processes: int | None = None) -> list[bytes]:
    """Square SVGs of ours as PNG bytes, size x size pixels each, in their order.

    processes: how many share the work; by default as many as there are processors, at most `MOST`, and one for a few
    pictures. Where no process can be started, this one does it all. Raises ValueError for a size below 1.
    """
    count = processes or (1 if len(svgs) <= FEW else min(_processors(), MOST))
    shares = [list(svgs[i::count]) for i in range(count)]
    helpers = [_start(share, size) for share in shares[1:]]
    done = [[rasterise(svg, size) for svg in shares[0]]]
    done += [_finish(helper, share, size) for helper, share in zip(helpers, shares[1:], strict=True)]
    return [done[i % count][i // count] for i in range(len(svgs))]


def _processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _start(share: Sequence[str], size: int) -> subprocess.Popen[bytes] | None:
    """A helper at work. -P: modules come from where this process has them, never from the current folder."""
    paths = os.pathsep.join(path for path in sys.path if path)
    try:
        helper = subprocess.Popen(
            [sys.executable, "-P", "-c", _HELPER], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": paths},
        )  # fmt: skip
    except (OSError, ValueError):
        return None
    assert helper.stdin is not None
    try:
        pickle.dump((list(share), size), helper.stdin)
        helper.stdin.close()
    except OSError:  # it is gone already; `_finish` does its share
        pass
    return helper


def _finish(helper: subprocess.Popen[bytes] | None, share: Sequence[str], size: int) -> list[bytes]:
    if helper is not None and helper.stdout is not None:
        answer = helper.stdout.read()
        helper.stdout.close()
        if helper.wait() == 0:
            done: list[bytes] = pickle.loads(answer)
            return done
    return [rasterise(svg, size) for svg in share]
