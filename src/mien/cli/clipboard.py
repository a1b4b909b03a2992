"""Text into the clipboard, by the programs that a desktop has for it or by asking the terminal."""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
from pathlib import Path

from mien.errors import MienError

#: Programs that take the text on stdin. `clip.exe` reads UTF-16 (Windows, and Linux inside it).
PROGRAMS = (
    ("wl-copy",), ("xclip", "-selection", "clipboard"), ("xsel", "--clipboard", "--input"), ("pbcopy",),
    ("termux-clipboard-set",), ("clip.exe",),
)  # fmt: skip
#: Seconds that a program may take; some fork and stay, and answer at once.
PATIENCE = 5


def copy(text: str) -> None:
    """Put `text` into the clipboard. Raises `MienError` where nothing takes it.

    The first program of `PROGRAMS` that works; else, on a terminal, its OSC 52 sequence (xterm's "Manipulate Selection
    Data"), which also reaches the clipboard of the machine that one has come from by ssh.
    """
    for program, *options in PROGRAMS:
        found = shutil.which(program)
        if found and _given_to([found, *options], text.encode("utf-16-le" if program == "clip.exe" else "utf-8")):
            return
    if not _asked_of_terminal(text):
        raise MienError("no clipboard here: install wl-copy, xclip or xsel, or use a terminal that takes OSC 52")


def _given_to(command: list[str], data: bytes) -> bool:
    try:  # xclip stays behind as a daemon: it must not hold our output
        done = subprocess.run(
            command, input=data, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _asked_of_terminal(text: str) -> bool:
    if not (sys.stderr.isatty() or sys.stdout.isatty()):
        return False
    sequence = f"\033]52;c;{base64.b64encode(text.encode()).decode()}\a"
    try:  # the terminal itself, so that a pipe gets none of it
        with Path("/dev/tty").open("w", encoding="ascii") as terminal:
            terminal.write(sequence)
    except OSError:
        return False
    return True
