"""`mien lab export`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from mien.cli.lab.apps import lab_app
from mien.errors import DataError

PriorShare = Annotated[float, typer.Option(min=0, max=1, help="1: labels as common as in the data; 0: all alike.")]
UnsureBelow = Annotated[float, typer.Option(min=0, max=1, help='Less confident answers are "unsure".')]
EmojiMap = Annotated[
    list[str] | None,
    typer.Option(
        "--emoji", metavar="CLASS=EMOJI", help="The emoji of a class; repeat it, or give a CSV of two columns.",
        show_default=False,
    ),
]  # fmt: skip


@lab_app.command(
    "export",
    epilog="Example:  mien lab export runs/first --data fer --out my.onnx --emoji happy=😀",
)
def export(
    run: Annotated[Path, typer.Argument(help="The folder of a run, or one of its checkpoints.")],
    out: Annotated[Path, typer.Option("--out", help="The ONNX file to write.", show_default=False)],
    data: Annotated[
        list[Path] | None,
        typer.Option("--data", help="The data to calibrate on; for expressions by default what the run learnt from."),
    ] = None,
    points: Annotated[Path | None, typer.Option("--points", help="For landmarks: the teacher's files.")] = None,
    prior_share: PriorShare = 0.6,
    unsure_below: UnsureBelow = 0.4,
    int8: Annotated[bool, typer.Option("--int8", help="Quantise to 8 bits: smaller, often faster.")] = False,
    emoji: EmojiMap = None,
    decoder: Annotated[Path | None, typer.Option(metavar="RUN", help="For emojify: take this run's decoder.")] = None,
    card: Annotated[bool, typer.Option(help="Draft a model card beside the file (my.md for my.onnx).")] = True,
) -> None:
    """Write a run as ONNX: an expression run (its best epoch, calibrated) for `mien photo --model`.

    A detector run with --data, or a landmark run with --data and --points, is calibrated and written in
    int8, as the shipped ones are; without, in float32.
    """
    kind = "expression" if run.suffix == ".pt" else run_kind(run)
    if kind == "expression":
        from mien.lab.expression.emoji_map import read_emoji_map
        from mien.lab.expression.export import export as export_expression

        with working("exporting"):
            written = export_expression(
                run, out, one_or_several(data), prior_share=prior_share, unsure_below=unsure_below, int8=int8,
                emoji=read_emoji_map(emoji or ()), card=card,
            )  # fmt: skip
        _say_int8(written)
    elif int8:
        raise DataError("--int8 is for expression runs: give --data for the others")
    else:
        written = _export_other(kind, run, out, data[0] if data else None, points, decoder)
    typer.echo(f"exported: {written}")
    if kind == "expression" and card:
        typer.echo(f"its card: {written.with_suffix('.md')} (fill in the lines that ask for it)")


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show on a terminal that something is going on that cannot be counted, and for how long."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task(what, total=None)
        yield


def one_or_several(data: list[Path] | None) -> Path | list[Path] | None:
    """What was given with --data, which may be repeated."""
    return data[0] if data and len(data) == 1 else data or None


def _say_int8(written: Path) -> None:
    from mien.lab.expression.onnx_file import metadata

    if report := metadata(written).get("int8"):
        typer.echo(
            f"int8: the same answer as float32 for {report['agreement']:.1%} of the PublicTest faces; right for "
            f"{report['accuracy']:.1%} instead of {report['accuracy_float32']:.1%}"
        )


def _export_other(
    kind: str, run: Path, out: Path, data: Path | None, points: Path | None, decoder: Path | None
) -> Path:
    """A run of another kind than expression."""
    if kind == "appearance":
        from mien.lab.appearance import export as export_appearance

        return export_appearance(run, out, data)
    if kind == "emojify":
        from mien.lab.emojify.exporting import export as export_emojify

        return export_emojify(run, out, decoder=decoder)
    if kind == "landmarks":
        from mien.lab.landmarks import calibrate
        from mien.lab.landmarks import export as export_landmarks

        if (data is None) != (points is None):
            raise DataError("a landmark run is calibrated with both --data and --points")
        seen = calibrate(run, data, points) if data and points else None
        return export_landmarks(run, out, calibration=seen)
    from mien.lab.detector import export as export_detector

    return export_detector(run, out, data=data)


def run_kind(run: Path) -> str:
    """expression, landmarks, appearance, emojify or detector. Raises `DataError` for what is no run's folder."""
    try:
        config = json.loads((run / "config.json").read_text())
    except (OSError, json.JSONDecodeError):
        raise DataError(f"{run}: no run's folder (no config.json in it)") from None
    return str(config.get("kind") or config.get("model") or "detector")
