"""Single keys from the terminal, without Enter, without waiting."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any, Self


class Keys:
    """A context manager; `pressed` gives the keys since the last call. Nothing where stdin is no terminal."""

    def __init__(self) -> None:
        self._before: Any = None
        self._at = -1

    def __enter__(self) -> Self:
        with suppress(OSError, ValueError):
            if sys.stdin.isatty():
                self._at = sys.stdin.fileno()
        if self._at >= 0 and os.name == "posix":
            import termios
            import tty

            self._before = termios.tcgetattr(self._at)
            tty.setcbreak(self._at)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            import termios

            termios.tcsetattr(self._at, termios.TCSADRAIN, self._before)

    @property
    def there(self) -> bool:
        """Whether keys can be pressed at all."""
        return self._at >= 0

    def pressed(self) -> str:
        if self._at < 0:
            return ""
        if os.name != "posix":
            import msvcrt

            keys = ""
            while msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
                keys += msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]
            return keys
        import select

        if not select.select([self._at], [], [], 0)[0]:
            return ""
        return os.read(self._at, 64).decode(errors="ignore")
