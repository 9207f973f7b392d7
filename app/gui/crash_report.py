"""What a program that ended badly says at the next start: its last 200 log lines, and where a library crashed.

While the window is there, its log and the faults of libraries (`faulthandler`) go into two files, which are removed
when it ends well. Nothing is sent anywhere. Qt-free.
"""

from __future__ import annotations

import faulthandler
import logging
import platform
import sys
import uuid
from collections import deque
from contextlib import suppress
from pathlib import Path

from engine.files import hold, is_held

LINES = 200
_LOGGED = ("app", "engine", "trackers")


class LastWords(logging.Handler):
    """Keeps the last lines of the log on the disk, where they outlive the program. Raises OSError."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{uuid.uuid4().hex}.log"
        self._file = path.open("w", encoding="utf-8", errors="backslashreplace")
        hold(self._file)
        self._faults = path.with_suffix(".fault").open("w", encoding="utf-8")
        self._kept: deque[str] = deque(maxlen=LINES)
        self._written = 0
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def begin(self) -> None:
        """From now on."""
        for handler in logging.root.handlers:  # the terminal stays as quiet as it was
            handler.setLevel(max(handler.level, logging.root.level))
        for name in _LOGGED:
            logging.getLogger(name).setLevel(logging.INFO)
        logging.root.addHandler(self)
        faulthandler.enable(self._faults)

    def end(self) -> None:
        """The program ends well: nothing is to be told."""
        logging.root.removeHandler(self)
        faulthandler.disable()
        for file in (self._file, self._faults):
            file.close()
            Path(file.name).unlink(missing_ok=True)

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError):  # a full disk is no reason to end
            lines = self.format(record).splitlines()
            self._kept.extend(lines)
            self._written += len(lines)
            if self._written > 2 * LINES:
                self._file.seek(0)
                self._file.truncate()
                lines, self._written = list(self._kept), len(self._kept)
            self._file.write("".join(f"{line}\n" for line in lines))
            self._file.flush()


def left_logs(folder: Path) -> list[Path]:
    """The logs that programs which ended badly left, the newest first."""
    left = [path for path in folder.glob("*.log") if not is_held(path)]
    return sorted(left, key=lambda path: path.stat().st_mtime, reverse=True)


def forget(logs: list[Path]) -> None:
    """Remove what was told."""
    for path in logs:
        path.unlink(missing_ok=True)
        path.with_suffix(".fault").unlink(missing_ok=True)


def report_of(log: Path) -> str:
    """What a program that ended badly left, for people and for a report."""
    from app.manifest import versions

    about = " ".join(f"{name} {version}" for name, version in versions().items())
    faults = _text(log.with_suffix(".fault"))
    return "\n".join(
        [
            f"Python {platform.python_version()} on {platform.platform()}; {about}",
            f"{sys.executable}",
            faults or "No library reported a fault: the program was killed, or the machine stopped.",
            "",
            *_text(log).splitlines()[-LINES:],
        ]
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
