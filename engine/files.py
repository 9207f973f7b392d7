"""Files that appear under their name only when they are whole, and what tells one from another."""

from __future__ import annotations

import contextlib
import errno
import glob
import hashlib
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from io import BufferedWriter, FileIO
from itertools import chain
from pathlib import Path
from typing import IO, Any

from engine.errors import SinkError, reason_of

if sys.platform != "win32":
    import fcntl


def sha256_of(path: Path) -> str:
    """In hexadecimal digits. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def written_at(target: Path) -> Path:
    """Where what is written to `target` lies: where a link leads, which stays, and `target` itself of all else."""
    return Path(os.path.realpath(target)) if os.path.islink(target) else target


def claim_part(target: Path) -> FileIO:
    """Makes the file in which `target` grows, beside where it is written: NAME.part.mp4, the ending kept.

    NAME.part-2.mp4 where another program, or one that was killed, has that already. Unbuffered: what is written
    outlives the program. Raises SinkError.
    """
    target = written_at(target)
    if os.path.isdir(target):  # no error of its own where the name is too long
        raise SinkError("{0} is a folder; give the name of a file to write.", target)
    for attempt in range(1, 1000):
        number = "" if attempt == 1 else f"-{attempt}"
        try:
            part = FileIO(target.with_name(f"{target.stem}.part{number}{target.suffix}"), "x")
        except FileExistsError:
            continue
        except OSError as error:
            raise refusal(target, error) from error
        hold(part)
        return part
    raise SinkError("{0} is full of unfinished files of this name; remove the .part files.", target.parent)


_UNFINISHED = re.compile(r"\.part(-\d+)?(?=\.[^.]+$)")


def is_unfinished(path: Path) -> bool:
    """Whether it is called as `claim_part` calls what grows."""
    return _UNFINISHED.search(path.name) is not None


def finished_name(path: Path) -> str:
    """What a file that `claim_part` made was to be called."""
    return _UNFINISHED.sub("", path.name)


def left_behind(target: Path) -> list[Path]:
    """The unfinished files of `target` that no running program has open: what a kill or a full disk left."""
    return sorted(path for path in _unfinished(target) if not is_held(path))


def being_written(target: Path) -> Path | None:
    """What a running program writes that is to be called so, a file or folder; where that cannot be told, what it may
    be. None: there is nothing."""
    target = written_at(target)
    folders = (path for path in target.parent.glob(f"{glob.escape(target.name)}.part*") if path.is_dir())
    return next(chain(filter(is_held, _unfinished(target)), filter(_is_being_made, folders)), None)


def _unfinished(target: Path) -> list[Path]:
    target = written_at(target)
    stem, suffix = re.escape(target.stem), re.escape(target.suffix)
    name = re.compile(rf"{stem}\.part(-\d+)?{suffix}")
    beside = target.parent.glob(f"{glob.escape(target.stem)}.part*")
    return [path for path in beside if name.fullmatch(path.name) and path.is_file()]


_UNFINISHED_FOLDER = re.compile(r"\.part(-\d+)?(\.old)?$")
OF_SYSTEMS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What macOS and Windows put into a folder that somebody looks into."""
_LOCK = ".skelter-lock"  # in an unfinished folder, held as an unfinished file is


def finished_folder_name(path: Path) -> str:
    """What a folder that `WholeFolder` makes was to be called."""
    return _UNFINISHED_FOLDER.sub("", path.name)


def folders_left_behind(target: Path) -> list[Path]:
    """The unfinished folders of `target` that no running program makes: what a kill left."""
    target = written_at(target)
    beside = (path for path in target.parent.glob(f"{glob.escape(target.name)}.part*") if path.is_dir())
    return sorted(path for path in beside if finished_folder_name(path) == target.name and not _is_being_made(path))


def remove_folders_left_behind(target: Path, names: re.Pattern[str]) -> None:
    """Remove those of which every file is called as `names` says."""
    for folder in folders_left_behind(target):
        if _other(folder, names):
            continue
        with contextlib.suppress(OSError), held_alone(folder / _LOCK) as is_ours:  # nobody shall begin in it meanwhile
            if is_ours:
                shutil.rmtree(folder, ignore_errors=True)


def _is_being_made(folder: Path) -> bool:
    lock = folder.with_name(folder.name.removesuffix(".old")) / _LOCK  # an old one is of who makes the new one
    try:
        return lock.exists() and is_held(lock)
    except OSError:  # of somebody else's, perhaps
        return True


def _other(folder: Path, names: re.Pattern[str]) -> list[str]:
    """What in a folder is not called as `names` says, and is somebody's."""
    nobodys = {_LOCK, *OF_SYSTEMS}
    return sorted(path.name for path in folder.iterdir() if not names.fullmatch(path.name) and path.name not in nobodys)


def hold(file: IO[Any]) -> bool:
    """Mark an open file as in use until it is closed or the program ends, however; whether nobody else had."""
    if sys.platform == "win32":  # where a file that is open is in use anyway
        return True
    for _ in range(20):  # somebody may only be looking whether it is held
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.005)
        except OSError:  # a disk on the network that knows no locks
            return True
        else:
            return True
    return False


@contextlib.contextmanager
def held_alone(path: Path) -> Iterator[bool]:
    """Keeps `path`, made where it is missing, for this program, and says whether it could; left empty, it goes again.

    Whoever waits for the name finds another file there once this one is moved or removed. Raises OSError.
    """
    if sys.platform == "win32":  # which moves and removes no file that is open
        yield True
        return
    while True:
        with path.open("ab") as file:
            held = hold(file)
            if held and not _is_called(path, file):  # it was finished or removed between the two
                continue
            try:
                yield held
            finally:
                if held and _is_called(path, file) and path.stat().st_size == 0:
                    path.unlink()
            return


@contextlib.contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Waits until no other program or thread is in such a block for `folder`; where a disk has no locks, for nobody."""
    if sys.platform == "win32":  # which opens no folder
        yield
        return
    with contextlib.ExitStack() as opened:
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            opened.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def _is_called(path: Path, file: IO[Any]) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def is_held(path: Path) -> bool:
    """Whether a running program has marked the file by `hold`; True where that cannot be told."""
    try:
        if sys.platform == "win32":  # which moves no file that is open
            path.rename(path)
            return False
        with path.open("rb") as file:
            # shared, because disks on the network let nobody lock a file wholly who only reads it
            fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
    except OSError:
        return True


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
            return SinkError("The disk is full, {0} could not be written; free some space and start again.", target)
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return SinkError("{0} is not writable, so {1} cannot be made; choose another folder.", folder, target.name)
        case errno.ENOENT if not folder.is_dir():  # /proc is one, and says so all the same
            return SinkError(
                "The folder {0} does not exist, so {1} cannot be made; make it first.", folder, target.name
            )
        case errno.ENOTDIR:
            return SinkError("{0} is not a folder, so {1} cannot be made; choose another one.", folder, target.name)
        case errno.EFBIG:
            return SinkError("{0} would be larger than this disk or account allows; choose another disk.", target)
        case errno.ENAMETOOLONG:
            return SinkError("The name {0} is too long for this disk; choose a shorter one.", target.name)
    reason = reason_of(error)
    return SinkError("{0} could not be written ({1}); choose another place.", target, reason)


class WholeFile:
    """A file that appears under its name only when `commit` is called; `abort` leaves no trace.

    keep_part  where the disk refuses more, what it took stays under the unfinished name, and the error says so

    Every method raises SinkError where the disk refuses.
    """

    def __init__(self, target: Path, *, keep_part: bool = False) -> None:
        self.target, self._final = target, written_at(target)
        self._keep_part = keep_part
        self._open = True
        part = claim_part(self._final)
        self._part = Path(part.name)
        self._file = BufferedWriter(part)

    def write(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError as error:
            raise self._broken(error) from error

    def commit(self) -> None:
        """Flush to the disk and give the file its name."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._part.replace(self._final)
            self._open = False
        except OSError as error:
            raise self._broken(error) from error

    def abort(self) -> None:
        """Remove what was written; a no-op after `commit`."""
        if self._open:
            self._let_go()
            self._part.unlink(missing_ok=True)

    def _let_go(self) -> None:
        self._open = False
        with contextlib.suppress(OSError):  # a full disk fails the flush inside close as well
            self._file.close()

    def _broken(self, error: OSError) -> SinkError:
        self._let_go()
        failure = refusal(self._final, error)
        with contextlib.suppress(OSError):
            if self._keep_part and self._part.stat().st_size:
                return SinkError("{0} What was written before is {1}.", failure, self._part.name)
            self._part.unlink(missing_ok=True)
        return failure


class WholeFolder:
    """A folder of files that appears under its name only when `commit` is called; `abort` leaves no trace.

    names  what the files in it are called. A folder that is there already is replaced, if it holds nothing else.

    Every method raises SinkError where the disk refuses, or where the folder that is there holds other files.
    """

    def __init__(self, target: Path, names: re.Pattern[str]) -> None:
        self.target = target = written_at(target)
        self._names = names
        self._check()
        for attempt in range(1, 1000):
            self._part = target.with_name(f"{target.name}.part" + (f"-{attempt}" if attempt > 1 else ""))
            self._old = self._part.with_name(f"{self._part.name}.old")
            try:
                if self._old.exists():  # a kill left it
                    continue
                self._part.mkdir()
            except FileExistsError:
                continue
            except OSError as error:
                raise refusal(target, error) from error
            if self._could_lock():
                return
        raise SinkError("{0} is full of unfinished folders of this name; remove the .part folders.", target.parent)

    def _could_lock(self) -> bool:
        """Hold the folder just made; False where somebody who clears up was quicker. Raises SinkError."""
        try:
            self._lock = FileIO(self._part / _LOCK, "x")
        except (FileExistsError, FileNotFoundError):
            return False
        except OSError as error:
            self._part.rmdir()
            raise refusal(self.target, error) from error
        self._open = hold(self._lock) and _is_called(self._part / _LOCK, self._lock)
        if not self._open:
            self._lock.close()
        return self._open

    def write(self, name: str, data: bytes) -> None:
        """Make the file `name` in it."""
        try:
            (self._part / name).write_bytes(data)
        except OSError as error:
            self.abort()
            raise refusal(self.target, error) from error

    def commit(self) -> None:
        """Give the folder its name, in place of one that is there already; that stays where the new one cannot."""
        self._check()
        if sys.platform == "win32":  # which moves no folder in which a file is open
            self._let_go(self._part)
        try:
            if self.target.exists():
                self.target.rename(self._old)
            self._part.rename(self.target)
        except OSError as error:
            with contextlib.suppress(OSError):
                if self._old.exists() and not self.target.exists():
                    self._old.rename(self.target)
            self.abort()
            raise refusal(self.target, error) from error
        self._open = False
        self._let_go(self.target)
        shutil.rmtree(self._old, ignore_errors=True)

    def abort(self) -> None:
        """Remove what was written; a no-op after `commit`."""
        if self._open:
            self._open = False
            self._let_go(self._part)
            shutil.rmtree(self._part, ignore_errors=True)

    def _let_go(self, folder: Path) -> None:
        """Take the lock out of the folder, which is called so now."""
        self._lock.close()
        with contextlib.suppress(OSError):
            (folder / _LOCK).unlink(missing_ok=True)

    def _check(self) -> None:
        if not os.path.isdir(self.target):
            if os.path.lexists(self.target):
                raise SinkError("{0} is a file, and a folder is to be made there; choose another name.", self.target)
            return
        if strangers := _other(self.target, self._names):
            raise SinkError("{0} holds other files, such as {1}; choose another name.", self.target, strangers[0])
