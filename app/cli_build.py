"""`skelter build` and `skelter bench`: the fastest way to run a network here, and how fast that is."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import progress as bars
from rich.console import Console

from app.cli_job import INTERRUPTED, console
from app.fetching import fetch
from app.hints import hint
from engine.errors import BuildCancelled, MissingFileError, SkelterError, UsageError

if TYPE_CHECKING:
    from app.bench import Variant
    from engine.build import Build
    from engine.cards import ModelCard
    from engine.selfcheck import Pictures
    from engine.types import U8


def build(
    model: Annotated[str, typer.Argument(help="A model's name, an ONNX file, a checkpoint, or a name of the zoo.")],
    device: Annotated[str, typer.Option(help="auto, tensorrt or openvino.")] = "auto",
    precision: Annotated[
        str | None,
        typer.Option(
            help="This one, or a slower one where it is refused: int8, bf16, f16, f32 (default: the fastest)."
        ),
    ] = None,
    pictures: Annotated[
        str | None, typer.Option(help="A clip or folder of real people to check on (default: drawn people).")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Accept the licence of a model of the zoo.")] = False,
) -> None:
    """Make of MODEL what runs fastest on this machine; it is held against ONNX Runtime, and used from then on."""
    build_and_tell(_card(model, yes=yes), device=device, precision=precision, pictures=pictures)


def build_and_tell(
    model: str | ModelCard, *, device: str = "auto", precision: str | None = None, pictures: str | None = None
) -> None:
    """Build under a progress bar and print what came of it; leaves by typer.Exit where interrupted."""
    from engine.backends.select import builder
    from engine.build import build as make
    from engine.models import find_model

    card, backend = find_model(model) if isinstance(model, str) else model, builder(device)
    shown = _people_of(pictures) if pictures else None
    console.print(f"Building {card.name} by {backend.available().reason}…", markup=False)
    try:
        with _bar() as bar:
            task = bar.add_task(card.name, total=1.0)

            def watch(share: float, doing: str) -> bool:
                bar.update(task, completed=share, description=f"{card.name}: {doing[:50]}")
                return True

            done = make(card, backend, precision=precision, or_next=True, pictures=shown, progress=watch)
    except (KeyboardInterrupt, BuildCancelled):
        console.print("[yellow]Interrupted; nothing unfinished was kept.[/]")
        raise typer.Exit(INTERRUPTED) from None
    _tell(done)


def bench(
    detector: Annotated[list[str] | None, typer.Option(help="A detector; may be repeated.")] = None,
    pose: Annotated[list[str] | None, typer.Option(help="A pose network; may be repeated.")] = None,
    device: Annotated[list[str] | None, typer.Option(help="What runs them; may be repeated.")] = None,
    precision: Annotated[list[str] | None, typer.Option(help="f32, bf16 …; may be repeated.")] = None,
    people: Annotated[list[int] | None, typer.Option(min=1, help="People on the picture; may be repeated.")] = None,
    rounds: Annotated[int, typer.Option(min=4, help="Calls of each kind that are counted.")] = 30,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Of the processor (default: the backend's choice).")
    ] = None,
    clip: Annotated[Path | None, typer.Option(help="Also the whole pipeline, on this clip.")] = None,
    runs: Annotated[int, typer.Option(min=1, help="Of the clip.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable.")] = False,
) -> None:
    """Time networks by backend, precision and number of people, and with --clip the whole pipeline: medians, spread."""
    from app.bench import (
        PEOPLE,
        Variant,
        check_threads,
        clip_table,
        first_of_both,
        first_picture,
        inference,
        setting,
        table,
        variants,
    )
    from engine.cards import Task
    from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE, find_model

    check_threads(threads)
    detectors = [find_model(name, Task.DETECTOR) for name in detector or [DEFAULT_DETECTOR]]
    poses = [find_model(name, Task.POSE) for name in pose or [DEFAULT_POSE]]
    image = first_picture(clip)
    chosen = variants([*detectors, *poses], device or (), precision or ())
    rows, refused = inference(
        detectors, poses, chosen, image=image, people=people or PEOPLE, rounds=rounds, threads=threads
    )
    run = None
    if clip is not None and rows:
        names = (detector or [DEFAULT_DETECTOR])[0], (pose or [DEFAULT_POSE])[0]
        measured = detectors[0].name, poses[0].name
        wanted = first_of_both(chosen, rows, *measured) if device or precision else Variant("auto", None)
        run = _bench_clip(clip, names, wanted, runs, threads, refused)
    for sentence in refused:
        console.print(f"Not measured: {sentence}", markup=False, soft_wrap=True)
    if not rows:
        raise UsageError("Nothing of this can be measured here: choose another --device or --precision.")
    where = setting(image, rounds, threads)
    if as_json:
        content = {"setting": where, "rows": [asdict(row) for row in rows], "not_measured": refused, "pipeline": run}
        typer.echo(json.dumps(content, indent=1))
        return
    typer.echo(f"{where}\n\n{table(rows)}")
    if run is not None:
        typer.echo(f"\n{run['detector']}; {run['pose']}\n\n{clip_table(run)}")


def _bench_clip(
    clip: Path, names: tuple[str, str], variant: Variant | None, runs: int, threads: int | None, refused: list[str]
) -> dict[str, Any] | None:
    """The whole pipeline; None, and why as one more sentence of `refused`, where it does not run."""
    from app.bench import run_clip
    from app.engines import Choice

    if variant is None:
        refused.append(f"{clip.name}: nothing that was asked for runs both {names[0]} and {names[1]}.")
        return None
    choice = Choice(detector=names[0], pose=names[1], device=variant.device, precision=variant.precision)
    try:
        return run_clip(clip, choice, runs, threads=threads)
    except SkelterError as error:  # what was measured before is worth telling
        refused.append(f"{clip.name}, {variant}: {error}")
        return None


def _card(model: str, *, yes: bool) -> ModelCard:
    """The card of what was named; a checkpoint is imported first, a network of the zoo fetched."""
    from engine.graphs import CHECKPOINTS
    from engine.models import find_model
    from engine.zoo import find_entry

    path = Path(model)
    if path.suffix.lower() in CHECKPOINTS:
        return _imported(path)
    try:
        return find_model(model)
    except MissingFileError:
        if path.suffix.lower() in (".onnx", ".toml") or path.name != model:
            raise
        if find_entry(model) is None:
            raise _unknown(model) from None
        return fetch(model, yes=yes)


def _imported(checkpoint: Path) -> ModelCard:
    """The model that a checkpoint becomes, or has become before. Raises UsageError where another has its name."""
    from app.model_files import NameTaken, import_file, name_of
    from engine.cards import read_card
    from engine.files import sha256_of
    from engine.models import user_models
    from training.cli import import_checkpoint

    name = name_of(checkpoint)
    try:
        card, lines = import_file(checkpoint, name=name, is_asking=True)
    except NameTaken as error:
        if error.can_replace:  # the same checkpoint gives the same file
            with TemporaryDirectory() as folder:
                again = Path(folder) / f"{name}.onnx"
                import_checkpoint(
                    checkpoint, again, None, pixel_rule=None, decoding=None, flip=False, data="", licence=""
                )
                there = read_card(user_models() / f"{name}.toml")
                if sha256_of(again) == there.sha256:
                    return there
        raise UsageError(
            f"There is a model called {name} already, and {checkpoint} gives another: `skelter build {name}` builds "
            f"that one, `skelter models import {checkpoint} --name NAME` brings this one under a name of its own."
        ) from error
    for line in lines:
        typer.echo(line)
    return card


def _unknown(name: str) -> MissingFileError:
    from engine.models import list_models
    from engine.zoo import catalogue

    known = [card.name for card in list_models()] + [entry.name for entry in catalogue()]
    meant = hint(name, known, "`skelter models list --all` shows what there is.")
    return MissingFileError(f"There is no model called {name}: {meant}")


def _people_of(source: str) -> Pictures:
    from engine.build import people_of
    from engine.loading import load_detector

    frames = _frames_of(source)
    with load_detector() as detector:
        found = people_of(frames, detector)
    if not found:
        raise UsageError(f"There is nobody on the pictures of {source}: give others, or leave --pictures out.")
    return found


def _frames_of(source: str) -> list[U8]:
    """Up to 128 pictures, from all over a clip or folder, or from its beginning where its length is not known."""
    from itertools import islice

    from engine.addresses import CameraAddress, ScreenAddress
    from engine.video.opening import STREAM_SCHEMES, open_source

    if CameraAddress.parse(source) or ScreenAddress.parse(source) or source.lower().startswith(STREAM_SCHEMES):
        raise UsageError(f"{source} is live and has no end: give a clip or a folder of pictures with --pictures.")
    with open_source(source) as opened:
        step = max(1, (opened.info.frame_count or 256) // 64)
        return [frame.image for frame in islice(iter(opened), 0, 128 * step, step)]


def _bar() -> bars.Progress:
    # bound to the stream of now: while libraries work, theirs is redirected
    terminal = Console(file=sys.stderr, highlight=False, emoji=False)
    return bars.Progress(
        bars.TextColumn("{task.description}", markup=False),
        bars.BarColumn(),
        bars.TaskProgressColumn(),
        bars.TimeElapsedColumn(),
        console=terminal,
        disable=not terminal.is_terminal,
        transient=True,
    )


def _tell(done: Build) -> None:
    for attempt in done.attempts:
        if attempt.latency_ms is None:
            console.print(f"{attempt.precision}: refused; {attempt.reason}", markup=False, soft_wrap=True)
        else:
            found = f"{attempt.precision}: {attempt.verdict}; {attempt.latency_ms:.1f} ms"
            console.print(found, markup=False, soft_wrap=True)
    engine = done.used.engine
    assert engine is not None
    typer.echo(
        f"Built {done.card.name} in {done.used.precision} by {engine.key.library} ({engine.size / 1e6:.0f} MB); "
        "`--device auto` uses it."
    )
