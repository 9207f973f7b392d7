"""Does `skelter check` tell what is wrong, and how often does it ask in vain? On made-up scenes and results of clips.

    python -m scripts.measure_doubts [--scenes 20] [CLIP.json …]

In the scenes (scripts/tracking_scenes.py, with pictures) the `oks` tracker makes its own errors, which are known: a
number whose person becomes another one (exchanged), a person who goes on under a new number (broken). Told is one whose
people are asked about, within a second of it; in vain is a question that no error answers.

In each result everybody is broken in two and joined to nobody, has legs or arms exchanged for a second, and a joint put
elsewhere for a frame, at random, one at a time; before that it is counted what is asked of the result as it is.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

import trackers
from app.changes import ExchangeSides, Merge, Split
from app.doubts import Doubt, Kind, Looks, find_doubts
from app.edits import Edits
from app.exports.skelter_json import read
from app.results import FrameRecord, Header, Recording, SourceRecord
from engine.types import Frame
from scripts.tracking_scenes import HEIGHT, WIDTH, Conditions, Scene, simulate
from scripts.tracking_shapes import load_shapes
from trackers.sides import limbs_of

LASTING_S = 0.3
"""For which a number must be another person's to be an error."""
NEAR_S = 1.0
TRIES = 4


@dataclass(frozen=True, slots=True)
class Error:
    """What the tracker did: `people` by the numbers it gave."""

    kind: Kind
    frame: int
    people: frozenset[int]


def follow(scene: Scene) -> tuple[Recording, dict[int, list[tuple[int, int]]]]:
    """A scene as the tracker sees it, and whose each number was: (frame, person) of all that are somebody's."""
    tracker = trackers.CHOICES["oks"]()
    fps = scene.conditions.fps
    recording = Recording(Header(SourceRecord("scene", WIDTH, HEIGHT, fps, len(scene) / fps)))
    owners: dict[int, list[tuple[int, int]]] = {}
    for frame, poses in enumerate(scene.detections):
        tracks = tracker.update(poses, scene.time_s(frame), scene.image(frame))
        recording.add(FrameRecord(frame, scene.time_s(frame), tracks))
        for number, row in zip(tracks.ids.tolist(), tracks.rows.tolist(), strict=True):
            owner = int(scene.owners[frame][row]) if row >= 0 else 0
            if owner:
                owners.setdefault(number, []).append((frame, owner))
    return recording, owners


def stretches(seen: list[tuple[int, int]], least: int) -> list[tuple[int, int, int]]:
    """(person, first, last frame) for which a number was one person's, those of fewer than `least` frames left out."""
    runs: list[list[int]] = []
    for frame, owner in seen:
        if runs and runs[-1][0] == owner:
            runs[-1][2] = frame
            runs[-1][3] += 1
        else:
            runs.append([owner, frame, frame, 1])
    kept: list[tuple[int, int, int]] = []
    for owner, first, last, count in runs:
        if count < least:
            continue
        if kept and kept[-1][0] == owner:
            kept[-1] = (owner, kept[-1][1], last)
        else:
            kept.append((owner, first, last))
    return kept


def errors(owners: dict[int, list[tuple[int, int]]], least: int) -> Iterator[Error]:
    lives = {number: stretches(seen, least) for number, seen in owners.items()}
    for number, runs in lives.items():
        for (_, _, last), (_, first, _) in pairwise(runs):
            yield Error(Kind.EXCHANGED, (last + first) // 2, frozenset({number}))
    of_person: dict[int, list[tuple[int, int, int]]] = {}
    for number, runs in lives.items():
        for place, (owner, first, last) in enumerate(runs):
            of_person.setdefault(owner, []).append((first, last, number if place == 0 else -number))
    for ways in of_person.values():
        for (_, _, before), (first, _, number) in pairwise(sorted(ways)):
            if number > 0 and abs(before) != number:  # a new number, not one that was another's
                yield Error(Kind.SAME, first, frozenset({abs(before), number}))


def in_scenes(count_of: int, conditions: Conditions) -> None:
    shapes = load_shapes()
    counts, made, seconds = {True: Counter[str](), False: Counter[str]()}, Counter[Kind](), 0.0
    for seed in range(count_of):
        scene = simulate(seed, shapes, conditions)
        fps = scene.conditions.fps
        recording, owners = follow(scene)
        known = list(errors(owners, round(LASTING_S * fps)))
        seconds += len(scene) / fps
        made.update(error.kind for error in known)
        for dressed, count in counts.items():
            looks = Looks(partial(_pictures, scene)) if dressed else None
            doubts = [
                doubt for doubt in find_doubts(recording, looks=looks)
                if doubt.kind in (Kind.SAME, Kind.EXCHANGED) and any(person in owners for person in doubt.people)
            ]  # fmt: skip
            for error in known:
                count[f"{error.kind.value} told"] += any(_is_of(doubt, error, fps) for doubt in doubts)
            for doubt in doubts:
                count[f"{doubt.kind.value} in vain"] += not any(_is_of(doubt, error, fps) for error in known)
    print(f"\n{count_of} scenes of {conditions.people} people, {seconds / 60:.1f} min\n")
    print("| | errors | told | in vain | told by clothes, too | in vain |\n|---|---|---|---|---|---|")
    for kind in (Kind.EXCHANGED, Kind.SAME):
        cells = [counts[dressed][f"{kind.value} {what}"] for dressed in (False, True) for what in ("told", "in vain")]
        print(f"| {kind.value} | {made[kind]} | {' | '.join(map(str, cells))} |")


def _pictures(scene: Scene, frames: Sequence[int]) -> Iterator[Frame]:
    for frame in frames:
        yield Frame(scene.image(frame), frame, scene.time_s(frame))


def _is_of(doubt: Doubt, error: Error, fps: float) -> bool:
    if doubt.kind is not error.kind:
        return False
    near = doubt.first - NEAR_S * fps <= error.frame <= doubt.last + NEAR_S * fps
    people = set(doubt.people)
    return near and (error.people == people if error.kind is Kind.SAME else bool(error.people & people))


def in_results(results: list[Recording]) -> None:
    random, counts = np.random.default_rng(0), Counter[str]()
    asked, seconds = Counter[Kind](), 0.0
    for recording in results:
        before = find_doubts(recording)
        asked.update(doubt.kind for doubt in before)
        seconds += recording.header.source.duration_s or 0.0
        for name, damaged, wanted in _damages(recording, random):
            doubts = find_doubts(damaged)
            counts[f"{name}, made"] += 1
            counts[f"{name}, told"] += any(_answers(doubt, wanted) for doubt in doubts)
            counts[f"{name}, others"] += max(len(doubts) - len(before) - 1, 0)
    words = ", ".join(f"{count} × {kind.value}" for kind, count in asked.items())
    print(f"\nas they are, {seconds / 60:.1f} min: {words}\n")
    print("| made | times | told | other questions more |\n|---|---|---|---|")
    for name in dict.fromkeys(key.rsplit(",", 1)[0] for key in counts):
        print(f"| {name} | {counts[f'{name}, made']} | {counts[f'{name}, told']} | {counts[f'{name}, others']} |")


def _answers(doubt: Doubt, wanted: Doubt) -> bool:
    is_there = doubt.first <= wanted.last and wanted.first <= doubt.last
    return doubt.kind is wanted.kind and set(doubt.people) == set(wanted.people) and is_there


def _damages(recording: Recording, random: np.random.Generator) -> Iterator[tuple[str, Recording, Doubt]]:
    """What is done to a result: its name, the result then, and what should be told of it."""
    source, skeleton = recording.header.source, recording.header.skeleton
    fps = source.fps or 30.0
    last_id = max(int(record.tracks.ids.max(initial=0)) for record in recording)
    on: dict[int, list[int]] = {}
    for record in recording:
        for person in record.tracks.ids.tolist():
            on.setdefault(person, []).append(record.index)
    second = round(fps)
    for person, frames in on.items():
        if len(frames) < 4 * second:
            continue
        for at in random.integers(second, len(frames) - 2 * second, TRIES).tolist():
            first, last = frames[at], frames[at + second]
            what = Doubt(
                Kind.SAME, first, first - 1, first, (person, last_id + 1), Merge(person, last_id + 1), 0.0, 1.0
            )
            yield "broken in two", Edits((Split(person, first, last_id + 1),)).of(recording), what
            for limb, name in zip(limbs_of(skeleton), ("legs", "arms"), strict=False):
                pairs = [pair for pairs in limb for pair in pairs]
                change = ExchangeSides(person, tuple((left, right, first, last) for left, right in pairs))
                what = replace(what, kind=Kind.SIDES, people=(person,), first=first, last=last)
                yield f"{name} exchanged for 1 s", Edits((change,)).of(recording), what
            what = replace(what, kind=Kind.LEAP, first=first, last=first)
            yield "a joint elsewhere for a frame", _with_leap(recording, first, person, random), what


def _with_leap(recording: Recording, frame: int, person: int, random: np.random.Generator) -> Recording:
    """A copy in which one of a person's joints is a third of his height elsewhere."""
    leaping, record = recording.copy(), recording[frame]
    assert record is not None
    tracks, row = record.tracks, int(np.flatnonzero(record.tracks.ids == person)[0])
    keypoints, scores = tracks.poses.keypoints.copy(), tracks.poses.scores.copy()
    joint, box = int(random.integers(5, keypoints.shape[1])), tracks.poses.boxes.xyxy[row]
    keypoints[row, joint] += np.array([0.28, -0.18], np.float32) * (box[3] - box[1])
    scores[row, joint] = max(scores[row, joint], 0.5)
    poses = replace(tracks.poses, keypoints=keypoints, scores=scores)
    leaping.add(replace(record, tracks=replace(tracks, poses=poses)))
    return leaping


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, nargs="*")
    parser.add_argument("--scenes", type=int, default=20)
    options = parser.parse_args()
    if options.scenes:
        for people, crossings_per_s in ((4, 0.3), (10, 2.0)):
            in_scenes(options.scenes, Conditions(people=people, crossings_per_s=crossings_per_s, frames=600))
    if options.results:
        in_results([read(path) for path in options.results])


if __name__ == "__main__":
    main()
