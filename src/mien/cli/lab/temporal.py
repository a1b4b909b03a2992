"""`mien lab measure temporal` and `resting`: faces over time."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from mien.cli.lab.apps import Data, Json, Seed, measure_app

Split = Annotated[str, typer.Option(help="Training, PublicTest or PrivateTest.")]
Part = Annotated[str, typer.Option(help="odd, even (the constants were chosen on PublicTest's) or all faces.")]


@measure_app.command("temporal", epilog="Example:  mien lab measure temporal --data fer --json")
def measure_temporal(
    data: Data,
    split: Split = "PublicTest",
    part: Part = "odd",
    steady: Annotated[int, typer.Option(min=1, help="Clips of one still face.")] = 120,
    changing: Annotated[int, typer.Option(min=1, help="Clips in which the expression changes.")] = 60,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Flicker, lag and accuracy on clips made of still faces: each frame alone, and smoothed; 10, 30 and 60 fps."""
    from mien.lab.temporal.measuring import measure_temporal as measure

    _print(measure(data, split=split, part=part, steady=steady, changing=changing, seed=seed), as_json)


@measure_app.command("resting", epilog="Example:  mien lab measure resting --data fer --json")
def measure_resting(
    data: Data,
    split: Split = "PublicTest",
    part: Part = "odd",
    people: Annotated[int, typer.Option(min=1, help="Made-up people for each shift.")] = 100,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """What learning a resting face is worth to naturally stern and merry people, made of the data's faces."""
    from mien.lab.temporal.resting import measure_resting as measure

    _print(measure(data, split=split, part=part, people=people, seed=seed), as_json)


def _print(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result))
        return
    typer.echo("  " + "   ".join(f"{key} {value}" for key, value in result.items() if key != "rows"))
    names = list(result["rows"][0])
    cells = [names, *([str(row[name]) for name in names] for row in result["rows"])]
    widths = [max(len(line[i]) for line in cells) for i in range(len(names))]
    for line in cells:
        typer.echo("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
