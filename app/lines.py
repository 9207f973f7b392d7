"""Skelter JSON lines on standard output, for as long as somebody reads them."""

from __future__ import annotations

import sys

from app.exports.skelter_json import dumps, frame_fields, header_fields
from app.results import FrameRecord, Header
from engine.errors import SinkError, UsageError, reason_of
from engine.stopping import to_nowhere


class LinePrinter:
    """Prints a header and a line a frame.

    reader_gone  nobody reads them any more, as after `| head -3`
    failed       why no more could be printed, as on a full disk
    """

    def __init__(self) -> None:
        """Raises UsageError where there is no standard output, as after `>&-`."""
        if sys.stdout is None:
            raise UsageError("Standard output is closed, so nobody could read the lines; open it, or use --stream.")
        self._out = sys.stdout.buffer
        self.reader_gone = False
        self.failed: SinkError | None = None

    def begin(self, header: Header) -> None:
        """Raises SinkError where the line cannot be written."""
        self._print(dumps(header_fields(header)))

    def write(self, record: FrameRecord) -> None:
        """Raises SinkError where the line cannot be written, and prints no more after that."""
        self._print(dumps(frame_fields(record)))

    def _print(self, line: bytes) -> None:
        if self.reader_gone or self.failed is not None:
            return
        try:
            self._out.write(line + b"\n")
            self._out.flush()
        except OSError as error:
            # what is still in the buffer goes nowhere, or Python would complain of it when it ends
            to_nowhere(self._out.fileno())
            if not isinstance(error, BrokenPipeError):
                self.failed = SinkError(f"The lines could not be printed ({reason_of(error)}); send them elsewhere.")
                raise self.failed from error
            self.reader_gone = True
