"""`Part`: some rows on their way to the disk. The file has its name only when it is whole."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any, BinaryIO

from mien.batch.errors import BatchError
from mien.batch.manifest import Manifest, cannot_write, sync_folder

#: Bytes of JSON that become one row group of a Parquet file: they are in memory at once.
GROUP = 16 << 20
_PIECE = 1 << 20


class Part:
    """One file of rows. schema: of Apache Arrow, for Parquet; None for lines of JSON."""

    def __init__(self, manifest: Manifest, schema: Any = None) -> None:
        ending = "jsonl" if schema is None else "parquet"
        self._folder, self._schema = manifest.folder, schema
        self._name = f"part-{manifest.next_number():06d}.{ending}"
        self._path = self._folder / f".{self._name}.tmp"
        self.rows = self.written = 0  #: rows, and bytes of JSON
        self._lines = bytearray()
        try:
            self._file: BinaryIO = self._path.open("wb")
        except OSError as error:
            raise cannot_write(self._folder, error) from None
        self._writer: Any = None
        self._digest: Any = None
        if schema is None:
            self._digest = hashlib.sha256()
        else:
            parquet(str(self._folder))
            from pyarrow import parquet as pq

            self._writer = pq.ParquetWriter(self._file, schema, compression="zstd")

    def add(self, lines: bytes, count: int, spool: str = "") -> None:
        """Add rows, whole lines of JSON, from memory or from a file. Raises `BatchError` where the disk is full."""
        self.rows += count
        try:
            self._take(lines)
            if spool:
                with Path(spool).open("rb") as file:
                    while piece := file.read(_PIECE):
                        self._take(piece + file.readline())
                Path(spool).unlink()
        except OSError as error:
            raise cannot_write(self._folder, error) from None

    def _take(self, lines: bytes) -> None:
        self.written += len(lines)
        if self._digest is not None:
            self._digest.update(lines)
            self._file.write(lines)
            return
        self._lines += lines
        if len(self._lines) >= GROUP:
            self._write_group()

    def _write_group(self) -> None:
        import pyarrow as pa
        from pyarrow import json as reader

        if not self._lines:
            return
        table = reader.read_json(
            pa.BufferReader(bytes(self._lines)),
            read_options=reader.ReadOptions(use_threads=False, block_size=len(self._lines) + 1),
            parse_options=reader.ParseOptions(explicit_schema=self._schema, unexpected_field_behavior="error"),
        )
        self._writer.write_table(table.select(self._schema.names))
        self._lines.clear()

    def finish(self) -> dict[str, Any]:
        """Put the file in its place, durably; what the manifest says of it. Raises `BatchError` for a full disk."""
        try:
            if self._writer is not None:
                self._write_group()
                self._writer.close()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            size = self._path.stat().st_size
            digest = self._digest.hexdigest() if self._digest else _digest(self._path)
            self._path.replace(self._folder / self._name)
            sync_folder(self._folder)
        except OSError as error:
            raise cannot_write(self._folder, error) from None
        return {"part": self._name, "rows": self.rows, "bytes": size, "sha256": digest}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def parquet(name: str) -> None:
    """Raises `BatchError` where pyarrow is missing."""
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise BatchError(f"{name}: Parquet needs pyarrow: pip install 'mien[parquet]', or use jsonl") from None
