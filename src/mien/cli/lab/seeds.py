"""`mien lab seeds`: how far chance moves the figures of one recipe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mien.cli.lab.apps import Data, Json, lab_app
from mien.cli.lab.progress import stages
from mien.cli.terminal import print_json, print_table

if TYPE_CHECKING:
    from mien.lab.expression.seeds import Seeds, Spread


@lab_app.command("seeds", epilog="Example:  mien lab seeds runs/seed1 runs/seed2 runs/seed3 --data fer")
def seeds(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of runs that differ in their seed.")],
    data: Data,
    protocol: Annotated[str, typer.Option(help="As for `mien lab evaluate`.")] = "ferplus-majority",
    split: Annotated[str, typer.Option(help="Training, PublicTest or PrivateTest.")] = "PublicTest",
    prior: Annotated[str | None, typer.Option(help="natural, uniform, or a share between 0 and 1.")] = None,
    epoch: Annotated[str, typer.Option(help="last, or best: the best on PublicTest, which flatters there.")] = "last",
    as_json: Json = False,
) -> None:
    """Evaluate runs of one recipe and tell mean and standard deviation of each figure."""
    from mien.expression.prior import prior_share
    from mien.lab.expression.seeds import spread

    with stages() as step:
        found = spread(runs, data, protocol, split, prior=prior_share(prior), epoch=epoch, progress=step)
    if as_json:
        print_json(found.to_dict())
    else:
        _print(found)


def _print(found: Seeds) -> None:
    rows = [_row(name.replace("_", " "), spread) for name, spread in found.figures.items()]
    rows += [_row(f"recall of {label}", spread) for label, spread in found.recall.items()]
    caption = f"{found.n:,} faces of {found.split}, protocol {found.protocol}; deviation: sample standard deviation."
    print_table(["figure", "mean", "deviation", *(f"seed {seed}" for seed in found.seeds)], rows, caption=caption)


def _row(name: str, spread: Spread) -> list[str]:
    return [name, f"{spread.mean:.4f}", f"{spread.deviation:.4f}", *(f"{value:.4f}" for value in spread.values)]
