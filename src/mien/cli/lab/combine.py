"""`mien lab ensemble`, `average`, `distil` and `grow`: one model out of others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from mien.cli.lab.apps import Json, Out, lab_app
from mien.cli.lab.export import EmojiMap, PriorShare, UnsureBelow, one_or_several, working
from mien.cli.terminal import print_json, print_table


@lab_app.command("ensemble", epilog="Example:  mien lab ensemble runs/a runs/b c.onnx --out ensemble.onnx")
def ensemble(
    models: Annotated[list[str], typer.Argument(metavar="MODEL...", help='Runs, exported ONNX files, or "shipped".')],
    out: Annotated[Path, typer.Option("--out", help="The ONNX file to write.", show_default=False)],
    data: Annotated[
        list[Path] | None,
        typer.Option("--data", help="The data to calibrate on; by default what the first run learnt from."),
    ] = None,
    mean: Annotated[str, typer.Option(help="arithmetic: of probabilities; geometric: of logarithms.")] = "arithmetic",
    prior_share: PriorShare = 0.6,
    unsure_below: UnsureBelow = 0.4,
    emoji: EmojiMap = None,
    card: Annotated[bool, typer.Option(help="Draft a model card beside the file.")] = True,
    as_json: Json = False,
) -> None:
    """Join models with the same classes into one ONNX file that answers with the mean of their probabilities.

    It takes as long as all its members together; `mien lab distil` makes one fast network of them.
    """
    from mien.lab.expression.emoji_map import read_emoji_map
    from mien.lab.expression.ensemble import ensemble as join

    with working("joining"):
        report = join(
            models, out, one_or_several(data), mean=mean, prior_share=prior_share, unsure_below=unsure_below,
            emoji=read_emoji_map(emoji or ()), card=card,
        )  # fmt: skip
    if as_json:
        print_json(report)
    else:
        _print_gain(report)


def _print_gain(report: dict[str, Any]) -> None:
    def row(name: str, figures: dict[str, Any]) -> list[str]:
        return [
            name,
            *(f"{100 * figures[k]:.1f} %" for k in ("accuracy", "balanced_accuracy")),
            f"{figures['ece']:.3f}",
        ]

    rows = [row(member["name"], member) for member in report["members"]]
    count = report["ensemble"]["n"]
    print_table(["model", "accuracy", "mean recall", "calibration error"], [*rows, row("together", report["ensemble"])])
    typer.echo(
        f"on {count:,} PublicTest faces: {100 * report['gain']:+.1f} points over {report['best_member']}, the best of "
        f"them: {report['mended']} faces mended, {report['spoilt']} spoilt"
    )
    typer.echo(f"written: {report['model']}")


@lab_app.command("average", epilog="Example:  mien lab average runs/a runs/b --out average.pt")
def average(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="Runs trained on from the same weights.")],
    out: Annotated[Path, typer.Option("--out", help="The checkpoint to write.", show_default=False)],
    weights: Annotated[
        list[float] | None, typer.Option("--weight", help="Of each run in its turn; all alike by default.")
    ] = None,
) -> None:
    """Average the weights of runs that began from the same trained network: as quick as one, often a little better.

    Evaluate and export the file as you would a run.
    """
    from mien.lab.expression.average import average as mean_of

    typer.echo(f"written: {mean_of(runs, out, weights or None)}")


@lab_app.command(
    "distil", epilog="Example:  mien lab distil runs/a runs/b --data fer --network mobile --epochs 40 --out runs/small"
)
def distil(
    teachers: Annotated[
        list[str], typer.Argument(metavar="TEACHER...", help='Runs, exported ONNX files, or "shipped".')
    ],
    data: Annotated[
        list[Path], typer.Option("--data", help="The data; repeat it to join several.", show_default=False)
    ],
    out: Out,
    network: Annotated[str | None, typer.Option(help="The student (mobile).", show_default=False)] = None,
    config: Annotated[Path | None, typer.Option(help="The student's settings in TOML.", show_default=False)] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training faces (40).", show_default=False)] = None,
    temperature: Annotated[float, typer.Option(help="Softens both sides' answers.")] = 2.0,
    weight: Annotated[float, typer.Option(help="Share of the loss: 0 the data alone, 1 the teachers alone.")] = 0.7,
    view: Annotated[
        str, typer.Option(help="same: teachers see the student's augmented faces, every epoch; clean: the faces, once.")
    ] = "same",
    teach: Annotated[str, typer.Option(help="What the teachers teach: both heads, votes, or labels.")] = "both",
    seed: Annotated[int | None, typer.Option(help="As in mien lab train.", show_default=False)] = None,
    threads: Annotated[int | None, typer.Option(help="CPU threads (torch decides).", show_default=False)] = None,
) -> None:
    """Train one network on what several answer, beside the data's own labels. Run it again to go on after any stop.

    What comes out is a run like any other: evaluate it, export it.
    """
    from mien.lab.expression.distil import Distillation
    from mien.lab.expression.distil import distil as train_student
    from mien.lab.expression.settings import read_settings

    student = network if network or config else "mobile"
    settings = read_settings(config, network=student, epochs=epochs, seed=seed, threads=threads)
    how = Distillation(temperature, weight, view, teach)
    typer.echo(f"trained: {train_student(teachers, one_or_several(data) or [], out, settings, how=how)}")


@lab_app.command("grow", epilog="Example:  mien lab grow runs/a --network mien-deep --out start.pt")
def grow(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run of mien or its kin.", show_default=False)],
    network: Annotated[str, typer.Option(help="With the same channels and more blocks.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="The checkpoint to write.", show_default=False)],
) -> None:
    """Make a deeper network that answers as a trained one does, to train it on from there: weights = "OUT"."""
    from mien.lab.expression.grow import grow as grown

    typer.echo(f"written: {grown(run, network, out)}")
