"""Sticker packs for messengers: whole, valid, with alt text; and the check that says whether a pack is.

>>> from mien.stickers import make_pack
>>> pack = make_pack("me.jpg", "whatsapp", "my-stickers")  # doctest: +SKIP
>>> len(pack.stickers)  # doctest: +SKIP
24
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mien.stickers.platforms import PLATFORMS

if TYPE_CHECKING:
    from mien.stickers.checking import Finding, check_pack
    from mien.stickers.making import make_pack
    from mien.stickers.pack import Pack, Sticker

__all__ = ["PLATFORMS", "Finding", "Pack", "Sticker", "check_pack", "make_pack"]

_HOME = {
    "make_pack": "mien.stickers.making", "check_pack": "mien.stickers.checking", "Finding": "mien.stickers.checking",
    "Pack": "mien.stickers.pack", "Sticker": "mien.stickers.pack",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'mien.stickers' has no attribute {name!r}")
