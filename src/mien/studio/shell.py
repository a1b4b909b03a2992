"""The page and its files: those in `web/`, with strong ETags; nothing else can be reached."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mien.studio.problems import KINDS, Problem

WEB = Path(__file__).parent / "web"
DOCS = Path(__file__).parent / "docs_page"

#: Not `mimetypes`: what it says depends on the system, and a script with a wrong type does not run.
TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg",
    ".webp": "image/webp", ".ico": "image/x-icon", ".webmanifest": "application/manifest+json", ".txt": "text/plain",
    ".woff2": "font/woff2", ".mp4": "video/mp4",
}  # fmt: skip


def router() -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def page(request: Request) -> Response:
        return answer(request, WEB / "index.html")

    @routes.get("/static/{path:path}")
    async def static(request: Request, path: str) -> Response:
        return answer(request, inside(WEB, path))

    @routes.get("/docs")
    async def docs(request: Request) -> Response:
        return answer(request, DOCS / "index.html")

    @routes.get("/docs/{path}")
    async def docs_file(request: Request, path: str) -> Response:
        return answer(request, inside(DOCS, path))

    @routes.get("/problems/{name}")
    async def problem(name: str) -> Response:
        if name not in KINDS:
            raise Problem("not-found", f"no kind of problem is called {name[:40]!r}")
        kind = KINDS[name]
        return Response(f"{kind.title} ({kind.status})\n\n{kind.help}\n", media_type="text/plain")

    @routes.get("/favicon.ico")
    async def icon(request: Request) -> Response:
        return answer(request, inside(WEB, "icons/mien.svg"))

    return routes


def inside(folder: Path, path: str) -> Path:
    """A file below a folder. Raises `Problem` for anything else."""
    asked = folder / path
    try:
        there = asked.suffix in TYPES and asked.is_file() and asked.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError):  # a name that no file can have
        there = False
    if not there or "\\" in path or ".." in path.split("/"):
        raise Problem("not-found", "no such file")
    return asked


def answer(request: Request, path: Path) -> Response:
    """A file, or 304 where the browser has it: it asks each time, and after an upgrade gets what fits together."""
    try:
        status = path.stat()
        content, tag = _read(path, status.st_mtime_ns, status.st_size)
    except OSError:
        raise Problem("not-found", "no such file") from None
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=TYPES[path.suffix])


@lru_cache(maxsize=256)
def _read(path: Path, changed: int, size: int) -> tuple[bytes, str]:
    content = path.read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'
