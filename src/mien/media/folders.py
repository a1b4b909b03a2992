"""Where the platform keeps what a program stores for its user; files that hold a folder for one process."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO


def user_folder(variable: str, usual: str) -> Path:
    """The root that programs put folders of their own into; it need not exist.

    variable, usual: of the XDG base directories (https://specifications.freedesktop.org/basedir), such as
    `XDG_DATA_HOME` and `.local/share`; Windows and macOS have one root each.
    """
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local"))
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support"
    return Path(os.environ.get(variable) or Path.home() / usual)


def lock(file: IO[bytes]) -> bool:
    """Lock an open file for this process, without waiting: whether it has it now.

    The lock ends with the process, however it ends, or when the file is closed.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
