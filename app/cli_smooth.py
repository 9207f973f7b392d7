"""`skelter smooth`: joints without jitter, from a saved result."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from app.certainty import MIN_SCORE
from app.cli_export import by_ending, check_is_no_video, check_is_other, convert, with_name
from app.cli_job import is_given
from app.cli_reading import ClipOption, ClipRecordedAtOption, FirstFrameOption, FpsOption, read, with_own_scale
from engine.errors import UsageError

if TYPE_CHECKING:
    from app.results import Recording


def smooth(
    context: typer.Context,
    result: Annotated[Path, typer.Argument(help="Skelter JSON or a session; or what `export` reads too.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="What to write, by ending: .json, .jsonl, .csv, .trc … (docs/formats.md). Default: NAME-smoothed.json "
            "beside the result NAME, which replaces only what Skelter wrote there.",
        ),
    ] = None,
    method: Annotated[
        Literal["savgol", "butterworth"], typer.Option(help="Savitzky–Golay, or the Butterworth low-pass of gait labs.")
    ] = "savgol",
    window: Annotated[
        float, typer.Option(min=0.01, help="Savitzky–Golay: seconds that it looks over, five frames or more.")
    ] = 0.25,
    cutoff: Annotated[float, typer.Option(min=0.1, help="Butterworth: cut-off, Hz.")] = 6.0,
    gap: Annotated[float, typer.Option(min=0.0, help="Longest gap to bridge, seconds; what bridges is marked.")] = 0.2,
    min_score: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Joints scored below count as missing.")
    ] = MIN_SCORE,
    sides: Annotated[
        bool,
        typer.Option(help="Put left and right back first where they were taken for each other for a moment."),
    ] = True,
    clip: ClipOption = None,
    fps: FpsOption = None,
    first_frame: FirstFrameOption = None,
    recorded_at: ClipRecordedAtOption = None,
) -> None:
    """Smooth the joints of a saved RESULT; the raw ones stay beside the smoothed ones."""
    from app.exports import Options, stem_of
    from app.provenance import check_own
    from app.session import edits_of
    from app.smoothing import smooth_recording

    check_is_no_video(result)
    for name, of in (("window", "savgol"), ("cutoff", "butterworth")):
        if of != method and is_given(name, context):
            raise UsageError(f"--{name} is for --method {of}, and this is {method}; leave it out.")
    targets = by_ending(output or with_name(result).with_name(f"{stem_of(with_name(result))}-smoothed.json"))
    check_is_other(result, targets)
    recording = read(result, clip, fps, first_frame, recorded_at)
    if output is None:
        check_own(targets.values(), "give another name with -o, or this one to replace it.")
    smoothed = smooth_recording(
        recording, method=method, window_s=window, cutoff_hz=cutoff, gap_s=gap, min_score=min_score, sides=sides,
        by_hand=edits_of(result),
    )  # fmt: skip
    left = _left_of(smoothed, window if method == "savgol" else None)
    typer.echo(f"Smoothed {len(smoothed)} frames ({smoothed.header.smoothing}{left})", err=True)
    options = with_own_scale(result, Options(min_score=min_score), targets, "")
    convert(result, smoothed, targets, options, smoothing=smoothed.header.smoothing)


def _left_of(smoothed: Recording, window_s: float | None) -> str:
    """How many joints are as they were found, for a message. `window_s`: of savgol. Raises UsageError where all are."""
    import numpy as np

    count = left = 0
    for record in smoothed:
        if record.smoothed is None:
            continue
        is_as_found = (record.smoothed == record.tracks.poses.keypoints).all(axis=2)
        seen = np.isfinite(record.smoothed).all(axis=2)
        for marked in (record.filled, record.edited):
            if marked is not None:
                seen &= ~marked
        count += int(seen.sum())
        left += int((seen & is_as_found).sum())
    if count and left == count:
        raise UsageError("Not a joint would be smoothed: {0}.", _why_none(smoothed, window_s))
    return f"; {left} of {count} joints are as found: not seen for long enough at a time" if left else ""


def _why_none(smoothed: Recording, window_s: float | None) -> str:
    import numpy as np

    from trackers.smoothing import window_frames

    if window_s is None:
        return "nobody is seen for as long as butterworth takes"
    times = [record.time_s for record in smoothed]
    frames = window_frames(window_s, float(np.median(np.diff(times)))) if len(times) > 1 else None
    if frames is None or frames <= 5:
        return "nobody is seen for five frames together"
    return f"nobody is seen for {frames} frames together; give a shorter --window"
