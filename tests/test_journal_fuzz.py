"""The journal's API keeps to what it says of itself, whatever it is asked, before consent and after it."""

from __future__ import annotations

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

from journal_scenes import record
from mien.journal import Journal
from studio_client import ADDRESS, studio

FEW = settings(
    max_examples=8, deadline=None, database=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with studio(tmp_path, limits={"rate": 1e6, "burst": 1_000_000}) as client:
        yield client


@pytest.mark.parametrize("filled", [False, True])
def test_fuzzed_requests_get_the_answers_that_are_declared(client: TestClient, tmp_path: Path, filled: bool) -> None:
    asked = set()

    def ask(case: Any) -> None:
        if filled:
            with Journal(tmp_path / "studio" / "journal.db") as journal:
                if not journal.sessions():
                    record(journal, "Friday night", ("neutral", 2), ("happiness", 2), hours=5)
        sent = case.as_transport_kwargs(base_url=ADDRESS)
        kinds = ("method", "url", "headers", "params", "data", "json", "cookies")
        ready = requests.Request(**{key: sent[key] for key in kinds if sent.get(key) is not None}).prepare()
        headers = {**ready.headers, "Host": "127.0.0.1:8765"}
        answer = client.request(str(ready.method), str(ready.url), content=ready.body, headers=headers)
        asked.add((case.operation.label, answer.status_code))
        # What is refused beyond its schema is tested by name: a day before 1971, a name that cannot be printed.
        case.validate_response(answer, excluded_checks=[positive_data_acceptance])

    described = schemathesis.openapi.from_dict(client.get("/openapi.json").json()).include(path_regex="^/api/journal")
    for found in described.get_all_operations():
        FEW(given(case=found.ok().as_strategy())(ask))()
    assert len({label for label, _ in asked}) >= 10
    assert {status for _, status in asked} >= {200, 404, 422}
