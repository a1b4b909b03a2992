"""The frames of an animated sticker: the reaction of `mien.avatar.animate`, begun at its height.

Messengers show the first frame while nothing moves (in the tray, on low battery, with reduced motion), so the first
frame is the expression itself, held; the loop then goes back to rest and comes in again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mien.avatar.animate import BEATS, moment
from mien.avatar.expression import look

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec

#: Where among the beats the expression is held.
HEIGHT = max(range(len(BEATS)), key=lambda i: (BEATS[i][1] == 1.0 and BEATS[i][2] == 0.0, BEATS[i][0]))
_FIT = re.compile(r'<g transform="(matrix\([^"]*\))">')


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of an animation."""

    svg: str
    milliseconds: int


def frames(spec: AvatarSpec, emoji: str, size: int) -> list[Frame]:
    """The loop as drawings, equal neighbours joined. size: pixels that they are meant for."""
    wanted = look(emoji)
    beats = (*BEATS[HEIGHT:], *BEATS[:HEIGHT])
    drawn = [(moment(spec, wanted, share, blink, size), duration) for duration, share, blink in beats]
    found: list[Frame] = []
    for svg, (_, duration) in zip(same_fit([svg for svg, _ in drawn]), drawn, strict=True):
        if found and found[-1].svg == svg:
            found[-1] = Frame(svg, found[-1].milliseconds + duration)
        else:
            found.append(Frame(svg, duration))
    return found


def same_fit(svgs: Sequence[str]) -> list[str]:
    """All fitted into the canvas as the first is: a drawing with tears or hands is fitted smaller than one without, and
    the head would jump as they come and go."""
    fit = _FIT.search(svgs[0])
    return [_FIT.sub(fit[0], svg, count=1) if fit else svg for svg in svgs]
