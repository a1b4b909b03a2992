"""The studio's lab: data in, checked and cleaned; a training with stop, restart and resume; its evaluation and use."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

pytest.importorskip("fastapi", reason="needs mien[studio]")

from fastapi.testclient import TestClient
from PIL import Image

from lab_studio import tiny_zip
from mien.studio import lab_tasks
from studio_client import as_problem, house_of, photo, studio

QUICK = {"network": "mobile", "epochs": 2, "batch": 8, "threads": 1}


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        yield


def send(client: TestClient, path: Path, **fields: str) -> Any:
    with path.open("rb") as file:
        return client.post("/api/lab/data", files={"data": (path.name, file)}, data=fields)


def told(client: TestClient, href: str, seconds: float = 120) -> dict[str, Any]:
    """Follow the events of a thing to their end."""
    end = time.monotonic() + seconds
    with client.stream("GET", f"{href}/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        name = ""
        for line in answer.iter_lines():
            assert time.monotonic() < end
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: ") and name == "end":
                found: dict[str, Any] = json.loads(line.removeprefix("data: "))
                return found
    raise AssertionError("the events ended without an end")


def ready(client: TestClient, path: Path, **fields: str) -> dict[str, Any]:
    answer = send(client, path, **fields)
    assert answer.status_code == 201, answer.text
    return told(client, answer.json()["href"])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def client(place: Path) -> Iterator[TestClient]:
    with studio(place, lab_paths=True) as client:
        yield client


@pytest.fixture(scope="module")
def data(client: TestClient, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return ready(client, tiny_zip(tmp_path_factory.mktemp("data")), name="tiny")


@pytest.fixture(scope="module")
def run(client: TestClient, data: dict[str, Any]) -> dict[str, Any]:
    """A training of two epochs, evaluated."""
    answer = client.post("/api/lab/runs", json={"data": data["id"], **QUICK})
    assert answer.status_code == 201, answer.text
    href = answer.json()["href"]
    assert told(client, href)["state"] == "trained"
    assert client.post(f"{href}/evaluation").status_code == 202
    return told(client, href)


def test_a_zip_is_checked_and_kept_as_faces_only(client: TestClient, data: dict[str, Any], place: Path) -> None:
    assert (data["state"], data["faces"], data["classes"][:2]) == ("ready", 72, data["classes"][:2])
    assert data["counts"]["Training"]["happiness"] == 20 and data["counts"]["PrivateTest"]["sadness"] == 8
    assert data["report"]["clean"] and data["cleaned"] is None
    kept = [path.name for path in (place / "studio/lab/data" / data["id"]).rglob("*") if path.is_file()]
    assert sorted(kept) == ["about.json", "dataset.json", "faces.npz", "images.npy"]
    assert not list(house_of(client).temporary.path.iterdir())


def test_what_is_wrong_is_told_and_can_be_cleaned(client: TestClient, tmp_path: Path) -> None:
    spoilt = ready(client, tiny_zip(tmp_path, spoilt=True), name="spoilt")
    problems = spoilt["report"]["problems"]
    assert {kind for kind, count in problems.items() if count} == {"unreadable", "leak", "duplicate"}
    assert str(tmp_path) not in json.dumps(spoilt) and "upload" not in json.dumps(spoilt["report"])
    assert spoilt["report"]["findings"]["unreadable"][0]["places"] == ["train/sad/broken.png"]
    assert client.post(f"{spoilt['href']}/clean").status_code == 202
    cleaned = told(client, spoilt["href"])
    assert cleaned["cleaned"]["faces"] == cleaned["faces"] == 72 and sum(cleaned["cleaned"]["dropped"].values()) == 2
    assert client.delete(spoilt["href"]).status_code == 204
    as_problem(client.get(spoilt["href"]), "not-found", 404)


def test_faces_of_a_class_and_of_a_preprocessing_are_shown(client: TestClient, data: dict[str, Any]) -> None:
    label = data["classes"].index("happiness")
    light = picture(client.get(f"{data['href']}/faces", params={"label": label, "count": 8, "columns": 4}))
    dark = picture(client.get(f"{data['href']}/faces", params={"label": data["classes"].index("sadness")}))
    assert light.size == (4 * 50 - 2, 2 * 50 - 2)
    assert np.asarray(light.convert("L")).mean() > np.asarray(dark.convert("L")).mean() + 30
    both = np.asarray(picture(client.get(f"{data['href']}/preview", params={"step": ["gamma:2"], "count": 3})))[..., 0]
    assert both.shape == (98, 148) and both[:48].mean() > both[50:].mean() + 20
    as_problem(client.get(f"{data['href']}/preview", params={"step": ["nonsense"]}), "invalid", 422)


def picture(answer: Any) -> Image.Image:
    assert answer.status_code == 200 and answer.headers["content-type"] == "image/png", answer.text
    return Image.open(io.BytesIO(answer.content))


def test_a_training_tells_its_epochs(run: dict[str, Any]) -> None:
    assert [row["epoch"] for row in run["history"]] == [1, 2]
    assert all(0 <= row["accuracy"] <= 1 and row["loss"] > 0 for row in run["history"])
    assert run["settings"]["learning_rate"] == 0.1 * 8 / 128 and run["trained"] and not run["active"]


def test_its_evaluation_has_figures_a_matrix_and_examples(client: TestClient, run: dict[str, Any]) -> None:
    found = client.get(f"{run['href']}/evaluation").json()
    assert found["split"] == "PrivateTest" and found["n"] == 16 == sum(map(sum, found["confusion"]))
    hits = sum(row[i] for i, row in enumerate(found["confusion"]))
    assert found["accuracy"] == pytest.approx(hits / 16, abs=1e-3) == run["evaluated"]["accuracy"]
    assert set(found["shipped"]) >= {"accuracy", "balanced_accuracy", "macro_f1", "ece"}
    shown = found["examples"]["right"] + found["examples"]["wrong"]
    assert shown and all(one["picture"].startswith("data:image/png;base64,") for one in shown)
    assert all(one["truth"] == one["read"] for one in found["examples"]["right"])
    assert all(one["truth"] != one["read"] for one in found["examples"]["wrong"])


def test_the_network_is_downloaded_tried_and_used(client: TestClient, run: dict[str, Any]) -> None:
    answer = client.get(f"{run['href']}/model")
    assert 'filename="mobile-tiny.onnx"' in answer.headers["content-disposition"]
    onnx.checker.check_model(onnx.load_from_string(answer.content))
    shipped = client.post("/api/look", content=photo(), headers={"Content-Type": "image/jpeg"}).json()
    tried = client.post("/api/lab/look", params={"run": run["id"]}, files={"picture": ("a.jpg", photo())}).json()
    mine, theirs = (scene["faces"][0]["expression"]["probabilities"] for scene in (tried, shipped))
    assert mine != theirs
    assert client.post("/api/lab/active", json={"run": run["id"]}).json()["active"] == run["id"]
    assert client.get("/api/models").json()["active"] == "mobile-tiny.onnx"
    now = client.post("/api/look", content=photo(), headers={"Content-Type": "image/jpeg"}).json()
    assert now["faces"][0]["expression"]["probabilities"] == mine
    assert client.post("/api/lab/active", json={"run": None}).json()["active"] is None
    assert client.get("/api/models").json()["active"] == "expression"


def test_a_training_is_stopped_survives_a_restart_and_goes_on(tmp_path: Path) -> None:
    with studio(tmp_path) as client:
        data = ready(client, tiny_zip(tmp_path))
        href = client.post("/api/lab/runs", json={"data": data["id"], **QUICK, "epochs": 40}).json()["href"]
        after(client, href, lambda run: run["history"])
        assert client.post(f"{href}/stop").status_code == 202
        stopped = told(client, href)
        assert stopped["state"] == "stopped" and 1 <= len(stopped["history"]) < 40
        assert client.post(f"{href}/resume").status_code == 202
        as_problem(client.post(f"{href}/resume"), "conflict", 409)
        after(client, href, lambda run: len(run["history"]) > len(stopped["history"]))
    with studio(tmp_path) as client:  # it takes the training up by itself
        run = client.get(href).json()
        assert run["state"] in ("queued", "training") and len(run["history"]) < 40
        before = len(run["history"])
        run = after(client, href, lambda run: len(run["history"]) > before)
        assert [row["epoch"] for row in run["history"]] == list(range(1, len(run["history"]) + 1))
        assert client.delete(href).status_code == 204
        assert client.delete("/api/lab").status_code == 204
        assert client.get("/api/lab").json()["data"] == []
        assert not list((tmp_path / "studio/lab/data").iterdir())


def after(client: TestClient, href: str, there: Any) -> dict[str, Any]:
    """A training once something holds of it."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        run: dict[str, Any] = client.get(href).json()
        if there(run):
            return run
        assert run["state"] not in ("failed", "stopped"), run["problem"]
        time.sleep(0.1)
    raise AssertionError(run)


def test_the_active_network_stays_so_after_a_restart(client: TestClient, run: dict[str, Any], place: Path) -> None:
    client.post("/api/lab/active", json={"run": run["id"]})
    kept = json.loads((place / "studio/lab/active.json").read_text())
    assert kept == {"run": run["id"]}
    lab = lab_tasks.Lab(house_of(client))
    lab.store, lab._items = lab_store(place), {item.id: item for item in lab_store(place).all()}
    assert lab.active("") == run["id"] and house_of(client).model_of("") is not None
    client.post("/api/lab/active", json={"run": None})


def lab_store(place: Path) -> Any:
    from mien.studio.lab_store import LabStore

    return LabStore(place / "studio/lab")


def test_a_path_is_read_where_it_lies_but_only_by_a_studio_of_one_s_own(client: TestClient, tmp_path: Path) -> None:
    path = tiny_zip(tmp_path)
    answer = client.post("/api/lab/data/path", json={"path": str(path)})
    assert answer.status_code == 201, answer.text
    data = told(client, answer.json()["href"])
    assert data["faces"] == 72 and data["name"] == "tiny" and path.exists()
    client.delete(data["href"])
    assert path.exists()
    for wrong in (str(tmp_path / "nothing"), "relative.csv", "a\0b", "~nobody-at-all/x"):
        as_problem(client.post("/api/lab/data/path", json={"path": wrong}), "not-found", 404)
    with studio(tmp_path, host="0.0.0.0", token="a-token-of-some-length") as shared:
        headers = {"Authorization": "Bearer a-token-of-some-length"}
        answer = shared.post("/api/lab/data/path", json={"path": str(path)}, headers=headers)
        assert "no paths" in as_problem(answer, "conflict", 409)
        assert shared.get("/api/lab", headers=headers).json()["paths"] is False


def zipped(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return path


def test_dangerous_and_wrong_uploads_are_refused(client: TestClient, tmp_path: Path) -> None:
    before = len(client.get("/api/lab").json()["data"])
    escape = zipped(tmp_path / "escape.zip", "../../out.png", b"x")
    assert "outside" in as_problem(send(client, escape), "invalid", 422)
    bomb = zipped(tmp_path / "bomb.zip", "train/happy/0.png", bytes(64 << 20))
    assert "bomb" in as_problem(send(client, bomb), "invalid", 422)
    noise = tmp_path / "noise.bin"
    noise.write_bytes(bytes(range(256)) * 8)
    assert "zip the folder" in as_problem(send(client, noise), "invalid", 422)
    as_problem(send(client, escape, name="\u200b"), "invalid", 422)
    assert len(client.get("/api/lab").json()["data"]) == before
    assert not list(house_of(client).temporary.path.iterdir()) and not (tmp_path.parent / "out.png").exists()


def test_a_table_without_faces_fails_with_one_line(client: TestClient, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("a,b\n1,2\n")
    data = ready(client, table, name="table")
    assert data["state"] == "failed" and "\n" not in data["problem"]["detail"]
    assert str(house_of(client).settings.folder) not in data["problem"]["detail"]
    as_problem(client.get(f"{data['href']}/faces"), "conflict", 409)
    as_problem(client.post("/api/lab/runs", json={"data": data["id"]}), "conflict", 409)
    client.delete(data["href"])


def test_too_large_is_refused(tmp_path: Path) -> None:
    with studio(tmp_path, limits={"data_bytes": 1000}) as client:
        as_problem(send(client, tiny_zip(tmp_path)), "too-large", 413)


@pytest.mark.parametrize("wrong", [
    {"network": "os:system"}, {"epochs": 0}, {"batch": 1}, {"learning_rate": 0}, {"preprocess": ["clahe:x"]},
    {"name": "\u200b"}, {"colour": "red"},
])  # fmt: skip
def test_settings_that_cannot_be_are_refused(client: TestClient, data: dict[str, Any], wrong: dict[str, Any]) -> None:
    answer = client.post("/api/lab/runs", json={"data": data["id"], **wrong})
    assert next(iter(wrong)) in as_problem(answer, "invalid", 422)


def test_what_has_not_been_evaluated_cannot_be_used(client: TestClient, data: dict[str, Any]) -> None:
    run = client.post("/api/lab/runs", json={"data": data["id"], **QUICK, "epochs": 500}).json()
    for answer in (client.get(f"{run['href']}/model"), client.get(f"{run['href']}/evaluation")):
        as_problem(answer, "conflict", 409)
    as_problem(client.post("/api/lab/active", json={"run": run["id"]}), "conflict", 409)
    as_problem(client.post("/api/lab/active", json={"run": "nothing"}), "not-found", 404)
    assert client.delete(run["href"]).status_code == 204


def test_without_the_lab_s_packages_the_studio_runs_and_says_what_to_install(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab_tasks, "NEEDED", ("torch", "no_such_package"))
    lab = client.get("/api/lab").json()
    assert lab["available"] is False and lab["remedy"] == "pip install 'mien[lab]'"
    detail = as_problem(send(client, tiny_zip(tmp_path)), "missing-extra", 501)
    assert "pip install 'mien[lab]'" in detail
    as_problem(client.post("/api/lab/networks"), "missing-extra", 501)
    assert client.get("/api/health").status_code == 200
