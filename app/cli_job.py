"""Runs a job for `track`, `live` and `demo`: load, follow under a progress bar, write the manifest, say the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.markup import escape

from app.cli_options import check_look, check_trails
from app.interruption import Interruption
from app.progress import Progress
from engine.errors import SinkError, UsageError

if TYPE_CHECKING:
    from app.engines import Choice, Engines
    from app.lines import LinePrinter
    from app.losses import Losses
    from app.manifest import Notary, Run
    from app.overlay import Style
    from app.part import Part
    from app.results import FrameRecord, Result
    from app.summary import Summary
    from engine.video import Source

BROKEN_OFF, INTERRUPTED = 3, 130  # exit statuses
console = Console(stderr=True, highlight=False, emoji=False)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with a source.

    printer    prints the frames' lines, too
    repeated   the run to do again, in the place of `choice`
    streams    addresses of app.streams
    real_time  gives no frame of a file before its time has come
    part       which part of a file, as app.part reads it; None: all of it
    fps        of pictures, so many a second; None: nobody knows, or the run to do again does
    recorded_at  of a video file, so many frames were taken a second; None: as many as it shows, or as the run says
    unnamed    those of the outputs that nobody named, which replace nobody's work
    elsewhere  how to have these elsewhere
    command    whose job it is
    """

    source: str
    outputs: list[Path]
    choice: Choice
    style: Style
    printer: LinePrinter | None = None
    repeated: Run | None = None
    streams: tuple[str, ...] = ()
    real_time: bool = False
    part: str | None = None
    fps: float | None = None
    recorded_at: float | None = None
    unnamed: tuple[Path, ...] = ()
    elsewhere: str = "give another name with -o, or this one to replace it."
    command: str = "track"


def run_job(order: Order) -> None:
    """Run a job under a progress bar and report; leaves by typer.Exit where the status is not 0."""
    from app.summary import Summary

    summary = Summary()
    with telling_what_is_whole(summary):
        interrupted = _follow(order, summary)
    has_no_reader = order.printer is not None and order.printer.reader_gone
    tell_the_end(summary, order.outputs, interrupted=interrupted and not has_no_reader, command=order.command)


@contextmanager
def telling_what_is_whole(summary: Summary) -> Iterator[None]:
    """Say which outputs have their names where something ends the block that does not say it itself; leaves by
    typer.Exit where that is an interruption: before the first frame, or for the second time."""
    from app.job import PartlyWritten

    try:
        yield
    except PartlyWritten:
        raise
    except BaseException as error:
        if summary.written:
            names = ", ".join(path.name for path, _ in summary.written)
            console.print(f"Written and whole: {names}.", markup=False, soft_wrap=True)
        if not isinstance(error, KeyboardInterrupt):
            raise
        console.print("[yellow]Interrupted; nothing unfinished was kept.[/]")
        raise typer.Exit(INTERRUPTED) from None


def tell_the_end(summary: Summary, outputs: list[Path], *, interrupted: bool, command: str = "track") -> None:
    """Say what was done; leaves by typer.Exit where the status is not 0."""
    _report(summary, outputs, command)
    if interrupted:
        console.print(f"[yellow]Interrupted{'; the frames so far are written' if outputs else ''}.[/]")
        raise typer.Exit(INTERRUPTED)
    if summary.broken_off:
        console.print(f"[yellow]Warning: {escape(summary.broken_off)}[/]", soft_wrap=True)
        raise typer.Exit(BROKEN_OFF)


def _follow(order: Order, summary: Summary) -> bool:
    """Fill the summary of what the job did; whether somebody asked to finish before the end."""
    from app import job, manifest, repeat, slow_motion, unfinished
    from app.engines import Engines
    from app.exports import format_of
    from app.losses import Losses
    from app.streams import check_addresses
    from app.streams.addresses import place_of

    check_addresses(order.streams)  # a slip of the pen should not cost the loading of networks
    is_shown = any(place_of(address).scheme == "http" for address in order.streams)
    check_look(order.style, is_drawn=is_shown or any(format_of(path) is None for path in order.outputs))
    check_trails(order.style, order.choice.tracker if order.repeated is None else order.repeated.tracker)
    losses = Losses(lambda sentence: console.print(f"[yellow]{escape(sentence)}[/]", soft_wrap=True))
    with Interruption() as interruption, _open(order, losses) as opened:
        job.check_outputs(order.outputs, order.source)
        for sentence in unfinished.told(order.outputs):
            console.print(f"[yellow]{escape(sentence)}[/]", soft_wrap=True)
        choice = order.choice
        if order.repeated is not None:
            repeat.check_source(order.repeated, opened)
            choice = repeat.choice_of(order.repeated)
        if opened.info.assumed and choice.tracker != "still":
            console.print(
                f"Pictures tell no times: {opened.info.fps:g} a second are assumed, --fps says how many.",
                soft_wrap=True,
            )
        if told := slow_motion.offer(opened.info, f"skelter {order.command}"):
            console.print(told, markup=False, soft_wrap=True)
        part = _part_of(order, opened)
        _check_replaceable(order, opened, choice, part)
        if opened.info.live and (warning := _may_be_lost(order.outputs)):
            console.print(f"[yellow]{escape(warning)}[/]", soft_wrap=True)
        part.begin(opened)
        console.print(f"Loading {choice.detector} and {choice.pose}…", markup=False)
        with Engines.load(choice) as engines:
            console.print(f"Detector: {engines.detector.description}\nPose: {engines.pose.description}", markup=False)
            console.print(f"Device: {engines.detector.why}", markup=False)
            for difference in repeat.differences(order.repeated, engines) if order.repeated is not None else ():
                console.print(f"[yellow]Not as it was:[/] {escape(difference)}", soft_wrap=True)
            notary = manifest.Notary(engines, opened, threads=_threads(order), part=part) if order.outputs else None
            try:
                with notary or nullcontext():
                    _run(order, opened, part, engines, interruption, losses, summary)
            except BaseException:
                whole = [path for path, _ in summary.written]
                with suppress(SinkError):  # it is told already what failed first
                    _write_manifests(notary, summary, whole, losses, interrupted=interruption.requested)
                raise
            _write_manifests(notary, summary, order.outputs, losses, interrupted=interruption.requested)
    losses.sum_up()
    return interruption.requested


def _threads(order: Order) -> int:
    return 0 if order.repeated is None else order.repeated.threads or 0


def _open(order: Order, losses: Losses) -> Source:
    """The source, at the rate that was said, now or in the run that is done again."""
    from engine.video.file import FileSource
    from engine.video.images import FPS, is_picture_spec
    from engine.video.opening import open_source

    fps = order.fps
    if fps is None and order.repeated is not None and is_picture_spec(Path(order.source)):
        fps = order.repeated.source.fps if order.repeated.source.fps != FPS else None
    source = open_source(
        order.source, threads=_threads(order), on_state=losses.tell, fps=fps, recorded_at=order.recorded_at
    )
    if order.repeated is not None and isinstance(source, FileSource):
        source.retime(order.repeated.source.slowed)
    return source


def _check_replaceable(order: Order, source: Source, choice: Choice, part: Part) -> None:
    """Raises UsageError where what nobody named would replace results of another run, or what is no copy, and where
    anything of a live source would replace anything.

    Beside an output that was named results alone are asked about: all else can be made of them again.
    """
    from app import provenance
    from app.batch.work import Settings, Wanted
    from app.exports import LOSS_FREE, format_of
    from app.job import options_of
    from engine.video.images import ImagesSource

    if source.info.live:
        provenance.check_free(order.outputs)
        return
    settings = Settings(choice, style=order.style, recorded_at=source.info.fps if source.info.slowed != 1 else None)
    has_name = len(order.unnamed) < len(order.outputs)
    guarded = [path for path in order.unnamed if not has_name or format_of(path) in LOSS_FREE]

    def is_same(run: Run) -> bool:
        at_its_rate = not isinstance(source, ImagesSource) or run.source.fps == source.info.fps
        return at_its_rate and Wanted(settings).is_same(run, part)

    if guarded:
        provenance.check_replaceable(guarded, source, options_of(order.style), is_same, order.elsewhere)
    others = [path for path in order.unnamed if path not in guarded]
    provenance.check_own(provenance.lying_at(others), order.elsewhere)


def _may_be_lost(outputs: list[Path]) -> str | None:
    """What to say of those of a take of which nothing is left where the computer goes down, nor can be made again."""
    from app.exports import FORMATS, LOSS_FREE, format_of

    formats = {path: format_of(path) for path in outputs}
    late = [path.name for path, name in formats.items() if name is not None and FORMATS[name].at_end]
    if not late or any(name in LOSS_FREE for name in formats.values()):
        return None
    return (
        f"Written at the end only, and lost where the computer goes down before: {', '.join(late)}; "
        "add -o NAME.jsonl, of which `skelter export` makes them."
    )


def _write_manifests(
    notary: Notary | None, summary: Summary, outputs: list[Path], losses: Losses, *, interrupted: bool
) -> None:
    """Write those of `outputs`, of which there is a notary, and add them to what was written. Raises PartlyWritten."""
    from app import provenance

    if notary is None:
        return

    def write(path: Path, inside: list[tuple[Path, str]]) -> Path:
        told = notary.manifest(summary, inside, interrupted=interrupted, lost_s=losses.away_s)
        for name in provenance.write_run(told, path):
            console.print(
                f"[yellow]{escape(name)} is of an earlier run; {escape(str(path))} tells of it as that.[/]",
                soft_wrap=True,
            )
        return path

    write_in_each_folder(outputs, summary, write)


def write_in_each_folder(
    outputs: list[Path], summary: Summary, write: Callable[[Path, list[tuple[Path, str]]], Path]
) -> None:
    """Have a manifest written in each folder of a job: `write` gets the path beside its first output there and what
    lies there, and says where it is. Raises PartlyWritten after the last where one could not be."""
    from app.job import PartlyWritten
    from app.manifest import path_beside

    first: dict[Path, Path] = {}
    for output in outputs:
        first.setdefault(output.parent.resolve(), output)
    failed: SinkError | None = None
    for folder, output in first.items():
        inside = [(path, name) for path, name in summary.written if path.parent.resolve() == folder]
        try:
            summary.written.append((write(path_beside(output), inside), "manifest"))
        except SinkError as error:
            failed = failed or error
    if failed is not None:
        raise PartlyWritten.of(failed, summary.written) from failed


def _part_of(order: Order, source: Source) -> Part:
    from app.part import ALL, Part

    if order.repeated is not None:
        return Part(order.repeated.first_frame, order.repeated.last_frame)
    return ALL if order.part is None else Part.told(order.part, source)


def _run(
    order: Order,
    opened: Source,
    part: Part,
    engines: Engines,
    interruption: Interruption,
    losses: Losses,
    summary: Summary,
) -> None:
    from app import job
    from app.streams import Streams

    header = engines.header(opened.info)
    printer = order.printer
    if printer is not None:
        printer.begin(header)

    def each(record: FrameRecord) -> None:
        if printer is None:
            return
        try:
            printer.write(record)
        except SinkError as error:
            if not order.outputs:
                raise
            console.print(f"[yellow]Warning: {escape(str(error))} The other outputs go on.[/]", soft_wrap=True)
        interruption.requested |= printer.reader_gone

    has_sound = opened.info.has_audio and Path(order.source).is_file()
    with (
        Streams(order.streams, header, live=opened.info.live, style=order.style) as streams,
        Progress(replace(opened.info, frame_count=part.count(opened.info.frame_count)), console) as progress,
    ):
        losses.follow(streams.tell)
        for address in streams.addresses:
            console.print(f"Streaming: {address}", markup=False)
        job.run(
            opened,
            engines,
            order.outputs,
            style=order.style,
            audio_from=Path(order.source) if has_sound else None,
            watch=lambda results: interruption.watch(
                progress.watch(in_real_time(results, opened.info.slowed) if order.real_time else part.of(results))
            ),
            each=each,
            streams=streams,
            summary=summary,
        )
    for address, dropped in streams.dropped.items():
        were = "1 message was" if dropped == 1 else f"{dropped} messages were"
        console.print(f"{address}: {were} skipped to keep up", markup=False)
    for address, why, count in streams.refused:
        messages = "1 message" if count == 1 else f"{count} messages"
        console.print(f"{address}: {messages} could not be sent ({why})", markup=False)
    if printer is not None and (failed := printer.failed) is not None:
        raise job.PartlyWritten.of(failed, summary.written) if summary.written else failed


def in_real_time(results: Iterator[Result], slowed: float = 1.0) -> Iterator[Result]:
    """The results, none before its time, counted from when the first one came; late ones come at once.

    slowed  how many times slower the file shows what happened, of which times are: it keeps its pace
    """
    start_s: float | None = None
    for result in results:
        now_s, at_s = time.monotonic(), result.frame.time_s * slowed
        if start_s is None:
            start_s = now_s - at_s
        time.sleep(max(0.0, start_s + at_s - now_s))
        yield result


def _report(summary: Summary, outputs: list[Path], command: str) -> None:
    from app.job import format_name

    frames, people = summary.frames, len(summary.people)
    skipped = "1 frame" if summary.dropped == 1 else f"{summary.dropped} frames"
    lost = f", {skipped} skipped to keep up" if summary.dropped else ""
    console.print(
        f"{frames} {'frame' if frames == 1 else 'frames'}, {people} {'person' if people == 1 else 'people'}, "
        f"{summary.seconds:.1f} s ({summary.fps:.1f} frames/s){lost}"
    )
    if summary.damaged and not summary.broken_off:  # which tells of a folder's pictures by their names
        what = "1 damaged frame was" if summary.damaged == 1 else f"{summary.damaged} damaged frames were"
        after = f"{', the first' if summary.damaged > 1 else ''} after {summary.damaged_s:.1f} s"
        console.print(f"[yellow]Warning: {what} left out{after}.[/]")
    if summary.could_look_farther and (summary.distance.is_far or not people):
        told = "Most people are small on these pictures" if people else "Nobody was found"
        console.print(
            f"{told}: `skelter {command} --far` looks for people far away, too, and takes longer.", soft_wrap=True
        )
    for path, _ in summary.written:
        console.print(f"Wrote {path}", markup=False, soft_wrap=True)
    formats = {name for _, name in summary.written}
    for path in outputs:
        if format_name(path) not in formats:  # it has a file for each person
            console.print(f"There is no {path.name}: nobody was found.", markup=False, soft_wrap=True)


def run_of(manifest: Path, context: typer.Context) -> tuple[Run, float | None]:
    """What is to be done again, and from which score joints counted, unless that is said now or the manifest does not.

    Raises UsageError where it is said twice how.
    """
    from app.manifest import read

    for name in ("detector", "pose", "tracker", "device", "precision", "threshold", "detect_every", "smooth", "flip",
                 "far", "part", "fps", "recorded_at"):  # fmt: skip
        if is_given(name, context):
            option = "range" if name == "part" else name.replace("_", "-")
            raise UsageError(f"--from says how to run already; leave --{option} out.")
    known = read(manifest)
    run = known.run
    if run is None:
        raise UsageError(f"{manifest} is of a conversion, not of a run; give the manifest that `skelter track` wrote.")
    scores = (output.options.get("min_score") for output in known.outputs)
    told = next((float(score) for score in scores if isinstance(score, int | float)), None)
    return run, None if is_given("min_score", context) else told


def is_given(name: str, context: typer.Context) -> bool:
    """Whether an option was told on the command line."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
