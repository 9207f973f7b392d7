"""TRC and OpenSim's .mot, by parsers as strict as OpenSim's and Kinovea's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.analysis import joint_angles, trajectories
from app.exports import Options
from engine.errors import UsageError
from tests.app.parsers import opensim, posetrack, trc
from tests.app.recordings import EACH, FPS, awkward, of, part_of, written


@EACH
def test_trc_in_pixels_is_what_kinovea_reads(tmp_path, recording):
    recording = of(recording)
    ways = trajectories(recording)
    paths = written(recording, tmp_path, "trc")
    assert [path.name for path in paths] == [f"out-p{person_id}.trc" for person_id in ways]
    for path, way in zip(paths, ways.values(), strict=True):
        header, names, frames, points = trc(path)
        assert header["Units"] == "m"
        assert frames[:, 0].tolist() == list(range(1, recording.indices[-1] + 2))  # Kinovea counts rows
        ankle = points[:, names.index("RAnkle")]
        for index, point in zip(way.indices.tolist(), way.points[:, 16], strict=True):
            x, y, z = ankle[index]
            assert [1000 * x, -1000 * y] == pytest.approx(point.tolist(), abs=1e-3, nan_ok=True)
            assert z == 0 or np.isnan(z)
        away = ~np.isin(np.arange(len(frames)), way.indices)
        assert np.isnan(points[away]).all()


@pytest.mark.parametrize("source", [{}, {"duration_s": None}])  # some files do not tell theirs
def test_trc_in_pixels_of_a_range_counts_from_the_first_frame_of_the_video(tmp_path, source):
    (path,) = written(part_of(awkward(), range(3, 7), **source), tmp_path, "trc", person=7)
    header, _, frames, points = trc(path)
    assert (header["NumFrames"], header["OrigDataStartFrame"]) == ("7", "1")
    assert frames[:, 0].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert frames[:, 1] == pytest.approx(np.arange(7) / FPS)
    assert np.isfinite(points).any(axis=(1, 2)).tolist() == [False, False, False, True, True, True, False]


def test_frames_of_a_camera_are_numbered_as_in_the_video_of_it(tmp_path):
    taken = part_of(awkward(), range(3, 7), duration_s=None, live=True)  # a take, whose first pictures nobody analysed
    (path,) = written(taken, tmp_path, "trc", person=7)
    _, _, frames, _ = trc(path)
    assert frames[:, 0].tolist() == [1, 2, 3, 4, 5, 6, 7]
    (path,) = written(taken, tmp_path, "posetrack")
    assert sorted(posetrack(path)) == [0, 1, 2, 3, 4, 5, 6]


def test_trc_of_frames_that_no_video_has_is_refused(tmp_path):
    recording = part_of(awkward(), range(3))
    recording.add(replace(awkward()[3], index=20_000_000))
    with pytest.raises(UsageError, match="numbers its pictures up to 20000000"):
        written(recording, tmp_path, "trc")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("fps", "told"),
    [
        (12 / 2.5, "25"),  # the last picture is held for two seconds
        (25.0002, "25.0002"),  # as the file says it, where that is more exact than the times
        (None, "25"),
    ],
)
def test_the_rate_of_trc_is_that_of_its_frames(tmp_path, fps, told):
    recording = part_of(awkward(), range(7), fps=fps)
    for options in ({}, {"metres_per_pixel": 0.005}):
        header, *_ = trc(written(recording, tmp_path, "trc", person=7, **options)[0])
        assert (header["DataRate"], header["CameraRate"], header["OrigDataRate"]) == (told, told, told)


def test_trc_in_metres_has_y_up_and_begins_where_the_person_does(tmp_path):
    recording = awkward()
    paths = written(recording, tmp_path, "trc", metres_per_pixel=0.005)
    _, names, frames, points = trc(paths[1])
    assert paths[1].name == "out-p7.trc"
    assert frames[:, 0].tolist() == [3, 4, 5, 6]
    assert frames[:, 1] == pytest.approx(np.array([2, 3, 4, 5]) / FPS)
    hip = recording[3].tracks.poses.keypoints[0, 12]
    assert points[1, names.index("RHip")] == pytest.approx([hip[0] * 0.005, (719 - hip[1]) * 0.005, 0], abs=1e-5)
    assert points[1, names.index("RAnkle"), 1] < points[1, names.index("RHip"), 1]
    assert np.isnan(points[0, names.index("Nose")]).all()  # missing in frame 2
    header, *_ = trc(paths[0])
    assert header["OrigDataStartFrame"] == "2"


def test_a_height_gives_the_scale(tmp_path):
    recording = awkward()
    (path,) = written(recording, tmp_path, "trc", height_m=1.8, person=7)
    assert path.name == "out.trc"
    _, names, _, points = trc(path)
    leg = points[:, names.index("RHip"), 1] - points[:, names.index("RAnkle"), 1]
    assert np.nanmean(leg) == pytest.approx(1.8 * (0.53 - 0.039), rel=0.1)  # Winter's hip and ankle
    with pytest.raises(UsageError, match="given twice"):
        Options(metres_per_pixel=1.0, height_m=1.8)


@EACH
def test_opensim_gets_planar_angles_under_its_own_names_and_signs(tmp_path, recording):
    recording = of(recording)
    ways = trajectories(recording)
    paths = written(recording, tmp_path, "opensim", facing=-1, metres_per_pixel=0.004)
    for path, way in zip(paths, ways.values(), strict=True):
        names, values = opensim(path)
        spanned = [index for index in recording.indices if way.indices[0] <= index <= way.indices[-1]]
        assert values[:, 0] == pytest.approx([recording[index].time_s for index in spanned], abs=1e-6)
        is_there = np.isin(spanned, way.indices)
        values = values[is_there]
        angles = joint_angles(way.points, facing=-1)
        hips = way.points[:, [11, 12], 0].mean(axis=1)
        measured = {
            "pelvis_tilt": -angles[:, 12],
            "knee_angle_r": angles[:, 9],
            "pelvis_tx": -0.004 * hips,  # he looks to the left, and the model to the right
        }
        for name, values_of in measured.items():
            known = np.isfinite(values_of)
            assert known.any() == (name in names)
            if name in names:
                apart = values[known, names.index(name)] - values_of[known]
                whole_turns = 0 if name == "pelvis_tx" else 360 * np.round(apart / 360)
                np.testing.assert_allclose(apart, whole_turns, atol=1e-5)


def test_opensim_s_motion_has_no_gaps_and_says_of_whom_they_were(tmp_path, caplog):
    paths = written(awkward(), tmp_path, "opensim", facing=-1)
    assert caplog.messages == [
        "OpenSim's tools end at a gap, so what is not known lies on a straight line between what is, on so many of the "
        "frames: p1 4/7, p7 1/4."
    ]
    names, values = opensim(paths[0])
    known = joint_angles(trajectories(awkward())[1].points, facing=-1)[:, 9]  # in frames 1, 2, 5, 6, 8
    wanted = np.interp([1, 2, 3, 4, 5, 6, 8], [1, 2, 5, 6, 8], known)
    np.testing.assert_allclose(values[:, names.index("knee_angle_r")], wanted, atol=1e-5)
    names, values = opensim(paths[1])
    left = values[:, names.index("knee_angle_l")]
    assert left[0] == left[1]  # there is nothing before


def test_opensim_itself_reads_all_of_it(tmp_path):
    program = pytest.importorskip("opensim", reason="needs OpenSim: pip install opensim")
    program.Logger.setLevelString("off")
    for path in written(awkward(), tmp_path, "opensim", facing=-1, metres_per_pixel=0.004):
        rows = len(opensim(path)[1])
        assert program.TimeSeriesTable(str(path)).getNumRows() == rows
        assert program.Storage(str(path)).getSize() == rows  # as its tools read it
    for path in written(awkward(), tmp_path, "trc", metres_per_pixel=0.004):
        _, names, frames, points = trc(path)
        table = program.TimeSeriesTableVec3(str(path))
        assert list(table.getColumnLabels()) == names
        assert list(table.getIndependentColumn()) == pytest.approx(frames[:, 1].tolist())
        hip = table.getDependentColumn("RHip")
        np.testing.assert_allclose(
            [[hip[row][axis] for axis in range(3)] for row in range(len(frames))], points[:, names.index("RHip")]
        )
        assert program.MarkerData(str(path)).getNumFrames() == len(frames)


def test_that_angles_have_no_signs_is_said_of_whom(tmp_path, caplog):
    (path,) = written(awkward(), tmp_path, "opensim", person=7)
    assert caplog.messages[1:] == [
        "The angles of p7 are sizes without signs, because which way they look is not known; say it to `skelter "
        "export` with --facing."
    ]
    names, values = opensim(path)
    assert (values[:, names.index("hip_flexion_r")] >= 0).all()
    caplog.clear()
    written(awkward(), tmp_path, "opensim")
    assert caplog.messages[-1].startswith("The angles of p1, p7, p12 are sizes without signs")
    caplog.clear()
    for said in (-1, 0, 1):
        written(awkward(), tmp_path, "opensim", facing=said)
    assert not [message for message in caplog.messages if "which way" in message]
