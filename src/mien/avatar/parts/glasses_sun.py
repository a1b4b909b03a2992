"""Sunglasses, and glasses for parties."""

from __future__ import annotations

from mien.avatar.parts import glasses_shapes as shapes
from mien.avatar.parts.glasses import Frame, add

_DARK = "#33363f"

add(
    "sunglasses", "sunglasses",
    Frame(lens=shapes.WAYFARER, wide=13.0, high=10.2, rim=2.6, brow=1.6, metal=False, tint=_DARK),
)  # fmt: skip
add(
    "sunglasses-aviator", "aviator sunglasses",
    Frame(lens=shapes.AVIATOR, wide=13.4, high=11.8, rim=1.4, bars=2, tint="#4a4038", veil=(0.97, 0.66), drop=2.2),
)  # fmt: skip
add(
    "sunglasses-round", "round sunglasses",
    Frame(lens=shapes.ROUND, wide=11.8, high=11.6, rim=1.6, tint=_DARK),
)  # fmt: skip
add(
    "sunglasses-cat-eye", "cat-eye sunglasses",
    Frame(lens=shapes.CAT_EYE, wide=12.2, high=10.2, rim=2.4, brow=1.2, metal=False, tint="#3d3038"),
)  # fmt: skip
add(
    "sunglasses-oversized", "oversized sunglasses",
    Frame(lens=shapes.OVERSIZED, wide=14.8, high=13.0, rim=2.2, metal=False, tint="#453a38", drop=2.6),
)  # fmt: skip
add(
    "heart", "heart-shaped glasses",
    Frame(
        lens=shapes.HEART, wide=12.6, high=11.4, rim=2.4, metal=False, tint="#e0476a", veil=(0.9, 0.6),
        colour="#d12f57",
    ),
)  # fmt: skip
add(
    "3d", "3-D glasses",
    Frame(
        lens=shapes.RECTANGLE, wide=13.0, high=8.6, rim=3.6, metal=False, tint="#e23b3b", other="#2f9fd8",
        veil=(0.9, 0.85), colour="#f3efe6",
    ),
)  # fmt: skip
