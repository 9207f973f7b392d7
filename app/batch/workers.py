"""Several workers on this machine: processes that follow one video after the other.

A worker that dies takes nothing with it but the video it was at, which another one begins again, once.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

# Nothing heavy here: a worker sets how many threads the numeric libraries may use before it loads them.
if TYPE_CHECKING:
    from app.batch.videos import Video
    from app.batch.work import Outcome, Settings
    from app.results import Result
    from engine.errors import SkelterError

_log = logging.getLogger(__name__)
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_TELL_EVERY_S = 0.5
_ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class Advance:
    """How far a worker is with a video: 0–1."""

    video: Video
    share: float


class Workers:
    """`count` processes; `events` gives what they do until all videos are done. Leaving the block ends them."""

    def __init__(self, count: int, settings: Settings, videos: Iterable[Video]) -> None:
        self._settings = settings
        self._waiting = deque(videos)
        self._attempts: dict[str, int] = {}
        self._count = min(count, len(self._waiting))
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self._refusals: list[SkelterError] = []  # of workers let go that are not told yet
        self._loaded = False  # whether any worker could load the networks

    def events(self) -> Iterator[Advance | Outcome]:
        """Advances and outcomes as they come.

        Raises SkelterError where no worker is left that can load the networks: no video can be followed then.
        """
        from app.batch.work import Outcome
        from engine.errors import SkelterError

        self._workers = [self._employ() for _ in range(self._count)]
        while any(worker.video is not None for worker in self._workers):
            for ready in wait([worker.connection for worker in self._workers if worker.video is not None]):
                worker = next(worker for worker in self._workers if worker.connection is ready)
                assert worker.video is not None
                try:
                    told = worker.connection.recv()
                except (EOFError, OSError):
                    outcome = self._replace(worker)
                    if outcome is not None:
                        yield outcome
                    continue
                if isinstance(told, SkelterError):
                    self._let_go(worker, told)
                    continue
                self._loaded = True
                while self._refusals:  # now that one has loaded them
                    _log.warning("%s The other workers go on.", self._refusals.pop())
                if isinstance(told, float):
                    yield Advance(worker.video, told)
                else:
                    assert isinstance(told, Outcome)
                    self._assign(worker)
                    yield told

    def _employ(self) -> _Worker:
        here, there = self._context.Pipe()
        process = self._context.Process(target=work, args=(there, self._settings), name="skelter worker", daemon=True)
        process.start()
        there.close()  # so that its end is noticed here
        worker = _Worker(process, here)
        self._assign(worker)
        return worker

    def _assign(self, worker: _Worker) -> None:
        worker.video = self._waiting.popleft() if self._waiting else None
        if worker.video is not None:
            self._attempts[worker.video.folder] = self._attempts.get(worker.video.folder, 0) + 1
        try:
            worker.connection.send(worker.video)
        except OSError:  # it is dead; the wait for its answer will say so
            return

    def _replace(self, dead: _Worker) -> Outcome | None:
        """Another worker in the place of a dead one, whose video is done again or, at last, counts as failed."""
        from app.batch.work import Outcome

        video, outcome = dead.video, None
        assert video is not None
        dead.process.join(5.0)
        if self._attempts[video.folder] < _ATTEMPTS:
            self._waiting.appendleft(video)
        else:
            how = _how_it_died(dead.process.exitcode)
            outcome = Outcome(video, "failed", f"The worker at it died {_ATTEMPTS} times ({how}).")
        dead.connection.close()
        self._workers.remove(dead)
        if self._waiting:
            self._workers.append(self._employ())
        return outcome

    def _let_go(self, worker: _Worker, why: SkelterError) -> None:
        """Leave the video of one that cannot load the networks to the others. Raises `why` where there are none."""
        assert worker.video is not None
        folder = worker.video.folder
        self._waiting.appendleft(worker.video)
        worker.connection.close()
        self._workers.remove(worker)
        if any(other.video is not None for other in self._workers):
            self._attempts[folder] -= 1
            self._refusals.append(why)
        elif self._loaded and self._attempts[folder] < _ATTEMPTS:
            self._workers.append(self._employ())  # the others have ended: there may be room now
        else:
            raise why

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.connection.close()
            if kind is not None or worker.video is not None:
                worker.process.terminate()
        for worker in self._workers:
            worker.process.join(10.0)
            if worker.process.is_alive():
                worker.process.kill()


class _Worker:
    def __init__(self, process: Any, connection: Connection[Any, Any]) -> None:
        self.process, self.connection = process, connection
        self.video: Video | None = None


def _how_it_died(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        name = signal.Signals(-exit_code).name
        return f"{name}, perhaps for want of memory" if name == "SIGKILL" else name
    return f"exit status {exit_code}"


def work(connection: Connection[Any, Any], settings: Settings) -> None:
    """A worker's life: takes videos until None comes, tells how far it is (a float) and each outcome.

    Where it cannot load the networks it tells that error and ends.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to heed
    signal.signal(signal.SIGTERM, _leave)
    if settings.threads is not None:
        os.environ.update(dict.fromkeys(_THREAD_VARIABLES, str(settings.threads)))
    import cv2

    from app.engines import Engines
    from app.stderr import log_to_it
    from engine.errors import SkelterError

    log_to_it(debug=False)
    if settings.threads is not None:
        cv2.setNumThreads(settings.threads)
    engines: Engines | None = None
    try:
        while (video := connection.recv()) is not None:
            if engines is None:
                try:
                    engines = Engines.load(settings.choice, threads=settings.threads)
                except SkelterError as error:
                    connection.send(error)
                    return
            connection.send(_outcome(video, settings, engines, connection))
    except (EOFError, BrokenPipeError, ConnectionResetError, SystemExit):
        return  # the parent has gone, or wants an end
    finally:
        if engines is not None:
            engines.close()


def _outcome(video: Video, settings: Settings, engines: Any, connection: Connection[Any, Any]) -> Outcome:
    from app.batch.work import Outcome, failed, follow
    from engine.errors import SkelterError

    def watch(results: Iterator[Result], total: int | None) -> Iterator[Result]:
        due_s = time.monotonic()
        for done, result in enumerate(results, start=1):
            yield result
            if total and time.monotonic() >= due_s:
                due_s = time.monotonic() + _TELL_EVERY_S
                connection.send(min(done / total, 1.0))

    try:
        return follow(video, settings, engines, watch)
    except SkelterError as error:
        return failed(video, error)
    except (BrokenPipeError, ConnectionResetError):
        raise
    except Exception as error:  # noqa: BLE001 - a worker's loop: one bad video must not end the batch
        return Outcome(video, "failed", f"{type(error).__name__}: {error}")


def _leave(number: int, frame: object) -> None:
    raise SystemExit
