"""`mien lab train emojify`, `mien lab train decoder` and `mien lab measure emojify`."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from mien.cli.lab.apps import Data, Json, Out, Seed, Threads, measure_app, train_app

Prepared = Annotated[
    Path | None, typer.Option(help="Keep prepared faces and drawings here, so that several runs share them.")
]


class Looking(StrEnum):
    """How slots look at a face."""

    attention = "attention"
    pool = "pool"


@train_app.command("emojify", epilog="Example:  mien lab train emojify --data faces --out runs/emojify")
def train_emojify(
    data: Data,
    out: Out,
    epochs: Annotated[int, typer.Option(min=1, help="Epochs of the encoder, 100 steps of 64 faces.")] = 7,
    decoder_epochs: Annotated[int, typer.Option(min=1, help="Epochs of the decoder, 800 steps of 16 drawings.")] = 7,
    prepared: Prepared = None,
    decoder: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Take over the decoder of this run instead of teaching one.")
    ] = None,
    looking: Annotated[Looking, typer.Option(help="pool: without attention, for the ablation.")] = Looking.attention,
    landmarks: Annotated[bool, typer.Option(help="Landmark tokens beside those of the picture.")] = True,
    start: Annotated[
        str, typer.Option(help="An exported appearance or landmark network to begin from: shipped, a file, or none.")
    ] = "shipped",
    seed: Seed = 0,
    threads: Threads = 1,
) -> None:
    """Train the encoder-decoder with attention on the folders portraits, utkface and ytfaces of the data.

    The engine draws what the decoder learns from; that takes minutes, once.
    """
    from mien.lab.emojify.settings import Recipe
    from mien.lab.emojify.training import train

    recipe = Recipe(
        epochs=epochs, decoder_epochs=decoder_epochs, looking=looking.value, landmarks=landmarks, seed=seed,
        threads=threads,
    )  # fmt: skip
    begun = None if start == "none" else start
    typer.echo(json.dumps(train(data, out, recipe, prepared=prepared, decoder=decoder, start=begun)))


@train_app.command(
    "decoder",
    epilog="Example:  mien lab train decoder --data faces --prepared prepared --begin runs/emojify --out runs/more",
)
def train_decoder(
    data: Data,
    out: Out,
    prepared: Annotated[Path, typer.Option(help="Prepared faces and drawings, see train emojify; made if not there.")],
    begin: Annotated[
        Path | None, typer.Option(metavar="RUN", help="A run of train emojify whose decoder to teach on.")
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Epochs of 800 steps of 16 drawings.")] = 10,
    seed: Seed = 0,
    threads: Threads = 1,
) -> None:
    """Teach the decoder of emojify alone, for longer; export RUN --decoder takes it."""
    from mien.lab.emojify.settings import Recipe
    from mien.lab.emojify.training import teach_decoder

    recipe = Recipe(decoder_epochs=epochs, seed=seed, threads=threads)
    typer.echo(json.dumps(teach_decoder(data, out, recipe, prepared=prepared, begin=begin)))


@measure_app.command("emojify", epilog="Example:  mien lab measure emojify --data faces --prepared faces/prepared")
def measure_emojify(
    data: Data,
    prepared: Annotated[Path, typer.Option(help="Prepared faces and drawings, see train emojify; made if not there.")],
    model: Annotated[Path | None, typer.Option(help="An exported network; by default the shipped one.")] = None,
    as_json: Json = False,
) -> None:
    """Pictures against the engine's, agreement with labellers, expressions and identity on people held out."""
    from mien.lab.emojify.measuring import evaluate

    result = evaluate(model, data, prepared)
    if as_json:
        typer.echo(json.dumps(result))
    else:
        _print(result)


def _print(result: dict[str, Any], indent: int = 1) -> None:
    for key, value in result.items():
        if isinstance(value, dict) and any(isinstance(inner, dict) for inner in value.values()):
            typer.echo(f"{'  ' * indent}{key}")
            _print(value, indent + 1)
        elif isinstance(value, dict):
            row = "  ".join(f"{name} {inner}" for name, inner in value.items() if inner is not None)
            typer.echo(f"{'  ' * indent}{key:<24} {row}")
        else:
            typer.echo(f"{'  ' * indent}{key:<24} {value}")
