"""A clip, stream or camera into the journal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from mien.errors import JournalError
from mien.journal.journal import Journal
from mien.journal.recording import People
from mien.journal.times import now
from mien.media.clips import Source
from mien.watching import Watcher


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded."""

    session: str
    entries: int
    seconds: float  #: of the source
    trouble: tuple[str, ...]  #: what was wrong with it, one line each


def record_clip(
    journal: Journal, clip: Source, session: str | None = None, people: People = "me", *,
    began: datetime | None = None, every: float | None = None,
    progress: Callable[[float, float | None], None] | None = None,
) -> Recorded:  # fmt: skip
    """Record what the faces of a clip, stream or camera show, in a session of its own.

    session: by default the clip's name and the time. people: see `Journal.recording`. began: when the clip was filmed;
    by default it is taken to have ended now. every: seconds from one look to the next. progress: called with the
    seconds that are done and those there are, None where that is not known. Ctrl-C ends a live source and keeps what
    was recorded. Raises `NoConsent` before the source is opened, `JournalError`, `ClipError`.
    """
    name = session or _name(clip)
    if name in {known.name for known in journal.sessions()}:
        raise JournalError(f"{name}: there is a session of this name; choose another with --session, or delete it")
    journal.recording(name, people).close()  # nobody's camera is opened without consent
    with Watcher(clip, every=every) as watcher:
        live, length = watcher.clip.live, watcher.clip.duration
        if began is None and not live:
            began = now() - timedelta(seconds=length or 0.0)
        seconds = 0.0
        with journal.recording(name, people, began=began) as recording:
            try:
                for _, scene in watcher:
                    recording.add(scene)
                    seconds = scene.time or seconds
                    if progress is not None:
                        progress(seconds, length)
            except KeyboardInterrupt:
                if not live:
                    raise
        return Recorded(name, recording.entries, seconds, tuple(watcher.trouble.lines))


def _name(clip: Source) -> str:
    stem = Path(clip).stem if isinstance(clip, str | Path) else "camera" if isinstance(clip, int) else "clip"
    return f"{stem}, {now().astimezone():%Y-%m-%d %H:%M:%S}"
