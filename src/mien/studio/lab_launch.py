"""Start and stop a process of the lab. Its input carries its task, and ends when it is to stop (`lab_process`)."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import suppress
from typing import Any

#: Seconds that a process has to stop where it can go on later.
PATIENCE = 30.0


async def started(task: dict[str, Any]) -> asyncio.subprocess.Process:
    """-P: modules come from where this process has them, never from the current folder."""
    paths = os.pathsep.join(path for path in sys.path if path)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "mien.studio.lab_process", env={**os.environ, "PYTHONPATH": paths},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=os.name != "nt", limit=1 << 20,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(json.dumps(task).encode() + b"\n")
    return process


def ask_to_stop(process: asyncio.subprocess.Process) -> None:
    assert process.stdin is not None
    process.stdin.close()


async def ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        ask_to_stop(process)
        try:
            await asyncio.wait_for(process.wait(), PATIENCE)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
