"""A release: built twice to the same bytes, with what belongs in it; and the workflows that publish it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

import mien
from conftest import need_program

ROOT = Path(__file__).parents[1]
WORKFLOWS = ROOT / ".github/workflows"
TOOLS = "pip install 'mien[release]'"


def tool(name: str) -> str:
    """A program of mien[release], beside this Python or on the path."""
    found = Path(sys.executable).with_name(name)
    return str(found) if found.exists() else need_program(name, TOOLS)


def build(source: Path, folder: Path, **environment: str) -> None:
    """Build the wheel and the source archive."""
    told = os.environ | {"SOURCE_DATE_EPOCH": "1700000000"} | environment
    command = [tool("hatchling"), "build", "-d", str(folder)]
    subprocess.run(command, cwd=source, env=told, check=True, capture_output=True)


def sums(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is packed, as it is now, in a folder that lies elsewhere."""
    folder = tmp_path_factory.mktemp("source")
    packed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["sdist"][
        "include"
    ]
    for name in ("pyproject.toml", ".gitignore", *packed):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def built(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("one")
    build(source, folder)
    return folder


def test_the_same_source_builds_to_the_same_bytes(source: Path, built: Path, tmp_path: Path) -> None:
    first = sums(built)
    before = os.umask(0o077)
    try:
        build(source, tmp_path, TZ="Pacific/Kiritimati", LC_ALL="C", PYTHONHASHSEED="7")
        assert sums(tmp_path) == first
    finally:
        os.umask(before)
    assert set(first) == {f"mien-{mien.__version__}-py3-none-any.whl", f"mien-{mien.__version__}.tar.gz"}


def test_the_wheel_is_sound_and_holds_the_program_alone(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    checks = (
        [tool("twine"), "check", "--strict", *built.iterdir()],
        [tool("check-wheel-contents"), "--ignore=W002", wheel],
    )
    for words in checks:
        done = subprocess.run(words, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {"mien", f"mien-{mien.__version__}.dist-info"}
    assert "mien/py.typed" in names and sum(name.endswith(".onnx") for name in names) >= 2


def test_the_source_archive_has_what_its_tests_need_and_no_secrets(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as source:
        names = {name.partition("/")[2] for name in source.getnames()}
    assert {
        "pyproject.toml",
        "deploy/install.sh",
        "release/check.sh",
        "tests/test_release.py",
        "docs/index.md",
    } <= names
    assert not [name for name in names if "/secrets/" in name or name.endswith((".key", ".pem"))]


def test_the_version_is_told_once() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == mien.__version__


def test_the_workflows_are_sound() -> None:
    files = sorted(WORKFLOWS.glob("*.yml"))
    assert [path.name for path in files] == ["ci.yml", "release.yml"]
    for words in (
        [tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *files],
        [tool("zizmor"), "--offline", "--no-progress", "--config", ROOT / ".github/zizmor.yml", WORKFLOWS],
    ):
        done = subprocess.run(words, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    for path in files:
        for job in yaml.safe_load(path.read_text())["jobs"].values():
            assert job["timeout-minutes"] <= 60
            assert all(re.search(r"@(v\d+|release/v\d+)$", step["uses"]) for step in job["steps"] if "uses" in step)
    ci = yaml.safe_load((WORKFLOWS / "ci.yml").read_text())["jobs"]["everything"]
    assert ci["steps"][-1]["run"] == ".ci/run", "what runs here runs there"
