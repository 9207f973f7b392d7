"""A live source as a recording has it: numbered and timed from the first frame that is written, all in one size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.results import Result, SourceRecord
from engine.types import U8, Boxes, Frame, Poses, Tracks
from engine.video.fitting import fitted, fitted_points


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
    if size == into:
        return tracks
    poses, boxes = tracks.poses, tracks.poses.boxes
    corners = fitted_points(boxes.xyxy.reshape(-1, 2, 2), size, into).reshape(-1, 4)
    keypoints = fitted_points(poses.keypoints, size, into)
    return replace(tracks, poses=Poses(keypoints, poses.scores, Boxes(corners, boxes.scores)))
