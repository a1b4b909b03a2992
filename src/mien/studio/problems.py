"""Errors as problem details (RFC 9457): every answer that is not what was asked for says why, and what to do."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from mien.database.errors import DatabaseError
from mien.errors import ClipError, MienError, NoConsent, NotInJournal, PictureError, PictureTooLarge

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger("mien.studio")


class Kind(NamedTuple):
    """A kind of problem: what `/problems/NAME` tells of it."""

    status: int
    title: str
    help: str


#: Name -> kind. The names are promised (docs/api.md).
KINDS = {
    "bad-request": Kind(400, "The request cannot be read", "Its body is damaged or is not what its headers say."),
    "token": Kind(401, "A token is needed", "Send `Authorization: Bearer TOKEN`, or open /?token=TOKEN once."),
    "host": Kind(403, "Unknown host", "The Host header is not one that this studio is reached by."),
    "origin": Kind(403, "Another site asked", "Only the studio's own page and programs may use the API."),
    "role": Kind(403, "Your role may not", "Viewers look and keep nothing; members keep things; admins manage users."),
    "not-found": Kind(404, "Not found", "There is nothing at this address, or it has been deleted or has expired."),
    "method": Kind(405, "Method not allowed", "The Allow header says which methods are."),
    "conflict": Kind(409, "Not now", "The thing is not in a state in which this can be done."),
    "too-large": Kind(413, "Too large", "Send something smaller; the limits are in docs/api.md."),
    "not-a-picture": Kind(415, "Not a picture", "Send a JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF or HEIC file."),
    "not-a-clip": Kind(415, "Not a clip", "Send an MP4, MOV, MKV, WebM, AVI, GIF or animated WebP file."),
    "media-type": Kind(415, "Unknown content type", "Send JSON as application/json, files as multipart/form-data."),
    "invalid": Kind(422, "A value is wrong", "The detail names the value and says what is allowed."),
    "no-face": Kind(422, "No face found", "Send a photo that shows a face."),
    "key-used": Kind(422, "Idempotency key used before", "Another request had this key; choose a new one."),
    "busy": Kind(429, "Too busy", "Try again after the seconds in the Retry-After header."),
    "rate": Kind(429, "Too many requests", "Try again after the seconds in the Retry-After header."),
    "failed": Kind(500, "Something went wrong", "This is a mistake of ours: the studio's log says more."),
    "missing-extra": Kind(501, "Not installed", "The detail says which package is missing."),
    "database": Kind(503, "The database does not answer", "Try again after the seconds in the Retry-After header."),
    "closing": Kind(503, "The studio is closing", "Start it again."),
    "too-slow": Kind(503, "It took too long", "Send something smaller, or try again when less is going on."),
}  # fmt: skip

_BY_STATUS = {400: "bad-request", 404: "not-found", 405: "method", 413: "too-large", 415: "media-type", 422: "invalid"}


class Problem(HTTPException):
    """An answer that is a problem. name: one of `KINDS`; detail: one line about this very case."""

    def __init__(self, name: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(KINDS[name].status, detail, dict(headers or {}))
        self.name, self.more = name, more


def database_away() -> Problem:
    """What is told while the database does not answer."""
    return Problem("database", "the studio's database does not answer; try again soon", headers={"Retry-After": "5"})


def problem_response(problem: Problem, instance: str) -> Response:
    kind = KINDS[problem.name]
    content = {
        "type": f"/problems/{problem.name}", "title": kind.title, "status": kind.status,
        "detail": problem.detail.encode("utf-8", "replace").decode(),  # JSON may bring half characters, UTF-8 has none
        "instance": instance, **problem.more,
    }  # fmt: skip
    return JSONResponse(content, kind.status, problem.headers, MEDIA_TYPE)


def problem_of(error: MienError) -> Problem:
    """The problem that an error of the house is."""
    detail = " ".join(str(error).split())
    if isinstance(error, DatabaseError):  # what it says is for who runs the studio
        _log.warning("%s", detail)
        return database_away()
    if isinstance(error, PictureTooLarge):
        return Problem("too-large", detail)
    if isinstance(error, PictureError):
        return Problem("not-a-picture", detail)
    if isinstance(error, NotInJournal | NoConsent):
        return Problem("not-found" if isinstance(error, NotInJournal) else "conflict", detail)
    return Problem("not-a-clip" if isinstance(error, ClipError) else "invalid", detail)


def problem_of_ours(error: Exception, path: str) -> Problem:
    """The problem that a mistake of ours is, or a package that is missing; the former goes into the log."""
    if isinstance(error, ModuleNotFoundError):
        return Problem("missing-extra", f"{error.name} is not installed: pip install it, and start the studio again")
    _log.error("%s failed", path, exc_info=error)
    return Problem("failed", "an error inside the studio; its log says more")


def install(app: FastAPI) -> None:
    """Let every error of the app answer with problem details."""

    async def of_house(request: Request, error: Exception) -> Response:
        assert isinstance(error, MienError)
        return problem_response(problem_of(error), request.url.path)

    async def of_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if not isinstance(error, Problem):
            name = _BY_STATUS.get(error.status_code, "bad-request" if error.status_code < 500 else "failed")
            said = str(error.detail)
            detail = {"not-found": "nothing is at this address", "method": f"{request.method} is not possible here"}
            error = Problem(name, detail.get(name, said), headers=error.headers)
        return problem_response(error, request.url.path)

    async def of_values(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return problem_response(Problem("invalid", _one_line(error)), request.url.path)

    app.add_exception_handler(MienError, of_house)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(RequestValidationError, of_values)


def _one_line(error: RequestValidationError) -> str:
    """The first thing that is wrong, named as the sender wrote it."""
    first = error.errors()[0]
    place = ".".join(str(step) for step in first["loc"] if step not in ("body", "query", "path", "header"))
    message = str(first["msg"]).removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    return " ".join(f"{place}: {message}".split()) if place else message
