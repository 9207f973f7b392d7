"""TRC, markers over time as motion laboratories exchange them: a file for each person, in metres or in pixels."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np

from app.analysis import Trajectory, trajectories
from app.exports.each_person import EachPersonWriter, between, on_frames
from app.exports.scale import metres_per_pixel
from app.exports.writer import Group, columns_of, middles
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


class TrcWriter(EachPersonWriter):
    """In metres where the scale is known: x right, y up, from the centre of the picture's bottom-left pixel, from the
    person's first to his last frame.

    Otherwise as Sports2D writes pixels and Kinovea reads them: a thousandth of a pixel, y negative downwards, from the
    first frame of the video. Unknown markers are NaN, as OpenSim writes them.
    """

    def _contents(self) -> Iterator[tuple[Path, Iterator[str]]]:
        header = self._recording.header
        columns_of(header.skeleton, ("left_hip", "right_hip", "left_shoulder", "right_shoulder"), "TRC")
        markers = {name: group for name, group in MARKERS.items() if set(group) <= set(header.skeleton.keypoints)}
        indices = np.array(self._recording.indices, np.int64)
        times = np.array([record.time_s for record in self._recording])
        people = trajectories(self._recording, min_score=self._options.min_score)
        scale = metres_per_pixel(people, header.skeleton, self._options)
        for person in people.values():
            there = slice(0, None) if scale is None else between(indices, person)
            path = self._path_of(person.person_id)
            points = self._placed(self._on(indices[there], person, tuple(markers.values())), scale)
            yield path, self._lines(shown(path.name), list(markers), indices[there], times[there], points)

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

    def _lines(self, name: str, markers: list[str], indices: I64, times: F64, points: F64) -> Iterator[str]:
        rate = self._recording.header.source.fps
        if rate is None:
            rate = (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else 30.0
        shown, count = f"{rate:.6g}", len(indices)
        yield f"PathFileType\t4\t(X/Y/Z)\t{name}\n"
        yield "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames\n"
        yield f"{shown}\t{shown}\t{count}\t{len(markers)}\tm\t{shown}\t{indices[0] + 1}\t{count}\n"
        yield "Frame#\tTime\t" + "\t\t\t".join(markers) + "\t\t\n"
        yield "\t\t" + "\t".join(f"{axis}{number + 1}" for number in range(len(markers)) for axis in "XYZ") + "\n"
        for index, time_s, row in zip(indices.tolist(), times.tolist(), points, strict=True):
            cells = chain.from_iterable((f"{x:.6f}", f"{y:.6f}", "nan" if np.isnan(x) else "0") for x, y in row)
            yield f"{index + 1}\t{time_s:.6f}\t" + "\t".join(cells).replace("nan", "NaN") + "\n"
