"""`skelter batch`: many videos, by several workers or a cluster, each into a folder of its own."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Protocol, Self

import typer
from rich import progress as bars
from rich.markup import escape

from app.certainty import MIN_SCORE
from app.cli_export import formats_named
from app.cli_job import INTERRUPTED, console
from app.cli_options import (
    AnglesOption,
    BlackOption,
    BoxesOption,
    ByLimbOption,
    DetectEveryOption,
    DetectorOption,
    DeviceOption,
    FarOption,
    FlipOption,
    MinScoreOption,
    PoseOption,
    PrecisionOption,
    RecordedAtOption,
    SmoothOption,
    ThresholdOption,
    TrackerOption,
    TrailsOption,
    check_look,
    check_trails,
    choice_of,
    style_of,
)
from app.interruption import Interruption
from engine.errors import SkelterError, UsageError

if TYPE_CHECKING:
    from app.batch.videos import Video
    from app.batch.work import Outcome, Settings
    from app.batch.workers import Advance

SOME_FAILED = 3  # or broke off


def batch(
    videos: Annotated[
        str,
        typer.Argument(
            help="A folder of videos (and the folders in it), or a text file with one a line; paths, or what fsspec "
            "understands, such as s3://bucket/videos.",
            metavar="FOLDER|LIST",
            show_default=False,
        ),
    ],
    out: Annotated[str, typer.Option("--out", "-o", help="Folder for the results: one folder in it for each video.")],
    to: Annotated[
        str,
        typer.Option(
            "--to", help="Formats with commas between them: those of `skelter export`, and mp4, m4v, mov, mkv."
        ),
    ] = "json",
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Videos followed at once (default: 1); the processor's cores are shared among them."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            help="Spread over a Ray cluster: `ray` (the one RAY_ADDRESS tells, or this machine), or an address such as "
            "ray://head:10001. Long videos are cut into pieces.",
            metavar="ray|ADDRESS",
        ),
    ] = None,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Processor cores for each worker; by default they are shared out.")
    ] = None,
    gpus: Annotated[
        float | None,
        typer.Option(min=0.0, help="Cluster: GPUs for each worker (default: 0); 0.5 puts two on a card."),
    ] = None,
    piece: Annotated[
        float | None, typer.Option(min=1.0, help="Cluster: length of pieces, seconds (default: 600).")
    ] = None,
    detector: DetectorOption = None,
    pose: PoseOption = None,
    tracker: TrackerOption = "oks",
    device: DeviceOption = "auto",
    precision: PrecisionOption = None,
    threshold: ThresholdOption = None,
    detect_every: DetectEveryOption = "auto",
    smooth: SmoothOption = False,
    flip: FlipOption = False,
    far: FarOption = False,
    min_score: MinScoreOption = MIN_SCORE,
    recorded_at: RecordedAtOption = None,
    boxes: BoxesOption = False,
    trails: TrailsOption = False,
    angles: AnglesOption = False,
    black: BlackOption = False,
    by_limb: ByLimbOption = False,
) -> None:
    """Follow everyone in many videos. Those finished before are skipped, so a run that was broken off goes on.

    Exit status 3 where some failed or broke off; they are listed at the end, each time.
    """
    from app.batch.videos import find_videos
    from app.batch.work import Settings, Wanted, check_places
    from app.job import VIDEO_ENDINGS

    _check(workers, cluster, gpus, piece)
    workers = workers or 1
    choice = choice_of(detector, pose, tracker, device, precision, threshold, detect_every, smooth, flip, far)
    if threads is None:
        threads = 1 if cluster else max(1, (os.cpu_count() or 1) // workers)
    style = style_of(boxes=boxes, trails=trails, angles=angles, black=black, by_limb=by_limb, min_score=min_score)
    check_trails(style, choice.tracker)
    settings = Settings(choice, tuple(formats_named(to, VIDEO_ENDINGS)), threads, style, recorded_at)
    check_look(style, is_drawn=any(name in VIDEO_ENDINGS for name in settings.formats))
    unread: list[str] = []
    found = find_videos(videos, out, unread.append)
    wanted = Wanted(settings)
    with console.status("Looking what is finished already…"):
        looked_at = [(video, wanted.earlier(video)) for video in found]
    todo = [video for video, earlier in looked_at if earlier is None]
    outcomes = [earlier for _, earlier in looked_at if earlier is not None]
    if todo:
        check_places(todo)
    todo.sort(key=lambda video: -video.bytes)  # the long ones first, or the last worker is at one when all others rest
    is_interrupted = _follow(
        todo, lambda: _pool(todo, settings, workers, cluster, gpus or 0.0, piece), outcomes, unread
    )
    _report(outcomes, unread)
    _tell_rest(len(found) - len(outcomes), outcomes, is_interrupted=is_interrupted)
    if unread or any(outcome.status == "failed" or outcome.why for outcome in outcomes):
        raise typer.Exit(SOME_FAILED)


def _check(workers: int | None, cluster: str | None, gpus: float | None, piece: float | None) -> None:
    """Raises UsageError where options do not go together."""
    if cluster is None and (gpus is not None or piece is not None):
        raise UsageError(f"{'--piece' if gpus is None else '--gpus'} belongs to --cluster: leave it out here.")
    if cluster is not None and workers is not None:
        raise UsageError("A cluster runs as many workers as it has room for: leave --workers out.")
    if gpus is not None and gpus > 1 and gpus != int(gpus):
        raise UsageError(f"--gpus {gpus:g}: a worker has a part of one GPU, or whole ones; give a whole number.")


def _follow(todo: list[Video], open_pool: Callable[[], _Pool], outcomes: list[Outcome], unread: list[str]) -> bool:
    """Add what becomes of each video to `outcomes`; whether somebody asked to finish before the end.

    Raises SkelterError where nobody is left who could follow the others, and reports what was done till then.
    """
    from app.batch.work import Outcome

    before = len(outcomes)
    with Interruption() as interruption:
        try:
            with open_pool() as pool, _Bar(todo) as bar:
                for event in interruption.watch(pool.events()):
                    if isinstance(event, Outcome):
                        outcomes.append(event)
                    bar.show(event)
                    if isinstance(event, Outcome) and event.ends_all:
                        break
        except KeyboardInterrupt:
            interruption.requested = True
        except SkelterError:
            if len(outcomes) > before:
                _report(outcomes, unread)
            raise
    return interruption.requested


def _tell_rest(left: int, outcomes: list[Outcome], *, is_interrupted: bool) -> None:
    """Say why so many videos are `left`, if any are. Raises Exit where somebody interrupted."""
    if not left:
        return
    if any(outcome.ends_all for outcome in outcomes):
        videos_left = "The other video was" if left == 1 else f"The other {left} videos were"
        console.print(
            f"[yellow]{videos_left} left; the same command goes on once the results can be written.[/]", soft_wrap=True
        )
    if is_interrupted:
        console.print("[yellow]Interrupted; the same command goes on.[/]")
        raise typer.Exit(INTERRUPTED)


class _Pool(Protocol):
    """Whoever does the work: processes of this machine, or a cluster."""

    def events(self) -> Iterator[Advance | Outcome]: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def _pool(
    todo: list[Video], settings: Settings, workers: int, cluster: str | None, gpus: float, piece_s: float | None
) -> _Pool:
    if cluster is None:
        from app.batch.workers import Workers

        return Workers(workers, settings, todo)
    from app.batch.cluster import Cluster, ClusterSettings
    from app.batch.pieces import PIECE_S

    return Cluster(settings, todo, ClusterSettings(cluster, gpus, piece_s or PIECE_S))


class _Bar:
    """The progress of all videos together, weighed by their size; silent where stderr is no terminal."""

    def __init__(self, videos: list[Video]) -> None:
        self._videos = len(videos)
        self._shares = {video.folder: 0.0 for video in videos}
        self._bytes = {video.folder: max(video.bytes, 1) for video in videos}
        self._done = 0
        self._bars = bars.Progress(
            bars.TextColumn("{task.fields[done]} of {task.fields[videos]} videos"),
            bars.BarColumn(),
            bars.TaskProgressColumn(),
            bars.TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._bars.add_task("", total=sum(self._bytes.values()), done=0, videos=self._videos)

    def show(self, event: Advance | Outcome) -> None:
        from app.batch.workers import Advance

        share = event.share if isinstance(event, Advance) else 1.0
        self._shares[event.video.folder] = max(share, self._shares[event.video.folder])
        self._done += not isinstance(event, Advance)
        completed = sum(self._bytes[folder] * share for folder, share in self._shares.items())
        self._bars.update(self._task, completed=completed, done=self._done)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()


def _report(outcomes: list[Outcome], unread: list[str]) -> None:
    """`unread`: a sentence for each folder that could not be looked into, whatever lies there."""
    done = [outcome for outcome in outcomes if outcome.status == "done"]
    skipped = [outcome for outcome in outcomes if outcome.status == "skipped"]
    failures = [*unread, *(_told(outcome) for outcome in outcomes if outcome.status == "failed")]
    frames = sum(outcome.frames for outcome in done)
    before = f", {len(skipped)} finished before" if skipped else ""
    videos = "video" if len(done) == 1 else "videos"
    console.print(f"{len(done)} {videos} followed ({frames} frames){before}, {len(failures)} failed.")
    if skipped:
        kinds = Counter(outcome.ran_on for outcome in skipped).most_common()
        told = kinds[0][0] if len(kinds) == 1 else ", ".join(f"{kind} ({count})" for kind, count in kinds)
        console.print(f"What was finished before ran on {told}.", markup=False, soft_wrap=True)
    for outcome in [*skipped, *done]:
        if outcome.why:
            console.print(f"[yellow]Warning:[/] {escape(_told(outcome))}", soft_wrap=True)
        for name in outcome.left:
            console.print(
                f"{outcome.video.folder}: {name} is of an earlier run; its manifest tells of it as that.",
                markup=False,
                soft_wrap=True,
            )
    for outcome in done:
        if outcome.slow:
            console.print(outcome.slow, markup=False, soft_wrap=True)
    damaged = [f"{outcome.video.address} ({outcome.damaged})" for outcome in [*skipped, *done] if outcome.damaged]
    if damaged:
        told = escape(", ".join(damaged))
        console.print(f"[yellow]Warning:[/] Damaged frames were left out of {told}.", soft_wrap=True)
    for sentence in failures:
        console.print(f"[red]Failed:[/] {escape(sentence)}", soft_wrap=True)


def _told(outcome: Outcome) -> str:
    """Which video, and why; most reasons name the video themselves."""
    why, address = outcome.why or "", outcome.video.address
    return why if address in why else f"{address}: {why}"
