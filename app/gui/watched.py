"""What the player has open: a file or a live source, its corrections, and the engines that look at it. Qt-free."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from app.gui import events
from app.gui import messages as say
from app.gui.engine_room import EngineRoom
from app.gui.lanes import Lanes
from app.gui.steadying import Steadying
from app.gui.takes import Takes
from app.gui.tempo import Tempo
from engine.addresses import is_camera

if TYPE_CHECKING:  # these bring NumPy, OpenCV and more, which the thread loads while the window is already there
    from app.gui.corrections import Corrections
    from app.gui.file_playback import FilePlayback
    from app.gui.live import LiveFeed
    from app.gui.opening import Opening
    from app.pipeline import Analyser
    from app.results import Header
    from engine.errors import SkelterError
    from engine.video import SourceInfo


class Watched:
    """One source after the other, from its opening to its closing. Used by the player's thread.

    session      the number that the window gave to the source, which it keeps when it is closed
    file, live   one of them, as long as something is open
    info         of what is open
    corrections  of what is open
    """

    def __init__(
        self,
        room: EngineRoom,
        steady: Steadying,
        takes: Takes,
        *,
        tempo: Tempo,
        lanes: Lanes,
        notify: Callable[[events.Event], None],
    ) -> None:
        self.session = 0
        self.file: FilePlayback | None = None
        self.live: LiveFeed | None = None
        self.info: SourceInfo | None = None
        self.corrections: Corrections | None = None
        self._room, self._steady, self._takes = room, steady, takes
        self._tempo, self._lanes, self._notify = tempo, lanes, notify
        self._told_broken_off = False

    @property
    def feed(self) -> FilePlayback | LiveFeed | None:
        return self.file or self.live

    @property
    def header(self) -> Header | None:
        """What is known of how its people were found."""
        return self.file.recording.header if self.file is not None else self._room.header

    def begin(self, opening: Opening, interrupted: Callable[[], bool]) -> None:
        """Have it from now on, and tell of it. A file stands on no frame yet, a live source runs; `interrupted` is that
        of a FilePlayback."""
        from app.gui.corrections import Corrections
        from app.gui.live import LiveFeed

        self.session, info = opening.command.session, opening.source.info
        self.info, self._tempo.slowed = info, info.slowed
        self._room.has_failed = False  # perhaps it was mended
        self._notify(opening.opened())
        self.corrections = Corrections(opening.edits, self._notify, given=opening.given)
        self.corrections.tell(by_hand=opening.command.recovered)
        if opening.remark is not None:
            self._notify(events.Trouble(opening.remark, "", warning=True))
        if info.live:
            self._room.ensure(info)
            self.live = LiveFeed(
                opening.source, self._room.current, is_camera=is_camera(opening.address), steady=self._steady.on
            )
        else:
            self.file = opening.playback(self._lanes, self.corrections, lambda: self._analyser(info), interrupted)

    def close(self) -> None:
        """Let go of what is open."""
        self._told_broken_off = False
        self.corrections = self.info = None
        self._steady.forget()
        self._lanes.rebuild(())
        self.end_live()
        file, self.file = self.file, None
        if file is not None:
            file.close()

    def end_live(self) -> None:
        """Close a live source, and what records it first."""
        self._takes.stop(self.live)
        live, self.live = self.live, None
        if live is not None:
            live.close()

    def broken_off(self) -> Exception | None:
        """Why no more of a file can be read, where that was found out and is still to be told."""
        broken = self.file.clip.broken_off if self.file is not None else None
        if broken is None or self._told_broken_off:
            return None
        self._told_broken_off = True
        return broken

    def retime(self, file: FilePlayback, slowed: float) -> SkelterError | None:
        """Count the times of `file` anew; returns what is to be known of it. Raises UsageError where it is no video."""
        remark = file.retime(slowed)
        self.info, self._tempo.slowed = file.clip.info, slowed
        self._steady.forget()
        self._room.tell_what_runs(self.info)
        return remark

    def edit(self, command: say.MakeEdit | say.Undo | say.Redo) -> None:
        """Correct what is known, or take that back; what is recorded is corrected from now on, too."""
        if self.corrections is not None:
            new_id = self.file.new_id if self.file is not None else None
            self.corrections.obey(command, new_id, self._steady.seen_as)
            if self.live is not None and self.live.recorder is not None:
                self.live.recorder.edits = self.corrections.edits

    def work(self) -> events.Work | None:
        """What is known of a file."""
        file = self.file
        if file is None or self.corrections is None:
            return None
        edits = self.corrections.edits
        return events.Work(file.recording.copy(), edits, self.session, file.generation, self._steady.made(edits))

    def forget_work(self) -> None:
        """Have everything analysed again, and nothing corrected."""
        from app.results import Header, Recording, SourceRecord

        if self.file is not None and self.info is not None and self.corrections is not None:
            self._room.has_failed = False  # perhaps only what was known did not fit
            self.corrections.forget()
            self.file.restart(Recording(self._room.header or Header(SourceRecord.of(self.info))))

    def change_engines(self, loaded: say.EnginesLoaded) -> bool:
        """Find people with what was loaded, where that can be used; whether it is."""
        why_not = self.live.why_not(loaded.engines) if self.live is not None else None
        if why_not is not None and loaded.engines is not None:
            loaded.engines.close()
            loaded = replace(loaded, engines=None, error=why_not)
        before, engines = self._room.take(loaded), self._room.current
        if before is not None and engines is not None and self.live is not None:
            self.live.change(engines)
        self._room.tell_what_runs(self.info)
        if before is None:
            return False
        before.close()
        if self.file is not None:
            self.file.equip(None)  # with these, once there is something to find
        return True

    def look_at_engines(self) -> None:
        """Note and tell what runs, where that is something else by now."""
        has_changed = self.info is not None and self._room.has_changed(self.info)
        if has_changed and self.file is not None and self.file.analyses and self._room.header is not None:
            self.file.analysed_by(self._room.header)

    def _analyser(self, info: SourceInfo) -> Analyser | None:
        analyser = self._room.analyser(info, self.file.analysed_by) if self.file is not None else None
        if analyser is not None:
            self._tempo.restart()  # the time spent loading is not the video's
        return analyser
