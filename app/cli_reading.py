"""What the commands that take a saved result share: how it is read, and what of it is a guess or was measured."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.exports import Options
    from app.results import Recording

_IN_METRES = {"speeds", "trc", "opensim"}
ClipOption = Annotated[
    Path | None, typer.Option(help="The video it was made of: gives times and size, where the result has none.")
]
FpsOption = Annotated[
    float | None,
    typer.Option(min=0.01, max=1e5, help="Frames a second, where neither the result nor --clip tells them."),
]
FirstFrameOption = Annotated[
    int | None,
    typer.Option(min=0, help="The number that another program gave to the first frame, as 1.", metavar="N"),
]
ClipRecordedAtOption = Annotated[
    float | None,
    typer.Option(
        "--recorded-at",
        min=0.01,
        max=1e5,
        help="Where --clip is slow motion: so many frames a second were taken.",
        metavar="FPS",
    ),
]


def read(
    result: Path, clip: Path | None, fps: float | None, first_frame: int | None, recorded_at: float | None
) -> Recording:
    """`app.imports.read_result`; what it had to guess is told."""
    from app.imports import read_result

    recording = read_result(result, clip=clip, fps=fps, first_frame=first_frame, recorded_at=recorded_at)
    source = recording.header.source
    if source.assumed and recording.header.is_analysed:
        typer.echo(f"The times are assumed, {source.fps:g} frames a second; --fps tells them.", err=True)
    elif source.assumed and fps is None:
        typer.echo("The size of the pictures and the times are assumed; --clip VIDEO tells them.", err=True)
    elif source.assumed:
        typer.echo("The size of the pictures is assumed; --clip VIDEO tells it.", err=True)
    return recording


def with_own_scale(result: Path, options: Options, formats: Collection[str], remedy: str) -> Options:
    """`options` with the scale that was measured in `result`, a session, which is told where one of `formats` takes it,
    with the `remedy`, or else is lost with it: what is made of Skelter's data later does not know it."""
    from app.session import scale_of

    if (scale := scale_of(result)) is None:
        return options
    if not _IN_METRES.isdisjoint(formats):
        typer.echo(f"Scale: {scale:g} m a pixel, as measured in {result.name}{remedy}.", err=True)
    elif not {"json", "jsonl"}.isdisjoint(formats):
        typer.echo(
            f"The scale measured in {result.name} is not kept in data; say it where they are measured: "
            f"--metres-per-pixel {scale:g}.",
            err=True,
        )
    return replace(options, metres_per_pixel=scale)
