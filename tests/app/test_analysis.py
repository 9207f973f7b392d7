"""Angles by hand-drawn figures, speeds by known movements; what is not known stays unknown."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis import (
    angles_of,
    facing,
    height_px,
    joint_angles,
    known_points,
    metres_per_pixel,
    rates,
    speeds,
    trajectories,
    without_wrap,
)
from app.exports.opensim_mot import _filled
from app.results import FrameRecord, Header, Recording, SourceRecord
from engine.skeletons import COCO, Skeleton
from engine.types import Boxes, Poses, Tracks

NAMES = [angle.name for angle in angles_of()]


def turned(length: float, degrees: float, facing: int) -> np.ndarray:
    """A limb that hangs down at 0 and swings forward by `degrees`; pixels."""
    radians = np.radians(degrees)
    return length * np.array([np.sin(radians) * facing, np.cos(radians)])


def figure(
    *, trunk=0.0, hip=0.0, knee=0.0, shoulder=0.0, elbow=0.0, facing: int = 1, scale: float = 1.0
) -> np.ndarray:  # fmt: skip
    """Both sides bent alike, seen from the side; each angle in degrees as a person would say it. float64 [17, 2]."""
    hips = np.array([300.0, 400.0])
    shoulders = hips - turned(150, -trunk, facing)
    knees = hips + turned(120, -trunk + hip, facing)
    ankles = knees + turned(110, -trunk + hip - knee, facing)
    elbows = shoulders + turned(90, -trunk + shoulder, facing)
    wrists = elbows + turned(80, -trunk + shoulder + elbow, facing)
    ears = shoulders - turned(50, -trunk, facing)
    nose = ears + np.array([30.0 * facing, 5.0])
    eyes = ears + np.array([20.0 * facing, -5.0])
    sides = [eyes, ears, shoulders, elbows, wrists, hips, knees, ankles]
    return scale * np.array([nose, *np.repeat(sides, 2, axis=0)])


def angles(points: np.ndarray, facing: int = 0) -> dict[str, float]:
    return dict(zip(NAMES, joint_angles(points, facing=facing).tolist(), strict=True))


def test_standing_upright_is_zero_everywhere():
    for name, value in angles(figure(), facing=1).items():
        assert value == pytest.approx(0, abs=1e-9) or name in ("shoulders", "hips"), name


@pytest.mark.parametrize("looks", [1, -1])
def test_each_angle_is_what_a_person_would_say(looks):
    told = angles(figure(trunk=20, hip=95, knee=70, shoulder=165, elbow=40, facing=looks), facing=looks)
    for side in ("left", "right"):
        assert told[f"{side}_hip"] == pytest.approx(95)
        assert told[f"{side}_knee"] == pytest.approx(70)
        assert told[f"{side}_shoulder"] == pytest.approx(165)
        assert told[f"{side}_elbow"] == pytest.approx(40)
        assert told[f"{side}_thigh"] == pytest.approx(75)
        assert told[f"{side}_shank"] == pytest.approx(-5)
    assert told["trunk"] == pytest.approx(20)
    assert told["neck"] == pytest.approx(0)


def test_extension_is_negative_where_it_is_known_which_way_he_looks_and_a_size_elsewhere():
    behind = figure(hip=-20, shoulder=-40)
    assert angles(behind, facing=1)["left_hip"] == pytest.approx(-20)
    assert angles(behind, facing=1)["left_shoulder"] == pytest.approx(-40)
    assert angles(behind)["left_hip"] == pytest.approx(20)


def test_an_arm_that_goes_round_overhead_does_not_jump():
    swing = [angles(figure(shoulder=degrees), facing=1)["left_shoulder"] for degrees in range(-60, 220, 10)]
    assert np.diff(swing) == pytest.approx(10)


BENDS = st.floats(-80, 170)


@given(trunk=st.floats(-60, 60), hip=BENDS, knee=BENDS, elbow=BENDS, scale=st.floats(0.1, 10))
def test_a_mirrored_or_larger_person_has_the_same_angles(trunk, hip, knee, elbow, scale):
    bent = {"trunk": trunk, "hip": hip, "knee": knee, "elbow": elbow}
    here, there = (
        joint_angles(figure(**bent), facing=1),
        joint_angles(figure(**bent, facing=-1, scale=scale), facing=-1),
    )
    np.testing.assert_allclose(there, here, atol=1e-6)


def test_a_missing_joint_takes_its_angles_with_it_and_no_others():
    points = figure(knee=30)
    points[COCO.keypoints.index("left_ankle")] = np.nan
    told = angles(points)
    assert {name for name, value in told.items() if np.isnan(value)} == {"left_knee", "left_shank", "shoulders", "hips"}


def test_a_limb_of_no_length_has_no_angle():
    points = figure()
    points[COCO.keypoints.index("left_wrist")] = points[COCO.keypoints.index("left_elbow")]
    assert np.isnan(angles(points)["left_elbow"])


def test_lines_across_the_body_tilt_to_the_same_side_from_in_front_and_behind():
    points = figure()
    for sign in (1, -1):  # facing us his left is on the right of the picture
        points[COCO.keypoints.index("left_shoulder")] = [300 + sign * 50, 240]
        points[COCO.keypoints.index("right_shoulder")] = [300 - sign * 50, 250]
        assert angles(points)["shoulders"] == pytest.approx(np.degrees(np.arctan(0.1)))


def test_shapes_pass_through_and_nobody_is_no_angles():
    assert joint_angles(np.zeros((0, 17, 2))).shape == (0, len(NAMES))
    assert joint_angles(np.zeros((4, 3, 17, 2))).shape == (4, 3, len(NAMES))
    with pytest.raises(ValueError, match=r"\[\.\.\., 17, 2\], not \[5, 2\]"):
        joint_angles(np.zeros((5, 2)))


def test_only_a_skeleton_with_feet_has_an_ankle_and_it_is_that_of_the_sole():
    assert "left_ankle" not in NAMES
    names = ("left_knee", "left_ankle", "left_heel", "left_big_toe")
    leg = Skeleton("leg", names, (), (), np.full(4, 0.07, np.float32))
    assert [angle.name for angle in angles_of(leg)] == ["left_ankle", "left_shank"]
    flat = [[0, 0], [0, 100], [-12, 120], [40, 120]]  # the ankle lies above the sole
    toes_up = [*flat[:3], [40, 120 - 52 * np.tan(np.radians(15))]]
    assert joint_angles([flat, toes_up], leg, facing=1)[:, 0] == pytest.approx([0, 15])


@pytest.mark.parametrize("looks", [1, -1])
def test_which_way_somebody_looks(looks):
    walk = np.stack([figure(hip=swing, facing=looks) for swing in np.linspace(-20, 30, 20)])
    assert facing(walk) == looks
    assert facing(np.concatenate([walk, walk * [-1, 1]])) == 0  # turns round midway
    walk[:, COCO.keypoints.index("nose")] = np.nan
    assert facing(walk) == 0


def test_speed_of_an_even_movement_at_uneven_times():
    times = np.cumsum([0.0, 0.03, 0.04, 0.02, 0.05, 0.03])
    points = np.stack([300 * times, 400 * times], axis=1)
    assert speeds(points, times) == pytest.approx(500)


def test_speed_is_unknown_beside_a_gap_only_where_no_neighbour_is_known():
    times = np.arange(9) / 30
    values = 6 * times
    values[[3, 4, 6]] = np.nan
    told = rates(values, times)
    assert np.isnan(told[[3, 4, 5, 6]]).all()
    assert told[[0, 1, 2, 7, 8]] == pytest.approx(6)


def test_speed_does_not_double_jitter():
    times = np.arange(600) / 60
    rng = np.random.default_rng(7)
    still = rng.standard_normal(600)
    assert np.nanstd(rates(still, times)) < 0.5 * np.std(np.gradient(still, times))


@pytest.mark.parametrize(("fps", "each"), [(25, 1), (30, 1), (50, 2), (59.94, 3), (60, 3), (120, 6)])
@pytest.mark.parametrize("digits", [15, 3], ids=["exact times", "whole milliseconds"])
def test_speed_is_told_from_as_many_frames_before_as_after_in_every_frame(fps, each, digits):
    times = np.round(np.arange(100) / fps, digits)
    frames = rates(np.eye(100), times) != 0  # row: frame; column: the frame that counts in it
    for frame in range(10, 90):
        assert frames[frame, :frame].sum() == frames[frame, frame + 1 :].sum() == each, frame


@pytest.mark.parametrize("count", [0, 1])
def test_speed_of_hardly_anything(count):
    assert speeds(np.zeros((count, 17, 2)), np.zeros(count)).shape == (count, 17)


def test_a_known_length_and_a_known_person_give_the_scale():
    assert metres_per_pixel((0, 0), (30, 40), 2.5) == pytest.approx(0.05)
    with pytest.raises(ValueError, match="two different points"):
        metres_per_pixel((1, 1), (1, 1), 2)
    squats = np.stack([figure(trunk=b / 3, hip=b, knee=b) for b in np.linspace(0, 100, 30)])
    assert height_px(squats) == pytest.approx((150 + 120 + 110) / 0.779)
    assert np.isnan(height_px(np.full((4, 17, 2), np.nan)))
    one_legged = replace(COCO, keypoints=tuple(name.replace("right_knee", "other") for name in COCO.keypoints))
    assert height_px(squats, one_legged) == pytest.approx(height_px(squats)), "by the leg that it has"
    legless = replace(one_legged, keypoints=tuple(name.replace("left_hip", "more") for name in one_legged.keypoints))
    assert np.isnan(height_px(squats, legless))


def test_a_recording_gives_everybodys_way():
    recording = Recording(Header(SourceRecord("clip.mp4", 640, 480)))
    for index, ids in enumerate([[], [1], [1, 4], [4]]):
        points = np.stack([figure() + 10 * index + person for person in ids]) if ids else np.zeros((0, 17, 2))
        scores = np.full((len(ids), 17), 0.9, np.float32)
        scores[:, 3] = 0.1
        poses = Poses.of(points, scores, Boxes.of(np.zeros((len(ids), 4)), np.ones(len(ids))))
        recording.add(FrameRecord(index, index / 25, Tracks(poses, np.array(ids, np.int64), np.arange(len(ids)))))
    ways = trajectories(recording)
    assert {person: way.indices.tolist() for person, way in ways.items()} == {1: [1, 2], 4: [2, 3]}
    assert ways[4].points[1, 0] == pytest.approx(figure()[0] + 34, rel=1e-6)
    assert np.isnan(ways[1].points[:, 3]).all()
    assert np.isfinite(np.delete(ways[1].points, 3, axis=1)).all()


def test_bridged_joints_count_as_known():
    points = np.zeros((1, 17, 2), np.float32)
    poses = Poses.of(points, np.full((1, 17), 0.1), Boxes.of([[0, 0, 1, 1]], [0.9]))
    filled = np.zeros((1, 17), np.bool_)
    filled[0, 5] = True
    record = FrameRecord(0, 0.0, Tracks(poses, np.array([1]), np.array([0])), points + 7, filled)
    assert np.isfinite(known_points(record)[0, :, 0]).nonzero()[0].tolist() == [5]
    assert known_points(record)[0, 5].tolist() == [7, 7]


def test_an_angle_about_upside_down_has_no_jump_and_others_stay_as_they_are() -> None:
    sways = np.array([[176.0, 20.0], [-178.0, -20.0], [np.nan, np.nan], [-174.0, 90.0]])
    found = without_wrap(sways)
    assert np.nanmax(found[:, 0]) - np.nanmin(found[:, 0]) == 10
    np.testing.assert_array_equal(found[:, 1], sways[:, 1])
    np.testing.assert_allclose((found - sways) % 360, np.where(np.isnan(sways), np.nan, 0))


def test_what_is_not_known_of_an_angle_is_filled_in_the_short_way_round() -> None:
    turned = without_wrap(np.array([170.0, 176.0, np.nan, np.nan, np.nan, -160.0]))
    filled = _filled(np.arange(6.0), turned, is_angle=True)
    np.testing.assert_allclose(np.diff(filled), 6.0)
