"""A bot's token or password: from the environment, or a file that only its owner can read. Never logged."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from mien.bots.errors import BotError

#: Bytes of a token file that are read.
LONGEST = 10_000


def read_token(variable: str, path: Path | None = None, environment: Mapping[str, str] | None = None) -> str:
    """The token in a file, else in an environment variable. Raises `BotError`, which never has the token in it."""
    if path is None:
        token = (os.environ if environment is None else environment).get(variable, "").strip()
        if not token:
            raise BotError(f"no token: set {variable} in the environment, or pass --token-file FILE")
        return _checked(token, variable)
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise BotError(f"{path}: not a file; write the token into a file of its own")
            if os.name == "posix" and mode & 0o077:
                raise BotError(f"{path}: others can read this token: chmod 600 {path}")
            text = stream.read(LONGEST).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise BotError(f"{path}: cannot be read ({reason}); write the token into it and chmod 600 it") from None
    return _checked((text.strip().splitlines() or [""])[0].strip(), str(path))


def _checked(token: str, where: str) -> str:
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise BotError(f"{where}: no token in it; a token is one line of letters and digits without spaces")
    return token
