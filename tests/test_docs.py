"""What the README and the documentation tell people to type works as it stands."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Run
from doc_pages import DOCS, PAGES, ROOT, Block, blocks, command_lines, in_shell, lay_desk, words_of

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the pages are written for a POSIX shell")

#: What no test types, and why; test_docs_commands.py checks that each such line parses, option by option.
UNTYPED = {
    r"^mien lab ": "trains, or needs a data set; tests/test_cli_lab*.py run these commands on small ones",
    r"--peer ": "needs MediaPipe, which is no dependency",
    r"^mien bench ": "takes half a minute; tests/test_cli_bench.py runs it shorter",
    r"^mien batch .*(s3|gs|https?)://": "needs a server; tests/test_batch*.py bring one of their own",
    r"^mien doctor$": "starts a process of its own; tests/test_cli_doctor.py",
    r"--engine ray": "needs a cluster; the tests of the engine bring one of their own",
}
#: What is typed with one option more, so that the tests stay quick: these draw or encode a lot.
SHORTENED = {
    r" --all$": "--size 48",
    r" --animate ": "--size 48",
    r" --for whatsapp --out my-stickers$": "--count 3",
    r"^mien stickers (me|my-spec).json --for telegram": "--count 1",
    r"^mien stickers me.json --for whatsapp": "--count 3",
    r"^mien stickers my-emoji ": "--count 2",
}
#: Programs that `.ci/run`, the reader's system or another test answers for.
OTHERS = ("pip", "pytest", "python", ".ci/run")
#: Pages that are one story: their blocks are typed one after another into the same folder.
STORIES = ("tutorial.md",)
#: Python that trains: names and arguments are checked, tests/test_train*.py and their like do the training.
TRAINING = ("how-to-train.md", "how-to-tune.md", "how-to-export.md")


@pytest.fixture(scope="session")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder as the pages expect it, and beside it a journal of two evenings; made once, copied for each block."""
    from journal_scenes import record
    from mien.journal import Journal

    folder = tmp_path_factory.mktemp("desk") / "desk"
    lay_desk(folder)
    with Journal(folder.parent / "journal.db") as journal:
        record(journal, "Friday night", ("neutral", 2), ("happiness", 4), hours=48)
        record(journal, "Sunday night", ("neutral", 4), ("surprise", 2), hours=1)
    return folder


@pytest.fixture
def desk(laid: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the folder, the current one; a journal and picks of its own."""
    folder = tmp_path / "desk"
    shutil.copytree(laid, folder)
    shutil.copy(laid.parent / "journal.db", tmp_path)
    monkeypatch.setenv("MIEN_JOURNAL", str(tmp_path / "journal.db"))
    monkeypatch.setenv("MIEN_PICKS", str(tmp_path / "picks.db"))  # a reader has picked nothing yet
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)  # one processor: no helpers to start
    monkeypatch.chdir(folder)
    return folder


#: Type a line: exit code, stdout, stderr.
Type = Callable[[str], tuple[int, str, str]]


@pytest.fixture
def type_in(desk: Path, run: Run) -> Type:
    """Run a line in this process; a line that only a shell understands, in a shell."""

    def typed(line: str) -> tuple[int, str, str]:
        line, _, target = line.partition(" > ")
        if re.search(r"[|<*]", re.sub(r"\"[^\"]*\"", "", line)):
            return in_shell(line + (f" > {target}" if target else ""), desk)
        code, out, err = run(*words_of(line)[1:])
        if target:
            (desk / target).write_text(out, encoding="utf-8")
        return code, out, err

    return typed


def typed_blocks() -> list[object]:
    """Blocks of commands, each by itself; those of a story together."""
    found = blocks("bash", "console")
    single = [[block] for block in found if block.page.name not in STORIES]
    stories = [[block for block in found if block.page.name == story] for story in STORIES]
    return [pytest.param(group, id=group[0].name) for group in [*single, *stories] if group]


@pytest.mark.parametrize("group", typed_blocks())
def test_commands_do_what_the_page_says(group: list[Block], type_in: Type) -> None:
    for block in group:
        if block.language == "console":
            compare_with_shown(block, type_in)
            continue
        for line in command_lines(block.body):
            if line.split()[0] in OTHERS or any(re.search(pattern, line) for pattern in UNTYPED):
                continue
            assert line.startswith("mien "), f"{block.name}: nobody checks this command: {line}"
            more = "".join(f" {option}" for pattern, option in SHORTENED.items() if re.search(pattern, line))
            code, _, err = type_in(line + more)
            assert (code, err) == (0, ""), f"{block.name}: {line}\n{err}"


def compare_with_shown(block: Block, type_in: Type) -> None:
    """Digits may differ from machine to machine by rounding, and tabs are shown as spaces; the rest may not."""

    def words(text: str) -> list[str]:
        return re.sub(r"\d+", "0", text).split()

    command, *shown = block.body.strip().splitlines()
    assert command.startswith("$ mien "), block.name
    assert shown, f"{block.name}: no output shown for: {command}"
    assert words(type_in(command[2:])[1]) == words("\n".join(shown)), block.name


@pytest.mark.parametrize("block", [pytest.param(block, id=block.name) for block in blocks("python")])
def test_python_runs_and_its_emoji_are_true(block: Block, desk: Path) -> None:
    """An expression with an emoji in its comment, `match(...)  # 😂`, must give that emoji."""
    if "mien.lab" in block.body:
        pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
    if block.page.name in TRAINING:
        check_calls(block.body)
        return
    names: dict[str, object] = {}
    for statement in ast.parse(block.body).body:
        code = ast.unparse(statement)
        comment = block.body.splitlines()[(statement.end_lineno or 1) - 1].rpartition("#")[2].strip()
        if isinstance(statement, ast.Expr) and comment and all(ord(letter) > 0x2000 for letter in comment):
            assert eval(code, names) == comment
        else:
            exec(code, names)


def check_calls(body: str) -> None:
    """Every name that is imported exists, and takes the arguments that it is called with."""
    import inspect

    names: dict[str, object] = {}
    tree = ast.parse(body)
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            exec(ast.unparse(statement), names)
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in names:
            given = {word.arg: None for word in call.keywords if word.arg}
            inspect.signature(names[call.func.id]).bind(*call.args, **given)  # type: ignore[arg-type]


def test_settings_and_data_shown_can_be_read() -> None:
    for block in blocks("toml", "json"):
        (tomllib.loads if block.language == "toml" else json.loads)(block.body)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as a forge and the site make them."""
    prose = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} (.+)$", prose, re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        found.add(slug if slug not in found else f"{slug}-1")
    return found


LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)|(?:src|srcset)=\"([^\"]+)\"")


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target, anchor, picture in LINK.findall(text):
        goal = (page.parent / (target or picture)).resolve() if target or picture else page
        assert goal.exists(), f"{page.name}: {target or picture}"
        if anchor and goal.suffix == ".md":
            assert anchor in anchors(goal), f"{page.name}: {target}#{anchor}"


def test_every_figure_is_shown_somewhere() -> None:
    shown = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    figures = {path.stem for path in (DOCS / "figures").iterdir() if path.suffix in (".svg", ".png", ".webp", ".jpg")}
    assert not {name for name in figures if name not in shown}, "pictures that no page shows"


def test_every_benchmark_is_on_the_benchmarks_page() -> None:
    page = (DOCS / "benchmarks.md").read_text(encoding="utf-8")
    scripts = {path.name for path in (ROOT / "benchmarks").glob("*.py")}
    assert not {name for name in scripts if f"benchmarks/{name}" not in page}


def test_the_ci_runs_the_readmes_test_command() -> None:
    readme, script = (ROOT / "README.md").read_text(encoding="utf-8"), (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "pip install -e '.[dev]' && pytest -n auto" in readme
    assert re.search(r"^pip install -qq -e '\.\[dev,lab,release\]'$", script, re.MULTILINE)
    assert re.search(r"^PYTEST_ADDOPTS='-rs --durations=25' pytest -n auto \|", script, re.MULTILINE)


def test_every_room_is_on_the_plan() -> None:
    from test_import_direction import SOURCES, room_of

    plan = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    for room in {room_of(path) for path in SOURCES} - {"__main__"}:
        assert re.search(rf"`{room}(/|\.py)?`", plan), f"{room} is not in docs/architecture.md"
