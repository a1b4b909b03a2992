"""Start and end the process of a job (`job_process`), and tell what it left."""

from __future__ import annotations

import asyncio
import mimetypes
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from mien.studio.settings import DATABASE, LIBPQ

#: Seconds that a process has to end when it is asked to.
PATIENCE = 3.0


def file_of(path: Path) -> dict[str, Any]:
    """A file as the API tells of it."""
    kind = {".jsonl": "application/jsonl", ".apng": "image/apng", ".webp": "image/webp"}.get(path.suffix)
    kind = kind or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return {"name": path.name, "bytes": path.stat().st_size, "type": kind}


async def started(folder: Path, out: str) -> asyncio.subprocess.Process:
    """-P: modules come from where this process has them, never from the current folder. It ends when its standard
    input does, so that none is left behind where the studio dies. It reads what strangers sent, and is told no
    address of the database."""
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {name: value for name, value in os.environ.items() if name != DATABASE and not name.startswith(LIBPQ)}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "mien.studio.job_process", str(folder), out,
        env={**environment, "PYTHONPATH": paths},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=os.name != "nt",
    )  # fmt: skip


async def ended(process: asyncio.subprocess.Process) -> None:
    """Ask it to end, and then make it."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            if os.name == "nt":
                process.terminate()
            else:  # its own helpers too: it leads a session
                os.killpg(process.pid, signal.SIGTERM)
        await gone(process, PATIENCE)


async def gone(process: asyncio.subprocess.Process, patience: float) -> None:
    """Wait until a process that was asked to end has ended; make it after so many seconds."""
    try:
        await asyncio.wait_for(process.wait(), patience)
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
