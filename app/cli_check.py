"""`skelter check`: the moments of saved results at which they may be wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from app.certainty import MIN_SCORE
from engine.errors import UsageError

if TYPE_CHECKING:
    from app.doubts import Doubt
    from app.results import Recording
    from engine.video import SeekableSource


def check(
    results: Annotated[
        list[Path], typer.Argument(metavar="RESULT…", help="Skelter JSON, sessions; or what `export` reads too.")
    ],
    clip: Annotated[
        Path | None,
        typer.Option(help="The video it was made of: clothes tell who is who, too, with fewer questions in vain."),
    ] = None,
    min_score: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Joints scored below count as not found.")
    ] = MIN_SCORE,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON; frames count from 0 there.")] = False,
) -> None:
    """List where saved results may be wrong, to look at: who is who, left and right, joints that leap."""
    import orjson

    from app.cli_reading import read
    from app.doubts import find_doubts
    from app.session import edits_of

    if clip is not None and len(results) > 1:
        raise UsageError("--clip is the video of one result; name one, or leave --clip out.")
    told = []
    for result in results:
        if clip is None:
            recording = read(result, None, None, None, None)
            doubts = find_doubts(recording, edits_of(result), min_score=min_score)
        else:
            recording, doubts = _looked_at(result, clip, min_score)
        if as_json:
            told += [_fields(result, recording, doubt) for doubt in doubts]
        else:
            typer.echo(_heading(result, recording, len(doubts)))
            for doubt in doubts:
                typer.echo(f"  {_time(recording, doubt):>9}  frame {doubt.frame + 1:>6}  {words_of(doubt, recording)}")
    if as_json:
        typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())


def _looked_at(result: Path, clip: Path, min_score: float) -> tuple[Recording, list[Doubt]]:
    """A result on the frames of its video, and what is doubtful of it. Raises UsageError where they do not belong
    together."""
    from app.doubts import Looks, find_doubts, pictures_of
    from app.imports import recording_of
    from app.session import edits_of
    from engine.video.opening import open_source

    with open_source(str(clip)) as source:
        recording = recording_of(source, str(clip), result)
        looks = Looks(pictures_of(cast("SeekableSource", source)))
        return recording, find_doubts(recording, edits_of(result), min_score=min_score, looks=looks)


def words_of(doubt: Doubt, recording: Recording) -> str:
    """What may be wrong, as a sentence without its full stop."""
    from app.doubts.doubt import AT_ONCE_S, Kind

    who = [recording.header.names.get(person) or str(person) for person in doubt.people]
    match doubt.kind:
        case Kind.SAME if doubt.seconds >= AT_ONCE_S:
            return f"{who[1]} may be {who[0]}, not seen for {doubt.seconds:.1f} s"
        case Kind.SAME:
            return f"{who[1]} may be {who[0]}, seen until then"
        case Kind.EXCHANGED:
            return f"{who[0]} and {who[1]} may be exchanged from here on, where they met"
        case Kind.BRIEF:
            return f"{who[0]} may be nobody, seen for {doubt.seconds:.1f} s"
        case Kind.SIDES:
            return f"left and right of {who[0]} may be exchanged for {doubt.seconds:.1f} s: {_limb(doubt, recording)}"
        case Kind.LEAP:
            assert doubt.joint is not None
            joint = recording.header.skeleton.keypoints[doubt.joint].replace("_", " ")
            return f"the {joint} of {who[0]} leaps away"


def _limb(doubt: Doubt, recording: Recording) -> str | None:
    if doubt.limb is None:
        return None
    return "legs" if recording.header.skeleton.keypoints[doubt.limb].endswith("hip") else "arms"


def _heading(result: Path, recording: Recording, count: int) -> str:
    moments = "nothing" if not count else f"{count} moment{'s' if count > 1 else ''}"
    unit = "frame" if len(recording) == 1 else "frames"
    return f"{result}: {moments} to check on {len(recording)} {unit}"


def _time(recording: Recording, doubt: Doubt) -> str:
    record = recording[doubt.frame]
    assert record is not None  # it is one of those that it was found on
    minutes, seconds = divmod(record.time_s, 60)
    return f"{int(minutes)}:{seconds:05.2f}"


def _fields(result: Path, recording: Recording, doubt: Doubt) -> dict[str, Any]:
    record = recording[doubt.frame]
    return {
        "result": str(result), "kind": doubt.kind.value, "frame": doubt.frame,
        "time_s": record.time_s if record is not None else None, "first": doubt.first, "last": doubt.last,
        "people": doubt.people, "seconds": round(doubt.seconds, 3), "weight": round(doubt.weight, 2),
        "joint": None if doubt.joint is None else recording.header.skeleton.keypoints[doubt.joint],
        "limb": _limb(doubt, recording),
    }  # fmt: skip
