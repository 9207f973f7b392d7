"""The commands that wait for the player. Of several seeks, styles or sizes only the last one counts."""

from __future__ import annotations

import queue
from collections.abc import Callable

from app.gui import events
from app.gui import messages as say
from engine.errors import UsageError

_ONLY_LAST = (say.Seek, say.SeekTime, say.SetStyle, say.SetViewSize)
_LEAVING = (say.Open, say.CloseSource, say.Quit)
_LEFT = UsageError("That was for a video that is not open any more; nothing was done.")


class Inbox:
    """Any thread puts, the player's thread takes."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[say.Command] = queue.SimpleQueue()
        self.last_leaving: say.Command | None = None
        """Of the commands that end what is open, or is being opened, the one that came last."""

    def put(self, command: say.Command) -> None:
        if isinstance(command, _LEAVING):
            self.last_leaving = command
        self._waiting.put(command)

    def holds_any(self) -> bool:
        return not self._waiting.empty()

    def close(self) -> None:
        """Nobody takes anything any more: close what was loaded for those who did."""
        while self.holds_any():
            match self._waiting.get_nowait():
                case say.EnginesLoaded(engines=loaded) | say.HeatLoaded(heats=loaded) if loaded is not None:
                    loaded.close()

    def take(self, wait_s: float | None) -> list[say.Command]:
        """All there are, oldest first; waits for one at most so long (None: for ever)."""
        batch: list[say.Command] = []
        try:
            batch.append(self._waiting.get(timeout=wait_s))
            while not isinstance(batch[-1], say.Quit):  # nobody obeys what comes after it
                batch.append(self._waiting.get_nowait())
        except queue.Empty:
            pass
        last = {type(command): place for place, command in enumerate(batch)}
        return [c for place, c in enumerate(batch) if not isinstance(c, _ONLY_LAST) or place == last[type(c)]]


def refuse(command: say.ForSource, notify: Callable[[events.Event], None]) -> None:
    """The source it was meant for was left; whoever waits for something to come of it is told."""
    match command:
        case say.Play() | say.Seek() | say.SeekTime() | say.Step() | say.Leap() | say.SetLoop() | say.Adopt():
            return
        case say.ShareWork(reply):
            reply(None)
            return
        case say.Record():
            notify(events.Recording(False, 0.0, 0))
    notify(events.Trouble(_LEFT, "", warning=True))
