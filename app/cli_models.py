"""`skelter models`: networks of one's own, so that every command and the window know them by name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.errors import UsageError

commands = typer.Typer(no_args_is_help=True, help="List, fetch, import and remove networks.")


@commands.callback()
def models() -> None:
    """List, fetch, import and remove networks; all are known by name afterwards."""


@commands.command("import")
def import_model(
    file: Annotated[Path, typer.Argument(help="A checkpoint of a pose network (.pth, .pt, .tar) or an ONNX file.")],
    name: Annotated[str | None, typer.Option(help="What to call it (default: the file's name).")] = None,
    size: Annotated[str | None, typer.Option(help="Of a checkpoint: its input.", metavar="HEIGHTxWIDTH")] = None,
    pixel_rule: Annotated[
        PixelRule | None, typer.Option(help="How crops were laid onto pixels in training (default: by what it is).")
    ] = None,
    decoding: Annotated[
        Decoding | None,
        typer.Option(help="How heatmaps are read (default: by what it is); of a checkpoint parabola, quarter or dark."),
    ] = None,
    person_class: Annotated[
        int | None,
        typer.Option(min=0, help="Of a detector in ONNX: which class is a person, from 0 (default: by their names)."),
    ] = None,
    flip: Annotated[
        bool, typer.Option("--flip", help="Average with the mirrored crop: better, twice the work.")
    ] = False,
    licence: Annotated[str | None, typer.Option(help="For the card.")] = None,
    data: Annotated[str | None, typer.Option(help="For the card: what it was trained on.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite one of the same name.")] = False,
    run_code: Annotated[
        bool, typer.Option("--run-code", help="Run code that FILE holds: its maker can then do all that you can here.")
    ] = False,
) -> None:
    """Make FILE a model that runs by name: `skelter track --pose NAME`, and in the window.

    Checkpoints are read of HRNet, SimpleBaseline, stacked hourglass and Swin (official and MMPose's), and our own. No
    code in them is run unless --run-code says so.
    """
    from app.model_files import NameTaken, NameUnfit, import_file

    try:
        card, lines = import_file(
            file, name=name, size_wh=_size(size), pixel_rule=pixel_rule, decoding=decoding, person_class=person_class,
            flip=flip, licence=licence, data=data, replace=replace, run_code=run_code,
        )  # fmt: skip
    except NameTaken as error:
        options = "by --name, or say --replace" if error.can_replace else "by --name"
        raise UsageError(f"{str(error).rstrip('.')} {options}.") from error
    except NameUnfit as error:
        fit = re.sub(r"[^\w.+-]+", "-", name or file.stem).strip("-.+")[:40] or "mine"
        raise UsageError(f"{str(error).rstrip('.')}, for example by `--name {fit}`.") from error
    for line in lines:
        typer.echo(line)
    option = "--detector" if card.task == "detector" else "--pose"
    typer.echo(f"Imported as {card.name}: skelter track CLIP {option} {card.name}")


def _size(text: str | None) -> tuple[int, int] | None:
    """`256x192` → (width, height)."""
    if text is None:
        return None
    if not (match := re.fullmatch(r"(\d+)x(\d+)", text)) or int(match[1]) % 32 or int(match[2]) % 32:
        raise UsageError(f"--size {text}: give height and width in pixels, multiples of 32, for example 256x192.")
    return int(match[2]), int(match[1])
