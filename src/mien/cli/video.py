"""`mien video`: a clip annotated, with avatars in place of its faces, as rows of data, or as a reaction."""

from __future__ import annotations

import os
import re
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer

from mien.cli.options import Model, Prior
from mien.cli.terminal import PATIENCE, complain
from mien.errors import MienError

if TYPE_CHECKING:
    from mien.clips.making import Progress
    from mien.clips.output import Output


def video(
    clip: Annotated[str, typer.Argument(metavar="CLIP", help="A clip: MP4, MOV, MKV, WEBM, AVI, GIF, WebP ...")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the drawn clip: .mp4 .mov .mkv .webm .gif .webp .apng."),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put everybody's avatar over their face.")] = False,
    avatar_only: Annotated[
        bool, typer.Option("--avatar-only", help="The avatars alone, on a transparent ground: .webm .apng .webp .gif.")
    ] = False,
    background: Annotated[
        str | None, typer.Option(metavar="#RRGGBB", help="With --avatar-only: a colour instead of transparency.")
    ] = None,
    size: Annotated[int, typer.Option(min=64, max=1024, help="With --avatar-only: pixels of a side.")] = 512,
    reaction: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Cut the two most expressive seconds into a loop: .gif .webp .apng .mp4."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON a face a frame.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one row of CSV a face a frame.")] = False,
    rows: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Write these rows into a file: .jsonl or .csv.")
    ] = None,
    every: Annotated[
        str | None, typer.Option(metavar="SECONDS", help="Look at a frame this often, not at every one: 0.5s.")
    ] = None,
    calibrate: Annotated[
        str | None,
        typer.Option(metavar="SECONDS", help="Take the first seconds as everybody's resting face: 5s; or auto."),
    ] = None,
    emoji_dir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Draw your own pictures, one a label (happiness.png...).")
    ] = None,
    model: Model = None,
    prior: Prior = None,
) -> None:
    """Turn the faces of a clip into emoji: drawn beside them, in their place, or as data.

    The clip's sound and the times of its frames are kept. Everything that is asked for is made in one
    go. Ctrl-C leaves no half-written file.
    """
    _check(out, reaction, as_json, as_csv, rows, avatar_only, background, bool(replace or avatar_only))
    ground = None if background is None else colour_of(background)
    how: dict[str, Any] = {
        "every": seconds_of("--every", every),
        "calibrate": calibration_of(calibrate),
        "prior": prior,
    }
    from mien.avatar.painter import EmojiPainter
    from mien.clips.making import make

    bar = _Bar()
    try:
        made = make(
            clip, out=out, replace=replace, avatar_only=avatar_only, size=size, background=ground, reaction=reaction,
            rows=_rows(as_json, as_csv, rows or []), model=model, paint=EmojiPainter(emoji_dir), progress=bar.show,
            **how,
        )  # fmt: skip
    except BrokenPipeError:
        leave_pipe()
    finally:
        bar.close()
    for line in made.trouble:
        complain(line)
    if not made.faces:
        complain(f"{clip}: no face was found in its {made.frames} frames")


def _check(
    out: Path | None, reaction: Path | None, as_json: bool, as_csv: bool, rows: list[Path] | None, avatar_only: bool,
    background: str | None, drawn: bool,
) -> None:  # fmt: skip
    if not (out or reaction or as_json or as_csv or rows):
        raise MienError("nothing to do: say where to write with --out FILE, or use --reaction FILE, --json or --csv")
    if as_json and as_csv:
        raise MienError("--json and --csv both print on stdout: choose one, and write the other with --rows FILE")
    if drawn and not (out or reaction):
        raise MienError("--replace and --avatar-only draw a clip: say where to write it with --out FILE")
    if background is not None and not avatar_only:
        raise MienError("--background is the ground of --avatar-only: add that option")


def _rows(as_json: bool, as_csv: bool, files: list[Path]) -> list[Output]:
    from mien.clips.rows import Rows

    outputs: list[Output] = [Rows(path) for path in files]
    if as_json or as_csv:
        outputs.append(Rows("-", "json" if as_json else "csv"))
    return outputs


def seconds_of(option: str, text: str | None) -> float | None:
    """ "5s", "5", "500ms" -> seconds."""
    if text is None:
        return None
    match = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)\s*(ms|s)?", text.strip())
    value = float(match[1]) / (1000 if match[2] == "ms" else 1) if match else 0.0
    if value <= 0:
        raise MienError(f"{option} {text}: not a time; write seconds, such as 5s or 0.5s")
    return value


def leave_pipe() -> NoReturn:
    """Whoever read what is printed has seen enough: leave without a word, also when Python flushes stdout."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise typer.Exit(1)


def calibration_of(text: str | None) -> float | Literal["auto"] | None:
    """What --calibrate asks for: seconds, or "auto"."""
    if text is not None and text.strip().lower() == "auto":
        return "auto"
    return seconds_of("--calibrate", text)


def colour_of(text: str) -> tuple[int, int, int]:
    from PIL import ImageColor

    try:
        red, green, blue, *_ = ImageColor.getrgb(text)
    except ValueError:
        raise MienError(f"--background {text}: not a colour; write it as #rrggbb or by its English name") from None
    return red, green, blue


class _Bar:
    """A bar on stderr with the time that is left, once the work outlasts `PATIENCE`."""

    def __init__(self) -> None:
        self._start, self._drawn = time.monotonic(), 0.0
        self._bar: Any = None
        self._task: Any = None
        self._doing = ""
        self._seen = sys.stderr.isatty()

    def show(self, now: Progress) -> None:
        passed = time.monotonic() - self._start
        if not self._seen or passed < PATIENCE or passed - self._drawn < 0.1:
            return
        self._drawn = passed
        if self._bar is None:
            self._bar = self._made()
            self._bar.start()
        if now.doing != self._doing:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task, self._doing = self._bar.add_task(now.doing, total=now.duration, clock=""), now.doing
        self._bar.update(self._task, completed=now.seconds, clock=f"{now.seconds:.0f} s of the clip")
        self._bar.refresh()

    def _made(self) -> Any:
        from rich import progress
        from rich.console import Console

        columns = (
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.TextColumn("{task.fields[clock]}"),
            progress.TimeRemainingColumn(),
            progress.TextColumn("left"),
        )
        return progress.Progress(
            *columns, console=Console(stderr=True), transient=True, auto_refresh=False, redirect_stdout=False
        )

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()
