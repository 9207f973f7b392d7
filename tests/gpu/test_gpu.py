"""What only a card can show: crops cut on it, networks run on it. `scripts/gpu_check.py` measures the same and more."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from engine import crops, cuda, drawn
from engine.backends.onnxruntime import OnnxRuntime
from engine.backends.tensorrt import TensorRt, TensorRtSession
from engine.backends.tensorrt_build import build_engine
from engine.build import check
from engine.cards import ModelCard, Task
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
