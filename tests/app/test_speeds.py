"""The table of speeds, of somebody whose speed is known."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from app.gui.series import Kind, Measure, measure_series
from app.results import FrameRecord, Header, Recording, SourceRecord
from engine.skeletons import COCO
from engine.types import Boxes, Poses, Tracks
from tests.app.recordings import STANDING, awkward, written

PX_PER_S = 90.0


def walk(times_s: list[float], *, unsure: tuple[int, ...] = ()) -> Recording:
    """Number 3 walks evenly to the right while his left wrist (joint 9) stays behind; the joints `unsure` score 0.1."""
    recording = Recording(Header(SourceRecord("walk.mkv", 1280, 720, 25.0, times_s[-1])))
    for index, time_s in enumerate(times_s):
        points = 3 * STANDING[None] + [50 + PX_PER_S * time_s, 60]
        points[0, 9] = [200, 300]
        scores = np.full((1, 17), 0.9)
        scores[0, list(unsure)] = 0.1
        poses = Poses.of(points, scores, Boxes.of([[100, 40, 400, 440]], [0.9]))
        recording.add(FrameRecord(index, time_s, Tracks(poses, np.array([3]), np.arange(1))))
    return recording


def table_of(recording: Recording, folder: Path, **options: object) -> pd.DataFrame:
    (path,) = written(recording, folder, "speeds", **options)
    return pd.read_csv(path)


UNEVEN_S = [0.0, 0.04, 0.08, 0.16, 0.2, 0.3, 0.34, 0.38]


@pytest.mark.parametrize(
    ("options", "unit", "speed"),
    [({}, "px/s", PX_PER_S), ({"metres_per_pixel": 0.02}, "m/s", 1.8), ({"height_m": 1.8}, "m/s", None)],
)
def test_who_walks_evenly_has_one_speed_however_the_frames_come(tmp_path, options, unit, speed):
    told = table_of(walk(UNEVEN_S), tmp_path, **options)
    assert set(told["unit"]) == {unit}
    assert told["time_s"].tolist() == UNEVEN_S
    speed = speed or told["body"][0]
    np.testing.assert_allclose(told[["body", "nose", "right_ankle"]], speed, rtol=0.01)
    np.testing.assert_allclose(told["left_wrist"], 0, atol=0.01)
    if "height_m" in options:  # 225 px from ankle to shoulder are 1.4 of his 1.8 m
        assert speed == pytest.approx(PX_PER_S * 1.8 * 0.779 / 225, rel=0.1)


def test_of_a_range_the_speeds_are_those_of_the_whole_and_who_is_not_in_it_has_none(tmp_path):
    recording = awkward()
    whole = table_of(recording, tmp_path)
    part = table_of(recording, tmp_path, frames=(3, 6))
    assert part["index"].tolist() == [3, 4, 5, 5, 6]
    pd.testing.assert_frame_equal(part, whole[whole["index"].between(3, 6)].reset_index(drop=True))
    assert part["nose"][0] == part["nose"][0], "where he is on no frame before in the range, too"
    scaled = table_of(recording, tmp_path, frames=(3, 6), height_m=1.8)
    assert set(scaled["id"]) == {1, 7}


def test_a_joint_that_is_not_known_has_no_speed_and_hips_without_one_none_of_the_body(tmp_path):
    told = table_of(walk(UNEVEN_S, unsure=(10, 11)), tmp_path)
    assert told[["right_wrist", "left_hip", "body"]].isna().all(axis=None)
    assert told.drop(columns=["right_wrist", "left_hip", "body"]).notna().all(axis=None)
    surer = table_of(walk(UNEVEN_S, unsure=(10, 11)), tmp_path, min_score=0.05)
    assert surer.notna().all(axis=None)


def test_it_is_what_the_window_s_curve_shows(tmp_path):
    recording = awkward()
    curve = measure_series(recording, 7, Measure(Kind.SPEED, "left_ankle"), COCO, height=720)
    told = table_of(recording, tmp_path).set_index("id").loc[7]
    np.testing.assert_allclose(told["left_ankle"], curve.values, atol=0.006)


def test_names_stand_in_the_last_column(tmp_path):
    recording = awkward()
    recording.header.names[7] = 'Ann "A", Kim'
    (path,) = written(recording, tmp_path, "speeds")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["id"]: row["name"] for row in rows} == {"1": "", "7": 'Ann "A", Kim', "12": ""}
