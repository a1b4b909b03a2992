"""Every command line in the documentation parses: the command exists, and takes the options and arguments given."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer.main

from doc_pages import ROOT, blocks, command_lines, inline_commands, words_of

#: Languages of blocks in which a line that begins with `mien` is a command line.
SHELLS = ("bash", "console", "sh", "text", "")
#: Prose that begins like a command line and is none: the name of the project, or output shown.
NO_COMMANDS = (r"^mien: ", r"^mien +[\d.]+ M ")


@pytest.fixture(scope="module")
def root() -> Any:
    from mien.cli import app

    return typer.main.get_command(app)


def problem(root: Any, line: str) -> str | None:
    """What the command line's own parser says against a line."""
    words = words_of(re.sub(r"[\[\]]", "", line))
    words = [re.sub(r"^([a-z]+)\|[a-zA-Z|]+$", r"\1", word) for word in words[1:] if word not in ("...", "&")]
    cut = next((i for i, word in enumerate(words) if word in ("|", ">", "<", ">>")), len(words))
    command, name, rest, context = root, "mien", words[:cut], None
    try:
        while True:
            context = command.make_context(name, list(rest), parent=context)
            left = [*context._protected_args, *context.args]
            if not getattr(command, "commands", None) or not left:
                return None
            name, command, rest = command.resolve_command(context, left)
    except typer.Exit:
        return None  # --help, --version
    except Exception as error:  # the parser's kinds of error have no public name
        return f"{type(error).__name__}: {getattr(error, 'message', error)}"


def test_every_command_line_in_a_block_parses(root: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    checked, wrong = 0, []
    for block in blocks(*SHELLS):
        for line in command_lines(block.body):
            command = re.sub(r"^(\$ |torchrun .* -m )", "", line.strip())
            if not command.startswith("mien ") or any(re.search(pattern, command) for pattern in NO_COMMANDS):
                continue
            checked += 1
            if said := problem(root, command):
                wrong.append(f"{block.name}: {command}: {said}")
    assert not wrong, "\n".join(wrong)
    assert checked > 150


def test_command_lines_in_the_prose_name_what_exists(root: Any) -> None:
    """In a sentence a command may be cut short; what stands there must exist."""
    wrong = []
    for page, command in inline_commands():
        said = problem(root, command)
        if said and re.search(r"NoSuchOption|No such command|Invalid value for '-", said):
            wrong.append(f"{page.relative_to(ROOT)}: {command}: {said}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("mien photo --jsonn a.jpg", "NoSuchOption"),
        ("mien foto a.jpg", "No such command"),
        ("mien lab measure everything", "No such command"),
        ("mien stickers a.jpg --for pigeon --out x", "BadParameter"),
        ("mien photo", "MissingParameter"),
    ],
)
def test_a_wrong_line_would_be_found(root: Any, line: str, kind: str) -> None:
    assert kind in (problem(root, line) or "")
