"""How cloth, felt, metal and plastic are painted: one light from the upper left, folds and seams as strokes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.palette import Ramp, lch
from mien.avatar.shapes import n

if TYPE_CHECKING:
    from mien.avatar.head import Head

_DARK = 0.42  #: lightness below which a material gets a rim of light


def mass(head: Head, d: str, r: Ramp, uid: str, key: str, *, along: str = 'x1=".15" y1="0" x2=".8" y2="1"') -> str:
    """A filled shape, from light at the upper left to shade at the lower right; flat in small pictures. key: letters of
    the gradient's id; along: the direction of the light as attributes of the gradient."""
    if head.bold:
        return f'<path d="{d}" fill="{r.base}" fill-rule="evenodd"/>'
    return (
        f'<linearGradient id="{uid}{key}" {along}><stop stop-color="{r.light}"/>'
        f'<stop offset=".4" stop-color="{r.base}"/><stop offset="1" stop-color="{r.shade}"/></linearGradient>'
        f'<path d="{d}" fill="url(#{uid}{key})" fill-rule="evenodd"/>'
    )


def flat(d: str, colour: str, opacity: float = 1.0) -> str:
    clear = "" if opacity >= 1 else f' fill-opacity="{n(opacity)}"'
    return f'<path d="{d}" fill="{colour}" fill-rule="evenodd"{clear}/>'


def lines(d: str, colour: str, width: float, opacity: float = 1.0, dashes: str = "") -> str:
    """Seams, folds and cords: a stroke with round ends. dashes: as in SVG, for stitches."""
    clear = "" if opacity >= 1 else f' stroke-opacity="{n(opacity)}"'
    broken = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{n(width)}" stroke-linecap="round" '
        f'stroke-linejoin="round"{clear}{broken}/>'
    )


def edged(head: Head, d: str, colour: str, edge: str, width: float, opacity: float) -> str:
    """A flat shape with a thin line along its edge; without the line in small pictures."""
    if head.bold:
        return flat(d, colour)
    return (
        f'<path d="{d}" fill="{colour}" stroke="{edge}" stroke-opacity="{n(opacity)}" stroke-width="{n(width)}" '
        'stroke-linejoin="round"/>'
    )


def is_dark(colour: str) -> bool:
    """Whether a material needs a rim of light to stand off a dark ground."""
    return lch(colour).l < _DARK
