"""TensorRT engines: built without a GPU for every GPU, cancelled, refused in words; never run without a device."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine import cuda
from engine.backends import EngineBuilder, select, tensorrt
from engine.backends.tensorrt import BUCKETS, TensorRt, build_engine, prepared
from engine.errors import BackendError, BuildCancelled, ModelError, UsageError
from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE, EMBEDDED
from tests.engine.onnx_graphs import save_graph
from tests.shared import SHARED, needs_shared

trt = pytest.importorskip("tensorrt_rtx")
POSE, DETECTOR = (EMBEDDED / f"{name}.onnx" for name in (DEFAULT_POSE, DEFAULT_DETECTOR))
TARGETS = [(7, 5), (8, 0), (8, 6), (8, 9), (12, 0), (12, 1)]
needs_no_gpu = pytest.mark.skipif(bool(cuda.probe().gpus), reason="there is a GPU here")


@pytest.fixture(autouse=True)
def by_rtx(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tensorrt, "LIBRARIES", ("tensorrt_rtx",))


@pytest.mark.parametrize("precision", ["f16", "f32"])
@pytest.mark.parametrize("model", [POSE, DETECTOR])
def test_the_embedded_networks_are_built_for_every_gpu(model: Path, precision: str) -> None:
    shares: list[float] = []

    def watch(share: float, doing: str) -> bool:
        assert doing
        shares.append(share)
        return True

    engine = build_engine(model, precision=precision, capabilities=TARGETS, progress=watch)

    assert len(engine) > 1e6
    assert len(shares) > 50
    assert shares == sorted(shares)
    assert 0 <= shares[0] < 0.1
    assert shares[-1] == 1.0


@pytest.mark.parametrize("precision", ["f16", "f32"])
def test_inputs_outputs_and_batches_are_those_of_the_graph(precision: str) -> None:
    log = trt.Logger(trt.Logger.ERROR)
    builder = trt.Builder(log)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.STRONGLY_TYPED))
    assert trt.OnnxParser(network, log).parse(prepared(POSE, precision))
    config = builder.create_builder_config()

    tensorrt._add_profile(builder, network, config, POSE.name)

    assert [(network.get_input(0).name, network.get_input(0).dtype)] == [("crops", trt.DataType.UINT8)]
    assert tuple(network.get_input(0).shape) == (-1, 256, 192, 3)
    assert [(network.get_output(0).name, network.get_output(0).dtype)] == [("keypoints", trt.DataType.FLOAT)]
    assert config.num_optimization_profiles == 1
    assert (BUCKETS[0], BUCKETS[-1]) == (1, 16)


@needs_shared
def test_a_network_of_others_is_built(tmp_path: Path) -> None:
    model = SHARED / "models" / "foreign" / "tinypose_256x192.onnx"

    assert len(build_engine(model, precision="f16", capabilities=[(8, 9)])) > 1e6


def test_a_build_can_be_cancelled() -> None:
    seen = []

    def enough(share: float, doing: str) -> bool:
        seen.append(share)
        return len(seen) < 20

    with pytest.raises(BuildCancelled, match="nothing was kept"):
        build_engine(POSE, precision="f16", capabilities=[(8, 9)], progress=enough)
    assert len(seen) == 20


def test_an_interruption_while_building_comes_through() -> None:
    def interrupt(share: float, doing: str) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_engine(POSE, precision="f16", capabilities=[(8, 9)], progress=interrupt)


def test_a_gpu_without_code_is_named_with_those_that_have_it() -> None:
    with pytest.raises(BackendError, match=r"9\.0 .*SM89.*torch:cuda"):
        build_engine(POSE, precision="f16", capabilities=[(9, 0)])


def test_an_unknown_precision_is_refused() -> None:
    with pytest.raises(UsageError, match="int3"):
        prepared(POSE, "int3")


def test_a_graph_of_any_size_is_refused(tmp_path: Path) -> None:
    path = save_graph(tmp_path / "any.onnx", [1, 3, "H", "W"], {"o": np.zeros((1, 84, 84), np.float32)})

    with pytest.raises(BackendError, match=r"any\.onnx takes pictures of any size"):
        build_engine(path, precision="f32", capabilities=[(8, 9)])


def test_a_broken_graph_is_a_model_error(tmp_path: Path) -> None:
    (tmp_path / "half.onnx").write_bytes(POSE.read_bytes()[:200_000])

    with pytest.raises(ModelError, match=r"half\.onnx"):
        build_engine(tmp_path / "half.onnx", precision="f16", capabilities=[(8, 9)])


@needs_no_gpu
def test_nothing_runs_without_a_device(capfd: pytest.CaptureFixture[str]) -> None:
    engine = build_engine(DETECTOR, precision="f16", capabilities=[(8, 9)])

    assert isinstance(TensorRt(), EngineBuilder)
    assert not TensorRt().available().usable
    assert TensorRt().fingerprints() == []
    with pytest.raises(BackendError, match="no CUDA device: "):
        TensorRt().open(engine, "x", "f16")
    with pytest.raises(BackendError, match="no CUDA device: "):
        TensorRt().build(POSE, precision="f16")
    with pytest.raises(BackendError, match="no CUDA device: "):
        select.load(POSE, device="tensorrt")
    assert capfd.readouterr() == ("", "")


def test_a_missing_library_names_the_extras(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tensorrt, "LIBRARIES", ("tensorrt_that_is_not_there",))

    assert "skelter[rtx]" in TensorRt().available().reason
    with pytest.raises(BackendError, match=r"skelter\[rtx\]"):
        build_engine(POSE, precision="f16", capabilities=[(8, 9)])
