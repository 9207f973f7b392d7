"""Standard error, whose reader may leave: `skelter track CLIP 2>&1 | head -1` is to finish its files all the same."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.stopping import to_nowhere

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_OF_VIDEOS = ("app.", "engine.video")  # what says something of the video that is at hand, not of networks


def outlive_its_reader() -> None:
    """From now on what cannot be written there goes nowhere, whoever writes it: consoles, progress bars, the log."""
    stream = sys.__stderr__
    if stream is None or stream is not sys.stderr:  # closed, or somebody's own already
        return
    if sys.platform == "win32" and stream.isatty():  # consoles are written to in another way there
        return
    buffer = io.BufferedWriter(_Forgiving(stream.fileno()))
    sys.stderr = io.TextIOWrapper(buffer, stream.encoding, stream.errors, line_buffering=True)


def log_to_it(*, debug: bool) -> None:
    """Warnings are told there, as sentences; with `debug` everything, and which module says it."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s") if debug else _Plain())
    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING, handlers=[handler])


@contextmanager
def naming(what: str) -> Iterator[None]:
    """Before what this process says of videos meanwhile stands of `what`: its lines come among those of other ones."""

    def name(record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if record.name.startswith(_OF_VIDEOS) and what not in said:
            record.msg, record.args = f"{what}: {said}", None
        return True

    handlers = [handler for handler in (*logging.getLogger().handlers, logging.lastResort) if handler is not None]
    for handler in handlers:
        handler.addFilter(name)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(name)


class _Plain(logging.Formatter):
    """`Warning: …`; who says it only where that is a library."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        is_ours = record.name.partition(".")[0] in ("app", "engine", "trackers", "training")
        return f"{record.levelname.capitalize()}{'' if is_ours else f' ({record.name})'}: {record.message}"


class _Forgiving(io.RawIOBase):
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, data: ReadableBuffer, /) -> int | None:
        try:
            return os.write(self._descriptor, data)
        except BlockingIOError:
            return None
        except OSError:
            to_nowhere(self._descriptor)
            return memoryview(data).nbytes

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)
