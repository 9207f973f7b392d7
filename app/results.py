"""Results in memory: what the pipeline gives for a frame, and what is kept of a whole source."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from app.names import shown
from engine.skeletons import COCO, Skeleton
from engine.types import F32, Bools, Boxes, Frame, Tracks
from engine.video import SourceInfo


@dataclass(frozen=True, slots=True)
class Timings:
    """How long each stage took for one frame, milliseconds; `detect_ms` is None where the detector was not asked."""

    decode_ms: float
    detect_ms: float | None
    pose_ms: float
    track_ms: float

    @property
    def inference_ms(self) -> float:
        return (self.detect_ms or 0.0) + self.pose_ms + self.track_ms


@dataclass(frozen=True, eq=False, slots=True)
class Result:
    """Everything known of one frame: the picture, the people on it, and what it took.

    tracks       confirmed people only
    finished_s   `time.monotonic()` when the result was ready
    dropped      frames of a live source lost so far because inference was slower than the camera
    """

    frame: Frame
    tracks: Tracks
    timings: Timings
    finished_s: float
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """The source a recording was made of. `fps` and `duration_s` are None where they are unknown.

    assumed  rate and length are guesses, where it was imported the size too: what it was made of tells none
    live     a camera, a stream, the screen: of a recording there may be a video with more pictures, or with fewer
    slowed   how many times slower the video shows what happened: rate, length and the times of frames are of that
    `name` can be shown and written anywhere: what is no UTF-8 in a file's name is replaced.
    """

    name: str
    width: int
    height: int
    fps: float | None = None
    duration_s: float | None = None
    assumed: bool = False
    live: bool = False
    slowed: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", shown(self.name))

    @classmethod
    def of(cls, info: SourceInfo) -> Self:
        return cls(
            info.name, info.width, info.height, info.fps, info.duration_s, info.assumed, info.live, info.slowed
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Header:
    """What holds for a whole recording: the source, what made it (name of part → description), the skeleton.

    `smoothing` says how the smoothed keypoints were made; None where there are none. `names` are those that a person
    gave to ids.
    """

    source: SourceRecord
    models: dict[str, str] = field(default_factory=dict)
    skeleton: Skeleton = COCO
    smoothing: str | None = None
    names: dict[int, str] = field(default_factory=dict)

    @property
    def is_analysed(self) -> bool:
        """Whether people were found in the source's pictures here, so that their size is known; not in an import."""
        return "detector" in self.models

    @property
    def is_one_by_one(self) -> bool:
        """Whether people were looked for in each of several pictures anew: a number is somebody else's in the next."""
        fps, duration_s = self.source.fps, self.source.duration_s
        is_one_picture = fps is not None and duration_s is not None and fps * duration_s < 1.5
        return self.models.get("tracker") == "still" and not is_one_picture


@dataclass(frozen=True, eq=False, slots=True)
class FrameRecord:
    """The people of one frame: what a result leaves when its picture is gone.

    smoothed  float32 [N, K, 2] beside the raw keypoints, which stay as they were found; None where nothing was,
              as on frames found after the others were smoothed
    filled    bool [N, K], which smoothed keypoints only bridge a gap; None: none of them
    edited    bool [N, K], which keypoints were put in place by hand; None: none of them
    bridged   float32 [N, K + 1], as how sure what only bridges a gap is shown, keypoints and last the box; NaN for all
              else; None: none of them, or not told: told when shown, as it hangs on the frames around
    """

    index: int
    time_s: float
    tracks: Tracks
    smoothed: F32 | None = None
    filled: Bools | None = None
    edited: Bools | None = None
    bridged: F32 | None = None

    def __getitem__(self, rows: npt.NDArray[np.generic]) -> FrameRecord:
        """The record with these of its people, in this order."""
        tracks = self.tracks
        return replace(
            self,
            tracks=Tracks(tracks.poses[rows], tracks.ids[rows], tracks.rows[rows]),
            smoothed=None if self.smoothed is None else self.smoothed[rows],
            filled=None if self.filled is None else self.filled[rows],
            edited=None if self.edited is None else self.edited[rows],
            bridged=None if self.bridged is None else self.bridged[rows],
        )

    def shown(self) -> Tracks:
        """The tracks to draw: with the smoothed keypoints where there are some, as sure as what they bridge."""
        if self.smoothed is None:
            return self.tracks
        poses = replace(self.tracks.poses, keypoints=self.smoothed)
        if self.bridged is not None:
            scores, boxes = poses.scores, poses.boxes
            sure = np.where(
                np.isnan(self.bridged), np.concatenate([scores, boxes.scores[:, None]], axis=1), self.bridged
            )
            poses = replace(poses, scores=sure[:, :-1], boxes=Boxes(boxes.xyxy, sure[:, -1]))
        return replace(self.tracks, poses=poses)


class Recording:
    """The people of a source, by frame index: O(1) to look up, in any order of arrival.

    A frame that was analysed and holds nobody is there with empty tracks; one not analysed is None.
    """

    def __init__(self, header: Header) -> None:
        self.header = header
        self._frames: dict[int, FrameRecord] = {}
        self._order: list[int] | None = []

    def add(self, record: FrameRecord) -> None:
        """Keep the record, in place of an earlier one of the same frame."""
        if record.index not in self._frames:
            in_order = self._order is not None and (not self._order or record.index > self._order[-1])
            if in_order and self._order is not None:
                self._order.append(record.index)
            else:
                self._order = None  # sorted again when asked for
        self._frames[record.index] = record

    def go_on_with(self, header: Header) -> None:
        """From now on frames are found by what `header` tells of; what was smoothed and named before stays so."""
        self.header = replace(header, smoothing=self.header.smoothing, names=self.header.names)

    def copy(self) -> Recording:
        """A recording of its own with the same records, for another thread."""
        other = Recording(self.header)
        other._frames = self._frames.copy()
        other._order = None if self._order is None else self._order.copy()
        return other

    def __len__(self) -> int:
        return len(self._frames)

    def __getitem__(self, index: int) -> FrameRecord | None:
        return self._frames.get(index)

    @property
    def indices(self) -> list[int]:
        """Indices of the analysed frames, ascending."""
        if self._order is None:
            self._order = sorted(self._frames)
        return self._order

    def __iter__(self) -> Iterator[FrameRecord]:
        return (self._frames[index] for index in self.indices)

    def within(self, frames: tuple[int, int] | None) -> Recording:
        """A recording of its own of the frames from the first to the last of `frames`; None: of all."""
        if frames is None:
            return self.copy()
        part = Recording(self.header)
        for index in self.indices[bisect_left(self.indices, frames[0]) : bisect_right(self.indices, frames[1])]:
            part.add(self._frames[index])
        return part

    def between(self, start_s: float, end_s: float) -> Iterator[FrameRecord]:
        """The records of frames that begin from `start_s` to `end_s`."""
        order = self.indices
        first = bisect_left(order, start_s, key=lambda index: self._frames[index].time_s)
        last = bisect_right(order, end_s, key=lambda index: self._frames[index].time_s)
        return (self._frames[index] for index in order[first:last])
