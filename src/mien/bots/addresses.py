"""Servers that a token may be sent to."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from urllib.parse import urlsplit

from mien.bots.errors import BotError


def checked_url(option: str, url: str) -> str:
    """A server's address without the slash at its end. Raises `BotError` where the token would travel unencrypted."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        known = parts.scheme in ("http", "https") and host and parts.port != 0
    except ValueError:
        known = False
    if not known or parts.username or parts.query or parts.fragment:
        raise BotError(f"{option} {url}: not a server's address; write it as https://example.org")
    if parts.scheme == "http" and not is_loopback(host):
        raise BotError(f"{option} {url}: the token would travel unencrypted; use https://")
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def checked_jid(jid: str) -> str:
    """ "mien@example.org". Raises `BotError`."""
    if not re.fullmatch(r"[^@/\s]+@[^@/\s]+", jid):
        raise BotError(f"{jid}: not an XMPP account; write it as mien@example.org")
    return jid.lower()


def host_and_port(option: str, text: str) -> tuple[str, int]:
    """("example.org", 5222) of "example.org:5222". Raises `BotError`."""
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise BotError(f"{option} {text}: write it as HOST:PORT, such as example.org:5222")
    return host.strip("[]"), int(port)


def checked_file(option: str, path: Path) -> Path:
    """A file that is there. Raises `BotError`."""
    if not path.is_file():
        raise BotError(f"{option} {path}: no such file; check the path")
    return path
