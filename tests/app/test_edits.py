"""Corrections by hand: laid over what was found, in order, and taken back without a trace."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.changes import Change, Hide, HideOthers, Merge, MoveJoint, Rename, Split, Swap
from app.edits import EditLog, Edits, from_fields, to_fields
from app.gui.lanes import Lanes, corrected
from app.results import FrameRecord
from engine.types import Boxes, Poses, Tracks

PEOPLE = st.integers(1, 4)
FRAMES = st.integers(0, 9)
CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.builds(Rename, PEOPLE, st.sampled_from(["", "Anna", "민수"])),
    st.builds(Hide, PEOPLE, st.booleans()),
    st.builds(HideOthers, PEOPLE, st.lists(PEOPLE, max_size=3).map(tuple)),
    st.tuples(PEOPLE, PEOPLE).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: Merge(*pair)),
    st.builds(Split, PEOPLE, FRAMES, st.integers(11, 13)),
    st.builds(Swap, PEOPLE, PEOPLE, FRAMES),
    st.builds(MoveJoint, FRAMES, PEOPLE, st.integers(0, 16), st.floats(0, 99, width=32), st.floats(0, 99, width=32)),
)


def record(index: int, ids: list[int], *, sure: float = 0.8) -> FrameRecord:
    """People whose joints all lie at (10 id, index)."""
    points = np.zeros((len(ids), 17, 2), np.float32)
    points[..., 0] = np.array(ids, np.float32)[:, None] * 10 if ids else 0
    points[..., 1] = index
    scores = np.full((len(ids), 17), sure, np.float32) + np.array(ids, np.float32)[:, None] / 100 if ids else None
    boxes = Boxes.of(np.tile([0.0, 0, 5, 5], (len(ids), 1)), np.ones(len(ids)))
    poses = Poses.of(points, np.zeros((0, 17)) if scores is None else scores, boxes)
    return FrameRecord(index, index / 25, Tracks(poses, np.array(ids, np.int64), np.arange(len(ids))))


def ids_after(edits: Edits, index: int, ids: list[int]) -> list[int]:
    return edits.shown(record(index, ids)).tracks.ids.tolist()


def test_swapped_from_a_frame_on() -> None:
    edits = Edits((Swap(1, 2, 5),))
    before, after = edits.applied(record(4, [1, 2])), edits.applied(record(5, [1, 2]))
    assert before.tracks.poses.keypoints[:, 0, 0].tolist() == [10, 20]
    assert after.tracks.ids.tolist() == [1, 2], "ascending as always"
    assert after.tracks.poses.keypoints[:, 0, 0].tolist() == [20, 10]


def test_split_merge_and_hide() -> None:
    assert ids_after(Edits((Split(1, 5, 9),)), 4, [1, 2]) == [1, 2]
    assert ids_after(Edits((Split(1, 5, 9),)), 5, [1, 2]) == [2, 9]
    assert ids_after(Edits((Merge(1, 3),)), 0, [2, 3]) == [1, 2]
    assert ids_after(Edits((Hide(2, True),)), 0, [1, 2, 3]) == [1, 3]
    assert ids_after(Edits((Hide(2, True), Hide(2, False))), 0, [1, 2, 3]) == [1, 2, 3]
    assert ids_after(Edits((Hide(1, True),)), 0, []) == []


def test_all_others_are_left_out_at_once_and_come_back_at_once() -> None:
    log = EditLog(Edits((Hide(2, True),)))
    log.do(HideOthers(2, (1, 3)))
    assert ids_after(log.edits, 0, [1, 2, 3, 4]) == [2, 4], "who is kept is shown; nobody spoke of 4"
    assert ids_after(log.edits.renumbered({1: 4, 4: 1}), 0, [1, 2, 3, 4]) == [1, 2]
    assert ids_after(Edits((*log.edits.changes, Hide(3, False))), 0, [1, 2, 3]) == [2, 3]
    assert log.edits.people == {1, 2, 3}
    log.undo()
    assert ids_after(log.edits, 0, [1, 2, 3]) == [1, 3]


def test_of_two_that_become_one_the_surer_stays() -> None:
    shown = Edits((Merge(1, 3),)).applied(record(0, [1, 3]))
    assert shown.tracks.ids.tolist() == [1]
    assert shown.tracks.poses.keypoints[0, 0, 0] == 30, "number 3's joints are surer"


def test_a_moved_joint_is_sure_and_marked_and_moves_nothing_else() -> None:
    found = record(7, [1, 2])
    shown = Edits((MoveJoint(7, 2, 9, 55.5, 44.25),)).shown(found)
    assert shown.edited is not None
    assert np.argwhere(shown.edited).tolist() == [[1, 9]]
    assert shown.tracks.poses.keypoints[1, 9].tolist() == [55.5, 44.25]
    assert shown.tracks.poses.scores[1, 9] == 1
    assert found.tracks.poses.keypoints[1, 9].tolist() == [20, 7], "what was found stays as it was"
    assert Edits((MoveJoint(6, 2, 9, 1, 1),)).shown(found) is found


def test_a_joint_moved_where_only_a_gap_was_bridged_is_no_bridge_any_more() -> None:
    found = record(3, [1])
    bridged = replace(found, smoothed=found.tracks.poses.keypoints.copy(), filled=np.ones((1, 17), np.bool_))
    applied = Edits((MoveJoint(3, 1, 9, 50.0, 60.0),)).applied(bridged)
    assert not applied.filled[0, 9]
    assert applied.filled.sum() == 16
    assert applied.smoothed[0, 9].tolist() == [50.0, 60.0]
    assert bridged.filled.all(), "what was found is touched"


def test_a_moved_joint_goes_along_with_its_person() -> None:
    moved = MoveJoint(7, 2, 9, 55.5, 44.25)
    for edits, row in ((Edits((moved, Swap(1, 2, 0))), 0), (Edits((moved, Hide(1, True))), 0)):
        assert np.argwhere(edits.shown(record(7, [1, 2])).edited).tolist() == [[row, 9]]


def test_what_was_moved_in_an_earlier_session_stays_marked() -> None:
    edited = np.zeros((2, 17), np.bool_)
    edited[1, 9] = True
    found = replace(record(7, [1, 2]), edited=edited)
    for edits, marked in (
        (Edits((Swap(1, 2, 0),)), [[0, 9]]),
        (Edits((MoveJoint(7, 1, 3, 5.0, 5.0),)), [[0, 3], [1, 9]]),
        (Edits((Hide(1, True),)), [[0, 9]]),
    ):
        assert np.argwhere(edits.shown(found).edited).tolist() == marked
    assert np.argwhere(edited).tolist() == [[1, 9]], "what was found stays as it was"


def test_names_go_along_with_people() -> None:
    assert Edits((Rename(3, "Anna"), Merge(1, 3))).names == {1: "Anna"}
    assert Edits((Rename(1, "Bo"), Rename(3, "Anna"), Merge(1, 3))).names == {1: "Bo"}
    assert Edits((Rename(1, "Bo"), Rename(1, ""))).names == {}


@given(st.lists(CHANGES, max_size=6))
def test_undoing_everything_leaves_nothing_and_redoing_brings_it_back(changes: list[Change]) -> None:
    log = EditLog()
    for change in changes:
        log.do(change)
    whole = log.edits
    for _ in changes:
        log.undo()
    assert not log.can_undo
    assert log.edits == Edits()
    for _ in changes:
        log.redo()
    assert log.edits == whole
    assert not log.can_redo
    log.do(Hide(1, True))
    assert not log.can_redo


def test_what_was_given_is_not_undone_also_after_people_got_other_numbers() -> None:
    log = EditLog(Edits((Rename(3, "Anna"), Merge(1, 3))), given=2)
    assert not log.can_undo
    log.do(Hide(3, True))
    log.renumber({3: 1})  # the merge came true by itself
    log.undo()
    assert (log.edits, log.can_undo, log.can_redo) == (Edits((Rename(1, "Anna"),)), False, True)
    log.undo()
    log.redo()
    assert log.edits == Edits((Rename(1, "Anna"), Hide(1, True)))


@given(st.lists(CHANGES, max_size=8))
def test_they_are_read_back_from_json(changes: list[Change]) -> None:
    edits = Edits(tuple(changes))
    assert from_fields(to_fields(edits)) == edits


@given(st.lists(CHANGES, max_size=8), st.lists(st.sets(PEOPLE), min_size=10, max_size=10))
def test_on_one_frame_nobody_is_there_twice_and_the_lanes_say_the_same(
    changes: list[Change], frames: list[set[int]]
) -> None:
    edits, lanes = Edits(tuple(changes)), Lanes()
    there: dict[int, set[int]] = {}
    for index, ids in enumerate(frames):
        lanes.add(index, ids)
        found = edits.applied(record(index, sorted(ids))).tracks.ids.tolist()
        assert found == sorted(set(found))
        for person in found:
            there.setdefault(person, set()).add(index)
    view = corrected(lanes.view(), edits)
    told = {lane.id: {i for first, last in lane.runs for i in range(first, last + 1)} for lane in view.people}
    assert told == there
    assert all(lane.frames == len(there[lane.id]) for lane in view.people)


def test_people_who_get_other_numbers_keep_their_corrections() -> None:
    edits = Edits((Rename(3, "Anna"), Swap(3, 2, 5), Merge(1, 3)))
    after = edits.renumbered({3: 1})
    assert after.changes == (Rename(1, "Anna"), Swap(1, 2, 5)), "the merge came true by itself"


@pytest.mark.parametrize(
    "broken",
    [
        [{"change": "Explode"}],
        [{"change": "Hide", "person": 1}],
        [{}],
        [3],
        [{"change": "HideOthers", "person": 1, "others": 2}],
        [{"change": "HideOthers", "person": 1, "others": [-1]}],
    ],
)
def test_what_is_no_edit_is_refused(broken: list[object]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        from_fields(broken)  # type: ignore[arg-type]
