"""`mien lab compare`: training runs side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mien.cli.lab.apps import Json, lab_app
from mien.cli.terminal import complain, print_json, print_table

if TYPE_CHECKING:
    from mien.lab.expression.compare import Comparison, RunFigures


@lab_app.command("compare", epilog="Example:  mien lab compare runs/tutorial runs/vgg13 runs/mien --out figures")
def compare(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of expression runs.")],
    out: Annotated[
        Path | None, typer.Option(help="Also draw the curves over each other: compare.png and .svg in this folder.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare runs at their best epochs: cost, accuracy in training and on PublicTest, the gap, seconds an epoch."""
    from mien.lab.expression.compare import compare as compare_runs

    found = compare_runs(runs, out)
    if as_json:
        print_json(found.to_dict())
        return
    _print(found)
    for path in found.pictures:
        typer.echo(f"drawn: {path}", err=True)
    if found.other_data:
        complain("the runs learnt from different data: their figures say little about the networks")


def _print(found: Comparison) -> None:
    titles = [
        "run", "network", "parameters", "MACs", "epochs", "best", "training", "PublicTest", "mean recall", "gap",
        "s/epoch",
    ]  # fmt: skip
    print_table(
        titles,
        [_row(run) for run in found.runs],
        caption=_caption(found),
        spare=("MACs", "s/epoch", "parameters", "network"),
    )


def _row(run: RunFigures) -> list[str]:
    return [
        run.run,
        run.network or "-",
        "-" if run.parameters is None else f"{run.parameters / 1e6:.2f} M",
        "-" if run.macs is None else f"{run.macs / 1e6:.0f} M",
        str(run.epochs),
        "-" if run.best_epoch is None else str(run.best_epoch),
        *("-" if v is None else f"{100 * v:.1f} %" for v in (run.train_accuracy, run.accuracy, run.balanced_accuracy)),
        "-" if run.gap is None else f"{100 * run.gap:+.1f}",
        "-" if run.seconds is None else f"{run.seconds:.0f}",
    ]


def _caption(found: Comparison) -> str:
    lines = ["All at the best epoch on PublicTest. gap: training less PublicTest, in points; only PublicTest counts."]
    for key, values in found.differing.items():
        if key not in ("network", "kind"):
            lines.append(f"{key}: {', '.join(str(value) for value in values)}")
    return "\n".join(lines)
