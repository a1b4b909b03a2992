"""A studio that others reach through a proxy: whom it lets in, whom it believes, and what its probes tell."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="needs mien[studio]")

from mien.studio.serve import config_of
from mien.studio.settings import Settings, StudioError
from studio_client import as_problem, house_of, studio

TOKEN = "0123456789abcdef0123"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
NAME = "emoji.example.org"


def test_behind_a_proxy_it_goes_by_its_public_name(tmp_path: Path) -> None:
    with studio(tmp_path, token=TOKEN, behind_proxy=(NAME,)) as client:
        named = {**BEARER, "Host": NAME}
        assert client.get("/api/health", headers={**named, "Origin": f"https://{NAME}"}).status_code == 200
        as_problem(client.get("/api/health", headers={**BEARER, "Host": "evil.example"}), "host", 403)
        as_problem(client.get("/api/health", headers={**named, "Origin": "https://evil.example"}), "origin", 403)
        as_problem(client.get("/api/health", headers={"Host": NAME}), "token", 401)


def test_probes_need_no_token_and_tell_when_it_takes_work(tmp_path: Path) -> None:
    with studio(tmp_path, token=TOKEN) as client:
        assert client.get("/livez").text == "ok\n"
        assert house_of(client).ready.wait(30)
        assert client.get("/readyz").status_code == 200
        house_of(client).ready.clear()
        assert client.get("/readyz").status_code == 503
        as_problem(client.get("/readyz", headers={"Host": "evil.example"}), "host", 403)
        as_problem(client.get("/readyz/more"), "token", 401)


def test_its_cookie_is_for_https_alone_where_the_proxy_has_it(tmp_path: Path) -> None:
    with studio(tmp_path, token=TOKEN, behind_proxy=(NAME,)) as client:
        plain, encrypted = (client.get(f"{scheme}://{NAME}/?token={TOKEN}") for scheme in ("http", "https"))
        assert "secure" not in plain.headers["set-cookie"].lower()
        assert "secure" in encrypted.headers["set-cookie"].lower()


def test_forwarded_addresses_are_believed_from_the_proxy_alone(tmp_path: Path) -> None:
    def config(**settings: object) -> tuple[bool, list[str]]:
        how = Settings(folder=tmp_path, token=TOKEN, **settings)  # type: ignore[arg-type]
        made = config_of(lambda: None, how)  # type: ignore[arg-type]
        return made.proxy_headers, list(made.forwarded_allow_ips)

    assert config()[0] is False
    assert config(behind_proxy=(NAME,)) == (True, ["127.0.0.1", "::1"])
    assert config(behind_proxy=(NAME,), proxies=("10.1.0.0/16",)) == (True, ["10.1.0.0/16"])


def test_a_proxy_demands_a_token_and_ends_reading_of_paths() -> None:
    with pytest.raises(StudioError, match=f"--behind-proxy {NAME}.*--token-file"):
        Settings(behind_proxy=(NAME,))
    assert Settings(token=TOKEN).reads_paths
    assert not Settings(token=TOKEN, behind_proxy=(NAME,), lab_paths=True).reads_paths


@pytest.mark.parametrize(
    ("settings", "told"),
    [({"behind_proxy": (f"https://{NAME}",)}, "a host's name"), ({"proxies": ("nginx",)}, "neither an address")],
)
def test_what_cannot_be_a_proxy_is_refused(settings: dict[str, tuple[str]], told: str) -> None:
    with pytest.raises(StudioError, match=told) as refused:
        Settings(token=TOKEN, **settings)  # type: ignore[arg-type]
    assert "\n" not in str(refused.value)
