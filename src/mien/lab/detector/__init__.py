"""The face detector: data, network, training, evaluation and export."""

from mien.lab.detector.evaluate import candidates, evaluate
from mien.lab.detector.export import export
from mien.lab.detector.train import train

__all__ = ["candidates", "evaluate", "export", "train"]
