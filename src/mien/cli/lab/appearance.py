"""`mien lab train appearance` and `mien lab measure appearance`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from mien.cli.lab.apps import Data, Json, Out, Seed, Threads, measure_app, train_app


@train_app.command("appearance", epilog="Example:  mien lab train appearance --data faces --out runs/appearance")
def train_appearance(
    data: Data,
    out: Out,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Epochs: by default 40 of 100 batches, with a teacher 4 of 200.")
    ] = None,
    start: Annotated[
        str,
        typer.Option(
            help="What to begin from: shipped (the landmark network), an exported network, RUN/last.pt, or none."
        ),
    ] = "shipped",
    teacher: Annotated[
        Path | None, typer.Option(help="Weights (.pth) of EfficientNet-Lite0, to learn from it too.")
    ] = None,
    seed: Seed = 0,
    threads: Threads = 1,
) -> None:
    """Train the apparent traits on the folders portraits and utkface of the data."""
    from mien.lab.appearance import TAUGHT, Recipe, train

    usual = TAUGHT if teacher else Recipe()
    recipe = replace(usual, epochs=epochs or usual.epochs, seed=seed, threads=threads)
    measures = train(data, out, recipe, start=None if start == "none" else start, teacher=teacher)
    typer.echo(json.dumps(measures))


@measure_app.command("appearance", epilog="Example:  mien lab measure appearance --data faces --json")
def measure_appearance(
    data: Data,
    model: Annotated[Path | None, typer.Option(help="An exported network; by default the shipped one.")] = None,
    places: Annotated[
        Path | None, typer.Option(help="Keep where the faces are in this .npz, so that they are found only once.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Agreement with the labellers on pictures held out from training, by trait, by group and by tone."""
    from mien.lab.appearance import evaluate

    result = evaluate(model, data, places)
    if as_json:
        typer.echo(json.dumps(result))
    else:
        _print(result)


def _print(result: dict[str, Any]) -> None:
    typer.echo(f"{result['faces']} labelled faces held out; no face found in {len(result['missed'])} pictures")
    for title in ("traits", "presentation", "groups", "colours"):
        typer.echo(f"\n{title}")
        for name, row in result[title].items():
            values = "  ".join(f"{key} {_short(value)}" for key, value in row.items())
            typer.echo(f"  {name:<26} {values}")


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return "(" + ", ".join(f"{key} {inner}" for key, inner in value.items()) + ")"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
