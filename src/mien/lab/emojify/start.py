"""Beginning from the shipped appearance network, whose trunk knows heads."""

from __future__ import annotations

from pathlib import Path

from mien import models
from mien.appearance.reader import MODEL
from mien.errors import DataError
from mien.lab.appearance.start import read_convolutions, take
from mien.lab.emojify.net import Trunk


def begin_from(trunk: Trunk, model: Path | str = "shipped") -> int:
    """Set a trunk to the convolutions of an exported appearance or landmark network ("shipped": mien's appearance
    network); returns how many were taken over. Raises `DataError` for another network."""
    path = next(m.path for m in models.manifest() if m.name == MODEL) if model == "shipped" else Path(model)
    convolutions = read_convolutions(path)
    places = [("stem.stem.0", trunk.stem), *((f"layers.layers.{i}", block) for i, block in enumerate(trunk.layers))]
    try:
        return sum(take(module, name, convolutions) for name, module in places)
    except DataError as error:
        raise DataError(f"{path}: cannot be begun from ({error})") from None
