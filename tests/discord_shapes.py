"""What Discord's messages look like, and what it takes: https://discord.com/developers/docs."""

from __future__ import annotations

import io
import json
from typing import Any

from PIL import Image

TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAx.GhKq2e.recorded_shape_of_a_token_0123456789"
APPLICATION, BOT, ADA, EVE = "1000000000000000001", "1000000000000000002", "2000000000000000001", "2000000000000000002"
DIRECT, GUILD, CHANNEL = "3000000000000000001", "4000000000000000001", "5000000000000000001"
ME = {"id": BOT, "username": "mien", "discriminator": "0", "global_name": None, "avatar": None, "bot": True}
EPOCH = 1_420_070_400_000
MESSAGE_CONTENT = 1 << 15


def person(id: str) -> dict[str, Any]:
    return {"id": id, "username": "ada", "discriminator": "0", "global_name": "Ada", "avatar": None}


class Invalid(Exception):
    """Status, Discord's code, and its words for it."""


def checked(whole: dict[str, Any]) -> dict[str, Any]:
    """A message that the bot sends. Raises `Invalid` as Discord refuses it."""
    asked = json.loads(whole["payload_json"]) if "payload_json" in whole else whole
    files = {name: value for name, value in whole.items() if name.startswith("files[")}
    asked["files"] = [files[f"files[{n}]"] for n in range(len(files))]
    told = asked.get("attachments", [])
    if len(told) != len(files) or len(files) > 10 or [one["id"] for one in told] != [*range(len(files))]:
        raise Invalid(400, 50035, "Invalid Form Body")
    if any(len(data) > 10 * 2**20 for _, data, _ in asked["files"]):
        raise Invalid(413, 40005, "Request entity too large")
    if len(asked.get("content", "")) > 2000 or not (asked.get("content") or files):
        raise Invalid(400, 50006, "Cannot send an empty message")
    for name, data, kind in asked["files"]:
        if kind == "image/webp":
            with Image.open(io.BytesIO(data)) as sticker:
                assert name == "sticker.webp" and sticker.format == "WEBP" and sticker.size == (512, 512)
            assert 0 < len(told[0]["description"]) <= 1024
    return asked


def kind_of(asked: dict[str, Any]) -> str:
    return {"image/webp": "sticker"}.get(asked["files"][0][2], "document") if asked["files"] else "text"
