"""Whether a message in a group is meant for the bot."""

from __future__ import annotations

import re
from collections.abc import Iterable


def addressed(text: str, names: Iterable[str]) -> tuple[bool, str]:
    """(whether the text calls one of the names, the text without it).

    Called is who stands at the beginning ("mien: /help", "mien, what is this?", "@mien /help") or anywhere with an @.
    """
    for name in sorted({n.removeprefix("@") for n in names if n.strip("@ ")}, key=len, reverse=True):
        quoted = re.escape(name)
        begins = re.match(rf"\s*@?{quoted}(?:\s*[:,]\s*|\s+(?=[/!])|\s*$)", text, re.IGNORECASE)
        if begins:
            return True, text[begins.end() :].strip()
        within = re.search(rf"(?<![\w@./])@{quoted}(?![\w])[:,]?", text, re.IGNORECASE)
        if within:
            return True, f"{text[: within.start()]}{text[within.end() :]}".strip()
    return False, text.strip()
