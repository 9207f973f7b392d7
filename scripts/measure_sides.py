"""How well are left and right told again that were taken for each other for a moment? On results of clips.

    skelter track CLIP -o CLIP.json, then
    python -m scripts.measure_sides CLIP.json … [--teacher TINYPOSE.onnx --clip CLIP]

In every result the legs or the arms of everybody, from the hips (shoulders), knees (elbows) or ankles (wrists) on, are
exchanged for so long about every other second; counted is how many of those joints still have the other side's place
afterwards, and how many that nobody touched have got it, where both are found and at least 0.2 of the torso apart. With
a teacher, which looks in the boxes of the first result: how many of the pairs that it sees apart are the other way
round, as found and afterwards, and how far the angles of smoothed knees and elbows are from its own.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.analysis import Trajectory, angles_of, joint_angles, trajectories
from app.exports.skelter_json import read
from app.results import Recording
from app.smoothing import smooth_recording
from engine.loading import load_pose
from engine.skeletons import Skeleton
from engine.types import F32, F64, Bools
from engine.video.file import FileSource
from trackers.sides import limbs_of, short_exchanges

APART = 0.2  # torsos
EVERY_S = 1.5
LENGTHS_S = (0.05, 0.1, 0.2, 0.3)
TEACHER_APART, TEACHER_SURE = 0.25, 0.4


def put_back(person: Trajectory, skeleton: Skeleton) -> F64:
    """The points of a person with exchanged sides put back."""
    points = person.points.copy()
    for one in short_exchanges(points, person.times_s, skeleton):
        left, right = one.pair
        frames = slice(one.first, one.last + 1)
        points[frames, [left, right]] = person.points[frames, [right, left]]
    return points


def torso(points: F64, skeleton: Skeleton) -> float:
    (shoulders,), (hips,) = skeleton.pairs_of("shoulder"), skeleton.pairs_of("hip")
    return float(np.nanmedian(np.linalg.norm(points[:, shoulders].mean(1) - points[:, hips].mean(1), axis=1)))


def disturbed(
    person: Trajectory, skeleton: Skeleton, length_s: float, random: np.random.Generator
) -> Iterator[tuple[F64, Bools]]:
    """Copies of the points with one limb exchanged now and then, and which joints are [T, K]."""
    points, step = person.points, float(np.median(np.diff(person.times_s)))
    frames, every = max(1, round(length_s / step)), round(EVERY_S / step)
    for limb in limbs_of(skeleton):
        wrong, touched = points.copy(), np.zeros(points.shape[:2], np.bool_)
        at = int(random.integers(5, every))
        while at + frames < len(points) - 5:
            for left, right in (pair for pairs in limb[int(random.integers(0, len(limb))) :] for pair in pairs):
                wrong[at : at + frames, [left, right]] = points[at : at + frames, [right, left]]
                touched[at : at + frames, [left, right]] = True
            at += frames + int(random.integers(every // 2, 3 * every // 2))
        yield wrong, touched


def tally(recordings: list[Recording], length_s: float) -> tuple[int, int, int, int]:
    """Joints exchanged, of these still so; joints not touched, of these exchanged afterwards."""
    random, sums = np.random.default_rng(1), np.zeros(4, np.int64)
    for recording in recordings:
        skeleton = recording.header.skeleton
        for person in trajectories(recording).values():
            size = torso(person.points, skeleton)
            for wrong, touched in disturbed(person, skeleton, length_s, random):
                again = put_back(replace(person, points=wrong), skeleton)
                for left, right in (pair for limb in limbs_of(skeleton) for pairs in limb for pair in pairs):
                    plain = np.linalg.norm(person.points[:, left] - person.points[:, right], axis=1) > APART * size
                    is_wrong = (again[:, left] != person.points[:, left]).any(1)
                    was = touched[:, left]
                    sums += [(plain & was).sum(), (plain & was & is_wrong).sum(),
                             (plain & ~was).sum(), (plain & ~was & is_wrong).sum()]  # fmt: skip
    was_so, still, others, newly = sums.tolist()
    return was_so, still, others, newly


def beside_teacher(recording: Recording, clip: Path, teacher: Path) -> None:
    """Print the pairs the other way round than the teacher has them, as found → put back, of how many; and angles."""
    skeleton, seen = recording.header.skeleton, dict[tuple[int, int], F32]()
    with closing(FileSource(clip)) as source, load_pose(teacher, precision="f32", flip=True) as estimator:
        for frame in source:
            record = recording[frame.index]
            if record is not None and len(record.tracks):
                poses = estimator.estimate(frame.image, record.tracks.poses.boxes)
                sure = np.where(poses.scores[..., None] >= TEACHER_SURE, poses.keypoints, np.nan)
                seen |= {(person, frame.index): sure[row] for row, person in enumerate(record.tracks.ids.tolist())}
    for person in trajectories(recording).values():
        truth = np.stack([seen[person.person_id, frame] for frame in person.indices.tolist()])
        size, words = torso(person.points, skeleton), []
        for limb in limbs_of(skeleton):
            for left, right in (pairs[0] for pairs in limb):
                apart = np.linalg.norm(truth[:, left] - truth[:, right], axis=1) > TEACHER_APART * size
                crossed = []
                for points in (person.points, put_back(person, skeleton)):
                    to = {
                        (a, b): np.linalg.norm(points[:, a] - truth[:, b], axis=1)
                        for a in (left, right)
                        for b in (left, right)
                    }
                    both = (to[left, right] < to[left, left]) & (to[right, left] < to[right, right])
                    crossed.append(int((apart & both).sum()))
                words.append(f"{skeleton.keypoints[left][5:]} {crossed[0]} → {crossed[1]} of {int(apart.sum())}")
        print(f"{clip.name} {person.person_id}: {', '.join(words)}")
    angles_beside(recording, seen)


def angles_beside(recording: Recording, seen: dict[tuple[int, int], F32]) -> None:
    """Print how far the angles of smoothed knees and elbows are from the teacher's, degrees: mean and 90 %."""
    skeleton = recording.header.skeleton
    names = [angle.name for angle in angles_of(skeleton)]
    smoothed = {put_back: trajectories(smooth_recording(recording, sides=put_back)) for put_back in (False, True)}
    for person_id, person in smoothed[False].items():
        truth = np.stack(
            [seen.get((person_id, n), np.full((len(skeleton), 2), np.nan)) for n in person.indices.tolist()]
        )
        wanted = joint_angles(truth, skeleton, facing=0)
        for part in ("knee", "elbow"):
            columns = [names.index(f"{side}_{part}") for side in ("left", "right")]
            off = [
                np.abs(joint_angles(people[person_id].points, skeleton, facing=0) - wanted)[:, columns]
                for people in smoothed.values()
            ]
            means, most = ([float(how(one)) for one in off] for how in (np.nanmean, _ninety))
            told = f"{means[0]:.1f} → {means[1]:.1f}, 90 %: {most[0]:.0f} → {most[1]:.0f}"
            print(f"person {person_id}, {part}s off by {told}")


def _ninety(values: F64) -> float:
    return float(np.nanpercentile(values, 90))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, nargs="+")
    parser.add_argument("--teacher", type=Path)
    parser.add_argument("--clip", type=Path)
    options = parser.parse_args()
    recordings = [read(path) for path in options.results]
    if options.teacher and options.clip:
        beside_teacher(recordings[0], options.clip, options.teacher)
        return
    people = [(person, one.header.skeleton) for one in recordings for person in trajectories(one).values()]
    begun = time.perf_counter()
    found = sum(len(short_exchanges(person.points, person.times_s, skeleton)) for person, skeleton in people)
    taken_us = (time.perf_counter() - begun) * 1e6 / sum(len(person) for person, _ in people)
    print(f"as they are: {found} exchanges of a pair told, {taken_us:.0f} µs a person and frame")
    print("| seconds | exchanged joints | still so | others | exchanged by it |\n|---|---|---|---|---|")
    for length_s in LENGTHS_S:
        was, still, others, newly = tally(recordings, length_s)
        shares = f"{still} ({still / max(was, 1):.1%}) | {others} | {newly} ({newly / max(others, 1):.2%})"
        print(f"| {length_s:g} | {was} | {shares} |")


if __name__ == "__main__":
    main()
