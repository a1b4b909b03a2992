"""`mien suggest`: ranked emoji for photos, clips and messages."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mien.cli.options import Model
from mien.cli.terminal import PATIENCE, Progress, complain, console, print_json
from mien.errors import MienError

if TYPE_CHECKING:
    from mien.emoji.suggesting import Learner, Suggestion

STDIN = "-"
#: Seconds from one look at a clip to the next.
MOMENT = 0.1
#: Endings of what is watched as a stretch of time. A GIF is one where it moves; that is asked of the file.
CLIPS = (".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".gif")


def suggest(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", help="Photos or clips; - reads one photo from stdin. None: for the text alone."),
    ] = None,
    text: Annotated[str | None, typer.Option("--text", metavar="WORDS", help="The message it is for.")] = None,
    lang: Annotated[
        str, typer.Option("--lang", metavar="CODE", help="Its language, and that of names and reasons.")
    ] = "en",
    count: Annotated[int, typer.Option("-k", "--count", min=1, max=100, help="At most so many.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON a picture.")] = False,
    copy: Annotated[bool, typer.Option("--copy", help="Put the first emoji into the clipboard.")] = False,
    picked: Annotated[
        str | None, typer.Option(metavar="EMOJI", help="Tell that you took this one; it will come sooner next time.")
    ] = None,
    picks: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Learn in this file, not in your own (see mien picks).")
    ] = None,
    no_picks: Annotated[bool, typer.Option("--no-picks", help="Suggest as for somebody unknown.")] = False,
    model: Model = None,
) -> None:
    """Suggest emoji for what faces show and a message says, the best first, each with its reason.

    Several faces on a photo are one group, a clip is one stretch of time. In a pipe each emoji is one line, its fields
    separated by tabs: emoji, score, name, reason; of several files the file comes first. Nothing to suggest for (no
    face, no words) ends with exit code 1. What you pick is counted on this machine only: mien picks shows it.
    """
    if not paths and text is None:
        raise MienError("nothing to suggest for: give a photo, a clip, or a message with --text")
    if picked is not None and no_picks:
        raise MienError("--picked teaches and --no-picks does not look: take one of them")
    if paths and len(paths) > 1 and (copy or picked is not None):
        raise MienError("--copy and --picked are for one photo: give one")
    failed, nothing = 0, 0
    with ExitStack() as stack:
        learner = _learner(picks, teaching=picked is not None, off=no_picks)
        if learner is not None:
            stack.enter_context(learner)
        readings = _Reading(model)
        with Progress(len(paths or [""]), "Looking") as progress:
            for path in progress.over(paths or [""]):
                try:
                    found = _suggested(readings.of(path), text, lang, count, learner, picked)
                except MienError as error:
                    failed += 1
                    with progress.aside():
                        complain(str(error))
                    continue
                nothing += not found
                with progress.aside():
                    _print(path, found, as_json=as_json, several=len(paths or []) > 1)
                if copy and found:
                    from mien.cli.clipboard import copy as put

                    put(found[0].emoji)
    if failed or nothing:
        raise typer.Exit(2 if failed else 1)


def _learner(picks: Path | None, *, teaching: bool, off: bool) -> Learner | None:
    """The learner on the file asked for; on the user's own where they have one or teach it now."""
    from mien.emoji.suggesting import Learner, default_file

    if off or (picks is None and not teaching and not default_file().is_file()):
        return None
    return Learner.open(picks)


class _Reading:
    """Reads photos and clips, the models loaded once and only when needed."""

    def __init__(self, model: Path | None) -> None:
        self._model = model
        self._reader: Any = None

    def of(self, path: str) -> Any:
        """What `path` shows, as `mien.suggest` takes it: a scene, a list of scenes, or None for no path."""
        if not path:
            return None
        if Path(path).suffix.lower() in CLIPS and path != STDIN:
            moments = list(_moments(path, self._model))
            return moments[0] if len(moments) == 1 else moments
        from mien.media import read_picture
        from mien.pipeline import Reader

        self._reader = self._reader or Reader(model=self._model)
        return self._reader.look(read_picture(sys.stdin.buffer if path == STDIN else path), source=path)


def _moments(path: str, model: Path | None) -> Iterator[dict[str, Any]]:
    """What the faces of a clip show from moment to moment, and no more of them: a long clip must fit into memory."""
    from rich.console import Console

    from mien.watching import watch

    screen, start, shown = Console(stderr=True), time.monotonic(), None
    try:
        for scene in watch(path, model=model, every=MOMENT):
            if shown is None and sys.stderr.isatty() and time.monotonic() - start > PATIENCE:
                shown = screen.status("")
                shown.start()
            if shown is not None:
                shown.update(f"Watching, {scene.time or 0:.0f} s")
            faces = [(f.expression.to_dict(), f.controls, f.pose.to_dict()) for f in scene.faces]
            yield {"faces": [{"expression": e, "controls": c, "pose": p} for e, c, p in faces]}
    finally:
        if shown is not None:
            shown.stop()


def _suggested(
    seen: Any, text: str | None, lang: str, count: int, learner: Learner | None, picked: str | None
) -> list[Suggestion]:
    from mien.emoji.suggesting import suggest

    found = suggest(seen, k=count, text=text, language=lang, learner=learner)
    if picked is not None and learner is not None:
        learner.pick(picked, seen, text, found)
        found = suggest(seen, k=count, text=text, language=lang, learner=learner)
    return found


def _print(path: str, found: list[Suggestion], *, as_json: bool, several: bool) -> None:
    if as_json:
        print_json({"source": path or None, "suggestions": [s.to_dict() for s in found]})
    elif not sys.stdout.isatty():
        for s in found:
            typer.echo("\t".join(([path] if several else []) + [s.emoji, f"{s.score:.2f}", s.name, s.reason]))
    else:
        from rich.table import Table
        from rich.text import Text

        screen = console()
        if several:
            screen.print(Text(path, "bold"))
        rows = Table.grid(padding=(0, 2))
        for s in found:
            rows.add_row(s.emoji, s.name, Text(s.reason, "dim"))
        screen.print(rows if found else Text("no face, and no words", "dim"))
