"""Where the platform keeps what a program stores for its user."""

from __future__ import annotations

import os
import sys
from pathlib import Path


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
