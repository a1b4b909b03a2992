"""What Telegram's animated stickers may not have of Lottie (core.telegram.org/stickers, "Animated stickers")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

#: Kinds of layers: https://lottie.github.io/lottie-spec/1.0.1/specs/layers/
_LAYERS = {1: "a solid", 2: "an image", 5: "text", 6: "sound", 13: "a camera"}
#: Kinds of shapes.
_SHAPES = {"gs": "a gradient stroke", "sr": "a star", "mm": "merged paths", "rp": "a repeater"}


def forbidden(animation: dict[str, Any]) -> Iterator[str]:
    """In words, everything that is not allowed, once each."""
    seen = set()
    for what in _all(animation):
        if what not in seen:
            seen.add(what)
            yield what


def _all(animation: dict[str, Any]) -> Iterator[str]:
    if animation.get("tgs") != 1:
        yield "no mark of a Telegram sticker (tgs: 1)"
    if animation.get("ddd"):
        yield "a 3D layer"
    if any("layers" not in asset for asset in animation.get("assets", [])):
        yield "an image"
    compositions = [animation, *animation.get("assets", [])]
    for layer in (layer for composition in compositions for layer in composition.get("layers", [])):
        yield from _layer(layer)
    if _expression(animation):
        yield "an expression"


def _layer(layer: dict[str, Any]) -> Iterator[str]:
    if (kind := layer.get("ty")) in _LAYERS:
        yield _LAYERS[kind]
    if layer.get("masksProperties") or layer.get("hasMask"):
        yield "a mask"
    if layer.get("tt") or layer.get("td"):
        yield "a matte"
    if layer.get("ddd"):
        yield "a 3D layer"
    if layer.get("ef"):
        yield "a layer effect"
    if layer.get("sy"):
        yield "a layer style"
    if layer.get("tm"):
        yield "time remapping"
    if layer.get("sr", 1) != 1:
        yield "time stretching"
    if layer.get("ao"):
        yield "an auto-oriented layer"
    yield from _shapes(layer.get("shapes", []))


def _shapes(items: list[dict[str, Any]]) -> Iterator[str]:
    for item in items:
        if item.get("ty") in _SHAPES:
            yield _SHAPES[item["ty"]]
        yield from _shapes(item.get("it", []))


def _expression(value: Any) -> bool:
    """Whether any property has an expression: a text in its "x"; keyframes have curves there."""
    if isinstance(value, dict):
        return isinstance(value.get("x"), str) or any(map(_expression, value.values()))
    return isinstance(value, list) and any(map(_expression, value))
