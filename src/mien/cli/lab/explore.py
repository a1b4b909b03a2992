"""`mien lab explore`: look at a data set before training on it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from mien.cli.lab.apps import Json, lab_app
from mien.cli.lab.progress import stages
from mien.cli.terminal import console, print_json
from mien.errors import DataError


@lab_app.command("explore", epilog="Example:  mien lab explore fer --out report.html")
def explore(
    data: Annotated[
        list[Path],
        typer.Argument(metavar="DATA", help="CSV, zip file, folder or data set of mien's; several are joined."),
    ],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The HTML page to write.")] = None,
    model: Annotated[
        str, typer.Option(metavar="MODEL", help='Who doubts labels: "shipped", an ONNX file, a run, or "none".')
    ] = "shipped",
    class_map: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="OLD=NEW", help="Rename a class; OLD= drops it. Or a CSV file with two columns."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Draws the samples; the same seed shows the same faces.")] = 0,
    as_json: Json = False,
) -> None:
    """Write one page about a data set: classes, votes, copies, faces, doubtful labels, picture quality.

    The page opens offline and holds faces of the data: share it with care. --json prints the
    figures; --out may then be left out.
    """
    from mien.lab.data.classes import parse_map
    from mien.lab.explore import explore as look
    from mien.lab.explore.summary import summary

    if out is None and not as_json:
        raise DataError("say where the page goes, --out report.html, or ask for the figures alone with --json")
    table = parse_map(class_map or [])
    with stages() as step:
        figures = look(data, out, None if model == "none" else model, class_map=table, seed=seed, progress=step)
    if as_json:
        print_json(figures)
        return
    if sys.stdout.isatty():
        console().print(summary(figures))  # breaks lines between words
    else:
        typer.echo(summary(figures))
    typer.echo(f"written: {out}")
