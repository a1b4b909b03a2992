"""`Settings`: what decides over the rows. Rows of one folder are all made with the same ones."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mien import models
from mien.expression.prior import Prior

#: Changes when rows, files or the manifest change their meaning.
VERSION = 1
FORMATS = ("jsonl", "parquet")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that two runs into one folder must have in common."""

    format: str = "jsonl"
    model: str | None = None  #: path of an expression model, None for the shipped one
    prior: Prior = None
    appearance: bool = False
    lean: bool = False  #: without landmarks and controls
    every: float | None = None  #: seconds between the frames of a clip that are read; None is every frame
    avatars: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As the manifest holds them: models by their hash, so that another path to the same file is no change."""
        said = asdict(self)
        said["model"] = None if self.model is None else models.digest(Path(self.model))
        shipped = {model.name: model.sha256[:16] for model in models.manifest()}
        if self.model is not None:
            shipped.pop("expression", None)
        return {**said, "models": shipped}
