"""The main window: assembles the parts and passes on what they say.

Commands ──asks, then calls──▶ MainWindow ──Command──▶ Player (a thread of its own)
Actions: every verb, shown by menus, toolbar, transport        │ Picture (newest wins), Event
┌ Banner ──────────────────────────────────────┐               ▼
│ Stage: VideoView, Timeline, Transport │ Side │ ◀── _take_picture, _on_event ──heard──▶ Editing, Sessions
│   or Welcome                          │ panel│
├ ExportBar ───────────────────────────────────┤
└ StatusLine ──────────────────────────────────┘
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QByteArray, QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent
from PyQt6.QtWidgets import QApplication

from app.gui import events
from app.gui import messages as say
from app.gui.actions import Actions
from app.gui.analysing import Analysing
from app.gui.banner import Banner
from app.gui.bars import add_recent_menu, fill_menus, fill_toolbar
from app.gui.checking import Checking
from app.gui.commands import Commands
from app.gui.comparing import Comparing
from app.gui.editing import Editing
from app.gui.engine_panel import EngineDesk
from app.gui.export_bar import ExportBar
from app.gui.exporting import Exporting
from app.gui.far_away import FarAway
from app.gui.hovering import Hovering
from app.gui.languages import LANGUAGES
from app.gui.lettering import letters_of_window
from app.gui.mailbox import Mailbox
from app.gui.models import Models
from app.gui.pacing import Pacing
from app.gui.panels import Panels
from app.gui.people_model import PeopleModel, certainty
from app.gui.player import Player
from app.gui.recording import Recording
from app.gui.scaling import Scaling
from app.gui.sessions import Sessions
from app.gui.settings import Settings
from app.gui.shell import Shell
from app.gui.sides import Sides
from app.gui.situation import situation_of
from app.gui.slow_motion import SlowMotion, told
from app.gui.stage import Stage
from app.gui.status_line import StatusLine
from app.gui.theme import Look
from app.gui.toolbox import Toolbox
from app.gui.welcome import Welcome
from app.gui.wording import in_words, source_name
from app.style import Style
from engine.addresses import is_camera

if TYPE_CHECKING:
    from app.session import Notes
    from engine.video import SourceInfo

GOODBYE_S = 1.8


class MainWindow(Shell):
    """Everything a person sees. It holds what is open; the player holds how it is played."""

    event_came = pyqtSignal(object)
    """From the player's thread."""
    heard = pyqtSignal(object)
    """The same events, after the window itself has taken them in; those of a source left behind are dropped."""
    picture_came = pyqtSignal()
    work_came = pyqtSignal(object, object)

    def __init__(self, toolbox: Toolbox, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.address = ""
        self.info: SourceInfo | None = None
        self.session = self.open_session = 0  # of what was asked for last, and of what is open
        self.playing = False
        self._exports_may_end = False
        self.shown: events.Picture | None = None
        self.pictures: Mailbox[events.Picture] = Mailbox(self.picture_came.emit)
        self.player = Player(
            toolbox, pictures=self.pictures, notify=self.event_came.emit, style=settings.style, mirror=settings.mirror,
            steady=settings.steady, lettering=letters_of_window(),
        )  # fmt: skip
        self._build(toolbox)
        self._join()
        self.player.start()

    # assembling

    def _build(self, toolbox: Toolbox) -> None:
        self.commands = Commands(self, toolbox)
        self.actions_ = Actions(self.commands.specs(), self)
        self.actions_.check("steady", self.settings.steady)
        self.banner = Banner()
        self.welcome = Welcome(self.actions_)
        self.stage = Stage(self.actions_, self.player.lanes)
        self.stage.view.least_score = self.settings.style.min_score
        self.people = PeopleModel(self)
        self.side = Panels(self.actions_, self.people, self.settings)
        self.overlay, self.people_list = self.side.overlay, self.side.people
        self.export_bar = ExportBar(toolbox)
        self.status = StatusLine()
        self.setStatusBar(self.status)
        self.menus = fill_menus(self, self.actions_)
        add_recent_menu(self.menus[self.tr("File")], self.actions_, lambda: self.settings.recent, self.open_source)
        self.toolbar = fill_toolbar(self, self.actions_)
        self.exporting, self.editing, self.hovering = Exporting(self), Editing(self), Hovering(self)
        self.scaling = Scaling(self)
        self.sides = Sides(self)
        self.checking = Checking(self)
        self.analysing = Analysing(self)
        self.engines = EngineDesk(self, self.side.engines, toolbox)
        self.far_away = FarAway(self)
        self.models = Models(self)
        self.comparing = Comparing(self, toolbox)
        self.slow_motion = SlowMotion(self)
        self.recording = Recording(self, self.side.recording)
        self.sessions = Sessions(self, self.settings.recovery)
        self.pages = self.put_together(
            self.welcome, self.stage, above=self.banner, below=self.export_bar, side=self.side
        )
        self._pacing = Pacing(self)
        self.actions_["panel"].setChecked(self.settings.panel_shown)
        language = self.settings.language
        for chosen in (f"look-{self.settings.look}", f"language-{language if language in LANGUAGES else 'system'}"):
            self.actions_[chosen].setChecked(True)
        self.actions_.check("analysis", self.settings.analysis_shown)
        self.actions_["both-sides"].setChecked(self.settings.both_sides)
        self.actions_.check("mirror", self.settings.mirror)
        self.welcome.set_recent(self.settings.recent)
        self.setFocus()  # not on the first button: the space bar is for playing
        self.restoreGeometry(self.settings.geometry)
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowFullScreen)  # it was left so; bars are shown

    def _join(self) -> None:
        self.event_came.connect(self._on_event)
        self.picture_came.connect(self._take_picture)
        self.work_came.connect(lambda work, use: use(work))
        self.overlay.changed.connect(self._style_changed)
        self.stage.asked.connect(self.player.send)
        send, timeline = self.player.send, self.stage.timeline
        timeline.sought.connect(lambda index: send(say.Seek(index, session=self.open_session)))
        timeline.loop_chosen.connect(lambda frames: send(say.SetLoop(frames, session=self.open_session)))
        for pressed in (self.stage.view.pressed, timeline.pressed):
            pressed.connect(self.leave_button)
        self.stage.lanes_changed.connect(self.people.set_lanes)
        self.stage.view.double_clicked.connect(self.full_screen)
        self.stage.view.menu_wanted.connect(self._show_people_menu)
        self.people_list.menu_wanted.connect(self._show_people_menu)
        for signal in (
            self.editing.changed, self.comparing.changed, self.stage.timeline.loop_chosen, self.people.rowsInserted,
            self.people.rowsRemoved, self.analysing.curve_changed, self.slow_motion.changed, self.checking.changed,
        ):  # fmt: skip
            signal.connect(lambda *_: self._refresh_actions())
        self.split.splitterMoved.connect(lambda *_: self.side.keep_width())
        self.welcome.recent_chosen.connect(self.open_source)
        self.dropped.connect(self.open_source)
        self.others_dropped.connect(self._tell_of_batch)
        self.look_changed.connect(self.actions_.repaint)
        for part in (self.banner, self.stage, self.welcome, self.side):
            self.look_changed.connect(part.repaint_icons)
        hints = QApplication.styleHints()
        if hints is not None:
            hints.colorSchemeChanged.connect(lambda _scheme: self.set_look(self.settings.look))

    # what commands do

    def open_source(self, address: str, data: Path | None = None, *, recovered: bool = False) -> None:
        """Open a file, folder, camera number, URL, session or result; that on the video it was made of, or on the one
        that is open.

        data       a result made of it before
        recovered  a session that was kept by itself: its corrections are not saved yet
        """
        here = self.address if self.info is not None and not self.info.live else ""
        self.sessions.leave(lambda: self._open(say.Open(address, self.session + 1, data, recovered, here)))

    def _open(self, command: say.Open) -> None:
        self.session = command.session
        self.banner.dismiss()
        self.player.send(command)

    @property
    def source_name(self) -> str:
        """What a person would call the open source."""
        return source_name(self.info.name, self.address) if self.info is not None else ""

    def notes(self) -> Notes:
        """What was marked, for the session."""
        from app.session import Notes

        return Notes(
            self.shown.index if self.shown is not None else 0, self.stage.timeline.loop,
            self.scaling.metres_per_pixel, self.comparing.address, self.comparing.offset_s, self.comparing.slowed,
        )  # fmt: skip

    def share_work(self, use: Callable[[events.Work | None], None]) -> None:
        """Have `use` called, in this thread, with what is known of the open file; with None where it was left."""
        self.player.send(say.ShareWork(lambda work: self.work_came.emit(work, use), session=self.open_session))

    def set_look(self, look: Look) -> None:
        self.settings.look = look
        self.actions_[f"look-{look}"].setChecked(True)
        self.apply_look(look)

    # what is heard

    def busy(self, what: str) -> None:
        """Say that something takes a moment; empty: no more."""
        self.stage.view.notice(what)
        self.status.set_activity(what)

    def tell_trouble(self, sentence: str, details: str = "", *, warning: bool = False) -> None:
        words = sentence or self.tr("Something unexpected went wrong. You can go on working.")
        self.banner.tell(words, kind="warning" if warning else "error", details=details)

    def _tell_of_batch(self) -> None:
        self.banner.tell(self.tr("One video at a time; `skelter batch` takes many."), kind="warning")

    def _on_event(self, event: events.Event) -> None:
        of_one_source = events.Opened | events.Closed | events.SourceState | events.TimesKnown | events.Retimed
        if isinstance(event, of_one_source) and event.session != self.session:
            return  # another one was asked for meanwhile
        match event:
            case events.Opened():
                self._opened(event)
            case events.Closed():
                self._closed()
            case events.StillOpen(session, instead_of) if instead_of == self.session:
                self.session = session
            case events.Busy(what):
                words = {
                    "opening": self.tr("Opening …"), "loading": self.tr("Loading the networks …"),
                    "changing": self.tr("Changing the engines …"),
                }.get(what, "")  # fmt: skip
                self.stage.view.notice(words if what != "changing" else "")
                self.status.set_activity(words)
            case events.SourceState(state=state):
                self.banner.tell_state(state, self.source_name or state.name)
            case events.EnginesReady(header=header):
                self.status.set_engines(header)
                self.overlay.set_skeleton(header.skeleton.keypoints)
            case events.Playing(on):
                self.playing = on
                self.stage.transport.set_playing(on)
            case events.LengthKnown(frames):
                self.stage.set_length(frames, self.info.fps if self.info is not None else None)
            case events.Retimed(info=info):
                self.stage.retime(info)
                self._describe(info)
            case events.TimesKnown(times=times):
                self.stage.set_length(len(times), self.info.fps if self.info is not None else None)
                self.stage.timeline.set_times(times)
                self.people.set_times(times)
            case events.Trouble(error, details, fatal, warning):
                if fatal:
                    self._closed()
                self.tell_trouble(in_words(error), details, warning=warning)
        self.heard.emit(event)

    def _opened(self, event: events.Opened) -> None:
        info = event.info
        self.info, self.address, self.shown, self.open_session = info, event.address, None, event.session
        self.stage.set_source(info, camera=is_camera(self.address), frames=event.frames)
        self.side.set_live(info.live)
        self._describe(info)
        self.pages.setCurrentWidget(self.stage)
        self.side.setVisible(self.actions_["panel"].isChecked())
        if event.notes is not None:
            self.stage.timeline.set_loop(event.notes.loop)
        opened = event.document or Path(self.address)
        if opened.exists():
            self.settings.add_recent(opened.resolve())
        self._refresh_actions()

    def _describe(self, info: SourceInfo) -> None:
        """Go by what is known of the source now."""
        self.info = info
        self.people.set_fps(1.0 if info.live else info.fps)  # live lanes count seconds
        hdr = "  ·  " + self.tr("HDR ({0}), shown as SDR").format(info.hdr) if info.hdr else ""
        rate = "  ·  " + self.tr("{0:g} pictures/s (assumed)").format(info.fps) if info.assumed else ""
        slow = f"  ·  {told(info, self.tr)}" if info.slowed != 1 else ""
        self.status.set_source(f"{self.source_name}  ·  {info.width} × {info.height}{hdr}{rate}{slow}")

    def _closed(self) -> None:
        self.info = self.shown = None
        self._pacing.stop()
        self.banner.end_loss()
        self.setWindowTitle("Skelter[*]")
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
            self.people.set_here(certainty(picture.tracks))
            if first or not self.playing:
                self._pacing.show()

    def _style_changed(self, style: Style) -> None:
        self.settings.style = style
        self.stage.view.least_score = style.min_score
        self.player.send(say.SetStyle(style))

    def _refresh_actions(self) -> None:
        situation = situation_of(self)
        self.stage.view.correcting = situation.opened and not situation.live
        followed = self.stage.view.followed
        self.actions_.check("follow", followed is not None and followed == self.editing.chosen)
        self.actions_.refresh(situation)

    def _show_people_menu(self, person: int, place: QPoint) -> None:
        if person:
            self.editing.choose(person)
            self.menus[self.tr("People")].popup(place)

    # Qt's own events

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Stop what runs, wait for the threads, save the settings, go."""
        if event is None:
            return
        exporting = self.export_bar.running
        goes_on = exporting and not self._exports_may_end and not self.commands.questions.stop_export()
        if goes_on or not self.sessions.may_leave(lambda: self._leave(exports_may_end=exporting)):
            event.ignore()
            return
        self.export_bar.cancel_all()
        until = time.monotonic() + GOODBYE_S
        self.player.stop(GOODBYE_S)
        self.event_came.disconnect(self._on_event)  # what was said before is still on its way
        self.picture_came.disconnect(self._take_picture)
        self.work_came.disconnect()  # nothing more is kept of what was given up, nor measured
        for part in (
            self.comparing, self.models, self.export_bar, self.commands, self.analysing, self.sessions, self.hovering,
        ):  # fmt: skip
            part.wait(max(until - time.monotonic(), 0.02))
        self.sessions.close()
        self.settings.geometry = QByteArray(self.saveGeometry())
        self.settings.panel_width, self.settings.unfolded = self.side.wanted_width, self.side.unfolded
        self.settings.save()
        self._closed()
        super().closeEvent(event)

    def _leave(self, *, exports_may_end: bool) -> None:
        """Close as was asked for before the session was saved; what was answered then is not asked again."""
        self._exports_may_end = exports_may_end
        self.close()
        self._exports_may_end = False
