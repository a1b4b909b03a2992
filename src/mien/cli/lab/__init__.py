"""`mien lab`: train, evaluate and export the networks; label pictures with a teacher."""

from mien.cli.lab import (  # noqa: F401 - each registers its commands
    appearance,
    combine,
    compare,
    data,
    emojify,
    evaluate,
    explore,
    export,
    groups,
    label,
    likeness,
    measure,
    networks,
    preprocess,
    robustness,
    roundtrip,
    seeds,
    temporal,
    train,
    tune,
)
from mien.cli.lab.apps import lab_app

__all__ = ["lab_app"]
