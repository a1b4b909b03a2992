"""`mien bot`, as its owner runs it: a process of its own that can be stopped, killed and started again."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path


class BotProcess:
    """A messenger's bot. user: its account; secret: its token or password, passed in a file."""

    def __init__(self, messenger: str, user: str, secret: str, folder: Path, *arguments: str) -> None:
        self.user, self.folder, self._messenger, self._log = user, folder, messenger, folder / "bot.log"
        token = folder / "token"
        token.touch(mode=0o600)
        token.write_text(secret)
        self._command = [sys.executable, "-m", "mien", "bot", messenger, *arguments]
        self._command += ["--token-file", str(token), "--store", str(folder / "store.db")]
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        with self._log.open("a") as log:
            self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == f"{self._messenger}: answering\n", self.log()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(how)
        code = self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None
        return code

    @property
    def process_id(self) -> int:
        assert self._process is not None
        return self._process.pid

    def log(self) -> str:
        return self._log.read_text()
