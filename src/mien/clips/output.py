"""What can be made of a watched clip: an `Output` takes frames with their scenes, and ends in a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from mien.media.clip_writing import ClipWriter
from mien.media.sound import Sound

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mien.media.frames import Frame
    from mien.types import Scene


class Output(Protocol):
    """A context manager: left in peace it finishes its file; left by an error or Ctrl-C it leaves nothing behind."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> bool | None: ...

    def add(self, frame: Frame, scene: Scene) -> None:
        """The next frame and what was seen in it."""


def write_all(
    seen: Iterable[tuple[Frame, Scene]], outputs: Sequence[Output], step: Callable[[Frame], None] | None = None
) -> int:
    """Make several outputs in one pass; returns the number of frames. step: called after each frame, for progress.

    After an error or Ctrl-C none of the files is there.
    """
    count = 0
    with ExitStack() as stack:
        for output in outputs:
            stack.enter_context(output)
        for frame, scene in seen:
            for output in outputs:
                output.add(frame, scene)
            count += 1
            if step is not None:
                step(frame)
    return count


class ClipOutput:
    """A clip of the same frames, drawn upon. source: the clip whose sound is kept, when it is a file."""

    def __init__(self, path: str | os.PathLike[str] | None, *, source: object = None, alpha: bool = False) -> None:
        is_file = isinstance(source, str | os.PathLike) and Path(source).is_file()
        self._sound = Sound(source) if is_file else None  # type: ignore[arg-type]
        self._writer = None if path is None else ClipWriter(path, alpha=alpha, sound=self._sound)

    def __enter__(self) -> Self:
        if self._writer is not None:
            self._writer.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        if self._writer is not None:
            self._writer.__exit__(kind, error, trace)

    def write(self, frame: Frame, picture: NDArray[np.uint8]) -> None:
        """Write what a frame became: HxWx3, or HxWx4 for a clip with transparency."""
        if self._writer is None:
            return
        if self._writer.frames == 0 and self._sound is not None:
            self._sound.start = (frame.stamp or 0.0) - frame.time
        self._writer.write(picture, frame.time)
