"""A bot as a process: its log without secrets, and an end in good order."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from mien.bots import drawing
from mien.journal.place import data_folder

#: Libraries whose own logs can hold addresses, messages or tokens.
CHATTY = ("nio", "slixmpp", "aiohttp", "asyncio")
FOLDER_VARIABLE = "MIEN_BOTS"


class Bot(Protocol):
    """What each messenger's bot has."""

    def run(self, ready: asyncio.Event | None = None) -> Coroutine[Any, Any, None]: ...


class Redacted(logging.Formatter):
    """Log lines in which secrets are blotted out, whatever wrote them."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "***")
        return line


def log_to_stderr(secrets: Sequence[str]) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted(secrets))
    logger = logging.getLogger("mien.bots")
    logger.handlers[:] = [handler]
    logger.propagate = False
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def default_store(platform: str) -> Path:
    """`PLATFORM.db` in `$MIEN_BOTS`, else in the folder `bots` of mien's data folder."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    return (Path(chosen) if chosen else data_folder() / "bots") / f"{platform}.db"


def run(make: Callable[[], Bot], ready: Callable[[], None]) -> None:
    """Run a bot until SIGINT or SIGTERM. make: called within the event loop. ready: called once messages are taken.

    Raises what `Bot.run` raises.
    """
    drawing.warm_up()
    asyncio.run(_until_stopped(make, ready))


async def _until_stopped(make: Callable[[], Bot], told: Callable[[], None]) -> None:
    taking = asyncio.Event()
    work = asyncio.create_task(make().run(taking))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, work.cancel)
    telling = asyncio.create_task(_tell(taking, told))
    try:
        with suppress(asyncio.CancelledError):
            await work
    finally:
        telling.cancel()


async def _tell(taking: asyncio.Event, told: Callable[[], None]) -> None:
    await taking.wait()
    told()
