"""`mien live --window`: the board in a desktop window, by tkinter of the standard library."""

from __future__ import annotations

from typing import Any

from mien.errors import MienError
from mien.live.board import Board
from mien.live.session import KEYS, Session

#: Pixels that avatars are drawn at.
DRAWING = 216


def show(session: Session) -> None:
    """Show the session in a window until it ends, the window is closed, or somebody presses q.

    Raises `MienError`, in one line, where there is no tkinter or no desktop to show a window on.
    """
    window, label = _opened()
    from PIL import Image, ImageTk

    board = Board()

    def leave() -> None:
        session.press("q")

    window.protocol("WM_DELETE_WINDOW", leave)
    window.bind("<Key>", lambda event: session.press(event.char or ("\x1b" if event.keysym == "Escape" else "")))
    session.on_idle = window.update
    try:
        for moment in session.moments():
            if moment.shown:
                avatars, people = session.avatars(moment.scene), session.gauges.people
                person = max(people, key=lambda gauge: gauge.face.box.height, default=None)
                avatar = avatars.get(person.number) if person else None
                drawn = board.draw(moment.frame.picture, moment.scene, person, avatar, session.status)
                picture = ImageTk.PhotoImage(Image.fromarray(drawn), master=window)
                label.configure(image=picture)
                label.image = picture  # tkinter keeps no reference of its own
            window.update()
    finally:
        window.destroy()


def _opened() -> tuple[Any, Any]:
    try:
        import tkinter
    except ImportError:
        raise MienError("--window needs tkinter: install your system's python3-tk, or leave --window out") from None
    try:
        window = tkinter.Tk(className="mien")
    except tkinter.TclError:
        raise MienError("--window needs a desktop, and there is none here: leave --window out") from None
    window.title(f"mien live · {KEYS.replace('  ', ' · ')}")
    label = tkinter.Label(window, borderwidth=0, background="#1c1f27")
    label.pack()
    return window, label
