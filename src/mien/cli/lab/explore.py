"""`mien lab explore`: look at a data set before training on it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from mien.cli.lab.apps import Json, lab_app
from mien.cli.terminal import console, print_json
from mien.errors import DataError


@lab_app.command("explore", epilog="Example:  mien lab explore fer --out report.html")
def explore(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="The data: a file or folder in a public layout.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The HTML page to write.")] = None,
    model: Annotated[
        str,
        typer.Option(metavar="MODEL", help='Who doubts labels: "shipped", an ONNX file, a run, or "none".'),
    ] = "shipped",
    seed: Annotated[int, typer.Option(min=0, help="Draws the samples; the same seed shows the same faces.")] = 0,
    as_json: Json = False,
) -> None:
    """Write one page about a data set: classes, votes, faces, hard and doubtful labels, duplicates, picture quality.

    The page opens offline and holds faces of the data: share it with care. --json prints the
    figures; --out may then be left out.
    """
    from mien.lab.explore import explore as look
    from mien.lab.explore.summary import summary

    if out is None and not as_json:
        raise DataError("say where the page goes, --out report.html, or ask for the figures alone with --json")
    with _progress() as step:
        figures = look(data, out, None if model == "none" else model, seed=seed, progress=step)
    if as_json:
        print_json(figures)
        return
    if sys.stdout.isatty():
        console().print(summary(figures))  # breaks lines between words
    else:
        typer.echo(summary(figures))
    typer.echo(f"written: {out}")


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr that tells what is being done, on a terminal only."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    if not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        last = ""

        def step(what: str, done: int, total: int) -> None:
            nonlocal last
            if what != last:
                bar.reset(task, description=what)
                last = what
            # Work that cannot be counted has one step: the bar pulses.
            bar.update(task, completed=done, total=total if total > 1 else None)

        yield step
