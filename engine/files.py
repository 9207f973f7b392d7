"""Files that appear under their name only when they are whole."""

from __future__ import annotations

import contextlib
import errno
import os
from io import BufferedWriter, FileIO
from pathlib import Path

from engine.errors import SinkError


def claim_part(target: Path) -> FileIO:
    """Makes the file in which `target` grows, beside it: NAME.part.mp4, the ending kept.

    NAME.part-2.mp4 where another program, or one that was killed, has that already. Unbuffered: what is written
    outlives the program. Raises SinkError.
    """
    if os.path.isdir(target):  # no error of its own where the name is too long
        raise SinkError(f"{target} is a folder; give the name of a file to write.")
    for attempt in range(1, 1000):
        number = "" if attempt == 1 else f"-{attempt}"
        try:
            return FileIO(target.with_name(f"{target.stem}.part{number}{target.suffix}"), "x")
        except FileExistsError:
            continue
        except OSError as error:
            raise refusal(target, error) from error
    raise SinkError(f"{target.parent} is full of unfinished files of this name; remove the .part files.")


def check_writable(target: Path) -> None:
    """Raises SinkError, in a sentence, where a file cannot be made at `target`; leaves nothing behind."""
    with claim_part(target) as probe:
        pass
    Path(probe.name).unlink()


def refusal(target: Path, error: OSError) -> SinkError:
    """What the system says of writing `target`, in a sentence with the remedy."""
    folder = target.parent
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return SinkError(f"The disk is full, {target} could not be written; free some space and start again.")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return SinkError(f"{folder} is not writable, so {target.name} cannot be made; choose another folder.")
        case errno.ENOENT if not folder.is_dir():  # /proc is one, and says so all the same
            return SinkError(f"The folder {folder} does not exist, so {target.name} cannot be made; make it first.")
        case errno.ENOTDIR:
            return SinkError(f"{folder} is not a folder, so {target.name} cannot be made; choose another one.")
        case errno.EFBIG:
            return SinkError(f"{target} would be larger than this disk or account allows; choose another disk.")
        case errno.ENAMETOOLONG:
            return SinkError(f"The name {target.name} is too long for this disk; choose a shorter one.")
    reason = (error.strerror or str(error)).lower()
    return SinkError(f"{target} could not be written ({reason}); choose another place.")


class WholeFile:
    """A file that appears under its name only when `commit` is called; `abort` leaves no trace.

    Every method raises SinkError where the disk refuses.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        part = claim_part(target)
        self._part = Path(part.name)
        self._file = BufferedWriter(part)

    def write(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError as error:
            self.abort()
            raise refusal(self.target, error) from error

    def commit(self) -> None:
        """Flush to the disk and give the file its name."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._part.replace(self.target)
        except OSError as error:
            self.abort()
            raise refusal(self.target, error) from error

    def abort(self) -> None:
        """Remove what was written; a no-op after `commit`."""
        with contextlib.suppress(OSError):  # a full disk fails the flush inside close as well
            self._file.close()
        self._part.unlink(missing_ok=True)
