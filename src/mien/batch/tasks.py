"""What goes to a worker, and what comes back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from mien.batch.fetching import Content
from mien.batch.items import Packed, Place
from mien.batch.rows import Tally
from mien.media.sources import shown


@dataclass(frozen=True, slots=True)
class Task:
    """An input for a worker."""

    source: str
    stamp: str
    content: Content | None = None  #: None: the worker reads it from `place`
    place: Place | Packed | None = None


@dataclass(slots=True)
class Outcome:
    """What became of an input."""

    source: str
    stamp: str
    sha256: str = ""
    rows: bytes = b""  #: lines of JSON
    spool: str = ""  #: a file that holds them instead
    count: int = 0  #: of rows
    tally: Tally = field(default_factory=Counter)
    files: list[tuple[str, bytes]] = field(default_factory=list)  #: avatars: path below the batch's folder, content
    bad: str = ""  #: why it could not be read
    trouble: str = ""  #: what was wrong with a clip that was read nevertheless
    fatal: str = ""  #: why the batch cannot go on
    container: bool = False  #: no input, but what holds some: an archive whose members are all done, if it has a stamp


def plainly(error: object, *names: str) -> str:
    """An error's one line without the name of the input in front, which stands beside it."""
    text = " ".join(str(error).split())
    for name in names:
        for said in (name, shown(name), shown(str(Path(name).absolute()))):
            text = text.removeprefix(f"{said}: ")
    return text
