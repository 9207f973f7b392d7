"""A session that serves by one backend while a faster one gets ready, and then changes over between two batches."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import numpy as np

from engine import crops
from engine.backends import Array, BuildProgress, CroppingSession, Session, TensorSpec
from engine.errors import SkelterError
from engine.pixels import parts
from engine.types import F64, U8

_log = logging.getLogger(__name__)


class Meanwhile:
    """Runs on `serving` until `make` has given the better session. Used by one thread.

    devices  where the two run, as `engine.loading.load` takes it
    """

    def __init__(
        self, serving: Session, make: Callable[[BuildProgress], Session], name: str, devices: tuple[str, str]
    ) -> None:
        self._current, self._make, self._name = serving, make, name
        self._device, self._better_device = devices
        self._better: Session | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._prepare, name=f"build {name}", daemon=True)
        self._thread.start()

    @property
    def device(self) -> str:
        """Where the next run is."""
        return self._device if self._better is None else self._better_device

    @property
    def input(self) -> TensorSpec:
        return self._current.input

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        return self._current.outputs

    @property
    def description(self) -> str:
        building = " (an engine is being built)" if self._thread.is_alive() else ""
        return f"{self._current.description}{building}"

    @property
    def precision(self) -> str:
        return self._current.precision

    def run(self, batch: Array) -> tuple[Array, ...]:
        self._change_over()
        return self._current.run(batch)

    def run_crops(self, image: U8, matrices: F64) -> tuple[Array, ...]:
        self._change_over()
        return run_crops(self._current, image, matrices)

    def close(self) -> None:
        """Ends the build; waits for it, at most as long as one step of it takes."""
        self._closing.set()
        self._thread.join()
        self._current.close()
        if self._better is not None:
            self._better.close()

    def _change_over(self) -> None:
        if self._better is not None:
            self._current.close()
            self._current, self._better = self._better, None
            self._device = self._better_device
            _log.warning("%s now runs on %s.", self._name, self._current.description)

    def _prepare(self) -> None:
        try:
            self._better = self._make(lambda share, doing: not self._closing.is_set())
        except SkelterError as error:
            if not self._closing.is_set():
                _log.warning("No engine of %s: %s", self._name, error)
        except Exception:  # noqa: BLE001 - a library failed in a way nobody foresaw: what serves goes on serving
            _log.exception("No engine of %s", self._name)


def run_crops(session: Session, image: U8, matrices: F64) -> tuple[Array, ...]:
    """As `CroppingSession.run_crops`, by sessions that do not cut themselves, too."""
    if isinstance(session, CroppingSession):
        return session.run_crops(image, matrices)
    cut = crops.cut(image, matrices, session.input.size_wh)
    found = [[each[:count] for each in session.run(part)] for part, count in parts(cut, session.input)]
    return tuple(np.concatenate(each) for each in zip(*found, strict=True))
