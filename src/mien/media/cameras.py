"""Cameras by number, on Linux (V4L2), macOS (AVFoundation) and Windows (DirectShow), through FFmpeg's devices."""

from __future__ import annotations

import errno
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

from mien.errors import ClipError

#: What a camera is asked for first; one that cannot do it is opened as it likes.
WISHES: tuple[dict[str, str], ...] = ({"video_size": "640x480", "framerate": "30"}, {"framerate": "30"}, {})
_DEVICE = re.compile(r"/dev/video\d+")


class Camera(NamedTuple):
    """How FFmpeg calls a camera."""

    name: str  #: as in messages: "camera 0"
    file: str
    format: str


def is_camera(source: object) -> bool:
    """Whether a source is a camera: its number, or on Linux its device."""
    if isinstance(source, bool):
        return False
    return isinstance(source, int) or (isinstance(source, str) and _DEVICE.fullmatch(source) is not None)


def find_camera(source: int | str, platform: str = sys.platform, devices: Path = Path("/dev")) -> Camera:
    """The camera with this number (or device). Raises `ClipError` where there is none."""
    name = f"camera {source}"
    number = int(re.sub(r"\D", "", source)) if isinstance(source, str) else source
    if number < 0:
        raise ClipError(f"{name}: cameras are counted from 0; pass 0 for the first one")
    if platform == "darwin":
        return Camera(name, f"{number}:none", "avfoundation")
    if platform == "win32":
        cameras = _direct_show()
        if number >= len(cameras):
            raise _none(name, [str(i) for i in range(len(cameras))])
        return Camera(name, f"video={cameras[number]}", "dshow")
    device = devices / f"video{number}"
    if not device.exists():
        numbers = sorted(int(path.name[5:]) for path in devices.glob("video*") if path.name[5:].isdigit())
        raise _none(name, [str(n) for n in numbers])
    return Camera(name, str(device), "v4l2")


def _direct_show() -> list[str]:
    """Names of the cameras that DirectShow knows, in its order; none where this PyAV cannot list them."""
    import av

    enumerate_devices: Any = getattr(av, "enumerate_input_devices", None)
    if enumerate_devices is None:
        return []
    try:
        return [d.description for d in enumerate_devices("dshow") if "audio" not in str(getattr(d, "media_types", ""))]
    except (ValueError, OSError):
        return []


def _none(name: str, others: list[str]) -> ClipError:
    advice = f"there is {', '.join(others)}" if others else "plug one in and allow this program to use it"
    return ClipError(f"{name}: no such camera; {advice}")


def open_camera(camera: Camera) -> Any:
    """An open `av` container. Raises `ClipError`, in one line, for a camera that is busy, forbidden or broken."""
    import av

    problem: Exception | None = None
    for options in WISHES:
        try:
            return av.open(camera.file, format=camera.format, options=dict(options), timeout=(5.0, 5.0))
        except (OSError, ValueError, av.error.FFmpegError) as error:
            problem = error
            if getattr(error, "errno", None) in (errno.EBUSY, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENODEV):
                break
    raise refusal(camera.name, problem) from None


def refusal(name: str, error: Exception | None) -> ClipError:
    """What FFmpeg's refusal means to a person."""
    code = getattr(error, "errno", None)
    if code == errno.EBUSY:
        return ClipError(f"{name}: in use by another program; close that program")
    if code in (errno.EACCES, errno.EPERM):
        group = "; on Linux join the group `video`" if sys.platform.startswith("linux") else ""
        return ClipError(f"{name}: no permission to use it; allow it in the system's settings{group}")
    if code in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
        return ClipError(f"{name}: no such camera; plug one in, or pass another number")
    why = " ".join(str(getattr(error, "strerror", None) or error).split())
    return ClipError(f"{name}: cannot be opened ({why}); unplug it and plug it in again, or pass another number")
