"""The thread that owns source and engines from open to close, and makes the pictures the window shows.

    window ──Command──▶ queue ──▶ [thread: player] ──Picture──▶ mailbox (newest wins) ──▶ view
                                         └───────────Event────▶ notify

No Qt here. A file plays at its own speed, or slower where the analysis cannot keep up; what was analysed once is not
analysed again. Of a camera the newest frame is shown. A pose is always drawn into the frame it was found on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from app.gui import events
from app.gui import messages as say
from app.gui.easel import Easel
from app.gui.engine_room import EngineRoom
from app.gui.inbox import Inbox, refuse
from app.gui.lanes import Lanes
from app.gui.mailbox import Mailbox
from app.gui.steadying import Steadying
from app.gui.takes import Takes
from app.gui.tempo import Tempo
from app.gui.toolbox import Toolbox
from app.gui.warmth import Warmth
from app.gui.watched import Watched
from app.style import Style

if TYPE_CHECKING:  # these bring NumPy, OpenCV and more, which the thread loads while the window is already there
    from app.gui.file_playback import FilePlayback
    from app.gui.live import LiveFeed
    from app.gui.moment import Moment
    from app.gui.opening import Opening
    from app.overlay import Lettering


class Player:
    """Start it, send it commands, stop it. `notify` is called in the player's thread."""

    def __init__(
        self,
        toolbox: Toolbox,
        *,
        pictures: Mailbox[events.Picture],
        notify: Callable[[events.Event], None],
        style: Style,
        mirror: bool = True,
        steady: bool = False,
        lettering: Lettering | None = None,
    ) -> None:
        self.lanes = Lanes()
        self._toolbox = toolbox
        self._pictures = pictures
        self._notify = notify
        self._easel = Easel(style, mirror=mirror, lettering=lettering)
        self._inbox = Inbox()
        self._thread = threading.Thread(target=self._work, name="skelter player", daemon=True)
        self._room = EngineRoom(toolbox, notify=notify, tell_trouble=self._tell_trouble, tell=self.send)
        self._warmth = Warmth(toolbox, self.send, self._tell_trouble)
        self._steady = Steadying(self.send, notify, self._tell_trouble, on=steady)
        self._takes = Takes(notify, self._tell_trouble, self.send, lettering)
        self._tempo = Tempo()
        self._watched = Watched(
            self._room, self._steady, self._takes, tempo=self._tempo, lanes=self.lanes, notify=notify
        )
        self._playing = False
        self._shown: Moment | None = None

    # any thread

    @property
    def tempo(self) -> Tempo:
        """Where it is, and whether it waits for another one."""
        return self._tempo

    def start(self) -> None:
        self._thread.start()

    def send(self, command: say.Command) -> None:
        """Put a command in the queue. One that ends a source also ends a wait for its next frame."""
        self._inbox.put(command)
        live = self._watched.live
        if live is not None and isinstance(command, say.Open | say.CloseSource | say.Quit):
            live.interrupt()

    def stop(self, timeout_s: float) -> bool:
        """End the thread; whether it has ended within the time."""
        self.send(say.Quit())
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    # the player's thread

    def _work(self) -> None:
        while True:
            for command in self._inbox.take(self._spare_s()):
                if isinstance(command, say.Quit):
                    rooms = (self._room, self._warmth, self._steady, self._inbox)
                    for end in (self._close_source, *(part.close for part in rooms)):
                        self._guarded(end)
                    return
                self._guarded(lambda command=command: self._obey(command))  # type: ignore[misc]
            self._guarded(self._advance)
            self._guarded(self._watched.look_at_engines)
            self._guarded(self._look_at_joints)

    def _guarded(self, action: Callable[[], None]) -> None:
        """The one place where any error is caught: it is told to the user, and the thread goes on."""
        try:
            action()
        except Exception as error:  # noqa: BLE001 - the worker's loop
            self._set_playing(False)
            if self._watched.file is not None:
                self._watched.file.owed = False  # or it would be tried, and fail, for ever
            self._tell_trouble(error, fatal=self._watched.feed is None)

    def _look_at_joints(self) -> None:
        self._steady.look(self._watched.file, self._watched.corrections, self.lanes, playing=self._playing)

    def _spare_s(self) -> float | None:
        """How long the thread may wait for a command; None: for ever."""
        file = self._watched.file
        if self._watched.live is not None:
            return 0.0
        if file is None:
            return None
        if self._playing:
            coming, now = file.next, time.monotonic()
            return max(self._tempo.due(coming.frame.time_s, now) - now, 0.0) if coming is not None else 0.0
        return 0.0 if file.owed and not self._room.has_failed else None

    def _obey(self, command: say.Command) -> None:
        if isinstance(command, say.ForSource) and command.session != self._watched.session:
            refuse(command, self._notify)
            return
        watched = self._watched
        match command:
            case say.Open():
                self._open(command)
            case say.CloseSource():
                self._close_source()
                self._notify(events.Closed(self._watched.session))
            case say.Play(on):
                self._play(on)
            case say.Seek() | say.SeekTime() | say.Step() | say.Leap():
                if isinstance(command, say.Step | say.Leap):
                    self._set_playing(False)
                if watched.file is not None:
                    self._jump(watched.file.meant_by(command))
            case say.SetStyle() | say.SetViewSize() | say.SetMirror():
                self._easel.obey(command)
                self._redraw()
            case say.SetSpeed(factor):
                self._tempo.factor = factor
                self._tempo.restart()
            case say.SetLoop(frames):
                if watched.file is not None:
                    watched.file.loop = frames
            case say.Retime(slowed):
                self._retime(slowed)
            case say.SetSteady() | say.SteadyMade():
                self._shown = self._steady.obey(command, watched.live, self._shown)
                self._redraw()
            case say.MakeEdit() | say.Undo() | say.Redo():
                watched.edit(command)
                self._redraw()
            case say.UseEngines(choice):
                self._room.change(choice)
            case say.EnginesLoaded():
                if watched.change_engines(command):
                    self._stay()
            case say.HeatLoaded():
                self._warmth.take(command)
                self._redraw()
            case say.AnalyseAgain():
                watched.forget_work()
                self._stay()
            case say.Record(plan):
                self._takes.start(watched.live, plan, self._room.header, self._easel.style, watched.corrections)
            case say.RecorderReady(thread):
                self._takes.begin(thread, watched.live, self._room.current)
            case say.StopRecording():
                self._takes.stop(watched.live)
            case say.Snapshot(reply):
                if self._shown is not None:
                    reply(self._picture(self._shown, full_size=True))
            case say.ShareWork(reply):
                reply(watched.work())
            case say.Adopt():
                self._adopt(command)
            case say.Quit():
                raise AssertionError("handled by the loop")

    def _open(self, command: say.Open) -> None:
        if self._watched.live is not None:  # it may be the camera that is wanted; a file stays until there is another
            self._close_source()
        self._notify(events.Busy("opening"))
        try:
            opening = self._opening(command)
            if opening is not None:
                self._watch(opening)
        finally:
            self._notify(events.Busy(""))

    def _opening(self, command: say.Open) -> Opening | None:
        """None where it fails, which is told, or is given up for another command: a file that is open stays so."""
        from app.gui.opening import open_anything

        opening, watched = None, self._watched
        try:
            opening = open_anything(
                command, self._toolbox, lambda state: self._notify(events.SourceState(command.session, state)),
                lambda: self._inbox.last_leaving is not command,
            )  # fmt: skip
        except Exception as error:  # noqa: BLE001 - told as in _guarded, but what plays need not stop for it
            self._tell_trouble(error, fatal=watched.file is None)
        if opening is None and watched.file is not None:
            self._notify(events.StillOpen(watched.session, command.session))
        elif opening is None:
            watched.session = command.session
        return opening

    def _watch(self, opening: Opening) -> None:
        self._close_source()
        self._watched.begin(opening, self._inbox.holds_any)
        file, saved = self._watched.file, opening.saved
        if file is None:
            self._set_playing(True)
            return
        first = file.go(0 if saved is None else saved.notes.position)
        if first is not None:
            self._show(first)
        self._tell_times(file)
        self._set_playing(first is not None and saved is None)

    def _close_source(self) -> None:
        self._set_playing(False)
        self._shown = None
        self._watched.close()

    def _retime(self, slowed: float) -> None:
        file = self._watched.file
        if file is None or slowed == file.clip.info.slowed:
            return
        ratio = file.clip.info.slowed / slowed
        remark = self._watched.retime(file, slowed)
        at_s = self._shown.frame.time_s * ratio if self._shown is not None else 0.0
        self._notify(events.Retimed(self._watched.session, file.clip.info, at_s))
        self._tell_times(file)
        self._stay()
        if remark is not None:
            self._notify(events.Trouble(remark, "", warning=True))

    def _play(self, on: bool) -> None:
        file = self._watched.file
        if on and file is not None and file.position >= file.clip.last():
            self._jump(0)
        self._set_playing(on and self._watched.feed is not None)

    def _jump(self, index: int) -> None:
        file = self._watched.file
        if file is None:
            return
        self._tempo.restart()
        moment = file.go(index)
        if moment is not None:
            self._show(moment)
            if moment.frame.index == file.clip.last() < index:  # there is no such frame
                self._notify(events.LengthKnown(moment.frame.index + 1))
        self._tell_broken_off()

    def _stay(self) -> None:
        """Show the frame it stands on anew: more is known of it, or less."""
        if self._watched.file is not None:
            self._jump(self._watched.file.position)

    def _adopt(self, found: say.Adopt) -> None:
        file = self._watched.file
        if file is not None and found.generation == file.generation:
            file.learn(found.recording)
            self._stay()

    def _advance(self) -> None:
        """Do the next piece of work, if there is one."""
        file, live = self._watched.file, self._watched.live
        if live is not None:
            self._advance_live(live)
        elif file is not None and file.owed and not self._room.has_failed:
            moment = file.settle()  # the frame that is shown comes before the next one
            if moment is not None:
                self._show(moment)
        elif file is not None and self._playing:
            self._advance_file(file)

    def _advance_file(self, file: FilePlayback) -> None:
        if file.loop is not None and file.outside_loop:
            self._jump(file.loop[0])
            return
        moment = file.due(self._tempo)
        if moment is not None:
            self._show(moment)
        elif file.at_end and file.loop is not None:
            self._jump(file.loop[0])
        elif file.at_end:
            self._set_playing(False)
            if file.clip.count is not None:
                self._notify(events.LengthKnown(file.clip.count))
            self._tell_broken_off()
        elif self._shown is not None and file.is_stale(self._shown):  # and may stand there long, if paused now
            self._show(replace(self._shown, record=file.recording[self._shown.frame.index]))

    def _advance_live(self, live: LiveFeed) -> None:
        goes_on = False
        try:
            moment = live.next()
            goes_on = not live.has_ended
        finally:
            if not goes_on:  # it has ended, by itself or because somebody wanted it
                self._set_playing(False)
                self._watched.end_live()
        if not goes_on:
            self._notify(events.Closed(self._watched.session))
        if moment is None:
            return
        if moment.record is not None:  # by seconds: a camera may run for days
            self.lanes.add(int(moment.frame.time_s), moment.record.tracks.ids.tolist())
        self._takes.tell(live)
        if self._playing:
            self._tempo.showed(moment.frame.time_s, time.monotonic())
            self._show(moment)

    def _redraw(self) -> None:
        if self._shown is not None:
            self._show(self._shown)

    def _show(self, moment: Moment) -> None:
        self._shown, self._tempo.at_s = moment, moment.frame.time_s
        self._steady.pass_by(moment.record, self._watched.file, self._watched.corrections)
        self._pictures.put(self._picture(moment))

    def _picture(self, moment: Moment, *, full_size: bool = False) -> events.Picture:
        watched = self._watched
        heat = self._warmth.of(moment, self._easel.style.heat, self._room.choice)
        return self._easel.picture(
            moment, watched.feed, watched.corrections, watched.header, self._tempo, heat, self._steady,
            session=watched.session, full_size=full_size,
        )  # fmt: skip

    def _set_playing(self, on: bool) -> None:
        if on != self._playing:
            self._playing = on
            self._tempo.restart()
            self._notify(events.Playing(on))

    def _tell_times(self, file: FilePlayback) -> None:
        if file.clip.times is not None:
            self._notify(events.TimesKnown(self._watched.session, file.clip.times))

    def _tell_broken_off(self) -> None:
        if (broken := self._watched.broken_off()) is not None:
            self._tell_trouble(broken)

    def _tell_trouble(self, error: Exception, *, fatal: bool = False) -> None:
        self._notify(events.Trouble.of(error, fatal=fatal))
