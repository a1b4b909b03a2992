"""`POST /api/stickers`: a person in, a job that makes a messenger's sticker pack of them."""

from __future__ import annotations

import hashlib
import json

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import ConfigDict, Field

from mien.studio import answers
from mien.studio.clip_api import Key
from mien.studio.house import House
from mien.studio.job_store import Job
from mien.studio.jobs_api import EXAMPLE, queued
from mien.studio.problems import Problem
from mien.studio.schemas import Asked, JobOut, Spec
from mien.studio.users import Me


class StickersAsked(Asked):
    """A sticker pack."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"spec": {"hair": {"style": "afro"}}, "platform": "whatsapp", "count": 24}]},
    )
    spec: Spec = {}  # noqa: RUF012
    platform: str = Field(max_length=40, description="whatsapp, telegram, signal ...; a wrong one is told all names")
    animated: bool = False
    language: str = Field(default="en", max_length=20, description="of names and alternative texts")
    name: str | None = Field(default=None, min_length=1, max_length=64, description="of the pack")
    count: int = Field(default=24, ge=1, le=120, description="expressions, the most used first")


def router(house: House) -> APIRouter:
    routes = APIRouter(prefix="/api", tags=["jobs"])

    @routes.post(
        "/stickers",
        status_code=202,
        response_model=JobOut,
        responses=answers.told(
            answers.shown("The job; Location says where to ask", {**EXAMPLE, "kind": "stickers"}), "invalid",
            "key-used", "busy", status=202,
        ),
    )  # fmt: skip
    async def stickers(asked: StickersAsked, me: Me, idempotency_key: Key = None) -> Response:
        """Queue a pack. The job's files are the stickers one by one and `stickers.zip`, which is the pack."""
        params = asked.model_dump()
        digest = hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()
        known = await house.jobs.known(me.id, idempotency_key, digest)
        if known is not None:
            return queued(known)
        await house.jobs.admit(me.id)
        await house.run(_check, asked)
        job = Job("stickers", params, digest, idempotency_key, me.id)
        return queued(await house.jobs.add(job), job)

    return routes


def _check(asked: StickersAsked) -> None:
    """Raises `MienError` for what no pack can be made of, before anybody waits for it."""
    from mien.avatar.spec import AvatarSpec
    from mien.emoji import catalogue
    from mien.stickers import PLATFORMS

    AvatarSpec.from_dict(asked.spec)
    catalogue.language(asked.language)
    if asked.platform not in PLATFORMS:
        raise Problem("invalid", f"platform: {asked.platform!r} is unknown; choose from {', '.join(PLATFORMS)}")
