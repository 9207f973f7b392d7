"""Movement in numbers: joint angles, speeds and scale; docs/angles.md has the definitions and pictures.

Pure functions of NumPy arrays. A point that is not known is NaN, and so is whatever depends on it. Points are pixels, x
right and y down, as everywhere; angles are degrees, times seconds. T frames, N people, K keypoints, A angles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.certainty import MIN_SCORE
from app.results import FrameRecord, Recording
from app.sightings import Sightings
from engine.skeletons import COCO, Skeleton
from engine.types import F64, I64
from trackers.smoothing import TICK_S

Point = tuple[str, ...]  # the middle of these keypoints
Segment = tuple[Point, Point]  # from the first to the second
UP: F64 = np.array([0.0, -1.0])  # in pixels


@dataclass(frozen=True, slots=True)
class Angle:
    """An angle of the body in the plane of the picture: from the direction of `base` to that of `moving`.

    base     None: the upward vertical
    forward  what a turn towards the front of a person counts: 1 or -1; positive values are flexion, or lean forward
    zero     what is taken off, so that the anatomical position is 0; degrees
    least    signed values lie in [least, least + 360), so that no movement of this joint jumps; degrees
    """

    name: str
    base: Segment | None
    moving: Segment
    forward: int
    zero: float = 0.0
    least: float = -180.0

    @property
    def keypoints(self) -> set[str]:
        """The names of the keypoints it is made of."""
        return {name for segment in (self.base or (), self.moving) for point in segment for name in point}


@dataclass(frozen=True, slots=True)
class Tilt:
    """How far the line between a right and a left keypoint is from level: positive where the left one is higher."""

    name: str
    right: str
    left: str

    @property
    def keypoints(self) -> set[str]:
        return {self.right, self.left}


def _of_side(side: str) -> tuple[Angle, ...]:
    shoulder, elbow, wrist, hip, knee, ankle, heel, toe = (
        (f"{side}_{part}",) for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "big_toe")
    )
    return (
        Angle(f"{side}_shoulder", (shoulder, hip), (shoulder, elbow), 1, least=-120.0),
        Angle(f"{side}_elbow", (shoulder, elbow), (elbow, wrist), 1, least=-120.0),
        Angle(f"{side}_hip", (shoulder, hip), (hip, knee), 1, least=-120.0),
        Angle(f"{side}_knee", (hip, knee), (knee, ankle), -1, least=-120.0),
        # the sole, not ankle to toe, which falls by some 27° where one stands
        Angle(f"{side}_ankle", (knee, ankle), (heel, toe), 1, zero=90.0),
        Angle(f"{side}_thigh", None, (knee, hip), 1),
        Angle(f"{side}_shank", None, (ankle, knee), -1),
    )


_HIPS, _SHOULDERS, _EARS = (("left_hip", "right_hip"), ("left_shoulder", "right_shoulder"), ("left_ear", "right_ear"))
ANGLES: tuple[Angle | Tilt, ...] = (
    *_of_side("left"),
    *_of_side("right"),
    Angle("trunk", None, (_HIPS, _SHOULDERS), -1),
    Angle("neck", (_HIPS, _SHOULDERS), (_SHOULDERS, _EARS), -1),
    Tilt("shoulders", "right_shoulder", "left_shoulder"),
    Tilt("hips", "right_hip", "left_hip"),
)


def angles_of(skeleton: Skeleton = COCO) -> tuple[Angle | Tilt, ...]:
    """The A angles that can be measured on a skeleton, in the order of `joint_angles`."""
    return tuple(angle for angle in ANGLES if angle.keypoints <= set(skeleton.keypoints))


def has_sign(angle: Angle | Tilt, facing: int) -> bool:
    """Whether values measured with this `facing` tell the two directions of an angle apart; knees and elbows bend one
    way."""
    return bool(facing) or isinstance(angle, Tilt) or angle.name.endswith(("knee", "elbow"))


def known_points(record: FrameRecord, *, min_score: float = MIN_SCORE) -> F64:
    """The keypoints [N, K, 2] of a frame, smoothed where there are smoothed ones; NaN where too unsure."""
    scores, points = record.tracks.poses.scores, record.shown().poses.keypoints.astype(np.float64)
    known = scores >= min_score
    if record.filled is not None:
        known |= record.filled
    points[~known] = np.nan
    return points


def joint_angles(points: npt.ArrayLike, skeleton: Skeleton = COCO, *, facing: int = 0) -> F64:
    """The angles [..., A] of poses [..., K, 2].

    facing   1: the person looks to the right of the picture, -1: to the left; flexion and extension then have their
             signs. 0: not known, or seen from the front; the angles of joints then are sizes from 0 to 180

    Raises ValueError where the points do not fit the skeleton.
    """
    given = np.asarray(points, np.float64)
    if given.ndim < 2 or given.shape[-2:] != (len(skeleton), 2):
        raise ValueError(f"points must have shape [..., {len(skeleton)}, 2], not {list(given.shape)}")
    place = skeleton.place
    measured = [
        _tilt(given, angle, place) if isinstance(angle, Tilt) else _angle(given, angle, place, facing)
        for angle in angles_of(skeleton)
    ]
    return np.stack(measured, axis=-1)


def without_wrap(degrees: F64, part: slice = slice(None)) -> F64:
    """Angles [T, ...] over time, each 360° further where that is nearer to the mean direction of its known values, of
    all or of those in a `part` of them.

    Somebody on his head sways about 180°, which has two signs: of -176 and 176 neither lowest nor mean mean anything.
    """
    known = np.isfinite(degrees)
    turns = np.where(known, np.exp(1j * np.radians(np.where(known, degrees, 0.0))), 0.0)
    middle = np.degrees(np.angle(turns[part].sum(axis=0)))
    return np.asarray(degrees - 360.0 * np.round((degrees - middle) / 360.0))


def _angle(points: F64, angle: Angle, place: Mapping[str, int], facing: int) -> F64:
    moving = _direction(points, angle.moving, place)
    base = UP if angle.base is None else _direction(points, angle.base, place)
    cross = moving[..., 0] * base[..., 1] - moving[..., 1] * base[..., 0]
    along = (base * moving).sum(axis=-1)
    # a limb of no length has no direction, and arctan2(0, 0) would say 0
    turn = np.where((cross == 0) & (along == 0), np.nan, np.degrees(np.arctan2(cross, along)))
    if not facing:
        return np.asarray(np.abs(turn) - angle.zero)
    signed = turn * angle.forward * np.sign(facing) - angle.zero
    return np.asarray((signed - angle.least) % 360.0 + angle.least)


def _tilt(points: F64, tilt: Tilt, place: Mapping[str, int]) -> F64:
    across = points[..., place[tilt.left], :] - points[..., place[tilt.right], :]
    # the size of x, because who turns his back has his left hand on the left
    level = np.where(
        (across == 0).all(axis=-1), np.nan, np.degrees(np.arctan2(-across[..., 1], np.abs(across[..., 0])))
    )
    return np.asarray(level)


def _direction(points: F64, segment: Segment, place: Mapping[str, int]) -> F64:
    start, end = (points[..., [place[name] for name in point], :].mean(axis=-2) for point in segment)
    return np.asarray(end - start)


def facing(points: npt.ArrayLike, skeleton: Skeleton = COCO) -> int:
    """Which way somebody looks in poses [T, K, 2]: 1 to the right of the picture, -1 to the left, 0 to neither.

    Told by the nose before the ears, measured in trunks, over all frames; who turns round on the way is at neither.
    """
    given = np.asarray(points, np.float64).reshape(-1, len(skeleton), 2)
    place = skeleton.place
    if not {"nose", *_EARS, *_HIPS, *_SHOULDERS} <= place.keys():
        return 0
    ears = given[:, [place[name] for name in _EARS], 0]
    seen = np.isfinite(ears)
    ear = np.where(seen, ears, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    before = given[:, place["nose"], 0] - np.where(seen.any(axis=1), ear, np.nan)
    trunk = np.linalg.norm(_direction(given, (_HIPS, _SHOULDERS), place), axis=1)
    share = before / np.where(trunk > 0, trunk, np.nan)
    share = share[np.isfinite(share)]
    if not len(share):
        return 0
    # a tenth of a trunk: five centimetres, as in a view half way between front and side
    right, left = float((share > 0.1).mean()), float((share < -0.1).mean())
    return (right > 0.6) - (left > 0.6)


@dataclass(frozen=True, eq=False, slots=True)
class Trajectory:
    """One person over the frames in which he was there.

    indices  int64 [T], of the frames
    times_s  float64 [T]
    points   float64 [T, K, 2]; NaN where not known
    """

    person_id: int
    indices: I64
    times_s: F64
    points: F64

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, part: slice) -> Trajectory:
        return Trajectory(self.person_id, self.indices[part], self.times_s[part], self.points[part])

    def part(self, frames: tuple[int, int] | None) -> slice:
        """The places of the frames from the first to the last of `frames`; None: of all."""
        if frames is None:
            return slice(0, len(self))
        return slice(*np.searchsorted(self.indices, [frames[0], frames[1] + 1]).tolist())


def trajectories(recording: Recording, *, min_score: float = MIN_SCORE) -> dict[int, Trajectory]:
    """Everybody's trajectory, by id, ascending."""
    records = list(recording)
    seen = Sightings.of(records)
    # float32 holds them exactly, and half as many bytes while everybody's are there twice
    points = np.empty((len(seen), len(recording.header.skeleton), 2), np.float32)
    begun = 0
    for record in records:
        if count := len(record.tracks):
            points[begun : begun + count] = known_points(record, min_score=min_score)
            begun += count
    indices = np.array([record.index for record in records], np.int64)[seen.places]
    times = np.array([record.time_s for record in records])[seen.places]
    return {
        person_id: Trajectory(person_id, indices[own], times[own], points[own].astype(np.float64))
        for person_id, own in seen.of_each()
    }


WINDOW_S = 0.1  # through whose frames the line of a speed is laid


def rates(values: npt.ArrayLike, times_s: npt.ArrayLike) -> F64:
    """How fast values [T, ...] change, per second: the slope of a straight line through the frames of `WINDOW_S`.

    The window reaches at least to both neighbours. NaN where a value is not known or has no known neighbour in reach.
    """
    given, times = np.asarray(values, np.float64), np.asarray(times_s, np.float64)
    if times.shape != given.shape[:1]:
        raise ValueError(f"{list(given.shape)} values do not fit {list(times.shape)} times")
    if len(times) < 2:
        return np.full(given.shape, np.nan)
    reach = max(WINDOW_S / 2, 1.01 * float(np.median(np.diff(times)))) + TICK_S
    shape = (-1, *[1] * (given.ndim - 1))
    count = np.zeros(given.shape)
    total_t, total_v, total_tt, total_tv = (np.zeros(given.shape) for _ in range(4))
    for other, elapsed in _neighbours(times, reach):
        change = given[other] - given
        known = np.isfinite(change) & np.isfinite(elapsed).reshape(shape)
        dt = np.where(known, elapsed.reshape(shape), 0.0)
        dv = np.where(known, change, 0.0)
        count += known
        total_t, total_v = total_t + dt, total_v + dv
        total_tt, total_tv = total_tt + dt * dt, total_tv + dt * dv
    spread = count * total_tt - total_t**2
    return np.asarray(
        np.divide(count * total_tv - total_t * total_v, spread, np.full(given.shape, np.nan), where=spread > 0)
    )


def _neighbours(times: F64, reach: float) -> Iterator[tuple[I64, F64]]:
    """For each offset -m … m: which frame that is, [T], and how much later, [T]; NaN where out of `reach`."""
    places = np.arange(len(times))
    most = int((np.searchsorted(times, times + reach, side="right") - places).max())
    for offset in range(-most + 1, most):
        other = np.clip(places + offset, 0, len(times) - 1)
        elapsed = times[other] - times
        yield other, np.where((np.abs(elapsed) <= reach) & (other == places + offset), elapsed, np.nan)


def speeds(points: npt.ArrayLike, times_s: npt.ArrayLike) -> F64:
    """How fast points [T, ..., 2] move, pixels per second [T, ...]; as `rates`."""
    return np.asarray(np.linalg.norm(rates(points, times_s), axis=-1))


def metres_per_pixel(start: Sequence[float], end: Sequence[float], length_m: float) -> float:
    """The scale of a picture in which `length_m` lies between two points, each (x, y). Raises ValueError."""
    pixels = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    if not pixels > 0 or not length_m > 0:
        raise ValueError("a known length needs two different points and more than 0 m")
    return length_m / pixels


SHANK_THIGH_TRUNK = 0.779  # of a person's height, from ankle to shoulder: Winter, Biomechanics, 4th ed., figure 4.1


def height_px(points: npt.ArrayLike, skeleton: Skeleton = COCO) -> float:
    """How tall somebody is in poses [T, K, 2], pixels, however he bends; NaN where his legs and trunk are never seen.

    Shank, thigh and trunk, each as long as it is in all but a tenth of the frames, because a limb that points at the
    camera looks short; their sum is `SHANK_THIGH_TRUNK` of an average adult.
    """
    total = 0.0
    for lengths in np.moveaxis(limb_lengths(points, skeleton), 1, 0):
        known = lengths[np.isfinite(lengths)]
        if not len(known):
            return float("nan")
        total += float(np.quantile(known, 0.9))
    return total / SHANK_THIGH_TRUNK


def limb_lengths(points: npt.ArrayLike, skeleton: Skeleton = COCO) -> F64:
    """How long shank, thigh and trunk, left and right, are in poses [T, K, 2]: pixels [T, 3, 2]."""
    given = np.asarray(points, np.float64).reshape(-1, len(skeleton), 2)
    place = skeleton.place
    chains = np.full((len(given), 4, 2, 2), np.nan)  # along each side, what the skeleton has of it
    for row, joint in enumerate(("ankle", "knee", "hip", "shoulder")):
        for column, side in enumerate(("left", "right")):
            if f"{side}_{joint}" in place:
                chains[:, row, column] = given[:, place[f"{side}_{joint}"]]
    return np.asarray(np.linalg.norm(np.diff(chains, axis=1), axis=-1))
