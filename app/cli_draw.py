"""`skelter draw`: an annotated video of a saved result; nothing is analysed again."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from app import display
from app.certainty import MIN_SCORE
from app.cli_export import check_person
from app.cli_job import console, tell_the_end, telling_what_is_whole, write_in_each_folder
from app.cli_options import (
    AnglesOption,
    BlackOption,
    BoxesOption,
    ByLimbOption,
    RangeOption,
    TrailsOption,
    check_trails,
    style_of,
)
from app.interruption import Interruption
from app.there import is_there
from engine.addresses import is_live
from engine.errors import MissingFileError, SinkError, UsageError

if TYPE_CHECKING:
    from app.overlay import Lettering, Style
    from app.results import Recording
    from app.summary import Summary
    from engine.video import Source


def draw(
    clip: Annotated[str, typer.Argument(help="The video, picture or folder of pictures.")],
    result: Annotated[
        Path, typer.Argument(help="A result of it: Skelter JSON, a session, or what `skelter import` reads.")
    ],
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output",
            "-o",
            help="What to write, by ending: .mp4 .m4v .mov .mkv, of a picture .jpg .png, of a folder of pictures a "
            "folder. Repeatable. Default: NAME-drawn.mp4 (of a picture .jpg or .png) beside the result NAME, which "
            "replaces that of the same result and options only.",
        ),
    ] = None,
    person: Annotated[list[int] | None, typer.Option(min=1, help="Only this id. Repeatable.")] = None,
    min_score: Annotated[float, typer.Option(min=0.0, max=1.0, help="Joints scored below are not drawn.")] = MIN_SCORE,
    part: RangeOption = None,
    boxes: BoxesOption = False,
    trails: TrailsOption = False,
    angles: AnglesOption = False,
    black: BlackOption = False,
    by_limb: ByLimbOption = False,
) -> None:
    """Draw a saved RESULT on its CLIP: smoothed, corrected or imported, in another look, or only some people."""
    outputs = _outputs(clip, result, output or [])
    style = style_of(boxes=boxes, trails=trails, angles=angles, black=black, by_limb=by_limb, min_score=min_score)
    _draw(clip, result, outputs, style, people=person or [], part=part, is_default=not output)


def _outputs(clip: str, result: Path, given: list[Path]) -> list[Path]:
    """What is to be written: those given, or one beside the result. Raises MissingFileError, UsageError, SinkError."""
    from app import job
    from app.exports import FORMATS, stem_of
    from engine.video.picture_sink import drawn_suffix

    if is_live(clip):
        raise UsageError(f"{clip} is live, and shows now what it showed then no more; give a video of it.")
    if not is_there(result):
        raise MissingFileError("{0} does not exist; check the name.", result)
    outputs = given or [result.with_name(f"{stem_of(result)}-drawn{drawn_suffix(Path(clip))}")]
    for path in outputs:
        if job.format_name(path) in FORMATS:
            raise UsageError(
                f"{path.name} would be data, which `skelter export` writes; name what is drawn .mp4 or .jpg."
            )
    job.check_outputs(outputs, clip, with_data=False)
    return outputs


def _draw(
    clip: str,
    result: Path,
    outputs: list[Path],
    style: Style,
    *,
    people: list[int],
    part: str | None,
    is_default: bool,
) -> None:
    """Draw it and tell the end. `is_default`: a file of that name may only be of this result and these options."""
    from app import job, provenance
    from app.drawing import draw_result
    from app.imports import recording_of
    from app.part import ALL, Part
    from app.progress import Progress
    from app.summary import Summary
    from engine.video.opening import open_source

    summary = Summary()
    with telling_what_is_whole(summary), Interruption() as interruption, open_source(clip) as source:
        recording = recording_of(source, clip, result)
        check_trails(style, recording.header.models.get("tracker"))
        for each in people:
            check_person(recording, each)
        shown = ALL if part is None else Part.told(part, source)
        shown.begin(source)
        info = replace(source.info, frame_count=shown.count(source.info.frame_count))
        drawn: dict[str, object] = {"people": people} if people else {}
        if part is not None:
            drawn |= {"first_frame": shown.first, "last_frame": shown.last}
        if is_default:
            provenance.check_redrawn(outputs[0], result, source, job.options_of(style) | drawn)

        def write_manifests(of: list[Path]) -> None:
            interrupted = {"interrupted": True} if interruption.requested else {}
            _write_manifests(result, recording, source, of, summary, drawn | interrupted)

        try:
            with Progress(info, console) as progress:
                draw_result(
                    source, recording, outputs, style=style, people=people,
                    audio_from=Path(clip) if source.info.has_audio else None,
                    lettering=_lettering(recording.header.names.values()),
                    watch=lambda results: interruption.watch(progress.watch(shown.of(results))),
                    summary=summary,
                )  # fmt: skip
        except BaseException:
            with suppress(SinkError):  # it is told already what failed first
                write_manifests([path for path, _ in summary.written])
            raise
        write_manifests(outputs)
    after = sum(index > summary.last_index for index in recording.indices)
    if after and shown.last is None and not interruption.requested:
        console.print(f"{after} frames of {result.name} lie after the end of {source.info.name}.", markup=False)
    tell_the_end(summary, outputs, interrupted=interruption.requested)


def _lettering(names: Iterable[str]) -> Lettering | None:
    """Writes names that are not plain Latin, for which Qt is loaded; None where nobody has one, and where Qt does not
    load, which is told."""
    if all(name.isascii() for name in names):
        return None
    try:
        from PyQt6.QtGui import QGuiApplication

        from app.gui.lettering import Letters
    except ImportError as error:  # what a desktop has, a bare system lacks
        library = str(error).partition(":")[0]
        what = display.missing(library) if ".so" in library else f"Qt, which does not load ({error})"
        sentence = f"Names that are not plain Latin need {what}. Without it numbers are drawn in their place."
        console.print(f"[yellow]{escape(sentence)}[/]", soft_wrap=True)
        return None
    platform = ["-platform", "offscreen"] if sys.platform == "linux" else []  # elsewhere there is always a display
    return Letters(program=QGuiApplication.instance() or QGuiApplication(["skelter", *platform]))


def _write_manifests(
    result: Path,
    recording: Recording,
    source: Source,
    outputs: list[Path],
    summary: Summary,
    more: dict[str, object],
) -> None:
    """Note what was drawn of `result`, on what, and with which options. Raises PartlyWritten."""
    from app import manifest, provenance

    if not summary.written:
        return
    told = {
        "options": summary.options | more,
        "made_from": manifest.hash_of(result),
        "drawn_on": manifest.hashed_facts(source),
    }

    def write(beside: Path, inside: list[tuple[Path, str]]) -> Path:
        facts = [manifest.output_facts(path, name, **told) for path, name in inside]
        return provenance.add_converted(beside, result, recording, facts)

    write_in_each_folder(outputs, summary, write)
