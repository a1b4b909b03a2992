"""The face detector: data, network, training, evaluation and export."""

from mien.lab.detector.loop import train
from mien.lab.detector.measure import candidates, evaluate
from mien.lab.detector.onnx_file import export

__all__ = ["candidates", "evaluate", "export", "train"]
