"""Files that appear under their name only when they are whole."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from engine.errors import SinkError


def part_path(target: Path) -> Path:
    """Where a file is written until it is whole: beside its target, hidden by no one, the ending kept."""
    return target.with_name(f"{target.stem}.part{os.getpid()}{target.suffix}")


def check_writable(target: Path) -> None:
    """Raises SinkError, in a sentence, where a file cannot be made at `target`; leaves nothing behind."""
    if target.is_dir():
        raise SinkError(f"{target} is a folder; give the name of a file to write.")
    if not target.parent.is_dir():
        raise SinkError(f"The folder {target.parent} for {target.name} does not exist; create it first.")
    probe = part_path(target)
    try:
        with probe.open("xb"):
            pass
        probe.unlink()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SinkError(f"{target} cannot be written ({reason}); choose another folder with -o.") from error


class WholeFile:
    """A file that appears under its name only when `commit` is called; `abort` leaves no trace.

    Every method raises SinkError where the disk refuses.
    """

    def __init__(self, target: Path) -> None:
        check_writable(target)
        self.target = target
        self._part = part_path(target)
        self._file = self._part.open("wb")

    def write(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError as error:
            raise self._refused(error) from error

    def commit(self) -> None:
        """Flush to the disk and give the file its name."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._part.replace(self.target)
        except OSError as error:
            raise self._refused(error) from error

    def abort(self) -> None:
        """Remove what was written; a no-op after `commit`."""
        with contextlib.suppress(OSError):  # a full disk fails the flush inside close as well
            self._file.close()
        self._part.unlink(missing_ok=True)

    def _refused(self, error: OSError) -> SinkError:
        self.abort()
        if error.errno == errno.ENOSPC:
            return SinkError(f"The disk is full: {self.target} could not be written; free some space and try again.")
        reason = (error.strerror or str(error)).lower()
        return SinkError(f"{self.target} could not be written ({reason}); choose another place with -o.")
