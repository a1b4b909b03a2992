"""`mien lab tune`: search for the settings that train best."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from mien.cli.lab.apps import Json, lab_app
from mien.cli.lab.export import one_or_several
from mien.cli.terminal import print_json, print_table

_NONE = {"show_default": False}


@lab_app.command(
    "tune", epilog="Example:  mien lab tune --data fer --network mobile --trials 40 --epochs 12 --out tuned"
)
def tune(
    data: Annotated[list[Path], typer.Option("--data", help="The data; repeat it to join several.", **_NONE)],
    out: Annotated[Path, typer.Option("--out", help="The search's folder.", **_NONE)],
    network: Annotated[
        str | None, typer.Option(help="A name of mien lab networks, or module:factory.", **_NONE)
    ] = None,
    trials: Annotated[int, typer.Option(min=1, help="So many trainings in all; more later search on.")] = 30,
    epochs: Annotated[
        int | None, typer.Option(help="Epochs of each (40): short ones, of which more fit.", **_NONE)
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Settings in TOML: where the search starts.", **_NONE)] = None,
    space: Annotated[Path | None, typer.Option(help="What to search, in TOML; see the docs.", **_NONE)] = None,
    pruner: Annotated[str, typer.Option(help="Ends poor trials early: median, hyperband or none.")] = "median",
    seed: Annotated[int | None, typer.Option(help="Of the search and of every training.", **_NONE)] = None,
    threads: Annotated[int | None, typer.Option(help="CPU threads (torch decides).", **_NONE)] = None,
    as_json: Json = False,
) -> None:
    """Train many times with settings that Optuna proposes, judged on PublicTest. Run it again to go on after any stop.

    The folder then holds best.toml (for mien lab train expression --config), report.html (what mattered), and a run for
    every trial.
    """
    from mien.lab.expression.settings import read_settings
    from mien.lab.tune import read_space
    from mien.lab.tune import tune as search
    from mien.lab.tune.watch import Terminal

    base = read_settings(config, network=network, epochs=epochs, seed=seed, threads=threads)
    ranges = None if space is None else read_space(space)
    with Terminal(trials, base.epochs, base.choose_by) as watcher:
        found = search(one_or_several(data) or [], out, trials, base, ranges, pruner=pruner, watcher=watcher)
    if as_json:
        print_json(found)
    else:
        _print_found(found)


def _print_found(found: dict[str, Any]) -> None:
    from mien.lab.tune.watch import short

    best, start, shares = found["best"], found["start"], found["importances"]

    def row(name: str) -> list[str]:
        share = f"{100 * shares[name]:.0f} %" if name in shares else "-"
        return [name, short(best["params"][name]), short(start.get(name, "-")), share]

    names = sorted(best["params"], key=lambda name: -shares.get(name, 0.0))
    print_table(["setting", "best", "start", "importance"], [row(name) for name in names])
    less = found["less_is_better"]
    reached, first = (
        "-" if v is None else f"{v:.3f}" if less else f"{100 * v:.1f} %" for v in (best["value"], found["first"])
    )
    typer.echo(
        f"trial {best['trial'] + 1} of {len(found['trials'])}: {found['figure'].replace('_', ' ')} {reached} on "
        f"PublicTest (the starting point: {first})"
    )
    typer.echo(f"written: {found['best_toml']}, {found['report']}")
