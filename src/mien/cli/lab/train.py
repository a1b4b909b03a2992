"""`mien lab train`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from mien.cli.lab.apps import Data, Out, Points, Seed, Threads, train_app

_OWN = {"show_default": False}  # the defaults are those of `Settings`


@train_app.command(
    "expression",
    epilog="Example:  mien lab train expression --data fer --network mobile --epochs 20 --out runs/first",
)
def train_expression(
    data: Annotated[list[Path], typer.Option("--data", help="The data; repeat it to join several.", **_OWN)],
    out: Out,
    config: Annotated[Path | None, typer.Option(help="Settings in TOML; the options below go over it.", **_OWN)] = None,
    network: Annotated[str | None, typer.Option(help="A name of mien lab networks, or module:factory.", **_OWN)] = None,
    weights: Annotated[Path | None, typer.Option(help="A state dict to start from.", **_OWN)] = None,
    freeze_epochs: Annotated[int | None, typer.Option(help="Hold the loaded weights still so long.", **_OWN)] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training faces (40).", **_OWN)] = None,
    batch: Annotated[int | None, typer.Option(help="Faces a step (128).", **_OWN)] = None,
    optimiser: Annotated[str | None, typer.Option(help="sgd, adam or adamw.", **_OWN)] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Its peak (0.1, for sgd).", **_OWN)] = None,
    schedule: Annotated[str | None, typer.Option(help="cosine, step, plateau or constant.", **_OWN)] = None,
    loss: Annotated[str | None, typer.Option(help="soft (all votes), cross-entropy or focal.", **_OWN)] = None,
    balance: Annotated[str | None, typer.Option(help="softmax, loss, sampler or none.", **_OWN)] = None,
    labels: Annotated[str | None, typer.Option(help="What to learn from: votes, labels or both.", **_OWN)] = None,
    augment: Annotated[str | None, typer.Option(help="none, classic or mien.", **_OWN)] = None,
    mixup: Annotated[float | None, typer.Option(help="Alpha of mixup; 0 is none.", **_OWN)] = None,
    preprocess: Annotated[
        list[str] | None, typer.Option("--preprocess", help="A step such as clahe:2; repeat it.", **_OWN)
    ] = None,
    patience: Annotated[int | None, typer.Option(help="Stop after so many epochs in vain.", **_OWN)] = None,
    precision: Annotated[str | None, typer.Option(help="auto, fp32, bf16 or fp16.", **_OWN)] = None,
    seed: Annotated[int | None, typer.Option(help="Runs with the same seed draw the same batches.", **_OWN)] = None,
    threads: Annotated[int | None, typer.Option(help="CPU threads (torch decides).", **_OWN)] = None,
) -> None:
    """Train on the split Training, choosing the epoch on PublicTest. Run it again to go on after any stop.

    The run's folder holds its settings, a log, curves.png and .svg, TensorBoard files, and the last and the best
    checkpoint. On several graphics processors or machines: torchrun --nproc-per-node 2 -m mien lab train ...
    """
    options = {k: v for k, v in locals().items() if k not in ("data", "out", "config")}
    from mien.lab.expression.settings import read_settings
    from mien.lab.expression.train import train

    options["weights"] = str(weights) if weights else None
    typer.echo(f"trained: {train(data, out, read_settings(config, **options))}")


@train_app.command("landmarks", epilog="Example:  mien lab train landmarks --data faces --points points --out runs/lm")
def train_landmarks(
    data: Data,
    points: Points,
    out: Out,
    epochs: Annotated[int, typer.Option(min=1, help="Epochs of 200 steps of 128 faces.")] = 24,
    candidates: Annotated[
        Path | None, typer.Option(help="A detector's boxes as hard cases (mien lab measure detector --candidates).")
    ] = None,
    start: Annotated[Path | None, typer.Option(help="A run whose weights to begin from.")] = None,
    seed: Seed = 0,
    threads: Threads = 2,
) -> None:
    """Train points, controls, pose and is-a-face on folders that a teacher has labelled."""
    from mien.lab.landmarks import Recipe, train

    recipe = Recipe(epochs=epochs, seed=seed, threads=threads)
    typer.echo(json.dumps(train(data, points, out, recipe, candidates=candidates, start=start)))


@train_app.command("detector", epilog="Example:  mien lab train detector --data pictures --out runs/detector")
def train_detector(
    data: Data,
    out: Out,
    teacher: Annotated[Path | None, typer.Option(help="YuNet's file, for folders without a boxes.csv.")] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Epochs of 9,600 pictures.")] = 60,
    start: Annotated[Path | None, typer.Option(help="A checkpoint to begin from.")] = None,
    seed: Seed = 0,
    threads: Threads = 2,
) -> None:
    """Train the face detector on the folders scenes, ytfaces, portraits and utkface of the data."""
    import torch

    from mien.lab.detector import train

    torch.set_num_threads(threads)
    typer.echo(f"trained: {train(data, out, teacher=teacher, epochs=epochs, start=start, seed=seed)}")
