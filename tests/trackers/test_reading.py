"""Tracking files read for evaluation: what people write, and what they write wrongly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import MissingFileError, SourceError
from engine.skeletons import COCO, POSETRACK
from tests.shared import SHARED, needs_shared
from trackers.metrics import evaluate
from trackers.reading import read_sequence

MOT = SHARED / "data" / "mot"


def written(tmp_path: Path, name: str, content: object) -> Path:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@needs_shared
def test_mot15_truth_has_its_people_in_their_places() -> None:
    truth = read_sequence(MOT / "TUD-Stadtmitte" / "gt.txt", truth=True)
    assert truth.length == 179
    assert sum(len(people) for people in truth.frames.values()) == 1156  # as the benchmark states
    first = truth.at(0)
    assert first.boxes[first.ids == 1][0] == pytest.approx([87.0, 98.0, 87.0 + 61.08, 98.0 + 218.56])


def test_mot_text_counts_frames_and_pixels_from_one(tmp_path: Path) -> None:
    path = written(tmp_path, "walk.txt", "1,3,1,1,10,20,1,-1,-1,-1\n4,3,5.5,1,10,20,1,-1,-1,-1\n")
    sequence = read_sequence(path)
    assert sorted(sequence.frames) == [0, 3]
    assert sequence.at(0).boxes.tolist() == [[0.0, 0.0, 10.0, 20.0]]
    assert len(sequence.at(1)) == 0
    assert sequence.length == 4
    assert not sequence.joints


def test_a_byte_order_mark_is_none_of_the_text(tmp_path: Path) -> None:
    text = "1,1,10,20,30,40,1,-1,-1,-1\n"
    plain, marked = tmp_path / "plain.txt", tmp_path / "marked.txt"
    plain.write_text(text, encoding="utf-8")
    marked.write_text(text, encoding="utf-8-sig")
    np.testing.assert_array_equal(read_sequence(marked).frames[0].boxes, read_sequence(plain).frames[0].boxes)


def test_what_truth_marks_with_zero_does_not_count_but_a_results_low_confidence_does(tmp_path: Path) -> None:
    path = written(tmp_path, "walk.txt", "1,1,1,1,10,20,1,-1,-1,-1\n1,2,50,1,10,20,0,-1,-1,-1\n")
    assert read_sequence(path, truth=True).at(0).ids.tolist() == [1]
    assert read_sequence(path).at(0).ids.tolist() == [1, 2]


def test_classes_of_mot16_are_heeded(tmp_path: Path) -> None:
    path = written(tmp_path, "walk.txt", "1,1,1,1,10,20,1,1,1\n1,2,50,1,10,20,0,7,1\n1,3,90,1,10,20,0,3,1\n")
    people = read_sequence(path, truth=True).at(0)
    assert people.ids.tolist() == [1, 2]
    assert people.neutral.tolist() == [False, True]


def test_an_empty_result_is_a_result(tmp_path: Path) -> None:
    assert not read_sequence(written(tmp_path, "walk.txt", "")).frames


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("walk.mot", "1,1,1,1,1,1", "OpenSim"),
        ("walk.xml", "<a/>", "use .txt, .json or .jsonl"),
        ("short.txt", "1,1,1,1\n", "same number of values"),
        ("ragged.txt", "1,1,1,1,5,5,1\n1,2,1,1,5,5\n", "same number of values"),
        ("words.txt", "frame,id,left,top,width,height,conf\n", "cannot be read as a tracking sequence"),
        ("zero.txt", "0,1,1,1,5,5,1\n", "start at 1"),
        ("twice.txt", "7,1,1,1,5,5,1\n7,1,9,1,5,5,1\n", "frame 7: an id is there twice"),
        ("other.json", "{}", "neither PoseTrack18 JSON nor Skelter JSON"),
        ("walk-coco.json", ' [{"image_id": 1}]', "made Skelter JSON by `skelter import` first"),
        ("broken.json", "{", "cannot be read as a tracking sequence"),
        ("version.json", '{"format": "skelter/9", "frames": []}', "neither"),
        ("deep.json", '{"format": "skelter/1", "frames": ' + "[" * 100_000, "recursion"),
        (
            "far.json",
            '{"format": "skelter/1", "skeleton": {"keypoints": ["nose"]}, "frames": [{"index": 1e400, "people": []}]}',
            "infinity",
        ),
    ],
)
def test_a_wrong_file_is_named_with_the_reason(tmp_path: Path, name: str, content: str, says: str) -> None:
    with pytest.raises(SourceError, match=says) as raised:
        read_sequence(written(tmp_path, name, content))
    assert name in str(raised.value)


def test_what_a_wrong_file_holds_is_quoted_in_short(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as raised:
        read_sequence(written(tmp_path, "words.txt", f"{'1,' * 6}{'no' * 1000}\n"))
    assert len(str(raised.value)) < 500 + len(str(tmp_path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"gone\.txt"):
        read_sequence(tmp_path / "gone.txt")


def skelter(people: list[dict[str, Any]], index: int = 5) -> dict[str, Any]:
    return {
        "format": "skelter/1",
        "source": {"name": "a.mp4", "width": 64, "height": 48, "fps": 25.0, "duration_s": 1.0},
        "models": {},
        "skeleton": {"name": "coco17", "keypoints": list(COCO.keypoints), "edges": []},
        "frames": [{"index": index, "time_s": 0.2, "people": people}],
    }


def test_skelter_json_whole_and_as_lines(tmp_path: Path) -> None:
    keypoints: list[list[float | None]] = [[float(k), 2.0 * k, 0.5] for k in range(17)]
    keypoints[3] = [None, None, 0.0]  # NaN as JSON has it
    document = skelter([{"id": 4, "box": [1, 2, 30, 40], "score": 0.75, "keypoints": keypoints}])
    whole = read_sequence(written(tmp_path, "a.json", document))
    frames = document.pop("frames")
    lines = read_sequence(
        written(tmp_path, "a.jsonl", "\n".join(json.dumps(each) for each in [document, *frames]) + "\n")
    )
    for sequence in (whole, lines):
        people = sequence.at(5)
        assert sequence.joints == COCO.keypoints
        assert people.ids.tolist() == [4]
        assert people.boxes.tolist() == [[1.0, 2.0, 30.0, 40.0]]
        assert people.keypoints[0, 2].tolist() == [2.0, 4.0]
        assert people.scores[0].tolist() == [0.5, 0.5, 0.5, 0.0] + [0.5] * 13
        assert people.confidence.tolist() == [0.75]


def test_a_frame_without_people_in_skelter_json(tmp_path: Path) -> None:
    sequence = read_sequence(written(tmp_path, "a.json", skelter([])))
    assert len(sequence.at(5)) == 0
    assert sequence.at(5).keypoints.shape == (0, 17, 2)


def posetrack(labelled: bool = True) -> dict[str, Any]:
    keypoints = np.zeros((17, 3))
    keypoints[[0, 1, 2, 5, 6]] = [[10, 20, 1], [11, 21, 1], [12, 15, 1], [5, 30, 1], [16, 30, 0]]
    body = {"bbox": [1, 2, 30, 40], "bbox_head": [8, 10, 6, 8], "keypoints": keypoints.ravel().tolist()}
    return {
        "images": [
            {"id": 10001, "file_name": "a/000000.jpg", "is_labeled": False},
            {
                "id": 10002, "file_name": "a/000001.jpg", "is_labeled": labelled,
                "ignore_regions_x": [[0, 9, 9]], "ignore_regions_y": [[0, 0, 9]],
            },
        ],
        "annotations": [
            {"id": 1, "image_id": 10002, "track_id": 7, "category_id": 1, **body},
            {"id": 2, "image_id": 10002, "track_id": 8, "category_id": 1, **body, "keypoints": [0] * 51},
        ],
        "categories": [{"id": 1, "name": "person", "keypoints": list(POSETRACK.keypoints)}],
    }  # fmt: skip


def test_posetrack18_json(tmp_path: Path) -> None:
    sequence = read_sequence(written(tmp_path, "a.json", posetrack()), truth=True)
    assert (sequence.length, sequence.complete, sorted(sequence.frames)) == (2, False, [1])
    people = sequence.at(1)
    assert people.ids.tolist() == [7]  # nobody marked a joint of the other
    assert people.boxes[0].tolist() == [1.0, 2.0, 31.0, 42.0]
    assert people.heads[0].tolist() == [8.0, 10.0, 14.0, 18.0]
    there = dict(zip(sequence.joints, people.scores[0] > 0, strict=True))
    assert [name for name, seen in there.items() if seen] == [
        "nose", "head_bottom", "head_top", "left_shoulder", "right_shoulder",
    ]  # fmt: skip
    assert people.ignore[0].tolist() == [[0.0, 0.0], [9.0, 0.0], [9.0, 9.0]]


def test_a_posetrack_result_without_boxes_gets_them_from_its_joints(tmp_path: Path) -> None:
    document = posetrack()
    scores = np.linspace(0.1, 0.9, 17)
    del document["annotations"][0]["bbox"], document["annotations"][0]["bbox_head"]
    document["annotations"][0]["scores"] = scores.tolist()
    people = read_sequence(written(tmp_path, "a.json", document)).at(1)
    assert people.boxes[0].tolist() == [5.0, 15.0, 16.0, 30.0]
    assert people.scores[0, 5] == pytest.approx(scores[5])
    truth = read_sequence(written(tmp_path, "gt.json", posetrack()), truth=True)
    result = read_sequence(tmp_path / "a.json")
    assert evaluate(truth, result, by="oks").clear.MOTA == 1.0


def test_a_posetrack_file_without_track_ids_says_so(tmp_path: Path) -> None:
    document = posetrack()
    del document["annotations"][0]["track_id"]
    with pytest.raises(SourceError, match="'track_id' is missing"):
        read_sequence(written(tmp_path, "a.json", document))
