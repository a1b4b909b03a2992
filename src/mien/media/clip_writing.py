"""`ClipWriter`: frames with their times into a clip on disk, whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mien.errors import ClipError
from mien.media.clip_formats import WAYS, way_for
from mien.media.palettes import Palettes
from mien.media.sources import shown
from mien.media.writing import cannot_write

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mien.media.sound import Sound


@contextmanager
def whole(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A name to write to beside `path`; the file is moved there at the end, and removed after an error or Ctrl-C.

    Raises `PictureError`, in one line, where nothing can be written.
    """
    path = Path(path)
    part = _beside(path)
    try:
        part.open("xb").close()
    except OSError as error:
        raise cannot_write(path, shown(path), error) from error
    try:
        yield part
        try:
            part.replace(path)
        except OSError as error:
            raise cannot_write(path, shown(path), error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def check_place(path: str | os.PathLike[str]) -> None:
    """Raises `PictureError`, in one line, where no file of this name can be written: before the work, not after it."""
    path = Path(path)
    part = _beside(path)
    try:
        if path.is_dir():
            raise IsADirectoryError
        part.open("xb").close()
        part.unlink()
    except OSError as error:
        raise cannot_write(path, shown(path), error) from None


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.stem[:100]}-{secrets.token_hex(4)}.part")


class ClipWriter:
    """A clip in the making: MP4, MOV, MKV (H.264), WEBM (VP9), animated WebP, APNG or GIF, by the path's ending.

    Frames keep their own times, evenly spaced or not. The file appears under its name when the writer, a context
    manager, is left in peace, and never after an error. H.264 and VP9 need even sides: an odd one is filled with a copy
    of its last row or column.

    >>> with ClipWriter("out.mp4") as clip:  # doctest: +SKIP
    ...     clip.write(picture, seconds)
    """

    def __init__(self, path: str | os.PathLike[str], *, alpha: bool = False, sound: Sound | None = None) -> None:
        """alpha: pictures are HxWx4 and their transparency is kept. sound: what is heard, copied from a clip; formats
        without sound leave it out. Raises `ClipError`, `PictureError`."""
        self._path, self._alpha, self._way = Path(path), alpha, way_for(path, alpha=alpha)
        self._sound = sound if self._way.sound else None
        self._whole = whole(path)
        self._container: Any = None
        self._held: tuple[NDArray[np.uint8], int] | None = None  # written when the next tells how long it is shown
        self._durations: dict[int, int] = {}
        self._usual = 0
        self._done = False
        self.frames = 0

    def __enter__(self) -> Self:
        self._part = self._whole.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    def write(self, picture: NDArray[np.uint8], time: float) -> None:
        """One more frame: HxWx3 (RGB) or HxWx4 uint8, shown from `time`, in seconds, which must rise.

        It is encoded when the next one comes: do not change it meanwhile.
        """
        tick = round(Fraction(time).limit_denominator(10**6) / self._way.tick)
        least = 2 if self._way.container == "gif" else 1  # browsers slow down GIFs faster than 50 frames a second
        if self._held is not None and tick - self._held[1] < least:
            if self._way.container == "gif":
                return
            tick = self._held[1] + 1
        try:
            self._put_held(tick)
        except (OSError, ValueError) as error:  # FFmpegError is an OSError or a ValueError
            raise self._failed(error) from error
        self._held = (picture, tick)
        self.frames += 1

    def close(self) -> None:
        """Write what is left and give the file its name. Raises `ClipError` when there was no frame."""
        if self._done:
            return
        try:
            if self._held is None:
                raise ClipError(f"{shown(self._path)}: no frame to write")
            self._put_held(self._held[1] + (self._usual or round(1 / (25 * self._way.tick))))
            self._finish()
            if self._alpha and self._way.container == "webp":
                _mark_see_through(self._part)
        except (OSError, ValueError) as error:
            self.discard()
            raise self._failed(error) from error
        except BaseException:
            self.discard()
            raise
        self._done = True
        self._whole.__exit__(None, None, None)

    def discard(self) -> None:
        """Leave nothing behind."""
        if self._done:
            return
        self._done = True
        with suppress(Exception):
            self._close_container()
        stop = KeyboardInterrupt()
        with suppress(KeyboardInterrupt):
            self._whole.__exit__(KeyboardInterrupt, stop, None)

    def _failed(self, error: OSError | ValueError) -> Exception:
        if isinstance(error, OSError) and error.errno is not None and error.errno > 0:
            return cannot_write(self._path, shown(self._path), error)
        return ClipError(f"{shown(self._path)}: cannot be encoded ({' '.join(str(error).split())}); try another ending")

    def _put_held(self, until: int) -> None:
        if self._held is None:
            return
        picture, tick = self._held
        self._usual = until - tick
        if self._container is None:
            self._open(picture)
        self._durations[tick], self._end = until - tick, until
        self._send(self._image(picture), tick, until - tick)

    def _open(self, picture: NDArray[np.uint8]) -> None:
        import av

        way, pixels = self._way, self._way.alpha if self._alpha else self._way.plain
        name = next((name for name in way.codecs if name in av.codecs_available), None)
        if name is None:
            raise ClipError(f"{shown(self._path)}: this PyAV has no encoder for it; use {' or '.join(WAYS)}")
        options = way.options if name in ("libx264", "libvpx-vp9") or not way.sound else {}
        self._container = av.open(str(self._part), "w", format=way.container, container_options=way.for_container)
        self._stream = self._container.add_stream(name, rate=25, options=options)
        even = 2 if pixels in ("yuv420p", "yuva420p") else 1
        self._size = (-(-picture.shape[1] // even) * even, -(-picture.shape[0] // even) * even)
        self._stream.width, self._stream.height = self._size
        self._stream.pix_fmt = self._pixels = pixels
        self._stream.codec_context.time_base = way.tick
        if even == 2:  # BT.709, limited range, as HD clips are (ITU-R BT.709-6)
            context = self._stream.codec_context
            context.colorspace, context.color_primaries, context.color_trc, context.color_range = 1, 1, 1, 1
            self._stream.thread_type = "AUTO"
        self._palettes = Palettes(self._size, self._alpha) if way.container == "gif" else None
        if self._sound is not None:
            self._sound.open(self._container, way.codecs_of_sound)

    def _image(self, picture: NDArray[np.uint8]) -> Any:
        import av

        picture = _fitted(picture, self._size, 4 if self._alpha else 3)
        image = av.VideoFrame.from_ndarray(picture, format="rgba" if self._alpha else "rgb24")
        if self._palettes is not None or self._pixels in ("rgb24", "rgba"):
            return image
        if self._pixels == "bgra":
            return image.reformat(format="bgra", threads=1)
        return image.reformat(format=self._pixels, dst_colorspace="ITU709", dst_color_range=1, threads=1)

    def _send(self, image: Any, tick: int, duration: int) -> None:
        image.pts, image.time_base, image.duration = tick, self._way.tick, duration
        for ready in [image] if self._palettes is None else self._palettes.push(image):
            ready.pict_type = 0  # the encoder chooses
            self._mux(self._stream.encode(ready))
        if self._sound is not None:
            self._sound.copy_until(float((tick + duration) * self._way.tick))

    def _mux(self, packets: list[Any]) -> None:
        for packet in packets:
            if packet.time_base == self._way.tick:
                packet.duration = self._durations.pop(packet.pts, packet.duration)
            self._container.mux(packet)

    def _finish(self) -> None:
        if self._palettes is not None:
            for ready in self._palettes.push(None):
                ready.pict_type = 0
                self._mux(self._stream.encode(ready))
        self._mux(self._stream.encode(None))
        if self._sound is not None:
            self._sound.copy_until(float(self._end * self._way.tick))
        self._close_container()

    def _close_container(self) -> None:
        if self._sound is not None:
            self._sound.close()
        if self._container is not None:
            container, self._container = self._container, None
            container.close()


def _mark_see_through(path: Path) -> None:
    """Set the alpha flag of an animated WebP: libwebp leaves it out where only what it cropped away was clear
    (RFC 9649, section 2.7: the flags are byte 20 of the file)."""
    with path.open("r+b") as stream:
        head = stream.read(21)
        if head[12:16] == b"VP8X":
            stream.seek(20)
            stream.write(bytes([head[20] | 0x10]))


def _fitted(picture: NDArray[np.uint8], size: tuple[int, int], channels: int) -> NDArray[np.uint8]:
    """The picture at a clip's size: an odd side is filled up, another size is scaled."""
    if picture.shape[2] != channels:
        opaque = np.full((*picture.shape[:2], 1), 255, np.uint8)
        picture = picture[..., :3] if channels == 3 else np.concatenate([picture, opaque], axis=2)
    across, down = size[0] - picture.shape[1], size[1] - picture.shape[0]
    if (across, down) == (0, 0):
        return np.ascontiguousarray(picture)
    if across in (0, 1) and down in (0, 1):
        return np.pad(picture, ((0, down), (0, across), (0, 0)), mode="edge")
    from PIL import Image

    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BILINEAR))
