"""What the detector is trained to say, cell by cell, and the loss that measures how far off it is."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from mien.lab.detector.net import cells, decode

#: Face sizes (square root of the area, pixels) that each level answers for; they overlap.
RANGES = {8: (0.0, 44.0), 16: (30.0, 104.0), 32: (72.0, 1e6)}
RADIUS = 0.8  #: cells this many strides from a face's centre, or nearer, are asked for it
FOCUS = 2.0  #: exponent of the focal loss


def assign(boxes: Tensor, ignored: Tensor, centres: Tensor, strides: Tensor) -> tuple[Tensor, Tensor]:
    """For one picture: the face each cell is asked for (N, -1 for none), and each cell's weight as background (N).

    `boxes` is Mx4 (left, top, right, bottom). Background counts less near a face's centre (as in CornerNet, Law & Deng
    2018), and not at all inside an ignored face, or near the centre of a face that is almost in the level's range.
    """
    n = len(centres)
    if not len(boxes):
        return torch.full((n,), -1), torch.ones(n)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    half = (boxes[:, 2:] - boxes[:, :2]) / 2
    size = 2 * half.prod(1).clamp_min(1e-6).sqrt()
    low = torch.empty_like(strides)
    high = torch.empty_like(strides)
    for stride, (a, b) in RANGES.items():
        low[strides == stride], high[strides == stride] = a, b
    fits = (size >= low[:, None]) & (size <= high[:, None])
    nearly = (size * 1.35 >= low[:, None]) & (size <= high[:, None] * 1.35)
    offset = centres[:, None] - middle[None]
    far = offset.abs().amax(2) / strides[:, None]
    near = (far <= RADIUS) & ~ignored
    chosen = torch.where(near & fits, far, torch.inf)
    best, face = chosen.min(1)
    face = torch.where(best.isinf(), -1, face)
    sigma = torch.maximum(0.6 * strides[:, None], 0.1 * size)
    bump = torch.exp(-offset.square().sum(2) / (2 * sigma**2)) * (fits & ~ignored)
    weight = (1 - bump.amax(1)) ** 4
    weight[(near & nearly & ~fits).any(1)] = 0
    inside = (offset.abs() <= torch.maximum(half, strides[:, None, None] / 2)).all(2)
    weight[(inside & ignored).any(1)] = 0
    return face, weight


def eiou_loss(found: Tensor, wanted: Tensor) -> Tensor:
    """EIoU loss (Zhang et al. 2022, arXiv:2101.08158) of boxes Kx4 (left, top, right, bottom): K."""
    low, high = torch.maximum(found[:, :2], wanted[:, :2]), torch.minimum(found[:, 2:], wanted[:, 2:])
    meet = (high - low).clamp_min(0).prod(1)
    a, b = found[:, 2:] - found[:, :2], wanted[:, 2:] - wanted[:, :2]
    iou = meet / (a.prod(1) + b.prod(1) - meet).clamp_min(1e-6)
    around = torch.maximum(found[:, 2:], wanted[:, 2:]) - torch.minimum(found[:, :2], wanted[:, :2])
    apart = (found[:, :2] + found[:, 2:] - wanted[:, :2] - wanted[:, 2:]) / 2
    centre = apart.square().sum(1) / around.square().sum(1).clamp_min(1e-6)
    shape = ((a - b).square() / around.square().clamp_min(1e-6)).sum(1)
    return 1 - iou + centre + shape


def detection_loss(
    logits: Tensor, shapes: Tensor, targets: list[tuple[Tensor, Tensor, Tensor]], size: tuple[int, int]
) -> dict[str, Tensor]:
    """Losses of a batch: `score`, `box`, `points` and their weighted sum `total`.

    `logits` is BxN, `shapes` BxNx14; a target is (boxes Mx4, points Mx5x2 with NaN where unknown, ignored M); `size`
    is the pictures' height and width.
    """
    centres, strides = cells(*size)
    logits, shapes = logits.float(), shapes.float()
    asked, weights, rows, wanted_boxes, wanted_points = [], [], [], [], []
    for i, (boxes, points, ignored) in enumerate(targets):
        face, weight = assign(boxes, ignored, centres, strides)
        asked.append(face >= 0)
        weights.append(weight)
        hit = torch.nonzero(face >= 0)[:, 0]
        rows.append(hit + i * len(centres))
        wanted_boxes.append(boxes[face[hit]])
        wanted_points.append(points[face[hit]])
    positive, background = torch.stack(asked), torch.stack(weights)
    p = logits.sigmoid()
    miss = F.softplus(-logits) * (1 - p) ** FOCUS * positive
    alarm = F.softplus(logits) * p**FOCUS * background * ~positive
    row = torch.cat(rows)
    count = max(1, len(row))
    score = (miss.sum() + alarm.sum()) / max(len(targets), count)
    box_target, point_target = torch.cat(wanted_boxes), torch.cat(wanted_points)
    cell = row % len(centres)
    found, found_points = decode(shapes.flatten(0, 1)[row], centres[cell], strides[cell])
    box = eiou_loss(found, box_target).sum() / count
    known = ~point_target.isnan().flatten(1).any(1)
    face_size = (box_target[:, 2:] - box_target[:, :2]).prod(1).sqrt()[known, None, None]
    apart = (found_points[known] - point_target[known]) / face_size.clamp_min(1)
    pointing = F.smooth_l1_loss(apart, torch.zeros_like(apart), beta=0.1, reduction="sum") / (
        10 * max(1, int(known.sum()))
    )
    return {"total": score + 0.75 * box + 2 * pointing, "score": score, "box": box, "points": pointing}
