"""Servers that a token may be sent to."""

from __future__ import annotations

import ipaddress
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
