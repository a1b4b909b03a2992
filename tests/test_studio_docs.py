"""What docs/api.md tells people to type works as it stands, against a studio that runs."""

from __future__ import annotations

import io
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("fastapi", reason="needs mien[studio]")

from PIL import Image

from clip_files import make_clip
from lab_studio import tiny_zip
from studio_client import photo
from test_studio_process import free_port, running

GUIDE = (Path(__file__).parents[1] / "docs/api.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the guide speaks of."""
    folder = tmp_path_factory.mktemp("desk")
    for name in ("photo.jpg", "one.jpg", "two.jpg"):
        (folder / name).write_bytes(photo())
    with Image.open(io.BytesIO(photo())) as face:
        make_clip(folder / "talk.mp4", [np.asarray(face.convert("RGB").resize((128, 128)))] * 4)
    tiny_zip(folder).rename(folder / "faces.zip")
    return folder


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("studio"), "--port", str(free_port())) as (address, _):
        yield address.removeprefix("http://").rstrip("/")


def blocks(kind: str) -> list[str]:
    return [body for found, body in BLOCK.findall(GUIDE) if found == kind]


def test_the_python_of_the_guide_runs(desk: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("requests", reason="comes with schemathesis")
    monkeypatch.chdir(desk)
    names: dict[str, object] = {"jpegs": [photo(), photo()]}
    for body in blocks("py"):
        quick = body.replace("time.sleep(1)", "time.sleep(0.1)").replace('"draw": "replace"', '"draw": "label"')
        quick = quick.replace('"epochs": 20', '"epochs": 1')
        exec(quick.replace("127.0.0.1:8765", address), names)
    assert names["told"]["scene"]["faces"]  # type: ignore[index]
    assert [file["name"] for file in names["job"]["files"]] == ["clip.mp4", "timeline.json"]  # type: ignore[index]
    assert names["run"]["state"] == "trained"  # type: ignore[index]
    assert names["picture"][:4] == b"\x89PNG"  # type: ignore[index]
    assert names["person"]["traits"]["glasses"]["confidence"] > 0  # type: ignore[index]


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_curl_of_the_guide_is_answered(desk: Path, address: str) -> None:
    asked = 0
    for line in "\n".join(blocks("sh")).replace("\\\n", " ").splitlines():
        words = shlex.split(line.replace("127.0.0.1:8765", address), comments=True)
        if words[:1] != ["curl"] or "192.168" in line or "5f0c" in line or "4f1c" in " ".join(words):
            continue
        done = subprocess.run([*words, "-sS", "--fail-with-body"], cwd=desk, capture_output=True, timeout=60)
        assert done.returncode == 0, f"{line}\n{done.stdout.decode()}{done.stderr.decode()}"
        asked += 1
    assert asked >= 8
    assert (desk / "me.svg").read_text(encoding="utf-8").startswith("<svg")


def test_the_json_of_the_guide_is_json() -> None:
    for body in blocks("json"):
        assert isinstance(json.loads(body), dict)


def test_the_limits_of_the_guide_are_those_of_the_studio() -> None:
    from mien.studio.settings import Limits

    told, limits = GUIDE.split("## Limits")[1].split("##")[0], Limits()
    for words in (
        f"{limits.picture_bytes / 1e6:g} MB, {limits.pixels / 1e6:g} megapixels",
        f"{limits.clip_bytes / 1e9:g} GB",
        f"{limits.frame_bytes / 1e6:g} MB, {limits.frame_pixels / 1e6:g} megapixels",
        f"{limits.seconds:g} seconds",
        f"{limits.workers} worked on, {limits.queue} wait",
        f"| {limits.live} |",
        f"| {limits.jobs} |",
        f"| {limits.pictures} |",
        f"{limits.rate:g} a second on average, {limits.burst} at once",
    ):
        assert words in told, words
