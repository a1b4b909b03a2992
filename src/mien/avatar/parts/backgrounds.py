"""Backgrounds: drawn behind everything in canvas units; they neither turn nor scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.parts.registry import BACKGROUNDS, Part

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec


def _fill(spec: AvatarSpec, uid: str) -> tuple[str, str]:
    """(definitions, fill): the colour, or the gradient to the second one."""
    own = spec.background
    if own.second is None:
        return "", own.colour
    return (
        f'<linearGradient id="{uid}bg" x1="0" y1="0" x2="0" y2="1"><stop stop-color="{own.colour}"/>'
        f'<stop offset="1" stop-color="{own.second}"/></linearGradient>',
        f"url(#{uid}bg)",
    )


def _circle(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    defs, fill = _fill(spec, uid)
    return f'{defs}<circle cx="64" cy="64" r="64" fill="{fill}"/>'


def _square(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    defs, fill = _fill(spec, uid)
    return f'{defs}<rect width="128" height="128" fill="{fill}"/>'


BACKGROUNDS.add(Part(name="none", words=""))
BACKGROUNDS.add(Part(name="square", words="", behind=_square))
BACKGROUNDS.add(Part(name="circle", words="", behind=_circle))
