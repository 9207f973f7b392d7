"""A session whose backend may fail while it runs: the next one takes over, beginning with the same batch."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from engine.backends import Array, CroppingSession, MovingSession, Session, TensorSpec
from engine.backends.meanwhile import run_crops
from engine.errors import BackendError, SkelterError
from engine.types import F64, U8

_log = logging.getLogger(__name__)

Other = tuple[str, Callable[[], Session]]


class Standby:
    """Runs on `session` until that fails, then on the next of `others`. Used by one thread.

    device  where `session` runs, as `engine.loading.load` takes it
    others  the other devices, the best first, each with what loads its session
    """

    def __init__(self, session: Session, device: str, others: Sequence[Other], name: str) -> None:
        self._current, self._device, self._name = session, device, name
        self._others = list(others)
        self._ending: threading.Thread | None = None

    @property
    def input(self) -> TensorSpec:
        return self._current.input

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        return self._current.outputs

    @property
    def description(self) -> str:
        return self._current.description

    @property
    def precision(self) -> str:
        return self._current.precision

    @property
    def device(self) -> str:
        """What to ask `engine.loading.load` for to get what runs now."""
        return self._current.device if isinstance(self._current, MovingSession) else self._device

    def run(self, batch: Array) -> tuple[Array, ...]:
        return self._persist(lambda session: session.run(batch))

    def close(self) -> None:
        self._current.close()
        if self._ending is not None:
            self._ending.join()

    def _persist(self, work: Callable[[Session], tuple[Array, ...]]) -> tuple[Array, ...]:
        """Raises BackendError, the first one, where no backend can do it: then it is the work that is wrong."""
        first: BackendError | None = None
        while True:
            try:
                return work(self._current)
            except BackendError as error:
                first = first or error
                if not self._fall(error):
                    raise first from error

    def _fall(self, error: BackendError) -> bool:
        begun, failed, failed_on = time.perf_counter(), self._current, self.device
        while self._others:
            device, load = self._others.pop(0)
            if device == failed_on:
                continue
            try:
                session = load()
            except SkelterError:
                continue
            self._current, self._device = session, device
            # one that builds an engine ends after a step of that only
            self._ending = threading.Thread(target=_end, args=(failed, self._ending), name=f"end {self._name}")
            self._ending.start()
            spent = time.perf_counter() - begun
            _log.warning("%s %s goes on by %s, after %.1f s.", error, self._name, session.description, spent)
            return True
        return False


def _end(failed: Session, before: threading.Thread | None) -> None:
    if before is not None:
        before.join()
    with suppress(SkelterError, RuntimeError):  # a device that is gone
        failed.close()


class CroppingStandby(Standby):
    """One whose first session cuts crops on its device; where that fails they are cut here."""

    def run_crops(self, image: U8, matrices: F64) -> tuple[Array, ...]:
        return self._persist(lambda session: run_crops(session, image, matrices))


def standby(session: Session, device: str, others: Sequence[Other], name: str) -> Standby:
    """See Standby."""
    kind = CroppingStandby if isinstance(session, CroppingSession) else Standby
    return kind(session, device, others, name)
