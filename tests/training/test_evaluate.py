"""What models score, and on whom."""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from typer.testing import CliRunner

from engine.detector import Detector
from engine.errors import SkelterError, UsageError
from engine.pose import PoseEstimator
from engine.skeletons import COCO
from engine.types import U8, Boxes, Poses
from tests.training.conftest import STANDING, write_people
from training.cli import commands
from training.data.people import DatasetError
from training.data.sets import load_validation
from training.evaluate import (
    PoseReport,
    Source,
    detect_all,
    evaluate_pose,
    evaluate_pose_in_boxes,
    evaluate_results,
    read_detections,
)


class Upright:
    """Places the joints where a standing person has them: right for the people of `write_people`."""

    skeleton = COCO
    input_size_wh = (192, 256)
    card = SimpleNamespace(name="upright")

    def estimate(self, image: U8, boxes: Boxes) -> Poses:
        low, high = boxes.xyxy[:, None, :2], boxes.xyxy[:, None, 2:]
        points = low + (high - low) * STANDING.astype(np.float32)
        return Poses(points, np.full(points.shape[:2], 0.9, np.float32), boxes)


UPRIGHT = cast(PoseEstimator, Upright())


def changed(folder: Path, name: str, **fields: object) -> Path:
    """`people.json` as `name`, with fields in every annotation (None: without them); the file of its boxes."""
    content = json.loads((folder / "people.json").read_text())
    for annotation in content["annotations"]:
        annotation.update(fields)
        for field in [field for field, value in annotation.items() if value is None]:
            del annotation[field]
    (folder / name).write_text(json.dumps(content))
    rows = [
        {"image_id": a["image_id"], "category_id": 1, "bbox": a["bbox"], "score": 0.9} for a in content["annotations"]
    ]
    (folder / "boxes.json").write_text(json.dumps(rows))
    return folder / "boxes.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_people(tmp_path, 4)


@pytest.mark.parametrize("left_out", ["area", "num_keypoints", "iscrowd", "id"])
def test_what_an_annotation_leaves_out_is_worked_out(folder: Path, left_out: str) -> None:
    boxes = read_detections(changed(folder, "less.json", **{left_out: None}))
    where = Source(folder, ("less.json",))
    assert evaluate_pose(UPRIGHT, where).stats["AP"] == pytest.approx(1)
    in_boxes = evaluate_pose_in_boxes(UPRIGHT, where, boxes, "boxes")
    assert (in_boxes.people, in_boxes.stats["AP"]) == (4, pytest.approx(1))
    chosen = load_validation(folder, ["less.json"], "coco", "")
    truth = np.stack([person.keypoints for person in chosen.people])
    assert chosen.figures(chosen.people, truth, np.ones(truth.shape[:2], np.float32))["AP"] == pytest.approx(1)


def test_doubtful_people_are_neither_right_nor_wrong(folder: Path) -> None:
    changed(folder, "doubtful.json", ignore=1)
    content = json.loads((folder / "doubtful.json").read_text())
    content["annotations"][0]["ignore"] = 0
    (folder / "doubtful.json").write_text(json.dumps(content))
    found = read_detections(folder / "boxes.json")
    where = Source(folder, ("doubtful.json",))
    for boxes in (found, {1: found[1]}):  # whether they are found or not
        report = evaluate_pose_in_boxes(UPRIGHT, where, boxes, "boxes")
        assert (report.people, report.stats["AP"]) == (1, pytest.approx(1))


@pytest.mark.parametrize(
    "beside",
    [{"iscrowd": 1}, {"keypoints": [0] * 51, "num_keypoints": 0}, {"keypoints": None}, {"pose": False}],
    ids=["a crowd", "labelled joints: none", "no joints", "no pose"],
)
def test_a_pose_laid_over_somebody_who_is_not_scored_is_not_wrong(folder: Path, beside: dict[str, object]) -> None:
    """As where pycocotools gets the whole file: the scored person is missed, but nobody is seen who is not there."""
    content = json.loads((folder / "people.json").read_text())
    missed = content["annotations"][0]
    content["annotations"].append(missed | {"id": 5} | beside)
    missed["keypoints"] = [10, 10, 2] * 17  # elsewhere than the network will look
    (folder / "beside.json").write_text(json.dumps(content))
    where = Source(folder, ("beside.json",))
    three_of_four = pytest.approx(0.75, abs=0.01)  # were the first one wrong, the others would count less: 0.57
    report = evaluate_pose(UPRIGHT, where)
    assert (report.people, report.stats["AP"], report.by_source["sticks"][1]) == (4, three_of_four, three_of_four)
    chosen = load_validation(folder, ["beside.json"], "coco", "")
    boxes = {person.image_id: Boxes(person.xyxy[None], np.ones(1, np.float32)) for person in chosen.people}
    found = [UPRIGHT.estimate(np.zeros((1, 1, 3), np.uint8), box) for box in boxes.values()]
    points, scores = (np.concatenate([getattr(poses, name) for poses in found]) for name in ("keypoints", "scores"))
    assert chosen.figures(chosen.people, points, scores)["AP"] == three_of_four
    in_boxes = evaluate_pose_in_boxes(UPRIGHT, where, boxes, "boxes")
    assert (in_boxes.people, in_boxes.stats["AP"]) == (4, three_of_four)


class Counting:
    """Finds nobody, and counts how often it was asked."""

    asked = 0

    def detect(self, image: U8, floor: float) -> Boxes:
        self.asked += 1
        return Boxes.empty()


def test_only_pictures_that_are_scored_are_looked_through(folder: Path) -> None:
    content = json.loads((folder / "people.json").read_text())
    content["images"][0]["source"] = "studio"
    (folder / "people.json").write_text(json.dumps(content))
    detector = Counting()
    detect_all(cast(Detector, detector), Source(folder, ("people.json",), sources=("studio",)))
    assert detector.asked == 1


def test_whom_nobody_annotated_is_wrong_also_where_nobody_is(folder: Path) -> None:
    """COCO and HRNet score all pictures, not only those that show people."""
    boxes = read_detections(changed(folder, "empty.json"))
    content = json.loads((folder / "empty.json").read_text())
    content["annotations"] = content["annotations"][:2]
    (folder / "empty.json").write_text(json.dumps(content))
    where = Source(folder, ("empty.json",))
    surer = {image: Boxes(found.xyxy, np.ones_like(found.scores)) for image, found in boxes.items() if image > 2}
    report = evaluate_pose_in_boxes(UPRIGHT, where, {**boxes, **surer}, "boxes")
    assert (report.people, report.stats["AP"]) == (2, pytest.approx(0.5, abs=0.01))
    assert evaluate_pose_in_boxes(UPRIGHT, where, {n: boxes[n] for n in (1, 2)}, "boxes").stats["AP"] == 1


def test_who_is_in_a_broken_picture_is_not_missed(folder: Path) -> None:
    boxes = read_detections(changed(folder, "people.json"))
    (folder / "images" / "1.png").write_bytes(b"no picture")
    report = evaluate_pose_in_boxes(UPRIGHT, Source(folder, ("people.json",)), boxes, "boxes")
    assert (report.people, report.stats["AP"]) == (3, pytest.approx(1))
    assert "1 × broken picture" in str(report.skips)


def test_two_files_may_count_from_one(folder: Path) -> None:
    write_people(folder / "more", 4, seed=1)
    content = json.loads((folder / "more" / "people.json").read_text())
    for image in content["images"]:
        image["file_name"] = f"more/{image['file_name']}"
    (folder / "more.json").write_text(json.dumps(content))
    files = ["people.json", "more.json"]
    chosen = load_validation(folder, files, "coco", "")
    truth = np.stack([person.keypoints for person in chosen.people])
    assert chosen.figures(chosen.people, truth, np.ones(truth.shape[:2], np.float32))["AP"] == pytest.approx(1)
    report = evaluate_pose(UPRIGHT, Source(folder, tuple(files)))
    assert (report.people, report.stats["AP"]) == (8, pytest.approx(1))
    with pytest.raises(UsageError, match="one file after the other"):
        evaluate_pose_in_boxes(UPRIGHT, Source(folder, tuple(files)), {}, "boxes")


def test_boxes_of_other_pictures_are_refused_and_pictures_without_counted(folder: Path) -> None:
    """Numbers of another split: a table of zeros would pass for a score."""
    boxes = read_detections(changed(folder, "people.json"))
    where = Source(folder, ("people.json",))
    assert evaluate_pose_in_boxes(UPRIGHT, where, boxes, "boxes").without == (0, 4)
    assert evaluate_pose_in_boxes(UPRIGHT, where, {n: boxes[n] for n in (1, 3)}, "boxes").without == (2, 4)
    for others in ({n + 100: found for n, found in boxes.items()}, {}):
        with pytest.raises(UsageError, match="another split or data set"):
            evaluate_pose_in_boxes(UPRIGHT, where, others, "boxes")


def test_result_files_of_others_are_scored(folder: Path) -> None:
    """As HRNet and MMPose write them; pictures that the file says nothing of count too."""
    content = json.loads((folder / "people.json").read_text())
    rows = [
        {"image_id": a["image_id"], "category_id": 1, "keypoints": a["keypoints"], "score": 0.9}
        for a in content["annotations"]
    ]

    def scored(*rows: dict[str, Any], **more: Any) -> PoseReport:
        return evaluate_results(rows_of(folder, *rows), Source(folder, ("people.json",), **more))

    assert (scored(*rows).people, scored(*rows).stats["AP"]) == (4, pytest.approx(1))
    assert scored(*rows[:2]).stats["AR"] == pytest.approx(0.5)
    assert scored(*rows, split="train").people == 3
    assert scored(rows[0], split="train").stats["AR"] == pytest.approx(1 / 3)
    assert scored(rows[0] | {"category_id": 2}, *rows[1:]).stats["AR"] == pytest.approx(0.75)
    with pytest.raises(UsageError, match="another split or data set"):
        scored(rows[3], split="train")
    for broken in ({"keypoints": rows[0]["keypoints"][:36]}, {"score": None}, {"keypoints": None}):
        with pytest.raises(DatasetError, match=r"Row 1 of .*boxes\.json"):
            scored(rows[0], rows[1] | broken)


def test_the_command_scores_a_result_file(folder: Path) -> None:
    annotation = json.loads((folder / "people.json").read_text())["annotations"][0]
    path = rows_of(folder, {name: annotation[name] for name in ("image_id", "keypoints", "category_id")} | {"score": 1})
    arguments = ["eval", str(path), "--data", str(folder), "--annotations", "people.json"]
    told = json.loads(CliRunner().invoke(commands, [*arguments, "--json"]).stdout)
    assert (told["people"], told["stats"]["AR"]) == (4, pytest.approx(0.25))
    assert f"4 people in poses of {path}" in CliRunner().invoke(commands, arguments).output.replace("\n", "")
    assert "holds results" in str(CliRunner().invoke(commands, [*arguments, "--flip"]).exception)


def test_nobody_to_evaluate_on_is_an_error(folder: Path) -> None:
    with pytest.raises(DatasetError, match="check the sources"):
        evaluate_pose_in_boxes(UPRIGHT, Source(folder, ("people.json",), sources=("lspet",)), {}, "boxes")
    for picture in (folder / "images").iterdir():
        picture.write_bytes(b"no picture")
    with pytest.raises(DatasetError, match=r"4 × broken picture"):
        evaluate_pose(UPRIGHT, Source(folder, ("people.json",)))


def rows_of(tmp_path: Path, *rows: object) -> Path:
    (tmp_path / "boxes.json").write_text(json.dumps(rows))
    return tmp_path / "boxes.json"


GOOD: dict[str, Any] = {"image_id": 1, "bbox": [1, 2, 20, 40], "score": 0.5}


def test_only_boxes_of_people_are_read(tmp_path: Path) -> None:
    path = rows_of(tmp_path, GOOD | {"category_id": 62}, GOOD, GOOD | {"category_id": 1, "image_id": 5})
    found = read_detections(path)
    assert {image: boxes.xyxy.tolist() for image, boxes in found.items()} == {1: [[1, 2, 21, 42]], 5: [[1, 2, 21, 42]]}
    with pytest.raises(DatasetError, match="shows nobody"):
        read_detections(rows_of(tmp_path, GOOD | {"category_id": 62}))
    assert read_detections(rows_of(tmp_path)) == {}


@pytest.mark.parametrize(
    "odd",
    [{"bbox": [math.nan] * 4}, {"bbox": [1, 1, -5, 5]}, {"bbox": [1, 1, 5, 0]}, {"score": 7}, {"score": -0.1},
     {"score": math.nan}],
)  # fmt: skip
def test_what_is_no_box_is_left_out_aloud(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, odd: dict[str, object]
) -> None:
    found = read_detections(rows_of(tmp_path, GOOD, GOOD | odd))
    assert len(found[1]) == 1
    assert "boxes.json: 1 rows are left out" in caplog.text


@pytest.mark.parametrize("broken", [{"bbox": None}, {"bbox": [1, 2]}, {"score": "high"}, {"image_id": "a"}])
def test_a_broken_row_of_boxes_is_named(tmp_path: Path, broken: dict[str, object]) -> None:
    with pytest.raises(DatasetError, match=r"Row 1 of .*boxes\.json"):
        read_detections(rows_of(tmp_path, GOOD, GOOD | broken))


@pytest.mark.parametrize("content", ["{", '{"annotations": []}', "7"])
def test_a_file_of_something_else_holds_no_boxes(tmp_path: Path, content: str) -> None:
    (tmp_path / "boxes.json").write_text(content)
    with pytest.raises(SkelterError, match=r"boxes\.json"):
        read_detections(tmp_path / "boxes.json")
