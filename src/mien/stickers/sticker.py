"""One sticker, from a person and an emoji or from pictures to bytes that a platform takes. Runs in a helper process."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mien.avatar.raster import rasterise
from mien.avatar.spec import AvatarSpec
from mien.stickers.encode import Encoded, Film, encode_film, encode_still
from mien.stickers.motion import Frame, frames
from mien.stickers.outline import edged
from mien.stickers.platforms import LONGER, PLATFORMS, Rule

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class Job:
    """What to make: of a person (`spec`, JSON, and `emoji`) or of a picture's bytes."""

    platform: str
    formats: tuple[str, ...]  #: to choose among, the preferred first
    edge: bool
    emoji: str
    what: str  #: for errors
    spec: str = ""
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class Made:
    """A sticker's bytes."""

    data: bytes
    format: str
    width: int
    height: int
    how: str


@dataclass(frozen=True, slots=True)
class TrayJob:
    """The pack's own picture."""

    side: int
    limit: int
    emoji: str
    edge: bool
    spec: str = ""
    picture: bytes = b""


def make_sticker(job: Job) -> Made:
    """Raises `MienError` where no way to encode it fits the platform's limit."""
    if "tgs" in job.formats and job.spec:
        from mien.stickers.tgs import tgs_or_reason

        rule = PLATFORMS[job.platform].rules["tgs"]
        data, why = tgs_or_reason(AvatarSpec.from_json(job.spec), job.emoji, rule, edge=job.edge)
        if data or job.formats == ("tgs",):
            return _lottie(job, data, why)
        made = _pixels(job, next(f for f in job.formats if f != "tgs"))
        return Made(made.data, made.format, made.width, made.height, f"{made.how}; no TGS: {why}")
    return _pixels(job, next(f for f in job.formats if f != "tgs"))


def _lottie(job: Job, data: bytes, why: str) -> Made:
    from mien.errors import MienError

    if not data:
        raise MienError(f"{job.what}: cannot be a TGS ({why}); use --format webm")
    return Made(data, "tgs", 512, 512, why)


def _pixels(job: Job, format_name: str) -> Made:
    rule = PLATFORMS[job.platform].rules[format_name]
    if job.picture:
        film = _film_of(job.picture, rule)
    elif rule.moves:
        drawn = frames(AvatarSpec.from_json(job.spec), job.emoji, rule.side)
        film = _drawn(_edged(drawn) if job.edge else drawn, rule.side)
    else:
        svg = AvatarSpec.from_json(job.spec).svg(job.emoji, size=rule.side)
        film = _drawn(_edged([Frame(svg, 0)]) if job.edge else [Frame(svg, 0)], rule.side)
    encoded = _encoded(film, format_name, rule, job.what)
    width, height = film.frames[0].size
    return Made(encoded.data, format_name, width, height, encoded.how)


def _encoded(film: Film, format_name: str, rule: Rule, what: str) -> Encoded:
    if rule.moves:
        return encode_film(film, format_name, rule.limit, what, frames=rule.frames)
    return encode_still(film.frames[0], format_name, rule.limit, what)


def _edged(drawings: list[Frame]) -> list[Frame]:
    svgs = edged([frame.svg for frame in drawings])
    return [Frame(svg, frame.milliseconds) for svg, frame in zip(svgs, drawings, strict=True)]


def _drawn(drawings: list[Frame], side: int) -> Film:
    from PIL import Image

    pictures = [Image.open(io.BytesIO(rasterise(f.svg, side))).convert("RGBA") for f in drawings]
    return Film(pictures, [f.milliseconds for f in drawings])


def _film_of(data: bytes, rule: Rule) -> Film:
    from mien.stickers.pictures import fitted, read_frames

    pictures, times = read_frames(data, moving=rule.moves, seconds=rule.seconds)
    return Film(fitted(pictures, rule.side, square=rule.fit != LONGER), times)


def make_tray(job: TrayJob) -> bytes:
    """A PNG of at most `limit` bytes."""
    from PIL import Image

    if job.picture:
        from mien.stickers.pictures import fitted, read_frames

        picture = fitted(read_frames(job.picture, moving=False)[0], job.side, square=True)[0]
    else:
        svg = AvatarSpec.from_json(job.spec).svg(job.emoji, size=job.side)
        png = rasterise(edged([svg])[0] if job.edge else svg, job.side)
        picture = Image.open(io.BytesIO(png)).convert("RGBA")
    return encode_still(picture, "png", job.limit, "the tray icon").data
