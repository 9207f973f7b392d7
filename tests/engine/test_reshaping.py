"""The detector's input in the shape of the picture: the same network, and whatever goes wrong costs only the gain."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from onnx import numpy_helper

from engine.backends import Array, BuildProgress, Session, TensorSpec
from engine.backends.compiled import folder_of
from engine.backends.meanwhile import Meanwhile
from engine.backends.onnxruntime import OnnxRuntime
from engine.boxes import box_iou
from engine.cards import ModelCard
from engine.detector import Detector
from engine.errors import BackendError, ModelError
from engine.letterbox import STRIDE
from engine.loading import load_detector
from engine.onnx_edit import copied, read_onnx
from engine.reshaping import ASPECTS, GAIN, MORE, Size, at_size, reshaped, shape_for
from engine.types import F32, U8, Boxes
from tests.engine.onnx_graphs import save_graph
from tests.engine.wide import crowd
from training.export import export_detector
from training.models.detection import Detector as Network
from training.models.detection import DetectorConfig

WIDE: Size = (448, 256)
sides = st.integers(1, 9000)


@pytest.fixture(scope="module")
def wide_picture() -> tuple[U8, F32]:
    """1920 × 1080 pixels with drawn people a fifth as high, and their boxes."""
    return crowd(28, (172, 230), 7, (30, 20), (270, 265))


@given(picture=st.tuples(sides, sides), input_wh=st.sampled_from([(320, 320), (416, 416), (640, 640), (640, 384)]))
def test_a_shape_shows_more_for_little_more_work(picture: Size, input_wh: Size) -> None:
    width, height = shape_for(picture, input_wh)

    if (width, height) == input_wh:
        return
    assert width % STRIDE == 0
    assert height % STRIDE == 0
    assert width * height <= MORE * input_wh[0] * input_wh[1] + 1
    as_it_was = min(input_wh[0] / picture[0], input_wh[1] / picture[1])
    assert min(width / picture[0], height / picture[1]) >= GAIN * as_it_was


@given(pictures=st.lists(st.tuples(sides, sides), max_size=60))
def test_there_are_few_shapes_however_many_pictures_there_are(pictures: list[Size]) -> None:
    assert len({shape_for(picture, (320, 320)) for picture in pictures}) <= len(ASPECTS) + 1


@pytest.mark.parametrize(
    ("picture", "shape"),
    [
        ((1920, 1080), WIDE),
        ((1080, 1920), (256, 448)),
        ((640, 480), (384, 288)),
        ((480, 640), (288, 384)),
        ((500, 500), (320, 320)),
        ((5000, 1000), WIDE),
    ],
)
def test_pictures_of_cameras_and_phones_have_shapes_of_their_own(picture: Size, shape: Size) -> None:
    assert shape_for(picture, (320, 320)) == shape


@pytest.mark.parametrize("size_wh", [WIDE, (288, 384), (320, 320), (64, 512)])
def test_the_edited_graph_computes_what_an_export_at_that_size_does(size_wh: Size, tmp_path: Path) -> None:
    torch.manual_seed(3)
    network = Network(DetectorConfig(widths=(8, 8, 16, 16, 16), depths=(1, 1, 1, 1), neck=16)).eval()
    for size, name in (((320, 320), "square.onnx"), (size_wh, "there.onnx")):
        export_detector(network, size, tmp_path / name, np.zeros((0, size[1], size[0], 3), np.uint8))
    picture = np.random.default_rng(4).integers(0, 256, (1, size_wh[1], size_wh[0], 3), np.uint8)

    edited = at_size(read_onnx(tmp_path / "square.onnx"), size_wh, "square.onnx").SerializeToString()

    found, expected = (
        onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(None, {"image": picture})[0]
        for model in (edited, (tmp_path / "there.onnx").read_bytes())
    )
    np.testing.assert_array_equal(found, expected)


@pytest.mark.usefixtures("own_folders")
def test_a_wide_picture_shows_everybody_larger_so_more_are_found(wide_picture: tuple[U8, F32]) -> None:
    picture, places = wide_picture
    with load_detector(precision="f32") as detector:
        counts = [
            int((box_iou(places, detector.detect(picture, whole=whole).xyxy).max(axis=1, initial=0) > 0.5).sum())
            for whole in (True, False)
        ]
    assert counts[0] >= counts[1] + 5


def test_other_graphs_are_refused(tmp_path: Path, detector_card: ModelCard) -> None:
    foreign = save_graph(tmp_path / "other.onnx", [1, 64, 64, 3], {"boxes": np.zeros((1, 5, 84), np.float32)})
    ours = read_onnx(detector_card.path)
    lacking = copied(ours)
    for node in lacking.graph.node:  # a grid that is counted otherwise
        values = numpy_helper.to_array(node.attribute[0].t) if node.op_type == "Constant" else np.empty(0)
        if values.dtype == np.int64 and values.shape == (1, 40):
            node.attribute[0].t.CopyFrom(numpy_helper.from_array(values + 1))
    hiding = copied(ours)  # a size that is written down elsewhere
    hiding.graph.node.append(onnx.helper.make_node("Expand", ["boxes", "as.before"], ["again"]))
    hiding.graph.initializer.append(numpy_helper.from_array(np.array([1, 5, 2100]), "as.before"))
    for model in (read_onnx(foreign), lacking, hiding):
        with pytest.raises(ModelError, match="not laid out as Skelter exports detectors"):
            at_size(model, WIDE, "some.onnx")


@pytest.mark.usefixtures("own_folders")
def test_a_damaged_file_costs_one_run_at_its_own_size(wide_picture: tuple[U8, F32], detector_card: ModelCard) -> None:
    picture = wide_picture[0]
    with load_detector(precision="f32") as detector:
        expected, narrow = detector.detect(picture), detector.detect(picture, whole=False)
    path = reshaped(detector_card.path, WIDE)
    path.write_bytes(path.read_bytes()[:1000])

    for wanted in (narrow, expected):
        with load_detector(precision="f32") as detector:
            _assert_same(detector.detect(picture), wanted)


@pytest.mark.usefixtures("own_folders")
@pytest.mark.parametrize("hindrance", ["no cache folder", "no package onnx"])
def test_without_what_it_takes_the_picture_is_seen_as_before(
    hindrance: str, wide_picture: tuple[U8, F32], detector_card: ModelCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    if hindrance == "no cache folder":
        folder = folder_of(detector_card.path)
        assert folder is not None
        folder.parent.rename(folder.parent.with_name("elsewhere"))
        folder.parent.write_bytes(b"a file")
    else:
        monkeypatch.setitem(sys.modules, "onnx", None)
    with load_detector(precision="f32") as detector:
        _assert_same(detector.detect(wide_picture[0]), detector.detect(wide_picture[0], whole=False))


def test_a_backend_that_takes_long_to_load_keeps_the_size_of_the_file(wide_picture: tuple[U8, F32]) -> None:
    with load_detector(device="torch:cpu") as detector:
        _assert_same(detector.detect(wide_picture[0]), detector.detect(wide_picture[0], whole=False))


class Watched:
    """A session that says when it is closed, and may fail."""

    def __init__(self, session: Session, *, fails: bool) -> None:
        self._session, self._fails = session, fails
        self.is_closed = False

    @property
    def input(self) -> TensorSpec:
        return self._session.input

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        return self._session.outputs

    @property
    def precision(self) -> str:
        return self._session.precision

    @property
    def description(self) -> str:
        return self._session.description

    def run(self, batch: Array) -> tuple[Array, ...]:
        if self._fails:
            raise BackendError("the device is gone.")
        return self._session.run(batch)

    def close(self) -> None:
        self.is_closed = True
        self._session.close()


@pytest.mark.usefixtures("own_folders")
@pytest.mark.parametrize("fails", [False, True])
def test_sessions_of_shapes_are_closed_and_their_failures_are_survived(
    fails: bool, wide_picture: tuple[U8, F32], detector_card: ModelCard
) -> None:
    opened: list[Watched] = []

    def at(size_wh: Size) -> Session:
        opened.append(Watched(_session_of(reshaped(detector_card.path, size_wh)), fails=fails))
        return opened[-1]

    with Detector(detector_card, _session_of(detector_card.path), why="", at_size=at) as detector:
        found = [detector.detect(wide_picture[0]) for _ in range(2)]
        narrow = detector.detect(wide_picture[0], whole=False)
        _assert_same(found[0], found[1])
        assert (len(found[0].scores) == len(narrow.scores)) == fails
        assert [each.is_closed for each in opened] == [fails]
    assert [each.is_closed for each in opened] == [True]


@pytest.mark.usefixtures("own_folders")
def test_an_engine_that_is_ready_takes_over_from_a_shape(
    wide_picture: tuple[U8, F32], detector_card: ModelCard
) -> None:
    opened: list[Watched] = []
    may_end = threading.Event()

    def at(size_wh: Size) -> Session:
        opened.append(Watched(_session_of(reshaped(detector_card.path, size_wh)), fails=False))
        return opened[-1]

    def make(progress: BuildProgress) -> Session:
        may_end.wait(60)
        return _session_of(detector_card.path)

    serving = Meanwhile(_session_of(detector_card.path), make, "detector", ("onnxruntime:cpu", "tensorrt"))
    with Detector(detector_card, serving, why="", device="onnxruntime:cpu", at_size=at) as detector:
        detector.detect(wide_picture[0])
        assert detector.device == "onnxruntime:cpu"
        may_end.set()
        serving._thread.join(60)
        found = detector.detect(wide_picture[0])
        assert detector.device == "tensorrt"
        assert [each.is_closed for each in opened] == [True]
        _assert_same(found, detector.detect(wide_picture[0], whole=False))


def _session_of(path: Path) -> Session:
    return OnnxRuntime().load(path, precision="f32", device="cpu")


def _assert_same(found: Boxes, expected: Boxes) -> None:
    np.testing.assert_array_equal(found.xyxy, expected.xyxy)
    np.testing.assert_array_equal(found.scores, expected.scores)
