"""`/api/lab`: data sets in, checked, cleaned and looked at; the trainings are in `lab_runs_api`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from mien.studio import answers, lab_runs_api, uploads
from mien.studio import lab_schemas as schemas
from mien.studio.house import House
from mien.studio.lab_answers import stream, told_whole
from mien.studio.lab_store import Item
from mien.studio.lab_tasks import Lab
from mien.studio.lab_views import faces_of, of_data, previewed
from mien.studio.problems import Problem
from mien.studio.users import Me, ended

_EVENTS = 'event: change\ndata: {"id": "4f1c...", "state": "checking", "progress": 0.4, ...}\n\n'


def router(house: House) -> APIRouter:
    lab = Lab(house)

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        lab.open()
        try:
            yield
        finally:
            await lab.close()

    routes = APIRouter(prefix="/api/lab", tags=["lab"], lifespan=lifespan)
    _whole(routes, house, lab)
    _data(routes, house, lab)
    _looked_at(routes, house, lab)
    lab_runs_api.add(routes, house, lab)
    return routes


def _whole(routes: APIRouter, house: House, lab: Lab) -> None:
    @routes.get("", response_model=schemas.LabOut, responses=answers.told(answers.shown("The lab", schemas.LAB)))
    async def whole(me: Me) -> Response:
        """Everything in the lab, newest first, and whether it can work at all."""
        return answers.json_response(await house.run(told_whole, house, lab, me.id))

    @routes.delete("", status_code=204, responses=answers.told(None))
    async def empty(me: Me) -> Response:
        """Delete all data sets, trainings and networks; the shipped network is in use again."""
        for item in [*lab.all("runs", me.id), *lab.all("data", me.id)]:
            await lab.delete(item)
        return Response(status_code=204)


def _data(routes: APIRouter, house: House, lab: Lab) -> None:
    house.uploads.add("/api/lab/data")
    example = answers.shown("The data set, which is being checked", schemas.DATA)

    @routes.post(
        "/data", status_code=201, response_model=schemas.DataOut,
        responses=answers.told(
            example, "too-large", "media-type", "bad-request", "invalid", "missing-extra", "conflict", "busy",
            status=201,
        ),
        openapi_extra=answers.form(
            {"data": answers.FILE, "name": {"type": "string", "maxLength": 80, "description": "its name"}}, ["data"]
        ),
    )  # fmt: skip
    async def send(request: Request, me: Me) -> Response:
        """Send a data set: a zip of a folder of faces, or a table such as fer2013.csv. Its check begins at once.

        It lies in the studio's private folder until it has been read; then only its faces are kept, 48 x 48 and grey,
        until the data set is deleted. A zip is never unpacked: its members are read where they are.
        """
        lab.admit("data", me.id)
        path = house.temporary.file()
        try:
            with house.workers.receiving():
                form = await uploads.file(request, "data", path, limit=house.limits.data_bytes)
            name = _name(form.get("name") or "data")
            kind = await house.run(kind_of, path)
            if not house.directory.admits(me):  # it may have come for minutes
                raise ended()
            item = Item("data", name, {"file": f"upload.{kind}", "typed": False}, me.id)
            lab.store.save(item)
            path.replace(lab.store.folder(item) / f"upload.{kind}")
        finally:
            path.unlink(missing_ok=True)
        return answers.json_response(of_data(lab.add(item, "check"), lab.store), 201)

    @routes.post(
        "/data/path", status_code=201, response_model=schemas.DataOut,
        responses=answers.told(example, "invalid", "not-found", "missing-extra", "conflict", status=201),
    )  # fmt: skip
    async def point(asked: schemas.PathAsked, me: Me) -> Response:
        """Use a data set where it lies on this machine; it is only read. Not on a studio that others can reach: started
        with `--host`, or with neither a token nor `--lab-paths`."""
        if not house.settings.local:
            raise Problem("conflict", "path: others can reach this studio, so it reads no paths; send the data")
        if not house.reads_paths:
            raise Problem("conflict", "path: read only by a studio started with --lab-paths or a token; send the data")
        lab.admit("data", me.id)
        path = _there(asked.path.strip())
        item = Item("data", _name(path.stem[:80] or "data"), {"path": str(path), "typed": True}, me.id)
        return answers.json_response(of_data(lab.add(item, "check"), lab.store), 201)

    @routes.get(
        "/data/{id}", response_model=schemas.DataOut,
        responses=answers.told(answers.shown("The data set", schemas.DATA), "not-found"),
    )  # fmt: skip
    async def one(id: str, me: Me) -> Response:
        """A data set: what its check found, and how many faces of each class it has."""
        return answers.json_response(await house.run(of_data, lab.get("data", id, me.id), lab.store))

    @routes.delete("/data/{id}", status_code=204, responses=answers.told(None, "not-found"))
    async def delete(id: str, me: Me) -> Response:
        """Delete a data set. Networks trained on it stay; trainings of it that were stopped cannot go on."""
        await lab.delete(lab.get("data", id, me.id))
        return Response(status_code=204)

    @routes.post(
        "/data/{id}/clean", status_code=202, response_model=schemas.DataOut,
        responses={202: answers.shown("It is being cleaned", schemas.DATA),
                   **answers.told(None, "not-found", "conflict", "missing-extra")},
    )  # fmt: skip
    async def clean(id: str, me: Me) -> Response:
        """Make a copy without what the check found; it is used from then on."""
        item = lab.get("data", id, me.id)
        if "report" not in item.result:
            raise Problem("conflict", f"{item.name}: it has not been checked yet")
        lab.begin(item, "clean")
        return answers.json_response(of_data(item, lab.store), 202)

    @routes.get(
        "/data/{id}/events", response_class=Response,
        responses=answers.told(answers.shown("Events as they happen", _EVENTS, "text/event-stream"), "not-found"),
    )  # fmt: skip
    async def events(id: str, me: Me) -> Response:
        """Server-sent events: `change` with the data set whenever there is something new, `end` when it has ended."""
        return stream(house, lab, lab.get("data", id, me.id), me)


Seed = Annotated[int, Query(ge=0, le=10_000, description="another number draws other faces")]


def _looked_at(routes: APIRouter, house: House, lab: Lab) -> None:
    pictures = answers.told(answers.binary("The faces", "image/png"), "not-found", "conflict", "invalid")

    @routes.get("/data/{id}/faces", response_class=Response, responses=pictures)
    async def faces(
        me: Me, id: str, label: Annotated[int | None, Query(ge=0, le=999, description="number of a class")] = None,
        count: Annotated[int, Query(ge=1, le=96)] = 12, columns: Annotated[int, Query(ge=1, le=24)] = 6, seed: Seed = 0,
    ) -> Response:  # fmt: skip
        """Some faces of a class, drawn at random, in one picture."""
        item = _checked(lab, id, me.id)
        return _png(await house.run(faces_of, item, lab.store, label, count, columns, seed))

    @routes.get("/data/{id}/preview", response_class=Response, responses=pictures)
    async def preview(
        me: Me, id: str, step: Annotated[list[str], Query(max_length=8, description="such as clahe:2")] = [],  # noqa: B006
        count: Annotated[int, Query(ge=1, le=12)] = 6, seed: Seed = 0,
    ) -> Response:  # fmt: skip
        """Two rows of faces: as they are, and as these steps of preprocessing leave them."""
        item = _checked(lab, id, me.id)
        return _png(await house.run(previewed, item, lab.store, step, count, seed))


def _checked(lab: Lab, id: str, owner: str) -> Item:
    item = lab.get("data", id, owner)
    if "report" not in item.result or item.task == "clean":
        raise Problem("conflict", f"{item.name}: wait until it has been read")
    return item


def _png(content: bytes) -> Response:
    return Response(content, media_type="image/png")


def _there(text: str) -> Path:
    """An existing path, "~" included. Raises `Problem`."""
    try:
        path = Path(text).expanduser()
        if path.is_absolute() and path.exists():
            return path
    except (OSError, ValueError, RuntimeError):  # a name that no file can have, or nobody's home
        pass
    raise Problem("not-found", f"{text[:200]}: no such file or folder; give the whole path")


def _name(text: str) -> str:
    try:
        return schemas.named(text)
    except ValueError as error:
        raise Problem("invalid", f"name: {error}") from None


def kind_of(path: Path) -> str:
    """zip or csv, by the first bytes; a zip that points outside itself or is a bomb is refused. Raises `Problem`."""
    from mien.errors import DataError
    from mien.lab.data.listing import ZipFiles

    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"PK"):
        try:
            ZipFiles(path)
        except DataError as error:
            raise Problem("invalid", str(error).replace(str(path), "data")) from None
        return "zip"
    if b"\0" in start:
        raise Problem("invalid", "data: neither a zip file nor a table (CSV); zip the folder and send that")
    return "csv"
