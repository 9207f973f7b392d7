"""What bridges a gap, in formats and pictures that cannot tell that it does."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from app.changes import ExchangeSides, Hide, Merge, MoveJoint, Split, Swap
from app.edits import Edits
from app.exports import FORMATS, write
from app.exports.bridged import BridgedScores, Bridges
from app.imports import read_result
from app.results import FrameRecord, Recording
from app.smoothing import smooth_recording
from engine.skeletons import COCO
from tests.app.recordings import FPS, Watched, awkward, people, with_a_gap, written
from trackers.reading import read_sequence


def without_a_mark(recording: Recording | list[FrameRecord], folder: Path) -> dict[str, np.ndarray]:
    """Scores of nose, left hip and box of person 1 in frame 3 in the formats that cannot say that he is bridged."""
    header, found = smooth_recording(awkward()).header, {}
    for format in ("coco", "openpose", "posetrack", "mot"):
        (path,) = write(recording, folder / f"out{FORMATS[format].ending}", header=header)
        if format in ("coco", "openpose"):
            tracks = read_result(path)[3].tracks
            person = tracks.ids.tolist().index(1)
            found[format] = tracks.poses.scores[person, [0, 11]]
        else:
            people = read_sequence(path).at(3)
            person = people.ids.tolist().index(1)
            found[format] = people.scores[person, [0, 11]] if format == "posetrack" else people.confidence[[person]]
    return found


def test_what_bridges_a_gap_is_as_sure_as_its_ends_where_nothing_else_can_be_said(tmp_path):
    recording = awkward()  # 1 is away in frames 3 and 4, and has no nose in frame 2 already
    smoothed = smooth_recording(recording, gap_s=0.2)
    assert smoothed[3].filled[0, [0, 11]].all()
    first, second, fifth = (recording[index].tracks.poses[np.array([0])] for index in (1, 2, 5))
    joints = [min(first.scores[0, 0], fifth.scores[0, 0]), min(second.scores[0, 11], fifth.scores[0, 11])]
    box = min(second.boxes.scores[0], fifth.boxes.scores[0])
    found = without_a_mark(smoothed, tmp_path)
    assert found["coco"] == pytest.approx(joints)
    assert found["openpose"] == pytest.approx(joints)
    assert found["posetrack"] == pytest.approx(np.array(joints) * box, abs=1e-5)
    assert found["mot"] == pytest.approx(box, abs=1e-5)
    (results,) = tmp_path.glob("*-coco.json")
    (one,) = [row for row in json.loads(results.read_text()) if (row["image_id"], row["track_id"]) == (3, 1)]
    assert one["score"] > 0.3
    (table,) = written(read_result(results), tmp_path, "angles", facing=1)
    assert pd.read_csv(table).query("index == 3 and id == 1")["left_knee"].notna().all()

    found = without_a_mark([smoothed[index] for index in (1, 2, 3)], tmp_path)  # and the other end is not there
    assert found["coco"] == pytest.approx([first.scores[0, 0], second.scores[0, 11]])
    assert found["mot"] == pytest.approx(second.boxes.scores[0], abs=1e-5)


def test_pictures_are_told_of_what_bridges_a_gap_what_those_formats_are_told(tmp_path):
    smoothed = smooth_recording(awkward(), gap_s=0.2)
    bridges, found = Bridges(smoothed), without_a_mark(smoothed, tmp_path)
    drawn = [bridges.told(record) for record in smoothed]
    poses = drawn[3].shown().poses
    assert poses.scores[0, [0, 11]] == pytest.approx(found["coco"])
    assert poses.boxes.scores[0] == pytest.approx(found["mot"], abs=1e-5)
    np.testing.assert_array_equal(drawn[3].tracks.poses.scores, smoothed[3].tracks.poses.scores)  # what was found
    same = without_a_mark(drawn, tmp_path)
    for format, scores in found.items():
        np.testing.assert_array_equal(same[format], scores)
    part = without_a_mark(drawn[3:4], tmp_path)  # what was told knows ends that are not written
    for format, scores in found.items():
        np.testing.assert_array_equal(part[format], scores)


class Counting:
    """A writer that keeps how many frames it got, and the newest."""

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.frames = 0
        self.written: list[FrameRecord] = []

    def write(self, record: FrameRecord) -> None:
        self.frames += 1
        self.written.append(record)

    def close(self) -> None: ...

    abort = close


@pytest.mark.parametrize("edits", [Edits(), Edits((Split(1, 4, 2),))])  # from the middle of a gap on somebody else
def test_no_more_frames_wait_than_a_gap_has(edits):
    recording = Recording(awkward().header)
    for index in range(60):
        recording.add(FrameRecord(index, index / FPS, people(index, [] if index in (3, 4, 5) else [1])))
    counting = Counting()
    writer, waiting = BridgedScores(counting), []
    for given, record in enumerate(smooth_recording(recording, gap_s=0.2), 1):
        writer.write(edits.applied(record))
        waiting.append(given - counting.frames)
    assert max(waiting) <= 3
    assert max(waiting[6:]) == 0
    writer.close()
    assert counting.frames == 60


@pytest.mark.parametrize(
    "changes",
    [
        (),
        (MoveJoint(2, 1, 11, 500.0, 300.0),),  # an end of the gap is sure now
        (MoveJoint(3, 1, 11, 500.0, 300.0),),  # it is two gaps, or none
        (Split(1, 3, 9),),
        (Split(1, 4, 9),),
        (Split(1, 4, 9), Merge(7, 9)),
        (Swap(1, 7, 4), Hide(7, True)),
        (ExchangeSides(1, tuple((*pair, 3, 4) for pair in COCO.flip_pairs)),),  # in the middle of the gap
    ],
)
def test_a_frame_shown_alone_is_as_sure_as_in_an_export_after_corrections_too(changes):
    smoothed, edits = smooth_recording(awkward(), gap_s=0.2), Edits(changes)
    writer = BridgedScores(counting := Counting())
    for record in smoothed:
        writer.write(edits.shown(record))
    writer.close()
    bridges = Bridges(smoothed, edits)
    for record, exported in zip(smoothed, counting.written, strict=True):
        one, other = bridges.shown(record).shown(), exported.shown()
        assert one.ids.tolist() == other.ids.tolist()
        np.testing.assert_array_equal(one.poses.scores, other.poses.scores, str(record.index))
        np.testing.assert_array_equal(one.poses.boxes.scores, other.poses.boxes.scores, str(record.index))


def test_a_gap_is_as_sure_as_the_end_that_was_put_in_place():
    recording = awkward()  # 1 is away in frames 3 and 4
    recording[2].tracks.poses.scores[0, 11], recording[5].tracks.poses.scores[0, 11] = 0.4, 0.8
    smoothed = smooth_recording(recording, gap_s=0.2)
    assert Bridges(smoothed).told(smoothed[3]).shown().poses.scores[0, 11] == np.float32(0.4)
    edits = Edits((MoveJoint(2, 1, 11, 500.0, 300.0),))
    assert Bridges(smoothed, edits).told(smoothed[3]).shown().poses.scores[0, 11] == np.float32(0.8)


def test_a_frame_is_told_from_those_around_its_gap_alone():
    recording = Recording(awkward().header)
    for index in range(90):
        recording.add(FrameRecord(index, index / FPS, people(index, [] if index % 9 in (3, 4) else [1])))
    smoothed = smooth_recording(recording, gap_s=0.2)
    told = Bridges(watched := Watched(smoothed)).told(smoothed[48])
    assert told.bridged is not None
    assert watched.asked <= {47, 49, 50}


def test_of_a_smoothed_result_tracking_metrics_score_what_other_formats_get(tmp_path):
    recording = with_a_gap(40)
    assert any(record.filled is not None and record.filled.any() for record in recording)
    (own,) = written(recording, tmp_path, "json")
    (others,) = written(recording, tmp_path, "posetrack")
    mine, theirs = read_sequence(own), read_sequence(others)
    columns = [mine.joints.index(name) for name in theirs.joints if name in mine.joints]
    of_theirs = [theirs.joints.index(mine.joints[column]) for column in columns]
    for index in mine.frames:
        a, b = mine.at(index), theirs.at(index)
        assert a.ids.tolist() == b.ids.tolist()
        shown = b.scores[:, of_theirs] > 1e-5
        np.testing.assert_allclose(a.keypoints[:, columns][shown], b.keypoints[:, of_theirs][shown], atol=0.01)
        assert (a.scores[:, columns][shown] > 0.1).all(), "what bridges a gap counts as its ends do"
        assert (a.confidence > 0.1).all()


@pytest.mark.parametrize("step", [1, -1])
def test_no_long_gap_is_walked_through_for_each_of_its_frames(step):
    smoothed = with_a_gap(300)
    assert all(record.filled[0].all() for record in smoothed.between(10 / FPS, 309 / FPS))
    bridges = Bridges(watched := Watched(smoothed))
    for record in [*smoothed][::step]:
        bridges.told(record)
    assert watched.lookups <= 4 * len(smoothed)


def calls_of(work: Callable[[], object]) -> int:
    """How many functions are called meanwhile: what it costs, whatever else the machine does."""
    calls, before = 0, sys.getprofile()

    def count(frame: object, event: str, arg: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


def test_frames_of_a_long_gap_cost_a_writer_no_more_than_those_of_a_short_one():
    def cost(recording: Recording) -> float:
        writer = BridgedScores(Counting())

        def write_all() -> None:
            for record in recording:
                writer.write(record)
            writer.close()

        return calls_of(write_all) / len(recording)

    assert cost(with_a_gap(300)) < 1.5 * cost(with_a_gap(30))
