"""Tables as pandas reads them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from app.analysis import joint_angles, trajectories, without_wrap
from app.results import FrameRecord, Recording
from app.smoothing import smooth_recording
from engine.skeletons import COCO
from tests.app.recordings import EACH, FPS, awkward, of, rows_of, written


@EACH
@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_pandas_reads_a_row_for_each_person_in_each_frame(tmp_path, recording, format):
    recording = of(recording)
    (path,) = written(recording, tmp_path, format)
    table = pd.read_csv(path) if format == "csv" else pd.read_parquet(path)
    people = rows_of(recording)
    assert table["id"].tolist() == [int(record.tracks.ids[row]) for record, row in people]
    assert table["time_s"].tolist() == [record.time_s for record, _ in people]
    for joint, name in enumerate(COCO.keypoints):
        given = np.array([record.tracks.poses.keypoints[row, joint] for record, row in people]).reshape(-1, 2)
        np.testing.assert_array_equal(table[[f"{name}_x", f"{name}_y"]].to_numpy(np.float32), given)
    boxes = np.array([record.tracks.poses.boxes.xyxy[row] for record, row in people])
    np.testing.assert_array_equal(table[["x1", "y1", "x2", "y2"]].to_numpy(np.float32), boxes)


@EACH
def test_pandas_pivots_the_tidy_table_into_the_wide_one(tmp_path, recording):
    recording = of(recording)
    (tidy,), (wide,) = written(recording, tmp_path, "tidy"), written(recording, tmp_path, "csv")
    table = pd.read_csv(tidy)
    assert table["keypoint"].nunique() == 17
    by_joint = table.pivot(index=["index", "id"], columns="keypoint", values="x").sort_index()
    other = pd.read_csv(wide).set_index(["index", "id"]).sort_index()
    for name in COCO.keypoints:
        np.testing.assert_array_equal(by_joint[name], other[f"{name}_x"])


def test_smoothed_joints_have_their_columns_in_every_table(tmp_path):
    smoothed = smooth_recording(awkward(), gap_s=0.2)
    tidy = pd.read_csv(written(smoothed, tmp_path, "tidy")[0])
    wide = pd.read_csv(written(smoothed, tmp_path, "csv")[0])
    typed = pd.read_parquet(written(smoothed, tmp_path, "parquet")[0])
    assert tidy["filled"].sum() > 0
    bridged = tidy[(tidy["filled"] == 1) & (tidy["keypoint"] == "left_hip")].iloc[0]
    at = (wide["index"] == bridged["index"]) & (wide["id"] == bridged["id"])
    assert wide[at]["left_hip_smoothed_x"].item() == pytest.approx(bridged["smoothed_x"], rel=1e-6)
    assert typed[at]["left_hip_smoothed_x"].item() == pytest.approx(bridged["smoothed_x"], rel=1e-6)
    filled = [f"{name}_filled" for name in COCO.keypoints]
    assert wide.columns[-17:].tolist() == typed.columns[-17:].tolist() == filled
    assert wide[at]["left_hip_filled"].item() == 1
    assert wide[filled].to_numpy().sum() == typed[filled].to_numpy().sum() == tidy["filled"].sum()
    assert typed["left_hip_filled"].dtype == bool


@pytest.mark.parametrize("format", ["csv", "parquet", "tidy", "angles"])
def test_names_are_the_last_column_of_tables_where_people_have_some(tmp_path, format):
    recording = awkward()

    def table_of(path: Path) -> pd.DataFrame:
        return pd.read_parquet(path) if format == "parquet" else pd.read_csv(path)

    (path,) = written(recording, tmp_path, format)
    assert not path.read_bytes().startswith(b"\xef"), "without names it is plain ASCII"
    nameless = table_of(path)
    assert "name" not in nameless.columns
    name = 'Hernan Müller, "x"\nof Nantes'
    recording.header = replace(recording.header, names={7: name})
    table = table_of(written(recording, tmp_path, format)[0])
    assert table.columns.tolist() == [*nameless.columns, "name"]
    assert set(table[table["id"] == 7]["name"]) == {name}
    begin = {path: path.read_bytes()[:8] for path in tmp_path.glob("*.csv")}
    assert set(begin.values()) <= {b"\xef\xbb\xbfindex"}, "or Excel takes the names' UTF-8 for something else"
    assert table[table["id"] != 7]["name"].isna().all()
    pd.testing.assert_frame_equal(table[nameless.columns], nameless)


def test_a_long_recording_is_several_row_groups_of_one_table(tmp_path):
    from pyarrow import parquet

    long = Recording(awkward().header)
    one = awkward()[2]
    for index in range(10_500):
        long.add(FrameRecord(index, index / FPS, one.tracks))
    file = parquet.ParquetFile(written(long, tmp_path, "parquet")[0])
    assert file.num_row_groups == 2
    assert file.metadata.num_rows == 21_000
    header = json.loads(file.schema_arrow.metadata[b"skelter"])
    assert header["source"]["name"] == "läufer clip.mp4"


@EACH
def test_the_summary_tells_of_the_angles_of_each_frame(tmp_path, recording):
    recording = of(recording)
    angles = pd.read_csv(written(recording, tmp_path, "angles")[0]).set_index("id").drop(columns=["index", "time_s"])
    told = pd.read_csv(written(recording, tmp_path, "summary")[0]).set_index(["id", "angle"])
    found = angles.drop(columns="facing").rename_axis(columns="angle").stack().dropna()
    in_one_piece = found.groupby(["id", "angle"]).transform(lambda degrees: without_wrap(degrees.to_numpy()))
    each = in_one_piece.groupby(["id", "angle"])
    known = each.agg(["count", "mean", "min", "max"]).loc[told.index]
    assert len(told) == len(each)
    assert told["frames"].tolist() == known["count"].tolist()
    np.testing.assert_allclose(told["mean_deg"], known["mean"], atol=0.06)
    assert (told["lowest_deg"] >= known["min"] - 0.06).all()
    assert (told["highest_deg"] <= known["max"] + 0.06).all()
    assert (told["range_deg"] >= 0).all()
    times = [record.time_s for record in recording]
    assert told[["lowest_at_s", "highest_at_s"]].stack().between(times[0], times[-1]).all()


@EACH
def test_pandas_reads_the_angles_that_the_analysis_measures(tmp_path, recording):
    recording = of(recording)
    table = pd.read_csv(written(recording, tmp_path, "angles", facing=1)[0])
    for person_id, way in trajectories(recording).items():
        mine = table[table["id"] == person_id]
        assert mine["index"].tolist() == way.indices.tolist()
        np.testing.assert_allclose(mine[mine.columns[4:]], joint_angles(way.points, facing=1), atol=6e-4)
