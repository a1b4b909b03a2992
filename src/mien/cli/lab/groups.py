"""`mien lab measure groups`: does the expression model serve everybody alike?"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from mien.cli.lab.apps import Data, Json, measure_app
from mien.cli.lab.progress import stages
from mien.cli.terminal import print_json

#: The figures of a row, and their titles.
TITLES = {
    "agreement": "agreement", "neutral": "neutral read", "happiness": "happy read", "slighted": "rest as unpleasant",
    "unsure": "unsure",
}  # fmt: skip


@measure_app.command("groups", epilog="Example:  mien lab measure groups --data utkface")
def measure_groups(
    data: Data,
    model: Annotated[str | None, typer.Option(help="An ONNX file instead of the shipped model.")] = None,
    prior: Annotated[str | None, typer.Option(help="natural, uniform, or a share between 0 and 1.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many photos.")] = None,
    as_json: Json = False,
) -> None:
    """How neutral and smiling photos are read, by skin tone, presentation and age, with 95 % intervals.

    The data is a folder of pictures with attributes.csv (image, expression N or H, mst, presentation, age).
    """
    from mien.lab.expression import groups

    with stages() as step:
        result = groups.measure_groups(data, model, prior=prior, limit=limit, progress=step)
    if as_json:
        print_json(result)
    else:
        _print(result)


def _print(result: dict[str, Any]) -> None:
    typer.echo(f"{result['model']} on {result['data']}: {result['found']} of {result['n']} faces found")
    typer.echo(f"  {'':<24}" + "".join(f"{title:<24}" for title in TITLES.values()).rstrip())
    rows = {"all": result["all"]}
    rows |= {f"{what}: {name}": row for what, of in result["groups"].items() for name, row in of.items()}
    for name, row in rows.items():
        typer.echo(f"  {name:<24}" + "".join(f"{_cell(row[key]):<24}" for key in TITLES).rstrip())


def _cell(figure: dict[str, Any]) -> str:
    if figure["share"] is None:
        return "-"
    low, high = figure["interval"]
    return f"{100 * figure['share']:.1f} ({100 * low:.1f}-{100 * high:.1f}) n {figure['n']}"
