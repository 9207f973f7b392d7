"""The first thing a window says after one that ended badly: corrections, recordings, and a report to copy."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QLockFile, QObject

from app.gui import events
from app.gui.crash_report import forget, left_logs, report_of
from app.gui.errand import Errand
from app.gui.sessions import SUFFIX
from engine.files import left_behind, refusal

if TYPE_CHECKING:
    from app.gui.window import MainWindow

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """Corrections that were not saved: the session they were kept in, the name of its video, and when they ended."""

    session: Path
    video: str
    until: str


@dataclass(frozen=True, slots=True)
class Remains:
    """What was found: logs and what they tell (empty where there are none), corrections, recordings that can be
    watched."""

    logs: list[Path]
    report: str
    corrections: Kept | None
    recordings: list[Path]


class Aftermath(QObject):
    """Looks for what was left behind, and writes what the window hears into the log."""

    def __init__(self, window: MainWindow, reports: Path) -> None:
        super().__init__(window)
        self._window = window
        self._reports = reports
        window.heard.connect(self._note)

    def tell(self) -> None:
        """Offer what there is to keep. There is one banner: corrections come first, recordings at the next start."""
        reports, recovery = self._reports, self._window.settings.recovery
        folder = self._window.side.recording.folder
        errand = Errand("aftermath", lambda: _look(reports, recovery, folder), self)  # takes libraries and time
        errand.done.connect(self._tell)
        errand.start()

    def tell_once_open(self) -> None:
        """The same, when what is being opened is there; where it cannot be opened, that alone is told."""
        self._window.heard.connect(self._opened)

    def _opened(self, event: events.Event) -> None:
        if isinstance(event, events.Opened | events.Trouble):
            self._window.heard.disconnect(self._opened)
            self.tell()

    def _tell(self, found: Remains) -> None:
        if self._window.banner.sentence:  # something newer; what was found is there at the next start too
            return
        if found.corrections is not None:
            self._offer_corrections(found.corrections, found.report)
        elif found.recordings:
            self._offer_recordings(found.recordings, found.report)
        elif found.report:
            words = self.tr("Skelter ended unexpectedly the last time. Nothing was sent.")
            self._window.banner.tell(words, kind="warning", details=found.report)
        if found.report:
            self._window.banner.call_details(self.tr("Copy report"))
        forget(found.logs)

    def _offer_corrections(self, kept: Kept, report: str) -> None:
        words = self.tr("Skelter was ended before corrections of {0} were saved. They were kept, as of {1}.")
        action = (self.tr("Open them"), lambda: self._window.open_source(str(kept.session), recovered=True))
        self._window.banner.tell(words.format(kept.video, kept.until), kind="warning", details=report, action=action)

    def _offer_recordings(self, recordings: list[Path], report: str) -> None:
        words = self.tr("Skelter was ended while it recorded. What was recorded is there: {0}.")
        names = ", ".join(path.name for path in recordings)
        action = (self.tr("Keep it"), lambda: self._keep(recordings))
        self._window.banner.tell(words.format(names), kind="warning", details=report, action=action)

    def _keep(self, parts: list[Path]) -> None:
        errand = Errand("keeping", lambda: [_kept(part) for part in parts], self)
        errand.done.connect(self._tell_kept)
        errand.failed.connect(self._window.tell_trouble)
        errand.start()

    def _tell_kept(self, kept: list[Path]) -> None:
        words = self.tr("Saved {0}.").format(", ".join(path.name for path in kept))
        self._window.banner.tell(words, kind="done")

    def _note(self, event: events.Event) -> None:
        match event:
            case events.Trouble(None, details):
                _log.warning("%s", details)
            case events.Trouble(error, details):
                _log.info("%s\n%s", error, details)  # the banner says it; no traceback comes into the terminal
            case events.Recording(unsaved=unsaved):
                for one in unsaved:
                    _log.info("%s was not saved", one.path, exc_info=one.error)
            case events.EnginesReady(header=header):
                _log.info("engines: %s", header.models)
            case events.Opened(info=info):
                _log.info("opened %s", info)
            case events.SourceState(state=state):
                _log.info("%s", state)
            case events.Closed():
                _log.info("closed")


def _look(reports: Path, recovery: Path, folder: Path) -> Remains:
    logs = left_logs(reports)
    return Remains(logs, report_of(logs[0]) if logs else "", _corrections(recovery), _recordings(folder))


def _corrections(recovery: Path) -> Kept | None:
    """The latest that no running program keeps."""
    whole = [path for path in recovery.glob(f"*{SUFFIX}") if ".part" not in path.name]
    for path in sorted(whole, key=lambda path: path.stat().st_mtime, reverse=True):
        lock = QLockFile(str(path.with_suffix(".lock")))
        if lock.tryLock(0):  # whoever wrote it is gone
            lock.unlock()
            from app.session import video_of

            until = time.strftime("%Y-%m-%d %H:%M", time.localtime(path.stat().st_mtime))
            return Kept(path, video_of(path), until)
    return None


def _recordings(folder: Path) -> list[Path]:
    """Unfinished ones that no running program writes and that hold something."""
    parts = [path for ending in ("mp4", "jsonl") for path in folder.glob(f"*.part*.{ending}")]
    parts = sorted(path for target in set(map(_target_of, parts)) for path in left_behind(target))
    if not parts:  # as at most starts
        return []
    from app.unfinished import contents

    return [path for path in parts if contents(path) is not None]


def _target_of(part: Path) -> Path:
    """What NAME.part.mp4 or NAME.part-2.mp4 was to become."""
    return part.with_name(part.stem.rpartition(".part")[0] + part.suffix)


def _kept(part: Path) -> Path:
    """An unfinished file under its final name, or the next that is free. Raises SkelterError."""
    target = whole = _target_of(part)
    number = 2
    while target.exists():
        target, number = whole.with_name(f"{whole.stem} {number}{whole.suffix}"), number + 1
    try:
        if part.suffix == ".jsonl":  # its last line may be cut off: written anew without it
            from app.exports import write
            from app.exports.skelter_json import read

            write(read(part, cut_off=True), target)
            part.unlink()
        else:
            part.rename(target)
    except OSError as error:
        raise refusal(target, error) from error
    return target
