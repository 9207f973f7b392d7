"""Recordings of the camera that is watched: begun, told about and ended in the player's thread. Qt-free."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from app.gui import events
from app.gui import messages as say

if TYPE_CHECKING:
    from app.edits import Edits
    from app.gui.corrections import Corrections
    from app.gui.live import LiveFeed
    from app.gui.recorder import Recorder, RecordingPlan
    from app.gui.toolbox import EngineSet
    from app.overlay import Lettering
    from app.results import Header
    from app.style import Style


class Takes:
    """Gives the live feed a recorder, and takes it away again.

    A recorder is made in a thread of its own, because the encoder's libraries may first have to be loaded; `ready`
    brings it to the player's thread.
    """

    def __init__(
        self,
        notify: Callable[[events.Event], None],
        tell_trouble: Callable[[Exception], None],
        ready: Callable[[say.RecorderReady], None],
        lettering: Lettering | None,
    ) -> None:
        self._notify, self._tell_trouble, self._ready = notify, tell_trouble, ready
        self._lettering = lettering
        self._making: threading.Thread | None = None
        self._made: Recorder | None = None

    def start(
        self,
        live: LiveFeed | None,
        plan: RecordingPlan,
        header: Header | None,
        style: Style,
        corrections: Corrections | None,
    ) -> None:
        """Record as soon as the files are there; where one cannot be made, or the camera is gone, say so."""
        from app.edits import Edits
        from app.results import Header, SourceRecord

        if live is None:
            self._notify(events.Recording(False, 0.0, 0))
        elif live.recorder is None and self._making is None:
            edits = corrections.edits if corrections is not None else Edits()
            source = SourceRecord.of(live.info)
            header = replace(header or Header(source), source=source, smoothing=live.smoothing)
            work = partial(self._make, plan, header, style, edits)
            self._making = threading.Thread(target=work, name="skelter recorder", daemon=True)
            self._making.start()

    def begin(self, maker: threading.Thread, live: LiveFeed | None, engines: EngineSet | None) -> None:
        """Record with what `maker` made, where that is still wanted and `engines` find the joints it was made for."""
        if maker is not self._making or live is None:  # ended meanwhile
            return
        recorder, self._made, self._making = self._made, None, None
        if recorder is not None:
            live.record(recorder)
        self._notify(events.Recording(recorder is not None, 0.0, 0))
        if (why_not := live.why_not(engines)) is not None:  # they were changed while the files were made
            self.stop(live)
            self._tell_trouble(why_not)

    def tell(self, live: LiveFeed) -> None:
        """How it fares, where something is recorded; where nothing can be written on, it ends."""
        recorder = live.recorder
        if recorder is not None and recorder.has_failed:
            self.stop(live)
        elif recorder is not None:
            self._notify(events.Recording(True, recorder.seconds, recorder.lost))

    def stop(self, live: LiveFeed | None) -> None:
        """End it, where something is recorded or was about to be, and tell which files there are now."""
        making, self._making = self._making, None
        if making is not None:
            making.join()
        unused, self._made = self._made, None
        if unused is not None:
            unused.finish()
        recorder = live.stop_recording() if live is not None else None
        if recorder is not None:
            paths = tuple(recorder.finish())
            unsaved = tuple(recorder.unsaved)
            self._notify(events.Recording(False, recorder.seconds, recorder.lost, paths, unsaved, recorder.away_s))
        elif making is not None:
            self._notify(events.Recording(False, 0.0, 0))

    def _make(self, plan: RecordingPlan, header: Header, style: Style, edits: Edits) -> None:
        try:
            from app.gui.recorder import Recorder

            self._made = Recorder(plan, header, style, edits, lettering=self._lettering, failed=self._tell_trouble)
        except Exception as error:  # noqa: BLE001 - the thread's end: told to the user
            self._tell_trouble(error)
        self._ready(say.RecorderReady(threading.current_thread()))
