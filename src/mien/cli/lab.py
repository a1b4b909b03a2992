"""`mien lab`: train, evaluate and export the networks; label pictures with a teacher."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from mien.lab.expression.train import Settings

lab_app = typer.Typer(
    help="Train, measure and export expression, landmark and detector networks (needs mien[lab]).",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
train_app = typer.Typer(help="Train a network; run the same command again to go on after a stop.", no_args_is_help=True)
label_app = typer.Typer(help="Label pictures with a teacher (needs mien[teachers]).", no_args_is_help=True)
lab_app.add_typer(train_app, name="train")
lab_app.add_typer(label_app, name="label")

Data = Annotated[
    Path, typer.Option("--data", help="The data: a file or folder in a public layout.", show_default=False)
]
Out = Annotated[Path, typer.Option("--out", help="The run's folder.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@train_app.command("expression", epilog="Example:  mien lab train expression --data fer --epochs 40 --out runs/first")
def train_expression(
    data: Data,
    out: Out,
    network: Annotated[str, typer.Option(help="mien or mobile.")] = "mien",
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training faces.")] = 40,
    batch: Annotated[int, typer.Option(min=2, help="Faces a step.")] = 128,
    learning_rate: Annotated[float, typer.Option(help="Peak learning rate of SGD.")] = 0.1,
    seed: Annotated[int, typer.Option(help="Runs with the same seed draw the same batches.")] = 0,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads.")] = 2,
) -> None:
    """Train on FER+ votes and FER2013's labels (split Training), choosing the epoch on PublicTest."""
    import torch

    from mien.lab.expression.train import Settings, train

    torch.set_num_threads(threads)
    settings: Settings = Settings(network, epochs, batch, learning_rate, seed=seed)
    typer.echo(f"trained: {train(data, out, settings)}")


@lab_app.command("evaluate", epilog="Example:  mien lab evaluate shipped --data fer --protocol ferplus-majority")
def evaluate(
    model: Annotated[str, typer.Argument(help='"shipped", an ONNX file, or the folder of a run.')],
    data: Data,
    protocol: Annotated[str, typer.Option(help="ferplus-majority or fer2013.")] = "ferplus-majority",
    split: Annotated[str, typer.Option(help="Training, PublicTest or PrivateTest.")] = "PublicTest",
    as_json: Json = False,
) -> None:
    """Measure an expression model on one split of a data set."""
    from mien.lab.expression.evaluate import evaluate as measure_model

    result = measure_model(model, data, protocol, split)
    if as_json:
        typer.echo(json.dumps(result))
    else:
        _print_figures(result)


def _print_figures(result: dict[str, Any]) -> None:
    typer.echo(f"{result['model']} on {result['split']}, protocol {result['protocol']}, {result['n']} faces")
    for key in ("accuracy", "balanced_accuracy", "macro_f1", "ece"):
        typer.echo(f"  {key:<18} {result[key]:.4f}")
    typer.echo(f"  {'class':<18} recall  precision  f1      faces")
    for label, row in result["by_class"].items():
        typer.echo(f"  {label:<18} {row['recall']:.3f}   {row['precision']:.3f}      {row['f1']:.3f}  {row['n']:>6}")


@lab_app.command("geometry", epilog="Example:  mien lab geometry --data fer --limit 500")
def geometry(
    data: Data,
    split: Annotated[str, typer.Option(help="Training, PublicTest or PrivateTest.")] = "PublicTest",
    limit: Annotated[int | None, typer.Option(min=1, help="Only so many faces.")] = None,
    as_json: Json = False,
) -> None:
    """Compare given crops with the same faces pasted into a picture and found by our own detector."""
    from mien.lab.expression.pasted import evaluate_pasted

    result = evaluate_pasted(data, split, limit)
    if as_json:
        typer.echo(json.dumps(result))
    else:
        for key, value in result.items():
            typer.echo(f"  {key:<22} {value}")


@lab_app.command("export", epilog="Example:  mien lab export runs/first --data fer --out my.onnx")
def export(
    run: Annotated[Path, typer.Argument(help="The folder of a run.")],
    out: Annotated[Path, typer.Option("--out", help="The ONNX file to write.", show_default=False)],
    data: Annotated[
        Path | None,
        typer.Option("--data", help="The data to calibrate on (PublicTest); by default what the run was trained on."),
    ] = None,
    prior_share: Annotated[
        float, typer.Option(min=0, max=1, help="1: labels as common as in the data; 0: all equally common.")
    ] = 0.6,
    unsure_below: Annotated[float, typer.Option(min=0, max=1, help='Less confident answers are "unsure".')] = 0.4,
    int8: Annotated[bool, typer.Option("--int8", help="Quantise to 8 bits: smaller and faster.")] = False,
) -> None:
    """Write the best epoch of a run as ONNX, calibrated, for `mien photo --model`."""
    from mien.lab.expression.export import export as export_run

    typer.echo(f"exported: {export_run(run, out, data, prior_share, unsure_below, int8)}")


@label_app.command(
    "boxes", epilog="Example:  mien lab label boxes photos --teacher face_detection_yunet.onnx --out boxes.csv"
)
def label_boxes(
    folder: Annotated[Path, typer.Argument(help="A folder of pictures.")],
    teacher: Annotated[Path, typer.Option(help="YuNet's ONNX file.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="The CSV to write.", show_default=False)],
) -> None:
    """Write the teacher's face boxes and five points for every picture of a folder."""
    from mien.lab.teachers_boxes import label_boxes as label

    label(folder, teacher, out)
    typer.echo(f"labelled: {out}")


@label_app.command(
    "points", epilog="Example:  mien lab label points photos --teacher face_landmarker.task --out points.npz"
)
def label_points(
    folder: Annotated[Path, typer.Argument(help="A folder of pictures, one face each.")],
    teacher: Annotated[Path, typer.Option(help="MediaPipe's face_landmarker.task.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="The npz file to write.", show_default=False)],
) -> None:
    """Write the teacher's 68 points, controls and pose for the face in every picture of a folder."""
    from mien.lab.teachers_points import label_points as label

    typer.echo(f"labelled {label(folder, teacher, out)} faces: {out}")
