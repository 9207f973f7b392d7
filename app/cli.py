"""The command line. Every command is thin: it reads options, calls the part that does the work, prints what happened.

Exit status: 0 done; 2 an error the user can mend (one sentence on stderr); 3 the source broke off midway, all that was
read is written; 130 interrupted, what was done is written. Results go to stdout, everything else to stderr.
"""

from __future__ import annotations

import errno
import glob
import io
import json
import os
import sys
import traceback
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from app import __version__, display, stderr
from app.certainty import MIN_SCORE
from app.cli_batch import batch
from app.cli_build import bench, build
from app.cli_check import check
from app.cli_draw import draw
from app.cli_export import beside, export, formats_named, import_result, with_name
from app.cli_job import Order, console, is_given, run_job, run_of
from app.cli_models import commands as model_commands
from app.cli_options import (
    AnglesOption,
    BlackOption,
    BoxesOption,
    ByLimbOption,
    DetectEveryOption,
    DetectorOption,
    DeviceOption,
    FlipOption,
    MinScoreOption,
    PicturesFpsOption,
    PoseOption,
    PrecisionOption,
    RangeOption,
    RecordedAtOption,
    SmoothOption,
    ThresholdOption,
    TrackerOption,
    TrailsOption,
    choice_of,
    style_of,
)
from app.cli_smooth import smooth as smooth_result
from app.cli_tracking import eval_tracking
from app.cli_zoo import register as register_zoo
from app.hints import in_plain_words
from app.there import is_there
from engine.addresses import is_live
from engine.errors import MissingFileError, SkelterError, UsageError, reason_of
from engine.stopping import to_nowhere
from training.cli import commands as training_commands

_EXTRAS = dict.fromkeys(("torch", "onnx", "onnxscript", "pycocotools", "tensorboard"), "train") | dict.fromkeys(
    ("websockets", "msgpack", "pythonosc"), "stream"
)
_OF_A_STREAM = {  # of what a full disk, a quota, a pipe that nobody reads, a broken or a closed output give
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EPIPE, errno.EINVAL, errno.EAGAIN, errno.EIO, errno.EBADF
}  # fmt: skip

_WHAT_TO_OPEN = "A video, a camera (0, or 0:1920x1080@30), a stream's address, `screen:`, a session or a result."
_WHAT_TO_WATCH = "A video, a camera (0, or 0:1920x1080@30), a stream's address, or `screen:`, the first screen."

cli = typer.Typer(
    name="skelter",
    help="Follow people's poses in live and recorded video. `skelter` alone, or with a SOURCE, opens the window.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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


@cli.command()
def track(
    context: typer.Context,
    source: Annotated[
        str | None,
        typer.Argument(
            help="A video file, a picture, a folder of pictures, or a stream's address.", show_default=False
        ),
    ] = None,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output",
            "-o",
            help="What to write, by ending: .mp4 .m4v .mov .mkv (annotated video), .jpg .png (for a picture), a "
            "folder (for a folder of pictures), .json .jsonl .csv … (data). Repeatable. Default: CLIP-poses.mp4 (for a "
            "picture .jpg or .png) and CLIP-poses.json beside the clip, which replace those of the same run only.",
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            help="Formats to write beside it, with commas between them: mp4, m4v, mov, mkv, for a picture jpg, png, "
            "and those of `skelter export`.",
            metavar="FORMAT,…",
        ),
    ] = None,
    manifest: Annotated[
        Path | None,
        typer.Option("--from", help="Do again what this manifest tells: the same joints and ids.", metavar="MANIFEST"),
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
    min_score: MinScoreOption = MIN_SCORE,
    part: RangeOption = None,
    fps: PicturesFpsOption = None,
    recorded_at: RecordedAtOption = None,
    boxes: BoxesOption = False,
    trails: TrailsOption = False,
    angles: AnglesOption = False,
    black: BlackOption = False,
    by_limb: ByLimbOption = False,
) -> None:
    """Follow everyone in SOURCE; write an annotated video or picture, and data."""
    from app.job import DRAWN_ENDINGS, format_name
    from app.picture_folder import FORMAT

    repeated = None
    if manifest is not None:
        from app.repeat import source_of

        repeated, told = run_of(manifest, context)
        min_score = min_score if told is None else told
        source = source or source_of(repeated)
        if not output and not to:
            raise UsageError("Say where to write it this time, with -o or --to.")
    if source is None:
        raise UsageError("Give a SOURCE: a video, a folder of pictures or an address; or --from MANIFEST.")
    choice = choice_of(detector, pose, tracker, device, precision, threshold, detect_every, smooth, flip)
    style = style_of(boxes=boxes, trails=trails, angles=angles, black=black, by_limb=by_limb, min_score=min_score)
    named = list(output or ())
    outputs = named or ([] if to else _default_outputs(source))
    if to:
        also = beside(outputs[0] if outputs else _default_outputs(source)[0], formats_named(to, DRAWN_ENDINGS))
        outputs = outputs + [path for path in also if path not in outputs]
    if not is_given("tracker", context) and any(format_name(path) == FORMAT for path in outputs):
        choice = replace(choice, tracker="still")  # what is looked at picture by picture need not be of one scene
    unnamed = tuple(path for path in outputs if path not in named)
    run_job(
        Order(
            source, outputs, choice, style, repeated=repeated, part=part, fps=fps, recorded_at=recorded_at,
            unnamed=unnamed,
        )
    )  # fmt: skip


@cli.command()
def live(
    source: Annotated[str, typer.Argument(help=_WHAT_TO_WATCH)] = "0",
    output: Annotated[
        list[Path] | None,
        typer.Option("--output", "-o", help="Also write files, by ending, as `skelter track` does. Repeatable."),
    ] = None,
    stream: Annotated[
        list[str] | None,
        typer.Option(
            help="Send each frame's poses on instead of printing them: ws://, osc:// or udp:// (docs/stream.md); "
            "http:// shows annotated pictures to a browser. This machine alone unless a host is named. Repeatable.",
            metavar="ADDRESS",
        ),
    ] = None,
    real_time: Annotated[
        bool, typer.Option("--real-time", help="Play a file at its own speed, as a camera would; slower where it must.")
    ] = False,
    detector: DetectorOption = None,
    pose: PoseOption = None,
    tracker: TrackerOption = "oks",
    device: DeviceOption = "auto",
    precision: PrecisionOption = None,
    threshold: ThresholdOption = None,
    detect_every: DetectEveryOption = "auto",
    smooth: SmoothOption = False,
    flip: FlipOption = False,
    min_score: MinScoreOption = MIN_SCORE,
    recorded_at: RecordedAtOption = None,
    boxes: BoxesOption = False,
    trails: TrailsOption = False,
    angles: AnglesOption = False,
    black: BlackOption = False,
    by_limb: ByLimbOption = False,
) -> None:
    """Follow everyone in a camera or stream; print a header and a line of Skelter JSON for each frame."""
    from app.lines import LinePrinter

    if real_time and is_live(source):
        raise UsageError(f"{source} is live already; leave --real-time out.")
    choice = choice_of(detector, pose, tracker, device, precision, threshold, detect_every, smooth, flip)
    style = style_of(boxes=boxes, trails=trails, angles=angles, black=black, by_limb=by_limb, min_score=min_score)
    printer = None if stream else LinePrinter()
    run_job(
        Order(
            source, output or [], choice, style, printer, streams=tuple(stream or ()), real_time=real_time,
            recorded_at=recorded_at, command="live",
        )
    )  # fmt: skip


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
    video, data = folder / "demo.mp4", folder / "demo.json"
    elsewhere = "give another folder with --folder."
    run_job(Order(str(clip), [video, data], Choice(), Style(), unnamed=(video, data), elsewhere=elsewhere))
    if window and (why := display.trouble()) is not None:
        console.print(f"{why}.", markup=False, soft_wrap=True)
    elif window:
        from app.gui import run_window

        raise typer.Exit(run_window(str(clip), recording=data))


@cli.command()
def window(
    source: Annotated[str | None, typer.Argument(help=_WHAT_TO_OPEN)] = None,
    result: Annotated[
        Path | None, typer.Argument(help="A result of that video: Skelter JSON, or what `skelter import` reads.")
    ] = None,
) -> None:
    """Open the window (what `skelter` and `skelter SOURCE` do)."""
    if source is not None and not is_live(source) and not is_there(Path(source)) and not glob.has_magic(source):
        near = get_close_matches(source, cli_names(), n=1)
        hint = f"did you mean the command `skelter {near[0]}`?" if near else "check the name."
        hint = "did you mean `skelter --help`?" if source == "help" else hint
        raise MissingFileError(f"{source} does not exist; {hint}")
    if result is not None:
        from app.imports import is_result

        if not is_there(result):
            raise MissingFileError(f"{result} does not exist; check the name.")
        if not is_result(result):
            raise UsageError(f"{result} is no result; give a video and a .json, .jsonl or OpenPose folder made of it.")
    if (why := display.trouble()) is not None:
        raise UsageError(f"{why}; `skelter track CLIP -o out.mp4` does without one.")
    from app.gui import run_window

    raise typer.Exit(run_window(source, recording=result))


@cli.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable.")] = False,
) -> None:
    """Say what would be used and why: versions, backends, models, cameras, codecs; and time the default models."""
    from app.doctor import examine, render

    report = examine()
    if as_json:
        typer.echo(json.dumps(report, indent=2))  # to nobody where standard output is closed
    else:
        render(report, Console(highlight=False))


cli.command("batch")(batch)
cli.command("export")(export)
cli.command("import")(import_result)
cli.command("smooth")(smooth_result)
cli.command("check")(check)
cli.command("draw")(draw)
cli.command("eval-tracking")(eval_tracking)
cli.command("build")(build)
cli.command("bench")(bench)
register_zoo(model_commands)
cli.add_typer(model_commands, name="models")
cli.add_typer(training_commands)  # `train`, `eval`: they import PyTorch when they run


def _default_outputs(source: str) -> list[Path]:
    from engine.video.picture_sink import drawn_suffix

    clip = with_name(Path(source))
    is_pattern = glob.has_magic(source) and not is_there(clip) and any(glob.iglob(source))
    # none of these has a place for the results beside it, and the root no name for them
    if is_live(source) or is_pattern or not clip.name:
        raise UsageError(f"Say with -o what to write of {source}, for example -o poses.mp4.")
    clip = clip.absolute()  # not resolved: of a link the results lie beside the link, and are called after it
    name = clip.name if is_there(clip) and clip.is_dir() else clip.stem
    return [clip.with_name(f"{name}-poses{suffix}") for suffix in (drawn_suffix(clip), ".json")]


def cli_names() -> list[str]:
    """The names of the commands."""
    return sorted(typer.main.get_command(cli).commands)  # type: ignore[attr-defined]


def _stdout_fails(error: OSError) -> bool:
    """Whether `error` may be of standard output, and that takes nothing, as on a full disk.

    What it did not take yet goes nowhere then, or Python would complain of it when it ends.
    """
    if error.errno not in _OF_A_STREAM or error.filename is not None:
        return False  # and nothing is written to try it
    stream = sys.__stdout__
    if stream is None or stream is not sys.stdout:  # closed, or somebody's own
        return False
    try:
        stream.flush()
        os.write(stream.fileno(), b"\n")  # what failed may not be in the buffer any more
    except OSError:
        to_nowhere(stream.fileno())
        return True
    return False


def main(argv: list[str] | None = None) -> int:
    """Run a command and give its exit status. A first word that is no command is a source for the window."""
    stderr.outlive_its_reader()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # names may have letters that the reader's encoding (cp1252) has not
    arguments = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    stderr.log_to_it(debug=debug)
    first = arguments[0] if arguments else "--"  # after which there is no option, nor a command
    if first == "--" or (not first.startswith("-") and first not in cli_names()):
        arguments = ["window", *arguments]
    try:
        status = cli(arguments, prog_name="skelter", standalone_mode=False)
    except typer.TyperException as error:
        command = f"skelter {arguments[0]}" if arguments[0] in cli_names() else "skelter"
        # of a group without a command Typer prints the help, and says nothing more
        message = in_plain_words(error.format_message().rstrip(".")) or "Say what to do"
        console.print(f"[red]Error:[/] {escape(message)}; see `{command} --help`.")
        return 2
    except SkelterError as error:
        if debug:
            traceback.print_exception(error)
        console.print(f"[red]Error:[/] {escape(str(error))}", soft_wrap=True)
        return 2
    except Exception as error:  # noqa: BLE001 - the last place before the user: a sentence
        if debug:
            traceback.print_exception(error)
        if isinstance(error, ModuleNotFoundError) and error.name in _EXTRAS:
            extra = _EXTRAS[error.name]
            console.print(f"[red]Error:[/] This needs {error.name}; run `pip install 'skelter\\[{extra}]'` first.")
            return 2
        if isinstance(error, OSError) and _stdout_fails(error):
            console.print(
                f"[red]Error:[/] Standard output could not be written ({reason_of(error)}); send it elsewhere.",
                soft_wrap=True,
            )
            return 2
        remedy = "Report what stands above" if debug else "Run it again with --debug and report what it prints"
        console.print(
            f"[red]Something unexpected went wrong:[/] {escape(f'{type(error).__name__}: {error}')}. {remedy}.",
            soft_wrap=True,
        )
        return 1
    return status if isinstance(status, int) else 0


if __name__ == "__main__":
    sys.exit(main())
