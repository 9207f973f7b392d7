"""The table of ranges of motion and repetitions, of people whose knees are bent as far as is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from app.exports import open_writer
from app.gui.series import Kind, Measure, measure_series
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.smoothing import smooth_recording
from engine.skeletons import COCO
from engine.types import Boxes, Poses, Tracks
from tests.app.recordings import STANDING, awkward, written

FPS, EACH_S, SQUATS = 25, 2.0, 3
PLACE = {name: number for number, name in enumerate(COCO.keypoints)}


def squats(*, most: float = 90.0, wrong: tuple[int, ...] = (), unsure: tuple[str, ...] = ()) -> Recording:
    """Number 4, who looks to the right, bends his left knee to `most` degrees and back; on the frames `wrong` his ankle
    is found at his hip. The left thigh stays upright, so that the shank leans back as far as the knee bends."""
    recording = Recording(Header(SourceRecord("squats.mp4", 640, 480, FPS, EACH_S * SQUATS)))
    for index in range(int(FPS * EACH_S * SQUATS) + 1):
        bend = np.radians(most / 2 * (1 - np.cos(2 * np.pi * index / FPS / EACH_S)))
        points = 4 * STANDING[None] + 40
        points[0, PLACE["nose"], 0] += 60
        hip, knee = np.array([280.0, 248.0]), np.array([280.0, 336.0])
        ankle = knee + 84 * np.array([-np.sin(bend), np.cos(bend)])
        for name, place in (("left_hip", hip), ("left_knee", knee), ("left_ankle", ankle)):
            points[0, PLACE[name]] = place
        if index in wrong:
            points[0, PLACE["left_ankle"]] = hip
        scores = np.full((1, 17), 0.9)
        scores[0, [PLACE[name] for name in unsure]] = 0.1
        poses = Poses.of(points, scores, Boxes.of([[100, 40, 400, 440]], [0.9]))
        recording.add(FrameRecord(index, index / FPS, Tracks(poses, np.array([4]), np.arange(1))))
    return recording


def table_of(recording: Recording, folder: Path, **options: object) -> pd.DataFrame:
    (path,) = written(recording, folder, "summary", **options)
    return pd.read_csv(path).set_index("angle")


def test_of_squats_is_told_how_deep_how_often_and_how_long(tmp_path):
    knee = table_of(squats(), tmp_path).loc["left_knee"]
    assert knee["lowest_deg"] == pytest.approx(0, abs=1)
    assert knee["highest_deg"] == pytest.approx(90, abs=2)
    assert knee["range_deg"] == pytest.approx(knee["highest_deg"] - knee["lowest_deg"], abs=0.11)
    assert knee["mean_deg"] == pytest.approx(45, abs=1)
    assert knee["highest_at_s"] % EACH_S == pytest.approx(EACH_S / 2, abs=0.1)
    assert (knee["lowest_at_s"] + 0.1) % EACH_S == pytest.approx(0.1, abs=0.1)
    assert (knee["id"], knee["frames"], knee["repetitions"]) == (4, 151, SQUATS)
    assert knee["repetition_s"] == pytest.approx(0.8 * EACH_S, abs=0.1)  # from a tenth of the way to a tenth
    assert knee["repetition_low_deg"] == pytest.approx(0, abs=1)
    assert knee["repetition_high_deg"] == pytest.approx(90, abs=2)


def test_what_is_not_known_on_any_frame_has_no_row_and_who_does_not_move_no_repetitions(tmp_path):
    table = table_of(squats(unsure=("left_wrist",)), tmp_path)
    assert "left_elbow" not in table.index
    assert "right_elbow" in table.index
    assert "left_elbow" in table_of(squats(unsure=("left_wrist",)), tmp_path, min_score=0.05).index
    trunk = table.loc["trunk"]
    assert trunk["repetitions"] == 0
    assert trunk[["repetition_s", "repetition_low_deg", "repetition_high_deg"]].isna().all()


def test_a_few_wrong_frames_do_not_say_how_far_a_joint_goes(tmp_path):
    recording = squats(wrong=(40, 41, 77))
    points = [record.tracks.poses.keypoints[0, PLACE["left_ankle"], 1] for record in recording]
    assert min(points) == 248, "there are some: his knee is bent by 180° there"
    knee = table_of(recording, tmp_path).loc["left_knee"]
    assert knee[["highest_deg", "repetition_high_deg"]].tolist() == pytest.approx([90, 90], abs=2)
    assert knee["repetitions"] == SQUATS


def test_of_smoothed_joints_it_tells_what_the_window_tells(tmp_path):
    recording = smooth_recording(squats(most=120))
    knee = table_of(recording, tmp_path).loc["left_knee"]
    series = measure_series(recording, 4, Measure(Kind.ANGLE, "left_knee"), COCO, height=480)
    assert knee[["lowest_deg", "mean_deg", "highest_deg"]].tolist() == pytest.approx(series.extent(), abs=0.06)
    lows, highs, _ = np.mean([series.ends(each) for each in series.repetitions], axis=0)
    assert knee[["repetition_low_deg", "repetition_high_deg"]].tolist() == pytest.approx([lows, highs], abs=0.06)
    assert knee["repetitions"] == len(series.repetitions)


@pytest.mark.parametrize("smooth", [smooth_recording, lambda recording: recording], ids=["smoothed", "as found"])
def test_of_a_range_it_tells_what_the_window_tells(tmp_path, smooth):
    recording, frames = smooth(squats(most=120, wrong=(99,))), (54, 97)
    knee = table_of(recording, tmp_path, frames=frames).loc["left_knee"]
    series = measure_series(recording, 4, Measure(Kind.ANGLE, "left_knee"), COCO, height=480, frames=frames)
    assert len(series.repetitions) == 1, "marked closely, within a tenth of the swing"
    assert (knee["frames"], knee["repetitions"]) == (44, 1)
    lowest, _, highest = series.extent()
    assert knee[["lowest_deg", "highest_deg"]].tolist() == pytest.approx([lowest, highest], abs=0.06)
    assert knee[["lowest_at_s", "highest_at_s"]].between(54 / FPS, 97 / FPS).all()


def test_the_frames_of_a_range_tell_which_way_somebody_looks(tmp_path):
    recording = squats()
    for record in list(recording)[76:]:  # he turns round
        points = record.tracks.poses.keypoints.copy()
        points[..., 0] = 639 - points[..., 0]
        poses = replace(record.tracks.poses, keypoints=points)
        recording.add(replace(record, tracks=replace(record.tracks, poses=poses)))
    shank = Measure(Kind.ANGLE, "left_shank")
    assert not measure_series(recording, 4, shank, COCO, height=480).signed
    assert table_of(recording, tmp_path).loc["left_shank", "signed"] == "no"
    for frames in ((10, 70), (80, 145)):
        series = measure_series(recording, 4, shank, COCO, height=480, frames=frames)
        told = table_of(recording, tmp_path, frames=frames).loc["left_shank"]
        assert (series.signed, told["signed"]) == (True, "yes")
        assert [series.extent()[2], told["highest_deg"]] == pytest.approx([90, 90], abs=2), "knee before ankle"


def test_signs_are_told_of_where_they_mean_something(tmp_path):
    told = table_of(squats(), tmp_path)
    assert set(told["signed"]) == {"yes"}
    assert told.loc["left_shank", "highest_deg"] == pytest.approx(90, abs=2)  # the knee is in front of the ankle
    assert table_of(squats(), tmp_path, facing=-1).loc["left_shank", "lowest_deg"] == pytest.approx(-90, abs=2)
    signed = table_of(squats(), tmp_path, facing=0)["signed"]
    assert (signed["left_shank"], signed["left_knee"], signed["hips"]) == ("no", "yes", "yes")


def test_names_are_beside_the_ids_as_spreadsheets_read_them(tmp_path):
    recording = awkward()
    recording.header = replace(recording.header, names={7: "김민수, 준", 12: "Zoë"})
    (path,) = written(recording, tmp_path, "summary")
    assert path.read_bytes().startswith(b"\xef\xbb\xbfid,name,"), "or Excel takes UTF-8 for something else"
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n") > 10
    names = pd.read_csv(path).groupby("id")["name"].unique()
    assert (names[7], names[12]) == (["김민수, 준"], ["Zoë"])
    assert names[1] != names[1], "who has none"


def test_nobody_is_a_table_without_rows(tmp_path):
    path = tmp_path / "nobody-summary.csv"
    open_writer(path, awkward().header).close()
    assert len(pd.read_csv(path)) == 0
