"""`mien lab measure robustness`: what turned, blurred, dark or covered faces cost."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from mien.cli.lab.apps import Data, Json, measure_app
from mien.cli.lab.progress import stages
from mien.cli.terminal import print_json


@measure_app.command("robustness", epilog="Example:  mien lab measure robustness --data fer --limit 1000")
def measure_robustness(
    data: Data,
    model: Annotated[str, typer.Option(help='"shipped", an ONNX file, a run, or a checkpoint.')] = "shipped",
    split: Annotated[str, typer.Option(help="Training, PublicTest or PrivateTest.")] = "PublicTest",
    protocol: Annotated[str, typer.Option(help="ferplus-majority, fer2013, or labels.")] = "ferplus-majority",
    limit: Annotated[int | None, typer.Option(min=1, help="Only so many faces.")] = None,
    prior: Annotated[str | None, typer.Option(help="natural, uniform, or a share between 0 and 1.")] = None,
    as_json: Json = False,
) -> None:
    """Accuracy on disturbed faces, and how often a face keeps its label in the next frame."""
    from mien.expression.prior import prior_share
    from mien.lab.expression import robustness

    with stages() as step:
        result = robustness.measure_robustness(
            model, data, split, protocol, prior=prior_share(prior), limit=limit, progress=step
        )
    if as_json:
        print_json(result)
    else:
        _print(result)


def _print(result: dict[str, Any]) -> None:
    typer.echo(f"{result['model']} on {result['split']}, {result['n']} faces: {result['clean']:.1%} undisturbed")
    typer.echo("  points lost       mean   worst")
    for family, loss in result["loss"].items():
        found = result["families"][family]
        worst = min(found, key=found.get)
        typer.echo(f"  {family:<16} {loss['mean']:>5.1f}   {loss['worst']:>5.1f}   {worst}")
    typer.echo("  labels kept in the next frame")
    for name, share in result["stability"].items():
        typer.echo(f"  {name:<16} {share:.1%}")
