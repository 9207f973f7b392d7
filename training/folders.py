"""The folder of a run: whether one can be kept there, and by one training at a time."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.errors import SinkError, UsageError
from engine.files import check_writable, held_alone, refusal

log = logging.getLogger(__name__)

EVENTS = "tensorboard"  # the folder in a run's
LOADERS_END_S = 7.0  # loaders of a run that was killed look every five whether it lives; they hold its folder till then


def check_folder(folder: Path) -> None:
    """Raises SinkError where a run cannot be kept in `folder`, which need not be there yet."""
    there = next(path for path in (folder, *folder.parents) if os.path.exists(path))
    if not there.is_dir():
        raise SinkError(f"{there} is a file, so no run can be kept in {folder}: choose another folder with -o.")
    check_writable(there / "last.pt")


def keep(folder: Path) -> None:
    """Makes the folder of a run again that was moved or removed meanwhile, and says so; raises SinkError."""
    events = folder / EVENTS
    if events.is_dir():
        return
    gone = events if folder.is_dir() else folder
    try:
        events.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refusal(events, error) from error
    log.warning("The folder %s was moved or removed: it is made again, and what comes is kept there", gone)


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Makes a run's folder and keeps other runs out of it; without anything in it, it goes again.

    Raises UsageError where another run is in it, SinkError where it cannot be made.
    """
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    with contextlib.ExitStack() as held:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            held.callback(_remove_empty, made)
            held.enter_context(_lock(folder))
        except OSError as error:
            raise refusal(folder, error) from error
        yield


def _lock(folder: Path) -> contextlib.ExitStack:
    """Holds the folder until it is closed."""
    until = time.monotonic() + LOADERS_END_S
    while True:
        with contextlib.ExitStack() as attempt:
            if attempt.enter_context(held_alone(folder / "lock")):
                return attempt.pop_all()
        if time.monotonic() > until:
            raise UsageError(f"Another training is in {folder}: wait for it, or choose another folder with -o.")
        time.sleep(0.1)


def _remove_empty(folders: Sequence[Path]) -> None:
    for folder in folders:
        with contextlib.suppress(OSError):  # there is something in it
            folder.rmdir()
