"""Recording a camera from the window: what to write and where, how long it runs, what came out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QStandardPaths, Qt
from PyQt6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.gui import events
from app.gui import messages as say
from app.gui.exporting import show_in_folder
from app.gui.recorder import RecordingPlan
from app.gui.switch import Switch
from app.gui.timeline import clock
from app.gui.wording import in_words

if TYPE_CHECKING:
    from app.gui.recorder import Unsaved
    from app.gui.settings import Settings
    from app.gui.window import MainWindow

LONGEST_NAME = 120
"""Bytes of a source's name in those of its files; most disks allow 255 for all of it."""


class RecordingPanel(QWidget):
    """What is written when a camera is recorded, and into which folder."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.switches: dict[str, Switch] = {}
        raw = self.tr("Write every picture of the camera, with nothing drawn on it")
        annotated = self.tr("Write the analysed pictures as they are shown here")
        data = self.tr("Write every joint of every analysed picture, as Skelter JSON lines")
        for name, words, tip in (
            ("raw", self.tr("Picture as it is"), raw),
            ("annotated", self.tr("Picture with people"), annotated),
            ("data", self.tr("Data"), data),
        ):
            switch = Switch(words)
            switch.setToolTip(tip)
            switch.setAccessibleDescription(tip)
            switch.setChecked(name in settings.recorded)
            switch.toggled.connect(lambda _: self._keep())
            self.switches[name] = switch
            column.addWidget(switch)
        self.where = QPushButton()
        self.where.setObjectName("link")
        self.where.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.where.setToolTip(self.tr("The folder that recordings go to; click to choose another"))
        column.addWidget(self.where)
        self.show_folder()

    @property
    def chosen(self) -> set[str]:
        return {name for name, switch in self.switches.items() if switch.isChecked()}

    @property
    def folder(self) -> Path:
        """Where recordings go."""
        usual = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
        return Path(self._settings.recordings or usual or Path.home())

    def show_folder(self) -> None:
        self.where.setText(self.tr("into {0}").format(self.folder.name or str(self.folder)))

    def _keep(self) -> None:
        self._settings.recorded = self.chosen


class Recording(QObject):
    """Starts and ends recordings, and tells about them."""

    def __init__(self, window: MainWindow, panel: RecordingPanel) -> None:
        super().__init__(window)
        self._window, self._panel = window, panel
        self.running = False
        window.heard.connect(self._on_event)
        panel.where.clicked.connect(self._choose_folder)

    def toggle(self, on: bool) -> None:
        """Begin, or end."""
        chosen = self._panel.chosen
        if on and not chosen:
            self._window.actions_.check("record", False)
            self._window.tell_trouble(self.tr("Nothing is chosen to be recorded; switch something on."), warning=True)
        elif on:
            stem = f"{_file_name(self._window.source_name)} {time.strftime('%Y-%m-%d %H.%M.%S')}"
            plan = RecordingPlan(self._panel.folder, stem, **{name: name in chosen for name in self._panel.switches})
            self._window.player.send(say.Record(plan, session=self._window.open_session))
        else:
            self._window.player.send(say.StopRecording())

    def _choose_folder(self) -> None:
        name = self._window.commands.questions.folder(str(self._panel.folder))
        if name:
            self._window.settings.recordings = name
            self._panel.show_folder()

    def _on_event(self, event: events.Event) -> None:
        match event:
            case events.Recording(on, seconds, lost, paths, unsaved, away_s):
                was_running, self.running = self.running, on
                self._window.actions_.check("record", on)
                self._window.stage.transport.set_recording(clock(seconds) if on else "", lost)
                if paths or unsaved:
                    self._tell(paths, lost, unsaved, away_s)
                elif was_running and not on:
                    self._window.banner.tell(self.tr("Nothing was recorded: no picture came."), kind="warning")
            case events.Closed():
                self._window.stage.transport.set_recording("", 0)

    def _tell(self, paths: tuple[Path, ...], lost: int, unsaved: tuple[Unsaved, ...], away_s: float) -> None:
        words, action = [], None
        if paths:
            words.append(self.tr("Saved {0}.").format(", ".join(path.name for path in paths)))
            action = (self.tr("Show in folder"), lambda: show_in_folder(paths[0]))
        else:
            words.append(self.tr("The recording could not be saved."))
        if paths and lost:
            missing = self.tr("{0} pictures are missing: this computer was too busy to write them.")
            words.append(missing.format(lost))
        if paths and away_s:
            words.append(self.tr("For {0:.0f} s of it no picture came.").format(away_s))
        if unsaved:
            words.append(self._why_not(unsaved))
        kind = "done" if not (lost or unsaved or away_s) else "warning" if paths else "error"
        details = "\n".join(events.Trouble.of(one.error).details for one in unsaved)
        self._window.banner.tell(" ".join(words), kind=kind, details=details, action=action)

    def _why_not(self, unsaved: tuple[Unsaved, ...]) -> str:
        """What happened to the first file, and to those of which that does not tell."""
        why = in_words(unsaved[0].error)
        others = [one for one in unsaved[1:] if not why or in_words(one.error) != why]
        words = [why or self.tr("Something unexpected went wrong. You can go on working.")]
        if others:
            words.append(self.tr("Nor could be written: {0}.").format(", ".join(one.path.name for one in others)))
        if kept := [part.name for one in others for part in one.kept]:
            words.append(self.tr("What was written before is {0}.").format(", ".join(kept)))
        return " ".join(words)


def _file_name(source: str) -> str:
    """What a source is called in the names of files: an address may be longer than a disk allows."""
    letters = "".join(letter if letter.isalnum() or letter in " .-_" else "_" for letter in source)
    return letters.encode()[:LONGEST_NAME].decode(errors="ignore")
