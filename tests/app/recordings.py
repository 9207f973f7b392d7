"""Recordings to write and read: a drawn one with everything that is awkward, and those of the team's clips."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from app import job
from app.engines import Choice, Engines
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.smoothing import smooth_recording
from engine.types import Boxes, Poses, Tracks
from engine.video.opening import open_source
from tests.shared import VIDEO, needs_shared

FPS = 25.0
CLIPS = ["webcam-1.mkv", "three-cross.mp4"]
OTHERS = ["webcam-2.mkv", "webcam-3.mkv", "two-people.mp4", "runner.mp4", "juggle.mp4", "one-by-one.mp4"]
STANDING = np.array(
    [
        [50, 8], [54, 6], [46, 6], [58, 8], [42, 8], [65, 22], [35, 22], [72, 38], [28, 38], [75, 52], [25, 52],
        [60, 52], [40, 52], [60, 74], [40, 74], [60, 95], [40, 95],
    ],
    np.float32,
)  # fmt: skip


def people(index: int, ids: list[int], *, missing: tuple[int, ...] = ()) -> Tracks:
    """People side by side, 300 px tall, who step to the right; the joints `missing` are not known on any."""
    rng = np.random.default_rng(1000 * index + sum(ids))
    points = np.zeros((len(ids), 17, 2), np.float32)
    for row, person_id in enumerate(ids):
        points[row] = 3 * STANDING + [120 * person_id + 4 * index, 90] + rng.normal(0, 1, (17, 2))
    scores = rng.uniform(0.5, 1, (len(ids), 17)).astype(np.float32)
    boxes = np.concatenate([points.min(axis=1, initial=np.inf), points.max(axis=1, initial=-np.inf)], axis=1)
    points[:, missing], scores[:, missing] = np.nan, 0.0
    poses = Poses.of(points, scores, Boxes.of(boxes.reshape(-1, 4), rng.uniform(0.5, 1, len(ids))))
    return Tracks(poses, np.array(ids, np.int64), np.arange(len(ids)))


def awkward() -> Recording:
    """Nobody at first and at the end, an id away for two frames, ids with gaps, a lost frame, missing joints."""
    recording = Recording(Header(SourceRecord("läufer clip.mp4", 1280, 720, FPS, 12 / FPS), {"tracker": "oks"}))
    present = {0: [], 1: [1], 2: [1, 7], 3: [7], 4: [7], 5: [1, 7], 6: [1], 8: [1, 12], 9: [12], 10: [], 11: []}
    for index, ids in present.items():  # frame 7 was damaged and passed over
        tracks = people(index, ids, missing=(0, 3, 15) if index in (2, 6) else ())
        recording.add(FrameRecord(index, index / FPS, tracks))
    return recording


@cache
def of_clip(name: str) -> Recording:
    """What the default models and tracker make of one of the clips."""
    with open_source(VIDEO / name) as source, Engines.load(Choice()) as engines:
        recording = Recording(engines.header(source.info))
        job.run(source, engines, [], each=recording.add)
    return recording


def of(name: str) -> Recording:
    return awkward() if name == "awkward" else of_clip(name)


EACH = pytest.mark.parametrize(
    "recording",
    [
        "awkward",
        *(pytest.param(name, marks=needs_shared) for name in CLIPS),
        *(pytest.param(name, marks=[needs_shared, pytest.mark.slow]) for name in OTHERS),
    ],
)


def same_people(one: FrameRecord, other: FrameRecord, *, tolerance: float = 0.0) -> None:
    """Asserts that two records have the same ids, keypoints and boxes."""
    assert one.tracks.ids.tolist() == other.tracks.ids.tolist()
    first, second = one.tracks.poses, other.tracks.poses
    np.testing.assert_allclose(first.keypoints, second.keypoints, atol=tolerance, rtol=0)
    np.testing.assert_allclose(first.scores, second.scores, atol=tolerance, rtol=0)
    np.testing.assert_allclose(first.boxes.xyxy, second.boxes.xyxy, atol=tolerance, rtol=0)


def written(recording: Recording, folder: Path, format: str, **options: object) -> list[Path]:
    """The recording written as `format` into `folder`; the files made."""
    from app.exports import FORMATS, Options, write

    return write(recording, folder / f"out{FORMATS[format].ending}", format, options=Options(**options))


def rows_of(recording: Recording) -> list[tuple[FrameRecord, int]]:
    """(record, row) of everybody in every frame."""
    return [(record, row) for record in recording for row in range(len(record.tracks))]


class Watched(Recording):
    """Keeps which frames were looked up, and how often any was."""

    def __init__(self, recording: Recording) -> None:
        super().__init__(recording.header)
        for record in recording:
            self.add(record)
        self.asked: set[int] = set()
        self.lookups = 0

    def __getitem__(self, index: int) -> FrameRecord | None:
        self.asked.add(index)
        self.lookups += 1
        return super().__getitem__(index)

    def __iter__(self) -> Iterator[FrameRecord]:
        self.asked.update(self.indices)
        self.lookups += len(self)
        return super().__iter__()


def with_a_gap(frames: int) -> Recording:
    """Person 1 is away for so many frames, and 7 now and then beside that."""
    recording = Recording(awkward().header)
    for index in range(frames + 20):
        seen = [person for person, is_away in ((1, 10 <= index < 10 + frames), (7, index % 9 == 4)) if not is_away]
        recording.add(FrameRecord(index, index / FPS, people(index, seen)))
    return smooth_recording(recording, gap_s=(frames + 2) / FPS)


def part_of(recording: Recording, indices: range, **source: object) -> Recording:
    """Some of its frames, of a source of which other things are told."""
    header = replace(recording.header, source=replace(recording.header.source, **source))
    part = Recording(header)
    for index in indices:
        part.add(recording[index])
    return part
