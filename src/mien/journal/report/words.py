"""What the report says of labels, moments and times."""

from __future__ import annotations

from mien.types import UNSURE

#: The emoji that stands for an expression in charts.
EMOJI = {
    "neutral": "😐", "happiness": "😄", "surprise": "😮", "sadness": "😢", "anger": "😠", "disgust": "🤢", "fear": "😨",
    "contempt": "😒", UNSURE: "🫥",
}  # fmt: skip

#: Moment -> what it is called, and the expression whose emoji it has.
MOMENTS = {
    "first_smile": ("First smile", "happiness"),
    "longest_smile": ("Longest smile", "happiness"),
    "most_smiles": ("Most smiles", "happiness"),
    "biggest_surprise": ("Biggest surprise", "surprise"),
    "longest_calm": ("Longest calm", "neutral"),
}


def clock(seconds: float) -> str:
    """75.3 -> "1:15"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def length(seconds: float) -> str:
    """0.42 -> "0.4 s"; 75.3 -> "1 min 15 s"; 5400 -> "1 h 30 min"."""
    if seconds < 1:
        return f"{seconds:.1g} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{minutes} min"


def percent(share: float) -> str:
    return "<1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"
