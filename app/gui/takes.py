"""Recordings of the camera that is watched: begun, told about and ended in the player's thread. Qt-free."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.gui import messages as say
from engine.errors import SkelterError

if TYPE_CHECKING:
    from app.edits import Edits
    from app.gui.live import LiveFeed
    from app.gui.recorder import RecordingPlan
    from app.overlay import Lettering
    from app.results import Header
    from app.style import Style


class Takes:
    """Gives the live feed a recorder, and takes it away again."""

    def __init__(
        self,
        notify: Callable[[say.Event], None],
        tell_trouble: Callable[[Exception], None],
        lettering: Lettering | None,
    ) -> None:
        self._notify, self._tell_trouble, self._lettering = notify, tell_trouble, lettering

    def start(self, live: LiveFeed, plan: RecordingPlan, header: Header | None, style: Style, edits: Edits) -> None:
        """Record from now on; where a file cannot be made, say so."""
        from app.gui.recorder import Recorder
        from app.results import Header, SourceRecord

        if live.recorder is not None:
            return
        header = header or Header(SourceRecord.of(live.info))
        try:
            recorder = Recorder(plan, header, style, edits, lettering=self._lettering, failed=self._tell_trouble)
        except SkelterError as error:
            self._notify(say.Recording(False, 0.0, 0))
            self._tell_trouble(error)
            return
        live.record(recorder)
        self._notify(say.Recording(True, 0.0, 0))

    def tell(self, live: LiveFeed) -> None:
        """How it fares, where something is recorded."""
        if live.recorder is not None:
            self._notify(say.Recording(True, live.recorder.seconds, live.recorder.lost))

    def stop(self, live: LiveFeed | None) -> None:
        """End it, where something is recorded, and tell which files there are now."""
        recorder = live.stop_recording() if live is not None else None
        if recorder is not None:
            paths = recorder.finish()
            self._notify(say.Recording(False, recorder.seconds, recorder.lost, tuple(paths)))
