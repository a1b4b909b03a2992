"""`mien lab evaluate`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from mien.cli.lab.apps import Json, lab_app
from mien.cli.lab.progress import stages
from mien.cli.terminal import print_json
from mien.errors import DataError


@lab_app.command(
    "evaluate",
    epilog="Example:  mien lab evaluate shipped --data fer --protocol ferplus-majority --out report.html",
)
def evaluate(
    model: Annotated[str, typer.Argument(help='"shipped", an ONNX file, the folder of a run, or a checkpoint (.pt).')],
    data: Annotated[
        list[Path], typer.Option("--data", help="The data; repeat it to join several.", show_default=False)
    ],
    protocol: Annotated[
        str, typer.Option(help="ferplus-majority, ferplus-votes, fer2013, or labels (the data's own).")
    ] = "ferplus-majority",
    split: Annotated[str, typer.Option(help="Training, PublicTest, PrivateTest or all.")] = "PublicTest",
    out: Annotated[
        Path | None, typer.Option("--out", help="Also write an HTML page with charts and the mistakes as pictures.")
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option("--by", help="A column of the data to look at group by group; repeat it.")
    ] = None,
    prior: Annotated[
        str | None,
        typer.Option(help="How common classes are taken to be: natural, uniform, or a share between 0 and 1."),
    ] = None,
    near: Annotated[
        bool, typer.Option("--near/--exact", help="Look for near duplicates too, or only for pixels that are the same.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Measure an expression model on one split of a data set."""
    from mien.expression.prior import prior_share
    from mien.lab.expression.evaluate import assess
    from mien.lab.expression.report import warnings, write_report

    if out is not None and not out.parent.is_dir():
        raise DataError(f"{out}: no such folder {out.parent}")
    with stages() as step:
        evaluation = assess(model, data, protocol, split, prior=prior_share(prior), by=by, near=near, progress=step)
    if out is not None:
        write_report(out, evaluation)
    if as_json:
        print_json(evaluation.figures)
    else:
        _print_figures(evaluation.figures, warnings(evaluation.figures))
        if out is not None:
            typer.echo(f"report: {out}")


def _print_figures(result: dict[str, Any], said: Sequence[str]) -> None:
    typer.echo(f"{result['model']} on {result['split']}, protocol {result['protocol']}, {result['n']} faces")
    for key in ("accuracy", "balanced_accuracy", "macro_f1", "ece", "brier", "nll", "kl_to_votes"):
        if result[key] is not None:
            low, high = result["intervals"][key]
            typer.echo(f"  {key:<18} {result[key]:.4f}   95 %: {low:.4f} to {high:.4f}")
    for key, value in result.get("votes", {}).items():
        typer.echo(f"  {'votes: ' + key.replace('_', ' '):<26} {value}")
    width = max(18, *(len(label) for label in result["by_class"]))
    typer.echo(f"  {'class':<{width}} recall  precision  f1      faces")
    for label, row in result["by_class"].items():
        typer.echo(
            f"  {label:<{width}} {row['recall']:.3f}   {row['precision']:.3f}      {row['f1']:.3f}  {row['n']:>6}"
        )
    _print_more(result)
    for sentence in said:
        typer.echo(f"  {sentence}")


def _print_more(result: dict[str, Any]) -> None:
    """Groups, duplicates, coverage and time, a line each."""
    for column, values in result["groups"].items():
        for name, row in values.items():
            low, high = row["interval"]
            typer.echo(
                f"  {column} {name}: accuracy {row['accuracy']:.4f} ({low:.4f} to {high:.4f}), {row['n']} faces"
                + (", too few to tell" if row["small"] else "")
            )
    at, clean = result["risk_coverage"]["accuracy_at"], result["without_duplicates"]
    typer.echo("  surest answered      " + "   ".join(f"{float(c):.0%} {a:.4f}" for c, a in at.items()))
    if clean["leaking"] + clean["repeated"] and clean["n"]:
        typer.echo(f"  without {result['n'] - clean['n']} duplicates: accuracy {clean['accuracy']:.4f}")
    typer.echo(
        f"  ms a face            {result['latency_ms']['median']:.2f} (one at a time, one thread; "
        f"{result['latency_ms']['upright_median']:.2f} where it was cut upright)"
    )
