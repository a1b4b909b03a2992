"""`mien lab train` and `mien lab export`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from mien.cli.lab.apps import Data, Out, Points, Seed, Threads, lab_app, train_app
from mien.errors import DataError


@train_app.command("expression", epilog="Example:  mien lab train expression --data fer --epochs 40 --out runs/first")
def train_expression(
    data: Data,
    out: Out,
    network: Annotated[str, typer.Option(help="mien or mobile.")] = "mien",
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training faces.")] = 40,
    batch: Annotated[int, typer.Option(min=2, help="Faces a step.")] = 128,
    learning_rate: Annotated[float, typer.Option(help="Peak learning rate of SGD.")] = 0.1,
    seed: Seed = 0,
    threads: Threads = 2,
) -> None:
    """Train on FER+ votes and FER2013's labels (split Training), choosing the epoch on PublicTest."""
    import torch

    from mien.lab.expression.train import Settings, train

    torch.set_num_threads(threads)
    settings = Settings(network, epochs, batch, learning_rate, seed=seed)
    typer.echo(f"trained: {train(data, out, settings)}")


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


@lab_app.command("export", epilog="Example:  mien lab export runs/first --data fer --out my.onnx")
def export(
    run: Annotated[Path, typer.Argument(help="The folder of a run.")],
    out: Annotated[Path, typer.Option("--out", help="The ONNX file to write.", show_default=False)],
    data: Annotated[
        Path | None,
        typer.Option("--data", help="The data to calibrate on; for expressions by default what the run learnt from."),
    ] = None,
    points: Annotated[Path | None, typer.Option("--points", help="For landmarks: the teacher's files.")] = None,
    prior_share: Annotated[
        float, typer.Option(min=0, max=1, help="1: labels as common as in the data; 0: all equally common.")
    ] = 0.6,
    unsure_below: Annotated[float, typer.Option(min=0, max=1, help='Less confident answers are "unsure".')] = 0.4,
    int8: Annotated[bool, typer.Option("--int8", help="Quantise to 8 bits: smaller and faster.")] = False,
) -> None:
    """Write a run as ONNX: an expression run (its best epoch, calibrated) for `mien photo --model`.

    A detector run with --data, or a landmark run with --data and --points, is calibrated and written in
    int8, as the shipped ones are; without, in float32.
    """
    kind = run_kind(run)
    if kind == "expression":
        from mien.lab.expression.export import export as export_expression

        written = export_expression(run, out, data, prior_share, unsure_below, int8)
    elif int8:
        raise DataError("--int8 is for expression runs: give --data for the others")
    elif kind == "landmarks":
        from mien.lab.landmarks import calibrate
        from mien.lab.landmarks import export as export_landmarks

        if (data is None) != (points is None):
            raise DataError("a landmark run is calibrated with both --data and --points")
        seen = calibrate(run, data, points) if data and points else None
        written = export_landmarks(run, out, calibration=seen)
    else:
        from mien.lab.detector import export as export_detector

        written = export_detector(run, out, data=data)
    typer.echo(f"exported: {written}")


def run_kind(run: Path) -> str:
    """expression, landmarks or detector. Raises `DataError` for what is no run's folder."""
    try:
        config = json.loads((run / "config.json").read_text())
    except (OSError, json.JSONDecodeError):
        raise DataError(f"{run}: no run's folder (no config.json in it)") from None
    return str(config.get("kind") or config.get("model") or "detector")
