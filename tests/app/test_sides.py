"""Left and right taken for each other for a moment are put back in recordings, where they are smoothed, too."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.changes import Change, ExchangeSides, MoveJoint
from app.edits import Edits
from app.exports.skelter_json import read
from app.gui.steadying import Steady
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.sides import exchanged_for_moments, frames_of
from app.smoothing import smooth_recording
from engine.skeletons import COCO
from engine.types import F64, Boxes, Poses, Tracks
from tests.app.conftest import Command
from tests.app.recordings import written
from tests.app.test_edits import CHANGES, FRAMES, PEOPLE, all_of, any_record
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
    assert frames_of(changes[:1]) == 4


def test_only_one_person_and_only_in_a_range() -> None:
    found = recording(exchanged(WRONG, LEG, 70, 71), WRONG + BELOW)
    assert {change.person for change in exchanged_for_moments(found)} == {1, 2}
    (change,) = exchanged_for_moments(found, only=1, within=(60, 89))
    assert {run[2] for run in change.runs} == {70}
    assert exchanged_for_moments(found, only=1, within=(42, 60)) == []


def test_what_is_smoothed_lies_on_a_leg_and_not_between_them() -> None:
    found = recording(WRONG)
    put_back, as_found = smooth_recording(found), smooth_recording(found, sides=False)
    middle = slice(40, 44)

    def off(smoothed: Recording) -> float:
        knees = np.stack([record.smoothed[0, KNEES] for record in smoothed if record.smoothed is not None])
        return float(np.abs(knees - TRUE[:, KNEES])[middle].max())

    assert off(put_back) < 4
    assert off(as_found) > 20
    assert put_back.header.smoothing == as_found.header.smoothing


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
    assert told["found"].header.smoothing == "savgol 0.25 s, gaps to 0.2 s, sides as found"
    assert output["options"]["smoothing"] == told["found"].header.smoothing
    assert told["back"].header.smoothing == "savgol 0.25 s, gaps to 0.2 s"


@pytest.mark.parametrize("side", [0, 1])
def test_a_joint_dragged_on_such_a_frame_leaves_the_other_leg_where_it_is(side: int) -> None:
    """In the window with steady joints the knees are seen put back, and are taken hold of as they are seen."""
    found = recording(WRONG)
    moved, other = KNEES[side], KNEES[1 - side]
    x, y = TRUE[41, moved] + [3, -2]
    edits = Edits((MoveJoint(41, 1, moved, float(x), float(y)),))
    whole, mended = Steady.of(found, edits), Steady.of(found, Edits()).mended(edits)
    assert mended is not None
    for steady in (whole, mended):
        shown = steady.records[41]
        assert shown.smoothed[0, moved] == pytest.approx((x, y), abs=0.01)
        assert shown.smoothed[0, other] == pytest.approx(TRUE[41, other], abs=4)
    for record in whole.records:
        np.testing.assert_allclose(mended.records[record.index].smoothed, record.smoothed, atol=0.01)


def test_what_was_put_back_by_hand_is_not_exchanged_again_when_it_is_steadied() -> None:
    found = recording(WRONG)
    by_hand = Edits((ExchangeSides(1, tuple((*pair, 40, 43) for pair in COCO.pairs_of(*LEG))),))
    steady = Steady.of(found, by_hand)
    assert steady.moments == ()
    assert steady.records[41].smoothed[0, KNEES] == pytest.approx(TRUE[41, KNEES], abs=4)


@settings(deadline=None)
@given(st.lists(CHANGES, max_size=6), FRAMES, st.sets(PEOPLE).map(sorted))
def test_joints_put_in_place_last_lie_where_they_did(changes: list[Change], index: int, ids: list[int]) -> None:
    """Whoever was moved then is called as he is now, and so is his joint."""
    found, edits = any_record(index, ids), Edits(tuple(changes))
    corrected = edits.applied(found)
    assume(len(corrected.tracks) == len(ids))  # of two with one number the surer stays, and a move makes sure
    assert all_of(edits.with_moves_after(()).applied(found)) == all_of(corrected)
