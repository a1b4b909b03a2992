"""`mien lab geometry` and `mien lab measure`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from mien.cli.lab.apps import Data, Json, Points, lab_app, measure_app


@lab_app.command("geometry", epilog="Example:  mien lab geometry --data fer --limit 500")
def geometry(
    data: Data,
    split: Annotated[str, typer.Option(help="Training, PublicTest or PrivateTest.")] = "PublicTest",
    limit: Annotated[int | None, typer.Option(min=1, help="Only so many faces.")] = None,
    as_json: Json = False,
) -> None:
    """Compare given crops with the same faces pasted into a picture and found by our own detector."""
    from mien.lab.expression.pasted import evaluate_pasted

    result = evaluate_pasted(data, split, limit)
    if as_json:
        typer.echo(json.dumps(result))
    else:
        for key, value in result.items():
            typer.echo(f"  {key:<22} {value}")


@measure_app.command("detector", epilog="Example:  mien lab measure detector --data pictures --json")
def measure_detector(
    data: Data,
    model: Annotated[Path | None, typer.Option(help="An exported detector; by default the shipped one.")] = None,
    candidates: Annotated[
        Path | None, typer.Option(help="Also write its boxes on the training scenes, right and wrong, to this CSV.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Recall by size and false boxes a picture on the scenes held out from training, and what `look` makes of them."""
    from mien.lab.scenes import measure_scenes, write_candidates

    if candidates is not None:
        write_candidates(data, candidates, model)
    _print(measure_scenes(data, model), as_json)


@measure_app.command("landmarks", epilog="Example:  mien lab measure landmarks --data faces --points points --json")
def measure_landmarks(
    data: Data,
    points: Points,
    model: Annotated[Path | None, typer.Option(help="An exported network; by default the shipped one.")] = None,
    candidates: Annotated[
        Path | None, typer.Option(help="A detector's boxes (see measure detector): how well false ones are told.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Errors of points, controls and pose on people and pictures held out from training."""
    from mien import models
    from mien.lab.landmarks import evaluate as evaluate_landmarks

    shipped = next(m.path for m in models.manifest() if m.name == "face-landmarks")
    _print(evaluate_landmarks(model or shipped, data, points, candidates=candidates), as_json)


def _print(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result))
        return
    for key, value in result.items():
        if isinstance(value, dict):
            typer.echo(f"  {key}")
            for name, inner in value.items():
                typer.echo(f"    {name:<24} {inner}")
        else:
            typer.echo(f"  {key:<26} {value}")
