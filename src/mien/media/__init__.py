"""Pictures in and out: reading any picture safely, finding them, drawing what was seen, writing the result.

>>> from mien.media import annotate, find_pictures, read_picture, write_picture
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mien.media.finding import find_pictures
    from mien.media.overlay import annotate
    from mien.media.reading import read_picture
    from mien.media.writing import write_picture, write_whole

__all__ = ["annotate", "find_pictures", "read_picture", "write_picture", "write_whole"]

# numpy and Pillow load when a picture does: `import mien.media` costs nothing.
_HOME = {
    "annotate": "mien.media.overlay",
    "find_pictures": "mien.media.finding",
    "read_picture": "mien.media.reading",
    "write_picture": "mien.media.writing",
    "write_whole": "mien.media.writing",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        value = globals()[name] = getattr(import_module(_HOME[name]), name)
        return value
    raise AttributeError(f"module 'mien.media' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
