"""What a studio is started with: where it listens, who may come in, and how much it takes on at once."""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from mien.errors import MienError
from mien.media.folders import user_folder

MEGA = 1_000_000

#: Version of the API, in the header `Mien-Api-Version` of every answer. Raised when an answer changes its meaning.
API_VERSION = "1"
#: Holds the database's address where no option gives it: other accounts do not see it there, as they do in `ps`.
DATABASE = "MIEN_DATABASE_URL"
#: PostgreSQL's own variables, among them PGPASSWORD, begin so.
LIBPQ = "PG"
#: This machine's own addresses.
LOOPBACK = ("127.0.0.1", "::1")


class StudioError(MienError):
    """A studio that cannot start: a port that is taken, no token, a folder that cannot be written."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a request may ask for, and how many are served at once."""

    picture_bytes: int = 32 * MEGA  #: of one encoded picture
    pixels: int = 50 * MEGA  #: of one picture, checked in its header before it is decoded
    pictures: int = 8  #: in one request to personalise
    body_bytes: int = 512 * MEGA  #: of pictures in memory at once, of all requests together; more are told to come back
    clip_bytes: int = 2_000 * MEGA
    data_bytes: int = 4_000 * MEGA  #: of a data set for the lab, zipped or as a table
    json_bytes: int = 1 * MEGA
    frame_bytes: int = 2 * MEGA  #: of one frame of a live connection
    frame_pixels: int = 4 * MEGA
    seconds: float = 30.0  #: that a request may be worked on; jobs have no such limit
    workers: int = 2  #: threads that look and draw
    queue: int = 16  #: requests that wait for them; more are told to come back (429)
    live: int = 4  #: live connections
    jobs: int = 32  #: jobs of one user that wait or run; more are told to come back (429)
    lease: float = 12.0  #: seconds after which the job of a worker that says nothing any more is another's
    kept_jobs: float = 24 * 3600.0  #: seconds after which a finished job and its files go
    rate: float = 50.0  #: requests a second from one address, on average ...
    burst: int = 200  #: ... and at once


def data_folder() -> Path:
    """The studio's private folder: `$MIEN_STUDIO`, else `studio` in the user's data folder for mien."""
    if chosen := os.environ.get("MIEN_STUDIO"):
        return Path(chosen)
    return user_folder("XDG_DATA_HOME", ".local/share") / "mien" / "studio"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that `make_app` needs to know. The defaults serve this machine's user alone."""

    host: str = "127.0.0.1"
    port: int = 0  #: 0: a free one
    token: str | None = None  #: demanded of every request, where there is one
    folder: Path = field(default_factory=data_folder)  #: jobs, and the journal where it is kept
    model: Path | None = None  #: an expression model of one's own, instead of the shipped one
    limits: Limits = field(default_factory=Limits)
    database: str | None = field(default=None, repr=False)  #: URL, with its password; None: a file in the folder
    users: bool = False  #: users alone come in, even while there are none yet
    worker: int | None = None  #: its number, where it is one of several workers
    lab_paths: bool = False  #: the lab reads data sets where they lie on this machine, also without a token
    behind_proxy: tuple[str, ...] = ()  #: names that browsers reach it by, through a proxy with TLS; none: no proxy
    proxies: tuple[str, ...] = LOOPBACK  #: where that proxy is: its X-Forwarded-For and -Proto are believed

    def __post_init__(self) -> None:
        if not self.local and not self.token and not self.users:
            why = f"--host {self.host}" if not is_loopback(self.host) else f"--behind-proxy {self.behind_proxy[0]}"
            raise StudioError(f"{why}: others could reach the studio; give it a token with --token-file, or users")
        for name in self.behind_proxy:
            if not re.fullmatch(r"[A-Za-z0-9.-]+", name):
                raise StudioError(f"--behind-proxy {name}: that is not a host's name; leave out https:// and the port")
        for address in self.proxies:
            try:
                ipaddress.ip_network(address)
            except ValueError:
                reason = "neither an address nor a network such as 10.0.0.0/8"
                raise StudioError(f"--proxy {address}: {reason}") from None

    @property
    def local(self) -> bool:
        """Whether nobody but this machine's users can reach it."""
        return is_loopback(self.host) and not self.behind_proxy

    @property
    def reads_paths(self) -> bool:
        """Whether the lab may be given paths. Every account of this machine reaches a studio without a token, and would
        read with its owner's rights; so there the owner must have asked for it."""
        return self.local and (self.token is not None or self.lab_paths)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
