"""Data out: one module a format, chosen by the file's ending."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from app.exports.skelter_json import JsonLinesWriter, JsonWriter
from app.exports.wide_csv import CsvWriter
from app.results import FrameRecord, Header
from engine.errors import UsageError


class Writer(Protocol):
    """Takes the frames of a recording in order. Nothing stands under the final name until `close`."""

    def write(self, record: FrameRecord) -> None: ...

    def close(self) -> None: ...

    def abort(self) -> None:
        """Leave nothing behind."""
        ...


WRITERS: dict[str, Callable[[Path, Header], Writer]] = {
    ".json": JsonWriter,
    ".jsonl": JsonLinesWriter,
    ".csv": CsvWriter,
}


def open_writer(path: Path, header: Header) -> Writer:
    """A writer of the format that the file's ending names. Raises UsageError, SinkError."""
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise UsageError(f"{path.name}: no data format ends in {path.suffix!r}; use one of {', '.join(WRITERS)}.")
    return writer(path, header)
