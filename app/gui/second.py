"""The second video of two that are compared: a player of its own, its picture and its timeline."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from app.gui import events
from app.gui import messages as say
from app.gui.compare_panel import ComparePanel
from app.gui.frame_times import USUAL_FPS
from app.gui.hovering import Hover
from app.gui.lanes import corrected
from app.gui.lettering import letters_of_window
from app.gui.mailbox import Mailbox
from app.gui.player import Player
from app.gui.slow_motion import told
from app.gui.stage import LANES_MS
from app.gui.wording import in_words

if TYPE_CHECKING:
    from app.edits import Edits
    from app.gui.toolbox import Toolbox
    from app.gui.window import MainWindow
    from engine.video import SourceInfo

ONLY_SESSION = 1  # of its player, which opens one video


class Second(QObject):
    """The second video: player, picture, timeline, until `close`."""

    event_came = pyqtSignal(object)
    picture_came = pyqtSignal()
    shown_changed = pyqtSignal()
    opened = pyqtSignal()
    ended = pyqtSignal(int)
    """It has exactly so many frames."""
    failed = pyqtSignal(str, str)
    """It cannot be shown: a sentence (perhaps empty) and details."""

    retimed = pyqtSignal(float)
    """Its times are counted otherwise; how many times slower it was by the count before."""

    def __init__(self, window: MainWindow, toolbox: Toolbox, address: str, slowed: float | None = None) -> None:
        """`slowed`: how many times slower it shows what happened, where a session remembers it."""
        super().__init__(window)
        self.is_remembered = slowed is not None
        self._window = window
        self.address = address
        self.info: SourceInfo | None = None
        self.shown: events.Picture | None = None
        self.playing = False
        self.last_s = math.inf
        """When its last picture begins, as far as that is known."""
        self.panel = ComparePanel()
        self.hover = Hover(window, self.panel.timeline)
        self._edits: Edits | None = None
        self._lanes_version = -1
        self._pictures: Mailbox[events.Picture] = Mailbox(self.picture_came.emit)
        self.player = Player(
            toolbox, pictures=self._pictures, notify=self.event_came.emit, style=window.settings.style,
            steady=window.settings.steady, lettering=letters_of_window(),
        )  # fmt: skip
        self.event_came.connect(self._on_event)
        self.picture_came.connect(self._take_picture)
        self.panel.view.size_wanted.connect(lambda width, height: self.player.send(say.SetViewSize(width, height)))
        for part in (self.panel.view, self.panel.timeline):
            part.pressed.connect(window.leave_button)
        self._timer = QTimer(self)
        self._timer.setInterval(LANES_MS)
        self._timer.timeout.connect(self._look_at_lanes)
        self._timer.start()
        self.player.start()
        self.player.send(say.UseEngines(window.engines.choice))
        self.player.send(say.Open(address, ONLY_SESSION, slowed=slowed))
        self.player.send(say.Play(False, session=ONLY_SESSION))

    @property
    def step_s(self) -> float:
        """From one picture to the next, on average."""
        return step_of(self.info) if self.info is not None else 0.0

    def close(self) -> None:
        """Its threads end by themselves; nothing they still say is heard."""
        self._timer.stop()
        self.hover.close()
        self.event_came.disconnect(self._on_event)
        self.picture_came.disconnect(self._take_picture)
        self.player.send(say.Quit())

    def wait(self, timeout_s: float) -> bool:
        """Whether its threads have ended within the time, after `close`."""
        return self.player.stop(timeout_s) and self.hover.wait(timeout_s)

    def forget(self) -> None:
        """Its threads have ended, and the window need not keep it."""
        for part in (self.hover.preview, self.hover, self):
            part.deleteLater()

    def _take_picture(self) -> None:
        picture = self._pictures.take()
        if picture is not None:
            self.shown = picture
            self.panel.show_picture(picture)
            self.shown_changed.emit()

    def _look_at_lanes(self) -> None:
        lanes = self.player.lanes
        if lanes.version != self._lanes_version:
            view = lanes.view()
            self._lanes_version = view.version
            self.panel.timeline.set_lanes(view if self._edits is None else corrected(view, self._edits))

    def _on_event(self, event: events.Event) -> None:
        match event:
            case events.Opened(info=info) if info.live:
                self.failed.emit(self.tr("Only a video file can be compared with; record the camera first."), "")
            case events.Opened(info=info, address=address):
                self.hover.open(address)
                self._describe(info, info.frame_count or 1)
                self.opened.emit()
            case events.Retimed(info=info):
                before = self.info.slowed if self.info is not None else 1.0
                self._describe(info, self.panel.timeline.maximum() + 1)
                self.retimed.emit(before)
            case events.Busy(what):
                self.panel.view.notice(self.tr("Opening …") if what == "opening" else "")
            case events.LengthKnown(frames):
                self.panel.timeline.set_length(frames, self.info.fps if self.info is not None else None)
                self.last_s = (frames - 1) * self.step_s
                self.ended.emit(frames)
            case events.TimesKnown(times=times):
                self.panel.timeline.set_length(len(times), self.info.fps if self.info is not None else None)
                self.panel.timeline.set_times(times)
            case events.Playing(on):
                self.playing = on
            case events.Edited(edits=edits):
                self._edits, self._lanes_version = edits, -1
            case events.Trouble(error, details, fatal, warning) if not fatal:
                self._window.tell_trouble(in_words(error), details, warning=warning)
            case events.Trouble(error, details):
                self.failed.emit(in_words(error), details)

    def _describe(self, info: SourceInfo, frames: int) -> None:
        """Go by what is known of it now."""
        self.info = info
        if info.duration_s is not None:
            self.last_s = max(info.duration_s - step_of(info), 0.0)
        slow = f"  ·  {told(info, self.tr)}" if info.slowed != 1 else ""
        self.panel.set_name(f"{info.name}{slow}")
        self.panel.timeline.set_length(frames, info.fps)
        self.panel.timeline.set_times(None)


def step_of(info: SourceInfo) -> float:
    """Seconds from one picture to the next, on average."""
    return 1 / (info.fps or USUAL_FPS)
