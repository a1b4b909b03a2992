"""A studio to ask: an app with a folder of its own, and a client on its address."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from fastapi.testclient import TestClient
from PIL import Image

from mien.doctor import sample_photo
from mien.studio import Settings, make_app
from mien.studio.house import House
from mien.studio.settings import Limits

#: What the client calls the studio, in its Host header.
ADDRESS = "http://127.0.0.1:8765"
LIVE = "ws://127.0.0.1:8765/api/live"


@contextmanager
def studio(folder: Path, *, limits: dict[str, Any] | None = None, **settings: Any) -> Iterator[TestClient]:
    """A running app. limits: fields of `Limits`; settings: of `Settings`."""
    how = Settings(folder=folder / "studio", limits=replace(Limits(), **(limits or {})), **settings)
    with TestClient(make_app(how), base_url=ADDRESS, raise_server_exceptions=False) as client:
        yield client


def house_of(client: TestClient) -> House:
    house = client.app.state.house  # type: ignore[attr-defined]
    assert isinstance(house, House)
    return house


def photo() -> bytes:
    """A small public-domain photo with one face."""
    return sample_photo()


def nobody(width: int = 64, height: int = 48) -> bytes:
    """A grey picture with no face in it, as PNG."""
    stream = io.BytesIO()
    Image.fromarray(np.full((height, width, 3), 127, np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def as_problem(answer: Any, name: str, status: int) -> str:
    """Check that an answer is this problem, whole and in one line; its detail."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["type"] == f"/problems/{name}"
    assert told["status"] == status
    assert told["title"] and told["instance"].startswith("/")
    assert "\n" not in told["detail"]
    return str(told["detail"])


def house_in(folder: Path) -> House:
    """One whose parts are opened one by one, without models."""
    return House(Settings(folder=folder / "studio"))


async def until(there: Any, seconds: float = 10) -> None:
    """Until something holds."""
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, "it did not come"
        await asyncio.sleep(0.01)
