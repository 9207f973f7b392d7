"""The command line. Every command is thin: it reads options, calls the part that does the work, prints what happened.

Exit status: 0 done; 2 an error the user can mend (one sentence on stderr); 3 the source broke off midway, all that was
read is written; 130 interrupted, what was done is written. Results go to stdout, everything else to stderr.
"""

from __future__ import annotations

import glob
import json
import logging
import os
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape

from app import __version__
from app.cli_export import export, import_result
from app.cli_models import commands as model_commands
from app.cli_smooth import smooth as smooth_result
from app.cli_tracking import eval_tracking
from app.interruption import Interruption
from app.progress import Progress
from engine.errors import MissingFileError, SkelterError, UsageError
from training.cli import commands as training_commands

if TYPE_CHECKING:
    from app.engines import Choice
    from app.job import Summary
    from app.lines import LinePrinter
    from app.overlay import Style
    from app.results import FrameRecord

BROKEN_OFF, INTERRUPTED = 3, 130
_EXTRAS = dict.fromkeys(("torch", "onnx", "onnxscript", "pycocotools", "tensorboard"), "train")

cli = typer.Typer(
    name="skelter",
    help="Follow people's poses in live and recorded video. `skelter` alone, or with a SOURCE, opens the window.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
console = Console(stderr=True, highlight=False, emoji=False)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"skelter {__version__}")
        raise typer.Exit


@cli.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks and the libraries' messages.")] = False,
) -> None:
    """Options before every command; `--debug` is taken out by `main`, wherever it stands."""


DetectorOption = Annotated[
    str | None, typer.Option(help="Person detector: a name from `skelter doctor`, or an ONNX file.", metavar="MODEL")
]
PoseOption = Annotated[
    str | None, typer.Option(help="Pose network: a name from `skelter doctor`, or an ONNX file.", metavar="MODEL")
]
TrackerOption = Annotated[
    str, typer.Option(help="What keeps identities: oks, iou or flow; still: pictures that do not follow one another.")
]
DeviceOption = Annotated[str, typer.Option(help="What runs the networks: auto, openvino or onnxruntime.")]
PrecisionOption = Annotated[str | None, typer.Option(help="f32 or bf16; by default the backend's choice, stated.")]
ThresholdOption = Annotated[
    float | None, typer.Option(min=0.0, max=1.0, help="Least score of a new person's box (default: the model's own).")
]
DetectEveryOption = Annotated[
    str, typer.Option(help="Ask the detector on every N-th frame, or `auto`: when needed.", metavar="N|auto")
]
SmoothOption = Annotated[
    bool, typer.Option("--smooth", help="Steady the joints (One-Euro); the raw ones stay in the data.")
]
MinScoreOption = Annotated[float, typer.Option(min=0.0, max=1.0, help="Joints scored below this are not drawn.")]


def _choice(
    detector: str | None,
    pose: str | None,
    tracker: str,
    device: str,
    precision: str | None,
    threshold: float | None,
    detect_every: str,
    smooth: bool,
) -> Choice:
    from app.engines import Choice

    every: int | Literal["auto"] = "auto"
    if detect_every != "auto":
        if not detect_every.isdecimal() or int(detect_every) < 1:
            raise UsageError(f"--detect-every {detect_every}: give a whole number from 1, or auto.")
        every = int(detect_every)
    default = Choice()
    return Choice(
        detector or default.detector, pose or default.pose, tracker, device, precision, threshold, every, smooth
    )


@cli.command()
def track(
    source: Annotated[str, typer.Argument(help="A video file, a folder of pictures, or a stream's address.")],
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output",
            "-o",
            help="What to write, by ending: .mp4 .mkv .mov (annotated video), .json .jsonl .csv (data). Repeatable. "
            "Default: CLIP-poses.mp4 and CLIP-poses.json beside the clip.",
        ),
    ] = None,
    detector: DetectorOption = None,
    pose: PoseOption = None,
    tracker: TrackerOption = "oks",
    device: DeviceOption = "auto",
    precision: PrecisionOption = None,
    threshold: ThresholdOption = None,
    detect_every: DetectEveryOption = "auto",
    smooth: SmoothOption = False,
    min_score: MinScoreOption = 0.3,
    boxes: Annotated[bool, typer.Option("--boxes", help="Draw boxes too.")] = False,
    trails: Annotated[bool, typer.Option("--trails", help="Draw where each person came from.")] = False,
    black: Annotated[bool, typer.Option("--black", help="Draw on black instead of on the picture.")] = False,
    by_limb: Annotated[bool, typer.Option("--by-limb", help="Colour left and right instead of persons.")] = False,
) -> None:
    """Follow everyone in SOURCE; write an annotated video and data."""
    from app.overlay import Style

    choice = _choice(detector, pose, tracker, device, precision, threshold, detect_every, smooth)
    style = Style(boxes=boxes, trails=trails, black=black, by_limb=by_limb, min_score=min_score)
    _run(source, output or _default_outputs(source), choice, style)


@cli.command()
def live(
    source: Annotated[str, typer.Argument(help="A camera number, a stream's address, or a video file.")] = "0",
    output: Annotated[
        list[Path] | None,
        typer.Option("--output", "-o", help="Also write .mp4, .mkv, .json, .jsonl or .csv. Repeatable."),
    ] = None,
    detector: DetectorOption = None,
    pose: PoseOption = None,
    tracker: TrackerOption = "oks",
    device: DeviceOption = "auto",
    precision: PrecisionOption = None,
    threshold: ThresholdOption = None,
    detect_every: DetectEveryOption = "auto",
    smooth: SmoothOption = False,
) -> None:
    """Follow everyone in a camera or stream; print a header and a line of Skelter JSON for each frame."""
    from app.lines import LinePrinter
    from app.overlay import Style

    choice = _choice(detector, pose, tracker, device, precision, threshold, detect_every, smooth)
    _run(source, output or [], choice, Style(), LinePrinter())


@cli.command()
def demo(
    clip: Annotated[Path | None, typer.Argument(help="A clip of your own instead of the demonstration clip.")] = None,
    folder: Annotated[Path, typer.Option(help="Where demo.mp4 and demo.json are written.")] = Path(),
    window: Annotated[bool, typer.Option(help="Open the window on the result where there is a display.")] = True,
) -> None:
    """Try Skelter: fetch a clip (4 MB, once), follow the people in it, write demo.mp4 and demo.json, show them."""
    from app.demo import CREDIT, demo_clip
    from app.engines import Choice
    from app.overlay import Style

    if clip is None:
        console.print("Getting the demonstration clip…")
        clip = demo_clip()
        console.print(CREDIT)
    data = folder / "demo.json"
    _run(str(clip), [folder / "demo.mp4", data], Choice(), Style())
    if window and _has_display():
        from app.gui import run_window

        raise typer.Exit(run_window(str(clip), recording=data))


@cli.command()
def window(
    source: Annotated[str | None, typer.Argument(help="A video file, camera number or address.")] = None,
) -> None:
    """Open the window (what `skelter` and `skelter SOURCE` do)."""
    if source is not None and not _is_address(source) and not Path(source).exists() and not glob.has_magic(source):
        near = get_close_matches(source, cli_names(), n=1)
        hint = f"did you mean the command `skelter {near[0]}`?" if near else "check the name."
        raise MissingFileError(f"{source} does not exist; {hint}")
    if not _has_display():
        raise UsageError("There is no display for the window; use `skelter track CLIP -o out.mp4` instead.")
    from app.gui import run_window

    raise typer.Exit(run_window(source))


@cli.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable.")] = False,
) -> None:
    """Say what would be used and why: versions, backends, models, cameras, codecs; and time the default models."""
    from app.doctor import examine, render

    report = examine()
    if as_json:
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
    else:
        render(report, Console(highlight=False))


cli.command("export")(export)
cli.command("import")(import_result)
cli.command("smooth")(smooth_result)
cli.command("eval-tracking")(eval_tracking)
cli.add_typer(model_commands, name="models")
cli.add_typer(training_commands)  # `train`, `eval`: they import PyTorch when they run


def _is_address(source: str) -> bool:
    return source.isdecimal() or "://" in source


def _has_display() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _default_outputs(source: str) -> list[Path]:
    clip = Path(source)
    is_pattern = glob.has_magic(source) and not clip.exists()
    if _is_address(source) or source.startswith("/dev/") or is_pattern:  # none has a place for the results beside it
        raise UsageError(f"{source}: say what to write with -o, for example -o poses.mp4.")
    clip = clip.resolve()
    name = clip.name if clip.is_dir() else clip.stem
    return [clip.with_name(f"{name}-poses{suffix}") for suffix in (".mp4", ".json")]


def _run(source: str, outputs: list[Path], choice: Choice, style: Style, printer: LinePrinter | None = None) -> None:
    """Run a job under a progress bar and report; leaves by typer.Exit where the status is not 0."""
    try:
        summary, interrupted = _follow(source, outputs, choice, style, printer)
    except KeyboardInterrupt:  # before the first frame, or for the second time
        console.print("[yellow]Interrupted; nothing unfinished was kept.[/]")
        raise typer.Exit(INTERRUPTED) from None
    _report(summary, outputs)
    if interrupted and not (printer is not None and printer.reader_gone):
        console.print(f"[yellow]Interrupted{'; the frames so far are written' if outputs else ''}.[/]")
        raise typer.Exit(INTERRUPTED)
    if summary.broken_off:
        console.print(f"[yellow]Warning: {escape(summary.broken_off)}[/]", soft_wrap=True)
        raise typer.Exit(BROKEN_OFF)


def _follow(
    source: str, outputs: list[Path], choice: Choice, style: Style, printer: LinePrinter | None
) -> tuple[Summary, bool]:
    """What the job did, and whether somebody asked to finish before the end."""
    from app import job
    from app.engines import Engines
    from engine.video import open_source

    with Interruption() as interruption, open_source(source) as opened:
        job.check_outputs(outputs, source)
        console.print(f"Loading {choice.detector} and {choice.pose}…", markup=False)
        with Engines.load(choice) as engines:
            console.print(f"Detector: {engines.detector.description}\nPose: {engines.pose.description}", markup=False)
            console.print(f"Device: {engines.detector.why}", markup=False)
            if printer is not None:
                printer.begin(engines.header(opened.info))

            def each(record: FrameRecord) -> None:
                if printer is not None:
                    printer.write(record)
                    interruption.requested |= printer.reader_gone

            with Progress(opened.info, console) as progress:
                summary = job.run(
                    opened,
                    engines,
                    outputs,
                    style=style,
                    audio_from=Path(source) if opened.info.has_audio and Path(source).is_file() else None,
                    watch=lambda results: interruption.watch(progress.watch(results)),
                    each=each,
                )
    return summary, interruption.requested


def _report(summary: Summary, outputs: list[Path]) -> None:
    people = len(summary.people)
    lost = f", {summary.dropped} frames skipped to keep up" if summary.dropped else ""
    console.print(
        f"{summary.frames} frames, {people} {'person' if people == 1 else 'people'}, "
        f"{summary.seconds:.1f} s ({summary.fps:.1f} frames/s){lost}"
    )
    for path in outputs:
        console.print(f"Wrote {path}", markup=False, soft_wrap=True)


def cli_names() -> list[str]:
    """The names of the commands."""
    return sorted(typer.main.get_command(cli).commands)  # type: ignore[attr-defined]


def main(argv: list[str] | None = None) -> int:
    """Run a command and give its exit status. A first word that is no command is a source for the window."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    if not arguments or (not arguments[0].startswith("-") and arguments[0] not in cli_names()):
        arguments = ["window", *arguments]
    try:
        status = cli(arguments, prog_name="skelter", standalone_mode=False)
    except typer.TyperException as error:
        command = f"skelter {arguments[0]}" if arguments[0] in cli_names() else "skelter"
        console.print(f"[red]Error:[/] {escape(error.format_message().rstrip('.'))}; see `{command} --help`.")
        return 2
    except SkelterError as error:
        if debug:
            raise
        console.print(f"[red]Error:[/] {escape(str(error))}", soft_wrap=True)
        return 2
    except Exception as error:  # the last place before the user: a sentence, not a traceback
        if debug:
            raise
        if isinstance(error, ModuleNotFoundError) and error.name in _EXTRAS:
            extra = _EXTRAS[error.name]
            console.print(f"[red]Error:[/] This needs {error.name}; run `pip install 'skelter\\[{extra}]'` first.")
            return 2
        console.print(
            f"[red]Something unexpected went wrong:[/] {escape(f'{type(error).__name__}: {error}')}. "
            "Run it again with --debug and report what it prints.",
            soft_wrap=True,
        )
        return 1
    return status if isinstance(status, int) else 0


if __name__ == "__main__":
    sys.exit(main())
