"""Counts and times for Prometheus, in its text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats)."""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
#: Upper ends of the buckets of times, seconds.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0)
#: Methods that are counted by name: anybody may send any word for one.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Histogram:
    """How often which time was taken."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BUCKETS) + 1)
        self.sum = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(BUCKETS, seconds)] += 1
        self.sum += seconds

    def lines(self, name: str, labels: str) -> Iterator[str]:
        total = 0
        for end, count in zip([*BUCKETS, "+Inf"], self.counts, strict=True):
            total += count
            yield f'{name}_bucket{{{labels}le="{end}"}} {total}'
        bare = f"{{{labels.rstrip(',')}}}" if labels else ""
        yield f"{name}_sum{bare} {self.sum:.6f}"
        yield f"{name}_count{bare} {total}"


class Metrics:
    """What the studio counts. Nothing in it tells who asked, or about whom."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str, int]] = Counter()  #: (method, route, status)
        self.seconds: dict[str, Histogram] = {}  #: of each route
        self.live = Histogram()  #: of a frame, from its arrival to its answer
        self.frames: Counter[str] = Counter()  #: "answered" or "dropped"

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        self.requests[method if method in METHODS else "other", route, status] += 1
        self.seconds.setdefault(route, Histogram()).add(seconds)

    def text(self, gauges: Mapping[str, tuple[str, float]]) -> str:
        """The page. gauges: name -> (help, value now)."""
        lines = [
            "# HELP mien_http_requests_total Requests by route and status.", "# TYPE mien_http_requests_total counter",
        ]  # fmt: skip
        for (method, route, status), count in sorted(self.requests.items()):
            lines.append(f'mien_http_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}')
        lines += ["# HELP mien_http_seconds Time to an answer.", "# TYPE mien_http_seconds histogram"]
        for route, histogram in sorted(self.seconds.items()):
            lines += histogram.lines("mien_http_seconds", f'route="{route}",')
        lines += [
            "# HELP mien_live_seconds Time from a live frame to its answer.",
            "# TYPE mien_live_seconds histogram",
        ]
        lines += self.live.lines("mien_live_seconds", "")
        lines += ["# HELP mien_live_frames_total Live frames.", "# TYPE mien_live_frames_total counter"]
        lines += [f'mien_live_frames_total{{fate="{fate}"}} {self.frames[fate]}' for fate in ("answered", "dropped")]
        for name, (words, value) in gauges.items():
            lines += [f"# HELP {name} {words}", f"# TYPE {name} gauge", f"{name} {value:g}"]
        return "\n".join(lines) + "\n"


def labelled(text: str, worker: int) -> str:
    """The page with a label that tells of which worker it is: whoever collects it meets now this one, now that."""
    lines = []
    for line in text.splitlines():
        name, brace, rest = line.partition("{")
        if not line.startswith("#"):
            bare, _, value = line.rpartition(" ")
            line = f'{name}{{worker="{worker}",{rest}' if brace else f'{bare}{{worker="{worker}"}} {value}'
        lines.append(line)
    return "\n".join(lines) + "\n"


def resident_bytes() -> float:
    """Memory of this process that is in RAM, bytes; the highest so far where the system does not tell the present."""
    status = Path("/proc/self/statm")
    if status.exists():
        import resource

        return float(int(status.read_text().split()[1]) * resource.getpagesize())
    if sys.platform == "win32":
        return 0.0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(most if sys.platform == "darwin" else most * 1024)
