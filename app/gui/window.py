"""The main window: assembles the parts and passes on what they say.

Commands ──asks, then calls──▶ MainWindow ──Command──▶ Player (a thread of its own)
Actions: every verb, shown by menus, toolbar, transport        │ Picture (newest wins), Event
┌ Banner ──────────────────────────────────────┐               ▼
│ Stage: VideoView, Timeline, Transport │ Side │ ◀── _take_picture, _on_event
│   or Welcome                          │ panel│
├ ExportBar ───────────────────────────────────┤
└ StatusLine ──────────────────────────────────┘
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QByteArray, QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence
from PyQt6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.gui import messages as say
from app.gui import theme
from app.gui.actions import Actions, Situation
from app.gui.banner import Banner
from app.gui.bars import fill_menus, fill_toolbar
from app.gui.commands import Commands
from app.gui.export_bar import ExportBar
from app.gui.exporting import Exporting
from app.gui.mailbox import Mailbox
from app.gui.overlay_panel import OverlayPanel
from app.gui.people_model import PeopleModel
from app.gui.player import Player
from app.gui.settings import Settings
from app.gui.side_panel import PeopleList, Section, SidePanel
from app.gui.stage import Stage
from app.gui.status_line import StatusLine
from app.gui.theme import Look
from app.gui.toolbox import Toolbox, is_camera
from app.gui.welcome import Welcome
from app.style import Style

if TYPE_CHECKING:
    from engine.video import SourceInfo

STATUS_MS = 250
"""How often the numbers in the status line change: more often nobody can read them."""
GOODBYE_S = 1.8


class MainWindow(QMainWindow):
    """Everything a person sees. It holds what is open; the player holds how it is played."""

    event_came = pyqtSignal(object)
    picture_came = pyqtSignal()

    def __init__(self, toolbox: Toolbox, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.address = ""
        self.info: SourceInfo | None = None
        self.session = 0
        self._playing = False
        self.shown: say.Picture | None = None
        self.pictures: Mailbox[say.Picture] = Mailbox(self.picture_came.emit)
        self.player = Player(
            toolbox, pictures=self.pictures, notify=self.event_came.emit, style=settings.style, mirror=settings.mirror
        )
        self._build(toolbox)
        self._join()
        self.player.start()

    # assembling

    def _build(self, toolbox: Toolbox) -> None:
        self.setWindowTitle("Skelter")
        self.setAcceptDrops(True)
        self.commands = Commands(self)
        self.actions_ = Actions(self.commands.specs(), self)
        self.banner = Banner()
        self.welcome = Welcome(self.actions_)
        self.stage = Stage(self.actions_, self.player.lanes)
        self.overlay = OverlayPanel(self.actions_, self.settings.style)
        self.people = PeopleModel(self)
        self.side = SidePanel(
            [Section(self.tr("People"), PeopleList(self.people)), Section(self.tr("Overlay"), self.overlay)]
        )
        self.export_bar = ExportBar(toolbox)
        self.status = StatusLine()
        self.setStatusBar(self.status)
        self.menus = fill_menus(self, self.actions_)
        self.toolbar = fill_toolbar(self, self.actions_)
        self.exporting = Exporting(self)
        self._lay_out()
        self._status_timer = QTimer(self)
        self._status_timer.setInterval(STATUS_MS)
        self.actions_["panel"].setChecked(self.settings.panel_shown)
        self.actions_.check("mirror", self.settings.mirror)
        self.welcome.set_recent(self.settings.recent)
        self.setFocus()  # not on the first button: the space bar is for playing
        self.resize(1180, 760)
        self.restoreGeometry(self.settings.geometry)

    def _lay_out(self) -> None:
        self.pages = QStackedWidget()
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(self.stage)
        left = QVBoxLayout()
        left.setSpacing(0)
        for part in (self.banner, self.pages, self.export_bar):
            left.addWidget(part)
        left.setStretch(1, 1)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self.side)
        whole = QWidget()
        whole.setLayout(row)
        self.setCentralWidget(whole)
        self.side.hide()

    def _join(self) -> None:
        self.event_came.connect(self._on_event)
        self.picture_came.connect(self._take_picture)
        self.overlay.changed.connect(self._style_changed)
        self.stage.asked.connect(self.player.send)
        self.stage.lanes_changed.connect(self.people.set_lanes)
        self.stage.view.double_clicked.connect(self.full_screen)
        self.welcome.recent_chosen.connect(self.open_source)
        self.export_bar.running_changed.connect(lambda _running: self._refresh_actions())
        self._status_timer.timeout.connect(self._show_pace)
        hints = QApplication.styleHints()
        if hints is not None:
            hints.colorSchemeChanged.connect(lambda _scheme: self.set_look(self.settings.look))

    # what commands do

    def open_source(self, address: str, data: Path | None = None) -> None:
        """Open a file, folder, camera number or URL; `data`: Skelter JSON made of it before."""
        self.session += 1
        self.address = address
        self.banner.dismiss()
        self.player.send(say.Open(address, self.session, data))

    def play_or_pause(self) -> None:
        self.player.send(say.Play(not self._playing))

    def show_panel(self, on: bool) -> None:
        self.settings.panel_shown = on
        self.side.setVisible(on and self.info is not None)

    def full_screen(self) -> None:
        """Nothing but the video and its controls; back again."""
        on = not self.isFullScreen()
        for part in (self.toolbar, self.menuBar(), self.status):
            if part is not None:
                part.setVisible(not on)
        if on:
            self.showFullScreen()
        else:
            self.showNormal()

    def set_look(self, look: Look) -> None:
        self.settings.look = look
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, look)
        self.actions_.repaint()
        for part in (self.stage, self.welcome, self.side):
            part.repaint_icons()

    # what is heard

    def busy(self, what: str) -> None:
        """Say that something takes a moment; empty: no more."""
        self.stage.view.notice(what)
        self.status.set_activity(what)

    def tell_trouble(self, sentence: str, details: str = "", *, warning: bool = False) -> None:
        words = sentence or self.tr("Something unexpected went wrong. You can go on working.")
        self.banner.tell(words, kind="warning" if warning else "error", details=details)

    def _on_event(self, event: say.Event) -> None:
        match event:
            case say.Opened(info, session):
                if session == self.session:
                    self._opened(info)
            case say.Closed():
                self._closed()
            case say.Busy(what):
                words = {"opening": self.tr("Opening …"), "loading": self.tr("Loading the networks …")}
                self.busy(words.get(what, what))
            case say.EnginesReady(header):
                self.status.set_engines(header)
            case say.Playing(on):
                self._playing = on
                self.stage.transport.set_playing(on)
                self._show_pace()
            case say.LengthKnown(frames):
                self.stage.set_length(frames, self.info.fps if self.info is not None else None)
            case say.Trouble(sentence, details, fatal, warning):
                if fatal:
                    self._closed()
                self.tell_trouble(sentence, details, warning=warning)

    def _opened(self, info: SourceInfo) -> None:
        self.info = info
        self.shown = None
        self.setWindowTitle(f"{info.name} – Skelter")
        self.stage.set_source(info, camera=is_camera(self.address))
        self.people.set_fps(1.0 if info.live else info.fps)  # live lanes count seconds
        self.status.set_source(f"{info.name}  ·  {info.width} × {info.height}")
        self.pages.setCurrentWidget(self.stage)
        self.side.setVisible(self.settings.panel_shown)
        self._status_timer.start()
        if Path(self.address).exists():
            self.settings.add_recent(Path(self.address).resolve())
        self._refresh_actions()

    def _closed(self) -> None:
        self.info = self.shown = None
        self._status_timer.stop()
        self.setWindowTitle("Skelter")
        self.stage.close_source()
        self.status.set_source("")
        self.welcome.set_recent(self.settings.recent)
        self.pages.setCurrentWidget(self.welcome)
        self.side.hide()
        self._refresh_actions()

    def _take_picture(self) -> None:
        picture = self.pictures.take()
        if picture is not None and self.info is not None and picture.session == self.session:
            first, self.shown = self.shown is None, picture
            self.stage.show_picture(picture)
            self.people.set_here(picture.people or ())
            if first or not self._playing:
                self._show_pace()

    def _show_pace(self) -> None:
        if self.shown is not None and self.info is not None:
            self.status.set_people(self.shown.people)
            wanted = None if self.info.live else self.stage.transport.factor
            self.status.set_pace(self.shown.pace, playing=self._playing, wanted=wanted)

    def _style_changed(self, style: Style) -> None:
        self.settings.style = style
        self.player.send(say.SetStyle(style))

    def _refresh_actions(self) -> None:
        info = self.info
        live = info is not None and info.live
        situation = Situation(info is not None, live, live and is_camera(self.address), self.export_bar.running)
        self.actions_.refresh(situation)

    # Qt's own events

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        if event is not None and _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        path = _dropped(event) if event is not None else None
        if event is not None and path is not None:
            event.acceptProposedAction()
            self.open_source(path)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.matches(QKeySequence.StandardKey.Cancel) and self.isFullScreen():
            self.full_screen()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Stop what runs, wait for the threads, save the settings, go."""
        if self.export_bar.running and not self.commands.questions.stop_export():
            if event is not None:
                event.ignore()
            return
        self.export_bar.cancel()
        until = time.monotonic() + GOODBYE_S
        self.player.stop(GOODBYE_S)
        self.event_came.disconnect(self._on_event)  # what was said before is still on its way
        self.picture_came.disconnect(self._take_picture)
        self.export_bar.wait(max(until - time.monotonic(), 0.1))
        self.settings.geometry = QByteArray(self.saveGeometry())
        self.settings.save()
        self._closed()
        super().closeEvent(event)


def _dropped(event: QDropEvent) -> str | None:
    data = event.mimeData()
    urls = data.urls() if data is not None else []
    return next((url.toLocalFile() for url in urls if url.isLocalFile()), None)
