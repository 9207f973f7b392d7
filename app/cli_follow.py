"""`skelter track` and `skelter live`: follow everyone in a source."""

from __future__ import annotations

import glob
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from app.certainty import MIN_SCORE
from app.cli_export import beside, formats_named, with_name
from app.cli_job import Order, is_given, run_job, run_of
from app.cli_options import (
    AnglesOption,
    BlackOption,
    BoxesOption,
    ByLimbOption,
    DetectEveryOption,
    DetectorOption,
    DeviceOption,
    FarOption,
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
from app.there import is_there
from engine.addresses import is_live
from engine.errors import UsageError

_WHAT_TO_WATCH = "A video, a camera (0, or 0:1920x1080@30), a stream's address, or `screen:`, the first screen."


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
    far: FarOption = False,
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
    choice = choice_of(detector, pose, tracker, device, precision, threshold, detect_every, smooth, flip, far)
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
    far: FarOption = False,
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
    choice = choice_of(detector, pose, tracker, device, precision, threshold, detect_every, smooth, flip, far)
    style = style_of(boxes=boxes, trails=trails, angles=angles, black=black, by_limb=by_limb, min_score=min_score)
    printer = None if stream else LinePrinter()
    run_job(
        Order(
            source, output or [], choice, style, printer, streams=tuple(stream or ()), real_time=real_time,
            recorded_at=recorded_at, command="live",
        )
    )  # fmt: skip


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
