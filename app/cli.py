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
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from app import __version__, display, stderr
from app.cli_batch import batch
from app.cli_build import bench, build
from app.cli_check import check
from app.cli_draw import draw
from app.cli_export import export, import_result
from app.cli_follow import live, track
from app.cli_job import Order, console, run_job
from app.cli_models import commands as model_commands
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


cli.command("track")(track)  # here for their place in the help
cli.command("live")(live)


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
