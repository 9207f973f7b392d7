"""The way back: results of Skelter and of others, read from the formats of others."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.analysis import trajectories
from app.exports.skelter_json import read
from app.imports import read_result, recording_of
from app.results import FrameRecord, Recording, SourceRecord
from app.smoothing import smooth_recording
from engine.errors import SkelterError, UsageError
from tests.app.recordings import EACH, FPS, awkward, of, of_clip, people, same_people, written
from tests.clips import Recipe, make_clip
from tests.shared import needs_shared


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
