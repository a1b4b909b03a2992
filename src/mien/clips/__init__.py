"""What can be made of a clip: annotated, with avatars in place of faces, avatars alone, rows of data, a reaction.

>>> from mien.clips import annotate_clip, avatar_clip, replace_faces, cut_reaction, clip_rows
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mien.clips.making import annotate_clip, avatar_clip, clip_rows, cut_reaction, make, replace_faces

__all__ = ["annotate_clip", "avatar_clip", "clip_rows", "cut_reaction", "make", "replace_faces"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("mien.clips.making"), name)
    raise AttributeError(f"module 'mien.clips' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
