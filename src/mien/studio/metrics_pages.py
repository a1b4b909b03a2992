"""What several workers of a machine count, on one page: each leaves its own in a folder; who is asked joins them."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

#: Seconds between two pages that a worker leaves, and after how many without one it is taken to be gone.
OFTEN, GONE = 2.0, 15.0


class Pages:
    """The pages of the workers of this machine. The folder may be one that other machines see."""

    def __init__(self, folder: Path, worker: int) -> None:
        self._folder, self._machine = folder, platform.node()
        self._own = folder / f"{self._machine}.{worker}.prom"

    def leave(self, page: str) -> None:
        """Put one's own page there for the others. Raises OSError."""
        part = self._own.with_suffix(".part")
        part.write_text(page, encoding="utf-8")
        part.replace(self._own)

    def others(self) -> list[str]:
        """The pages of the other workers, but not those of workers that are gone."""
        found = []
        for path in sorted(self._folder.glob("*.prom")):
            if path == self._own or path.name.rpartition(".")[0].rpartition(".")[0] != self._machine:
                continue
            with suppress(OSError):  # it has just gone
                if time.time() - path.stat().st_mtime < GONE:
                    found.append(path.read_text(encoding="utf-8"))
        return found

    def remove(self) -> None:
        """Take one's own page away."""
        self._own.unlink(missing_ok=True)


def joined(pages: Iterable[str]) -> str:
    """Pages in Prometheus' text format as one: every metric's words once, and its lines of all pages together."""
    heads: dict[str, list[str]] = {}
    lines: dict[str, list[str]] = {}
    for page in pages:
        name = ""
        for line in page.splitlines():
            if line.startswith("# HELP "):
                name = line.split(" ", 3)[2]
                heads.setdefault(name, [])
                lines.setdefault(name, [])
            if not line.startswith("#"):
                lines[name].append(line)
            elif line not in heads[name]:
                heads[name].append(line)
    return "".join(f"{line}\n" for name, head in heads.items() for line in (*head, *lines[name]))
