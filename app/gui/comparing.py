"""Two videos side by side, in step: a second player beside the first, that goes where the first one goes.

Neither shows its next picture while it is ahead of the other, so the slower one sets the pace. Everything the user does
to the first (play, seek, step, loop, speed, overlay) reaches the second; what he does to the second shifts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from app.gui import events
from app.gui import messages as say
from app.gui.second import ONLY_SESSION, Second, step_of

if TYPE_CHECKING:
    from app.gui.toolbox import EngineChoice, Toolbox
    from app.gui.window import MainWindow

A_MOMENT_S = 1e-4


class Comparing(QObject):
    """Keeps the second video, where there is one, in step with the first."""

    changed = pyqtSignal()
    """Whether two are compared, how far they are apart, or how the times of the second are counted."""
    came = pyqtSignal()
    """The second is open."""

    def __init__(self, window: MainWindow, toolbox: Toolbox) -> None:
        super().__init__(window)
        self._window, self._toolbox = window, toolbox
        self.second: Second | None = None
        self._coming: Second | None = None  # is being opened, to take the place of the one that is there
        self._ended: list[Second] = []
        self._away = ""  # what a session compares with and cannot be shown now
        self.offset_s = 0.0
        """The time of a moment in the second video, less its time in the first."""
        self._engines: EngineChoice | None = None  # what the second was told to use
        self._slowed = 1.0  # how many times slower the first shows what happened
        self._remembered = 1.0  # the same of what a session compares with and cannot be shown
        self._shifted_to: int | None = None  # the frame of the second that was asked for and is not shown yet
        stage = window.stage
        window.heard.connect(self._on_event)
        window.look_changed.connect(self._repaint)
        window.overlay.changed.connect(lambda style: self._send(say.SetStyle(style)))
        window.actions_["steady"].toggled.connect(lambda on: self._send(say.SetSteady(on)))
        stage.transport.speed_chosen.connect(lambda _factor: self._set_speed())
        stage.picture_shown.connect(lambda _picture: self._follow())

    @property
    def address(self) -> str:
        """What is compared with, as it was asked for; empty: nothing. A session's stays where it cannot be shown."""
        return self.second.address if self.second is not None else self._away

    @property
    def slowed(self) -> float:
        """How many times slower it shows what happened, of which its times are."""
        info = self.second.info if self.second is not None else None
        return info.slowed if info is not None else self._remembered

    def retime(self, slowed: float) -> None:
        """Count the times of the second so; of one that moved against the first the moments shown stay together."""
        if self.second is not None:
            self.second.player.send(say.Retime(slowed, session=ONLY_SESSION))

    def begin(self, address: str, offset_s: float = 0.0, slowed: float | None = None) -> None:
        """Show the video at `address` beside the first, once it is open in place of the one that was there.

        slowed  where a session says so, and not the user just now: how many times slower it shows what happened
        """
        remembered = slowed is not None
        self._remembered = 1.0 if slowed is None else slowed
        self._give_up_coming()
        if self.second is not None and self.second.info is None:  # it never came: this one is meant instead
            self.stop()
        second = Second(self._window, self._toolbox, address, slowed)
        second.failed.connect(self._remembered_failed if remembered else lambda *why: self._failed(second, *why))
        if self.second is None:
            self._put(second, offset_s)
        else:
            self._coming = second
            self.second.panel.view.notice(self.tr("Opening …"))
            second.opened.connect(lambda: self._take_over(second, offset_s))

    def _take_over(self, second: Second, offset_s: float) -> None:
        self._coming = None
        self._end()
        self._put(second, offset_s)
        self._follow()
        self.came.emit()

    def _put(self, second: Second, offset_s: float) -> None:
        self.second, self._away = second, ""
        self.offset_s, self._shifted_to = offset_s, None
        self._engines = self._window.engines.choice
        panel = second.panel
        panel.set_offset(offset_s)
        panel.closed.connect(self.stop)
        panel.stepped.connect(lambda frames: self._shift(panel.timeline.value() + frames))
        panel.timeline.sought.connect(self._shift)
        panel.aligned.connect(self._align)
        self._set_speed()
        second.opened.connect(self._set_speed)
        second.opened.connect(self._follow)
        second.opened.connect(self.came)
        second.retimed.connect(self._second_retimed)
        second.ended.connect(self._length_known)
        second.shown_changed.connect(self._second_shown)
        self._window.player.tempo.is_held = lambda: self._is_ahead(first=True)
        second.player.tempo.is_held = lambda: self._is_ahead(first=False)
        self._window.stage.put_beside(panel)
        self.changed.emit()

    def stop(self) -> None:
        """Only the first video again, as it is."""
        self._give_up_coming()
        self._end()

    def _give_up_coming(self) -> None:
        second, self._coming = self._coming, None
        if second is not None:
            self._dismiss(second)
            if self.second is not None:
                self.second.panel.view.notice("")

    def _end(self, away: str = "") -> None:
        """`stop`; `away` is still what is compared with, though it cannot be shown now."""
        second, self.second, self._away = self.second, None, away
        if not away:
            self.offset_s = 0.0
        self._window.player.tempo.is_held = None
        if second is not None:
            self._dismiss(second)
        self.changed.emit()

    def _dismiss(self, second: Second) -> None:
        second.close()
        self._ended.append(second)
        for one in [one for one in self._ended if one.wait(0)]:
            self._ended.remove(one)
            one.forget()
        for part in (second.panel, second.panel.view):
            part.setParent(None)
            part.deleteLater()

    def wait(self, timeout_s: float) -> bool:
        """End it; whether every thread has ended within the time. Called when the window closes."""
        self.stop()
        return all(second.wait(timeout_s) for second in self._ended)

    def _is_ahead(self, *, first: bool) -> bool:
        """Whether one of them has to wait for the other; asked by the players' threads."""
        second = self.second
        if second is None or not (second.playing and self._window.playing):
            return False
        here, there = self._window.player.tempo.at_s, second.player.tempo.at_s
        if here is None or there is None:
            return False
        lead = here + self.offset_s - there
        return lead > A_MOMENT_S if first else lead < -A_MOMENT_S

    def _follow(self) -> None:
        """Bring the second to where the first is, as far as it is not there."""
        second, shown = self.second, self._window.shown
        if second is None or second.info is None or shown is None or self._shifted_to is not None:
            return
        on = self._window.player.tempo.at_s if self._window.playing else None  # by now, while that picture was painted
        asked = (shown.time_s if on is None else on) + self.offset_s
        wanted = min(max(asked, 0.0), second.last_s)
        plays = self._window.playing and 0 <= asked < second.last_s - A_MOMENT_S
        changes, second.playing = plays != second.playing, plays  # told once, not with every picture
        if changes and not plays:
            second.player.send(say.Play(False, session=ONLY_SESSION))
        stops = changes and not plays  # before it hears of that it may show one more
        at = second.player.tempo.at_s
        if stops or at is None or not self._is_there(wanted, at, second):
            second.player.send(say.SeekTime(wanted, session=ONLY_SESSION))
        if changes and plays:  # once it is there: one that stands at its end would begin anew
            second.player.send(say.Play(True, session=ONLY_SESSION))

    def _is_there(self, wanted: float, at: float, second: Second) -> bool:
        """Whether the second is where it belongs; while playing it may be a picture behind or ahead."""
        if second.playing:
            first = self._window.info
            return abs(wanted - at) <= 1.5 * max(second.step_s, step_of(first) if first is not None else 0.0)
        return -A_MOMENT_S <= wanted - at < second.step_s - A_MOMENT_S

    def _shift(self, index: int) -> None:
        """Move the second alone; where it stands then, it belongs to where the first stands."""
        second = self.second
        if second is None or not 0 <= index <= second.panel.timeline.maximum():
            return
        self._shifted_to = index
        if self._window.playing:
            self._window.player.send(say.Play(False, session=self._window.open_session))
            second.player.send(say.Play(False, session=ONLY_SESSION))
        second.player.send(say.Seek(index, session=ONLY_SESSION))

    def _align(self) -> None:
        self._set_offset(0.0)
        self._follow()

    def _second_shown(self) -> None:
        second, first = self.second, self._window.shown
        if second is None or second.shown is None or first is None:
            return
        if second.shown.index == self._shifted_to:
            self._set_offset(second.shown.time_s - first.time_s)

    def _length_known(self, frames: int) -> None:
        if self._shifted_to is not None and self._shifted_to >= frames:  # its last one is shown instead
            self._shifted_to = frames - 1
            self._second_shown()

    def _set_offset(self, seconds: float) -> None:
        self.offset_s, self._shifted_to = seconds, None
        if self.second is not None:
            self.second.panel.set_offset(seconds)
        self.changed.emit()

    def _set_speed(self) -> None:
        """The second goes as fast as the first does, by what happened: both in slow motion, or neither."""
        second, first = self.second, self._window.info
        if second is not None:
            ratio = self.slowed / (first.slowed if first is not None else 1.0)
            second.player.send(say.SetSpeed(self._window.stage.transport.factor * ratio))

    def _second_retimed(self, before: float) -> None:
        shown = self._window.shown
        self._keep_together(shown.time_s if shown is not None else 0.0, second=before / self.slowed)
        self._follow()

    def _keep_together(self, at_s: float, *, first: float = 1.0, second: float = 1.0) -> None:
        """The times of one of them are so many times what they were. The moments shown, of the first the one that was
        at `at_s`, stay together, unless both go from their beginnings."""
        self._set_speed()
        if self.offset_s:
            self._set_offset((at_s + self.offset_s) * second - at_s * first)
        else:
            self.changed.emit()

    def _failed(self, second: Second, sentence: str, details: str) -> None:
        if second is self._coming:
            self._give_up_coming()
        else:
            self.stop()
        self._window.tell_trouble(sentence, details)

    def _remembered_failed(self, sentence: str, details: str) -> None:
        self._end(away=self.address)
        words = self.tr("The session is open without the video it was compared with: {0}")
        reason = sentence or self.tr("Something unexpected went wrong. You can go on working.")
        self._window.tell_trouble(words.format(reason), details, warning=True)

    def analyse_again(self) -> None:
        """Forget what was found in the second video, too."""
        self._send(say.AnalyseAgain(session=ONLY_SESSION))

    def _repaint(self) -> None:
        if self.second is not None:
            self.second.panel.repaint_icons()

    def _send(self, command: say.Command) -> None:
        for second in (self.second, self._coming):
            if second is not None:
                second.player.send(command)

    def _on_event(self, event: events.Event) -> None:
        match event:
            case events.Opened(info=info, notes=notes):
                self._slowed = info.slowed
                self.stop()
                if notes is not None and notes.compared:
                    self.begin(notes.compared, notes.offset_s, notes.slowed)
            case events.Closed() | events.Trouble(fatal=True):
                self.stop()
            case events.Retimed(info=info, at_s=at_s):
                ratio, self._slowed = self._slowed / info.slowed, info.slowed
                if self.second is not None:
                    self._keep_together(at_s / ratio, first=ratio)
                if (shown := self._window.shown) is not None and abs(shown.time_s - at_s) < A_MOMENT_S:
                    self._follow()  # else that picture is still to come
            case events.Playing(on):
                if on:
                    self._shifted_to = None  # perhaps a frame that the file does not have after all
                self._follow()
            case events.EnginesReady(choice=choice) if choice != self._engines:
                self._engines = choice
                self._send(say.UseEngines(choice))
