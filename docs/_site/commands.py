"""The command line's reference, in Markdown, from the commands themselves, so that it says what `--help` says."""

from __future__ import annotations

import re
from typing import Any

import typer.main

TYPE = re.compile(r" <[^>]*>")  #: of an argument, as typer puts it behind its name


def reference() -> str:
    """Every command with its words, usage, example, arguments and options; groups before their commands."""
    from mien.cli import app

    root = typer.main.get_command(app)
    context = root.make_context("mien", [], resilient_parsing=True)
    commands: dict[str, Any] = root.commands  # type: ignore[attr-defined]
    return "\n\n".join(part for name in commands for part in described(commands[name], context, f"mien {name}", 2))


def described(command: Any, parent: Any, name: str, level: int) -> list[str]:
    context = command.make_context(name.split()[-1], [], parent=parent, resilient_parsing=True)
    parts = [f"{'#' * level} {name}", plain(command.help)]
    children = getattr(command, "commands", {})
    if not children:
        usage = re.sub(r"\{([A-Z_]+)\}", r"\1", " ".join(command.collect_usage_pieces(context)))
        parts.append(f"```text\n{name} {usage}\n```")
        parts += [f"```text\n{line}\n```" for line in [plain(command.epilog).removeprefix("Example:").strip()] if line]
        parts.append(table(command, context))
    for word, child in children.items():
        if child.hidden:  # what the group itself does when no command is named
            parts += described(child, context, name, level)[2:]
        else:
            parts += described(child, context, f"{name} {word}", min(level + 1, 3))
    return [part for part in parts if part]


def table(command: Any, context: Any) -> str:
    rows = [record for param in command.get_params(context) if (record := param.get_help_record(context))]
    rows = [row for row in rows if "--help" not in row[0]]
    if not rows:
        return ""
    lines = [f"| `{cell(TYPE.sub('', name))}` | {cell(plain(words))} |" for name, words in rows]
    return "\n".join(["| | |", "| --- | --- |", *lines])


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def plain(text: str | None) -> str:
    """Help in one piece: paragraphs stay, the line breaks of the source go."""
    paragraphs = (text or "").replace("\b", "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
