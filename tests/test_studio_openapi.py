"""The API keeps to what it says of itself: every operation has examples, and fuzzed requests get declared answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="needs mien[studio]")

import requests
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from studio_client import ADDRESS, studio


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    limits = {"rate": 1e6, "burst": 1_000_000, "json_bytes": 100_000}
    with studio(tmp_path_factory.mktemp("studio"), limits=limits) as client:
        yield client


def operations(client: TestClient) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_every_operation_is_described_and_has_an_example(client: TestClient) -> None:
    seen = list(operations(client))
    paths = {path for _, path, _ in seen}
    assert {"/api/look", "/api/personalise", "/api/avatar", "/api/avatar/sheet", "/api/avatar/choices"} <= paths
    assert {"/api/clips", "/api/stickers", "/api/jobs", "/api/jobs/{id}/events", "/api/models", "/metrics"} <= paths
    for method, path, operation in seen:
        where = f"{method} {path}"
        assert len(operation.get("description", "")) > 20, where
        good = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        kinds = good[0].get("content", {})
        told = kinds.get("application/json", {})
        if told and len(kinds) == 1:
            assert "example" in told or "examples" in told, where
        sent = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if sent and "$ref" in sent.get("schema", {}):
            name = sent["schema"]["$ref"].rsplit("/", 1)[1]
            schema = client.get("/openapi.json").json()["components"]["schemas"][name]
            assert schema.get("examples"), where


def test_answers_look_as_their_examples_do(client: TestClient) -> None:
    """The example of a GET has the fields of the real answer."""
    for method, path, operation in operations(client):
        needed = any(one["required"] for one in operation.get("parameters", []))
        if method != "get" or "{" in path or needed or not path.startswith("/api"):
            continue
        example = operation["responses"]["200"]["content"]["application/json"].get("example")
        if example is not None:  # FastAPI leaves what is null out of examples
            real = client.get(path).json()
            assert {key for key, value in real.items() if value is not None} <= set(example) <= set(real), path


def test_the_guide_names_every_operation(client: TestClient) -> None:
    guide = (Path(__file__).parents[1] / "docs/api.md").read_text(encoding="utf-8")
    for method, path, _ in operations(client):
        if path.startswith("/api/lab"):
            continue  # the lab has a guide of its own
        assert f"`{method.upper()} {path}" in guide, f"{method} {path}"
    for kind in ("sh", "py", "js"):
        assert len(re.findall(rf"^```{kind}$", guide, re.M)) >= 5, kind


@pytest.fixture(scope="module")
def schema(client: TestClient) -> Any:
    """What the studio says of itself. Journal and lab have tests of their own."""
    described = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    return described.exclude(path_regex="^/api/(journal|lab)")


FEW = settings(
    max_examples=5, deadline=None, database=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def test_fuzzed_requests_get_the_answers_that_are_declared(schema: Any, client: TestClient) -> None:
    """schemathesis: no server error, declared statuses and content types, answers that fit their schemas."""
    asked = set()

    def ask(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url=ADDRESS)
        kinds = ("method", "url", "headers", "params", "data", "json", "files", "cookies")
        ready = requests.Request(**{key: sent[key] for key in kinds if sent.get(key) is not None}).prepare()
        headers = {**ready.headers, "Host": "127.0.0.1:8765"}
        answer = client.request(str(ready.method), str(ready.url), content=ready.body, headers=headers)
        asked.add((case.operation.label, answer.status_code))
        # What is refused beyond its schema is tested by name: a picture that is none, a style that is unknown.
        case.validate_response(answer, excluded_checks=[positive_data_acceptance])

    for found in schema.get_all_operations():
        FEW(given(case=found.ok().as_strategy())(lambda case: ask(case)))()
    assert {status for _, status in asked} >= {200, 202, 404, 415, 422}
