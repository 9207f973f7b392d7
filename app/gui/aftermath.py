"""The first thing a window says after one that ended badly: corrections, recordings, and a report to copy."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject

from app.gui import messages as say
from app.gui.crash_report import take_report
from app.gui.errand import Errand

if TYPE_CHECKING:
    from app.gui.window import MainWindow

_log = logging.getLogger(__name__)


class Aftermath(QObject):
    """Looks for what was left behind, and writes what the window hears into the log."""

    def __init__(self, window: MainWindow, reports: Path) -> None:
        super().__init__(window)
        self._window = window
        self._reports = reports
        window.heard.connect(self._note)

    def tell(self) -> None:
        """Offer what there is to keep. There is one banner: corrections come first, recordings at the next start."""
        report = take_report(self._reports) or ""
        if self._window.sessions.offer_lost(report):
            self._name_report(report)
            return
        if report:
            words = self.tr("Skelter ended unexpectedly the last time. Nothing was sent.")
            self._window.banner.tell(words, kind="warning", details=report)
            self._name_report(report)
        folder = self._window.side.recording.folder
        parts = [path for ending in ("mp4", "jsonl") for path in sorted(folder.glob(f"*.part*.{ending}"))]
        if parts:  # to look into them takes libraries and time, and few starts need it
            errand = Errand("recordings", lambda: _readable(parts), self)
            errand.done.connect(lambda found: self._offer(found, report))
            errand.start()

    def _offer(self, recordings: list[Path], report: str) -> None:
        if not recordings:
            return
        words = self.tr("Skelter was ended while it recorded. What was recorded is there: {0}.")
        names = ", ".join(path.name for path in recordings)
        action = (self.tr("Keep it"), lambda: self._keep(recordings))
        self._window.banner.tell(words.format(names), kind="warning", details=report, action=action)
        self._name_report(report)

    def _name_report(self, report: str) -> None:
        if report:
            self._window.banner.call_details(self.tr("Copy report"))

    def _keep(self, parts: list[Path]) -> None:
        kept = []
        for part in parts:
            stem = part.stem.rpartition(".part")[0]
            target = part.with_name(f"{stem}{part.suffix}")
            number = 2
            while target.exists():
                target, number = part.with_name(f"{stem} {number}{part.suffix}"), number + 1
            kept.append(part.rename(target))
        words = self.tr("Saved {0}.").format(", ".join(path.name for path in kept))
        self._window.banner.tell(words, kind="done")

    def _note(self, event: say.Event) -> None:
        match event:
            case say.Trouble(sentence, details):
                _log.warning("%s\n%s", sentence, details)
            case say.EnginesReady(header=header):
                _log.info("engines: %s", header.models)
            case say.Opened(info=info):
                _log.info("opened %s", info)
            case say.SourceState(words):
                _log.info("%s", words)
            case say.Closed():
                _log.info("closed")


def _readable(parts: list[Path]) -> list[Path]:
    """Those that no running program writes and that hold something."""
    from app.unfinished import contents
    from engine.files import is_held

    return [path for path in parts if not is_held(path) and contents(path) is not None]
