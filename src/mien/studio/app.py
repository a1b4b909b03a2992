"""`make_app`: the studio as an ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

import mien
from mien.studio import (
    avatar_api,
    clip_api,
    jobs_api,
    journal_api,
    lab_api,
    live_api,
    look_api,
    problems,
    shell,
    status_api,
    sticker_api,
    suggest_api,
    users_api,
)
from mien.studio.house import House
from mien.studio.security import Guard
from mien.studio.settings import Settings

_ABOUT = """Faces into emoji, over HTTP. Everything happens on the machine that runs the studio; pictures are read in
memory and not kept. Errors are problem details (RFC 9457). The guide with examples is docs/api.md."""

#: Each has `router(house) -> APIRouter`.
ROUTERS = (
    look_api, avatar_api, suggest_api, clip_api, sticker_api, jobs_api, live_api, journal_api, lab_api, status_api,
    users_api,
)  # fmt: skip


def make_app(settings: Settings | None = None) -> FastAPI:
    """The studio: the page, the API, its documentation. Raises `StudioError` for settings that cannot be.

    The app holds its `House` in `app.state.house`. Models load in the background once it runs.
    """
    house = House(settings or Settings())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        house.open()
        leaving = asyncio.create_task(status_api.leave_pages(house))
        try:
            yield
        finally:
            leaving.cancel()
            await asyncio.gather(leaving, return_exceptions=True)
            await house.close()

    app = FastAPI(
        title="mien studio", version=mien.__version__, description=_ABOUT, lifespan=lifespan, docs_url=None,
        redoc_url=None, openapi_url="/openapi.json", redirect_slashes=False,
    )  # fmt: skip
    app.state.house = house
    problems.install(app)
    for module in ROUTERS:
        app.include_router(module.router(house))
    app.include_router(shell.router())
    _describe(app)
    app.add_middleware(Guard, house=house)
    return app


def _describe(app: FastAPI) -> None:
    """Leave out of OpenAPI the shape of errors that FastAPI has by itself: ours are problem details."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        first = app.openapi_schema is None
        document = described()
        if first:
            for operation in (one for methods in document["paths"].values() for one in methods.values()):
                if "application/json" in operation["responses"].get("422", {}).get("content", {}):
                    del operation["responses"]["422"]
            for name in ("HTTPValidationError", "ValidationError"):
                document["components"]["schemas"].pop(name, None)
        return document

    app.openapi = openapi  # type: ignore[method-assign]
