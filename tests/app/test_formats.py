"""Every format is read back by somebody else: pycocotools, pandas, TrackEval, or a parser written from its layout."""

from __future__ import annotations

import contextlib
import io
import json
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pycocotools.coco import COCO as CocoApi
from pycocotools.cocoeval import COCOeval

from app.analysis import trajectories
from app.exports import FORMATS, format_of, open_writer, write
from app.exports.skelter_json import read
from app.imports import read_result
from app.results import FrameRecord, Header, Recording, SourceRecord
from engine.errors import SinkError, UsageError
from engine.skeletons import HALPE, MPII
from engine.types import Boxes, Poses, Tracks
from tests.app.parsers import openpose, opensim, posetrack, trc
from tests.app.recordings import EACH, FPS, STANDING, awkward, of, people, rows_of, same_people, written
from tests.trackers.test_metrics import mot_challenge
from trackers.metrics import evaluate_posetrack
from trackers.reading import read_sequence

# Skelter's own


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


def test_posetrack_has_nobody_without_joints(tmp_path):
    recording = Recording(awkward().header)
    recording.add(FrameRecord(0, 0.0, people(0, [1, 7], missing=tuple(range(17)))))
    recording.add(FrameRecord(1, 0.04, people(1, [1, 7])))
    (path,) = written(recording, tmp_path, "posetrack")
    assert {place: sorted(there) for place, there in posetrack(path).items()} == {0: [], 1: [1, 7]}


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
