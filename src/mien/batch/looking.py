"""`Looker`: what a worker does with inputs, whichever engine brought them: read, look, turn into rows."""

from __future__ import annotations

import io
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from mien.batch.avatars import Portraits, avatar_files, avatar_name
from mien.batch.fetching import Content, SpoolError, fetch
from mien.batch.rows import count, rows_of
from mien.batch.settings import Settings
from mien.batch.tasks import Outcome, Task, plainly
from mien.errors import MienError
from mien.media import read_picture
from mien.media.sources import name_of
from mien.pipeline import reader
from mien.watching import Watcher

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mien.types import Scene

#: Pixels of pictures that are looked at together: 26 of 640x480, or one of 12 megapixels. 24 MB once decoded.
TOGETHER = 8_000_000


class Looker:
    """The models, loaded once. spool: a folder for the rows of clips; None: they stay in memory.

    Raises `ModelError`, `DataError` for a model or a prior that cannot be.
    """

    def __init__(self, settings: Settings, spool: str | None) -> None:
        self._settings = settings
        self._spool = None if spool is None else Path(spool)
        self._reader = reader(settings.model, settings.prior)

    def look(self, tasks: Sequence[Task]) -> list[Outcome]:
        """An outcome for each task, in their order. Raises nothing for a bad input."""
        outcomes = [Outcome(task.source, task.stamp) for task in tasks]
        group: list[tuple[Outcome, NDArray[np.uint8]]] = []
        for task, outcome in zip(tasks, outcomes, strict=True):
            content = None
            try:
                content = task.content or fetch(task.source, task.place, self._spool)
                outcome.sha256 = content.sha256
                if content.clip:
                    self._read_clip(content, outcome)
                    continue
                picture = read_picture(content.data)
            except MienError as error:
                outcome.bad = plainly(error, task.source, *([name_of(content.data), content.path] if content else []))
                continue
            except SpoolError as error:
                outcome.fatal = f"the copy of a clip cannot be written ({error.strerror})"
                continue
            except Exception as error:  # whatever it is, it is this input's fault, and the others are still to be done
                outcome.bad = f"cannot be read ({type(error).__name__}: {error})"
                continue
            group.append((outcome, picture))
            if sum(p.shape[0] * p.shape[1] for _, p in group) >= TOGETHER:
                self._look_together(group)
                group = []
        self._look_together(group)
        return outcomes

    def _look_together(self, group: list[tuple[Outcome, NDArray[np.uint8]]]) -> None:
        if not group:
            return
        try:
            scenes = self._reader.look_all(
                [picture for _, picture in group], sources=[outcome.source for outcome, _ in group],
                appearance=self._settings.appearance,
            )  # fmt: skip
            for (outcome, _), scene in zip(group, scenes, strict=True):
                self._tell(outcome, scene)
        except Exception as error:  # such as too little memory
            if len(group) == 1:
                group[0][0].bad = f"cannot be looked at ({type(error).__name__}: {error})"
                return
            for one in group:
                self._look_together([one])

    def _tell(self, outcome: Outcome, scene: Scene) -> None:
        """Rows, counts and avatars of a picture."""
        names = []
        outcome.files.clear()
        if self._settings.avatars:
            names = [avatar_name(outcome.sha256, str(number)) for number in range(len(scene.faces))]
            for name, face in zip(names, scene.faces, strict=True):
                outcome.files += avatar_files(name, [face])
        lines = list(rows_of(scene, outcome.sha256, self._settings, avatars=names))
        outcome.rows, outcome.count = "".join(lines).encode(), len(lines)
        outcome.tally = Counter(pictures=1)
        count(outcome.tally, scene)

    def _read_clip(self, content: Content, outcome: Outcome) -> None:
        """Frame after frame; what a long clip shows goes to a file, not into memory."""
        file: BinaryIO = io.BytesIO()
        if self._spool is not None:
            outcome.spool = str(self._spool / f"{secrets.token_hex(8)}.rows")
            file = Path(outcome.spool).open("xb")  # noqa: SIM115
        try:
            with file:
                for line in self._lines(content, outcome):
                    file.write(line.encode())
                    outcome.count += 1
                if isinstance(file, io.BytesIO):
                    outcome.rows = file.getvalue()
        except Exception as error:
            if outcome.spool:
                with suppress(OSError):
                    Path(outcome.spool).unlink()
            outcome.count, outcome.tally, outcome.rows, outcome.spool, outcome.files = 0, Counter(), b"", "", []
            if isinstance(error, OSError) and not isinstance(error, MienError) and self._spool is not None:
                outcome.fatal = f"{self._spool.parent}: cannot be written ({error.strerror or error})"
                return
            raise
        finally:
            content.drop()

    def _lines(self, content: Content, outcome: Outcome) -> Iterator[str]:
        settings, portraits = self._settings, Portraits()
        outcome.tally["clips"] += 1
        with Watcher(
            str(Path(content.path).absolute()), model=settings.model, appearance=settings.appearance,
            every=settings.every, live=False, prior=settings.prior,
        ) as watcher:  # fmt: skip
            for frame, scene in watcher:
                scene = replace(scene, source=outcome.source)
                names = [avatar_name(outcome.sha256, f"t{face.track_id}") for face in scene.faces]
                if settings.avatars:
                    portraits.meet(names, scene)
                outcome.tally["frames"] += 1
                count(outcome.tally, scene)
                yield from rows_of(scene, outcome.sha256, settings, frame=frame.index, avatars=names)
            if watcher.trouble.lines:
                lines = (plainly(line, content.path, outcome.source) for line in watcher.trouble.lines)
                outcome.trouble = "; ".join(lines)
        for name, faces in portraits.best.items():
            outcome.files += avatar_files(name, [face for _, face in faces])
