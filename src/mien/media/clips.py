"""`open_clip`: any clip, stream or camera as upright frames with true time stamps; or one clear line about why not."""

from __future__ import annotations

import io
import os
import re
import stat
import time as clock
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
from av.error import BlockingIOError as NotYet
from av.error import EOFError as End
from av.error import FFmpegError

from mien.errors import ClipError
from mien.media import formats
from mien.media.animations import open_animation
from mien.media.cameras import find_camera, is_camera, open_camera
from mien.media.frames import UPRIGHT, Frame, Trouble, Turn, turn_of
from mien.media.pictures import Pictures
from mien.media.sources import name_of

#: A path, URL, camera number, the bytes of a file, a binary file object, or pictures one after the other.
Source = int | str | os.PathLike[str] | bytes | BinaryIO | Iterable[Any]

#: Largest frame decoded by default, in pixels: 8K.
MAX_PIXELS = 7680 * 4320
#: Damaged packets in a row after which a source is given up.
PATIENCE = 500
#: Seconds without a frame after which a stream or camera is taken to be gone.
SILENCE = 10.0
#: Time stamps that fall back by more seconds than this start a new count; by less, they are out of order.
RESTART = 1.0
#: Threads that decode a clip; a live source is decoded by one, since more would hold frames back.
DECODERS = 2

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
#: What FFmpeg would show as pictures and nobody means by a clip: text, and recipes that name other files.
_NO_CLIPS = {"tty", "lrc", "concat", "sdp", "rawvideo"}
_STREAMS = ("rtsp", "rtsps", "rtmp", "rtmps", "udp", "rtp", "srt", "tcp", "mms", "mmsh")


class Clip:
    """An open source of frames. Iterate over it once; `close` it, or use it as a context manager.

    `name` as in messages; `live` whether it is a camera or stream; `rate` frames a second on average, `duration`
    seconds and `frames` as the file tells them, None where it does not; `trouble` what went wrong so far.
    """

    def __init__(self, container: Any, name: str, *, live: bool, max_pixels: int = MAX_PIXELS) -> None:
        self._container: Any = container
        self._stream: Any = _picture_stream(container, name)
        self.name, self.live, self._max_pixels = name, live, max_pixels
        self.trouble = Trouble()
        self._check_size(self._stream.codec_context.width, self._stream.codec_context.height)
        rate = self._stream.average_rate or self._stream.guessed_rate
        self.rate: float | None = float(rate) if rate else None
        self.frames: int | None = self._stream.frames or None
        self.duration: float | None = self._duration()
        self._first: float | None = None
        self._last = self._until = 0.0
        context = self._stream.codec_context
        if live:
            context.thread_count = 1
        else:
            context.thread_type, context.thread_count = "AUTO", min(DECODERS, os.cpu_count() or 1)

    def _duration(self) -> float | None:
        if self._stream.duration and self._stream.time_base:
            return float(self._stream.duration * self._stream.time_base)
        return self._container.duration / av.time_base if self._container.duration else None

    def __enter__(self) -> Clip:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file. Harmless when done twice."""
        with suppress(FFmpegError, OSError):
            self._container.close()

    def __iter__(self) -> Iterator[Frame]:
        """Frames in the order in which they are shown. Damaged ones are skipped and counted in `trouble`.

        Raises `ClipError` when there is not a single one.
        """
        index, size, turn = 0, (0, 0), UPRIGHT
        for image in self._images():
            self._check_size(image.width, image.height)
            stamp = image.time
            if (image.width, image.height) != size:
                size, turn = (image.width, image.height), _turn(image)
            yield Frame(image, self._time(stamp), index, turn, self._aspect(), stamp)
            self._until = self._last + float((image.duration or 0) * (image.time_base or 0))
            index += 1
        if not index:
            damaged = "no frame of it can be decoded" if self.trouble.damaged else "a clip without frames"
            raise ClipError(f"{self.name}: {damaged}; copy it again, or pass another")
        if not self.live:
            self._notice_early_end()
        if self.trouble.damaged:
            self.trouble.lines.append(f"{self.name}: {self.trouble.damaged} damaged packets skipped")

    def _images(self) -> Iterator[Any]:
        """Decoded images. A demuxer that fails is asked again: what follows may be sound."""
        failures, heard, sound = 0, clock.monotonic(), 0
        while True:
            try:
                for packet in self._container.demux(self._stream):
                    images = self._decode(packet)
                    yield from images
                    if images:
                        failures, heard, sound = 0, clock.monotonic(), self.trouble.damaged
                    elif self.trouble.damaged > sound + PATIENCE:
                        self._end("nothing more of it can be decoded")
                        return
                return
            except NotYet:  # a camera between two frames
                if clock.monotonic() - heard > SILENCE:
                    self._end("no more frames came")
                    return
                clock.sleep(0.002)
            except End:
                return
            except (FFmpegError, OSError) as error:
                failures += 1
                if self.live or failures > 5 or not isinstance(error, av.error.InvalidDataError):
                    self._end("unplugged or disconnected" if self.live else _plainly(error))
                    return
                self.trouble.damaged += 1

    def _decode(self, packet: Any) -> list[Any]:
        try:
            images: list[Any] = packet.decode()
        except End:
            return []
        except (FFmpegError, OSError, ValueError):
            self.trouble.damaged += 1
            return []
        self.trouble.damaged += sum(image.is_corrupt for image in images)
        return images

    def _time(self, stamp: float | None) -> float:
        """Seconds since the first frame; where a stamp is missing or falls back, one usual step after the last."""
        if self._first is None:
            self._first = stamp or 0.0
            return 0.0
        usual = self._last + (1 / self.rate if self.rate else 0.04)
        time = usual if stamp is None else stamp - self._first
        if stamp is not None and time < self._last - RESTART:  # a stream that began to count anew
            self._first, time = stamp - usual, usual
        self._last = max(time, self._last + 1e-3)
        return self._last

    def _aspect(self) -> float:
        """Width over height of a pixel, as far as it makes sense."""
        ratio = self._stream.sample_aspect_ratio
        return float(ratio) if ratio and 0.2 <= ratio <= 5 else 1.0

    def _check_size(self, width: int, height: int) -> None:
        if width * height > self._max_pixels:
            raise ClipError(
                f"{self.name}: {width}x{height} is over the limit of {self._max_pixels / 1e6:.3g} megapixels; "
                "make it smaller or raise max_pixels"
            )

    def _notice_early_end(self) -> None:
        told = float(self._stream.duration * self._stream.time_base) if self._stream.duration else 0.0
        if self.rate and self._until < 0.98 * told - 2 / self.rate - 0.2:
            self._end(f"cut short: it tells of {told:.1f} s, {self._until:.1f} s were there")

    def _end(self, why: str) -> None:
        self.trouble.ended = why
        self.trouble.lines.append(f"{self.name}: {why}")


def open_clip(source: Source, *, live: bool | None = None, max_pixels: int = MAX_PIXELS) -> Clip | Pictures:
    """Open a clip, stream or camera.

    source: the path of a clip (MP4, MOV, MKV, WEBM, AVI, GIF, animated WebP or PNG, MJPEG and whatever else FFmpeg
    reads), a URL (rtsp://, http:// ...; nothing is fetched unless one is passed), a camera's number, the bytes of a
    clip, a binary file object, or an iterable of HxWx3 uint8 RGB arrays or of (seconds, array). live: whether the
    source runs on by itself, so that frames must be dropped when reading takes too long; by default so for cameras,
    streams and what tells no duration on the network.

    Raises `ClipError`, in one line, for what cannot be read: missing, only sound, no clip, a camera in use.
    """
    if is_camera(source):
        camera = find_camera(source)  # type: ignore[arg-type]
        return Clip(open_camera(camera), camera.name, live=live is not False, max_pixels=max_pixels)
    if isinstance(source, str | os.PathLike) and not _URL.match(os.fspath(source)):
        return _open_file(Path(source), live, max_pixels)
    if isinstance(source, str):
        return _open_url(source, live, max_pixels)
    if isinstance(source, bytes | bytearray):
        return _open_stream(io.BytesIO(source), f"clip of {len(source)} bytes", live, max_pixels)
    if hasattr(source, "read") and hasattr(source, "seek"):
        return _open_stream(source, name_of(source), live, max_pixels)
    if isinstance(source, Iterable) and not isinstance(source, np.ndarray):
        return Pictures(source, live=bool(live))
    raise ClipError(f"{name_of(source)}: not something that holds a clip; pass a path, a URL or a camera's number")


def _open_file(path: Path, live: bool | None, max_pixels: int) -> Clip | Pictures:
    name = name_of(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ClipError(f"{name}: a folder, not a clip; pass a file")
        if not stat.S_ISREG(status.st_mode):
            raise ClipError(f"{name}: a pipe or device, not a file; pass a file, a URL or a camera's number")
        if not status.st_size:
            raise ClipError(f"{name}: empty (0 bytes); copy or download it again")
        with path.open("rb") as stream:
            head = stream.read(formats.HEAD)
    except FileNotFoundError:
        raise ClipError(f"{name}: no such file; check the name and the folder") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not a possible file name"
        raise ClipError(f"{name}: cannot be opened ({why}); check the path and its permissions") from None
    if formats.recognise(head) is formats.WEBP:
        return Pictures(open_animation(path, name, max_pixels), name=name, live=bool(live))
    # As "file:", so that no name passes for a protocol, and with that protocol only: a playlist cannot reach out.
    container = _open(f"file:{path}", name, options={"protocol_whitelist": "file"})
    return Clip(container, name, live=bool(live), max_pixels=max_pixels)


def _open_stream(stream: Any, name: str, live: bool | None, max_pixels: int) -> Clip | Pictures:
    head = stream.read(formats.HEAD)
    stream.seek(-len(head), os.SEEK_CUR)
    if formats.recognise(head) is formats.WEBP:
        return Pictures(open_animation(stream, name, max_pixels), name=name, live=bool(live))
    container = _open(stream, name, options={"protocol_whitelist": ""})
    return Clip(container, name, live=bool(live), max_pixels=max_pixels)


def _open_url(url: str, live: bool | None, max_pixels: int) -> Clip:
    scheme, name = url.split("://", 1)[0].lower(), shown_url(url)
    options = {"rtsp_transport": "tcp", "fflags": "nobuffer", "flags": "low_delay"} if scheme in _STREAMS else {}
    advice = "check the address and whether its machine answers"
    container = _open(url, name, advice, options=options, timeout=(SILENCE, SILENCE))
    if live is None:
        live = scheme in _STREAMS or not container.duration
    return Clip(container, name, live=live, max_pixels=max_pixels)


def shown_url(url: str) -> str:
    """A URL fit for messages: without the password that may be in it."""
    return re.sub(r"(://)[^/@]*@", r"\1", url)


def _open(file: Any, name: str, advice: str = "copy or download it again, or pass another", **how: Any) -> Any:
    try:
        container = av.open(file, metadata_errors="replace", **how)
    except (FFmpegError, OSError, ValueError) as error:
        raise ClipError(f"{name}: {_plainly(error)}; {advice}") from None
    if container.format.name in _NO_CLIPS:
        container.close()
        raise ClipError(f"{name}: not a clip, or damaged from its start; {advice}")
    return container


def _turn(image: Any) -> Turn:
    """How to bring a decoded image upright. Not to be asked of every frame: PyAV's side data and their frame hold each
    other, so that the frame stays in memory until Python looks for such circles."""
    side = image.side_data.get("DISPLAYMATRIX")
    return turn_of(bytes(side)) if side is not None else UPRIGHT


def _plainly(error: Exception) -> str:
    if isinstance(error, av.error.InvalidDataError):
        return "not a clip, or damaged from its start"
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"cannot be read ({' '.join(text.split())})"


def _picture_stream(container: Any, name: str) -> Any:
    """The first stream of pictures that is not the cover of an album."""
    for stream in container.streams.video:
        if "attached_pic" not in str(stream.disposition).lower():
            if stream.codec_context is None:
                raise ClipError(f"{name}: its pictures are in a format that this PyAV cannot decode; convert it to MP4")
            return stream
    sound = "only sound, no picture" if container.streams.audio else "no picture in it"
    container.close()
    raise ClipError(f"{name}: {sound}; pass a clip that shows something")
