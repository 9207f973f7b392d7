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
from app.style import Style
from engine.addresses import is_camera

if TYPE_CHECKING:  # these bring NumPy, OpenCV and more, which the thread loads while the window is already there
    from app.gui.corrections import Corrections
    from app.gui.file_playback import FilePlayback
    from app.gui.live import LiveFeed
    from app.gui.moment import Moment
    from app.gui.opening import Opening
    from app.overlay import Lettering
    from app.pipeline import Analyser
    from engine.video import SourceInfo


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
        self._info: SourceInfo | None = None
        self._file: FilePlayback | None = None
        self._live: LiveFeed | None = None
        self._session = 0
        self._corrections: Corrections | None = None  # as long as something is open
        self._playing = False
        self._tempo = Tempo()
        self._shown: Moment | None = None
        self._told_broken_off = False

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
        live = self._live
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
            self._guarded(self._look_at_engines)
            self._guarded(lambda: self._steady.look(self._file, self._corrections, self.lanes, playing=self._playing))

    def _guarded(self, action: Callable[[], None]) -> None:
        """The one place where any error is caught: it is told to the user, and the thread goes on."""
        try:
            action()
        except Exception as error:  # noqa: BLE001 - the worker's loop
            self._set_playing(False)
            if self._file is not None:
                self._file.owed = False  # or it would be tried, and fail, for ever
            self._tell_trouble(error, fatal=self._file is None and self._live is None)

    def _spare_s(self) -> float | None:
        """How long the thread may wait for a command; None: for ever."""
        if self._live is not None:
            return 0.0
        if self._file is None:
            return None
        if self._playing:
            coming, now = self._file.next, time.monotonic()
            return max(self._tempo.due(coming.frame.time_s, now) - now, 0.0) if coming is not None else 0.0
        return 0.0 if self._file.owed and not self._room.has_failed else None

    def _obey(self, command: say.Command) -> None:
        if isinstance(command, say.ForSource) and command.session != self._session:
            refuse(command, self._notify)
            return
        match command:
            case say.Open():
                self._open(command)
            case say.CloseSource():
                self._close_source()
                self._notify(events.Closed(self._session))
            case say.Play(on):
                self._play(on)
            case say.Seek() | say.SeekTime() | say.Step() | say.Leap():
                if isinstance(command, say.Step | say.Leap):
                    self._set_playing(False)
                if self._file is not None:
                    self._jump(self._file.meant_by(command))
            case say.SetStyle() | say.SetViewSize() | say.SetMirror():
                self._easel.obey(command)
                self._redraw()
            case say.SetSpeed(factor):
                self._tempo.factor = factor
                self._tempo.restart()
            case say.SetLoop(frames):
                if self._file is not None:
                    self._file.loop = frames
            case say.Retime(slowed):
                self._retime(slowed)
            case say.SetSteady() | say.SteadyMade():
                self._shown = self._steady.obey(command, self._live, self._shown)
                self._redraw()
            case say.MakeEdit() | say.Undo() | say.Redo():
                self._edit(command)
            case say.UseEngines(choice):
                self._room.change(choice)
            case say.EnginesLoaded():
                self._change_engines(command)
            case say.HeatLoaded():
                self._warmth.take(command)
                self._redraw()
            case say.AnalyseAgain():
                self._analyse_again()
            case say.Record(plan):
                self._takes.start(self._live, plan, self._room.header, self._easel.style, self._corrections)
            case say.RecorderReady(thread):
                self._takes.begin(thread, self._live, self._room.current)
            case say.StopRecording():
                self._takes.stop(self._live)
            case say.Snapshot(reply):
                if self._shown is not None:
                    reply(self._picture(self._shown, full_size=True))
            case say.ShareWork(reply):
                reply(self._known_work())
            case say.Adopt():
                self._adopt(command)
            case say.Quit():
                raise AssertionError("handled by the loop")

    def _open(self, command: say.Open) -> None:
        if self._live is not None:  # it may be the camera that is wanted; a file stays until there is another
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

        opening = None
        try:
            opening = open_anything(
                command, self._toolbox, lambda state: self._notify(events.SourceState(command.session, state)),
                lambda: self._inbox.last_leaving is not command,
            )  # fmt: skip
        except Exception as error:  # noqa: BLE001 - told as in _guarded, but what plays need not stop for it
            self._tell_trouble(error, fatal=self._file is None)
        if opening is None and self._file is not None:
            self._notify(events.StillOpen(self._session, command.session))
        elif opening is None:
            self._session = command.session
        return opening

    def _watch(self, opening: Opening) -> None:
        from app.gui.corrections import Corrections
        from app.gui.live import LiveFeed

        self._close_source()
        self._session, self._info = opening.command.session, opening.source.info
        self._tempo.slowed = self._info.slowed
        self._room.has_failed = False  # perhaps it was mended
        self._notify(opening.opened())
        self._corrections = Corrections(opening.edits, self._notify, given=opening.given)
        self._corrections.tell(by_hand=opening.command.recovered)
        if opening.remark is not None:
            self._notify(events.Trouble(opening.remark, "", warning=True))
        if self._info.live:
            self._room.ensure(self._info)
            self._live = LiveFeed(
                opening.source, self._room.current, is_camera=is_camera(opening.address), steady=self._steady.on
            )
            self._set_playing(True)
        else:
            self._watch_file(opening, self._corrections)

    def _watch_file(self, opening: Opening, corrections: Corrections) -> None:
        info, saved = opening.source.info, opening.saved
        self._file = opening.playback(self.lanes, corrections, lambda: self._analyser(info), self._inbox.holds_any)
        first = self._file.go(0 if saved is None else saved.notes.position)
        if first is not None:
            self._show(first)
        if self._file.clip.times is not None:
            self._notify(events.TimesKnown(self._session, self._file.clip.times))
        self._set_playing(first is not None and saved is None)

    def _close_source(self) -> None:
        self._set_playing(False)
        self._shown = None
        self._told_broken_off = False
        self._corrections = self._info = None
        self._steady.forget()
        self._takes.stop(self._live)
        file, self._file = self._file, None
        live, self._live = self._live, None
        self.lanes.rebuild(())
        if file is not None:
            file.close()
        if live is not None:
            live.close()

    def _analyser(self, info: SourceInfo) -> Analyser | None:
        analyser = self._room.analyser(info, self._file.analysed_by) if self._file is not None else None
        if analyser is not None:
            self._tempo.restart()  # the time spent loading is not the video's
        return analyser

    def _change_engines(self, loaded: say.EnginesLoaded) -> None:
        why_not = self._live.why_not(loaded.engines) if self._live is not None else None
        if why_not is not None and loaded.engines is not None:
            loaded.engines.close()
            loaded = replace(loaded, engines=None, error=why_not)
        before, engines = self._room.take(loaded), self._room.current
        if before is not None and engines is not None and self._live is not None:
            self._live.change(engines)
        self._room.tell_what_runs(self._info)
        if before is not None:
            before.close()
            if self._file is not None:
                self._file.equip(None)  # with these, once there is something to find
                self._jump(self._file.position)

    def _look_at_engines(self) -> None:
        has_changed = self._info is not None and self._room.has_changed(self._info)
        if has_changed and self._file is not None and self._file.analyses and self._room.header is not None:
            self._file.analysed_by(self._room.header)

    def _analyse_again(self) -> None:
        from app.results import Header, Recording, SourceRecord

        if self._file is not None and self._info is not None and self._corrections is not None:
            self._room.has_failed = False  # perhaps only what was known did not fit
            self._corrections.forget()
            self._file.restart(Recording(self._room.header or Header(SourceRecord.of(self._info))))
            self._jump(self._file.position)

    def _retime(self, slowed: float) -> None:
        file = self._file
        if file is None or slowed == file.clip.info.slowed:
            return
        ratio = file.clip.info.slowed / slowed
        remark = file.retime(slowed)
        self._info, self._tempo.slowed = file.clip.info, slowed
        self._steady.forget()
        self._room.tell_what_runs(self._info)
        at_s = self._shown.frame.time_s * ratio if self._shown is not None else 0.0
        self._notify(events.Retimed(self._session, self._info, at_s))
        if file.clip.times is not None:
            self._notify(events.TimesKnown(self._session, file.clip.times))
        self._jump(file.position)
        if remark is not None:
            self._notify(events.Trouble(remark, "", warning=True))

    def _play(self, on: bool) -> None:
        if on and self._file is not None and self._file.position >= self._file.clip.last():
            self._jump(0)
        self._set_playing(on and (self._file is not None or self._live is not None))

    def _jump(self, index: int) -> None:
        if self._file is None:
            return
        self._tempo.restart()
        moment = self._file.go(index)
        if moment is not None:
            self._show(moment)
            if moment.frame.index == self._file.clip.last() < index:  # there is no such frame
                self._notify(events.LengthKnown(moment.frame.index + 1))
        self._tell_broken_off()

    def _known_work(self) -> events.Work | None:
        file = self._file
        if file is None or self._corrections is None:
            return None
        edits = self._corrections.edits
        return events.Work(file.recording.copy(), edits, self._session, file.generation, self._steady.made(edits))

    def _adopt(self, found: say.Adopt) -> None:
        file = self._file
        if file is not None and found.generation == file.generation:
            file.learn(found.recording)
            self._jump(file.position)

    def _edit(self, command: say.MakeEdit | say.Undo | say.Redo) -> None:
        if self._corrections is not None:
            new_id = self._file.new_id if self._file is not None else None
            self._corrections.obey(command, new_id, self._steady.seen_as)
            if self._live is not None and self._live.recorder is not None:
                self._live.recorder.edits = self._corrections.edits
            self._redraw()

    def _advance(self) -> None:
        """Do the next piece of work, if there is one."""
        if self._live is not None:
            self._advance_live(self._live)
        elif self._file is not None and self._file.owed and not self._room.has_failed:
            moment = self._file.settle()  # the frame that is shown comes before the next one
            if moment is not None:
                self._show(moment)
        elif self._file is not None and self._playing:
            self._advance_file(self._file)

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
                self._takes.stop(self._live)
                self._live = None
                self._set_playing(False)
                live.close()
        if not goes_on:
            self._notify(events.Closed(self._session))
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
        self._steady.pass_by(moment.record, self._file, self._corrections)
        self._pictures.put(self._picture(moment))

    def _picture(self, moment: Moment, *, full_size: bool = False) -> events.Picture:
        feed = self._file or self._live
        header = self._file.recording.header if self._file is not None else self._room.header
        heat = self._warmth.of(moment, self._easel.style.heat, self._room.choice)
        return self._easel.picture(
            moment, feed, self._corrections, header, self._tempo, heat, self._steady,
            session=self._session, full_size=full_size,
        )  # fmt: skip

    def _set_playing(self, on: bool) -> None:
        if on != self._playing:
            self._playing = on
            self._tempo.restart()
            self._notify(events.Playing(on))

    def _tell_broken_off(self) -> None:
        broken = self._file.clip.broken_off if self._file is not None else None
        if broken is not None and not self._told_broken_off:
            self._told_broken_off = True
            self._tell_trouble(broken)

    def _tell_trouble(self, error: Exception, *, fatal: bool = False) -> None:
        self._notify(events.Trouble.of(error, fatal=fatal))
