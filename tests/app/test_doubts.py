"""Moments at which a result is wrong are told, with what mends them; what is right is not asked about."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.changes import Change, Confirm, ExchangeSides, Hide, Merge, MoveJoint, Split, Swap
from app.doubts import Doubt, Kind, Looks, find_doubts
from app.edits import Edits
from app.exports import write
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.session import Session, write_session
from app.smoothing import smooth_recording
from engine.skeletons import COCO
from engine.types import F64, Boxes, Frame, Poses, Tracks
from engine.video.sink import VideoSink
from scripts.tracking_shapes import draw_person
from tests.app.conftest import Command
from tests.trackers.test_sides import FPS, LEG, exchanged, walker

SIZE = (1000, 700)
TIMES = np.arange(120) / FPS
ONE = walker(TIMES)  # from x = 100 to 740
OTHER = ONE * [-1, 1] + [840, 90]  # the other way, nearer to the camera: they meet in the middle
WRIST = COCO.keypoints.index("left_wrist")


def recording(*people: F64, hidden: dict[int, range] | None = None, score: float = 0.8) -> Recording:
    """People 1, 2 … whose joints [T, 17, 2] these are; `hidden`: on which frames one is not found."""
    made = Recording(Header(SourceRecord("walk.mp4", *SIZE, FPS, len(TIMES) / FPS)))
    for index in range(len(TIMES)):
        ids = np.array([n for n in range(1, len(people) + 1) if index not in (hidden or {}).get(n, ())], np.int64)
        points = np.array([people[n - 1][index] for n in ids], np.float32).reshape(-1, 17, 2)
        boxes = Boxes.of(np.concatenate([points.min(1), points.max(1)], axis=1), [0.9] * len(ids))
        poses = Poses.of(points, np.full(points.shape[:2], score, np.float32), boxes)
        made.add(FrameRecord(index, index / FPS, Tracks(poses, ids, np.arange(len(ids)))))
    return made


def asked(found: Recording, *changes: Change) -> list[Doubt]:
    """What is doubtful of a recording with these corrections made."""
    edits = Edits(changes)
    return find_doubts(edits.of(found), edits)


def who(found: Recording) -> list[list[tuple[int, float]]]:
    """On each frame who is where."""
    return [
        sorted((int(n), float(x)) for n, x in zip(r.tracks.ids, r.tracks.poses.keypoints[:, 0, 0], strict=True))
        for r in found
    ]


def test_nothing_is_asked_of_people_who_are_followed_well() -> None:
    assert not asked(recording(ONE, OTHER))
    assert not asked(recording(ONE, OTHER, hidden={1: range(52, 66)})), "hidden where they met, and seen again"
    assert not asked(Recording(Header(SourceRecord("empty.mp4", *SIZE))))
    apart = Edits((Split(1, 60, 2),)).of(recording(ONE))
    apart.header = replace(apart.header, models={"tracker": "still"})
    assert not asked(apart), "of unrelated pictures"


@settings(deadline=None, max_examples=20)
@given(at=st.integers(12, 90), gap=st.integers(0, 18))
def test_who_goes_on_under_another_number_is_asked_about_and_joined(at: int, gap: int) -> None:
    true = recording(ONE, hidden={1: range(at, at + gap)})
    (doubt,) = asked(Edits((Split(1, at, 2),)).of(true))
    assert (doubt.kind, doubt.people, doubt.frame) == (Kind.SAME, (1, 2), at + gap)
    assert doubt.seconds == pytest.approx((gap + 1) / FPS)
    assert doubt.remedy == Merge(1, 2)
    assert not asked(Edits((Split(1, at, 2),)).of(true), doubt.remedy)


def test_two_numbers_given_to_one_person_at_once_are_asked_about() -> None:
    twice = recording(ONE, ONE, hidden={1: range(70, 120), 2: range(62)})
    (doubt,) = asked(twice)
    assert (doubt.kind, doubt.people, doubt.seconds) == (Kind.SAME, (1, 2), 0.0)


def test_who_left_the_picture_is_not_who_comes_up_inside_of_it() -> None:
    leaves = ONE + np.array([280, 0])  # through the right border
    gone = int(np.argmax(leaves.max(axis=(1, 2)) > SIZE[0] - 15))
    inside = ONE[::-1] + np.array([leaves[gone, 0, 0] - 80 - ONE[120 - gone - 10, 0, 0], 0])
    found = recording(leaves, inside, hidden={1: range(gone + 1, 120), 2: range(gone + 10)})
    assert not asked(found)
    wide = Recording(replace(found.header, source=replace(found.header.source, width=2 * SIZE[0])))
    for record in found:
        wide.add(record)
    assert [doubt.kind for doubt in asked(wide)] == [Kind.SAME], "who was lost in the middle of the picture may be"


@pytest.mark.parametrize("hidden", [{}, {1: range(50, 62)}], ids=["seen", "hidden"])
def test_two_who_were_exchanged_where_they_met_are_asked_about_and_swapped(hidden: dict[int, range]) -> None:
    right = recording(ONE, OTHER, hidden=hidden)
    wrong = Edits((Swap(1, 2, 60),)).of(right)
    (doubt,) = asked(wrong)
    assert (doubt.kind, doubt.people) == (Kind.EXCHANGED, (1, 2))
    assert doubt.first - 3 <= 60 <= doubt.last + 3
    mended = Edits((doubt.remedy,)).of(wrong)
    assert sum(a != b for a, b in zip(who(mended), who(right), strict=True)) <= 6, "but for where they are one"
    assert not asked(wrong, doubt.remedy)


def test_somebody_unsure_who_is_seen_for_a_moment_is_asked_about_and_left_out() -> None:
    found = recording(ONE, OTHER * 0 + walker(TIMES)[:1] + [400, 0], hidden={2: range(8, 120)}, score=0.4)
    (doubt,) = [doubt for doubt in asked(found) if doubt.kind is Kind.BRIEF]
    assert (doubt.people, doubt.first, doubt.last, doubt.remedy) == ((2,), 0, 7, Hide(2, True))
    assert not asked(found, Hide(2, True))


def test_legs_exchanged_for_long_are_asked_about_and_exchanged_back() -> None:
    found = recording(exchanged(ONE, LEG, 40, 64), OTHER + np.array([0, 300]))
    (doubt,) = asked(found)
    assert (doubt.kind, doubt.people) == (Kind.SIDES, (1,))
    assert abs(doubt.first - 40) <= 2
    assert abs(doubt.last - 64) <= 2
    assert isinstance(doubt.remedy, ExchangeSides)
    back = Edits((doubt.remedy,)).of(found)
    off = [np.linalg.norm(record.tracks.poses.keypoints[0] - ONE[record.index], axis=1).max() for record in back]
    assert max(off) < 20, "no farther than where both legs are in one place"
    assert not asked(found, doubt.remedy)


def test_a_joint_that_leaps_away_is_asked_about_and_one_that_swings_is_not() -> None:
    leaping = ONE.copy()
    leaping[50, WRIST] += [90, -60]
    (doubt,) = asked(recording(leaping))
    assert (doubt.kind, doubt.frame, doubt.people, doubt.joint) == (Kind.LEAP, 50, (1,), WRIST)
    assert not asked(recording(leaping), MoveJoint(50, 1, WRIST, *ONE[50, WRIST].tolist()))
    assert not asked(recording(leaping), doubt.remedy)
    back = Edits((doubt.remedy,)).of(recording(leaping))
    off = [np.linalg.norm(record.tracks.poses.keypoints[0] - ONE[record.index], axis=1) for record in back]
    assert np.max(off[50][WRIST]) < 6, "on its way"
    assert np.max(np.delete(np.array(off), 50 * 17 + WRIST)) < 0.01, "nothing else is moved"
    swinging = ONE.copy()
    swinging[40:70, WRIST, 0] += np.linspace(0, 400, 30)  # a throw: 4 torsos in a second
    assert not [doubt for doubt in asked(recording(swinging)) if doubt.kind is Kind.LEAP and 41 <= doubt.frame <= 67]


def test_legs_and_arms_are_asked_about_apart() -> None:
    found = recording(exchanged(exchanged(ONE, LEG, 40, 64), ("shoulder", "elbow", "wrist"), 38, 66))
    legs, arms = sorted(asked(found), key=lambda doubt: doubt.limb or 0, reverse=True)
    assert (legs.kind, arms.kind) == (Kind.SIDES, Kind.SIDES)
    right = Confirm("sides", (1,), legs.frame, legs.limb)
    assert [doubt.limb for doubt in asked(found, right)] == [arms.limb]
    assert [doubt.limb for doubt in asked(found, legs.remedy)] == [arms.limb]


def test_leaps_are_asked_about_a_second_at_a_time() -> None:
    leaping = ONE.copy()
    leaping[10:110:12, WRIST] += [90, -60]
    doubts = asked(recording(leaping))
    assert len(doubts) >= 3
    assert max(doubt.last - doubt.first for doubt in doubts) <= FPS
    remedies = [doubt.remedy for doubt in doubts]
    assert not asked(recording(leaping), *remedies)


def test_a_joint_on_the_other_leg_for_a_moment_is_left_to_what_puts_that_back() -> None:
    wrong = exchanged(ONE, LEG, 44, 49)
    wrong[46, COCO.place["left_ankle"]] += [60, -60]
    assert not [doubt for doubt in asked(recording(wrong)) if doubt.kind is Kind.LEAP]


def test_a_joint_found_on_the_other_leg_does_not_leap() -> None:
    both, (left, right) = ONE.copy(), [COCO.place[f"{side}_ankle"] for side in ("left", "right")]
    widest = int(np.linalg.norm(ONE[:, left] - ONE[:, right], axis=1).argmax())
    both[widest, left] = ONE[widest, right]
    assert not asked(recording(both))


def test_joints_are_looked_at_as_they_were_found_smoothed_or_not() -> None:
    leaping = ONE.copy()
    leaping[50, WRIST] += [90, -60]
    (doubt,) = asked(smooth_recording(recording(leaping)))
    assert (doubt.kind, doubt.frame, doubt.joint) == (Kind.LEAP, 50, WRIST)


def test_of_many_frames_a_second_a_leap_is_told_to_its_ends() -> None:
    rate = 480
    way = walker(np.arange(len(TIMES)) / rate, noise=0.2)
    leaping = way.copy()
    leaping[50:75, WRIST] += [90, -60]
    fast = Recording(replace(recording(ONE).header, source=SourceRecord("fast.mp4", *SIZE, float(rate), 0.25)))
    for record in recording(leaping):
        fast.add(replace(record, time_s=record.index / rate))
    (doubt,) = asked(fast)
    assert (doubt.kind, doubt.first, doubt.last, doubt.joint) == (Kind.LEAP, 50, 74, WRIST)
    off = [
        np.linalg.norm(one.tracks.poses.keypoints[0] - way[one.index], axis=1)
        for one in Edits((doubt.remedy,)).of(fast)
    ]
    assert np.max(off) < 6


@pytest.mark.parametrize("rate", [3, 5])
def test_of_few_frames_a_second_nobody_can_tell_a_leap_or_a_turn(rate: int) -> None:
    walk = recording(walker(np.arange(len(TIMES)) / rate) * [0.25, 1])
    slow = Recording(walk.header)
    for record in walk:
        slow.add(replace(record, time_s=record.index / rate))
    assert not asked(slow)


def test_what_was_confirmed_is_not_asked_again_whatever_numbers_people_have_by_then() -> None:
    leaping = OTHER.copy()
    leaping[30, WRIST] += [90, -60]
    found = Edits((Split(2, 80, 3),)).of(recording(ONE, leaping))
    kinds = {doubt.kind: doubt for doubt in asked(found)}
    assert set(kinds) == {Kind.SAME, Kind.LEAP}
    leap = kinds[Kind.LEAP]
    right = Confirm(leap.kind.value, leap.people, leap.frame)
    assert [doubt.kind for doubt in asked(found, right)] == [Kind.SAME]
    assert not asked(found, right, Merge(2, 3))
    assert not asked(found, right, Merge(1, 2), Merge(1, 3))
    assert [doubt.kind for doubt in asked(found, replace(right, frame=90), Merge(2, 3))] == [Kind.LEAP], (
        "another moment"
    )


def test_the_command_lists_the_moments_of_several_results(tmp_path: Path, command: Command) -> None:
    found = Edits((Split(1, 60, 2),)).of(recording(ONE))
    broken, whole = tmp_path / "broken.json", tmp_path / "whole.json"
    write(found, broken, "json")
    write(recording(ONE), whole, "json")
    told = command("check", broken, whole).stdout
    assert f"{broken}: 1 moment to check on 120 frames" in told
    assert "0:02.00  frame     61  2 may be 1, seen until then" in told
    assert f"{whole}: nothing to check on 120 frames" in told
    (fields,) = json.loads(command("check", "--json", broken, whole).stdout)
    assert (fields["kind"], fields["frame"], fields["people"], fields["time_s"]) == ("same", 60, [1, 2], 2.0)


def test_the_command_leaves_out_what_a_session_says_is_right(tmp_path: Path, command: Command) -> None:
    found = Edits((Split(1, 60, 2),)).of(recording(ONE))
    for name, changes in {"open": (), "closed": (Confirm("same", (1, 2), 60),)}.items():
        write_session(tmp_path / f"{name}.skelter", Session(str(tmp_path / "walk.mp4"), found, Edits(changes)))
    assert "1 moment" in command("check", tmp_path / "open.skelter").stdout
    assert "nothing" in command("check", tmp_path / "closed.skelter").stdout


def pictures(people: list[F64], frames: Sequence[int]) -> Iterator[Frame]:
    """Of two people, in red and in blue."""
    for index in frames:
        picture = np.full((SIZE[1], SIZE[0], 3), 128, np.uint8)
        for joints, shirt in zip(people, ((200, 40, 40), (40, 70, 190)), strict=True):
            draw_person(picture, joints[index], 300.0, shirt, (40, 40, 40))
        yield Frame(picture, index, index / FPS)


BACK = [np.concatenate([way[:60], way[59::-1]]) for way in (ONE, OTHER)]
"""Two who meet and turn back: by their ways like two who walk on and are exchanged."""


def test_clothes_tell_who_turned_back_from_who_walked_on() -> None:
    looks = Looks(partial(pictures, BACK))
    right = recording(*BACK, hidden={1: range(52, 66)})
    wrong = Edits((Swap(1, 2, 60),)).of(right)
    assert [doubt.kind for doubt in find_doubts(right)] == [Kind.EXCHANGED], "asked in vain"
    assert not find_doubts(right, looks=looks)
    assert not find_doubts(wrong), "as if they had walked on"
    (doubt,) = find_doubts(wrong, looks=looks)
    assert (doubt.kind, doubt.people) == (Kind.EXCHANGED, (1, 2))
    assert not find_doubts(Edits((doubt.remedy,)).of(wrong), Edits((doubt.remedy,)), looks=looks)


def test_the_command_compares_clothes_in_the_video(tmp_path: Path, command: Command) -> None:
    result, clip = tmp_path / "walk.json", tmp_path / "walk.mp4"
    write(recording(*BACK, hidden={1: range(52, 66)}), result, "json")
    with VideoSink(clip, width=SIZE[0], height=SIZE[1], fps=FPS) as sink:
        for frame in pictures(BACK, range(len(TIMES))):
            sink.write(frame.image, frame.time_s)
    assert "1 moment" in command("check", result).stdout
    assert "nothing" in command("check", result, "--clip", clip).stdout
    refused = command("check", result, result, "--clip", clip)
    assert (refused.returncode, "name one" in refused.stderr) == (2, True)
