"""The command groups of `mien lab`, and the options that its commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

#: The commands of `mien lab` in the order in which one comes to need them.
ORDER = (
    "data", "explore", "preprocess", "networks", "train", "tune", "evaluate", "compare", "ablation", "ensemble",
    "distil", "export",
)  # fmt: skip


class _InOrder(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:
        names = super().list_commands(ctx)
        return sorted(names, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))


lab_app = typer.Typer(
    cls=_InOrder,
    help="Train, measure and export expression, landmark and detector networks (needs mien[lab]).",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
train_app = typer.Typer(help="Train a network; run the same command again to go on after a stop.", no_args_is_help=True)
measure_app = typer.Typer(help="Measure the detector and the landmark network.", no_args_is_help=True)
label_app = typer.Typer(help="Label pictures with a teacher (needs mien[teachers]).", no_args_is_help=True)
lab_app.add_typer(train_app, name="train")
lab_app.add_typer(measure_app, name="measure")
lab_app.add_typer(label_app, name="label")

Data = Annotated[
    Path, typer.Option("--data", help="The data: a file or folder in a public layout.", show_default=False)
]
Out = Annotated[Path, typer.Option("--out", help="The run's folder.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Seed = Annotated[int, typer.Option(help="Runs with the same seed draw the same batches.")]
Threads = Annotated[int, typer.Option(min=1, help="CPU threads.")]
Points = Annotated[Path, typer.Option("--points", help="Folder of a teacher's NAME.npz files (mien lab label points).")]
