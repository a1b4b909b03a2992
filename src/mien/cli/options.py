"""Options that several commands have, told once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Model = Annotated[
    Path | None, typer.Option("--model", metavar="FILE", help="Use this expression model (.onnx), not the shipped one.")
]
Prior = Annotated[
    str | None,
    typer.Option("--prior", metavar="P", help="How common expressions are: natural, uniform, or between, 0 to 1."),
]
