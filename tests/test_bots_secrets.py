"""What the bot keeps is private, and its token stays secret."""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Run
from mien.bots import BotError, Store
from mien.bots.addresses import checked_url
from mien.bots.running import Redacted
from mien.bots.tokens import read_token

TOKEN = "syt_bWllbg_SecretSecret"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.db") as opened:
        yield opened


# The store


def test_the_store_is_readable_by_its_owner_alone(store: Store, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "store.db").stat().st_mode) == 0o600


def test_two_bots_cannot_share_a_store(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BotError, match="another bot is using it"):
        Store(tmp_path / "store.db")


def test_another_programs_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("my notes, which are long enough to be no SQLite file" * 20)
    with pytest.raises(BotError, match="not a bot's store"):
        Store(tmp_path / "notes.txt")
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE mine (x)")
    other.close()
    before = (tmp_path / "other.db").read_bytes()
    with pytest.raises(BotError, match="not a bot's store"):
        Store(tmp_path / "other.db")
    assert (tmp_path / "other.db").read_bytes() == before


def test_answers_are_forgotten_after_a_month(tmp_path: Path) -> None:
    for day, progress in ((0, None), (29, None), (61, 0)):
        with Store(tmp_path / "store.db", lambda day=day: day * 86400.0) as store:
            if not day:
                store.done("1")
            assert store.progress("1") == progress


# Tokens


def test_a_token_comes_from_the_environment_or_a_private_file(tmp_path: Path) -> None:
    assert read_token("MIEN_MATRIX_TOKEN", None, {"MIEN_MATRIX_TOKEN": f" {TOKEN}\n"}) == TOKEN
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n")
    path.chmod(0o600)
    assert read_token("MIEN_MATRIX_TOKEN", path, {}) == TOKEN


@pytest.mark.skipif(os.name == "nt", reason="modes of files are POSIX's")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666])
def test_a_token_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "token"
    path.write_text(TOKEN)
    path.chmod(mode)
    with pytest.raises(BotError, match="chmod 600") as refusal:
        read_token("MIEN_MATRIX_TOKEN", path, {})
    assert TOKEN not in str(refusal.value) and "\n" not in str(refusal.value)


def test_no_token_is_one_line(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MIEN_MATRIX_TOKEN", raising=False)
    code, out, err = run("bot", "matrix", "--homeserver", "https://example.org", "--store", tmp_path / "store.db")
    assert (code, out) == (2, "") and err.count("\n") == 1 and "MIEN_MATRIX_TOKEN" in err
    (tmp_path / "empty").touch(mode=0o600)
    with pytest.raises(BotError, match="no token in it"):
        read_token("X", tmp_path / "empty")
    with pytest.raises(BotError, match="cannot be read"):
        read_token("X", tmp_path / "nowhere")


def test_a_token_is_not_sent_unencrypted_to_another_machine() -> None:
    assert checked_url("--homeserver", "http://127.0.0.1:8008/") == "http://127.0.0.1:8008"
    assert checked_url("--homeserver", "https://example.org") == "https://example.org"
    for bad in ("http://example.org", "example.org", "https://user:pass@example.org", "ftp://example.org", "https://"):
        with pytest.raises(BotError):
            checked_url("--homeserver", bad)


def test_secrets_are_blotted_out_of_log_lines() -> None:
    record = logging.LogRecord("nio", logging.ERROR, "", 1, "GET /bot%s/x", (TOKEN,), None)
    try:
        raise ValueError(TOKEN)
    except ValueError as error:
        record.exc_info = (ValueError, error, error.__traceback__)
    line = Redacted([TOKEN]).format(record)
    assert TOKEN not in line and "/bot***/x" in line
