"""JSON answers, and how OpenAPI tells of them: shapes, examples, problems."""

from __future__ import annotations

import json
from typing import Any

from fastapi.responses import Response

from mien.studio.problems import KINDS, MEDIA_TYPE

_PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "description": "/problems/NAME"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "one line: what was wrong, and what to do"},
        "instance": {"type": "string", "description": "the path that was asked for"},
    },
}


def json_response(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON as UTF-8. Not validated against its model: the house makes it, and the tests check it."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")
    return Response(body, status, headers, "application/json")


def told(good: dict[str, Any] | None, *names: str, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """`responses=` of a route: its good answer, and the problems that it answers with besides those of any route."""
    told: dict[int | str, dict[str, Any]] = {} if good is None else {status: good}
    if status == 202:
        told[200] = {**good, "description": "The job that an earlier request with the same key made"} if good else {}
    for name in (*names, "rate"):
        kind = KINDS[name]
        example = {
            "type": f"/problems/{name}", "title": kind.title, "status": kind.status, "detail": kind.help,
            "instance": "/api/...",
        }  # fmt: skip
        answer = told.setdefault(
            kind.status,
            {"description": kind.title, "content": {MEDIA_TYPE: {"schema": _PROBLEM_SCHEMA, "examples": {}}}},
        )
        answer["content"][MEDIA_TYPE]["examples"][name] = {"value": example}
        if kind.title not in answer["description"]:
            answer["description"] += f", or {kind.title[0].lower()}{kind.title[1:]}"
    return told


def shown(description: str, example: Any, kind: str = "application/json") -> dict[str, Any]:
    """One entry of `responses=`: what comes, with an example."""
    return {"description": description, "content": {kind: {"example": example}}}


def binary(description: str, *kinds: str) -> dict[str, Any]:
    """One entry of `responses=` for files."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {"description": description, "content": dict.fromkeys(kinds, schema)}


def form(properties: dict[str, Any], required: list[str], *, raw: bool = False) -> dict[str, Any]:
    """`openapi_extra=` of a route that reads a multipart form itself. raw: the file may also be the body."""
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    content: dict[str, Any] = {"multipart/form-data": {"schema": schema}}
    if raw:
        content["image/*"] = {"schema": {"type": "string", "format": "binary"}}
    return {"requestBody": {"required": True, "content": content}}


FILE = {"type": "string", "format": "binary"}
