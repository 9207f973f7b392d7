"""A live source as a recording has it: numbered and timed from the first frame that is written, all in one size; and
such a recording laid on the frames of a video that was written of the same source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from app.results import Recording, Result, SourceRecord
from engine.types import F64, I64, U8, Frame, Tracks
from engine.video.fitting import fitted, fitted_points

_TOLD_TO_S = 0.002  # Matroska tells times to a millisecond


def from_its_start(results: Iterable[Result], source: SourceRecord) -> Iterator[Result]:
    """The results as they belong to a video that is written of them: 0, 1, 2 …, the first at 0 s, in the source's size.

    Frames that were lost on the way have no number there, and cameras that come back may have another size.
    """
    first_s: float | None = None
    for index, result in enumerate(results):
        frame = result.frame
        first_s = frame.time_s if first_s is None else first_s
        tracks = fitted_tracks(result.tracks, frame, source)
        yield replace(result, frame=Frame(fitted_image(frame, source), index, frame.time_s - first_s), tracks=tracks)


def fitted_image(frame: Frame, source: SourceRecord) -> U8:
    """The picture in the size of `source`, with black bars where it came in another one."""
    return fitted(frame.image, source.width, source.height)


def fitted_tracks(tracks: Tracks, frame: Frame, source: SourceRecord) -> Tracks:
    """The people of `frame` where they are once its picture is fitted into the size of `source`."""
    size, into = (frame.width, frame.height), (source.width, source.height)
    return tracks if size == into else tracks.moved(lambda points: fitted_points(points, size, into))


def laid_on(recording: Recording, times_s: Sequence[float], source: SourceRecord) -> Recording:
    """What is known of a camera, on the frames of a video of it, `source`, that begin at `times_s`.

    A take has a video of every picture and one of those that were analysed. Numbers fit one of them at most, which the
    recording is called after; times fit both, in the other one counted from the first that was analysed. What has no
    frame is left out.
    """
    placed = Recording(replace(recording.header, source=source))
    records = list(recording)
    if not records or not times_s:
        return placed
    frames, known = np.array(times_s), np.array([record.time_s for record in records])
    most = min(len(records), len(frames))
    places, apart = _nearest(known, frames)
    if recording.header.source.name != source.name:
        others, others_apart = _nearest(known - known[0], frames)
        if _exact(others_apart) > max(_exact(apart), most / 2):
            places, apart = others, others_apart
    within = _TOLD_TO_S
    if _exact(apart) < most / 2 and len(frames) > 1:  # somebody gave the video another rate
        within = max(within, float(np.median(np.diff(frames))) / 2)
    for row in np.argsort(-apart, kind="stable").tolist():  # of two on one frame the nearer stays
        if apart[row] <= within:
            place = int(places[row])
            placed.add(replace(records[row], index=place, time_s=times_s[place]))
    return placed


def _exact(apart: F64) -> int:
    return int((apart <= _TOLD_TO_S).sum())


def _nearest(wanted: F64, times: F64) -> tuple[I64, F64]:
    """Which of `times`, ascending, is nearest to each one wanted, and how far away it is."""
    after = np.searchsorted(times, wanted).clip(0, len(times) - 1)
    before = (after - 1).clip(0)
    places = np.where(np.abs(times[before] - wanted) <= np.abs(times[after] - wanted), before, after)
    return places, np.abs(times[places] - wanted)
