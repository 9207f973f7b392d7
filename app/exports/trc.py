"""TRC, markers over time as motion laboratories exchange them: a file for each person, in metres or in pixels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np

from app.analysis import Trajectory, trajectories
from app.exports.each_person import EachPersonWriter, between, on_frames
from app.exports.scale import metres_per_pixel
from app.exports.writer import Group, check_number, columns_of, middles
from app.names import shown
from engine.types import F64, I64


def _limb(side: str, *parts: str) -> dict[str, Group]:
    letter = side[0].upper()
    return {letter + "".join(map(str.title, part.split("_"))): (f"{side}_{part}",) for part in parts}


_LEG = ("hip", "knee", "ankle", "big_toe", "small_toe", "heel")
_ARM = ("shoulder", "elbow", "wrist")
MARKERS: dict[str, Group] = {  # named as Pose2Sim's OpenSim models and Kinovea's figure call them
    "Hip": ("left_hip", "right_hip"), **_limb("right", *_LEG), **_limb("left", *_LEG),
    "Neck": ("left_shoulder", "right_shoulder"), "Nose": ("nose",), **_limb("right", *_ARM), **_limb("left", *_ARM),
}  # fmt: skip
PIXELS_PER_UNIT = 1000.0
_TIMES_TOLD_TO_S = 0.002  # Matroska tells them to a millisecond
_Row = tuple[int, float, F64]  # index of a frame, its time, the markers [M, 2] in it


class TrcWriter(EachPersonWriter):
    """In metres where the scale is known: x right, y up, from the centre of the picture's bottom-left pixel, from the
    person's first to his last frame.

    Otherwise as Kinovea reads pixels (and earlier versions of Sports2D wrote them): a thousandth of a pixel, y negative
    downwards, from the first frame of the video. Unknown markers are NaN, as OpenSim writes them; so are all in frames
    that are not in the recording, because Kinovea counts rows.
    """

    def _contents(self) -> Iterator[tuple[Path, Iterator[str]]]:
        header = self._recording.header
        columns_of(header.skeleton, ("left_hip", "right_hip", "left_shoulder", "right_shoulder"), "TRC")
        markers = {name: group for name, group in MARKERS.items() if set(group) <= set(header.skeleton.keypoints)}
        indices = np.array(self._recording.indices, np.int64)
        times = np.array([record.time_s for record in self._recording])
        people = trajectories(self._recording, min_score=self._options.min_score)
        scale = metres_per_pixel(people, header.skeleton, self._options)
        rate = _rate(header.source.fps, indices, times)
        counts = scale is None
        if counts and len(indices):
            check_number(int(indices[-1]), Path(header.source.name).stem)
        for person in people.values():
            there = slice(0, None) if scale is None else between(indices, person)
            path = self._path_of(person.person_id)
            points = self._placed(self._on(indices[there], person, tuple(markers.values())), scale)
            rows = zip(indices[there].tolist(), times[there].tolist(), points, strict=True)
            first, last = 0 if counts else int(indices[there][0]), int(indices[there][-1])
            count = last + 1 if counts else len(points)
            head = _head(shown(path.name), list(markers), rate, count, first)
            yield path, chain(head, map(_line, _every_frame(rows) if counts else rows))

    def _on(self, indices: I64, person: Trajectory, groups: tuple[Group, ...]) -> F64:
        """The markers [T, M, 2] in the frames `indices`, pixels; NaN where the person is not."""
        skeleton = self._recording.header.skeleton
        seen, _ = middles(person.points, np.ones(person.points.shape[:2]), skeleton, groups)
        return on_frames(indices, person, seen)

    def _placed(self, points: F64, scale: float | None) -> F64:
        if scale is None:
            return points / PIXELS_PER_UNIT * [1.0, -1.0]
        bottom = self._recording.header.source.height - 1
        return np.stack([points[..., 0], bottom - points[..., 1]], axis=-1) * scale


def _rate(fps: float | None, indices: I64, times: F64) -> float:
    """Frames a second: `fps`, the source's, where the times of the frames say the same, else by those.

    The source's is a mean over its duration, which is too small where the last picture is held.
    """
    if len(times) < 2:
        return fps or 30.0
    frames, span_s = int(indices[-1] - indices[0]), float(times[-1] - times[0])
    is_same = fps is not None and fps > 0 and abs(frames / fps - span_s) <= _TIMES_TOLD_TO_S
    return fps if fps is not None and is_same else frames / span_s


def _every_frame(rows: Iterable[_Row]) -> Iterator[_Row]:
    """The rows, and between them and before them those of frames that are missing, evenly spread in time."""
    due, before, before_s = 0, 0, 0.0  # a video's times are counted from its first frame
    for index, time_s, points in rows:
        nothing = np.full_like(points, np.nan)
        for missing in range(due, index):
            yield missing, before_s + (time_s - before_s) * (missing - before) / (index - before), nothing
        yield index, time_s, points
        due, before, before_s = index + 1, index, time_s


def _head(name: str, markers: list[str], rate: float, count: int, first: int) -> Iterator[str]:
    told = f"{rate:.6g}"
    yield f"PathFileType\t4\t(X/Y/Z)\t{name}\n"
    yield "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames\n"
    yield f"{told}\t{told}\t{count}\t{len(markers)}\tm\t{told}\t{first + 1}\t{count}\n"
    yield "Frame#\tTime\t" + "\t\t\t".join(markers) + "\t\t\n"
    yield "\t\t" + "\t".join(f"{axis}{number + 1}" for number in range(len(markers)) for axis in "XYZ") + "\n"


def _line(row: _Row) -> str:
    index, time_s, points = row
    cells = chain.from_iterable((f"{x:.6f}", f"{y:.6f}", "nan" if np.isnan(x) else "0") for x, y in points)
    return f"{index + 1}\t{time_s:.6f}\t" + "\t".join(cells).replace("nan", "NaN") + "\n"
