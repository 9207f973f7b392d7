"""Keeps the analysis strip up to date: asks the player for what is known, measures it in a thread, shows the curve."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from app.gui import events
from app.gui import messages as say
from app.gui.curve_files import CurveFiles
from app.gui.errand import Errand
from app.gui.frame_times import USUAL_FPS
from app.gui.steadying import shown_of
from app.gui.wording import left_out

if TYPE_CHECKING:
    from app.gui.frame_times import FrameTimes
    from app.gui.series import Series
    from app.gui.window import MainWindow
    from app.results import FrameRecord, Header
    from engine.skeletons import Skeleton

SOONEST_MS = 400
"""After a change the curve is made anew at most this often …"""
SHARE = 5
"""… and measuring takes at most one part of so many of the time."""
LIVE_S = 120.0
"""How much of a live source is kept for the curve."""


class Analysing(QObject):
    """Joins the analysis strip, the player and the picture."""

    curve_changed = pyqtSignal()
    """There is a curve now, or none any more, or a measure is chosen that has another side, or one that has none."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._panel = window.stage.analysis
        self._lately: deque[FrameRecord] = deque()
        self._times: FrameTimes | None = None
        self._header: Header | None = None
        self._errand: Errand | None = None
        self._begun = self._took = 0.0
        self._wanted = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)
        window.heard.connect(self._on_event)
        window.editing.changed.connect(self.refresh)
        window.stage.lanes_changed.connect(lambda _view: self.refresh())
        window.stage.picture_shown.connect(self._on_picture)
        window.stage.timeline.loop_chosen.connect(lambda _frames: self._show_range())
        self._panel.measure_changed.connect(self.refresh)
        for signal in (self._panel.measure_changed, self._panel.curve_changed):
            signal.connect(self.curve_changed)
        self._panel.both_wanted.connect(window.actions_["both-sides"].setChecked)
        self._panel.sought.connect(self._seek)
        window.scaling.changed.connect(self.refresh)
        window.overlay.score.valueChanged.connect(lambda _value: self.refresh())
        self.files = CurveFiles(window)
        self._panel.set_actions(*(window.actions_[name] for name in ("both-sides", "curve-copy", "curve-save")))

    @property
    def shown(self) -> bool:
        return not self._panel.isHidden()

    def show(self, on: bool) -> None:
        """Open or close the strip."""
        self._panel.setVisible(on)
        self.curve_changed.emit()
        if on and not self._panel.has_plot and self._window.info is not None:
            self._window.commands.run("plot", _load_plot, lambda _: self._put_plot())
        self.refresh()

    @property
    def has_curve(self) -> bool:
        return self.shown and self._panel.has_curve

    @property
    def has_sides(self) -> bool:
        """Whether what is chosen there is a measure of one side of the body."""
        return self.shown and self._panel.has_sides

    def show_both(self, on: bool) -> None:
        """Show the curve of the other side too, or no more."""
        self._panel.both.setChecked(on)
        self.refresh()

    def refresh(self) -> None:
        """What is shown may have changed: measure again soon."""
        if self.shown and self._window.info is not None and not self._timer.isActive():
            pause_ms = max(SOONEST_MS, round((self._took * SHARE - (time.monotonic() - self._begun)) * 1e3))
            self._timer.start(pause_ms if self._panel.series is not None else 0)

    def _put_plot(self) -> None:
        if not self._panel.has_plot:
            self._panel.put_plot()
            self._list_measures()
            self._show_range()
        self.refresh()

    def _ask(self) -> None:
        window, person = self._window, self._window.editing.chosen
        if not self.shown or window.info is None:
            return
        if person is None:
            words = self.tr("Choose a person: click on one in the picture, or on a name at the right.")
            self._panel.say(words)
        elif person in window.editing.hidden:
            self._panel.say(left_out(window.people.name(person)))
        elif not self._panel.has_plot:
            self._panel.say(self.tr("Loading the curve …"))  # what measures is being loaded with it
        elif self._errand is not None and not self._errand.wait(0):
            self._wanted = True
        elif window.info.live:
            self._measure(list(self._lately))
        else:
            window.share_work(self._measure_file)

    def _measure_file(self, work: events.Work | None) -> None:
        if work is not None:
            self._header = work.recording.header
            self._measure(work)

    @property
    def lately(self) -> tuple[list[FrameRecord], Skeleton]:
        """What is kept of a live source, and of which joints it is."""
        return list(self._lately), self._skeleton

    def _list_measures(self) -> Skeleton:
        """Offer what can be measured on the joints that the network finds."""
        from app.analysis import angles_of

        skeleton = self._skeleton
        self._panel.set_skeleton(skeleton, [angle.name for angle in angles_of(skeleton)])
        return skeleton

    @property
    def _skeleton(self) -> Skeleton:
        from engine.skeletons import COCO

        return self._header.skeleton if self._header is not None else COCO

    def _measure(self, known: events.Work | list[FrameRecord]) -> None:
        from app.gui.series import measure_series

        skeleton = self._list_measures()
        person, measure, info = self._window.editing.chosen, self._panel.measure, self._window.info
        if person is None or measure is None or info is None:
            return
        height, scale, session = info.height, self._window.scaling.metres_per_pixel, self._window.open_session
        frames, both = self._window.stage.timeline.loop, self._panel.both.isChecked()
        sure = self._window.overlay.overlay.min_score

        def work() -> Series:
            records = known if isinstance(known, list) else shown_of(known)
            return measure_series(
                records, person, measure, skeleton, height=height, metres_per_pixel=scale, frames=frames, both=both,
                min_score=sure,
            )  # fmt: skip

        self._begun, self._wanted = time.monotonic(), False
        self._errand = Errand("analysis", work, self)
        self._errand.done.connect(lambda series: self._measured(series, session))
        self._errand.failed.connect(self._window.tell_trouble)
        self._errand.start()

    def _measured(self, series: Series, session: int) -> None:
        window = self._window
        self._took = time.monotonic() - self._begun
        is_asked_for = (series.person, series.measure) == (window.editing.chosen, self._panel.measure)
        is_hidden = series.person in window.editing.hidden
        if window.info is not None and session == window.open_session and is_asked_for and not is_hidden:
            until_s = None if window.info.live else window.info.duration_s
            self._panel.show_series(series, window.people.name(series.person), until_s, session)
            if window.shown is not None:
                self._panel.set_cursor(window.shown.index, window.shown.time_s, live=window.info.live)
        if self._wanted:
            self.refresh()

    def wait(self, timeout_s: float) -> bool:
        """Whether nothing is being measured any more within the time."""
        self._timer.stop()
        return self._errand is None or self._errand.wait(timeout_s)

    def _on_picture(self, picture: events.Picture) -> None:
        info = self._window.info
        if self.shown and info is not None:
            self._panel.set_cursor(picture.index, picture.time_s, live=info.live)
        if info is not None and info.live and picture.tracks is not None:
            self._keep(picture)

    def _keep(self, picture: events.Picture) -> None:
        from app.results import FrameRecord

        assert picture.tracks is not None
        if self._lately and self._lately[-1].index >= picture.index:  # drawn again
            return
        joints = picture.tracks.poses.keypoints.shape[1]
        if len(picture.tracks) and self._header is not None and joints != len(self._header.skeleton):
            return  # found by the network before, whose joints are not those that are measured now
        smoothed = picture.tracks.poses.keypoints if picture.steady else None
        self._lately.append(FrameRecord(picture.index, picture.time_s, picture.tracks, smoothed))
        while picture.time_s - self._lately[0].time_s > LIVE_S:
            self._lately.popleft()
        self.refresh()

    def _seek(self, time_s: float) -> None:
        info = self._window.info
        if info is not None and not info.live:
            index = self._window.stage.timeline.index_near(time_s)
            self._window.player.send(say.Seek(index, session=self._window.open_session))

    def _show_range(self) -> None:
        """In the curve; what is counted in it follows."""
        self._panel.show_range(self.range_s)
        self.refresh()

    @property
    def range_s(self) -> tuple[float, float] | None:
        """When the first and the last frame of the marked range begin; None: nothing is marked."""
        frames, info = self._window.stage.timeline.loop, self._window.info
        fps = info.fps if info is not None else None
        at = self._times.at if self._times is not None else lambda index: index / (fps or USUAL_FPS)
        return None if frames is None else (at(frames[0]), at(frames[1]))

    def _on_event(self, event: events.Event) -> None:
        match event:
            case events.Opened():
                self._lately.clear()
                self._header = self._times = None
                self._show_range()
                self.show(self._window.actions_["analysis"].isChecked())
            case events.Retimed():
                self._times = None
                self._show_range()
            case events.TimesKnown(times=times):
                self._times = times
                self._show_range()
            case events.JointsChanged():
                self.refresh()
            case events.Playing(True):
                self._panel.show_cursor()
            case events.EnginesReady(header=header):
                if self._header is None or header.skeleton.keypoints != self._header.skeleton.keypoints:
                    self._lately.clear()
                self._header = header


def _load_plot() -> object:
    """Import here what the window's thread uses later, or it would wait for it: a second on a slow disk."""
    import app.analysis
    import app.gui.curve_picture
    import app.gui.plot
    import app.gui.series
    import app.repetitions
    import engine.skeletons

    return app, engine
