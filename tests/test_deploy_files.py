"""What deploy/ holds is sound: each file by its own linter, and all of them agree with the studio."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from conftest import need_program

pytest.importorskip("fastapi", reason="needs mien[studio]")

from mien.cli.studio import studio_app
from mien.studio import serve, supervisor
from mien.studio.settings import Limits

DEPLOY = Path(__file__).parents[1] / "deploy"
TOOLS = "pip install 'mien[release]'"
UNIT = DEPLOY / "mien-studio.service"


def checked(program: str, install: str, *arguments: object) -> str:
    """Run a linter that must be content; what it printed."""
    found = Path(sys.executable).with_name(program)
    path = str(found) if found.exists() else need_program(program, install)
    done = subprocess.run([path, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def unit() -> dict[str, list[str]]:
    """The unit's settings, each with all its values."""
    told: dict[str, list[str]] = {}
    for line in UNIT.read_text().splitlines():
        name, found, value = line.partition("=")
        if found and not line.startswith("#"):
            told.setdefault(name, []).append(value)
    return told


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text()))


def deployment() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "kubernetes/deployment.yaml").read_text())["spec"]["template"]["spec"])


def test_scripts_are_plain_shell() -> None:
    scripts = [*DEPLOY.glob("*.sh"), *(DEPLOY.parent / "release").glob("*.sh")]
    assert len(scripts) >= 2
    checked("shellcheck", "apt-get install shellcheck", "--shell=sh", *scripts)


def test_the_container_recipe_has_nothing_to_complain_of() -> None:
    checked("hadolint", TOOLS, "--failure-threshold", "style", DEPLOY / "Containerfile")


def test_the_compose_file_fits_its_specification_and_gives_no_more_than_needed() -> None:
    checked("check-jsonschema", TOOLS, "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml")
    told = compose()
    inside = {name for name, network in told["networks"].items() if network.get("internal")}
    for name, service in told["services"].items():
        assert service["read_only"] and service["cap_drop"] == ["ALL"] and service["mem_limit"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "PASSWORD" not in "".join(service.get("environment", {})).replace("PASSWORD_FILE", ""), name
        if name != "proxy":
            assert "ports" not in service and set(service["networks"]) <= inside, name


def test_the_manifests_fit_kubernetes() -> None:
    manifests = [path for path in (DEPLOY / "kubernetes").glob("*.yaml") if path.stem != "kustomization"]
    said = checked("kubernetes-validate", TOOLS, "--strict", "-k", "1.31", *manifests)
    assert said.count("passed") == len(manifests) == 7
    kustomization = yaml.safe_load((DEPLOY / "kubernetes/kustomization.yaml").read_text())
    assert {*kustomization["resources"], "secret.example.yaml"} == {path.name for path in manifests}


def test_the_unit_is_hardened(tmp_path: Path) -> None:
    program = "systemd-analyze"
    checked(program, "apt-get install systemd", "security", "--offline=yes", "--threshold=15", "--no-pager", UNIT)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/mien").touch(mode=0o755)
    here = tmp_path / UNIT.name
    here.write_text(UNIT.read_text().replace("/opt/mien", str(tmp_path)))
    assert checked(program, "", "verify", "--recursive-errors=no", here) == ""


@pytest.mark.parametrize("where", ["unit", "compose", "kubernetes", "container"])
def test_the_studio_knows_the_options_that_it_is_started_with(where: str) -> None:
    if where == "unit":
        words = shlex.split(re.sub(r"\$\{(\w+)\}", "2", unit()["ExecStart"][0]))[1:]
    elif where == "compose":
        words = [re.sub(r"\$\{[^}]*\}", "2", word) for word in compose()["services"]["studio"]["command"]]
    elif where == "kubernetes":
        words = deployment()["containers"][0]["args"]
    else:
        last = (DEPLOY / "Containerfile").read_text().strip().splitlines()[-1]
        words = yaml.safe_load(last.removeprefix("CMD "))
    assert words[0] == "studio"
    command = typer.main.get_command(studio_app)
    parsed = command.make_context("studio", list(words[1:]), resilient_parsing=False).params
    assert parsed["port"] == 8765 and parsed["open_browser"] is False
    assert parsed["behind_proxy"] or where == "container"


def test_whoever_stops_it_waits_until_it_has_drained() -> None:
    needed = serve.LINGER + serve.DRAIN + supervisor.MARGIN
    assert int(unit()["TimeoutStopSec"][0]) > needed
    assert int(compose()["services"]["studio"]["stop_grace_period"].removesuffix("s")) > needed
    pod = deployment()
    waits = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod["terminationGracePeriodSeconds"] > needed + waits
    assert unit()["ExecReload"] == ["/bin/kill -HUP $MAINPID"]


def test_proxies_let_go_of_connections_before_a_worker_does() -> None:
    (nginx,) = re.findall(r"^  keepalive_timeout (\d+)s;", (DEPLOY / "nginx.conf").read_text(), re.MULTILINE)
    (caddy,) = re.findall(r"^\s+keepalive (\d+)s$", (DEPLOY / "Caddyfile").read_text(), re.MULTILINE)
    assert max(int(nginx), int(caddy)) < min(serve.LINGER, serve.HEAD)


def test_proxies_let_through_what_the_studio_takes_and_hardly_more() -> None:
    limits = Limits()
    taken = {
        "/api/look": limits.picture_bytes, "/api/lab/look": limits.picture_bytes, "/api/clips": limits.clip_bytes,
        "/api/personalise": limits.picture_bytes * limits.pictures, "/api/lab/data": limits.data_bytes,
        "": limits.json_bytes,
    }  # fmt: skip
    nginx = (DEPLOY / "nginx.conf").read_text()
    by_path = dict(re.findall(r"location = (\S+) \{\s+client_max_body_size (\d+)m;", nginx))
    by_path[""] = re.findall(r"^  client_max_body_size (\d+)m;", nginx, re.MULTILINE)[0]
    caddy = (DEPLOY / "Caddyfile").read_text()
    sizes = dict(re.findall(r"request_body @(\w+) \{\s+max_size (\d+)MiB", caddy))
    paths = {path: sizes[name] for name, found in re.findall(r"@(\w+) path (.*)", caddy) if name in sizes
             for path in found.split()} | {"": sizes["rest"]}  # fmt: skip
    assert by_path == paths and set(by_path) == set(taken)
    for path, limit in taken.items():
        assert limit < int(by_path[path]) * 2**20 < 1.05 * limit, path
    ingress = yaml.safe_load((DEPLOY / "kubernetes/ingress.yaml").read_text())["metadata"]["annotations"]
    assert ingress["nginx.ingress.kubernetes.io/proxy-body-size"] == f"{by_path['/api/clips']}m"
