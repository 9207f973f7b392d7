"""The torch backend, and engines of a real HRNet-W32: here because PyTorch and OpenVINO keep out of one process."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
import torch

from engine import crops, cuda, drawn
from engine.backends import CroppingSession
from engine.backends.onnxruntime import OnnxRuntime
from engine.backends.tensorrt_build import build_engine
from engine.backends.torch import Torch, TorchSession
from engine.backends.torch_fusion import conv_add_relu, conv_relu, fuse
from engine.backends.torch_graph import to_torch
from engine.backends.torch_operators import OPERATORS, convolve
from engine.backends.torch_runner import Runner
from engine.build import check
from engine.cards import ModelCard, Task
from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.detector import Detector
from engine.errors import BackendError, ModelError, UsageError
from engine.loading import load_pose
from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE, find_model
from engine.onnx_edit import read_onnx, simplified
from engine.pose import PoseEstimator
from tests.engine.onnx_graphs import one_operator, save_graph
from tests.shared import SHARED, needs_shared
from training.models.deployed import DeployedPose, Form
from training.models.hrnet import HRNet, HRNetConfig

POSE, DETECTOR = find_model(DEFAULT_POSE, Task.POSE), find_model(DEFAULT_DETECTOR, Task.DETECTOR)
needs_no_cuda = pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.mark.parametrize("precision", ["f32", "f16"])
def test_joints_are_those_of_onnx_runtime(precision: str) -> None:
    session = Torch().load(POSE.path, precision=precision, device="cpu")
    with (
        PoseEstimator(POSE, session, why="") as candidate,
        PoseEstimator(POSE, OnnxRuntime().load(POSE.path, precision=None, device="cpu"), why="") as reference,
    ):
        verdict = check(reference, candidate, drawn.people(2))

    assert verdict.passed, verdict
    assert verdict.median_px < (0.01 if precision == "f32" else 0.05)
    assert session.description.endswith(f"on CPU, {precision}")


def test_boxes_are_those_of_onnx_runtime() -> None:
    with (
        Detector(DETECTOR, Torch().load(DETECTOR.path, precision="f32", device="cpu"), why="") as candidate,
        Detector(DETECTOR, OnnxRuntime().load(DETECTOR.path, precision=None, device="cpu"), why="") as reference,
    ):
        assert check(reference, candidate, drawn.people(2)).passed


@needs_shared
def test_heatmaps_of_a_network_of_others_are_the_same() -> None:
    path = SHARED / "models" / "foreign" / "tinypose_256x192.onnx"
    batch = np.random.default_rng(0).normal(size=(2, 3, 256, 192)).astype(np.float32)

    (found,) = Torch().load(path, precision="f32", device="cpu").run(batch)
    (expected,) = OnnxRuntime().load(path, precision=None, device="cpu").run(batch)

    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_any_batch_and_crops_cut_by_the_session() -> None:
    session = Torch().load(POSE.path, precision="f32", device="cpu")
    image, boxes = drawn.person(0)
    matrices = crops.affines(*crops.centres_and_sizes(boxes.xyxy, POSE.input_size), POSE.input_size)
    cut = crops.cut(image, matrices, POSE.input_size)

    (one,) = session.run(cut)
    (many,) = session.run(np.repeat(cut, 19, axis=0))
    assert isinstance(session, CroppingSession)
    (by_itself,) = session.run_crops(image, matrices)

    np.testing.assert_allclose(many, np.repeat(one, 19, axis=0), atol=1e-3)
    np.testing.assert_allclose(by_itself, one, atol=1e-3)


def test_an_output_without_a_row_for_each_picture_comes_once_and_whole(tmp_path: Path) -> None:
    anchors = np.arange(84 * 2, dtype=np.float32).reshape(84, 2)
    boxes = {"boxes": np.zeros((1, 4, 84), np.float32)}
    path = save_graph(tmp_path / "anchors.onnx", ["N", 3, 8, 8], boxes, tables={"anchors": anchors})
    session = Torch().load(path, precision="f32", device="cpu")

    for count in (1, 20):  # at once, and in parts
        shown, table = session.run(np.ones((count, 3, 8, 8), np.float32))
        assert shown.shape == (count, 4, 84)
        np.testing.assert_array_equal(table, anchors)


@pytest.mark.parametrize(
    "error",
    [
        torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
        torch.AcceleratorError("CUDA error: out of memory\nCompile with `TORCH_USE_CUDA_DSA`"),  # a graph's, say
        RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
        cuda.OutOfDeviceMemory("the GPU has no memory left."),  # the crop cutter's
    ],
    ids=lambda error: type(error).__name__,
)
def test_batches_get_smaller_wherever_memory_ends(error: Exception) -> None:
    session = Torch().load(POSE.path, precision="f32", device="cpu")
    given = torch.zeros(9, *session.input.shape[1:], dtype=torch.uint8)
    tried: list[int] = []

    def fill(runner: Runner, part: slice) -> None:
        tried.append(part.stop - part.start)
        if tried[-1] > 4:
            raise error
        runner.fill(given[part])

    (joints,) = session._run(9, fill, ahead=1)

    assert len(joints) == 9
    assert tried == [9, 8, 4, 4, 1]


def test_what_is_not_for_want_of_memory_is_told() -> None:
    session = Torch().load(POSE.path, precision="f32", device="cpu")

    def fill(runner: Runner, part: slice) -> None:
        raise torch.AcceleratorError("CUDA error: an illegal memory access was encountered")

    with pytest.raises(BackendError, match="illegal memory access"):
        session._run(9, fill, ahead=1)


def test_convolutions_are_fused_with_what_follows() -> None:
    model = simplified(read_onnx(POSE.path))
    module = fuse(to_torch(model, 1, {}, torch.device("cpu")))

    targets = [node.target for node in module.graph.nodes]
    fused = targets.count(conv_relu) + targets.count(conv_add_relu)
    assert fused > 2 * targets.count(convolve)
    assert targets.count(conv_add_relu) > 10  # the shortcuts


@pytest.mark.parametrize("card", [POSE, DETECTOR], ids=lambda card: card.name)
def test_a_graph_is_compiled_in_one_piece(card: ModelCard) -> None:
    """In pieces it takes minutes, and half of it runs as if it were not compiled."""
    module = fuse(to_torch(simplified(read_onnx(card.path)), 1, {}, torch.device("cpu")))
    width, height = card.input_size
    seen = torch._dynamo.explain(module)(torch.zeros(1, height, width, 3, dtype=torch.uint8))
    assert (seen.graph_count, seen.graph_break_count) == (1, 0), seen.break_reasons


def test_the_last_part_of_a_split_is_the_smaller_one() -> None:
    assert [part.shape[1] for part in OPERATORS["Split"][0](torch.zeros(1, 7), axis=1, num_outputs=3)] == [3, 3, 1]


def test_graphs_of_several_batches_share_their_weights() -> None:
    model, parameters = simplified(read_onnx(POSE.path)), {}
    one, four = (to_torch(model, batch, parameters, torch.device("cpu")) for batch in (1, 4))

    def memory(module: torch.nn.Module) -> set[int]:
        return {buffer.data_ptr() for buffer in module.buffers() if buffer.ndim == 4}

    assert memory(one) == memory(four)


@needs_no_cuda
@pytest.mark.parametrize("device", ["torch:cuda", "torch:cuda-compiled"])
def test_a_gpu_that_is_not_there_is_named(device: str) -> None:
    with pytest.raises(BackendError, match="no CUDA device"):
        load_pose(device=device)


def test_unknown_devices_and_precisions_are_named() -> None:
    with pytest.raises(UsageError, match="cuda-compiled"):
        Torch().load(POSE.path, precision=None, device="abacus")
    with pytest.raises(UsageError, match="f16"):
        Torch().load(POSE.path, precision="int3", device="cpu")


def test_wrong_input_broken_files_and_closed_sessions(tmp_path: Path) -> None:
    session = Torch().load(POSE.path, precision=None, device="cpu")
    with pytest.raises(BackendError, match=DEFAULT_POSE):
        session.run(np.zeros((1, 100, 100, 3), np.uint8))
    session.close()
    with pytest.raises(BackendError, match="closed"):
        session.run(np.zeros((1, 256, 192, 3), np.uint8))
    (tmp_path / "half.onnx").write_bytes(POSE.path.read_bytes()[:200_000])
    with pytest.raises(ModelError, match=r"half\.onnx"):
        Torch().load(tmp_path / "half.onnx", precision=None, device="cpu")


def test_pictures_of_any_size_are_refused(tmp_path: Path) -> None:
    path = save_graph(tmp_path / "any.onnx", [1, 3, "H", "W"], {"o": np.zeros((1, 84, 84), np.float32)})

    with pytest.raises(BackendError, match="one picture size"):
        Torch().load(path, precision=None, device="cpu")


@pytest.mark.parametrize("pictures", [1, 2, 5])
def test_a_graph_with_a_fixed_batch_runs(pictures: int, tmp_path: Path) -> None:
    given = np.random.default_rng(0).normal(size=(pictures, 4, 8, 8)).astype(np.float32)
    path = one_operator("Reshape", tmp_path / "flat.onnx", np.array([2, 256]), picture=(2, 4, 8, 8))
    session = TorchSession(read_onnx(path), "flat", device="cpu", precision="f32")

    (out,) = session.run(given)

    np.testing.assert_array_equal(out, given.reshape(pictures, -1))


def test_an_hrnet_w32_as_it_is_published_becomes_an_engine_for_every_gpu(tmp_path: Path) -> None:
    pytest.importorskip("tensorrt_rtx")
    torch.manual_seed(0)
    path = tmp_path / "w32.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the tracing exporter, which is deprecated
        torch.onnx.export(
            DeployedPose(HRNet(HRNetConfig()), Form(PixelRule.CLASSIC, Decoding.QUARTER)).eval(),
            (torch.zeros(1, 256, 192, 3, dtype=torch.uint8),), str(path),
            input_names=["crops"], output_names=["keypoints"], opset_version=17, dynamo=False,
            dynamic_axes={"crops": {0: "N"}, "keypoints": {0: "N"}},
        )  # fmt: skip

    targets = [(7, 5), (8, 0), (8, 6), (8, 9), (12, 0), (12, 1)]
    engine = build_engine(path, precision="f16", capabilities=targets)

    assert 50e6 < len(engine) < 80e6  # 28.5 M weights of two bytes
