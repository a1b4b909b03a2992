"""Where the journal lies: one SQLite file in the user's data folder, readable by nobody else."""

from __future__ import annotations

import os
from pathlib import Path

from mien.media.folders import user_folder

#: Environment variables: another place for the journal; the passphrase of an encrypted one.
PATH_VARIABLE, KEY_VARIABLE = "MIEN_JOURNAL", "MIEN_JOURNAL_KEY"


def default_path() -> Path:
    """`$MIEN_JOURNAL`, else `journal.db` in mien's folder of the platform's data folder. It need not exist."""
    chosen = os.environ.get(PATH_VARIABLE)
    return Path(chosen) if chosen else data_folder() / "journal.db"


def data_folder() -> Path:
    """mien's folder for what is kept: `$XDG_DATA_HOME/mien` or what the platform has in its place."""
    chosen = os.environ.get("XDG_DATA_HOME")  # heeded on every platform
    return (Path(chosen) if chosen else user_folder("XDG_DATA_HOME", ".local/share")) / "mien"


def default_key() -> str | None:
    """The passphrase in `$MIEN_JOURNAL_KEY`; None where the journal is not encrypted."""
    return os.environ.get(KEY_VARIABLE) or None
