"""Who gets in: hosts, origins, tokens; and what every answer carries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="needs mien[studio]")

from fastapi.testclient import TestClient
from starlette.testclient import WebSocketDenialResponse

from mien.studio.security import CSP, host_name
from mien.studio.settings import Settings, StudioError, is_loopback
from mien.studio.tokens import COOKIE, read_token
from studio_client import ADDRESS, LIVE, as_problem, photo, studio

TOKEN = "0123456789abcdef0123"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with studio(tmp_path_factory.mktemp("studio")) as client:
        yield client


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/docs",
        "/docs/docs.js",
        "/static/no",
        "/api/health",
        "/api/none",
        "/metrics",
        "/openapi.json",
        "/problems/busy",
    ],
)
def test_every_answer_carries_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"] == CSP
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "camera=(self)" in headers["permissions-policy"]
    assert headers["mien-api-version"] == "1"
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    assert "default-src 'none'" in CSP
    assert "unsafe" not in CSP
    assert "http:" not in CSP and "https:" not in CSP and "*" not in CSP


def test_what_the_api_answers_is_not_stored(client: TestClient) -> None:
    assert client.get("/api/health").headers["cache-control"] == "no-store"
    assert client.post("/api/look", files={"picture": photo()}).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8765", "localhost.evil", "", "192.168.1.5:8765"]
)
def test_other_names_for_this_machine_are_refused(client: TestClient, host: str) -> None:
    as_problem(client.get("/api/health", headers={"Host": host}), "host", 403)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9", "127.0.0.1:1", "[::1]:8765"])
def test_its_own_names_are_taken(client: TestClient, host: str) -> None:
    assert client.get("/api/health", headers={"Host": host}).status_code == 200


def test_host_names_are_read_as_browsers_write_them() -> None:
    assert [host_name(h) for h in ("A.b:80", "[::1]:80", "::1", "a")] == ["a.b", "::1", "::1", "a"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:8765", "http://127.0.0.1:1"])
def test_pages_of_other_sites_may_not_ask(client: TestClient, origin: str) -> None:
    as_problem(client.post("/api/look", files={"picture": photo()}, headers={"Origin": origin}), "origin", 403)


def test_its_own_page_may_ask(client: TestClient) -> None:
    headers = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/look", files={"picture": photo()}, headers=headers).status_code == 200


def test_other_sites_may_link_to_the_page_and_embed_nothing(client: TestClient) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert client.get("/", headers=link).status_code == 200
    as_problem(client.get("/api/jobs", headers=link), "origin", 403)
    embedded = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    as_problem(client.get("/static/app.js", headers=embedded), "origin", 403)


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}])
def test_other_sites_open_no_live_connection(client: TestClient, headers: dict[str, str]) -> None:
    with pytest.raises(WebSocketDenialResponse) as denied, client.websocket_connect(LIVE, headers=headers):
        pass
    assert denied.value.status_code == 403


def test_listening_for_others_demands_a_token() -> None:
    with pytest.raises(StudioError, match="--token-file") as refused:
        Settings(host="0.0.0.0")
    assert "\n" not in str(refused.value)
    assert Settings(host="0.0.0.0", token=TOKEN).host == "0.0.0.0"
    assert is_loopback("127.0.0.1") and is_loopback("::1") and not is_loopback("0.0.0.0")


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with studio(tmp_path_factory.mktemp("locked"), host="0.0.0.0", token=TOKEN) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/api/health", "/static/app.js", "/docs", "/openapi.json", "/metrics"])
def test_without_its_token_nothing_is_shown(locked: TestClient, path: str) -> None:
    locked.cookies.clear()
    answer = locked.get(path)
    as_problem(answer, "token", 401)
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_person_without_the_token_is_told_what_to_open(locked: TestClient) -> None:
    locked.cookies.clear()
    answer = locked.get("/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 401
    assert "?token=" in answer.text and TOKEN not in answer.text
    assert answer.headers["content-security-policy"] == CSP


def test_a_program_sends_the_token_each_time(locked: TestClient) -> None:
    locked.cookies.clear()
    assert locked.get("/api/health", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    as_problem(locked.get("/api/health", headers={"Authorization": f"Bearer {TOKEN}x"}), "token", 401)


def test_a_browser_brings_the_token_once_and_it_leaves_the_address(locked: TestClient) -> None:
    locked.cookies.clear()
    answer = locked.get(f"/?token={TOKEN}")
    assert answer.headers["refresh"] == "0; url=/"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "samesite=strict" in cookie.lower()
    assert TOKEN not in cookie
    assert locked.get("/").headers["content-type"].startswith("text/html")
    assert locked.get("/api/health").status_code == 200
    locked.cookies.clear()
    locked.cookies.set(COOKIE, "0" * 64)
    as_problem(locked.get("/api/health"), "token", 401)


def test_a_live_connection_needs_the_token_too(locked: TestClient) -> None:
    locked.cookies.clear()
    with pytest.raises(WebSocketDenialResponse) as denied, locked.websocket_connect(LIVE):
        pass
    assert denied.value.status_code == 401
    with locked.websocket_connect(LIVE, headers={"Authorization": f"Bearer {TOKEN}"}) as socket:
        socket.send_text(json.dumps({"smooth": True}))


def test_other_machines_reach_it_by_address_and_not_by_any_name(locked: TestClient) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert locked.get("/api/health", headers={**bearer, "Host": "192.168.1.5:8765"}).status_code == 200
    as_problem(locked.get("/api/health", headers={**bearer, "Host": "evil.example"}), "host", 403)


def test_tokens_cannot_be_tried_out(tmp_path: Path) -> None:
    with studio(tmp_path, host="0.0.0.0", token=TOKEN) as client:
        statuses = [client.get(f"/?token={i}").status_code for i in range(11)]
        assert statuses == [401] * 10 + [429]


@pytest.mark.parametrize(
    ("content", "word"), [(None, "cannot be read"), ("short", "16 letters"), ("a b" * 10, "no spaces"), ("", "16")]
)
def test_a_token_file_must_hold_a_good_token(tmp_path: Path, content: str | None, word: str) -> None:
    path = tmp_path / "token"
    if content is not None:
        path.write_text(content)
    with pytest.raises(StudioError, match=word) as refused:
        read_token(path)
    assert "\n" not in str(refused.value) and str(path) in str(refused.value)
    path.write_text(TOKEN + "\n")
    assert read_token(path) == TOKEN


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_no_page_has_inline_scripts_or_styles_or_files_from_elsewhere(client: TestClient, path: str) -> None:
    page = client.get(path).text
    assert re.findall(r"<script(?![^>]*\ssrc=)", page) == []
    assert "<style" not in page
    assert not re.search(r"\sstyle\s*=|\son[a-z]+\s*=", page)
    assert all(link.startswith("/") or link.startswith("#") for link in re.findall(r'(?:src|href)="([^"]*)"', page))
