"""A real PostgreSQL on loopback: a cluster of its own in a temporary folder, and fixtures that give empty databases."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from mien.database import sqlite_url

#: Fast rather than safe: nothing in it outlives the tests.
OPTIONS = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "16MB",
    "max_connections": "80", "listen_addresses": "127.0.0.1", "autovacuum": "off", "wal_level": "minimal",
    "max_wal_senders": "0",
}  # fmt: skip
#: It refuses to run as root; the first of these accounts that there is takes its place.
ACCOUNTS = ("postgres", "nobody")


class Postgres:
    """Started in a folder; can be stopped and started again."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="mien-postgres-"))  # others cannot enter those of pytest
        self._as: list[str] = []
        if os.getuid() == 0:
            account = next(entry for name in ACCOUNTS for entry in pwd.getpwall() if entry.pw_name == name)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self._as = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = int(found.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None
        made = subprocess.run(
            [*self._as, programs / "initdb", "-D", self.folder / "data", "-U", "mien", "--auth=trust", "--no-sync",
             "--encoding=UTF8", "--locale=C", "--no-instructions"],
            capture_output=True, text=True, cwd="/",
        )  # fmt: skip
        assert made.returncode == 0, made.stderr

    def start(self) -> None:
        options = [word for name, value in OPTIONS.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._as, self._programs / "postgres", "-D", self.folder / "data", "-p", str(self.port),
                 "-k", self.folder, *options],
                stdout=log, stderr=log, cwd="/",
            )  # fmt: skip
        asked = [self._programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        for _ in range(600):
            if subprocess.run(asked).returncode == 0:
                return
            assert self._process.poll() is None, (self.folder / "log").read_text()[-2000:]
            time.sleep(0.05)
        raise AssertionError("PostgreSQL did not start")

    def stop(self) -> None:
        """As an administrator does who is in a hurry: connections are cut, what was committed stays."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)
            self._process = None

    def new(self) -> str:
        """The address of an empty database; its password, which nobody asks for, must not be seen anywhere."""
        import psycopg

        name = f"m{uuid.uuid4().hex[:12]}"
        with psycopg.connect(f"host=127.0.0.1 port={self.port} user=mien dbname=postgres", autocommit=True) as base:
            base.execute(f"CREATE DATABASE {name} TEMPLATE template0")  # type: ignore[arg-type]
        return f"postgresql://mien:open-sesame@127.0.0.1:{self.port}/{name}"

    def remove(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)  # at once, and nothing is kept
            self._process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


def programs() -> Path:
    """Where PostgreSQL's programs are, which Debian does not put on the path. Skips or fails as `need_program` does."""
    from conftest import need_program

    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return debian[-1].parent if debian else Path(need_program("initdb", "apt-get install postgresql")).parent


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Running; a test that stops it starts it again."""
    pytest.importorskip("psycopg", reason="needs mien[postgres]")
    server = Postgres(programs())
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once of each kind."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "base.sqlite3")
    server: Postgres = request.getfixturevalue("postgres")
    return server.new()
