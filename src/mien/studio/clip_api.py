"""`POST /api/clips`: a clip in, a job that draws it, tells who showed what when, and cuts a reaction."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response
from pydantic import Field, ValidationError, model_validator

from mien.studio import answers, uploads
from mien.studio.house import House
from mien.studio.job_store import Job
from mien.studio.jobs_api import EXAMPLE, queued
from mien.studio.problems import Problem
from mien.studio.schemas import Asked, JobOut
from mien.studio.users import Me

#: Header of a request that may be sent twice and does its work once
#: (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/).
Key = Annotated[str | None, Header(alias="Idempotency-Key", description="the same key gives the same job")]


class ClipAsked(Asked):
    """The fields of the form beside the clip."""

    draw: Literal["label", "replace", "avatar_only", "none"] = Field(
        default="label", description="boxes and emoji; everybody's avatar over their face; avatars alone; no clip"
    )
    format: Literal["mp4", "webm", "gif", "webp", "apng"] | None = Field(
        default=None, description="of the drawn clip: mp4, or webm (which can be transparent) for avatars alone"
    )
    size: int = Field(default=512, ge=64, le=1024, description="of avatars alone, pixels of a side")
    background: str | None = Field(
        default=None, pattern="^#[0-9a-fA-F]{6}$", description="of avatars alone: a colour instead of transparency"
    )
    reaction: Literal["gif", "webp", "apng", "mp4"] | None = Field(
        default=None, description="also cut the two most expressive seconds into a loop"
    )
    rows: str = Field(
        default="", pattern="^(csv|jsonl|csv,jsonl|jsonl,csv)?$", description="also a row a face a frame: csv, jsonl"
    )
    every: float | None = Field(default=None, gt=0, le=60, description="seconds from one look to the next")
    calibrate: float | Literal["auto"] | None = Field(
        default=None, description="seconds at the start in which everybody rests, or auto"
    )

    @model_validator(mode="after")
    def _together(self) -> ClipAsked:
        if isinstance(self.calibrate, float) and not 0 < self.calibrate <= 600:
            raise ValueError("calibrate: seconds above 0, at most 600, or auto")
        if self.draw == "avatar_only" and self.format == "mp4" and self.background is None:
            raise ValueError("format: mp4 knows no transparency; choose webm, gif, webp or apng, or give a background")
        if self.background is not None and self.draw != "avatar_only":
            raise ValueError("background: is the ground of avatar_only")
        return self

    def params(self) -> dict[str, Any]:
        """For the job."""
        colour = self.background and [int(self.background[i : i + 2], 16) for i in (1, 3, 5)]
        usual = "webm" if self.draw == "avatar_only" and colour is None else "mp4"
        return {
            **self.model_dump(), "background": colour, "format": self.format or usual,
            "rows": sorted(set(filter(None, self.rows.split(",")))), "source": "clip",
        }  # fmt: skip


def router(house: House) -> APIRouter:
    routes = APIRouter(prefix="/api", tags=["jobs"])
    house.uploads.add("/api/clips")
    schema = ClipAsked.model_json_schema()["properties"]

    @routes.post(
        "/clips",
        status_code=202,
        response_model=JobOut,
        responses=answers.told(
            answers.shown("The job; Location says where to ask", EXAMPLE), "too-large", "not-a-clip", "media-type",
            "bad-request", "invalid", "key-used", "busy", status=202,
        ),
        openapi_extra=answers.form({"clip": answers.FILE, **schema}, ["clip"]),
    )  # fmt: skip
    async def clips(request: Request, me: Me, idempotency_key: Key = None) -> Response:
        """Queue a clip. The job's files are `timeline.json`, and what was asked for: `clip.mp4`, `reaction.gif`,
        `rows.csv`. What was sent in is deleted when the job ends.
        """
        await house.jobs.admit(me.id, idempotency_key)
        path = house.temporary.file()
        try:
            with house.workers.receiving():
                form = await uploads.file(request, "clip", path, limit=house.limits.clip_bytes)
            params = _asked(form).params()
            digest = await house.run(_digest, path, params)
            known = await house.jobs.known(me.id, idempotency_key, digest)
            if known is not None:
                return queued(known)
            await house.run(_check, path)
            job = Job("clip", params, digest, idempotency_key, me.id)
            return queued(await house.jobs.add(job, path), job)
        finally:
            path.unlink(missing_ok=True)

    return routes


def _asked(form: dict[str, str]) -> ClipAsked:
    """The fields of a form; an empty one is one that was left out."""
    values: dict[str, Any] = {name: value for name, value in form.items() if value.strip()}
    if "calibrate" in values and values["calibrate"] != "auto":
        try:
            values["calibrate"] = float(values["calibrate"])
        except ValueError:
            raise Problem("invalid", "calibrate: seconds, or auto") from None
    try:
        return ClipAsked.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        message = first["msg"].removeprefix("Value error, ")
        place = ".".join(str(step) for step in first["loc"][:1])
        raise Problem("invalid", f"{place[:40]}: {message[:1].lower()}{message[1:]}" if place else message) from None


def _digest(path: Path, params: dict[str, Any]) -> str:
    """Of the whole request: what makes it the same one."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(json.dumps(params, sort_keys=True).encode())
    return digest.hexdigest()


def _check(path: Path) -> None:
    """Raises `Problem` for what is no clip, before anybody waits for it."""
    from mien.errors import ClipError
    from mien.media.clips import open_clip

    try:
        with open_clip(path):
            return
    except ClipError as error:
        raise Problem("not-a-clip", " ".join(str(error).split()).replace(str(path), "clip")) from None
