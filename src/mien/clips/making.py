"""A clip in, files out: everything that `mien video` does, as functions."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from mien.clips.annotated import Annotated
from mien.clips.cast import Cast
from mien.clips.output import Output, write_all
from mien.clips.reaction import SECONDS, Reaction
from mien.clips.replaced import AvatarOnly, Replaced
from mien.clips.rows import Rows, rows_of
from mien.errors import ClipError
from mien.expression.prior import Prior
from mien.media.clip_formats import way_for
from mien.media.clip_writing import check_place
from mien.media.sources import name_of, shown
from mien.watching import Watcher

if TYPE_CHECKING:
    from mien.media.frames import Frame
    from mien.media.overlay import Paint
    from mien.types import Scene

Name = str | os.PathLike[str]
Colour = tuple[int, int, int]
Calibrate = float | Literal["auto"] | None

#: Pixels of an avatar's square.
SIZE = 512


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is."""

    doing: str  #: "Looking" (who is in the clip, for avatars) or "Drawing"
    seconds: float  #: of the clip that are done
    duration: float | None  #: of the clip, where it is known


@dataclass(frozen=True, slots=True)
class Made:
    """What came out."""

    frames: int
    seconds: float  #: of the clip
    trouble: list[str]  #: what was wrong with the clip, one line each
    faces: int = 0  #: how many were seen, each counted in every frame
    reaction_start: float | None = None  #: seconds into the clip


def make(
    clip: Name, *, out: Name | None = None, replace: bool = False, avatar_only: bool = False, size: int = SIZE,
    background: Colour | None = None, reaction: Name | None = None, rows: Sequence[Output] = (),
    model: Name | None = None, every: float | None = None, calibrate: Calibrate = None, prior: Prior = None,
    paint: Paint | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Made:  # fmt: skip
    """Read a clip and write everything that is asked for in one pass.

    clip: a file, or a URL that can be read twice. out: the drawn clip: annotated; or, with `replace`, with everybody's
    avatar over their face; or, with `avatar_only`, the avatars alone in squares of `size` pixels, on `background` (RGB)
    or a transparent ground. reaction: the two most expressive seconds as a loop, of the clip or of its avatars.
    rows: more outputs, see `mien.clips.rows`. model, every, calibrate, prior: as for `mien.watch`. paint: draws the
    emoji.

    For avatars the clip is first gone through once, to see everybody at their best. The files appear when all is
    done, and none of them does after an error or Ctrl-C. Raises `ClipError`, `PictureError`, `ModelError`.
    """
    _check(clip, [out, reaction], replace and avatar_only)
    how: dict[str, Any] = {"model": None if model is None else Path(model), "every": every, "calibrate": calibrate,
                           "prior": prior}  # fmt: skip
    cut = None if reaction is None else Reaction(reaction, fed=replace or avatar_only)
    cast, duration = Cast(), None
    if (replace or avatar_only) and (out is not None or cut is not None):
        if out is not None:
            way_for(out, alpha=avatar_only and background is None)
        with Watcher(clip, **how) as watcher:
            cast.scout(watcher, _stepping(progress, "Looking", watcher.clip.duration))
        duration = cast.seconds
        if not cast.parts:
            raise ClipError(f"{name_of(clip)}: nobody to be seen in this clip, so there is no avatar to draw")
    with Watcher(clip, **how) as watcher:
        duration = watcher.clip.duration or duration
        tally = _Tally()
        outputs: list[Output] = [tally, *rows, *([cut] if cut else [])]
        if avatar_only:
            outputs.append(AvatarOnly(out, cast, source=clip, size=size, ground=background, reaction=cut))
        elif replace:
            outputs.append(Replaced(out, cast, source=clip, reaction=cut))
        elif out is not None:
            outputs.append(Annotated(out, source=clip, duration=duration, paint=paint))
        frames = write_all(watcher, outputs, _stepping(progress, "Drawing", duration))
        return Made(frames, tally.time, watcher.trouble.lines, tally.faces, cut.start if cut else None)


class _Tally:
    """Counts what goes by, as an output that makes no file."""

    time, faces = 0.0, 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        return None

    def add(self, frame: Frame, scene: Scene) -> None:
        self.time, self.faces = frame.time, self.faces + len(scene.faces)


def _stepping(
    progress: Callable[[Progress], None] | None, doing: str, duration: float | None
) -> Callable[[Frame], None]:
    def step(frame: Frame) -> None:
        if progress is not None:
            progress(Progress(doing, frame.time, duration))

    return step


def _check(clip: Name, outputs: Sequence[Name | None], both: bool) -> None:
    if both:
        raise ClipError("avatars over the faces and avatars alone are two clips: choose one of them")
    for path in outputs:
        if path is None:
            continue
        way_for(path)
        check_place(path)
        with suppress(OSError):
            if Path(path).exists() and Path(path).samefile(clip):
                raise ClipError(f"{shown(path)}: that is the clip; choose another name to write to")
    named = [os.fspath(path) for path in outputs if path is not None]
    if len(set(named)) < len(named):
        raise ClipError(f"{shown(named[0])}: two outputs under one name; choose another one")


def annotate_clip(clip: Name, out: Name, *, paint: Paint | None = None, model: Name | None = None) -> Made:
    """Write a clip with a box, emoji, expression and confidence by every face, and a strip of what was shown when."""
    return make(clip, out=out, paint=paint, model=model)


def replace_faces(clip: Name, out: Name) -> Made:
    """Write a clip in which everybody's avatar takes the place of their face, following its expression and pose."""
    return make(clip, out=out, replace=True)


def avatar_clip(clip: Name, out: Name, *, size: int = SIZE, background: Colour | None = None) -> Made:
    """Write the avatars of a clip alone: on a transparent ground (.webm .apng .webp .gif) or on an RGB colour."""
    return make(clip, out=out, avatar_only=True, size=size, background=background)


def cut_reaction(clip: Name, out: Name, *, seconds: float = SECONDS, model: Name | None = None) -> float:
    """Cut the most expressive seconds of a clip into a loop, .gif .webp .apng .mp4; returns where it begins, seconds.

    Raises `ClipError` for a clip without a face.
    """
    cut = Reaction(out, seconds=seconds)
    _check(clip, [out], False)
    with Watcher(clip, model=None if model is None else Path(model)) as watcher:
        write_all(watcher, [cut])
    assert cut.start is not None
    return cut.start


def clip_rows(clip: Name, *, model: Name | None = None, every: float | None = None) -> Iterator[dict[str, Any]]:
    """One dict a face a frame: `time` in seconds, `frame` from 0, and the fields of `Face.to_dict`."""
    with Watcher(clip, model=None if model is None else Path(model), every=every) as watcher:
        for frame, scene in watcher:
            yield from rows_of(scene, frame.index)


__all__ = [
    "Made",
    "Progress",
    "Rows",
    "annotate_clip",
    "avatar_clip",
    "clip_rows",
    "cut_reaction",
    "make",
    "replace_faces",
]
