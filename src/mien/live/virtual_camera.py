"""`mien live --camera-out`: the avatar as a camera that other programs can choose, by pyvirtualcam."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from mien.errors import MienError
from mien.live.board import backdrop, on_camera
from mien.live.session import Session

#: What calls ask cameras for.
WIDTH, HEIGHT, RATE = 1280, 720, 30.0

#: How to get a virtual camera, by `sys.platform`.
ADVICE = {
    "linux": "sudo modprobe v4l2loopback exclusive_caps=1 card_label=mien (from the package v4l2loopback-dkms)",
    "darwin": "install OBS 30 or later, and start and stop its virtual camera once",
    "win32": "install OBS, and start and stop its virtual camera once",
}


def open_camera(device: str | None, width: int = WIDTH, height: int = HEIGHT, rate: float = RATE) -> Any:
    """A `pyvirtualcam.Camera`. device: such as /dev/video2; by default the first that is free.

    Raises `MienError`, in one line that says how to get one, where there is none; ModuleNotFoundError without
    pyvirtualcam.
    """
    import pyvirtualcam

    try:
        return pyvirtualcam.Camera(width=width, height=height, fps=rate, device=device)
    except (RuntimeError, OSError, ValueError) as error:
        advice = ADVICE.get(sys.platform, "see pyvirtualcam's page for your system")
        busy = "busy" in str(error).lower()
        what = "in use by another program" if busy else "no virtual camera" + (" of this name" if device else " here")
        raise MienError(f"--camera-out {device or ''}".rstrip() + f": {what}; {advice}") from None


def send(
    session: Session, camera: Any, *, ground: tuple[int, int, int] | None = None,
    each: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Send the avatar of the nearest person to an open camera until the session ends. each: called every frame."""
    behind = backdrop(camera.width, camera.height, *([ground] if ground else []))
    for moment in session.moments():
        each()
        if not moment.shown:
            continue
        avatars = session.avatars(moment.scene)
        people = [gauge for gauge in session.gauges.people if gauge.number in avatars]
        if not people:
            camera.send(behind)
            continue
        person = max(people, key=lambda gauge: gauge.face.box.height)
        middle = person.face.box.x + person.face.box.width / 2
        where = 2 * middle / max(1, moment.scene.width) - 1
        # As in a mirror would be wrong here: others see the avatar as the camera sees the person.
        camera.send(on_camera(behind, avatars[person.number], where))
