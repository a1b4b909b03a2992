"""`mien live`: a camera's faces as emoji, in the terminal, in a window, as a camera, or as data."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mien.cli.options import Model, Prior
from mien.cli.terminal import complain, console, print_json
from mien.errors import MienError

if TYPE_CHECKING:
    from mien.journal import Recording
    from mien.live.session import Session

#: What `--camera-out` without a device stands for.
ANY = "auto"


def live(
    camera: Annotated[
        str, typer.Option(metavar="N|URL|FILE", help="A camera's number, a stream's address, or a clip.")
    ] = "0",
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON a frame.")] = False,
    window: Annotated[bool, typer.Option("--window", help="Open a window with the video, emoji and avatar.")] = False,
    camera_out: Annotated[
        str | None,
        typer.Option(metavar="DEVICE", help="Be a virtual camera: the avatar in your calls. auto, or /dev/video2."),
    ] = None,
    background: Annotated[
        str | None, typer.Option(metavar="#RRGGBB", help="With --camera-out: the colour behind the avatar.")
    ] = None,
    avatar: Annotated[bool, typer.Option(help="Draw everybody's avatar in the terminal.")] = True,
    calibrate: Annotated[
        str | None,
        typer.Option(metavar="SECONDS", help="Take the first seconds as everybody's resting face: 5s; or auto."),
    ] = None,
    journal: Annotated[
        str | None, typer.Option(metavar="SESSION", help="Record into the journal too, of those who agreed.")
    ] = None,
    people: Annotated[
        list[str] | None, typer.Option("--as", metavar="NAME", help="With --journal: whose face it is, by default me.")
    ] = None,
    model: Model = None,
    prior: Prior = None,
) -> None:
    """Show the expressions of those in front of the camera, as they happen.

    Keys: q quits, space pauses, s saves a snapshot into the current folder, r learns the resting face
    anew. In a pipe there is a line whenever an expression changes, its fields separated by tabs:
    seconds, person, emoji, expression, confidence. Nothing is recorded, unless --journal says so.
    """
    if sum((as_json, window, camera_out is not None)) > 1:
        raise MienError("--json, --window and --camera-out are three ways to show it: choose one")
    if people and journal is None:
        raise MienError("--as says whose face goes into the journal: add --journal SESSION")
    if background is not None and camera_out is None:
        raise MienError("--background is the ground of --camera-out: add that option")
    from mien.cli.video import calibration_of, colour_of, leave_pipe

    how: dict[str, Any] = {"model": model, "calibrate": calibration_of(calibrate), "prior": prior}
    ground = None if background is None else colour_of(background)
    out = None if camera_out is None else _camera(camera_out)
    from mien.live.session import Session

    recording = None if journal is None else _recording(journal, people or ["me"])
    drawings = _drawings(window, out is not None, avatar and not as_json and sys.stdout.isatty())
    with (
        recording or nullcontext(),
        out or nullcontext(),
        Session(_source(camera), drawings=drawings, bust=out is not None, **how) as session,
    ):
        session.recording = recording
        try:
            _show(session, as_json, window, out, ground)
        except BrokenPipeError:
            leave_pipe()
    for line in session.watcher.trouble.lines:
        complain(line)


def _show(session: Session, as_json: bool, window: bool, out: Any, ground: tuple[int, int, int] | None) -> None:
    from mien.live import terminal

    if window:
        from mien.live.window import show

        show(session)
    elif out is not None:
        _send(session, out, ground)
    elif as_json:
        for moment in session.moments():
            print_json(moment.scene.to_dict())
    elif sys.stdout.isatty():
        terminal.show(session, console())
        print(terminal.summary(session))
    else:
        terminal.print_lines(session)


def _send(session: Session, out: Any, ground: tuple[int, int, int] | None) -> None:
    from mien.live.keys import Keys
    from mien.live.virtual_camera import send

    with Keys() as keys:
        ending = "q or Ctrl-C quits" if keys.there else "Ctrl-C quits"
        print(f"The avatar is on camera {out.device}: choose it in your call. {ending}.", file=sys.stderr)
        send(session, out, ground=ground, each=lambda: session.press(keys.pressed()))


def _recording(session: str, people: list[str]) -> Recording:
    from mien.cli.journal import people_of
    from mien.journal import Journal

    return Journal().recording(session, people_of(people))


def _camera(device: str) -> Any:
    from mien.live.virtual_camera import open_camera

    return open_camera(None if device == ANY else device)


def _drawings(window: bool, camera: bool, terminal: bool) -> int:
    """Pixels that avatars are drawn at; 0 where none is shown."""
    from mien.live.terminal import DRAWING

    return 480 if camera else 216 if window else DRAWING if terminal else 0


def _source(camera: str) -> int | str:
    return int(camera) if camera.strip().isdigit() else camera
