"""The landmark network's training: `train`, `evaluate`, `export`. See docs/models/face-landmarks.md."""

from mien.lab.landmarks.exporting import calibrate, export
from mien.lab.landmarks.measuring import evaluate
from mien.lab.landmarks.training import Recipe, train

__all__ = ["Recipe", "calibrate", "evaluate", "export", "train"]
