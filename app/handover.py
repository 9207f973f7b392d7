"""Threads that hand items to one another: bounded, in order, and either side can end it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from functools import partial
from typing import Generic, TypeVar

from engine.errors import SkelterError

T = TypeVar("T")


class PipelineError(SkelterError):
    """A stage failed in a way nobody foresaw; the cause is chained."""


class Handover(Generic[T]):
    """A bounded queue between two threads that either side can end.

    With `newest` a full queue loses its oldest item instead of making the producer wait; `lost` counts them.
    """

    def __init__(self, depth: int, *, newest: bool = False) -> None:
        self._items: deque[T] = deque()
        self._depth = depth
        self._newest = newest
        self._changed = threading.Condition()
        self._finished = False
        self._stopped = False
        self._error: BaseException | None = None
        self.lost = 0

    def put(self, item: T) -> bool:
        """Producer: hand over an item. False when the consumer has gone."""
        with self._changed:
            while len(self._items) >= self._depth and not self._stopped:
                if self._newest:
                    self._items.popleft()
                    self.lost += 1
                else:
                    self._changed.wait()
            if not self._stopped:
                self._items.append(item)
                self._changed.notify_all()
            return not self._stopped

    def fill(self, items: Generator[T, None, None], *, stage: str) -> None:
        """Producer, in a thread of its own: hand over all the items, close them, and tell what went wrong."""
        error: BaseException | None = None
        try:
            for item in items:
                if not self.put(item):
                    break
        except SkelterError as known:
            known.stage = known.stage or stage
            error = known
        except BaseException as unknown:  # noqa: BLE001 - the worker's loop: whatever it is, the consumer must see it
            error = PipelineError(f"The {stage} stage failed: {type(unknown).__name__}: {unknown}")
            error.__cause__ = unknown
            error.stage = stage
        finally:
            try:
                items.close()
            finally:  # or the consumer would wait for ever
                self.finish(error)

    def finish(self, error: BaseException | None = None) -> None:
        """Producer: nothing more comes; `error` is raised by `take` once the queue is empty."""
        with self._changed:
            self._finished, self._error = True, error
            self._changed.notify_all()

    def wait(self, timeout_s: float) -> bool:
        """Consumer: whether `take` has the next item, or the end, within the time."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._items) or self._finished, timeout_s)

    def take(self) -> Iterator[T]:
        """Consumer: the items as they come."""
        while True:
            with self._changed:
                while not self._items and not self._finished:
                    self._changed.wait()
                if not self._items:
                    if self._error is not None:
                        raise self._error
                    return
                item = self._items.popleft()
                self._changed.notify_all()
            yield item

    def stop(self) -> None:
        """Consumer: take nothing more; a producer that waits is let go."""
        # a signal may have raised KeyboardInterrupt in `take` between taking the lock and the block that frees it
        with suppress(RuntimeError):
            while True:
                self._changed.release()
        with self._changed:
            self._stopped = True
            self._changed.notify_all()


def ahead(
    items: Generator[T, None, None],
    handover: Handover[T],
    *,
    stage: str,
    interrupt: Callable[[], None] | None = None,
) -> Generator[T, None, None]:
    """The same items, made by a thread of its own that runs ahead of the consumer as far as `handover` lets it.

    Closing this generator ends the thread and then closes `items`, so nested stages end one after another. `interrupt`
    is called first: what makes a read that waits for outside events come back.
    """
    work = partial(handover.fill, items, stage=stage)
    thread = threading.Thread(target=work, name=f"skelter {stage}", daemon=True)
    thread.start()
    try:
        yield from handover.take()
    finally:
        handover.stop()
        if interrupt is not None:
            interrupt()
        thread.join()
