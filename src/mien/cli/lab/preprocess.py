"""`mien lab preprocess` and `mien lab ablation`: what the steps of preprocessing do, and what each is worth."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import Annotated, Any

import typer

from mien.cli.lab.apps import Json, lab_app
from mien.cli.terminal import print_json, print_table
from mien.errors import DataError

_OWN = {"show_default": False}


@lab_app.command(
    "preprocess",
    epilog="Example:  mien lab preprocess    mien lab preprocess --sheet me.jpg --out sheet.png --steps clahe:3",
)
def preprocess(
    sheet: Annotated[Path | None, typer.Option(metavar="PHOTO", help="Show what steps make of its face.")] = None,
    out: Annotated[Path | None, typer.Option(help="The picture to write, such as sheet.png.")] = None,
    steps: Annotated[
        list[str] | None, typer.Option(metavar="SPEC", help='One column: "clahe:2 denoise:0.6". Repeat it.', **_OWN)
    ] = None,
    augmentation: Annotated[bool, typer.Option("--augmentation", help="Show the augmentations instead.")] = False,
    as_json: Json = False,
) -> None:
    """List the steps of preprocessing; or draw a sheet of what they, or the augmentations, make of a face."""
    if sheet is not None or out is not None:
        _draw(sheet, out, steps, augmentation)
        return
    from mien.expression.preprocess import FORMS, describe

    if as_json:
        print_json({"steps": [{"name": name, "form": form, "about": describe(name)} for name, form in FORMS.items()]})
        return
    for name, form in FORMS.items():
        if sys.stdout.isatty():  # too long for columns
            typer.secho(form, bold=True)
            typer.echo(textwrap.indent(textwrap.fill(describe(name), 76), "  "))
        else:
            typer.echo(f"{form}\t{describe(name)}")


def _draw(sheet: Path | None, out: Path | None, steps: list[str] | None, augmentation: bool) -> None:
    if sheet is None or out is None:
        raise DataError("a sheet needs both: --sheet PHOTO --out FILE.png")
    if augmentation and steps:
        raise DataError("--steps are for a sheet of preprocessing: leave out --augmentation, or them")
    from mien.lab.expression.figures import SHOWN, augmentation_sheet, steps_sheet, write_sheet

    drawn = augmentation_sheet(sheet) if augmentation else steps_sheet(sheet, ["", *steps] if steps else SHOWN)
    typer.echo(f"drawn: {write_sheet(drawn, out)}")


@lab_app.command(
    "ablation",
    epilog="Example:  mien lab ablation --data fer --network mobile --epochs 8 --out runs/ablation",
)
def ablation(
    data: Annotated[list[Path], typer.Option("--data", help="The data; repeat it to join several.", **_OWN)],
    out: Annotated[Path, typer.Option("--out", help="The folder for the runs and the table.", **_OWN)],
    network: Annotated[str | None, typer.Option(help="A name of mien lab networks, or module:factory.", **_OWN)] = None,
    epochs: Annotated[int | None, typer.Option(help="Epochs of each run.", **_OWN)] = None,
    steps: Annotated[
        list[str] | None, typer.Option(metavar="SPEC", help='One row: "clahe:2 denoise:0.6". Repeat it.', **_OWN)
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Train each this often, with other seeds.")] = 1,
    config: Annotated[Path | None, typer.Option(help="Settings in TOML; the options go over it.", **_OWN)] = None,
    threads: Annotated[int | None, typer.Option(help="CPU threads (torch decides).", **_OWN)] = None,
    as_json: Json = False,
) -> None:
    """Train the same short run once for each preprocessing and compare the accuracies on PublicTest.

    Run it again to go on after any stop. Besides the runs the folder gets ablation.md and ablation.json.
    """
    from mien.lab.expression.ablation import STEPS, ablate
    from mien.lab.expression.settings import read_settings

    settings = read_settings(config, network=network, epochs=epochs, threads=threads)

    def say(text: str) -> None:
        typer.echo(text, err=True)

    result = ablate(data, out, settings, steps or STEPS, seeds, say=say)
    if as_json:
        print_json(result)
        return
    titles = ["preprocessing", "accuracy", "to none", "95 % interval", "mean recall", "verdict"]
    caption = f"{result['n']:,} {result['split']} faces, {result['truth']}. Written: {out / 'ablation.md'}"
    print_table(titles, [_row(row) for row in result["rows"]], caption=caption, spare=("mean recall", "95 % interval"))


def _row(row: dict[str, Any]) -> list[str]:
    from mien.lab.expression.ablation import in_points, verdict

    difference, interval = in_points(row)
    return [
        row["steps"],
        f"{row['accuracy']:.1%}",
        difference,
        interval,
        f"{row['balanced_accuracy']:.1%}",
        verdict(row),
    ]
