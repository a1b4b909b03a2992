"""What can be chosen about a run of the encoder-decoder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: How slots look at tokens: by attention, or all alike at the mean of the tokens (the ablation).
Looking = Literal["attention", "pool"]


DECODER = "decoder"  #: the folder of the decoder's run within a run


@dataclass(frozen=True)
class Recipe:
    """Settings; the weights of the losses are those of one mean over faces each."""

    # the encoder
    looking: Looking = "attention"
    landmarks: bool = True  #: landmark tokens beside those of the picture
    width: int = 96  #: of tokens and slots
    heads: int = 4
    layers: int = 2
    frozen: int = 2  #: residual blocks of the trunk, from the first, that stay as they begin
    dropout: float = 0.1
    epochs: int = 7
    steps: int = 100  #: batches an epoch
    batch: int = 64
    people: int = 12  #: of which two frames each are in every batch, for identity
    drawn: int = 16  #: faces of a batch whose picture is compared
    lr: float = 1.5e-3
    trunk_lr: float = 0.2  #: the trunk's learning rate, as a share of the others'
    # the decoder
    decoder_epochs: int = 7
    decoder_steps: int = 800
    decoder_batch: int = 16
    decoder_lr: float = 2e-3
    judge_steps: int = 300  #: that teach the judge of expressions, before
    drawings: int = 8000  #: random people to draw
    faces: int = 5200  #: photos at most
    # both
    weight_decay: float = 0.02
    ema: float = 0.998
    warmup: int = 100
    # the losses
    attributes: float = 1.0
    choices: float = 1.0
    values: float = 2.0
    controls: float = 10.0
    picture: float = 10.0
    expression: float = 0.05
    identity: float = 0.2
    seed: int = 0
    threads: int = 1
    bf16: bool = True
