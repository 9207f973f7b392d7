"""`skelter models`: networks of one's own, so that every command and the window know them by name."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.errors import UsageError

if TYPE_CHECKING:
    from engine.cards import ModelCard

commands = typer.Typer(no_args_is_help=True, help="Networks of your own, known by name afterwards.")


@commands.callback()
def models() -> None:
    """Networks of your own, known by name afterwards."""


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
    flip: Annotated[
        bool, typer.Option("--flip", help="Average with the mirrored crop: better, twice the work.")
    ] = False,
    licence: Annotated[str, typer.Option(help="For the card.")] = "not stated",
    data: Annotated[str, typer.Option(help="For the card: what it was trained on.")] = "not stated",
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite one of the same name.")] = False,
    run_code: Annotated[
        bool, typer.Option("--run-code", help="Run code that FILE holds: its maker can then do all that you can here.")
    ] = False,
) -> None:
    """Make FILE a model that runs by name: `skelter track --pose NAME`, and in the window.

    Checkpoints are read of HRNet, SimpleBaseline, stacked hourglass and Swin (official and MMPose's), and our own. No
    code in them is run unless --run-code says so.
    """
    from engine.models import EMBEDDED, import_onnx, user_models
    from engine.zoo import Format, bring_in, find_entry

    name = name or Path(file.name.removesuffix(".tar")).stem
    if not re.fullmatch(r"[\w][\w.+-]*", name):
        raise UsageError(f"{name!r} cannot be a model's name: use letters, digits, - and _ in --name.")
    if (EMBEDDED / f"{name}.toml").exists():
        raise UsageError(f"{name} comes with Skelter: choose another --name.")
    target = user_models() / f"{name}.onnx"
    if target.exists() and not replace:
        raise UsageError(f"There is a model called {name} already: choose another --name, or say --replace.")
    known = find_entry(name)  # a network of the zoo, brought by hand: its file cannot tell all that is known of it
    if file.suffix.lower() == ".onnx":
        if size or flip or run_code:
            raise UsageError(f"--size, --flip and --run-code belong to checkpoints; {file} is what it is.")
        if known is not None:
            card = bring_in(dataclasses.replace(known, format=Format.ONNX), file)
        else:
            card = import_onnx(file, target, pixel_rule=pixel_rule, decoding=decoding)
        typer.echo(f"{file} is {_described(card)}.")
    else:
        from training.cli import import_checkpoint

        if known is not None:
            pixel_rule = pixel_rule or known.card.get("pixel_rule")
            decoding = decoding or known.card.get("decoding")
            data, licence = known.data, known.licence
        for line in import_checkpoint(
            file, target, _size(size), pixel_rule=pixel_rule, decoding=decoding, flip=flip, data=data, licence=licence,
            run_code=run_code,
        ):  # fmt: skip
            typer.echo(line)
        card = None
    option = "--detector" if card is not None and card.task == "detector" else "--pose"
    typer.echo(f"Imported as {name}: skelter track CLIP {option} {name}")


def _described(card: ModelCard) -> str:
    width, height = card.input_size
    kind = {"detector": "a detector", "pose": "a pose network"}[card.task]
    return f"{kind} ({card.layout}, {height}x{width})"


def _size(text: str | None) -> tuple[int, int] | None:
    """`256x192` → (width, height)."""
    if text is None:
        return None
    if not (match := re.fullmatch(r"(\d+)x(\d+)", text)) or int(match[1]) % 32 or int(match[2]) % 32:
        raise UsageError(f"--size {text}: give height and width in pixels, multiples of 32, for example 256x192.")
    return int(match[2]), int(match[1])
