"""Left and right taken for each other for a moment are put back in recordings, where they are smoothed, too."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.changes import ExchangeSides, Merge, MoveJoint, Split, Swap
from app.edits import Edits
from app.exports.skelter_json import read
from app.gui.steadying import Steady
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.session import Session, write_session
from app.sides import exchanged_for_moments
from app.smoothing import smooth_recording
from engine.skeletons import COCO
from engine.types import F64, Boxes, Poses, Tracks
from tests.app.conftest import Command
from tests.app.recordings import written
from tests.trackers.test_sides import FPS, LEG, exchanged, walker

TIMES = np.arange(90) / FPS
KNEES = [COCO.keypoints.index(f"{side}_knee") for side in ("left", "right")]


def recording(*people: F64) -> Recording:
    """People 1, 2 … whose joints [T, 17, 2] these are, the left ones surer than the right ones."""
    scores = np.where([name.startswith("left") for name in COCO.keypoints], 0.9, 0.7).astype(np.float32)
    made = Recording(Header(SourceRecord("walk.mp4", 640, 480, FPS, len(TIMES) / FPS)))
    for index in range(len(TIMES)):
        points = np.stack([one[index] for one in people]).astype(np.float32)
        boxes = Boxes.of(np.concatenate([points.min(1), points.max(1)], axis=1), [0.9] * len(people))
        ids = np.arange(1, len(people) + 1)
        poses = Poses.of(points, np.tile(scores, (len(people), 1)), boxes)
        made.add(FrameRecord(index, index / FPS, Tracks(poses, ids, ids - 1)))
    return made


TRUE = walker(TIMES)
WRONG = exchanged(TRUE, LEG, 40, 43)
BELOW, BESIDE = np.array([0, 300]), np.array([90, 0])
OTHER = TRUE + BELOW


def test_everybody_has_a_correction_of_his_own_with_what_was_his() -> None:
    changes = exchanged_for_moments(recording(WRONG, OTHER, exchanged(OTHER + BESIDE, LEG, 20, 21)))
    assert [change.person for change in changes] == [1, 3]
    back = Edits(tuple(changes)).of(recording(WRONG, OTHER))
    assert back[41].tracks.poses.keypoints[0, KNEES] == pytest.approx(TRUE[41, KNEES], abs=0.01)
    assert back[41].tracks.poses.scores[0, KNEES] == pytest.approx([0.7, 0.9]), "a joint's score goes with it"
    assert changes[0].frames == {40, 41, 42, 43}


def test_only_one_person_and_only_in_a_range() -> None:
    found = recording(exchanged(WRONG, LEG, 70, 71), WRONG + BELOW)
    assert {change.person for change in exchanged_for_moments(found)} == {1, 2}
    (change,) = exchanged_for_moments(found, only=1, within=(60, 89))
    assert {run[2] for run in change.runs} == {70}
    assert len(exchanged_for_moments(found, only=1, within=(42, 60))) == 1, "of a moment that lasts into it all"
    assert exchanged_for_moments(found, only=1, within=(44, 60)) == []


def test_what_is_smoothed_lies_on_a_leg_and_not_between_them() -> None:
    found = recording(WRONG)
    put_back, as_found = smooth_recording(found), smooth_recording(found, sides=False)
    middle = slice(40, 44)

    def off(smoothed: Recording) -> float:
        knees = np.stack([record.smoothed[0, KNEES] for record in smoothed if record.smoothed is not None])
        return float(np.abs(knees - TRUE[:, KNEES])[middle].max())

    assert off(put_back) < 4
    assert off(as_found) > 20
    assert put_back.header.smoothing == f"{as_found.header.smoothing}, sides put back"
    again = smooth_recording(put_back, sides=False).header.smoothing
    assert again == put_back.header.smoothing, "the raw joints are those that were put back"


def test_the_command_puts_them_back_unless_told_otherwise(command: Command, tmp_path: Path) -> None:
    (result,) = written(recording(WRONG), tmp_path, "json")
    result = result.rename(tmp_path / "walk.json")
    told = {}
    for name, options in (("back", []), ("found", ["--no-sides"])):
        done = command("smooth", result, "-o", tmp_path / f"{name}.json", *options)
        assert done.returncode == 0, done.stderr
        told[name] = read(tmp_path / f"{name}.json")
    assert told["back"][41].smoothed[0, KNEES] == pytest.approx(TRUE[41, KNEES], abs=4)
    assert told["found"][41].tracks.poses.keypoints[0, KNEES] == pytest.approx(WRONG[41, KNEES], abs=0.01)
    (output,) = json.loads((tmp_path / "found.manifest.json").read_text())["outputs"]
    assert told["found"].header.smoothing == "savgol 0.25 s, gaps to 0.2 s"
    assert output["options"]["smoothing"] == told["found"].header.smoothing
    assert told["back"].header.smoothing == "savgol 0.25 s, gaps to 0.2 s, sides put back"


def test_the_command_leaves_what_was_exchanged_by_hand_in_a_session(command: Command, tmp_path: Path) -> None:
    by_hand = ExchangeSides(1, tuple((*pair, 70, 74) for pair in COCO.pairs_of(*LEG)))
    session = Session(str(tmp_path / "walk.mp4"), recording(WRONG), Edits((by_hand,)))
    write_session(tmp_path / "walk.skelter", session)
    done = command("smooth", tmp_path / "walk.skelter", "-o", tmp_path / "smooth.json")
    assert done.returncode == 0, done.stderr
    smoothed = read(tmp_path / "smooth.json")
    assert smoothed[72].tracks.poses.keypoints[0, KNEES] == pytest.approx(TRUE[72, KNEES[::-1]], abs=0.01)
    assert smoothed[41].tracks.poses.keypoints[0, KNEES] == pytest.approx(TRUE[41, KNEES], abs=0.01)


def test_around_a_joint_put_in_place_it_is_mended_as_all_would_be() -> None:
    found, moves = recording(WRONG), (MoveJoint(60, 1, KNEES[0], 300.0, 300.0), MoveJoint(34, 1, 9, 310.0, 250.0))
    for move in moves:
        edits = Edits((move,))
        whole, mended = Steady.of(found, edits), Steady.of(found, Edits()).mended(edits)
        assert mended is not None
        for record, other in zip(whole.records, mended.records, strict=True):
            np.testing.assert_allclose(other.smoothed, record.smoothed, atol=0.01)


def test_what_was_exchanged_by_hand_stays_so_when_it_is_steadied() -> None:
    for first, last, of in ((40, 43, WRONG), (60, 60, WRONG), (70, 75, TRUE)):
        by_hand = Edits((ExchangeSides(1, tuple((*pair, first, last) for pair in COCO.pairs_of(*LEG))),))
        steady = Steady.of(recording(of), by_hand)
        seen = steady.records[last]
        assert seen.tracks.poses.keypoints[0, KNEES] == pytest.approx(of[last, KNEES[::-1]], abs=0.01)
        assert {run[2] for change in steady.moments.changes for run in change.runs} <= {40}


def test_who_was_exchanged_by_hand_and_is_somebody_else_now() -> None:
    exchange = ExchangeSides(1, tuple((*pair, 40, 43) for pair in COCO.pairs_of(*LEG)))
    for later, person in ((Split(1, 30, 9), 9), (Split(1, 60, 9), 1), (Swap(1, 2, 0), 2), (Merge(3, 1), 3)):
        assert Edits((exchange, later)).exchanged_by_hand(person, 41) == frozenset(range(11, 17))
        assert Edits((exchange, later)).exchanged_by_hand(person, 44) == frozenset()


def test_in_a_result_that_was_smoothed_over_such_a_moment_it_is_found_all_the_same() -> None:
    smoothed = smooth_recording(recording(WRONG), sides=False)
    (change,) = exchanged_for_moments(smoothed)
    assert {run[2:] for run in change.runs} == {(40, 43)}
