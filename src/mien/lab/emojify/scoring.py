"""How good an encoder is on held-out people, quickly: after every epoch."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from mien.avatar.neural.slots import current_layout
from mien.lab.appearance.net import ANSWERS
from mien.lab.emojify.batches import make_batch
from mien.lab.emojify.net import Emission, Encoder, split_traits
from mien.lab.emojify.people import People
from mien.types import TRAITS

BATCH = 64


class Said(NamedTuple):
    """What an encoder says of N faces."""

    vectors: NDArray[np.float32]  #: N x V, soft
    traits: dict[str, NDArray[np.float32]]  #: trait -> N x codes, logits


@torch.inference_mode()
def read(net: Encoder, people: People, rows: NDArray[np.int64]) -> Said:
    """Views as at run time."""
    vectors, traits, emission = [], [], Emission()
    for start in range(0, len(rows), BATCH):
        batch = make_batch(people, rows[start : start + BATCH], None)
        raw, logits, _ = net(torch.from_numpy(batch.head), torch.from_numpy(batch.points))
        vectors.append(emission(raw).numpy())
        traits.append(logits)
    said = {trait: part.numpy() for trait, part in split_traits(torch.cat(traits)).items()}
    return Said(np.concatenate(vectors), said)


def score(net: Encoder, people: People) -> dict[str, Any]:
    """Mean agreement with the labellers, errors of the vector against its target, on held-out faces."""
    rows = np.flatnonzero(people.held)
    if not len(rows):
        return {}
    said = read(net, people, rows)
    return {"agreement": mean_agreement(said.traits, people.labels[rows]), **vector_errors(said.vectors, people, rows)}


def mean_agreement(traits: dict[str, NDArray[np.float32]], labels: NDArray[np.int64]) -> float | None:
    """Mean over the traits of the share of labelled faces for which the likeliest code is the labeller's."""
    parts = []
    for trait, logits in traits.items():
        wanted = labels[:, list(TRAITS).index(trait)]
        known = (wanted >= 0) & (wanted < len(ANSWERS[trait]))
        if known.any():
            parts.append(float((logits.argmax(1) == wanted)[known].mean()))
    return round(float(np.mean(parts)), 4) if parts else None


def vector_errors(vectors: NDArray[np.float32], people: People, rows: NDArray[np.int64]) -> dict[str, float]:
    """Share of the choices that are the target's, and the mean absolute error of controls and of signed fields."""
    layout, target = current_layout(), people.target[rows]
    same = [
        (vectors[:, field.place].argmax(1) == target[:, field.place].argmax(1)).mean()
        for field in layout.fields
        if field.kind == "choice"
    ]
    controls = layout.controls_index()
    signed = [field.start for field in layout.fields if field.kind == "signed"]
    return {
        "choices": round(float(np.mean(same)), 4),
        "controls": round(float(np.abs(vectors[:, controls] - target[:, controls]).mean()), 4),
        "signed": round(float(np.abs(vectors[:, signed] - target[:, signed]).mean()), 4),
    }
