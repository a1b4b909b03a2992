"""One of several workers: `python -m mien.studio.worker FD`. It is a whole studio on a socket that it did not open.

The first line of its input says how to run; it says "ready" when it can serve, and drains when its input ends, which is
when the supervisor is gone, or at SIGTERM.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mien.errors import MienError
from mien.studio.settings import Limits, Settings

#: Seconds after which a worker serves whether or not its models are loaded.
WARM = 60.0
#: Connections that wait to be accepted, of all workers together.
BACKLOG = 512


def packed(settings: Settings) -> str:
    """Settings as a line for `unpacked`; it goes through a pipe, where nobody else sees what is secret in it."""
    row = {name: getattr(settings, name) for name in settings.__slots__}
    model = None if settings.model is None else str(settings.model)
    return json.dumps({**row, "folder": str(settings.folder), "model": model, "limits": asdict(settings.limits)})


def unpacked(line: str) -> Settings:
    row: dict[str, Any] = json.loads(line)
    row["folder"], row["limits"] = Path(row["folder"]), Limits(**row["limits"])
    row["model"] = None if row["model"] is None else Path(row["model"])
    row["behind_proxy"], row["proxies"] = tuple(row["behind_proxy"]), tuple(row["proxies"])
    return Settings(**row)


class Shared(socket.socket):
    """A listening socket of several processes. Each takes one connection at a time: who took all that wait, as asyncio
    does, would leave the others idle. asyncio takes as many as its backlog, which is also what it gives the system."""

    def listen(self, backlog: int = 0, /) -> None:
        super().listen(BACKLOG)


def main(number: int) -> int:
    """Serve on the socket with this file descriptor."""
    from mien.studio.app import make_app
    from mien.studio.house import House
    from mien.studio.serve import ANY, Server, config_of, listening

    settings = unpacked(sys.stdin.readline())
    threading.Thread(target=_drain_with_input, daemon=True).start()
    bound = Shared(fileno=number)
    bound.setblocking(False)
    inner = listening("127.0.0.1", ANY)
    try:
        app = make_app(settings)
        house: House = app.state.house
        house.inner_port = int(inner.getsockname()[1])
        house.prepare()
    except MienError as error:
        print(f"mien: {error}", file=sys.stderr)
        return 2

    def started() -> None:
        threading.Thread(target=_tell_when_ready, args=(house.ready,), daemon=True).start()

    server = Server(config_of(app, settings, accept=1), started)
    asyncio.run(server.serve(sockets=[bound, inner]))
    return 0


def _tell_when_ready(ready: threading.Event) -> None:
    ready.wait(WARM)
    print("ready", flush=True)


def _drain_with_input() -> None:
    # Not through sys.stdin: its lock would be held when the interpreter ends.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
