"""The encoder-decoder with attention: a face -> slots of an avatar -> a picture. See docs/emojify.md."""

from mien.avatar.neural.emojifier import Emojified, Emojifier

__all__ = ["Emojified", "Emojifier"]
