"""Scores that mean what they say: of boxes scored .8, eight in ten are faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from mien.lab.detector.data import SURE, Labelled, iou
from mien.lab.detector.measure import find
from mien.lab.detector.net import Net
from mien.vision.detector import QUICK_SIDE, Detector


def platt(scores: NDArray[np.float32], is_face: NDArray[np.bool_], *, rounds: int = 50) -> tuple[float, float]:
    """Scale and shift of the logits under which `scores` fit `is_face` best (Platt 1999), by Newton's method."""
    p = np.clip(scores.astype(np.float64), 1e-6, 1 - 1e-6)
    x = np.stack([np.log(p / (1 - p)), np.ones(len(p))], 1)
    weights = np.array([1.0, 0.0])
    for _ in range(rounds):
        q = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (q - is_face) + 1e-3 * (weights - (1, 0))
        curve = (x * (q * (1 - q))[:, None]).T @ x + 1e-3 * np.eye(2)
        step = np.linalg.solve(curve, slope)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return float(weights[0]), float(weights[1])


def calibration(detector: Detector, pictures: Sequence[Labelled], *, lowest: float = 0.1) -> tuple[float, float]:
    """Scale and shift for a detector's logits, from what its quick look finds in `pictures` it was not trained on.

    The pictures are first scaled to the quick look's largest size, since a run-time look may be coarser. A box
    on a sure one of the teacher (IoU .5) is a face, one that meets none (IoU .3) is not; others do not count.
    """
    scores, faces = [], []
    pictures = [scaled(picture, QUICK_SIDE) for picture in pictures]
    for picture, rows in zip(pictures, find(detector, pictures, lowest=lowest, thorough=False), strict=True):
        overlap = iou(rows[:, :4], picture.boxes)
        sure = overlap[:, picture.scores >= SURE].max(1, initial=0) >= 0.5
        clear = sure | (overlap.max(1, initial=0) < 0.3)
        scores.append(rows[clear, 4])
        faces.append(sure[clear])
    return platt(np.concatenate(scores), np.concatenate(faces))


def scaled(picture: Labelled, side: int) -> Labelled:
    """A picture with its labels, scaled to a long side of `side` pixels."""
    image = Image.fromarray(picture.pixels)
    factor = side / max(image.size)
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    pixels = np.asarray(image.resize(size, Image.Resampling.BILINEAR))
    return replace(picture, pixels=pixels, boxes=picture.boxes * factor, points=picture.points * factor)


def recalibrate(net: Net, scale: float, shift: float) -> Net:
    """Change the network's last layer so that its logits are `scale * logit + shift`; returns the network."""
    layer = net.head.score
    assert layer.bias is not None
    with torch.no_grad():
        layer.weight.mul_(scale)
        layer.bias.mul_(scale).add_(shift)
    return net
