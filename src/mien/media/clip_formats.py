"""In which formats clips are written, by the ending of a file's name."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from mien.errors import ClipError
from mien.media.sources import shown

_MILLISECOND = Fraction(1, 1000)
_X264 = {
    "preset": "veryfast",
    "crf": "19",
    # Without frames out of order the decoding times are the display times, and durations come out true.
    "bf": "0",
}
# The ffmpeg guide's settings for a fast VP9; alpha needs auto-alt-ref off (https://trac.ffmpeg.org/wiki/Encode/VP9).
_VP9 = {"deadline": "realtime", "cpu-used": "6", "row-mt": "1", "crf": "24", "b": "0", "auto-alt-ref": "0"}


@dataclass(frozen=True, slots=True)
class Way:
    """How files of one ending are written, in FFmpeg's names."""

    container: str
    codecs: tuple[str, ...]  #: the first that this PyAV has
    plain: str  #: pixel format
    alpha: str | None  #: pixel format with transparency, where the format can
    tick: Fraction  #: seconds; times are rounded to it
    options: dict[str, str] = field(default_factory=dict)
    for_container: dict[str, str] = field(default_factory=dict)
    sound: bool = True
    codecs_of_sound: tuple[str, ...] = ("aac",)  #: encoded to where it cannot be copied


_H264 = ("libx264", "libopenh264", "h264_nvenc", "mpeg4")
_FAST = {"movflags": "+faststart"}
_FINE = Fraction(1, 90000)
_APNG = Way("apng", ("apng",), "rgb24", "rgba", _MILLISECOND, {"pred": "mixed"}, {"plays": "0"}, sound=False)

#: Ending -> how it is written.
WAYS: dict[str, Way] = {
    ".mp4": Way("mp4", _H264, "yuv420p", None, _FINE, _X264, _FAST),
    ".m4v": Way("mp4", _H264, "yuv420p", None, _FINE, _X264, _FAST),
    ".mov": Way("mov", _H264, "yuv420p", None, _FINE, _X264, _FAST),
    ".mkv": Way("matroska", _H264, "yuv420p", None, _MILLISECOND, _X264),
    ".webm": Way(
        "webm", ("libvpx-vp9",), "yuv420p", "yuva420p", _MILLISECOND, _VP9, codecs_of_sound=("libopus", "opus")
    ),
    ".webp": Way(
        "webp", ("libwebp_anim",), "bgra", "bgra", _MILLISECOND, {"quality": "82"}, {"loop": "0"}, sound=False
    ),
    ".apng": _APNG,
    ".png": _APNG,
    ".gif": Way("gif", ("gif",), "pal8", "pal8", Fraction(1, 100), {}, {"loop": "0"}, sound=False),
}

#: Endings of formats that know transparency.
SEE_THROUGH = tuple(ending for ending, way in WAYS.items() if way.alpha)


def way_for(path: str | os.PathLike[str], *, alpha: bool = False) -> Way:
    """How a file of this name is written. Raises `ClipError` for an ending, or for transparency, that cannot be."""
    path = Path(path)
    way = WAYS.get(path.suffix.lower())
    if way is None:
        what = f"cannot write {path.suffix!r} clips" if path.suffix else "no file ending to tell the format"
        raise ClipError(f"{shown(path)}: {what}; use one of {' '.join(WAYS)}")
    if alpha and way.alpha is None:
        raise ClipError(
            f"{shown(path)}: {path.suffix.lower()[1:].upper()} knows no transparency; "
            f"use {' '.join(SEE_THROUGH)}, or give a colour as the background"
        )
    return way
