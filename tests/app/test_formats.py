"""Every format is read back by somebody else: pycocotools, pandas, TrackEval, or a parser written from its layout."""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from pycocotools.coco import COCO as CocoApi
from pycocotools.cocoeval import COCOeval

from app.analysis import joint_angles, trajectories, without_wrap
from app.changes import ExchangeSides, Hide, Merge, MoveJoint, Split, Swap
from app.edits import Edits
from app.exports import FORMATS, Options, format_of, open_writer, write
from app.exports.bridged import BridgedScores, Bridges
from app.exports.skelter_json import read
from app.imports import read_result, recording_of
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.smoothing import smooth_recording
from engine.errors import SinkError, SkelterError, UsageError
from engine.skeletons import COCO, HALPE, MPII
from engine.types import Boxes, Poses, Tracks
from tests.app.recordings import FPS, STANDING, awkward, of_clip, people, same_people, written
from tests.clips import Recipe, make_clip
from tests.shared import needs_shared
from tests.trackers.test_metrics import mot_challenge
from trackers.metrics import evaluate_posetrack
from trackers.reading import read_sequence

CLIPS = ["webcam-1.mkv", "three-cross.mp4"]
OTHERS = ["webcam-2.mkv", "webcam-3.mkv", "two-people.mp4", "runner.mp4", "juggle.mp4", "one-by-one.mp4"]


def of(name: str) -> Recording:
    return awkward() if name == "awkward" else of_clip(name)


EACH = pytest.mark.parametrize(
    "recording",
    [
        "awkward",
        *(pytest.param(name, marks=needs_shared) for name in CLIPS),
        *(pytest.param(name, marks=[needs_shared, pytest.mark.slow]) for name in OTHERS),
    ],
)


def rows_of(recording: Recording) -> list[tuple[FrameRecord, int]]:
    """(record, row) of everybody in every frame."""
    return [(record, row) for record in recording for row in range(len(record.tracks))]


# tables, by pandas


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


def without_a_mark(recording: Recording | list[FrameRecord], folder: Path) -> dict[str, np.ndarray]:
    """Scores of nose, left hip and box of person 1 in frame 3 in the formats that cannot say that he is bridged."""
    header, found = smooth_recording(awkward()).header, {}
    for format in ("coco", "openpose", "posetrack", "mot"):
        (path,) = write(recording, folder / f"out{FORMATS[format].ending}", header=header)
        if format in ("coco", "openpose"):
            tracks = read_result(path)[3].tracks
            person = tracks.ids.tolist().index(1)
            found[format] = tracks.poses.scores[person, [0, 11]]
        else:
            people = read_sequence(path).at(3)
            person = people.ids.tolist().index(1)
            found[format] = people.scores[person, [0, 11]] if format == "posetrack" else people.confidence[[person]]
    return found


def test_what_bridges_a_gap_is_as_sure_as_its_ends_where_nothing_else_can_be_said(tmp_path):
    recording = awkward()  # 1 is away in frames 3 and 4, and has no nose in frame 2 already
    smoothed = smooth_recording(recording, gap_s=0.2)
    assert smoothed[3].filled[0, [0, 11]].all()
    first, second, fifth = (recording[index].tracks.poses[np.array([0])] for index in (1, 2, 5))
    joints = [min(first.scores[0, 0], fifth.scores[0, 0]), min(second.scores[0, 11], fifth.scores[0, 11])]
    box = min(second.boxes.scores[0], fifth.boxes.scores[0])
    found = without_a_mark(smoothed, tmp_path)
    assert found["coco"] == pytest.approx(joints)
    assert found["openpose"] == pytest.approx(joints)
    assert found["posetrack"] == pytest.approx(np.array(joints) * box, abs=1e-5)
    assert found["mot"] == pytest.approx(box, abs=1e-5)
    (results,) = tmp_path.glob("*-coco.json")
    (one,) = [row for row in json.loads(results.read_text()) if (row["image_id"], row["track_id"]) == (3, 1)]
    assert one["score"] > 0.3
    (table,) = written(read_result(results), tmp_path, "angles", facing=1)
    assert pd.read_csv(table).query("index == 3 and id == 1")["left_knee"].notna().all()

    found = without_a_mark([smoothed[index] for index in (1, 2, 3)], tmp_path)  # and the other end is not there
    assert found["coco"] == pytest.approx([first.scores[0, 0], second.scores[0, 11]])
    assert found["mot"] == pytest.approx(second.boxes.scores[0], abs=1e-5)


def test_pictures_are_told_of_what_bridges_a_gap_what_those_formats_are_told(tmp_path):
    smoothed = smooth_recording(awkward(), gap_s=0.2)
    bridges, found = Bridges(smoothed), without_a_mark(smoothed, tmp_path)
    drawn = [bridges.told(record) for record in smoothed]
    poses = drawn[3].shown().poses
    assert poses.scores[0, [0, 11]] == pytest.approx(found["coco"])
    assert poses.boxes.scores[0] == pytest.approx(found["mot"], abs=1e-5)
    np.testing.assert_array_equal(drawn[3].tracks.poses.scores, smoothed[3].tracks.poses.scores)  # what was found
    same = without_a_mark(drawn, tmp_path)
    for format, scores in found.items():
        np.testing.assert_array_equal(same[format], scores)
    part = without_a_mark(drawn[3:4], tmp_path)  # what was told knows ends that are not written
    for format, scores in found.items():
        np.testing.assert_array_equal(part[format], scores)


class Counting:
    """A writer that keeps how many frames it got, and the newest."""

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.frames = 0
        self.written: list[FrameRecord] = []

    def write(self, record: FrameRecord) -> None:
        self.frames += 1
        self.written.append(record)

    def close(self) -> None: ...

    abort = close


@pytest.mark.parametrize("edits", [Edits(), Edits((Split(1, 4, 2),))])  # from the middle of a gap on somebody else
def test_no_more_frames_wait_than_a_gap_has(edits):
    recording = Recording(awkward().header)
    for index in range(60):
        recording.add(FrameRecord(index, index / FPS, people(index, [] if index in (3, 4, 5) else [1])))
    counting = Counting()
    writer, waiting = BridgedScores(counting), []
    for given, record in enumerate(smooth_recording(recording, gap_s=0.2), 1):
        writer.write(edits.applied(record))
        waiting.append(given - counting.frames)
    assert max(waiting) <= 3
    assert max(waiting[6:]) == 0
    writer.close()
    assert counting.frames == 60


@pytest.mark.parametrize(
    "changes",
    [
        (),
        (MoveJoint(2, 1, 11, 500.0, 300.0),),  # an end of the gap is sure now
        (MoveJoint(3, 1, 11, 500.0, 300.0),),  # it is two gaps, or none
        (Split(1, 3, 9),),
        (Split(1, 4, 9),),
        (Split(1, 4, 9), Merge(7, 9)),
        (Swap(1, 7, 4), Hide(7, True)),
        (ExchangeSides(1, tuple((*pair, 3, 4) for pair in COCO.flip_pairs)),),  # in the middle of the gap
    ],
)
def test_a_frame_shown_alone_is_as_sure_as_in_an_export_after_corrections_too(changes):
    smoothed, edits = smooth_recording(awkward(), gap_s=0.2), Edits(changes)
    writer = BridgedScores(counting := Counting())
    for record in smoothed:
        writer.write(edits.shown(record))
    writer.close()
    bridges = Bridges(smoothed, edits)
    for record, exported in zip(smoothed, counting.written, strict=True):
        one, other = bridges.shown(record).shown(), exported.shown()
        assert one.ids.tolist() == other.ids.tolist()
        np.testing.assert_array_equal(one.poses.scores, other.poses.scores, str(record.index))
        np.testing.assert_array_equal(one.poses.boxes.scores, other.poses.boxes.scores, str(record.index))


def test_a_gap_is_as_sure_as_the_end_that_was_put_in_place():
    recording = awkward()  # 1 is away in frames 3 and 4
    recording[2].tracks.poses.scores[0, 11], recording[5].tracks.poses.scores[0, 11] = 0.4, 0.8
    smoothed = smooth_recording(recording, gap_s=0.2)
    assert Bridges(smoothed).told(smoothed[3]).shown().poses.scores[0, 11] == np.float32(0.4)
    edits = Edits((MoveJoint(2, 1, 11, 500.0, 300.0),))
    assert Bridges(smoothed, edits).told(smoothed[3]).shown().poses.scores[0, 11] == np.float32(0.8)


class Watched(Recording):
    """Keeps which frames were looked up, and how often any was."""

    def __init__(self, recording: Recording) -> None:
        super().__init__(recording.header)
        for record in recording:
            self.add(record)
        self.asked: set[int] = set()
        self.lookups = 0

    def __getitem__(self, index: int) -> FrameRecord | None:
        self.asked.add(index)
        self.lookups += 1
        return super().__getitem__(index)

    def __iter__(self) -> Iterator[FrameRecord]:
        self.asked.update(self.indices)
        self.lookups += len(self)
        return super().__iter__()


def test_a_frame_is_told_from_those_around_its_gap_alone():
    recording = Recording(awkward().header)
    for index in range(90):
        recording.add(FrameRecord(index, index / FPS, people(index, [] if index % 9 in (3, 4) else [1])))
    smoothed = smooth_recording(recording, gap_s=0.2)
    told = Bridges(watched := Watched(smoothed)).told(smoothed[48])
    assert told.bridged is not None
    assert watched.asked <= {47, 49, 50}


def with_a_gap(frames: int) -> Recording:
    """Person 1 is away for so many frames, and 7 now and then beside that."""
    recording = Recording(awkward().header)
    for index in range(frames + 20):
        seen = [person for person, is_away in ((1, 10 <= index < 10 + frames), (7, index % 9 == 4)) if not is_away]
        recording.add(FrameRecord(index, index / FPS, people(index, seen)))
    return smooth_recording(recording, gap_s=(frames + 2) / FPS)


def test_of_a_smoothed_result_tracking_metrics_score_what_other_formats_get(tmp_path):
    recording = with_a_gap(40)
    assert any(record.filled is not None and record.filled.any() for record in recording)
    (own,) = written(recording, tmp_path, "json")
    (others,) = written(recording, tmp_path, "posetrack")
    mine, theirs = read_sequence(own), read_sequence(others)
    columns = [mine.joints.index(name) for name in theirs.joints if name in mine.joints]
    of_theirs = [theirs.joints.index(mine.joints[column]) for column in columns]
    for index in mine.frames:
        a, b = mine.at(index), theirs.at(index)
        assert a.ids.tolist() == b.ids.tolist()
        shown = b.scores[:, of_theirs] > 1e-5
        np.testing.assert_allclose(a.keypoints[:, columns][shown], b.keypoints[:, of_theirs][shown], atol=0.01)
        assert (a.scores[:, columns][shown] > 0.1).all(), "what bridges a gap counts as its ends do"
        assert (a.confidence > 0.1).all()


@pytest.mark.parametrize("step", [1, -1])
def test_no_long_gap_is_walked_through_for_each_of_its_frames(step):
    smoothed = with_a_gap(300)
    assert all(record.filled[0].all() for record in smoothed.between(10 / FPS, 309 / FPS))
    bridges = Bridges(watched := Watched(smoothed))
    for record in [*smoothed][::step]:
        bridges.told(record)
    assert watched.lookups <= 4 * len(smoothed)


def calls_of(work: Callable[[], object]) -> int:
    """How many functions are called meanwhile: what it costs, whatever else the machine does."""
    calls, before = 0, sys.getprofile()

    def count(frame: object, event: str, arg: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


def test_frames_of_a_long_gap_cost_a_writer_no_more_than_those_of_a_short_one():
    def cost(recording: Recording) -> float:
        writer = BridgedScores(Counting())

        def write_all() -> None:
            for record in recording:
                writer.write(record)
            writer.close()

        return calls_of(write_all) / len(recording)

    assert cost(with_a_gap(300)) < 1.5 * cost(with_a_gap(30))


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_a_result_that_another_program_laid_out_anew_is_read(tmp_path, format, indent):
    (path,) = written(awkward(), tmp_path, format)
    if format == "json":
        path.write_text(json.dumps(json.loads(path.read_text()), indent=indent))
    else:
        path.write_text("\n\n".join(path.read_text().splitlines()))
    for read_back, record in zip(read(path), awkward(), strict=True):
        same_people(read_back, record)


@pytest.mark.parametrize("end", ["]}", '],"note":"x"}'])
def test_a_result_whose_last_line_ends_it_is_read(tmp_path, end):
    (path,) = written(awkward(), tmp_path, "json")
    path.write_text(path.read_text().removesuffix("\n]}\n") + end)
    assert len(read(path)) == len(awkward())


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_a_long_result_is_never_in_memory_whole(tmp_path, format):
    recording = Recording(awkward().header)
    for index in range(300):
        recording.add(FrameRecord(index, index / FPS, people(index, [*range(1, 21)])))
    (path,) = written(recording, tmp_path, format)
    tracemalloc.start()
    try:
        result = read_result(path)
        kept, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(result) == 300
    assert most - kept < path.stat().st_size / 10


def test_coco_results_come_back_with_their_scores(tmp_path):
    recording = awkward()
    (path,) = written(recording, tmp_path, "coco")
    read_back = read_result(path)
    for record in recording:
        boxes = record.tracks.poses.boxes
        if len(boxes) and (found := read_back[record.index]):
            np.testing.assert_array_equal(found.tracks.poses.boxes.scores, boxes.scores)
    (tmp_path / "again").mkdir()
    again = written(read_back, tmp_path / "again", "coco")
    assert [row["score"] for row in json.loads(again[0].read_text())] == pytest.approx(
        [row["score"] for row in json.loads(path.read_text())]
    )


def test_posetrack_has_nobody_without_joints(tmp_path):
    recording = Recording(awkward().header)
    recording.add(FrameRecord(0, 0.0, people(0, [1, 7], missing=tuple(range(17)))))
    recording.add(FrameRecord(1, 0.04, people(1, [1, 7])))
    (path,) = written(recording, tmp_path, "posetrack")
    assert {place: sorted(there) for place, there in posetrack(path).items()} == {0: [], 1: [1, 7]}


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


# pycocotools


@EACH
def test_pycocotools_finds_every_person_where_he_is(tmp_path, recording):
    recording = of(recording)
    (path,) = written(recording, tmp_path, "coco")
    truth = {"images": [], "annotations": [], "categories": [{"id": 1, "name": "person"}]}
    for record in recording:
        truth["images"].append({"id": record.index, "width": 1280, "height": 720})
        for row in range(len(record.tracks)):
            left, top, right, bottom = record.tracks.poses.boxes.xyxy[row].tolist()
            points = record.tracks.poses.keypoints[row]
            seen = np.isfinite(points).all(axis=1)
            joints = np.where(seen[:, None], np.column_stack([points, np.full(17, 2)]), 0).astype(float)
            truth["annotations"].append({
                "id": len(truth["annotations"]) + 1, "image_id": record.index, "category_id": 1, "iscrowd": 0,
                "num_keypoints": int(seen.sum()), "keypoints": joints.ravel().tolist(),
                "area": (right - left) * (bottom - top) * 0.6, "bbox": [left, top, right - left, bottom - top],
            })  # fmt: skip
    with contextlib.redirect_stdout(io.StringIO()):
        api = CocoApi()
        api.dataset = truth
        api.createIndex()
        evaluation = COCOeval(api, api.loadRes(str(path)), "keypoints")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    assert evaluation.stats[0] == pytest.approx(1.0)
    assert evaluation.stats[5] == pytest.approx(1.0)


# PoseTrack


def posetrack(path: Path) -> dict[int, dict[int, np.ndarray]]:
    """Image number → track id → [17, 3], read as PoseTrack18's layout is described."""
    document = json.loads(path.read_text("utf-8"))
    assert document["categories"][0]["keypoints"][:3] == ["nose", "head_bottom", "head_top"]
    images = {image["id"]: place for place, image in enumerate(document["images"])}
    assert len(images) == len(document["images"])
    assert len({row["id"] for row in document["annotations"]}) == len(document["annotations"])
    found: dict[int, dict[int, np.ndarray]] = {place: {} for place in images.values()}
    for row in document["annotations"]:
        assert row["id"] // 100 == row["image_id"]
        assert len(row["scores"]) == 17
        found[images[row["image_id"]]][row["track_id"]] = np.array(row["keypoints"]).reshape(17, 3)
    return found


@EACH
def test_posetrack_has_tracking_ids_derived_heads_and_coco_joints(tmp_path, recording):
    recording = of(recording)
    (path,) = written(recording, tmp_path, "posetrack")
    found = posetrack(path)
    assert len(found) == recording.indices[-1] + 1
    images = json.loads(path.read_text("utf-8"))["images"]
    assert [place for place, image in enumerate(images) if image["is_labeled"]] == recording.indices
    for record in recording:
        people = found[record.index]
        assert sorted(people) == record.tracks.ids.tolist()
        for person_id, points in zip(record.tracks.ids.tolist(), record.tracks.poses.keypoints, strict=True):
            joints = people[person_id]
            if np.isfinite(points[11]).all():
                assert joints[11, :2] == pytest.approx(points[11], abs=1e-3)  # the left hip has its place in both
            if np.isfinite(points[[0, 5, 6]]).all():
                neck = points[[5, 6]].mean(axis=0)
                assert joints[1, :2] == pytest.approx(neck, abs=1e-3)
                assert joints[2, :2] == pytest.approx(2 * points[0] - neck, abs=2e-3)
            assert (joints[[0, 2]] == 0).all() == bool(np.isnan(points[0]).any())


def test_posetrack_is_scored_as_the_result_itself_is(tmp_path):
    recording = awkward()  # frame 7 is missing, and PoseTrack's images are counted
    (path,), (own,) = written(recording, tmp_path, "posetrack"), written(recording, tmp_path, "json")
    truth = json.loads(path.read_text("utf-8"))
    for row in truth["annotations"]:
        row["bbox_head"] = [0, 0, 30, 40]
    (tmp_path / "gt.json").write_text(json.dumps(truth))
    gt = read_sequence(tmp_path / "gt.json", truth=True)
    figures = evaluate_posetrack([(gt, read_sequence(path))])
    again = evaluate_posetrack([(gt, read_sequence(own))])
    assert pytest.approx(1.0) == figures.MOTA
    np.testing.assert_allclose(figures.AP, again.AP)
    np.testing.assert_allclose(figures.MOTA, again.MOTA)


# MOTChallenge, by TrackEval


@EACH
def test_trackeval_sees_the_same_people(tmp_path, recording):
    recording = of(recording)
    (path,) = written(recording, tmp_path, "mot")
    assert path.suffix == ".txt"
    truth, result = tmp_path / "gt" / "walk" / "gt", tmp_path / "result" / "it" / "data"
    truth.mkdir(parents=True)
    result.mkdir(parents=True)
    lines = []
    for record, row in rows_of(recording):
        left, top, right, bottom = record.tracks.poses.boxes.xyxy[row].tolist()
        box = f"{left + 1},{top + 1},{right - left},{bottom - top}"
        lines.append(f"{record.index + 1},{record.tracks.ids[row]},{box},1,-1,-1,-1")
    (truth / "gt.txt").write_text("\n".join(lines))
    (result / "walk.txt").write_bytes(path.read_bytes())
    figures = mot_challenge(tmp_path, {"walk": recording.indices[-1] + 1}, "MOT15")["walk"]
    assert figures["MOTA"] == figures["IDF1"] == 1.0
    assert figures["HOTA"] == pytest.approx(1.0)
    assert figures["IDs"] == len(trajectories(recording))


# OpenPose


def openpose(folder: Path) -> dict[int, dict[int, np.ndarray]]:
    """Frame → person id → [25, 3], read as OpenPose's layout is described."""
    found = {}
    for file in sorted(folder.iterdir()):
        name = re.fullmatch(r".+_(\d{12})_keypoints\.json", file.name)
        assert name, file.name
        document = json.loads(file.read_text("utf-8"))
        assert document["version"] == 1.3
        people = {}
        for person in document["people"]:
            assert person["face_keypoints_2d"] == person["hand_left_keypoints_3d"] == []
            people[person["person_id"][0]] = np.array(person["pose_keypoints_2d"]).reshape(25, 3)
        found[int(name[1])] = people
    return found


@EACH
def test_openpose_has_a_file_for_each_frame_and_body_25(tmp_path, recording):
    recording = of(recording)
    (folder,) = written(recording, tmp_path, "openpose")
    found = openpose(folder)
    assert list(found) == recording.indices
    for record in recording:
        assert sorted(found[record.index]) == record.tracks.ids.tolist()
        for row, person_id in enumerate(record.tracks.ids.tolist()):
            body, points = found[record.index][person_id], record.tracks.poses.keypoints[row]
            scores = record.tracks.poses.scores[row]
            assert body[9, :2] == pytest.approx(points[12])  # right hip
            assert body[1, :2] == pytest.approx(points[[5, 6]].mean(axis=0), rel=1e-5)  # neck
            assert body[8, 2] == pytest.approx(scores[[11, 12]].min())  # middle of the hips
            assert (body[19:] == 0).all()  # nobody knows the feet
            for there, joint in ((body[0], 0), (body[18], 3), (body[14], 15)):  # nose, left ear, left ankle
                assert (
                    (there == 0).all() if np.isnan(points[joint]).any() else there[:2] == pytest.approx(points[joint])
                )


def test_a_folder_of_earlier_results_is_replaced_and_a_folder_of_other_things_is_not(tmp_path):
    recording = awkward()
    written(recording, tmp_path, "openpose")
    (folder,) = written(recording, tmp_path, "openpose", person=1)
    assert all(set(people) <= {1} for people in openpose(folder).values())
    (folder / "holiday.jpg").write_text("dear")
    with pytest.raises(SinkError, match=r"holds other files, such as holiday\.jpg"):
        written(recording, tmp_path, "openpose")
    assert (folder / "holiday.jpg").read_text() == "dear"
    assert [path.name for path in tmp_path.iterdir()] == ["out-openpose"]


# TRC and OpenSim's .mot, by parsers as strict as OpenSim's and Kinovea's


def trc(path: Path) -> tuple[dict[str, str], list[str], np.ndarray, np.ndarray]:
    """Header, marker names, frames and times [T, 2], coordinates [T, M, 3]."""
    lines = path.read_text("utf-8").split("\n")
    assert lines[-1] == ""
    assert lines[0].split("\t")[:3] == ["PathFileType", "4", "(X/Y/Z)"]
    header = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=True))
    assert list(header) == [
        "DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units", "OrigDataRate", "OrigDataStartFrame",
        "OrigNumFrames",
    ]  # fmt: skip
    names = [name for name in lines[3].split("\t") if name]
    assert names[:2] == ["Frame#", "Time"]
    assert len(names) - 2 == int(header["NumMarkers"])
    labels = [label for label in lines[4].split("\t") if label]
    assert labels == [f"{axis}{number}" for number in range(1, len(names) - 1) for axis in "XYZ"]
    rows = [line.split("\t") for line in lines[5:-1]]
    assert len(rows) == int(header["NumFrames"])
    assert {len(row) for row in rows} == {3 * (len(names) - 2) + 2}
    values = np.array(rows, float)  # no cell is empty: .NET's float.Parse would stop there
    return header, names[2:], values[:, :2], values[:, 2:].reshape(len(rows), -1, 3)


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


def part_of(recording: Recording, indices: range, **source: object) -> Recording:
    """Some of its frames, of a source of which other things are told."""
    header = replace(recording.header, source=replace(recording.header.source, **source))
    part = Recording(header)
    for index in indices:
        part.add(recording[index])
    return part


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


def opensim(path: Path) -> tuple[list[str], np.ndarray]:
    """Column names and values, read as OpenSim's STO reader does; its tools' own would end at the first NaN."""
    head, _, body = path.read_text("utf-8").partition("endheader\n")
    facts = dict(line.split("=") for line in head.splitlines()[1:])
    assert facts["inDegrees"] == "yes"
    rows = [line.split("\t") for line in body.splitlines()]
    assert (len(rows) - 1, len(rows[0])) == (int(facts["nRows"]), int(facts["nColumns"]))
    values = np.array(rows[1:], float)
    assert np.isfinite(values).all()
    return rows[0], values


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


# all of them


@pytest.mark.parametrize("format", FORMATS)
def test_nobody_and_nothing_are_written_too(tmp_path, format):
    nobody = Recording(awkward().header)
    nobody.add(awkward()[0])
    for path in written(nobody, tmp_path, format):
        assert path.exists()
    empty = Recording(awkward().header)
    (tmp_path / "empty").mkdir()
    written(empty, tmp_path / "empty", format)


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_has_its_name_before_the_end_and_nothing_stays_when_given_up(tmp_path, format):
    writer = open_writer(tmp_path / f"out{FORMATS[format].ending}", awkward().header)
    for record in awkward():
        writer.write(record)
    assert not [path.name for path in tmp_path.iterdir() if ".part" not in path.name]
    writer.abort()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", FORMATS)
def test_what_was_written_is_named(tmp_path, format):
    paths = written(awkward(), tmp_path, format)
    assert sorted(paths) == sorted(tmp_path.iterdir())


@pytest.mark.parametrize("format", FORMATS)
def test_one_person_alone(tmp_path, format):
    (path,) = written(awkward(), tmp_path, format, person=7)
    assert path.name == f"out{FORMATS[format].ending}"
    if format in ("csv", "tidy", "angles", "summary", "speeds"):
        assert set(pd.read_csv(path)["id"]) == {7}


@pytest.mark.parametrize("format", FORMATS)
def test_a_name_means_its_format(format):
    assert format_of(Path(f"some/CLIP{FORMATS[format].ending.upper()}")) == format


@pytest.mark.parametrize("format", ["coco", "posetrack", "openpose", "trc", "opensim"])
def test_a_skeleton_that_cannot_be_written_so_is_refused(tmp_path, format):
    recording = Recording(Header(SourceRecord("a.mp4", 640, 480), skeleton=MPII))
    recording.add(FrameRecord(0, 0.0, awkward()[0].tracks))
    if format in ("coco", "posetrack"):
        with pytest.raises(UsageError, match="which the skeleton mpii16 does not have"):
            write(recording, tmp_path / f"a{FORMATS[format].ending}")
    else:
        write(recording, tmp_path / f"a{FORMATS[format].ending}")


# the way back


@EACH
def test_an_openpose_folder_comes_back(tmp_path, recording):
    recording = of(recording)
    (folder,) = written(recording, tmp_path, "openpose")
    back = read_result(folder, fps=recording.header.source.fps)
    assert back.indices == list(range(recording.indices[-1] + 1))
    for record in recording:
        again = back[record.index]
        assert again.tracks.ids.tolist() == record.tracks.ids.tolist()
        np.testing.assert_allclose(again.tracks.poses.keypoints, record.tracks.poses.keypoints, rtol=1e-6)
        np.testing.assert_allclose(again.tracks.poses.scores, record.tracks.poses.scores, rtol=1e-6)


def with_feet(frames: int = 4) -> Recording:
    """Somebody who stands on flat feet and looks to the right, in Halpe's joints."""
    recording = Recording(Header(SourceRecord("clip.mp4", 1280, 720, FPS, frames / FPS), {}, HALPE))
    of_feet = [[65, 101], [45, 101], [67, 100], [47, 100], [54, 101], [34, 101]]  # the soles are level
    points = 3 * np.concatenate([STANDING, [[50, 2], [50, 20], [50, 52]], of_feet]) + 60
    points[[0, 3, 4], 0] += [60, -20, -20]
    for index in range(frames):
        poses = Poses.of(points[None], np.full((1, 26), 0.9), Boxes.of([[60, 60, 300, 380]], [0.9]))
        recording.add(FrameRecord(index, index / FPS, Tracks(poses, np.array([1]), np.arange(1))))
    return recording


def test_feet_reach_every_format_that_has_a_place_for_them(tmp_path):
    recording = with_feet()
    (folder,) = written(recording, tmp_path, "openpose")
    body = openpose(folder)[0][1]
    assert body[19:].reshape(-1)[:2] == pytest.approx(recording[0].tracks.poses.keypoints[0, 20])  # left big toe
    assert (body[19:, 2] > 0).all()
    back = read_result(folder)
    assert back.header.skeleton is HALPE
    np.testing.assert_allclose(back[0].tracks.poses.keypoints[0, 20:], recording[0].tracks.poses.keypoints[0, 20:])

    _, names, _, points = trc(written(recording, tmp_path, "trc", metres_per_pixel=0.005)[0])
    assert np.isfinite(points[:, [names.index(name) for name in ("LBigToe", "RHeel", "RSmallToe")]]).all()
    angles = pd.read_csv(written(recording, tmp_path, "angles")[0])
    assert angles["left_ankle"].between(-20, 20).all()
    assert {"left_ankle", "right_ankle"} <= set(pd.read_csv(written(recording, tmp_path, "summary")[0])["angle"])
    columns, values = opensim(written(recording, tmp_path, "opensim")[0])
    assert np.isfinite(values[:, columns.index("ankle_angle_r")]).all()
    assert read(written(recording, tmp_path, "json")[0]).header.skeleton is HALPE
    assert len(json.loads(written(recording, tmp_path, "coco")[0].read_text())[0]["keypoints"]) == 51


@EACH
def test_coco_results_come_back(tmp_path, recording):
    recording = of(recording)
    (path,) = written(recording, tmp_path, "coco")
    back = read_result(path)
    for record in recording:
        again = back[record.index] or FrameRecord(record.index, 0.0, awkward()[0].tracks)
        same_people(again, record, tolerance=1e-3)


def test_people_without_ids_are_followed(tmp_path):
    (path,) = written(of_standing(30), tmp_path, "coco")
    rows = json.loads(path.read_text())
    for row in rows:
        del row["track_id"]
    path.write_text(json.dumps(rows))
    ways = trajectories(read_result(path))
    assert list(ways) == [1, 2]
    assert all(len(way) > 25 for way in ways.values())


def of_standing(frames: int) -> Recording:
    """Two people for all of the time."""
    recording = Recording(awkward().header)
    for index in range(frames):
        recording.add(FrameRecord(index, index / FPS, people(index, [1, 4])))
    return recording


def test_alphaposes_variant_is_read(tmp_path):
    joints = [float(value) for point in range(17) for value in (10 * point, 200, 0.8)]
    rows = [
        {"image_id": f"{frame}.jpg", "category_id": 1, "keypoints": joints, "score": 2.9, "box": [0, 190, 170, 20],
         "idx": 0}
        for frame in (0, 2)
    ]  # fmt: skip
    path = tmp_path / "alphapose-results.json"
    path.write_text(json.dumps(rows))
    back = read_result(path, fps=10)
    assert [record.tracks.ids.tolist() for record in back] == [[1], [], [1]]
    assert back[2].time_s == 0.2
    assert back[2].tracks.poses.boxes.scores.tolist() == [1.0]
    assert back[2].tracks.poses.boxes.xyxy[0].tolist() == [0, 190, 170, 210]


def of_alphapose(folder: Path, idx: Callable[[int], object]) -> Path:
    """Persons 1 and 4 in ten frames as AlphaPose tells of them; `idx` gives what stands for an id."""
    (path,) = written(of_standing(10), folder, "coco")
    rows = json.loads(path.read_text())
    for row in rows:
        row["idx"] = idx(row.pop("track_id"))
    path.write_text(json.dumps(rows))
    return path


@pytest.mark.parametrize(
    "idx",
    [
        int, float, lambda one: [[float(one)]], lambda one: [float(one)], lambda one: [[one + 8.0], [float(one)]],
        lambda one: [float(one), [one + 8.0, [one + 9.0]]],
    ],
)  # fmt: skip
def test_ids_are_kept_in_every_way_in_which_alphapose_tells_them(tmp_path, caplog, idx):
    back = read_result(of_alphapose(tmp_path, idx))
    assert [record.tracks.ids.tolist() for record in back] == [[1, 4]] * 10
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("idx", "reason"),
    [
        (lambda one: 0, "frame 0 has one twice"),  # its writer, where nobody was tracked
        (lambda one: [[0.0]], "frame 0 has one twice"),
        (lambda one: 1.5 if one == 1 else 4, "not everybody has one"),
        (lambda one: 1e30 if one == 1 else 4, "not everybody has one"),
        (lambda one: None, ""),
    ],
)
def test_people_are_followed_where_ids_tell_nobody_apart_and_that_is_said(tmp_path, caplog, idx, reason):
    back = read_result(of_alphapose(tmp_path, idx))
    assert back.header.models["tracker"] == "oks"
    assert list(trajectories(back)) == [1, 2]
    said = f"The ids in out-coco.json are not used, because {reason}: people are followed instead."
    assert caplog.messages == ([said] if reason else [])


@pytest.mark.parametrize(("count", "kept"), [(26, 26), (136, 26), (133, 17)])
def test_of_alphaposes_larger_sets_the_body_is_read_and_the_feet_of_halpes(tmp_path, count, kept):
    joints = [float(value) for point in range(count) for value in (10 * point, 200, 0.8)]
    path = tmp_path / "alphapose-results.json"
    path.write_text(json.dumps([{"image_id": "0.jpg", "category_id": 1, "keypoints": joints, "score": 2.9, "idx": 1}]))
    result = read_result(path)
    (record,) = result
    np.testing.assert_array_equal(record.tracks.poses.keypoints[0, :, 0], np.arange(kept) * 10)
    assert len(result.header.skeleton) == kept


@needs_shared
def test_a_clip_gives_imported_frames_their_times(tmp_path):
    from tests.shared import VIDEO

    recording = of_clip("three-cross.mp4")
    (path,) = written(recording, tmp_path, "coco")
    back = read_result(path, clip=VIDEO / "three-cross.mp4")
    assert [record.time_s for record in back] == [record.time_s for record in recording]
    assert back.header.source == recording.header.source
    assert read(written(back, tmp_path, "json")[0]).indices == recording.indices


@needs_shared
def test_what_an_import_had_to_assume_its_clip_tells_later(tmp_path):
    from tests.shared import VIDEO

    recording = of_clip("three-cross.mp4")
    (path,) = written(recording, tmp_path, "coco")
    guessed = read_result(path)
    assert guessed.header.source.assumed
    again = written(guessed, tmp_path, "json")[0]
    assert read_result(again).header.source == guessed.header.source
    back = read_result(again, clip=VIDEO / "three-cross.mp4")
    assert back.header.source == recording.header.source
    assert [record.time_s for record in back] == [record.time_s for record in recording]
    assert "assumed" not in json.loads(written(back, tmp_path, "json")[0].read_bytes())["source"]


def imported(folder: Path, *, smooth: bool = False) -> Path:
    """A result in Skelter's own format that had to assume 30 frames a second."""
    (path,) = written(awkward(), folder, "coco")
    recording = read_result(path)
    return written(smooth_recording(recording) if smooth else recording, folder, "json")[0]


@pytest.mark.parametrize("way", ["fps", "clip"])
def test_smoothed_joints_go_where_an_import_gets_other_times(tmp_path, caplog, way):
    known: dict[str, object] = {"fps": FPS}
    if way == "clip":
        known = {"clip": make_clip(tmp_path / "clip.mp4", Recipe(times=tuple(index / FPS for index in range(12))))}
    result = imported(tmp_path, smooth=True)
    assert 1 in read_result(result)[3].tracks.ids  # who is away there is bridged
    recording = read_result(result, **known)
    assert [record.time_s for record in recording] == pytest.approx([index / FPS for index in recording.indices])
    assert recording.header.smoothing is None
    assert all(record.smoothed is None and record.filled is None for record in recording)
    found = read_result(written(awkward(), tmp_path, "coco")[0], **known)
    for record in recording:
        same_people(record, found[record.index])
    (told,) = caplog.messages
    assert told.startswith("out.json was smoothed by other times")

    caplog.clear()
    recording = read_result(result, fps=30)  # they are as they were
    assert recording.header.smoothing
    assert recording[3].filled.any()
    assert caplog.messages == []


def test_frames_a_second_are_taken_by_an_import_that_assumed_them_and_by_no_other(tmp_path):
    recording = read_result(imported(tmp_path), fps=60)
    assert (recording.header.source.fps, recording.header.source.duration_s) == (60, pytest.approx(10 / 60))
    assert [record.time_s for record in recording] == [index / 60 for index in range(10)]
    with pytest.raises(UsageError, match="knows when its frames are; leave --fps out"):
        read_result(written(awkward(), tmp_path, "json")[0], fps=60)


def numbered(folder, name_of):
    """The COCO results of `awkward`, whose frames are called by another program."""
    (path,) = written(awkward(), folder, "coco")
    rows = json.loads(path.read_text())
    for row in rows:
        row["image_id"] = name_of(row["image_id"])
    path.write_text(json.dumps(rows))
    return path


def test_pictures_numbered_from_one_are_laid_on_their_clip_where_that_is_said(tmp_path, caplog):
    clip = make_clip(tmp_path / "clip.mp4", Recipe(times=tuple(index / FPS for index in range(10))))
    wanted = read_result(numbered(tmp_path, str), clip=clip)
    caplog.clear()
    path = numbered(tmp_path, lambda index: f"{index + 1:06d}.jpg")
    with pytest.raises(UsageError, match=r"has a frame 10, but .* ends with frame 9.* --first-frame"):
        read_result(path, clip=clip)
    back = read_result(path, clip=clip, first_frame=1)
    assert back.indices == wanted.indices
    for record in back:
        same_people(record, wanted[record.index])
    with pytest.raises(UsageError, match="has a frame 2; --first-frame is the least"):
        read_result(path, first_frame=3)
    assert caplog.messages == [], "nobody is on frame 0"
    read_result(numbered(tmp_path, lambda index: f"{index:06d}.jpg"))
    assert "begins with frame 1: where that is the first of the video, --first-frame 1" in caplog.text


def test_two_pictures_of_one_number_are_refused(tmp_path):
    path = numbered(tmp_path, lambda index: f"{index:06d}_v2.jpg")
    with pytest.raises(SkelterError, match=r"'000001_v2.jpg' and '000002_v2.jpg' have the same number, 2"):
        read_result(path)


def of_pictures(folder, *, fps=None):
    """Fifteen pictures, and a result of them."""
    from engine.video.images import ImagesSource

    (folder / "shots").mkdir()
    for index in range(15):
        cv2.imwrite(str(folder / "shots" / f"{index}.png"), np.zeros((480, 640, 3), np.uint8))
    with ImagesSource(folder / "shots", fps=fps) as source:
        record = SourceRecord.of(source.info)
        times = source.times()
    recording = Recording(replace(awkward().header, source=record, models={"detector": "d", "tracker": "oks"}))
    for frame in awkward():
        recording.add(replace(frame, time_s=times[frame.index]))
    return written(recording, folder, "json")[0]


def test_that_nobody_knows_the_times_of_pictures_is_told_and_frames_a_second_can_be_said_later(tmp_path):
    result = of_pictures(tmp_path)
    assert json.loads(result.read_text())["source"]["assumed"] is True
    assert read_result(result)[3].time_s == pytest.approx(0.1)
    told = read_result(result, fps=15)
    assert told[3].time_s == pytest.approx(0.2)
    assert (told.header.source.fps, told.header.source.assumed) == (15, False)
    assert read_result(result, clip=tmp_path / "shots", fps=15)[3].time_s == pytest.approx(0.2)


def test_pictures_come_at_the_rate_of_their_result(tmp_path):
    from engine.video.images import ImagesSource

    result = of_pictures(tmp_path, fps=15)
    with ImagesSource(tmp_path / "shots") as source:
        recording = recording_of(source, str(tmp_path / "shots"), result)
        assert [frame.time_s for frame in source] == pytest.approx([index / 15 for index in range(15)])
        assert (source.info.fps, source.info.assumed) == (15, False)
    assert recording[3].time_s == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[{"image_id": 1, "score": 1}]', "'keypoints' is missing"),
        ('[{"image_id": "x", "score": 1, "keypoints": [1, 2, 3]}]', "has no number"),
        ('[{"image_id": 1, "score": 1, "keypoints": [1, 2, 3]}]', "keypoints are 3 numbers; three each .* COCO's 17"),
        ('{"format": "other"}', "not Skelter JSON"),
        ("[3]", "cannot be read as COCO"),
        ("\x00", "not Skelter JSON"),
    ],
)
def test_what_nobody_wrote_is_refused_in_a_sentence(tmp_path, content, said):
    from engine.errors import SkelterError

    path = tmp_path / "some.json"
    path.write_text(content)
    with pytest.raises(SkelterError, match=said):
        read_result(path)


def test_a_folder_without_openpose_files_and_with_those_of_two_videos(tmp_path):
    from engine.errors import SkelterError

    with pytest.raises(SkelterError, match="holds no OpenPose files"):
        read_result(tmp_path)
    for name in ("a", "b"):
        (tmp_path / f"{name}_000000000000_keypoints.json").write_text('{"people": []}')
    with pytest.raises(SkelterError, match="files of 2 videos"):
        read_result(tmp_path)
    (tmp_path / "b_000000000000_keypoints.json").unlink()
    (tmp_path / "a_000000000001_keypoints.json").write_text('{"people": [{"pose_keypoints_2d": [1, 2, 3]}]}')
    with pytest.raises(SkelterError, match=r"a_000000000001.*1 keypoints are neither"):
        read_result(tmp_path)
