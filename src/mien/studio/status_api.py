"""`/api/health`, `/api/models`, `/metrics`: how the studio is, and what it reads faces with."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from typing import Any

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response

import mien
from mien.database import DatabaseError
from mien.studio import answers
from mien.studio.house import House
from mien.studio.metrics import CONTENT_TYPE, labelled, resident_bytes
from mien.studio.metrics_pages import OFTEN, Pages, joined
from mien.studio.users import Manager, Me

_log = logging.getLogger(__name__)

_HEALTH = {
    "status": "ok", "version": mien.__version__, "ready": True, "uptime": 12.5, "queue": 0, "live": 0,
    "limits": {"picture_bytes": 32_000_000, "pixels": 50_000_000},
}  # fmt: skip
_MODELS = {
    "active": "expression",
    "models": [{
        "name": "expression", "file": "expression.onnx", "sha256": "...", "bytes": 6317326, "parameters": 1570000,
        "input": "...", "licence": "Apache-2.0", "card": "docs/models/expression.md",
    }],
}  # fmt: skip


_METRICS = 'mien_http_requests_total{method="POST",route="/api/look",status="200"} 12\nmien_queue_tasks 0\n'


def router(house: House) -> APIRouter:
    routes = APIRouter(tags=["studio"])

    @routes.get("/api/health", responses=answers.told(answers.shown("It runs", _HEALTH)))
    async def health() -> dict[str, Any]:
        """Whether the studio runs, whether its models are loaded yet, how busy it is, and its limits."""
        limits = house.limits
        return {
            "status": "closing" if house.closing.is_set() else "ok",
            "version": mien.__version__,
            "ready": house.ready.is_set(),
            "uptime": round(time.time() - house.started, 1),
            "queue": house.workers.taken,
            "live": house.live,
            "limits": {name: getattr(limits, name) for name in limits.__slots__},
        }

    @routes.get("/livez", include_in_schema=False)
    async def alive() -> Response:
        """Whether it answers at all, for probes; needs no token."""
        return PlainTextResponse("ok\n")

    @routes.get("/readyz", include_in_schema=False)
    async def ready() -> Response:
        """Whether it takes work: 503 until the models are loaded, and when it closes. For probes; needs no token."""
        takes = house.ready.is_set() and not house.closing.is_set()
        return PlainTextResponse("ok\n" if takes else "not ready\n", 200 if takes else 503)

    @routes.get("/api/models", responses=answers.told(answers.shown("The networks", _MODELS)))
    async def models(me: Me) -> Response:
        """The networks that are shipped, and which expression network is in use: `active` is its name or file name."""
        return answers.json_response(await house.run(_models, house, me.id))

    @routes.get(
        "/metrics",
        response_class=PlainTextResponse,
        responses=answers.told(answers.shown("Counters, histograms, gauges", _METRICS, "text/plain")),
    )
    async def metrics(_: Manager) -> Response:
        """Counts and times in Prometheus' text format: where there are several workers, of all of this machine; the
        label `worker` tells which."""
        text = await page(house)
        if (pages := pages_of(house)) is not None:
            text = joined([text, *await asyncio.to_thread(pages.others)])
        return PlainTextResponse(text, media_type=CONTENT_TYPE)

    return routes


async def page(house: House) -> str:
    """What this process has counted; as one of several workers, with its number."""
    text = house.metrics.text(await gauges(house))
    return text if house.settings.worker is None else labelled(text, house.settings.worker)


def pages_of(house: House) -> Pages | None:
    """Where several workers leave their pages for each other; None for a studio of one."""
    return None if house.settings.worker is None else Pages(house.folder("metrics"), house.settings.worker)


async def leave_pages(house: House) -> None:
    """Tell the other workers what this one has counted, again and again, until it is cancelled."""
    pages = pages_of(house)
    if pages is None:
        return
    try:
        while True:
            try:
                await asyncio.to_thread(pages.leave, await page(house))
            except OSError:
                _log.exception("the metrics cannot be left for the other workers")
            await asyncio.sleep(OFTEN)
    finally:
        with suppress(OSError):
            pages.remove()


def _models(house: House, owner: str) -> dict[str, Any]:
    from mien.models import manifest

    model = house.model_of(owner)
    active = "expression" if model is None else model.name
    return {"active": active, "models": [model._asdict() for model in manifest()]}


async def gauges(house: House) -> dict[str, tuple[str, float]]:
    """What is measured when it is asked for."""
    told: dict[str, tuple[str, float]] = {"mien_database_up": ("Whether the database answers.", 1)}
    try:
        told["mien_open_jobs"] = ("Jobs that wait or run, in all workers.", await house.jobs.count())
    except DatabaseError:
        told["mien_database_up"] = (told["mien_database_up"][0], 0)
    return told | {
        "mien_queue_tasks": ("Requests that run or wait for a thread.", house.workers.taken),
        "mien_refused_requests": (
            "Requests refused since the start because the queue was full.",
            house.workers.refused,
        ),
        "mien_live_connections": ("Open live connections.", house.live),
        "mien_uptime_seconds": ("Seconds since the start.", time.time() - house.started),
        "process_resident_memory_bytes": ("Memory in RAM.", resident_bytes()),
    }
