"""A studio with users: who comes in, what each role may, and that nobody reaches what is another's."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="needs mien[studio]")
pytest.importorskip("sqlalchemy", reason="needs mien[studio]")

from fastapi.testclient import TestClient

from conftest import Run
from mien.database import open_engine, reading, upgrade
from mien.studio import directory
from mien.studio.job_store import Job
from mien.studio.lab_store import Item, LabStore
from mien.studio.users import add_user, list_users, new_token, remove_user
from studio_client import ADDRESS, LIVE, as_problem, house_of, nobody, photo, studio


class People:
    """A studio and its users: `anna` (admin), `bert` and `cleo` (members), `vera` (viewer)."""

    def __init__(self, client: TestClient, tokens: dict[str, str], folder: Path) -> None:
        self.client, self.tokens, self.folder = client, tokens, folder
        self.house = house_of(client)
        self.engine = self.house.engine

    def id_of(self, name: str) -> str:
        return next(user.id for user in self.house.directory._users.values() if user.name == name)

    def ask(self, name: str, method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.tokens[name]}", **more.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **more)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def people(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    folder = tmp_path_factory.mktemp("many")
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres").new()
    engine = open_engine(url or f"sqlite:///{folder / 'studio' / 'studio.sqlite3'}")
    (folder / "studio").mkdir(mode=0o700)
    upgrade(engine)
    roles = {"anna": "admin", "bert": "member", "cleo": "member", "vera": "viewer"}
    tokens = {name: add_user(engine, name, role) for name, role in roles.items()}  # type: ignore[arg-type]
    engine.dispose()
    with studio(folder, database=url, limits={"rate": 1000.0, "burst": 1000}) as client:
        yield People(client, tokens, folder / "studio")


def test_users_come_in_by_token_and_by_cookie_and_nobody_else(people: People) -> None:
    as_problem(people.client.get("/api/health"), "token", 401)
    as_problem(people.client.get("/api/health", headers={"Authorization": "Bearer " + "x" * 43}), "token", 401)
    assert "lock" in people.client.get("/", headers={"Accept": "text/html"}).text
    assert people.client.get("/livez").text == "ok\n"
    assert people.ask("bert", "GET", "/api/me").json() == {"name": "bert", "role": "member"}
    welcome = people.client.get("/", params={"token": people.tokens["cleo"]})
    assert welcome.headers["refresh"] == "0; url=/" and people.tokens["cleo"] not in str(welcome.headers)
    assert people.client.get("/api/me").json()["name"] == "cleo"  # the client keeps the cookie
    kept = dict(people.client.cookies)
    people.client.cookies.clear()
    as_problem(people.client.get("/api/me"), "token", 401)
    with studio(people.folder.parent, database=people.house.settings.database) as other:  # another worker
        other.cookies.update(kept)
        assert other.get("/api/me").json()["name"] == "cleo"


def test_the_database_keeps_no_token_and_a_new_one_ends_the_old(people: People) -> None:
    from mien.database import METADATA

    with reading(people.engine) as base:
        kept = "".join(str(row) for table in METADATA.sorted_tables for row in base.execute(table.select()))
    assert not any(token in kept for token in people.tokens.values()) and len(set(people.tokens.values())) == 4
    people.client.get("/", params={"token": people.tokens["bert"]})
    old = people.tokens["bert"]
    people.tokens["bert"] = people.ask("anna", "POST", "/api/users/bert/token").json()["token"]
    as_problem(people.client.get("/api/me"), "token", 401)  # the cookie of the old one
    people.client.cookies.clear()
    as_problem(people.client.get("/api/me", headers={"Authorization": f"Bearer {old}"}), "token", 401)
    assert people.ask("bert", "GET", "/api/me").status_code == 200
    people.tokens["bert"] = new_token(people.engine, "bert")  # as the command line does, in another process
    assert people.ask("bert", "GET", "/api/me").status_code == 200


def owned_things(people: People, name: str) -> dict[str, str]:
    """One of everything that has an id, of this user: path of the API's collection -> id."""
    owner = people.id_of(name)
    done = Job("clip", {}, "f", owner=owner, state="done", ended=time.time(), attempt=1)
    done.files = [{"name": "clip.gif", "bytes": 3, "type": "image/gif"}]
    people.house.jobs.store.add(done)
    people.house.jobs.out(done).mkdir(parents=True)
    (people.house.jobs.out(done) / "clip.gif").write_bytes(b"GIF")
    lab: Any = people.house.forgetting[0].__self__  # type: ignore[attr-defined]
    data = Item("data", "faces", {"file": "x", "typed": False}, owner, result={"report": {}})
    run = Item("runs", "first", {"data": data.id, "settings": {"epochs": 1}, "model": "m.onnx"}, owner)
    store: LabStore = lab.store
    for item in (data, run):
        store.save(item)
        lab._items[item.id] = item
    run.result = {"evaluated": {"accuracy": 1.0}}
    store.model(run).write_bytes(b"onnx")
    return {"/api/jobs": done.id, "/api/lab/data": data.id, "/api/lab/runs": run.id}


def test_nobody_reaches_what_is_anothers_through_any_route(people: People) -> None:
    """Every operation of the API that takes an id, asked for by a member and by an admin who are not its owner."""
    things = owned_things(people, "bert")
    document = people.ask("anna", "GET", "/openapi.json").json()
    tried = 0
    for path, methods in document["paths"].items():
        if "{id}" not in path:
            continue
        number = things[path.split("/{id}")[0]]
        for method in methods:
            asked = path.replace("{id}", number).replace("{name}", "clip.gif")
            for name in ("cleo", "anna"):
                as_problem(people.ask(name, method.upper(), asked), "not-found", 404)
                tried += 1
    assert tried >= 2 * 16
    run, data = things["/api/lab/runs"], things["/api/lab/data"]
    picture = {"files": {"picture": photo()}}
    for method, path, more in (
        ("POST", f"/api/lab/look?run={run}", picture),
        ("POST", "/api/lab/active", {"json": {"run": run}}),
        ("POST", "/api/lab/runs", {"json": {"data": data}}),
    ):
        answer = people.ask("cleo", method, path, **more)
        if answer.status_code != 501:  # the lab's packages are not installed
            as_problem(answer, "not-found", 404)
    assert people.ask("cleo", "GET", "/api/jobs").json() == {"jobs": []}
    assert people.ask("anna", "GET", "/api/lab").json()["runs"] == []
    assert people.ask("cleo", "DELETE", "/api/lab").status_code == 204
    # It is all still there, for its owner.
    assert [job["id"] for job in people.ask("bert", "GET", "/api/jobs").json()["jobs"]] == [things["/api/jobs"]]
    assert people.ask("bert", "GET", f"/api/jobs/{things['/api/jobs']}/files/clip.gif").content == b"GIF"
    lab = people.ask("bert", "GET", "/api/lab").json()
    assert [row["id"] for row in (*lab["data"], *lab["runs"])] == [data, run]
    assert people.ask("bert", "GET", f"/api/lab/runs/{run}/model").content == b"onnx"


def test_picks_keys_and_journals_are_each_users_own(people: People) -> None:
    pick = {"emoji": "🎂", "face": {"probabilities": {"happiness": 1.0}}}
    assert people.ask("bert", "POST", "/api/suggest/pick", json=pick).status_code == 200
    assert people.ask("cleo", "GET", "/api/suggest/picks").json() == {"picks": []}
    assert people.ask("cleo", "DELETE", "/api/suggest/picks").status_code == 204
    assert len(people.ask("bert", "GET", "/api/suggest/picks").json()["picks"]) == 1
    key = {"Idempotency-Key": "same"}
    asked = {"platform": "slack", "count": 1}
    jobs = [people.ask(name, "POST", "/api/stickers", json=asked, headers=key) for name in ("bert", "cleo", "bert")]
    assert [answer.status_code for answer in jobs] == [202, 202, 200]
    assert jobs[0].json()["id"] == jobs[2].json()["id"] != jobs[1].json()["id"]
    for name, answer in (("bert", jobs[0]), ("cleo", jobs[1])):
        assert people.ask(name, "DELETE", answer.json()["href"]).status_code == 204
    assert people.ask("bert", "POST", "/api/journal/consents", json={"agreed": True}).status_code == 200
    assert people.ask("bert", "GET", "/api/journal").json()["on"]
    other = people.ask("cleo", "GET", "/api/journal").json()
    assert not other["on"] and other["consents"] == []


#: Where something is kept, or where admins alone may look.
KEEPING = ("/api/jobs", "/api/journal", "/api/lab", "/api/suggest/", "/api/users", "/metrics", "/api/clips",
           "/api/stickers")  # fmt: skip


def test_viewers_look_and_keep_nothing(people: People) -> None:
    assert people.ask("vera", "POST", "/api/look", files={"picture": photo()}).json()["faces"]
    assert people.ask("vera", "POST", "/api/suggest", json={"text": "happy birthday"}).status_code == 200
    assert people.ask("vera", "POST", "/api/avatar", json={}).status_code == 200
    assert people.ask("vera", "GET", "/api/avatar/choices").status_code == 200
    document = people.ask("vera", "GET", "/openapi.json").json()
    refused = set()
    for path, methods in document["paths"].items():
        for method in methods:
            asked = re.sub(r"{\w+}", "x", path)
            if not path.startswith(KEEPING):
                continue
            as_problem(people.ask("vera", method.upper(), asked), "role", 403)
            refused.add(path)
    assert len(refused) >= 25
    headers = {"Authorization": f"Bearer {people.tokens['vera']}"}
    with people.client.websocket_connect(LIVE, headers=headers) as live:
        live.send_json({"journal": {"session": "secretly"}})
        assert live.receive_json()["problem"]["type"] == "/problems/role"
        live.send_bytes((5).to_bytes(4, "big") + nobody())
        assert live.receive_json()["scene"]["faces"] == []


def test_admins_manage_users_and_members_do_not(people: People) -> None:
    for method, path in (("GET", "/api/users"), ("GET", "/metrics"), ("DELETE", "/api/users/anna"),
                         ("POST", "/api/users/anna/token")):  # fmt: skip
        as_problem(people.ask("bert", method, path), "role", 403)
    as_problem(people.ask("bert", "POST", "/api/users", json={"name": "me2", "role": "admin"}), "role", 403)
    assert "mien_database_up 1" in people.ask("anna", "GET", "/metrics").text
    made = people.ask("anna", "POST", "/api/users", json={"name": "dora", "role": "viewer"})
    assert made.status_code == 201
    people.tokens["dora"] = made.json()["token"]
    assert people.ask("dora", "GET", "/api/me").json()["role"] == "viewer"
    as_problem(people.ask("anna", "POST", "/api/users", json={"name": "dora", "role": "viewer"}), "invalid", 422)
    as_problem(people.ask("anna", "POST", "/api/users", json={"name": "../x", "role": "viewer"}), "invalid", 422)
    as_problem(people.ask("anna", "DELETE", "/api/users/anna"), "conflict", 409)
    as_problem(people.ask("anna", "DELETE", "/api/users/nobody"), "not-found", 404)
    assert people.ask("anna", "DELETE", "/api/users/dora").status_code == 204
    as_problem(people.ask("dora", "GET", "/api/me"), "token", 401)
    assert [row["name"] for row in people.ask("anna", "GET", "/api/users").json()["users"]] == [
        "anna", "bert", "cleo", "vera",
    ]  # fmt: skip


def test_who_is_removed_leaves_nothing_behind(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    people.tokens["emil"] = add_user(people.engine, "emil", "member")
    assert people.ask("emil", "GET", "/api/me").status_code == 200  # one who was added a moment ago
    number = people.id_of("emil")
    things = owned_things(people, "emil")
    pick = {"emoji": "🎂", "face": {"probabilities": {"happiness": 1.0}}}
    people.ask("emil", "POST", "/api/suggest/pick", json=pick)
    people.ask("emil", "POST", "/api/journal/consents", json={"agreed": True})
    assert (people.folder / "users" / number / "picks.db").exists()
    remove_user(people.engine, people.folder, "emil")  # as the command line does, while the studio runs
    end = time.monotonic() + 3 * directory.OFTEN + 5
    while people.ask("emil", "GET", "/api/me").status_code == 200:
        assert time.monotonic() < end
        time.sleep(0.1)
    while any(number in str(path) for path in people.folder.rglob("*")):
        assert time.monotonic() < end
        time.sleep(0.1)
    assert not (people.folder / "jobs" / things["/api/jobs"]).exists()
    from mien.database import METADATA

    with reading(people.engine) as base:
        rows = [str(row) for table in METADATA.sorted_tables for row in base.execute(table.select())]
    assert not any(number in row for row in rows)


def test_a_studio_without_users_asks_for_none_and_is_locked_by_the_first(tmp_path: Path) -> None:
    with studio(tmp_path) as client:
        assert client.get("/api/me").json() == {"name": None, "role": "owner"}
        assert client.get("/api/users").json() == {"users": []}
        as_problem(client.post("/api/users", json={"name": "anna", "role": "admin"}), "conflict", 409)
        engine = house_of(client).engine
        token = add_user(engine, "anna", "admin")
        headers = {"Authorization": f"Bearer {token}"}
        end = time.monotonic() + 10
        while client.get("/api/me").status_code == 200:
            assert time.monotonic() < end
            time.sleep(0.1)
        assert client.get("/api/me", headers=headers).json()["name"] == "anna"
        assert client.get("/api/lab", headers=headers).json()["paths"] is False
        remove_user(engine, tmp_path / "studio", "anna")
        while client.get("/api/me", headers=headers).status_code == 200:
            assert time.monotonic() < end + 5
            time.sleep(0.1)
        as_problem(client.get("/api/me"), "token", 401)  # it does not open itself again


def test_users_on_the_command_line(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_STUDIO", str(tmp_path))
    monkeypatch.delenv("MIEN_DATABASE_URL", raising=False)
    code, token, err = run("studio", "users", "add", "anna", "--role", "admin")
    assert (code, err) == (0, "") and re.fullmatch(r"[\w-]{43}\n", token)
    assert run("studio", "users", "add", "anna", "--role", "admin")[0] == 2
    assert "viewer" in run("studio", "users", "add", "bert", "--role", "boss")[2]
    assert run("studio", "users", "list")[1] == "anna\tadmin\n"
    code, fresh, _ = run("studio", "users", "token", "anna")
    assert code == 0 and fresh != token
    engine = open_engine(f"sqlite:///{tmp_path / 'studio.sqlite3'}")
    with TestClient(app_of(tmp_path), base_url=ADDRESS) as client:
        assert client.get("/api/me", headers={"Authorization": f"Bearer {fresh.strip()}"}).json()["role"] == "admin"
        as_problem(client.get("/api/me", headers={"Authorization": f"Bearer {token.strip()}"}), "token", 401)
    assert run("studio", "users", "remove", "anna")[0] == 0 and list_users(engine) == []
    assert run("studio", "users", "remove", "anna")[0] == 2
    engine.dispose()
    code, out, err = run("studio", "users", "list", "--database-url", "postgresql://a:open-sesame@127.0.0.1:1/b")
    assert (code, out) == (2, "") and "open-sesame" not in err and err.count("\n") == 1


def app_of(folder: Path) -> Any:
    from mien.studio import Settings, make_app

    return make_app(Settings(folder=folder))
