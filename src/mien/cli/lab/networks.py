"""`mien lab networks`: what the networks cost, and what they look like."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mien.cli.lab.apps import Json, lab_app
from mien.cli.terminal import Progress, print_json, print_table
from mien.errors import DataError

if TYPE_CHECKING:
    from mien.lab.expression.networks.describe import NetworkFigures


@lab_app.command(
    "networks",
    epilog="Example:  mien lab networks --draw vgg13 --out vgg13.svg",
)
def networks(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Only these; your own as module:factory.")
    ] = None,
    classes: Annotated[int, typer.Option(min=2, help="Classes that the networks tell apart.")] = 8,
    timed: Annotated[bool, typer.Option("--time", help="Also milliseconds for one face on one thread.")] = False,
    draw: Annotated[str | None, typer.Option(metavar="NAME", help="Draw this network's layers into --out.")] = None,
    out: Annotated[Path | None, typer.Option(help="The drawing to write: .svg or .png.")] = None,
    as_json: Json = False,
) -> None:
    """List the networks with parameters, multiplications (MACs), input and size of the file; or draw one."""
    if draw is not None or out is not None:
        if draw is None or out is None:
            raise DataError("a drawing needs both: --draw NAME --out FILE.svg (or .png)")
        from mien.lab.diagram import draw_network

        typer.echo(f"drawn: {draw_network(draw, out, classes)}")
        return
    from mien.lab.expression.networks import NETWORKS
    from mien.lab.expression.networks.describe import describe_all

    wanted = names or list(NETWORKS)
    with Progress(len(wanted), "networks") as progress:
        found = list(progress.over(describe_all(wanted, classes, timed=timed)))
    if as_json:
        print_json({"networks": [figures.to_dict() for figures in found]})
        return
    titles = ["network", "parameters", "MACs", "input", "fp32", "int8", "about"]
    if timed:
        titles.insert(6, "one face")
    print_table(
        titles,
        [_row(figures, timed) for figures in found],
        caption="MACs: multiply-accumulates for one face. fp32, int8: about how large the file is.",
        spare=("about",),
    )


def _row(figures: NetworkFigures, timed: bool) -> list[str]:
    row = [
        figures.name,
        f"{figures.parameters / 1e6:.2f} M",
        f"{figures.macs / 1e6:.0f} M",
        f"{figures.size} x {figures.size}",
        f"{figures.fp32_bytes / 1e6:.1f} MB",
        f"{figures.int8_bytes / 1e6:.1f} MB",
    ]
    if timed:
        row.append(f"{figures.milliseconds:.2f} ms")
    return [*row, figures.about]
