"""`mien lab ensemble` and `mien lab distil`: one model out of several."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from mien.cli.lab.apps import Json, lab_app
from mien.cli.lab.export import EmojiMap, PriorShare, UnsureBelow, one_or_several
from mien.cli.terminal import print_json, print_table


@lab_app.command("ensemble", epilog="Example:  mien lab ensemble runs/a runs/b c.onnx --out ensemble.onnx")
def ensemble(
    models: Annotated[list[str], typer.Argument(metavar="MODEL...", help='Runs, exported ONNX files, or "shipped".')],
    out: Annotated[Path, typer.Option("--out", help="The ONNX file to write.", show_default=False)],
    data: Annotated[
        list[Path] | None,
        typer.Option("--data", help="The data to calibrate on; by default what the first run learnt from."),
    ] = None,
    mean: Annotated[str, typer.Option(help="arithmetic: of probabilities; geometric: of logarithms.")] = "arithmetic",
    prior_share: PriorShare = 0.6,
    unsure_below: UnsureBelow = 0.4,
    emoji: EmojiMap = None,
    card: Annotated[bool, typer.Option(help="Draft a model card beside the file.")] = True,
    as_json: Json = False,
) -> None:
    """Join models with the same classes into one ONNX file that answers with the mean of their probabilities.

    It takes as long as all its members together; `mien lab distil` makes one fast network of them.
    """
    from mien.lab.expression.emoji_map import read_emoji_map
    from mien.lab.expression.ensemble import ensemble as join

    report = join(
        models, out, one_or_several(data), mean=mean, prior_share=prior_share, unsure_below=unsure_below,
        emoji=read_emoji_map(emoji or ()), card=card,
    )  # fmt: skip
    if as_json:
        print_json(report)
    else:
        _print_gain(report)


def _print_gain(report: dict[str, Any]) -> None:
    def row(name: str, figures: dict[str, Any]) -> list[str]:
        return [
            name,
            *(f"{100 * figures[k]:.1f} %" for k in ("accuracy", "balanced_accuracy")),
            f"{figures['ece']:.3f}",
        ]

    rows = [row(member["name"], member) for member in report["members"]]
    count = report["ensemble"]["n"]
    print_table(["model", "accuracy", "mean recall", "calibration error"], [*rows, row("together", report["ensemble"])])
    typer.echo(
        f"on {count:,} PublicTest faces: {100 * report['gain']:+.1f} points over {report['best_member']}, the best of "
        f"them: {report['mended']} faces mended, {report['spoilt']} spoilt"
    )
    typer.echo(f"written: {report['model']}")
