"""Where the journal lies: one SQLite file in the user's data folder, readable by nobody else."""

from __future__ import annotations

import os
import sys
from pathlib import Path

#: Environment variables: another place for the journal; the passphrase of an encrypted one.
PATH_VARIABLE, KEY_VARIABLE = "MIEN_JOURNAL", "MIEN_JOURNAL_KEY"


def default_path() -> Path:
    """`$MIEN_JOURNAL`, else `journal.db` in mien's folder of the platform's data folder. It need not exist."""
    chosen = os.environ.get(PATH_VARIABLE)
    return Path(chosen) if chosen else data_folder() / "journal.db"


def data_folder() -> Path:
    """mien's folder for what is kept: `$XDG_DATA_HOME/mien` or what the platform has in its place."""
    if os.environ.get("XDG_DATA_HOME"):
        return Path(os.environ["XDG_DATA_HOME"]) / "mien"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local")) / "mien"
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support/mien"
    return Path.home() / ".local/share/mien"


def default_key() -> str | None:
    """The passphrase in `$MIEN_JOURNAL_KEY`; None where the journal is not encrypted."""
    return os.environ.get(KEY_VARIABLE) or None
