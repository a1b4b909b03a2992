"""The studio: everything in the browser, and the HTTP and WebSocket API for other programs. Needs `mien[studio]`.

>>> from mien.studio import Settings, make_app
>>> app = make_app(Settings())              # an ASGI application  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mien.studio.app import make_app
    from mien.studio.settings import Settings

__all__ = ["Settings", "make_app"]

_HOME = {"Settings": "mien.studio.settings", "make_app": "mien.studio.app"}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'mien.studio' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
