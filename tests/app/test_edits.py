"""Corrections by hand: laid over what was found, in order, and taken back without a trace."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.changes import (
    Change,
    Confirm,
    ExchangeSides,
    Hide,
    HideOthers,
    Merge,
    MoveJoint,
    MoveJoints,
    Rename,
    Split,
    Swap,
)
from app.edits import EditLog, Edits, from_fields, to_fields
from app.gui.lanes import Lanes, corrected
from app.results import FrameRecord
from engine.skeletons import COCO
from engine.types import Boxes, Poses, Tracks

PEOPLE = st.integers(1, 4)
FRAMES = st.integers(0, 9)
LEGS = COCO.pairs_of("hip", "knee", "ankle")
EXCHANGES = st.builds(
    ExchangeSides,
    PEOPLE,
    st.lists(
        st.tuples(st.sampled_from(COCO.flip_pairs), FRAMES, st.none() | FRAMES).map(lambda run: (*run[0], *run[1:]))
    ).map(tuple),
)


def exchange_legs(person: int, first: int, last: int | None) -> ExchangeSides:
    return ExchangeSides(person, tuple((*pair, first, last) for pair in LEGS))


CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.builds(Rename, PEOPLE, st.sampled_from(["", "Anna", "민수"])),
    st.builds(Hide, PEOPLE, st.booleans()),
    st.builds(HideOthers, PEOPLE, st.lists(PEOPLE, max_size=3).map(tuple)),
    st.tuples(PEOPLE, PEOPLE).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: Merge(*pair)),
    st.builds(Split, PEOPLE, FRAMES, st.integers(11, 13)),
    st.builds(Swap, PEOPLE, PEOPLE, FRAMES),
    st.builds(MoveJoint, FRAMES, PEOPLE, st.integers(0, 16), st.floats(0, 99, width=32), st.floats(0, 99, width=32)),
    st.builds(
        MoveJoints,
        PEOPLE,
        st.lists(
            st.tuples(FRAMES, st.integers(0, 16), st.floats(0, 99, width=32), st.floats(0, 99, width=32)), min_size=1
        ).map(tuple),
    ),
    st.builds(
        Confirm, st.sampled_from(["same", "sides"]), st.lists(PEOPLE, max_size=2).map(tuple), FRAMES, st.none() | FRAMES
    ),
    EXCHANGES,
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


@pytest.mark.parametrize(("left_out", "there"), [((1,), [1, 2]), ((3,), [1, 2]), ((1, 3), [2]), ((), [1, 2])])
def test_who_is_seen_does_not_vanish_by_being_the_same_as_somebody_left_out(left_out, there) -> None:
    edits = Edits((*(Hide(person, True) for person in left_out), Merge(1, 3)))
    assert ids_after(edits, 0, [1, 2]) == ids_after(edits, 9, [2, 3]) == there


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


def any_record(index: int, ids: list[int]) -> FrameRecord:
    """Where no two joints have anything in common: smoothed, some put in place by hand, some that bridge a gap."""
    draw, shape = np.random.default_rng([index, *ids]), (len(ids), 17)
    poses = Poses.of(draw.uniform(0, 99, (*shape, 2)), draw.uniform(0, 1, shape), record(index, ids).tracks.poses.boxes)
    return FrameRecord(
        index,
        index / 25,
        Tracks(poses, np.array(ids, np.int64), np.arange(len(ids))),
        smoothed=draw.uniform(0, 99, (*shape, 2)).astype(np.float32),
        filled=draw.uniform(0, 1, shape) < 0.5,
        edited=draw.uniform(0, 1, shape) < 0.5,
    )


def all_of(one: FrameRecord) -> list[object]:
    """What is known of each joint, to be compared."""
    edited = np.zeros(one.tracks.poses.scores.shape, np.bool_) if one.edited is None else one.edited
    of_joints = one.tracks.poses.keypoints, one.tracks.poses.scores, one.smoothed, one.filled, edited
    return [one.tracks.ids.tolist(), *(values.tolist() for values in of_joints)]


def test_left_and_right_of_one_person_change_places_on_the_frames_of_a_range_alone() -> None:
    edits = Edits((exchange_legs(2, 4, 6),))
    for index, is_on in ((3, False), (4, True), (6, True), (7, False)):
        found = any_record(index, [1, 2, 3])
        after = edits.applied(found)
        assert (after is found) != is_on, "a frame that is none of these is not even copied"
        if is_on:
            order = np.arange(17)
            order[11:17] = 12, 11, 14, 13, 16, 15
            for one, other in zip(all_of(after)[1:], all_of(found)[1:], strict=True):
                assert one[1] == [other[1][joint] for joint in order], "with the score of each, and the rest of it"
                assert (one[0], one[2]) == (other[0], other[2]), "the others' are where they were"
    alone = any_record(5, [1, 3])
    assert edits.applied(alone) is alone
    assert all_of(any_record(5, [1, 2, 3])) == all_of(any_record(5, [1, 2, 3])), "what was found stays as it was"


def test_without_a_last_frame_they_change_places_to_the_end_whenever_that_is_analysed() -> None:
    edits = Edits((exchange_legs(1, 4, None),))
    for index in (4, 10**6):
        found = any_record(index, [1])
        assert edits.applied(found).tracks.poses.scores[0, 13] == found.tracks.poses.scores[0, 14]
    before = any_record(3, [1])
    assert edits.applied(before) is before


@given(st.lists(CHANGES, max_size=4), EXCHANGES, FRAMES, st.sets(PEOPLE).map(sorted))
def test_exchanged_twice_is_as_if_never(
    before: list[Change], exchange: ExchangeSides, index: int, ids: list[int]
) -> None:
    found = any_record(index, ids)
    without, with_two = Edits(tuple(before)), Edits((*before, exchange, exchange))
    assert all_of(with_two.applied(found)) == all_of(without.applied(found))


@given(EXCHANGES, EXCHANGES, FRAMES)
def test_the_order_of_two_exchanges_does_not_matter(one: ExchangeSides, other: ExchangeSides, index: int) -> None:
    found = any_record(index, [1, 2, 3, 4])
    assert all_of(Edits((one, other)).applied(found)) == all_of(Edits((other, one)).applied(found))


@given(EXCHANGES, FRAMES)
def test_an_exchange_is_of_whoever_had_the_number_when_it_was_made(exchange: ExchangeSides, index: int) -> None:
    """After the swap of two people it is of the other; made before, it goes along."""
    found, swap = any_record(index, [1, 2, 3, 4]), Swap(1, 2, 0)
    named = {1: 2, 2: 1}.get(exchange.person, exchange.person)
    before = Edits((exchange, swap)).applied(found)
    after = Edits((swap, replace(exchange, person=named))).applied(found)
    assert all_of(before) == all_of(after)


def test_an_exchange_holds_for_who_became_somebody_else_and_for_two_who_are_one() -> None:
    found = any_record(5, [1, 3])
    knees = found.tracks.poses.scores[:, [14, 13]].tolist()
    split = Edits((Split(1, 4, 9), exchange_legs(9, 0, None))).applied(found)
    assert split.tracks.poses.scores[split.tracks.ids.tolist().index(9), [13, 14]].tolist() == knees[0]
    merged = Edits((Merge(1, 3), exchange_legs(1, 0, None))).applied(any_record(5, [3]))
    assert (
        merged.tracks.poses.scores[0, [14, 13]].tolist() == any_record(5, [3]).tracks.poses.scores[0, [13, 14]].tolist()
    )


def test_a_joint_put_in_place_before_the_exchange_goes_along_and_one_put_there_after_stays() -> None:
    moved, exchange = MoveJoint(7, 1, 13, 55.5, 44.25), exchange_legs(1, 0, None)
    for changes, knee in (((moved, exchange), 14), ((exchange, moved), 13)):
        after = Edits(changes).applied(record(7, [1]))
        assert np.argwhere(after.edited).tolist() == [[0, knee]]
        assert after.tracks.poses.keypoints[0, knee].tolist() == [55.5, 44.25]


def test_an_exchange_is_undone_and_follows_people_to_their_new_numbers() -> None:
    found, log = any_record(5, [1, 2]), EditLog()
    log.do(exchange_legs(2, 0, 9))
    log.renumber({2: 1, 1: 2})
    assert log.edits.changes == (exchange_legs(1, 0, 9),)
    assert log.edits.people == log.edits.ids() == {1}
    assert log.edits.of_poses == log.edits.changes, "joints that were smoothed before are not those of now"
    assert log.edits.boundaries == [], "nobody becomes somebody else"
    log.undo()
    assert log.edits.applied(found) is found


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
    assert from_fields(orjson.loads(orjson.dumps(to_fields(edits)))) == edits


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


@given(st.lists(CHANGES, max_size=8), FRAMES, st.sets(PEOPLE))
def test_changes_together_are_the_changes_one_after_the_other(changes: list[Change], index: int, ids: set[int]) -> None:
    edits, frame = Edits(tuple(changes)), record(index, sorted(ids))
    for person in ids:
        became = person
        for change in changes:
            became = Edits((change,)).id_at(became, index)
        assert edits.id_at(person, index) == became
    assert set(edits.applied(frame).tracks.ids.tolist()) == {edits.id_at(person, index) for person in ids}


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
        [{"change": "ExchangeSides", "person": 1}],
        *(
            [{"change": "ExchangeSides", "person": 1, "runs": runs}]
            for runs in (
                None,
                13,
                [13, 14, 0, 3],
                [[13, 14, 0]],
                [[13, 14, 15, 0, 3]],
                [[-1, 14, 0, 3]],
                [[13, 2**60, 0, 3]],
                [[13, None, 0, 3]],
                [[13, 14, None, 3]],
                [[13, 14, -1, 3]],
                [[13, 14, 0, -1]],
                [[13, 14, 0, "end"]],
            )
        ),
    ],
)
def test_what_is_no_edit_is_refused(broken: list[object]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        from_fields(broken)  # type: ignore[arg-type]
