"""Start and stop a process of the lab. Its input carries its task, and ends when it is to stop (`lab_process`)."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from mien.studio.job_launch import gone
from mien.studio.lab_store import Item, LabStore
from mien.studio.settings import DATABASE, LIBPQ

#: Seconds that a process has to stop where it can go on later.
PATIENCE = 30.0


async def started(task: dict[str, Any]) -> asyncio.subprocess.Process:
    """-P: modules come from where this process has them, never from the current folder."""
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {name: value for name, value in os.environ.items() if name != DATABASE and not name.startswith(LIBPQ)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "mien.studio.lab_process", env={**environment, "PYTHONPATH": paths},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=os.name != "nt", limit=1 << 20,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(json.dumps(task).encode() + b"\n")
    return process


def task_of(item: Item, store: LabStore, data_of: Callable[[Item], Item]) -> dict[str, Any]:
    """What the process is told. data_of: of a training; raises `Problem` where it is gone."""
    folder = store.folder(item)
    task = {"task": item.task, "folder": str(folder), "name": item.name, "typed": item.params.get("typed", False)}
    if item.kind == "data":
        path = item.params["path"] if task["typed"] else folder / item.params["file"]
        return {**task, "source": str(path)}
    data = store.faces(data_of(item))
    return {**task, "data": str(data), "settings": item.params["settings"], "model": item.params["model"]}


def ask_to_stop(process: asyncio.subprocess.Process) -> None:
    assert process.stdin is not None
    process.stdin.close()


async def ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        ask_to_stop(process)
        await gone(process, PATIENCE)
