"""What only a card can show: crops cut on it, networks run on it. `scripts/gpu_check.py` measures the same and more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine import crops, cuda, drawn
from engine.backends.onnxruntime import OnnxRuntime
from engine.backends.tensorrt import TensorRt, TensorRtSession
from engine.backends.tensorrt_build import build_engine
from engine.build import check
from engine.cards import Colour, ModelCard, Task
from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.errors import BackendError
from engine.models import DEFAULT_POSE, find_model
from engine.pose import PoseEstimator

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not cuda.probe().gpus, reason=cuda.probe().reason)]
SIZE_WH = (192, 256)


@pytest.fixture(scope="module")
def card() -> ModelCard:
    return find_model(DEFAULT_POSE, Task.POSE)


@pytest.fixture(scope="module")
def reference(card: ModelCard) -> Iterator[PoseEstimator]:
    with PoseEstimator(card, OnnxRuntime().load(card.path, precision=None, device="cpu"), why="") as pose:
        yield pose


def test_crops_are_opencvs() -> None:
    gpu = cuda.probe().gpus[0]
    cuda.use(gpu.index)
    image, boxes = drawn.person(0)
    matrices = crops.affines(*crops.centres_and_sizes(boxes.xyxy, SIZE_WH), SIZE_WH)
    expected = crops.cut(image, matrices, SIZE_WH)
    stream, cutter = cuda.Stream(), cuda.CropCutter(gpu)
    buffer, host = cuda.DeviceBuffer(expected.nbytes), cuda.PinnedArray(expected.shape, np.uint8)

    cutter.cut(image, matrices, SIZE_WH, buffer.pointer, stream)
    cuda.download(host, buffer, expected.nbytes, stream)
    stream.wait()

    assert np.percentile(np.abs(host.array.astype(int) - expected), 99) <= 2
    for each in (cutter, buffer, host, stream):
        each.close()


@pytest.mark.parametrize(("device", "precision"), [("cuda", "f32"), ("cuda", "f16")])
def test_pytorch_places_the_same_joints(device: str, precision: str, card: ModelCard, reference: PoseEstimator) -> None:
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("this PyTorch is built without CUDA")
    from engine.backends.torch import Torch

    session = Torch().load(card.path, precision=precision, device=device)
    with PoseEstimator(card, session, why="") as candidate:
        assert check(reference, candidate, drawn.people(8)).passed


@pytest.mark.parametrize("colour", list(Colour))
@pytest.mark.parametrize("decoding", [Decoding.QUARTER, Decoding.DARK, Decoding.PARABOLA])
def test_networks_of_others_are_recorded(decoding: Decoding, colour: Colour, tmp_path: Path) -> None:
    """Ours have one decoding, see red first and are not mirrored in the graph."""
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("this PyTorch is built without CUDA")
    from engine.backends.torch import Torch
    from training.export import export_pose
    from training.models.deployed import Form
    from training.models.hrnet import HRNet, HRNetConfig

    torch.manual_seed(0)
    network, path = HRNet(HRNetConfig(modules=(1, 1, 1), blocks=1)).eval(), tmp_path / "pose.onnx"
    crops = np.random.default_rng(0).integers(0, 256, (4, 256, 192, 3), np.uint8)
    form = Form(PixelRule.CLASSIC, decoding, colour=colour)
    export_pose(network, SIZE_WH, path, crops[:1], form=form, flip=True, scored=path)
    (expected,) = OnnxRuntime().load(path, precision=None, device="cpu").run(crops)

    session = Torch().load(path, precision="f32", device="cuda")
    (found,) = session.run(crops)
    session.close()

    assert np.median(np.linalg.norm(found[..., :2] - expected[..., :2], axis=2)) < 0.05


@pytest.mark.parametrize("device", ["cuda", "cuda-compiled"])
def test_many_different_pictures_come_back_in_their_order(device: str, card: ModelCard) -> None:
    """Two batches are under way at once, in two slots of memory, and the last one has another size."""
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("this PyTorch is built without CUDA")
    from engine.backends.torch import Torch

    width, height = card.input_size
    batch = np.stack([drawn.person(seed, (width, height))[0] for seed in range(43)])
    (expected,) = OnnxRuntime().load(card.path, precision=None, device="cpu").run(batch)
    session = Torch().load(card.path, precision=None, device=device)
    image, boxes = drawn.person(3)
    matrices = crops.affines(*crops.centres_and_sizes(boxes.xyxy, card.input_size), card.input_size)
    for _ in range(2):
        (found,) = session.run(batch)
        apart = np.linalg.norm(found[..., :2] - expected[..., :2], axis=2)
        assert np.median(apart) < 0.05
        assert (np.median(apart, axis=1) < 1).all()  # none is another's
        (cut_there,) = session.run_crops(image, np.repeat(matrices, 19, axis=0))  # in two parts, of one frame
        (cut_here,) = session.run(crops.cut(image, matrices, card.input_size))
        apart = np.linalg.norm(cut_there[..., :2] - cut_here[..., :2], axis=2)
        assert (np.median(apart, axis=1) < 0.5).all()
    session.close()


def test_sessions_share_no_streams() -> None:
    """PyTorch's own 32 would be dealt out again: what runs in one thread would be recorded in another."""
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("this PyTorch is built without CUDA")
    from engine.backends.torch_runner import Streams

    several = [Streams() for _ in range(5)]
    handles = [stream.cuda_stream for each in several for stream in each.first(9)]
    assert len(set(handles)) == 45
    for each in several:
        each.close()


@pytest.mark.parametrize("size", [(1, 64, 48), (3, 13, 50), (2, 7, 5)], ids=str)
@pytest.mark.parametrize("has_shortcut", [False, True], ids=["", "shortcut"])
def test_our_convolution_is_pytorchs(size: tuple[int, int, int], has_shortcut: bool) -> None:
    torch = pytest.importorskip("torch")
    from engine.backends import torch_kernels

    if not torch.cuda.is_available() or torch.cuda.get_device_capability() < torch_kernels.FIRST_CAPABILITY:
        pytest.skip("PyTorch or the card cannot run it")
    assert torch_kernels.are_usable(torch.device("cuda"))
    batch, height, width = size
    shapes = [(batch, 32, height, width), (32, 32, 3, 3), (32,), (batch, 32, height, width)]
    x, weight, bias, shortcut = (torch.randn(shape, device="cuda").half() / 8 for shape in shapes)
    beside = shortcut if has_shortcut else None

    expected = torch.ops.skelter.conv3x3_relu(
        *(each.cpu() if each is not None else None for each in (x, weight, bias, beside)), 8, 4
    )
    for tiling in torch_kernels.TILINGS:
        found = torch_kernels.conv3x3_relu(x, weight, bias, beside, tiling.rows, tiling.warps)
        torch.testing.assert_close(found.cpu(), expected, atol=2e-3, rtol=2e-3)


@pytest.mark.parametrize("factors", [[1, 2, 4], [1], [3, 1, 1, 6]], ids=str)
def test_our_sum_is_pytorchs(factors: list[int]) -> None:
    torch = pytest.importorskip("torch")
    from engine.backends import torch_kernels

    if not torch.cuda.is_available() or torch.cuda.get_device_capability() < torch_kernels.FIRST_CAPABILITY:
        pytest.skip("PyTorch or the card cannot run it")
    assert torch_kernels.are_usable(torch.device("cuda"))
    maps = [torch.randn(2, 24, 36 // factor, 12 // factor, device="cuda").half() for factor in factors]
    bias = torch.randn(24, device="cuda").half()
    for added, has_relu in ((bias, True), (None, False)):
        found = torch_kernels.sum_up(maps, factors, added, has_relu)
        on_cpu = [each.cpu() for each in maps], factors, None if added is None else added.cpu(), has_relu
        torch.testing.assert_close(found.cpu(), torch_kernels.sum_up(*on_cpu), atol=2e-3, rtol=2e-3)


@pytest.mark.parametrize("precision", ["f16", "f32"])
def test_tensorrt_places_the_same_joints(precision: str, card: ModelCard, reference: PoseEstimator) -> None:
    if not TensorRt().available().usable:
        pytest.skip(TensorRt().available().reason)
    gpu = cuda.probe().gpus[0]
    engine = build_engine(card.path, precision=precision, capabilities=[gpu.capability])

    with PoseEstimator(card, TensorRtSession(engine, card.name, precision, gpu), why="") as candidate:
        assert check(reference, candidate, drawn.people(8)).passed
    with pytest.raises(BackendError):
        TensorRtSession(engine[: len(engine) // 2], card.name, precision, gpu)
