"""A batch on a Ray cluster: pieces of videos as Ray tasks, which Ray puts where there is room and does again where a
worker or a machine dies.

Every piece leaves its result in the storage of the batch, so that what is done once is never lost and not done again.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import signal
import socket
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from app.batch import assembly, owners, places
from app.batch.assembly import Plan
from app.batch.pieces import OVERLAP_S, PIECE_S, Piece, plan
from app.batch.videos import Video
from app.batch.work import Outcome, Settings, Wanted, failed
from app.batch.workers import Advance
from app.engines import Choice, Engines
from engine.errors import SkelterError, UsageError
from engine.stopping import stopping_signals
from engine.video.file import FileSource

_log = logging.getLogger(__name__)
_RETRIES = 5  # of a task whose worker or machine died


@dataclass(frozen=True, slots=True)
class ClusterSettings:
    """Where the cluster is and how videos are cut.

    address      `ray` for the one that is set up here (RAY_ADDRESS), or else one on this machine alone; or an address
                 such as ray://head:10001 or head:6379
    gpus         of each task, as Ray counts them: 0.5 puts two on a card
    piece_s      how long pieces are, seconds
    """

    address: str = "ray"
    gpus: float = 0.0
    piece_s: float = PIECE_S


@dataclass(slots=True)
class _Progress:
    """A video under way."""

    video: Video
    plan: Plan | None = None
    waiting: deque[Piece] = field(default_factory=deque)
    missing: set[int] = field(default_factory=set)  # numbers of the pieces that are not done yet
    failed: bool = False


class Cluster:
    """Follows videos on a cluster; `events` tells how it goes, until all are done."""

    def __init__(self, settings: Settings, videos: Iterable[Video], cluster: ClusterSettings) -> None:
        """Raises UsageError where Ray is not installed, the cluster is not to be reached, or what each task is to have
        is more than this machine has, where that is all of the cluster."""
        try:
            import ray
        except ModuleNotFoundError as error:
            raise UsageError("A cluster needs Ray; run `pip install 'skelter[cluster]'` first.") from error
        self._ray: Any = ray
        self._settings, self._cluster = settings, cluster
        self._videos = deque(videos)
        self._under_way: dict[str, _Progress] = {}
        self._running: dict[Any, tuple[str, str, Piece | None]] = {}  # reference → kind, folder of the video, piece
        self._connect()

    def _connect(self) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Skelter sends nothing anywhere
        address = self._cluster.address
        options: dict[str, Any] = {"address": address}
        if address == "ray":
            options = {"address": "auto"} if "RAY_ADDRESS" in os.environ else {"include_dashboard": False}
        elif address != "auto":
            _check_reachable(address)
        handlers = {number: signal.getsignal(number) for number in stopping_signals()}
        try:
            self._ray.init(log_to_driver=False, logging_level=logging.ERROR, **options)
        except (ConnectionError, RuntimeError, ValueError, self._ray.exceptions.RayError) as error:
            raise UsageError(
                f"There is no Ray cluster at {address} ({error}); start one, or use --cluster ray."
            ) from error
        for number, handler in handlers.items():  # Ray has put its own there, which end the program at once
            signal.signal(number, handler)
        self._check_room(is_own="address" not in options)

    def _check_room(self, *, is_own: bool) -> None:
        """Where no machine has what a task takes, Ray waits without a word. Of the cluster of this machine, `is_own`,
        raises UsageError; another may get machines when they are asked for, so there it is told."""
        cpus, gpus = self._settings.threads or 1, self._cluster.gpus
        machines = [
            (node["Resources"].get("CPU", 0.0), node["Resources"].get("GPU", 0.0))
            for node in self._ray.nodes() if node["Alive"]
        ]  # fmt: skip
        if any(has_cpus >= cpus and has_gpus >= gpus for has_cpus, has_gpus in machines):
            return
        largest = max(machines, key=lambda has: (min(has[1], gpus), has[0]), default=(0.0, 0.0))
        wanted, there = _amount(cpus, gpus), _amount(*largest)
        if is_own:
            self._ray.shutdown()
            raise UsageError(f"Each worker is to have {wanted}, but here are {there}; ask for less.")
        _log.warning(
            "Each worker is to have %s, but the largest machine of the cluster has %s. Waiting for another to join it; "
            "Ctrl-C ends that, and --threads and --gpus ask for less.", wanted, there,
        )  # fmt: skip

    def events(self) -> Iterator[Advance | Outcome]:
        """Advances and outcomes as they come."""
        while self._fill() or self._running:
            ready, _ = self._ray.wait(list(self._running), num_returns=1)
            for reference in ready:
                kind, folder, piece = self._running.pop(reference)
                progress = self._under_way[folder]
                yield from self._take(kind, progress, piece, self._result(reference, progress.video))

    def _result(self, reference: Any, video: Video) -> Any:
        """What a task returned; the outcome of the video where it failed."""
        try:
            return self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:
            return Outcome(video, "failed", f"{type(error.cause).__name__}: {error.cause}")
        except self._ray.exceptions.RayError as error:
            why = f"The workers at it died {_RETRIES + 1} times ({type(error).__name__})."
            return Outcome(video, "failed", why)

    def _take(self, kind: str, progress: _Progress, piece: Piece | None, told: Any) -> Iterator[Advance | Outcome]:
        """Note what a task came back with."""
        if isinstance(told, Outcome) and told.status == "failed":
            if not progress.failed:
                progress.failed = True
                progress.waiting.clear()
                yield told
        elif isinstance(told, Plan):
            progress.plan = told
            wanted = Wanted(self._settings)
            todo = [one for one in told.pieces if not assembly.is_piece_done(progress.video, one, wanted)]
            progress.waiting, progress.missing = deque(todo), {one.number for one in todo}
        elif piece is not None and progress.plan is not None and not progress.failed:
            progress.missing.discard(piece.number)
            yield Advance(progress.video, 1 - len(progress.missing) / len(progress.plan.pieces))
        elif isinstance(told, Outcome):
            yield told
        if progress.failed or kind == "assemble":
            if not any(folder == progress.video.folder for _, folder, _ in self._running.values()):
                del self._under_way[progress.video.folder]
        elif progress.plan is not None and not progress.missing and not progress.waiting:
            self._submit("assemble", progress, None)

    def _fill(self) -> bool:
        """Keep a little more under way than there is room for; whether anything is left to be done."""
        room = self._slots() * 2
        for progress in list(self._under_way.values()):
            while progress.waiting and len(self._running) < room:
                self._submit("piece", progress, progress.waiting.popleft())
        while self._videos and len(self._running) < room:
            video = self._videos.popleft()
            self._under_way[video.folder] = progress = _Progress(video)
            self._submit("survey", progress, None)
        return bool(self._videos or self._under_way)

    def _slots(self) -> int:
        resources = self._ray.cluster_resources()
        by_cpu = resources.get("CPU", 1) / (self._settings.threads or 1)
        by_gpu = resources.get("GPU", 0) / self._cluster.gpus if self._cluster.gpus else by_cpu
        return max(1, int(min(by_cpu, by_gpu)))

    def _submit(self, kind: str, progress: _Progress, piece: Piece | None) -> None:
        video, settings, plan_made = progress.video, self._settings, progress.plan
        cpus = settings.threads or 1
        if kind == "survey":
            task = self._ray.remote(num_cpus=1, max_retries=_RETRIES)(_survey)
            reference = task.remote(video, self._cluster.piece_s, settings.recorded_at)
        elif kind == "piece" and plan_made is not None:
            task = self._ray.remote(num_cpus=cpus, num_gpus=self._cluster.gpus, max_retries=_RETRIES)(_follow)
            reference = task.remote(video, piece, plan_made.table, settings)
        else:
            task = self._ray.remote(num_cpus=1, max_retries=_RETRIES)(_assemble)
            reference = task.remote(video, plan_made, settings)
        self._running[reference] = (kind, video.folder, piece)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for reference in self._running:
            with contextlib.suppress(Exception):
                self._ray.cancel(reference, force=True)
        self._ray.shutdown()


def _amount(cpus: float, gpus: float) -> str:
    told_gpus = f"{gpus:g} GPU{'s' if gpus > 1 else ''}" if gpus else "no GPU"
    return f"{cpus:g} processor{'' if cpus == 1 else 's'} and {told_gpus}"


def _check_reachable(address: str) -> None:
    """Raises UsageError where nothing answers: Ray itself would try for minutes."""
    try:
        place = urlsplit(address if "://" in address else f"//{address}")
        socket.create_connection((place.hostname or "", place.port or 10001), timeout=5.0).close()
    except (OSError, ValueError) as error:
        raise UsageError(
            f"There is no Ray cluster at {address} ({error}); give an address such as ray://head:10001, or `ray`."
        ) from error


def _survey(video: Video, piece_s: float, recorded_at: float | None = None) -> Plan | Outcome:
    """How a video is cut; its outcome where it cannot be opened, or its results would have no place."""
    try:
        owners.check_free(video)  # before any piece is followed
        with places.at_hand(video.address) as path, FileSource(path, recorded_at=recorded_at) as source:
            duration_s = source.info.duration_s
            piece_s /= source.info.slowed  # as long as it is to look at, however short what happened was
            if duration_s is not None and duration_s < 1.5 * piece_s:
                return Plan((Piece(0, 0, 0, None),))
            pieces = plan(source.key_frames(), duration_s, piece_s, OVERLAP_S)
            return Plan(tuple(pieces), source.table if len(pieces) > 1 else None)
    except SkelterError as error:
        return failed(video, error)


def _follow(video: Video, piece: Piece, table: Any, settings: Settings) -> int | Outcome:
    try:
        return assembly.follow_piece(video, piece, table, settings, _engines(settings.choice, settings.threads))
    except SkelterError as error:
        return failed(video, error)


def _assemble(video: Video, made: Plan, settings: Settings) -> Outcome:
    try:
        return assembly.assemble(video, made, settings)
    except SkelterError as error:
        return failed(video, error)


@functools.lru_cache(maxsize=1)
def _engines(choice: Choice, threads: int | None) -> Engines:
    """Loaded once for each process that Ray keeps, however many pieces it gets."""
    return Engines.load(choice, threads=threads)
