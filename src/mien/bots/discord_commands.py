"""The bot's slash commands on Discord, and what one says that somebody used."""

from __future__ import annotations

from typing import Any

from mien.stickers import PLATFORMS

#: Types of a command's option, and of an interaction (Discord's numbers).
STRING, APPLICATION_COMMAND = 3, 2


def _option(name: str, about: str, *, required: bool, choices: list[str] | None = None) -> dict[str, Any]:
    option: dict[str, Any] = {"type": STRING, "name": name, "description": about, "required": required}
    return option | ({"choices": [{"name": c, "value": c} for c in choices]} if choices else {})


#: As registered; the words are those of `/help`.
COMMANDS: list[dict[str, Any]] = [
    {"name": "help", "description": "What I do"},
    {
        "name": "expression", "description": "Your emoji with another expression",
        "options": [_option("expression", "happy, sad, ... or an emoji", required=True)],
    },
    {
        "name": "set", "description": "Change your emoji",
        "options": [_option("change", "such as: hair afro, glasses round, skin monk-7", required=True)],
    },
    {
        "name": "pack", "description": "A whole sticker pack as a zip",
        "options": [_option("messenger", "whose; by default Discord's", required=False, choices=[*PLATFORMS])],
    },
    {"name": "agree", "description": "Let me keep the emoji of your last photo"},
    {"name": "forget", "description": "Delete everything about you"},
    {"name": "privacy", "description": "What I do with photos"},
]  # fmt: skip
#: In a server these are answered so that only who asks sees it.
QUIET = ("help", "agree", "forget", "privacy")


def said(interaction: dict[str, Any]) -> str:
    """ "/pack whatsapp"."""
    data = interaction["data"]
    values = [str(option.get("value", "")) for option in data.get("options") or []]
    return " ".join([f"/{data['name']}", *values])
