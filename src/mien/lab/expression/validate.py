"""How well a network does after an epoch, on training faces and on faces it never learnt from, measured alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from mien.expression.recogniser import softmax
from mien.lab.data import FaceSet
from mien.lab.expression.losses import truth_for
from mien.lab.expression.measure import measure

if TYPE_CHECKING:
    from mien.lab.expression.trainer import Trainer

_TRAINING_FACES = 3000  #: how many training faces are measured


@torch.no_grad()
def predict(net: nn.Module, images: NDArray[np.uint8], batch: int = 256, bf16: bool = False) -> NDArray[np.float32]:
    """Logits of every head, H x N x C, without any prior, for N x 48 x 48 uint8 (already preprocessed) faces."""
    net.eval()
    device = next(net.parameters()).device
    parts = []
    for start in range(0, len(images), batch):
        faces = torch.from_numpy(np.ascontiguousarray(images[start : start + batch])).to(device)
        with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
            parts.append(torch.stack([head.float() for head in net(faces)]).cpu())
    answers: NDArray[np.float32] = torch.cat(parts, 1).numpy()
    return answers


class Validation:
    """Measures a trainer's averaged network on the PublicTest split and on a fixed sample of the training faces."""

    def __init__(self, faces: FaceSet, trainer: Trainer) -> None:
        self.trainer = trainer
        self.head = trainer.heads[0]
        truth = truth_for(faces, self.head)
        self.valid = np.flatnonzero((faces.split == "PublicTest") & (truth >= 0))
        known = np.flatnonzero((faces.split == "Training") & (truth >= 0))
        rng = np.random.default_rng(0)
        self.seen = np.sort(rng.permutation(known)[:_TRAINING_FACES])
        self.truth = truth
        if not len(self.valid):  # such as votes on the training faces only
            raise trainer.no_answers(self.head)

    def measure(self) -> dict[str, float]:
        """Accuracy and cross-entropy on both, mean class recall, and the same with half of the classes' prior."""
        t = self.trainer
        net = t.averaged_net()
        logits = {id(rows): predict(net, t.images[rows], bf16=t.bf16)[0] for rows in (self.seen, self.valid)}

        def figures(rows: NDArray[np.int64], prior_share: float) -> dict[str, float]:
            return _figures(logits[id(rows)], self.truth[rows], t.prior_at(self.head, prior_share))

        seen, valid, half = figures(self.seen, 1.0), figures(self.valid, 1.0), figures(self.valid, 0.5)
        return {
            "loss": seen["loss"], "train_accuracy": seen["accuracy"],
            "valid_loss": valid["loss"], "accuracy": valid["accuracy"], "balanced_accuracy": valid["balanced_accuracy"],
            "half_prior_accuracy": half["accuracy"], "half_prior_balanced_accuracy": half["balanced_accuracy"],
        }  # fmt: skip


def _figures(logits: NDArray[Any], truth: NDArray[np.int64], log_prior: NDArray[Any]) -> dict[str, float]:
    p = softmax(logits + log_prior)
    loss = float(-np.log(p[np.arange(len(truth)), truth] + 1e-12).mean())
    return {**measure(p, truth), "loss": loss}
