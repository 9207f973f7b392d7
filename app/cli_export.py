"""`skelter export` and `skelter import`: saved results into other formats, and other programs' results into ours."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from app.certainty import MIN_SCORE
from app.cli_reading import ClipOption, ClipRecordedAtOption, FirstFrameOption, FpsOption, read, with_own_scale
from app.hints import hint
from app.kinds import VIDEOS
from app.there import is_there
from engine.errors import SkelterError, UsageError

if TYPE_CHECKING:
    from app.exports import Options
    from app.results import Recording

_FORMATS_HELP = (
    "json, jsonl, csv, tidy, angles (degrees), summary (range of motion, repetitions), speeds, parquet, coco, "
    "posetrack, openpose, trc, mot, opensim (docs/formats.md)"
)
ToOption = Annotated[
    str | None, typer.Option("--to", help=f"Formats, with commas between them: {_FORMATS_HELP}.", metavar="FORMAT,…")
]


def export(
    context: typer.Context,
    result: Annotated[
        Path,
        typer.Argument(help="Skelter JSON, a session, or what `skelter import` reads.", show_default=False),
    ],
    to: ToOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file to write; its ending is the format where --to says none."),
    ] = None,
    person: Annotated[int | None, typer.Option(min=1, help="Only this id.")] = None,
    metres_per_pixel: Annotated[
        float | None, typer.Option(help="Scale of speeds, trc and opensim; 0: pixels.", metavar="M", show_default=False)
    ] = None,
    height: Annotated[
        float | None,
        typer.Option(help="Scale by how tall --person is, or who is seen longest.", metavar="M", show_default=False),
    ] = None,
    facing: Annotated[
        Literal["auto", "left", "right", "none"],
        typer.Option(help="Which way people look, for the signs of angles; auto tells it for each."),
    ] = "auto",
    min_score: Annotated[
        float,
        typer.Option(
            min=0.0, max=1.0, help="Joints scored below are unknown in angles, summary, speeds, trc and opensim."
        ),
    ] = MIN_SCORE,
    clip: ClipOption = None,
    fps: FpsOption = None,
    first_frame: FirstFrameOption = None,
    recorded_at: ClipRecordedAtOption = None,
) -> None:
    """Write a saved RESULT in other formats, beside it or to -o; nothing is analysed again."""
    from app import exports

    if metres_per_pixel == 0 and height is not None:
        raise UsageError("--metres-per-pixel 0 is for pixels, and --height for metres; leave one of them out.")
    options = exports.Options(
        person, min_score, metres_per_pixel or None, height, {"auto": None, "left": -1, "right": 1, "none": 0}[facing]
    )
    result = with_name(result)
    check_is_no_video(result)
    targets = _targets(result, to, output)
    _check_heeded(context, targets)
    check_is_other(result, targets, "leave its format out, or choose another name with -o.")
    recording = read(result, clip, fps, first_frame, recorded_at)
    _check_times(result, recording)
    check_person(recording, person)
    if output is None:
        _check_own(recording, targets, person)
    if metres_per_pixel is None and height is None:
        options = with_own_scale(result, options, targets, "; --metres-per-pixel 0: pixels")
    convert(result, recording, targets, options)


def _check_times(result: Path, recording: Recording) -> None:
    """Raises SkelterError where a session's frames do not get later: it opens, but nothing would read the outputs."""
    from app.exports.skelter_json import check_times
    from app.session import SUFFIX

    if result.suffix.lower() != SUFFIX:
        return  # checked when it was read, where it is Skelter's own
    try:
        check_times(recording)
    except ValueError as error:
        raise SkelterError("{0} cannot be exported ({1}); analyse its video again.", result, str(error)) from error


def convert(result: Path, recording: Recording, targets: dict[str, Path], options: Options, **done: object) -> None:
    """Write what was read from `result` as each format, and note that, and what else was `done`, in the manifest."""
    from app import exports, manifest, provenance

    origin = manifest.hash_of(result)
    facts: list[manifest.OutputFacts] = []
    measured = _measured(recording, options)
    try:
        for format_name, path in targets.items():
            paths = exports.write(recording, path, format_name, options=options)
            said = exports.heeded(format_name, options) | done
            said |= measured if "height_m" in said else {}
            if not paths:  # it has a file for each person
                typer.echo(f"There is no {path.name}: nobody is in {result}.", err=True)
            for written in paths:
                facts.append(manifest.output_facts(written, format_name, options=said, made_from=origin))
                typer.echo(f"Wrote {written}", err=True)
    finally:  # what is whole is told of, also where the next one fails
        if facts:
            beside_it = manifest.path_beside(next(iter(targets.values())))
            beside_it = provenance.add_converted(beside_it, result, recording, facts)
            typer.echo(f"Wrote {beside_it}", err=True)


def _measured(recording: Recording, options: Options) -> dict[str, object]:
    """What a height gives, for the manifest: of whom it was taken to be, and the scale. That is told, too."""
    from app.analysis import trajectories
    from app.exports.scale import by_height

    people = trajectories(recording, min_score=options.min_score) if options.height_m is not None else {}
    if options.person is not None:
        people = {person_id: one for person_id, one in people.items() if person_id == options.person}
    if options.height_m is None or not people:
        return {}
    person_id, scale = by_height(people, recording.header.skeleton, options.height_m)
    longest = ", who is seen longest" if len(people) > 1 else ""
    typer.echo(
        f"Scale by the height of person {person_id}{longest}: {scale:.3g} m a pixel; it holds as far from the camera "
        "as this person is.",
        err=True,
    )
    return {"height_of": person_id, "metres_per_pixel": scale}


def _check_heeded(context: typer.Context, targets: dict[str, Path]) -> None:
    """Raises UsageError where an option was given that none of the formats knows."""
    from app.cli_job import is_given
    from app.exports import FORMATS

    given = {"metres_per_pixel": "metres_per_pixel", "height": "height_m", "facing": "facing", "min_score": "min_score"}
    for name, option in given.items():
        known = [format_name for format_name, one in FORMATS.items() if option in one.heeds]
        if is_given(name, context) and not any(format_name in known for format_name in targets):
            raise UsageError(
                f"--{name.replace('_', '-')} is for {', '.join(known)}, and none of these is written; leave it out."
            )


def _targets(result: Path, to: str | None, output: Path | None) -> dict[str, Path]:
    """Format → file. Raises UsageError where the two do not go together."""
    if to is None:
        if output is None:
            raise UsageError("Say what to write: --to FORMAT, or -o FILE.")
        return by_ending(output, "say which with --to.")
    names = formats_named(to)
    if output is not None and output.name == "-":
        raise UsageError("-o names a file, and standard output takes none of the formats; `skelter live` prints lines.")
    if output is not None:
        if len(names) > 1:
            raise UsageError("-o names one file, but --to asks for several; leave one of them out.")
        return {names[0]: output}
    from app.unfinished import finished

    whole = finished(result)
    targets = dict(zip(names, beside(whole, names), strict=True))
    _check_free(result, whole, targets)
    return targets


def _check_free(result: Path, whole: Path, targets: dict[str, Path]) -> None:
    """Raises UsageError where files that nobody named would replace what may be no copy.

    Skelter's own results are what everything else is made of: there, what another program's result or another format
    gives has lost something. Of an unfinished result the name, `whole`, is another run's once anything is called so.
    """
    from app.exports import LOSS_FREE

    for name, path in targets.items():
        if os.path.exists(path) and not _is_same(path, result) and (name in LOSS_FREE or whole != result):
            raise UsageError(f"{path} is there already; give another name with -o.")
    if whole != result and whole.exists():
        raise UsageError(
            f"{whole} is there already, and {result.name} may be of another run; say what to write with -o."
        )


def _check_own(recording: Recording, targets: dict[str, Path], person: int | None) -> None:
    """Raises UsageError where files that nobody named would replace what is not as Skelter wrote it."""
    from app.exports import FOR_EACH_PERSON
    from app.exports.each_person import name_of
    from app.provenance import check_own

    paths = [path for name, path in targets.items() if name not in FOR_EACH_PERSON or person is not None]
    paths += [
        name_of(path, person_id)
        for name, path in targets.items() if name in FOR_EACH_PERSON and person is None
        for person_id in ids_in(recording)
    ]  # fmt: skip
    check_own(paths, "move it away, or export each to a name with -o.")


def check_is_other(result: Path, targets: dict[str, Path], remedy: str = "choose another name with -o.") -> None:
    """Raises UsageError where one of the files would replace the result that it is to be made from."""
    for path in targets.values():
        if _is_same(path, result):
            raise UsageError(f"{path} is the result itself; {remedy}")


def _is_same(path: Path, result: Path) -> bool:
    try:
        return path.samefile(result)
    except OSError:  # one of the two is not there
        return False


def by_ending(output: Path, remedy: str = "use .json.") -> dict[str, Path]:
    """The format that a file's name means → the file. Raises UsageError where it means none."""
    from app.exports import format_of

    name = format_of(output)
    if name is None:
        _refuse_to_draw(output.suffix.lower().removeprefix("."))
        raise UsageError(f"{output.name}: no data format ends so; {remedy}")
    return {name: output}


def formats_named(to: str, drawn: Iterable[str] = ()) -> list[str]:
    """The formats in a list with commas: of data, and those of what is `drawn`. Raises UsageError for another one."""
    from app.exports import FORMATS

    known = [*FORMATS, *drawn]
    names = list(dict.fromkeys(name.strip().lower() for name in to.split(",") if name.strip()))
    for name in names:
        if name not in known:
            if not drawn:
                _refuse_to_draw(name)
            meant = hint(name, known, f"choose among {', '.join(known)}.")
            raise UsageError(f"There is no data format {name!r}: {meant}")
    if not names:
        raise UsageError(f"--to names no format; choose among {', '.join(known)}.")
    return names


def beside(path: Path, names: list[str]) -> list[Path]:
    """Where formats go by default: NAME.ending beside `path`, which is NAME.anything or a folder NAME."""
    from app.exports import stem_of
    from app.job import ending_of

    return [path.with_name(stem_of(path) + ending_of(name)) for name in names]


def _refuse_to_draw(name: str) -> None:
    """Raises UsageError where `name` is the format of what is drawn."""
    from app.job import DRAWN_ENDINGS

    if name in DRAWN_ENDINGS:
        raise UsageError(
            f"{name} holds pictures, and a saved result is data: `skelter draw CLIP RESULT -o NAME.{name}` draws it on "
            "its clip, *Export video* in the window too."
        )


def check_is_no_video(result: Path) -> None:
    """Raises UsageError where `result` is a video or picture, of which there is no result yet, and SourceError where it
    cannot be looked at."""
    from engine.video.images import is_one_picture

    if not is_there(result):
        return  # which is told by who reads it
    kind = "video" if result.suffix.lower() in VIDEOS and result.is_file() else None
    kind = "picture" if kind is None and is_one_picture(result) else kind
    if kind is not None:
        raise UsageError(f"{result} is a {kind} and no result: `skelter track {result} -o NAME.json` makes one of it.")


def with_name(path: Path) -> Path:
    """The path; where it has no name of its own, as `.`, the folder that it means."""
    return path.resolve() if path.name in ("", "..") else path


def ids_in(recording: Recording) -> list[int]:
    """The ids of everybody in `recording`, ascending."""
    return sorted({person_id for record in recording for person_id in record.tracks.ids.tolist()})


def check_person(recording: Recording, person: int | None) -> None:
    """Raises UsageError where `recording` has nobody of this id."""
    ids = ids_in(recording)
    if person is not None and person not in ids:
        known = f"its people are {', '.join(map(str, ids[:20]))}" if ids else "it has nobody"
        raise UsageError(f"The result has no person {person}; {known}.")


def _is_skelter_json(path: Path) -> bool:
    from app.exports.skelter_json import read

    try:
        read(path)
    except SkelterError:
        return False
    return True


def import_result(
    result: Annotated[
        Path,
        typer.Argument(help="A folder of OpenPose's files, or COCO keypoint results (AlphaPose's too)."),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="What to write; default: NAME.json beside NAME-coco.json or a folder NAME or NAME-openpose.",
        ),
    ] = None,
    clip: ClipOption = None,
    fps: FpsOption = None,
    first_frame: FirstFrameOption = None,
    recorded_at: ClipRecordedAtOption = None,
) -> None:
    """Turn another program's RESULT into Skelter JSON, which the window, `export` and `eval-tracking` open.

    People without ids are followed from frame to frame.
    """
    from app import exports

    result = with_name(result)
    check_is_no_video(result)
    given = None if output is None else by_ending(output)
    recording = read(
        result, clip, fps, first_frame, recorded_at
    )  # what cannot be read is not told of another's name first
    targets = given or _targets(result, "json", None)
    if any(_is_same(path, result) for path in targets.values()) and _is_skelter_json(result):
        raise UsageError(f"{result} is Skelter JSON already; there is nothing to import.")
    check_is_other(result, targets)
    people = ids_in(recording)
    frames = f"{len(recording)} {'frame' if len(recording) == 1 else 'frames'}"
    typer.echo(f"{frames}, {len(people)} {'person' if len(people) == 1 else 'people'}", err=True)
    convert(result, recording, targets, exports.Options())
