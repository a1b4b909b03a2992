"""The names that datasets and users give to mien's eight labels."""

from __future__ import annotations

from mien.types import LABELS

#: FER2013's class names and the adjectives in use beside them -> the label of `mien.types.LABELS`.
ALIASES = {
    "angry": "anger", "happy": "happiness", "joy": "happiness", "sad": "sadness", "surprised": "surprise",
    "disgusted": "disgust", "fearful": "fear", "afraid": "fear", "contemptuous": "contempt",
} | {label: label for label in LABELS}  # fmt: skip


def canonical(name: str) -> str | None:
    """The label that `name` stands for, whatever its case; None when it stands for none of the eight."""
    return ALIASES.get(name.strip().casefold())
