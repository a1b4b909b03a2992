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
    return _checked((_lines(path) or [""])[0], str(path))


def read_tokens(
    kinds: Mapping[str, str], path: Path | None = None, environment: Mapping[str, str] | None = None
) -> list[str]:
    """Several tokens, each a line of a file, in any order, else in an environment variable of its own.

    kinds: how a token begins -> its variable, such as "xoxb-" -> "MIEN_SLACK_BOT_TOKEN". Raises as `read_token` does.
    """
    if path is None:
        found = [read_token(variable, None, environment) for variable in kinds.values()]
        where = " and ".join(kinds.values())
    else:
        lines, where = _lines(path), str(path)
        found = [next((line for line in lines if line.startswith(begin)), "") for begin in kinds]
    for begin, token in zip(kinds, found, strict=True):
        if not token.startswith(begin):
            raise BotError(f"{where}: no token that begins with {begin}; {' and '.join(kinds)} are needed")
    return [_checked(token, where) for token in found]


def _lines(path: Path) -> list[str]:
    """The lines of a file that only its owner can read, without blank ones."""
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
    return [line.strip() for line in text.splitlines() if line.strip()]


def _checked(token: str, where: str) -> str:
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise BotError(f"{where}: no token in it; a token is one line of letters and digits without spaces")
    return token
