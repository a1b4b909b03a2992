"""The appearance network's training: `train`, `evaluate`, `export`. See docs/models/appearance.md."""

from mien.lab.appearance.exporting import export
from mien.lab.appearance.measuring import evaluate
from mien.lab.appearance.training import TAUGHT, Recipe, train

__all__ = ["TAUGHT", "Recipe", "evaluate", "export", "train"]
