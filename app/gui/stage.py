"""The middle of the window while something is open: video, timeline, transport."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget

from app.gui import events
from app.gui import messages as say
from app.gui.actions import Actions
from app.gui.analysis_panel import AnalysisPanel
from app.gui.lanes import Lanes, LaneView, corrected
from app.gui.timeline import Timeline
from app.gui.transport import Transport
from app.gui.video_view import VideoView

if TYPE_CHECKING:
    from app.edits import Edits
    from app.gui.compare_panel import ComparePanel
    from engine.video import SourceInfo

LANES_MS = 200
"""How often the lanes are looked at: who was seen when changes with every frame, and nobody reads that fast."""

MOST_LIVE = 100
"""People who stay in the list of a camera, besides those who were named, left out or chosen: nobody reads on."""


class Stage(QWidget):
    """Shows pictures and where they are in their source."""

    lanes_changed = pyqtSignal(object)
    picture_shown = pyqtSignal(object)
    asked = pyqtSignal(object)
    """A command for the player."""

    def __init__(self, actions: Actions, lanes: Lanes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lanes = lanes
        self._told = LaneView()
        self._edits: Edits | None = None
        self._chosen: int | None = None
        self._is_live = False
        self.view = VideoView()
        self.timeline = Timeline()
        self.transport = Transport(actions)
        self.controls = QFrame()
        self.controls.setObjectName("controls")
        self._under = under = QVBoxLayout(self.controls)
        under.setContentsMargins(0, 2, 0, 0)
        under.setSpacing(0)
        under.addWidget(self.timeline)
        under.addWidget(self.transport)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.analysis = AnalysisPanel()
        self.analysis.hide()
        self._halves = QSplitter(Qt.Orientation.Vertical)
        self._halves.setChildrenCollapsible(False)
        self.views = QSplitter()
        self.views.setChildrenCollapsible(False)
        self.views.addWidget(self.view)
        self._halves.addWidget(self.views)
        self._halves.addWidget(self.analysis)
        self._halves.setStretchFactor(0, 1)  # the strip stays as high as it is, as long as there is room
        column.addWidget(self._halves, 1)
        column.addWidget(self.controls)
        self.transport.speed_chosen.connect(lambda factor: self.asked.emit(say.SetSpeed(factor)))
        self.view.size_wanted.connect(lambda width, height: self.asked.emit(say.SetViewSize(width, height)))
        self._timer = QTimer(self)
        self._timer.setInterval(LANES_MS)
        self._timer.timeout.connect(self.look_at_lanes)

    def set_source(self, info: SourceInfo, *, camera: bool, frames: int) -> None:
        """Show this source from now on; `frames`: so many it has at least."""
        self._is_live = info.live
        self.view.clear()
        self.timeline.setVisible(not info.live)
        self.timeline.setValue(0)
        self.timeline.set_loop(None)
        self.timeline.set_length(frames, info.fps)
        self.timeline.set_times(None)
        self.transport.set_source(
            live=info.live, camera=camera, frames=info.frame_count, duration_s=None if info.live else info.duration_s
        )
        self._timer.start()

    def retime(self, info: SourceInfo) -> None:
        """The times of the same source are counted otherwise from now on."""
        self.timeline.set_length(self.timeline.maximum() + 1, info.fps)
        self.timeline.set_times(None)
        self.transport.set_duration(info.duration_s)

    def put_beside(self, second: ComparePanel) -> None:
        """Another video to compare with: its picture as wide as the first one's, its bar above the timeline."""
        self.views.addWidget(second.view)
        self.views.setSizes([1, 1])
        self._under.insertWidget(0, second)
        for before, after in pairwise((self.analysis.picture, *second.stops)):
            self.setTabOrder(before, after)

    def set_length(self, frames: int, fps: float | None) -> None:
        """The end was reached: so long it is."""
        self.timeline.set_length(frames, fps)
        self.transport.set_length(frames)

    def choose(self, person: int | None) -> None:
        """Mark a person in the picture and on the timeline."""
        self._chosen = person
        self.view.choose(person)
        self.timeline.choose(person)

    def set_edits(self, edits: Edits | None) -> None:
        """What was corrected by hand; None where nothing is open."""
        self._edits = edits
        self.timeline.set_names(edits.names if edits is not None else {})
        self._tell_lanes()

    def show_picture(self, picture: events.Picture) -> None:
        self.view.show_picture(picture)
        self.timeline.set_position(picture.index)
        self.transport.set_place(picture.index, picture.time_s)
        self.picture_shown.emit(picture)

    def close_source(self) -> None:
        self._timer.stop()
        self.view.clear()
        self.look_at_lanes()

    def look_at_lanes(self) -> None:
        """Take over who was seen when, if that has changed."""
        if self._is_live:
            spoken_of = self._edits.people if self._edits is not None else frozenset[int]()
            self._lanes.keep_latest(MOST_LIVE, spoken_of | {self._chosen or 0, self.view.followed or 0})
        if self._lanes.version != self._told.version:
            self._told = self._lanes.view()
            self._tell_lanes()

    def _tell_lanes(self) -> None:
        view = self._told if self._edits is None else corrected(self._told, self._edits)
        self.timeline.set_lanes(view)
        self.lanes_changed.emit(view)

    def repaint_icons(self) -> None:
        self.transport.repaint_icons()
        self.analysis.repaint_icons()
        self.view.update()
