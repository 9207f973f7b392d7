"""Ctrl-C as a request to finish what is being written, not as an accident."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Self, TypeVar

from engine.stopping import HANGUP, Terminals, stopping_signals

T = TypeVar("T")


class Interruption:
    """While active, the first SIGINT or SIGTERM ends the loop over `watch(items)`; a second one breaks off at once.

    Before the loop there is nothing to finish: KeyboardInterrupt comes at once, out of a model that is being loaded or
    a camera that does not answer. In the loop it is held back while an item is being written, and ends a wait for the
    next one, which a silent camera would never give.

    A terminal that is closed (SIGHUP) is a first request too, however often that is told; what would have been printed
    on it goes nowhere. Where that signal is ignored, as under nohup, it stays ignored.

    Main thread only, as Python runs signal handlers nowhere else.
    """

    def __init__(self) -> None:
        self.requested = False
        self._may_break_off = True

    def __enter__(self) -> Self:
        self._terminals = Terminals()
        self._before = {number: signal.signal(number, self._handle) for number in stopping_signals()}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        again, self.requested = self.requested, True
        if number == HANGUP:
            self._terminals.let_go()
            again = False
        if self._may_break_off or again:
            raise KeyboardInterrupt

    def watch(self, items: Iterator[T]) -> Iterator[T]:
        """The items, until somebody asks to finish; KeyboardInterrupt where that was before the first."""
        given = False
        while not self.requested:
            self._may_break_off = True
            try:
                item = next(items)
            except StopIteration:
                return
            except (KeyboardInterrupt, RuntimeError) as end:
                # RuntimeError: of a lock that was waited for, and not yet had again when the signal came
                if isinstance(end, KeyboardInterrupt) or self.requested:
                    break
                raise
            finally:
                self._may_break_off = False
            given = True
            yield item
        if not given:
            raise KeyboardInterrupt
