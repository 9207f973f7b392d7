"""`skelter train` and `skelter eval`: thin over `training.train`, `training.evaluate` and `training.deploying`.

PyTorch is imported inside the commands, so that looking up their help costs nothing.
"""

from __future__ import annotations

import logging
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import orjson
import typer
from rich import box
from rich.console import Console
from rich.table import Table

from engine.errors import UsageError

if TYPE_CHECKING:
    from engine.crops import PixelRule
    from engine.decoding import Decoding
    from engine.types import U8
    from training.data.people import Skips
    from training.evaluate import DetectorReport, PoseReport, Source

INTERRUPTED = 130  # exit status, as of every other command

commands = typer.Typer(no_args_is_help=True, help="Make and score the networks.")


@commands.command()
def train(
    recipe: Annotated[
        str | None, typer.Argument(help="A recipe: the name of one that comes along (--list), or a TOML file.")
    ] = None,
    show_list: Annotated[bool, typer.Option("--list", help="Show the recipes that come along, and stop.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Folder of the run (default: runs/RECIPE); a run in it is gone on with."),
    ] = None,
    start: Annotated[
        Path | None,
        # not `--start`: torchrun takes that for its own `--start-method`, also behind the name of the program
        typer.Option(
            "--weights",
            help="Weights to begin with: a checkpoint, an ImageNet backbone, one of our ONNX files, or a model's name.",
        ),
    ] = None,
    show_batch: Annotated[
        Path | None, typer.Option(help="Draw a batch as the network sees it to this PNG, and do not train.")
    ] = None,
    device: Annotated[str, typer.Option(help="cpu, cuda or cuda:N.")] = "cpu",
    threads: Annotated[int, typer.Option(min=0, help="CPU threads of PyTorch's operators; 0: its default.")] = 0,
    save_every: Annotated[float, typer.Option(help="Seconds between checkpoints.")] = 300.0,
    eval_every: Annotated[int, typer.Option(min=0, help="Steps between evaluations; 0: only at the end.")] = 0,
) -> None:
    """Train a network by a recipe, or go on where the run in OUTPUT stopped. Ctrl-C saves first.

    Several processes, GPUs or machines: torchrun --nproc-per-node N -m app.cli train …
    """
    from training.recipe import find_recipe, read_recipe

    if show_list:
        _print_recipes()
        return
    if not save_every >= 0:
        raise UsageError(f"--save-every must be a number of seconds, not {save_every:g}.")
    if recipe is None:
        raise UsageError("Say which recipe to train by: `skelter train --list` shows those that come along.")
    path = find_recipe(recipe)
    plan = read_recipe(path)
    if show_batch is not None:
        from training.preview import draw_batch

        draw_batch(plan, show_batch)
        return
    from training.train import Options
    from training.train import train as run

    _show_progress_log()
    options = Options(
        folder=output or Path("runs") / path.stem,
        start=_weights(start),
        device=device,
        threads=threads,
        save_every_s=save_every,
        eval_every=eval_every,
    )
    try:
        figures = run(plan, options)
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    if figures:
        _print_stats(figures, f"{plan.name}, validation")


def _weights(given: Path | None) -> Path | None:
    """A file of weights; of a model's name, its file."""
    from engine.models import find_model

    if given is None or given.suffix or given.exists():
        return given
    return find_model(str(given)).path


def _show_progress_log() -> None:
    """What a training run says of itself goes to stderr, where nobody watches the bar too."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", datefmt="%H:%M:%S"))
    training_log = logging.getLogger("training")
    training_log.setLevel(logging.INFO)
    training_log.addHandler(handler)
    training_log.propagate = False


@commands.command("eval")
def evaluate(
    model: Annotated[
        str,
        typer.Argument(
            help="What to score: a model's name, a file with its card, one of our checkpoints, or a COCO result file "
            "(.json) of anybody's poses."
        ),
    ],
    data: Annotated[Path, typer.Option(help="Folder of the pictures and annotations.")],
    annotations: Annotated[list[str], typer.Option(help="Annotation files in it (COCO format).")] = ["val.json"],  # noqa: B006
    split: Annotated[str, typer.Option(help="Only pictures of this split.")] = "",
    source: Annotated[list[str], typer.Option(help="Only pictures of this source; may be repeated.")] = [],  # noqa: B006
    data_format: Annotated[
        Literal["coco", "mpii", "posetrack18"], typer.Option("--format", help="Of the annotations.")
    ] = "coco",
    heads: Annotated[str, typer.Option(help="Of MPII: its gt_valid.mat, in the folder.")] = "annot/gt_valid.mat",
    boxes: Annotated[
        str, typer.Option(help="gt, a detector's name or file, or a COCO result file (.json) of boxes.")
    ] = "gt",
    recipe: Annotated[
        str | None,
        typer.Option(
            help="Of a bare state dict that is no published network: the recipe that tells of it, a file or a name "
            "of `train --list`."
        ),
    ] = None,
    flip: Annotated[
        bool,
        typer.Option(help="In the mirror too; of a checkpoint heatmaps are averaged, else joints."),
    ] = False,
    turn: Annotated[
        bool, typer.Option(help="Look once more, turned upright, at who is not, as the program does; papers do not.")
    ] = False,
    dark: Annotated[bool, typer.Option(help="Of a checkpoint: decode by DARK instead of the parabola.")] = False,
    device: Annotated[str, typer.Option(help="As in `skelter track`.")] = "auto",
    precision: Annotated[str, typer.Option(help="As in `skelter track`; f32 to compare figures.")] = "f32",
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON, 0 to 1.")] = False,
) -> None:
    """Score a pose model or a detector by its data set's rules (COCO's, MPII's PCKh), run as the program runs it."""
    from engine.cards import Task
    from engine.loading import load_detector, load_pose
    from training.deploying import exported
    from training.evaluate import (
        Source,
        evaluate_detector,
        evaluate_pose_as_asked,
        evaluate_pose_by_own_rule,
        evaluate_results,
    )
    from training.export import real_pictures

    where = Source(data, tuple(annotations), split, tuple(source), data_format, heads)
    if data_format != "coco" and boxes != "gt":
        raise UsageError(f"{data_format} is scored in its own boxes: leave out --boxes.")
    if model.endswith(".json"):
        if boxes != "gt" or data_format != "coco" or recipe or flip or turn or dark:
            raise UsageError(f"{model} holds results: leave out the options that say how a network is run.")
        _tell_poses(evaluate_results(Path(model), where), f"{model}, {data}", where, as_json=as_json)
        return

    def shown(size: tuple[int, int], task: Task, pixels: PixelRule, _: str) -> U8:
        return real_pictures(data, annotations, size, task, pixels, data_format, count=4)

    with exported(model, recipe, shown, flip=flip, dark=dark) as (path, task):
        if task is Task.DETECTOR:
            if boxes != "gt" or data_format != "coco" or turn:
                raise UsageError(
                    f"{model} is a detector: leave out --boxes, --format and --turn, which are for pose models."
                )
            with load_detector(path, device=device, precision=precision) as detector:
                found = evaluate_detector(detector, where)
                _tell_boxes(found, f"{detector.description}, {data}", where, as_json=as_json)
            return
        in_graph = path != model
        with load_pose(path, device=device, precision=precision, flip=flip and not in_graph, turn=turn) as estimator:
            title = f"{estimator.description}{', turned upright too' if turn else ''}, {data}"
            if data_format == "coco":
                report = evaluate_pose_as_asked(estimator, where, boxes, device=device, precision=precision)
                _tell_poses(report, title, where, as_json=as_json)
                return
            figures, people, skips = evaluate_pose_by_own_rule(estimator, where)
            _check_any(people, where, skips)
            if as_json:
                _echo_json(title, figures, skips, people=people)
                return
            Console().print(f"{people} people in ground-truth boxes; skipped: {skips}")
            _print_stats(figures, title)


@commands.command("export-model")
def export_model(
    checkpoint: Annotated[
        Path, typer.Argument(help="One of our checkpoints, a published one, or a state dict with --recipe.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="The ONNX file; its card is written beside it.")],
    data: Annotated[Path, typer.Option(help="Folder of real pictures, to compare the file with PyTorch on.")],
    annotations: Annotated[list[str], typer.Option(help="Annotation files in it.")] = ["val.json"],  # noqa: B006
    recipe: Annotated[
        str | None, typer.Option(help="The recipe that tells of the network, a file or a name of `train --list`.")
    ] = None,
    threshold: Annotated[
        float, typer.Option(help="Of a detector: score from which a box counts. Of joints it is only noted.")
    ] = 0.3,
    flip: Annotated[bool, typer.Option(help="Average with the mirrored crop: better, twice the work.")] = False,
    dark: Annotated[bool, typer.Option(help="Decode by DARK instead of the smoothed parabola.")] = False,
    sources: Annotated[str, typer.Option(help="For the card: what it was trained on.")] = "not stated",
    licence: Annotated[str, typer.Option(help="For the card.")] = "not stated",
    accuracy: Annotated[str, typer.Option(help="For the card.")] = "not measured",
    accuracy_command: Annotated[str, typer.Option(help="For the card: how to measure it.")] = "",
) -> None:
    """Write a trained network as a deployed ONNX file with its card, checked against PyTorch."""
    from training.deploying import export_checkpoint
    from training.export import check_output, describe, real_pictures

    if not 0 <= threshold <= 1:
        raise UsageError(f"--threshold must be from 0 to 1, not {threshold:g}.")
    check_output(output)
    done = export_checkpoint(
        checkpoint, recipe, output, lambda *wanted: real_pictures(data, annotations, *wanted),
        flip=flip, dark=dark,
    )  # fmt: skip
    card = describe(
        output,
        task=done.task,
        size_wh=done.size_wh,
        threshold=threshold,
        form=done.form,
        data=sources,
        licence=licence,
        accuracy=accuracy,
        accuracy_command=accuracy_command,
    )
    Console().print(f"{output} and {card.name}: within {done.difference.pixels:.4f} pixels of PyTorch")


def import_checkpoint(
    file: Path,
    target: Path,
    size_wh: tuple[int, int] | None,
    *,
    pixel_rule: PixelRule | None,
    decoding: Decoding | None,
    flip: bool,
    data: str,
    licence: str,
    run_code: bool = False,
    is_asking: bool = False,
) -> list[str]:
    """Makes `target` (.onnx) and its card of a pose checkpoint; returns what to tell about it, line by line.

    is_asking  as of `import_pose_checkpoint`
    """
    from training.importing import import_pose_checkpoint

    done = import_pose_checkpoint(
        file, target, size_wh=size_wh, pixel_rule=pixel_rule, decoding=decoding, flip=flip, data=data, licence=licence,
        run_code=run_code, is_asking=is_asking,
    )  # fmt: skip
    found, apart = done.checkpoint, done.difference
    lines = [
        *found.described(file),
        f"ONNX places joints within {apart.pixels:.4f} pixels of PyTorch ({apart.compared} compared).",
    ]
    if found.doubt:
        lines.append(found.doubt)
    if found.unused:
        lines.insert(
            1, f"Left out, of no use here: {', '.join(found.unused[:4])}{' …' if len(found.unused) > 4 else ''}."
        )
    return lines


def _check_any(count: int, where: Source, skips: Skips) -> None:
    """A table of zeros over nothing would pass for a score."""
    if not count:
        raise UsageError(f"{where.folder} has nothing to score on: check --split and --source ({skips}).")


def _print_recipes() -> None:
    from training.recipe import read_recipe, shipped_recipes

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("recipe", no_wrap=True)
    table.add_column("input", no_wrap=True)
    table.add_column("published, %")
    for path in shipped_recipes():
        recipe = read_recipe(path)
        sizes = ", ".join(f"{height}x{width}" for width, height in (phase.size for phase in recipe.phases))
        table.add_row(recipe.name, sizes, recipe.published or "–")
    Console().print(table)


def _print_stats(stats: dict[str, float], title: str) -> None:
    if all(math.isnan(value) for value in stats.values()):
        Console().print(f"{title}: nobody here can be scored.", markup=False, soft_wrap=True)
        return
    table = Table(
        title=title, box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True
    )  # ten figures fit into 80 columns
    for name in stats:
        table.add_column(name, justify="right")
    table.add_row(*map(_cell, stats.values()))
    Console().print(table)


def _cell(figure: float) -> str:
    """A figure to three places; a dash where there is nothing that it could be of."""
    return "–" if math.isnan(figure) else f"{figure:.3f}"


def _print_sources(by_source: dict[str, tuple[int, float, float]], counted: str) -> None:
    if not by_source:
        return
    table = Table("source", counted, "AP", "AP50", title="by source")
    for name, (number, average, half) in by_source.items():
        table.add_row(name, str(number), _cell(average), _cell(half))
    Console().print(table)


def _echo_json(
    scored: str,
    stats: dict[str, float],
    skips: Skips,
    by_source: dict[str, tuple[int, float, float]] | None = None,
    counted: str = "",
    **more: object,
) -> None:
    """What the tables tell; null where a figure is of nothing."""
    told = {name: dict(zip((counted, "AP", "AP50"), row, strict=True)) for name, row in (by_source or {}).items()}
    document = {"scored": scored, "stats": stats, **more, "by_source": told, "skipped": dict(skips.counts)}
    typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY))


def _tell_boxes(found: DetectorReport, title: str, where: Source, *, as_json: bool) -> None:
    _check_any(found.pictures, where, found.skips)
    if as_json:
        _echo_json(
            title, found.stats, found.skips, found.by_source, "pictures",
            pictures=found.pictures, empty=found.empty, quiet=found.quiet,
        )  # fmt: skip
        return
    Console().print(f"{found.pictures} pictures; skipped: {found.skips}")
    _print_stats(found.stats, title)
    _print_sources(found.by_source, "pictures")
    if found.empty:
        Console().print(f"{found.quiet} of {found.empty} pictures without people stay empty")


def _tell_poses(report: PoseReport, title: str, where: Source, *, as_json: bool) -> None:
    _check_any(report.people, where, report.skips)
    if as_json:
        _echo_json(
            title, report.stats, report.skips, report.by_source, "people", boxes=report.boxes,
            people=report.people, without=report.without, by_joint=report.by_joint, pck=report.pck, seen=report.seen,
            absent=report.absent,
        )  # fmt: skip
        return
    _print_report(report, title)


def _print_report(report: PoseReport, title: str) -> None:
    console = Console()
    console.print(f"{report.people} people in {report.boxes}; skipped: {report.skips}")
    boxless, pictures = report.without
    if boxless:
        console.print(f"{boxless} of {pictures} pictures have no box: nobody is looked for there")
    _print_stats(report.stats, title)
    if report.by_source:
        _print_sources(report.by_source, "people")
        table = Table("joint", "PCK@0.2 torso", title=f"by joint (all: {_cell(report.pck)})")
        for name, share in report.by_joint.items():
            table.add_row(name, _cell(share))
        console.print(table)
        seen, absent = _cell(report.seen), _cell(report.absent)
        console.print(f"mean score of labelled joints {seen}, of joints not in view {absent}")
