"""mien turns faces into emoji: the expression on every face and the emoji that fits, offline.

>>> import mien
>>> scene = mien.look("photo.jpg")          # doctest: +SKIP
>>> [face.expression.emoji for face in scene.faces]  # doctest: +SKIP
['😄']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mien.errors import ClipError, DataError, MienError, ModelError, PictureError

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec
    from mien.emoji.suggesting import Learner, Suggestion, suggest
    from mien.journal import Journal
    from mien.pipeline import look, personalise, recognise
    from mien.types import CONTROLS, LABELS, UNSURE, Box, Expression, Face, Pose, Quality, Scene
    from mien.watching import Watcher, watch

__version__ = "0.1.0"

__all__ = [
    "CONTROLS", "LABELS", "UNSURE", "AvatarSpec", "Box", "ClipError", "DataError", "Expression", "Face", "Journal",
    "Learner", "MienError", "ModelError", "PictureError", "Pose", "Quality", "Scene", "Suggestion", "Watcher", "look",
    "personalise", "recognise", "suggest", "watch",
]  # fmt: skip

# Heavy rooms load when first used, so that `import mien` costs nothing.
_HOME = {"AvatarSpec": "mien.avatar.spec", "Journal": "mien.journal"}
_HOME |= dict.fromkeys(("look", "personalise", "recognise"), "mien.pipeline")
_HOME |= dict.fromkeys(("Learner", "Suggestion", "suggest"), "mien.emoji.suggesting")
_HOME |= dict.fromkeys(("Watcher", "watch"), "mien.watching")
_HOME |= dict.fromkeys(
    ("CONTROLS", "LABELS", "UNSURE", "Box", "Expression", "Face", "Pose", "Quality", "Scene"), "mien.types"
)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        value = globals()[name] = getattr(import_module(_HOME[name]), name)
        return value
    raise AttributeError(f"module 'mien' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
