"""`mien lab label`: let a teacher label pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mien.cli.lab.apps import label_app


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
