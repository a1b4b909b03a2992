"""What the README and the how-tos tell people to type works as it stands."""

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PHOTO = ROOT / "docs/figures/astronaut.jpg"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)")


def blocks(language: str) -> list[object]:
    """Every fenced block of a language, on every page."""
    return [
        pytest.param(body, id=f"{page.name}-{number}")
        for page in PAGES
        for number, (found, body) in enumerate(FENCE.findall(page.read_text(encoding="utf-8")), 1)
        if found == language
    ]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the pages speak of: photos, a party, a clip, a person, own emoji, a model, a journal."""
    import numpy as np
    from PIL import Image

    from clip_files import make_clip
    from journal_scenes import record
    from mien import LABELS, UNSURE
    from mien.avatar.presets import random_person
    from mien.journal import Journal
    from mien.models import manifest

    shutil.copy(PHOTO, tmp_path / "photo.jpg")
    for folder in ("party", "photos", "my-emoji", "docs/figures"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(PHOTO, tmp_path / "docs/figures/astronaut.jpg")
    shutil.copy(PHOTO, tmp_path / "party" / "astronaut.jpg")
    shutil.copy(PHOTO, tmp_path / "photos" / "one.jpg")
    (tmp_path / "me.json").write_text(random_person(3).to_json(), encoding="utf-8")
    Image.new("RGB", (120, 80), "navy").save(tmp_path / "party" / "night.jpg")
    make_clip(tmp_path / "clip.mp4", [np.asarray(Image.open(PHOTO).convert("RGB").resize((160, 160)))] * 6)
    for label in (*LABELS, UNSURE):
        Image.new("RGBA", (64, 64), "orange").save(tmp_path / "my-emoji" / f"{label}.png")
    shipped = {model.name: model.path for model in manifest()}
    shutil.copy(shipped["expression"], tmp_path / "my.onnx")
    draw_data(tmp_path / "DATA")
    monkeypatch.setenv("MIEN_JOURNAL", str(tmp_path / "journal.db"))
    with Journal() as journal:
        record(journal, "Friday night", ("neutral", 2), ("happiness", 4), hours=48)
        record(journal, "Sunday night", ("neutral", 4), ("surprise", 2), hours=1)
    return tmp_path


def draw_data(folder: Path) -> None:
    """A data set in class folders: two expressions, drawn."""
    import io

    from PIL import Image

    from mien.avatar import face_svg, rasterise

    for split, count in (("train", 6), ("validation", 3)):
        for name, control in (("happy", "mouthSmile"), ("sad", "mouthFrown")):
            (folder / split / name).mkdir(parents=True)
            for i in range(count):
                pull = {f"{control}{side}": 0.5 + 0.08 * i for side in ("Left", "Right")}
                drawn = Image.open(io.BytesIO(rasterise(face_svg(pull), 48))).convert("RGBA")
                face = Image.new("RGBA", drawn.size, "white")
                face.alpha_composite(drawn)
                face.convert("L").save(folder / split / name / f"{i}.png")


def in_shell(command: str, desk: Path) -> "subprocess.CompletedProcess[str]":
    """Run a line as a reader would, with the `mien` of this environment."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = os.environ | {"PATH": path, "MIEN_PICKS": str(desk / "own-picks.db")}  # a reader has picked nothing yet
    return subprocess.run(command, shell=True, cwd=desk, env=env, capture_output=True, text=True, timeout=300)


@pytest.mark.skipif(os.name == "nt", reason="the pages are written for a POSIX shell")
@pytest.mark.parametrize("body", blocks("bash"))
def test_commands_run(body: str, desk: Path) -> None:
    for line in body.strip().replace(" && ", "\n").splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] != ["mien"]:
            assert words[0] in ("pip", "pytest", "python", ".ci/run"), f"nobody checks this command: {line}"
            continue  # installing, building and testing: .ci/run does that
        if words[1] == "lab" or "--peer" in words:
            check_options(words)  # needs data sets, or a package that is no dependency
            continue
        done = in_shell(line, desk)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        assert done.stderr == ""


def check_options(words: list[str]) -> None:
    """The command exists and has every option that the page gives it."""
    names = [word for word in words[1:4] if re.fullmatch(r"[a-z]+", word)]
    if names[0] != "lab":
        names = names[:1]
    while names:  # arguments such as a run's folder follow the command's own words
        done = subprocess.run(
            [sys.executable, "-m", "mien", *names, "--help"],
            capture_output=True,
            text=True,
            env=os.environ | {"COLUMNS": "200"},
        )
        if done.returncode == 0 and "Commands" not in done.stdout:
            break
        names.pop()
    assert names, f"no such command: {' '.join(words)}"
    for option in (word.split("=")[0] for word in words if word.startswith("--")):
        assert re.search(rf"{option}\b", done.stdout), f"mien {' '.join(names)} has no {option}"


@pytest.mark.parametrize("body", blocks("python"))
def test_python_runs_and_its_emoji_are_true(body: str, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An expression with an emoji in its comment, `match(...)  # 😂`, must give that emoji."""
    if "mien.lab" in body:
        pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
    monkeypatch.chdir(desk)
    names: dict[str, object] = {}
    for statement in ast.parse(body).body:
        code = ast.unparse(statement)
        comment = body.splitlines()[(statement.end_lineno or 1) - 1].rpartition("#")[2].strip()
        if isinstance(statement, ast.Expr) and comment and all(ord(letter) > 0x2000 for letter in comment):
            assert eval(code, names) == comment
        else:
            exec(code, names)


@pytest.mark.skipif(os.name == "nt", reason="the pages are written for a POSIX shell")
@pytest.mark.parametrize("body", blocks("console"))
def test_shown_output_is_what_comes_out(body: str, desk: Path) -> None:
    """Digits may differ from machine to machine by rounding, and tabs are shown as spaces; the rest may not."""

    def words(text: str) -> list[str]:
        return re.sub(r"\d+", "0", text).split()

    command, *shown = body.strip().splitlines()
    assert command.startswith("$ mien ")
    assert shown, f"no output shown for: {command}"
    assert words(in_shell(command[2:], desk).stdout) == words("\n".join(shown))


@pytest.mark.parametrize(
    "page",
    [*PAGES, *sorted((ROOT / "docs").glob("*/*.md")), ROOT / "benchmarks/README.md", ROOT / "CHANGELOG.md"],
    ids=lambda page: page.relative_to(ROOT).as_posix(),
)
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_ci_runs_the_readmes_test_command() -> None:
    readme, script = (ROOT / "README.md").read_text(encoding="utf-8"), (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "pip install -e '.[dev]' && pytest -n auto" in readme
    assert re.search(r"^pip install -qq -e '\.\[dev,lab\]'$", script, re.MULTILINE)
    assert re.search(r"^PYTEST_ADDOPTS=-rs pytest -n auto \|", script, re.MULTILINE)


def test_every_room_is_on_the_plan() -> None:
    from test_import_direction import SOURCES, room_of

    plan = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    for room in {room_of(path) for path in SOURCES} - {"__main__"}:
        assert re.search(rf"`{room}(/|\.py)?`", plan), f"{room} is not in docs/architecture.md"
