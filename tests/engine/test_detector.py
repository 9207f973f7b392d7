"""Detectors: every layout read rightly from a known graph, and real models on real frames."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx import numpy_helper

from app.pipeline import on_one_scale
from engine.boxes import box_iou
from engine.cards import write_card
from engine.detector import Detector
from engine.errors import ModelError, UsageError
from engine.heads import DetectorLayout, cell_counts, recognise
from engine.loading import load_detector, load_pose
from engine.types import F32, U8, Boxes
from tests.engine.onnx_graphs import save_graph
from tests.shared import SHARED, VIDEO, needs_shared
from trackers import StillTracker

INPUT = 64  # the tiny detectors' letterbox; 8² + 4² + 2² = 84 cells
CELLS = 84
PICTURE = np.zeros((64, 128, 3), np.uint8)  # laid in at half its size: 64 × 32
# In the picture, counted from the corner of its first pixel. The second is the first seen again, the third lies beyond
# the right border.
PERSON, DOUBLE, AT_BORDER = [20, 10, 60, 50], [22, 11, 61, 50], [100, 4, 140, 60]
EXPECTED = [[19.5, 9.5, 59.5, 49.5], [99.5, 3.5, 127.5, 59.5]]
Rows = npt.NDArray[np.float32]


def letterboxed(box: list[int], top: int) -> Rows:
    return np.array(box, np.float32) / 2 + np.array([0, top, 0, top], np.float32)


def centred(xyxy: Rows) -> Rows:
    return np.concatenate([(xyxy[:2] + xyxy[2:]) / 2, xyxy[2:] - xyxy[:2]])


def candidates(top: int) -> list[tuple[Rows, float]]:
    """Boxes in the letterbox and their scores: two people, one of them twice, and one too unsure."""
    boxes = [(PERSON, 0.9), (DOUBLE, 0.8), (AT_BORDER, 0.7), ([70, 20, 90, 60], 0.2)]
    return [(letterboxed(box, top), score) for box, score in boxes]


def cells_with(columns: int, top: int, classes: int, *, objectness: bool = False) -> Rows:
    """Rows [84, columns] of cx, cy, w, h, (objectness,) class scores; where nothing is, small boxes at their cells."""
    rows = np.zeros((CELLS, columns), np.float32)
    rows[:, :4] = cell_boxes()
    first = 5 if objectness else 4
    places = [3, 17, 40, 70]
    for place, (xyxy, score) in zip(places, candidates(top), strict=True):
        rows[place, :4] = centred(xyxy)
        rows[place, first] = score
        if objectness:
            rows[place, 4], rows[place, first] = 0.95, score / 0.95
    if classes > 1:  # a dog, surer than any person
        rows[50, :4] = centred(letterboxed([10, 30, 40, 60], top))
        rows[50, first + 1] = 0.99
        rows[50, 4] = 0.99 if objectness else 0.5
    return rows


def cell_boxes() -> Rows:
    parts = []
    for stride in (8, 16, 32):
        y, x = np.mgrid[: INPUT // stride, : INPUT // stride]
        side = np.full(x.size, stride)
        parts.append(np.stack([(x.ravel() + 0.5) * stride, (y.ravel() + 0.5) * stride, side, side], axis=1))
    return np.concatenate(parts).astype(np.float32)


def undecoded(rows: Rows) -> Rows:
    """YOLOX's rows before decoding, by its formula turned round: v = c / stride - cell, raw = log(size / stride)."""
    raw, cells = rows.copy(), cell_boxes()
    stride = cells[:, 2:3]
    raw[:, :2] = rows[:, :2] / stride - (cells[:, :2] / stride - 0.5)
    raw[:, 2:4] = np.log(rows[:, 2:4] / stride)
    return raw


def final_rows(columns: int, top: int) -> Rows:
    """x1, y1, x2, y2, score, class in 20 rows: what is left after suppression, a dog among it, zeros for the rest."""
    rows = np.zeros((20, columns), np.float32)
    found = [(PERSON, 0.9, 0), ([10, 30, 40, 60], 0.85, 16), (AT_BORDER, 0.7, 0), ([70, 20, 90, 60], 0.2, 0)]
    for row, (box, score, kind) in zip(rows, found, strict=False):
        row[:6] = [*letterboxed(box, top), score, kind]
    return rows


def with_masks(rows: Rows, axis: int) -> dict[str, Rows]:
    """The last 32 of `axis` say how prototypes are mixed to a mask: far above any score."""
    np.moveaxis(rows, axis, 0)[-32:] = 2
    return {"output0": rows, "output1": np.zeros((1, 32, INPUT // 4, INPUT // 4), np.float32)}


def make(layout: str, folder: Path) -> Path:
    path, planes, centre_top = folder / f"{layout}.onnx", [1, 3, INPUT, INPUT], 16
    match layout:
        case "ours":
            rows = cells_with(5, 0, 1).T[None]
            return save_graph(path, [1, INPUT, INPUT, 3], {"boxes": rows}, input_dtype=np.uint8)
        case "yolov8":
            return save_graph(path, planes, {"output0": cells_with(84, centre_top, 80).T[None]})
        case "yolov8 one class":
            return save_graph(path, planes, {"output0": cells_with(5, centre_top, 1).T[None]})
        case "yolov8 any size":
            rows = cells_with(84, centre_top, 80).T[None]
            return save_graph(path, ["batch", 3, INPUT, INPUT], {"output0": rows})
        case "yolov8 pose":
            rows = cells_with(56, centre_top, 1)
            rows[:, 5:] = 50  # keypoints in pixels: no scores of classes
            return save_graph(path, planes, {"output0": rows.T[None]})
        case "yolov8 seg":
            return save_graph(path, planes, with_masks(cells_with(116, centre_top, 80).T[None], axis=1))
        case "yolov5 seg":
            rows = np.tile(cells_with(117, centre_top, 80, objectness=True), (3, 1))
            return save_graph(path, planes, with_masks(rows[None], axis=2))
        case "yolo26 seg":
            return save_graph(path, planes, with_masks(final_rows(38, centre_top)[None], axis=2))
        case "yolo26":
            return save_graph(path, planes, {"output0": final_rows(6, centre_top)[None]})
        case "yolo26 pose":
            return save_graph(path, planes, {"output0": final_rows(57, centre_top)[None]})
        case "yolox":
            return save_graph(path, planes, {"output": cells_with(85, 0, 80, objectness=True)[None]})
        case "yolox raw":
            return save_graph(path, planes, {"output": undecoded(cells_with(85, 0, 80, objectness=True))[None]})
        case "yolov5":
            rows = np.tile(cells_with(85, centre_top, 80, objectness=True), (3, 1))
            return save_graph(path, planes, {"output0": rows[None]})
        case "rtmdet":
            rows = final_rows(6, 0)
            outputs = {"dets": rows[None, :, :5].copy(), "labels": rows[None, :, 5].astype(np.int64)}
            return save_graph(path, planes, outputs)
    raise AssertionError(layout)


LAYOUTS = {
    "ours": DetectorLayout.SKELTER,
    "yolov8": DetectorLayout.YOLOV8,
    "yolov8 one class": DetectorLayout.YOLOV8,
    "yolov8 any size": DetectorLayout.YOLOV8,
    "yolov8 pose": DetectorLayout.YOLOV8,
    "yolov8 seg": DetectorLayout.YOLOV8,
    "yolov5 seg": DetectorLayout.YOLOV5,
    "yolo26": DetectorLayout.END2END,
    "yolo26 seg": DetectorLayout.END2END,
    "yolo26 pose": DetectorLayout.END2END,
    "yolox": DetectorLayout.YOLOX,
    "yolox raw": DetectorLayout.YOLOX_RAW,
    "yolov5": DetectorLayout.YOLOV5,
    "rtmdet": DetectorLayout.RTMDET,
}


def for_pictures(batch: int, path: Path) -> Path:
    """The graph with a fixed batch, which gives people of the first picture only."""
    graph = onnx.load(path)
    graph.graph.input[0].type.tensor_type.shape.dim[0].dim_value = batch
    for constant in graph.graph.initializer:
        if constant.name.endswith("_known"):
            first = numpy_helper.to_array(constant)
            others = np.zeros((batch - 1, *first.shape[1:]), first.dtype)
            constant.CopyFrom(numpy_helper.from_array(np.concatenate([first, others]), constant.name))
    onnx.save(graph, path)
    return path


@pytest.mark.parametrize("device", ["openvino", "onnxruntime"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_is_recognised_and_gives_the_people_in_source_pixels(layout: str, device: str, tmp_path: Path) -> None:
    with load_detector(make(layout, tmp_path), device=device, precision="f32", threshold=0.4) as detector:
        boxes = detector.detect(PICTURE)

    assert detector.card.layout is LAYOUTS[layout]
    np.testing.assert_allclose(boxes.xyxy, EXPECTED, atol=0.01)
    np.testing.assert_allclose(boxes.scores, [0.9, 0.7], atol=1e-5)
    assert boxes.xyxy.dtype == boxes.scores.dtype == np.float32


@pytest.mark.parametrize("device", ["openvino", "onnxruntime"])
@pytest.mark.parametrize("layout", ["ours", "yolov8", "yolo26", "rtmdet"])
def test_a_graph_exported_for_several_pictures_finds_the_people_of_one(
    layout: str, device: str, tmp_path: Path
) -> None:
    path = for_pictures(3, make(layout, tmp_path))
    with load_detector(path, device=device, precision="f32", threshold=0.4) as detector:
        boxes = detector.detect(PICTURE)

    assert detector.card.layout is LAYOUTS[layout]
    np.testing.assert_allclose(boxes.xyxy, EXPECTED, atol=0.01)


def test_weak_boxes_come_only_when_asked_for(tmp_path: Path) -> None:
    with load_detector(make("yolov8", tmp_path), precision="f32", threshold=0.75) as detector:
        confident = detector.detect(PICTURE)
        all_of_them = detector.detect(PICTURE, floor=0.1)

    np.testing.assert_allclose(confident.scores, [0.9], atol=1e-5)
    np.testing.assert_allclose(all_of_them.scores, [0.9, 0.7, 0.2], atol=1e-5)


def test_the_class_called_person_is_taken_wherever_it_stands(tmp_path: Path) -> None:
    rows = cells_with(6, 16, 1)
    rows[:, [4, 5]] = rows[:, [5, 4]]  # persons are the second class
    metadata = {"names": "{0: 'dog', 1: 'person'}"}
    path = save_graph(tmp_path / "pets.onnx", [1, 3, INPUT, INPUT], {"output0": rows.T[None]}, metadata=metadata)

    with load_detector(path, precision="f32", threshold=0.4) as detector:
        boxes = detector.detect(PICTURE)

    assert detector.card.class_names == ("dog", "person")
    np.testing.assert_allclose(boxes.xyxy, EXPECTED, atol=0.01)


def test_the_vectors_of_a_pose_network_are_no_table_of_boxes(tmp_path: Path) -> None:
    vectors = {"simcc_x": np.zeros((1, 17, 384), np.float32), "simcc_y": np.zeros((1, 17, 512), np.float32)}
    path = save_graph(tmp_path / "rtmpose.onnx", [1, 3, 256, 192], vectors)
    with pytest.raises(ModelError, match="rtmpose"):
        load_detector(path)


def test_a_person_class_that_there_is_not_is_refused(tmp_path: Path) -> None:
    path = make("yolov8", tmp_path)
    with load_detector(path, precision="f32") as detector:
        write_card(replace(detector.card, person_class=80, class_names=()))
    with pytest.raises(ModelError, match=r"knows 80 classes, its card's person_class is 80"):
        load_detector(path)


def test_slivers_and_specks_are_no_people(tmp_path: Path) -> None:
    rows = np.zeros((20, 6), np.float32)
    rows[0] = [*letterboxed([20, 10, 60, 50], 16), 0.6, 0]
    rows[1] = [*letterboxed([0, 30, 120, 34], 16), 0.9, 0]  # thirty times as wide as high
    rows[2] = [*letterboxed([30, 30, 32, 33], 16), 0.9, 0]
    rows[3] = [40, 30, 20, 20, 0.9, 0]  # inside out
    rows[4] = [np.nan, 1, 9, 9, 0.9, 0]
    path = save_graph(tmp_path / "odd.onnx", [1, 3, INPUT, INPUT], {"output0": rows[None]})

    with load_detector(path, precision="f32") as detector:
        boxes = detector.detect(PICTURE)

    np.testing.assert_allclose(boxes.xyxy, EXPECTED[:1], atol=0.01)


def test_an_empty_picture_has_nobody(tmp_path: Path) -> None:
    path = save_graph(tmp_path / "none.onnx", [1, 3, INPUT, INPUT], {"output0": np.zeros((1, 20, 6), np.float32)})

    with load_detector(path) as detector:
        boxes = detector.detect(PICTURE)

    assert boxes.xyxy.shape == (0, 4)
    assert boxes.scores.shape == (0,)


@pytest.mark.parametrize("size_wh", [(640, 640), (416, 320)])
@pytest.mark.parametrize("maps", [0, 1])
def test_cells_are_counted_for_three_and_four_feature_maps(size_wh: tuple[int, int], maps: int) -> None:
    cells = cell_counts(size_wh)[maps]

    assert cell_counts((640, 640))[0] == 8400
    assert recognise((np.zeros((1, 84, cells)),), size_wh, is_uint8=False) is DetectorLayout.YOLOV8


def test_a_threshold_without_sense_is_refused() -> None:
    with pytest.raises(UsageError, match="between 0 and 1"):
        load_detector(threshold=1.5)


# ---------------------------------------------------------------------------------------------------- real models


def frame_and_people(clip: str, index: int) -> tuple[U8, F32]:
    """A frame of a clip and the boxes of the people in it, by a far stronger detector."""
    listed = json.loads((VIDEO / f"{Path(clip).stem}.people.json").read_text(encoding="utf-8"))
    people = next(frame["sure"] for frame in listed["frames"] if frame["frame"] == index)
    with av.open(str(VIDEO / clip)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number == index:
                return frame.to_ndarray(format="rgb24"), np.array(people, np.float32).reshape(-1, 4)
    raise AssertionError(f"{clip} has no frame {index}")


@pytest.fixture(scope="module")
def embedded() -> Detector:
    return load_detector()


@needs_shared
@pytest.mark.parametrize(
    ("clip", "index"), [("webcam-1.mkv", 30), ("webcam-3.mkv", 42), ("juggle.mp4", 90), ("one-by-one.mp4", 100)]
)
def test_the_embedded_detector_finds_the_one_person(embedded: Detector, clip: str, index: int) -> None:
    image, people = frame_and_people(clip, index)

    boxes = embedded.detect(image)

    assert len(people) == 1
    assert box_iou(people, boxes.xyxy).max() > 0.6


@needs_shared
@pytest.mark.parametrize("index", [0, 12, 48])
def test_in_an_empty_corridor_the_embedded_networks_see_nobody(embedded: Detector, index: int) -> None:
    image, people = frame_and_people("one-by-one.mp4", index)
    found = embedded.detect(image)  # the foot of a table
    assert len(people) == 0
    assert (found.scores < 0.5).all()

    found = Boxes(found.xyxy, on_one_scale(found.scores, embedded.threshold))
    with load_pose() as pose:
        assert len(StillTracker().update(pose.estimate(image, found), 0.0)) == 0


@needs_shared
@pytest.mark.parametrize(("clip", "index"), [("two-people.mp4", 40), ("three-cross.mp4", 20), ("runner.mp4", 40)])
def test_a_foreign_detector_of_any_size_finds_all_of_them_once(clip: str, index: int) -> None:
    image, people = frame_and_people(clip, index)

    with load_detector(SHARED / "models" / "foreign" / "rtmdet_nano_person.onnx") as detector:
        boxes = detector.detect(image)

    overlaps = box_iou(people, boxes.xyxy)
    assert (overlaps.max(axis=1) > 0.6).all()
    assert ((overlaps > 0.5).sum(axis=1) == 1).all()


@needs_shared
def test_boxes_follow_when_the_picture_is_mirrored(embedded: Detector) -> None:
    alike = []
    for index in (30, 90, 150):
        image, _ = frame_and_people("juggle.mp4", index)
        straight = embedded.detect(image)
        mirrored = embedded.detect(np.ascontiguousarray(image[:, ::-1]))
        width = image.shape[1] - 1
        turned = np.stack(
            [width - mirrored.xyxy[:, 2], mirrored.xyxy[:, 1], width - mirrored.xyxy[:, 0], mirrored.xyxy[:, 3]]
        )
        alike.append(box_iou(straight.xyxy[:1], turned.T[:1])[0, 0])
    assert min(alike) > 0.75  # of an arm stretched out a box may have more or less
    assert np.median(alike) > 0.9
