"""`/api/lab/runs`: networks to choose from, trainings, their evaluation, and which network the studio uses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response

from mien.studio import answers, uploads
from mien.studio import lab_schemas as schemas
from mien.studio.house import House
from mien.studio.lab_answers import stream, told_whole
from mien.studio.lab_store import EVALUATION, Item, LabStore, read_json
from mien.studio.lab_tasks import Lab, missing
from mien.studio.lab_views import of_run
from mien.studio.problems import Problem
from mien.studio.schemas import SceneOut
from mien.studio.users import Me

_EVENTS = 'event: change\ndata: {"id": "9a2b...", "state": "training", "history": [...], "step": {...}, ...}\n\n'
_SCENE: dict[str, Any] = {"source": None, "width": 640, "height": 480, "time": None, "faces": []}


def add(routes: APIRouter, house: House, lab: Lab) -> None:
    """Add the routes."""
    _networks(routes, lab)
    _runs(routes, house, lab)
    _going_on(routes, house, lab)
    _results(routes, house, lab)
    _use(routes, house, lab)


def _networks(routes: APIRouter, lab: Lab) -> None:
    good = answers.shown("The networks", schemas.NETWORKS)

    def told() -> dict[str, Any]:
        rows = lab.networks()
        return {"networks": rows, "ready": bool(rows) and all(row["milliseconds"] for row in rows)}

    @routes.get("/networks", response_model=schemas.NetworksOut, responses=answers.told(good))
    async def networks() -> Response:
        """The networks that can be trained, as far as they have been measured on this machine."""
        return answers.json_response(told())

    @routes.post(
        "/networks", status_code=202, response_model=schemas.NetworksOut,
        responses={202: good, **answers.told(None, "missing-extra")},
    )  # fmt: skip
    async def measure(me: Me) -> Response:
        """Measure them, unless that has been done: parameters, multiplications, milliseconds a face."""
        if missing():
            lab.admit("runs", me.id)
        lab.measure_networks()
        return answers.json_response(told(), 202)


def _runs(routes: APIRouter, house: House, lab: Lab) -> None:
    def view(item: Item) -> dict[str, Any]:
        return of_run(item, lab.store, lab.active(item.owner))

    @routes.post(
        "/runs", status_code=201, response_model=schemas.RunOut,
        responses=answers.told(
            answers.shown("The training", schemas.RUN), "invalid", "not-found", "conflict", "missing-extra", status=201
        ),
    )  # fmt: skip
    async def begin(asked: schemas.RunAsked, me: Me) -> Response:
        """Begin a training, in a process of its own. One runs at a time; more wait."""
        lab.admit("runs", me.id)
        data = lab.get("data", asked.data, me.id)
        if "report" not in data.result or data.task is not None:
            raise Problem("conflict", f"{data.name}: wait until it has been read")
        name = asked.name.strip() or f"{asked.network}, {data.name}"[:80]
        try:
            name = schemas.named(name)
        except ValueError as error:
            raise Problem("invalid", f"name: {error}") from None
        params = {"data": data.id, "settings": asked.settings(), "model": f"{_slug(name)}.onnx"}
        return answers.json_response(view(lab.add(Item("runs", name, params, me.id), "train")), 201)

    @routes.get(
        "/runs/{id}", response_model=schemas.RunOut,
        responses=answers.told(answers.shown("The training", schemas.RUN), "not-found"),
    )  # fmt: skip
    async def one(id: str, me: Me) -> Response:
        """A training: its settings, how far it is, its curves."""
        return answers.json_response(await house.run(view, lab.get("runs", id, me.id)))

    @routes.delete("/runs/{id}", status_code=204, responses=answers.told(None, "not-found"))
    async def delete(id: str, me: Me) -> Response:
        """Stop a training if need be, and delete it with its network."""
        await lab.delete(lab.get("runs", id, me.id))
        return Response(status_code=204)

    @routes.get(
        "/runs/{id}/events", response_class=Response,
        responses=answers.told(answers.shown("Events as they happen", _EVENTS, "text/event-stream"), "not-found"),
    )  # fmt: skip
    async def events(id: str, me: Me) -> Response:
        """Server-sent events: `change` with the training at every step that can be seen, `end` when it has ended."""
        return stream(house, lab, lab.get("runs", id, me.id), me)


def _going_on(routes: APIRouter, house: House, lab: Lab) -> None:
    responses: dict[int | str, dict[str, Any]] = {
        202: answers.shown("The training", schemas.RUN),
        **answers.told(None, "not-found", "conflict", "missing-extra"),
    }

    def accepted(item: Item) -> Response:
        return answers.json_response(of_run(item, lab.store, lab.active(item.owner)), 202)

    @routes.post("/runs/{id}/stop", status_code=202, response_model=schemas.RunOut, responses=responses)
    async def stop(id: str, me: Me) -> Response:
        """Stop after the step under way; everything is saved, and it can go on."""
        item = lab.get("runs", id, me.id)
        await lab.stop(item)
        return accepted(item)

    @routes.post("/runs/{id}/resume", status_code=202, response_model=schemas.RunOut, responses=responses)
    async def resume(id: str, me: Me) -> Response:
        """Go on with a training that was stopped or has failed: it ends as if it had never been."""
        item = lab.get("runs", id, me.id)
        if item.result.get("trained"):
            raise Problem("conflict", f"{item.name}: it has been trained to the end")
        lab.get("data", item.params["data"], me.id)
        lab.begin(item, "train")
        return accepted(item)

    @routes.post("/runs/{id}/evaluation", status_code=202, response_model=schemas.RunOut, responses=responses)
    async def evaluate(id: str, me: Me) -> Response:
        """Export the best epoch so far as ONNX, and measure it on faces that it has never seen."""
        item = lab.get("runs", id, me.id)
        if not of_run(item, lab.store, lab.active(item.owner))["history"]:
            raise Problem("conflict", f"{item.name}: no epoch is done yet; train first")
        lab.get("data", item.params["data"], me.id)
        lab.begin(item, "evaluate")
        return accepted(item)


def _results(routes: APIRouter, house: House, lab: Lab) -> None:
    @routes.get(
        "/runs/{id}/evaluation", response_model=schemas.EvaluationOut,
        responses=answers.told(answers.shown("Figures and examples", schemas.EVALUATION), "not-found", "conflict"),
    )  # fmt: skip
    async def evaluation(id: str, me: Me) -> Response:
        """What the evaluation told: figures with intervals, confusion matrix, faces read rightly and wrongly."""
        item = lab.get("runs", id, me.id)
        model_of(item, lab.store)
        told = await house.run(read_json, lab.store.folder(item) / EVALUATION)
        if told is None:
            raise Problem("conflict", f"{item.name}: evaluate the training first")
        return answers.json_response(told)

    @routes.get(
        "/runs/{id}/model", response_class=Response,
        responses=answers.told(answers.binary("The network", "application/octet-stream"), "not-found", "conflict"),
    )  # fmt: skip
    async def model(id: str, me: Me) -> Response:
        """The trained network as an ONNX file, for `mien photo --model` and everything else of mien."""
        path = model_of(lab.get("runs", id, me.id), lab.store)
        return FileResponse(path, media_type="application/octet-stream", filename=path.name)


def _use(routes: APIRouter, house: House, lab: Lab) -> None:
    house.uploads.add("/api/lab/look")

    @routes.post(
        "/look", response_model=SceneOut,
        responses=answers.told(
            answers.shown("The scene", _SCENE), "not-found", "conflict", "not-a-picture", "too-large", "media-type",
            "bad-request", "invalid", "busy",
        ),
        openapi_extra=answers.form({"picture": answers.FILE}, ["picture"], raw=True),
    )  # fmt: skip
    async def look(
        request: Request, me: Me, run: Annotated[str, Query(max_length=64, description="a training")]
    ) -> Response:
        """Read a picture with a trained network, without making it the studio's."""
        from mien.studio.pictures import decoded

        path = model_of(lab.get("runs", run, me.id), lab.store)

        def read() -> dict[str, Any]:
            from mien.pipeline import reader

            return reader(path).look(decoded(pictures[0], "picture", house.limits.pixels)).to_dict()

        with house.bodies.held() as hold:
            with house.workers.receiving():
                pictures, _ = await uploads.pictures(request, hold, limit=house.limits.picture_bytes)
            return answers.json_response(await house.run(read))

    @routes.post(
        "/active", response_model=schemas.LabOut,
        responses=answers.told(answers.shown("The lab", schemas.LAB), "not-found", "conflict", "invalid"),
    )  # fmt: skip
    async def activate(asked: schemas.ActiveAsked, me: Me) -> Response:
        """Let the studio read faces with a trained network everywhere, or again with the shipped one."""
        run = None if asked.run is None else lab.get("runs", asked.run, me.id)
        if run is not None:
            path = model_of(run, lab.store)

            def opened() -> None:
                from mien.pipeline import reader

                reader(path)

            await house.run(opened)  # what cannot be opened does not become the studio's
        lab.activate(me.id, run)
        return answers.json_response(await house.run(told_whole, house, lab, me.id))


def model_of(run: Item, store: LabStore) -> Path:
    """The exported network. Raises `Problem` before the training has been evaluated."""
    path = store.model(run)
    if not run.result.get("evaluated") or not path.is_file():
        raise Problem("conflict", f"{run.name}: evaluate the training first; that also exports its network")
    return path


def _slug(name: str) -> str:
    """A file's name for a training: letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "model"
