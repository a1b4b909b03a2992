"""Answers of the lab about everything in it, and as a stream of events about one thing."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from typing import Any

from fastapi.responses import StreamingResponse

from mien.studio.house import House
from mien.studio.lab_store import Item
from mien.studio.lab_tasks import REMEDY, Lab, missing
from mien.studio.lab_views import of_data, of_run
from mien.studio.users import User

#: Seconds after which a stream of events says that it is still there.
HEARTBEAT = 15.0
#: Seconds between two looks whether who listens still may.
OFTEN = 2.0


def told_whole(house: House, lab: Lab, owner: str) -> dict[str, Any]:
    """`GET /api/lab`."""
    active = lab.active(owner)
    return {
        "available": not missing(), "remedy": REMEDY, "paths": house.reads_paths,
        "largest": house.limits.data_bytes,
        "data": [of_data(item, lab.store) for item in lab.all("data", owner)],
        "runs": [of_run(item, lab.store, active) for item in lab.all("runs", owner)],
        "active": active,
    }  # fmt: skip


def stream(house: House, lab: Lab, item: Item, me: User) -> StreamingResponse:
    """Events about an item until nothing is under way any more."""
    headers = {"X-Accel-Buffering": "no"}
    return StreamingResponse(_told(house, lab, item, me), media_type="text/event-stream", headers=headers)


async def _told(house: House, lab: Lab, item: Item, me: User) -> AsyncIterator[bytes]:
    before = ""

    def goes_on() -> bool:
        return not house.closing.is_set() and house.directory.admits(me)

    while goes_on():
        view = of_data(item, lab.store) if item.kind == "data" else of_run(item, lab.store, lab.active(item.owner))
        now = json.dumps(view, ensure_ascii=False)
        over = item not in lab or item.task is None
        yield (
            b": still here\n\n"
            if now == before and not over
            else f"event: {'end' if over else 'change'}\ndata: {now}\n\n".encode()
        )
        if over:
            return
        before = now
        until = time.monotonic() + HEARTBEAT
        while goes_on() and time.monotonic() < until and not await lab.changed(item, OFTEN):
            pass
