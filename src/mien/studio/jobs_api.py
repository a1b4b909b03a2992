"""`/api/jobs`: how far work has come, as it goes on; its files; cancelling and deleting it."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response, StreamingResponse

from mien.database import DatabaseError
from mien.studio import answers
from mien.studio.house import House
from mien.studio.job_store import Job
from mien.studio.problems import Problem
from mien.studio.schemas import JobOut, JobsOut
from mien.studio.users import Me, User

#: Seconds after which a stream of events says that it is still there.
HEARTBEAT = 15.0

EXAMPLE = {
    "id": "5f0c6b7e8a9d4c1f9a64b2f0c2f1d7aa", "kind": "clip", "state": "running", "progress": 0.42, "doing": "Drawing",
    "made": 1767225600.0, "ended": None, "files": [], "result": {}, "problem": None,
    "href": "/api/jobs/5f0c6b7e8a9d4c1f9a64b2f0c2f1d7aa",
}  # fmt: skip
_EVENTS = (
    'event: progress\ndata: {"id": "5f0c...", "state": "running", "progress": 0.42, ...}\n\n'
    'event: done\ndata: {"id": "5f0c...", "state": "done", "files": [...], ...}\n\n'
)


def queued(job: Job, asked: Job | None = None) -> Response:
    """The answer to a request for a job: 202 where it is the one asked for, 200 where an earlier request with the same
    key had made it."""
    told = job.to_dict()
    return answers.json_response(told, 202 if job is asked else 200, {"Location": told["href"]})


def router(house: House) -> APIRouter:
    routes = APIRouter(prefix="/api/jobs", tags=["jobs"])
    jobs = house.jobs

    @routes.get("", response_model=JobsOut, responses=answers.told(answers.shown("Newest first", {"jobs": [EXAMPLE]})))
    async def all_jobs(me: Me) -> Response:
        """Every job that has not expired. Those that have ended go after a day."""
        return answers.json_response({"jobs": [job.to_dict() for job in await jobs.all(me.id)]})

    @routes.get("/{id}", response_model=JobOut, responses=answers.told(answers.shown("The job", EXAMPLE), "not-found"))
    async def one(id: str, me: Me) -> Response:
        """How far a job is, what came of it, or what went wrong."""
        return answers.json_response((await jobs.get(id, me.id)).to_dict())

    @routes.get(
        "/{id}/events",
        response_class=Response,
        responses=answers.told(answers.shown("Events as they happen", _EVENTS, "text/event-stream"), "not-found"),
    )
    async def events(id: str, me: Me) -> Response:
        """Server-sent events: `progress` with the job, again and again, then `done`, `failed` or `deleted`.

        https://html.spec.whatwg.org/multipage/server-sent-events.html
        """
        stream = _events(house, await jobs.get(id, me.id), me)
        return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    @routes.delete("/{id}", status_code=204, responses=answers.told(None, "not-found"))
    async def delete(id: str, me: Me) -> Response:
        """Cancel a job if it has not ended, and delete all its files."""
        await jobs.delete(id, me.id)
        return Response(status_code=204)

    @routes.get(
        "/{id}/files/{name}",
        response_class=Response,
        responses=answers.told(answers.binary("The file; ranges can be asked for", "*/*"), "not-found"),
    )
    async def file(request: Request, id: str, name: str, me: Me) -> Response:
        """One of the files that came of a job. With `?download` it is saved, not shown."""
        job = await jobs.get(id, me.id)
        row = next((row for row in job.files if row["name"] == name), None)
        path = jobs.out(job) / name
        if row is None or not path.is_file():
            raise Problem("not-found", "the job has no file of this name")
        shown = "attachment" if "download" in request.query_params else "inline"
        return FileResponse(path, media_type=row["type"], filename=name, content_disposition_type=shown)

    return routes


async def _events(house: House, job: Job, me: User) -> AsyncIterator[bytes]:
    told: dict[str, Any] | None = None
    said = time.monotonic()
    while not house.closing.is_set() and house.directory.admits(me):
        with suppress(DatabaseError):  # while it does not answer there is nothing new
            found = await house.jobs.find(job.id, job.owner)
            if found is None:
                yield _event("deleted", job.to_dict())
                return
            job = found
        now = job.to_dict()
        if job.over:
            yield _event(job.state, now)
            return
        if now != told or time.monotonic() - said >= HEARTBEAT:
            yield b": still here\n\n" if now == told else _event("progress", now)
            told, said = now, time.monotonic()
        await house.jobs.changed(job.id, HEARTBEAT)


def _event(name: str, job: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(job, ensure_ascii=False)}\n\n".encode()
