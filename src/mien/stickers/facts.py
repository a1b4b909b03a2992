"""What a sticker file holds, read off its bytes: format, size, frames, times, loops, transparency, sound."""

from __future__ import annotations

import io
import json
import struct
import zlib
from dataclasses import dataclass, field
from typing import Any


class Unreadable(ValueError):
    """Bytes that are no file of a known format, or a damaged one; says which."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Of a still picture `milliseconds` is empty."""

    format: str  #: "png", "apng", "webp", "animated webp", "gif", "jpeg", "webm" or "tgs"
    width: int
    height: int
    milliseconds: tuple[float, ...] = ()  #: of each frame
    loops: int | None = None  #: 0 for ever
    fps: float | None = None  #: of formats with an even rate
    clear: bool = True  #: whether it can be transparent
    codec: str = ""
    sound: bool = False
    forbidden: tuple[str, ...] = field(default=())  #: features of Lottie that Telegram's player does not take

    @property
    def seconds(self) -> float:
        return sum(self.milliseconds) / 1000


def read_facts(data: bytes) -> Facts:
    """Raises `Unreadable`."""
    for start, read in _READERS.items():
        if data.startswith(start):
            try:
                return read(data)
            except Unreadable:
                raise
            except Exception as error:  # whatever a decoder says of damaged bytes
                raise Unreadable(f"damaged ({type(error).__name__})") from None
    raise Unreadable("no PNG, WebP, GIF, JPEG, WEBM or TGS file")


def _png(data: bytes) -> Facts:
    """PNG, 3rd edition: chunks with their check sums; acTL and fcTL are of APNG."""
    at, kinds, times, loops = 8, list[bytes](), list[float](), None
    width = height = colour = 0
    clear = False
    while at + 12 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        check = data[at + 8 + length : at + 12 + length]
        if len(body) != length or check != struct.pack(">I", zlib.crc32(kind + body)):
            raise Unreadable("a damaged PNG")
        at += 12 + length
        kinds.append(kind)
        if kind == b"IHDR":
            width, height, _, colour = struct.unpack(">IIBB", body[:10])
        elif kind == b"acTL":
            loops = struct.unpack(">I", body[4:8])[0]
        elif kind == b"fcTL":
            up, down = struct.unpack(">HH", body[20:24])
            times.append(1000 * up / (down or 100))
        elif kind == b"tRNS":
            clear = True
    if not kinds or kinds[0] != b"IHDR" or kinds[-1] != b"IEND":
        raise Unreadable("a PNG that is cut off")
    _decode(data)
    moves = len(times) > 1
    return Facts("apng" if moves else "png", width, height, tuple(times) if moves else (), loops if moves else None,
                 clear=clear or colour in (4, 6))  # fmt: skip


def _webp(data: bytes) -> Facts:
    """RFC 9649: a RIFF of chunks; ANIM and ANMF are of animations."""
    if data[8:12] != b"WEBP" or struct.unpack("<I", data[4:8])[0] + 8 > len(data):
        raise Unreadable("a WebP that is cut off")
    at, times, loops = 12, list[float](), None
    while at + 8 <= len(data):
        kind, length = struct.unpack("<4sI", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"ANIM":
            loops = struct.unpack("<H", body[4:6])[0]
        elif kind == b"ANMF":
            times.append(float(int.from_bytes(body[12:15], "little")))
        at += 8 + length + length % 2
    picture = _decode(data)
    (width, height), clear = picture["size"], picture["mode"] == "RGBA"
    if times:
        return Facts("animated webp", width, height, tuple(times), loops, clear=clear)
    return Facts("webp", width, height, clear=clear)


def _gif(data: bytes) -> Facts:
    picture = _decode(data, every=True)
    times = picture["times"]
    width, height = picture["size"]
    shown = tuple(times) if len(times) > 1 else ()
    return Facts("gif", width, height, shown, picture["loops"], clear=picture["clear"])


def _jpeg(data: bytes) -> Facts:
    width, height = _decode(data)["size"]
    return Facts("jpeg", width, height, clear=False)


def _decode(data: bytes, every: bool = False) -> dict[str, Any]:
    """Size, mode and times of a picture, all of whose pixels could be decoded."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        loops, clear, times = picture.info.get("loop"), "transparency" in picture.info, list[float]()
        for i in range(getattr(picture, "n_frames", 1) if every else 1):
            picture.seek(i)
            picture.load()
            times.append(float(picture.info.get("duration", 0)))
        return {"size": picture.size, "mode": picture.mode, "times": times, "loops": loops, "clear": clear}


def _webm(data: bytes) -> Facts:
    import av

    with av.open(io.BytesIO(data), "r") as container:
        if not container.streams.video:
            raise Unreadable("a WEBM without a picture")
        video = container.streams.video[0]
        doctype = b"\x42\x82\x84webm" in data[:64]
        starts = [float(p.pts * p.time_base) for p in container.demux(video) if p.pts is not None]
        rate = float(video.average_rate or 0)
        ends = [*starts[1:], starts[-1] + 1 / rate if rate else starts[-1]]
        times = [round(1000 * (b - a), 3) for a, b in zip(starts, ends, strict=True)]
        # Times are whole milliseconds, so that a single gap tells little: the rate is measured over all.
        measured = (len(starts) - 1) / (starts[-1] - starts[0]) if len(starts) > 2 else rate
        return Facts(
            "webm" if doctype else "matroska", video.width, video.height, tuple(times), 0,
            round(max(rate, measured), 1), video.metadata.get("alpha_mode") == "1",
            video.codec_context.name.removeprefix("libvpx-"), bool(container.streams.audio),
        )  # fmt: skip


def _tgs(data: bytes) -> Facts:
    from mien.stickers.lottie_rules import forbidden

    inflater = zlib.decompressobj(31)
    text = inflater.decompress(data, 8_000_000)
    if not inflater.eof:
        raise Unreadable("a TGS that is cut off or far too large")
    animation = json.loads(text)
    rate, frames = float(animation["fr"]), animation["op"] - animation["ip"]
    return Facts(
        "tgs", animation["w"], animation["h"], tuple([1000 / rate] * round(frames)), 0, rate,
        forbidden=tuple(forbidden(animation)),
    )  # fmt: skip


_READERS = {
    b"\x89PNG\r\n\x1a\n": _png, b"RIFF": _webp, b"GIF8": _gif, b"\xff\xd8\xff": _jpeg, b"\x1a\x45\xdf\xa3": _webm,
    b"\x1f\x8b": _tgs,
}  # fmt: skip
