"""TensorRT engines: built without a GPU for every GPU, cancelled, refused in words; never run without a device."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import platformdirs
import pytest

from engine import cuda, drawn, loading, store
from engine.backends import BUCKETS, Array, EngineBuilder, tensorrt_build, tensorrt_library
from engine.backends.onnxruntime import OnnxRuntime
from engine.backends.tensorrt import KernelCache, TensorRt
from engine.backends.tensorrt_build import attach_timings, build_engine, keep_timings, prepared
from engine.crops import affines, centres_and_sizes, cut
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
    monkeypatch.setattr(tensorrt_library, "LIBRARIES", ("tensorrt_rtx",))


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

    tensorrt_build._add_profile(builder, network, config, POSE.name)

    assert [(network.get_input(0).name, network.get_input(0).dtype)] == [("crops", trt.DataType.UINT8)]
    assert tuple(network.get_input(0).shape) == (-1, 256, 192, 3)
    assert [(network.get_output(0).name, network.get_output(0).dtype)] == [("keypoints", trt.DataType.FLOAT)]
    assert config.num_optimization_profiles == 1
    assert (BUCKETS[0], BUCKETS[-1]) == (1, 16)


@pytest.fixture(scope="module")
def crops() -> Array:
    size_wh = (192, 256)
    cuts = [
        cut(image, affines(*centres_and_sizes(boxes.xyxy, size_wh), size_wh), size_wh)
        for image, boxes in drawn.people(8)
    ]
    return np.concatenate(cuts)


@pytest.fixture(scope="module")
def in_bytes(crops: Array, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("int8") / "int8.onnx"
    path.write_bytes(prepared(POSE, "int8", crops))
    return path


def test_bytes_are_where_they_cost_nothing(in_bytes: Path) -> None:
    log = trt.Logger(trt.Logger.ERROR)
    network = trt.Builder(log).create_network(1 << int(trt.NetworkDefinitionCreationFlag.STRONGLY_TYPED))
    assert trt.OnnxParser(network, log).parse(in_bytes.read_bytes())

    layers = [network.get_layer(place) for place in range(network.num_layers)]
    kinds = [each for each in layers if each.type == trt.LayerType.CONVOLUTION]
    from_bytes = [each for each in kinds if "number" in each.get_input(0).name]
    assert len(from_bytes) > 60
    assert kinds[0] not in from_bytes
    assert {each.get_output_type(0) for each in from_bytes} == {trt.DataType.HALF}
    to_bytes = [each.get_output_type(0) for each in layers if each.type == trt.LayerType.QUANTIZE]
    assert len(to_bytes) > 60
    assert set(to_bytes) == {trt.DataType.INT8}
    assert (network.get_input(0).dtype, network.get_output(0).dtype) == (trt.DataType.UINT8, trt.DataType.FLOAT)


def test_bytes_move_joints_of_the_drawn_by_less_than_is_allowed(in_bytes: Path, crops: Array) -> None:
    onnx.checker.check_model(in_bytes, full_check=True)
    (expected,) = OnnxRuntime().load(POSE, precision=None, device="cpu").run(crops)
    (found,) = OnnxRuntime().load(in_bytes, precision=None, device="cpu").run(crops)

    apart = np.linalg.norm(found[..., :2] - expected[..., :2], axis=2)[expected[..., 2] > 0.2]
    assert np.median(apart) < 0.25


def test_an_engine_in_bytes_is_built_and_can_be_cancelled(crops: Array) -> None:
    shares: list[float] = []

    def watch(share: float, doing: str) -> bool:
        shares.append(share)
        return True

    engine = build_engine(POSE, precision="int8", capabilities=[(7, 5), (8, 9)], samples=crops, progress=watch)

    assert len(engine) > 1e6
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    with pytest.raises(BuildCancelled):
        build_engine(
            POSE, precision="int8", capabilities=[(8, 9)], samples=crops, progress=lambda share, doing: share < 0.2
        )


def test_bytes_need_pictures_and_convolutions(tmp_path: Path, crops: Array) -> None:
    with pytest.raises(UsageError, match="int8 needs pictures"):
        prepared(POSE, "int8")
    path = save_graph(tmp_path / "flat.onnx", [1, 3, 8, 8], {"o": np.zeros((1, 84, 84), np.float32)})
    with pytest.raises(BackendError, match="int8 cannot be made of this network"):
        prepared(path, "int8", np.zeros((2, 3, 8, 8), np.float32))


TIMINGS = store.CacheKey("timing", "TensorRT 10.9", "RTX 4090 (compute capability 8.9)")


@pytest.fixture
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: tmp_path / "data")


@pytest.mark.usefixtures("own_folders")
@pytest.mark.filterwarnings("ignore:.*no-ops in TensorRT-RTX:DeprecationWarning")
def test_timings_are_kept_for_the_next_build(caplog: pytest.LogCaptureFixture) -> None:
    builder = trt.Builder(trt.Logger(trt.Logger.INTERNAL_ERROR))

    def build() -> bytes:
        config = builder.create_builder_config()
        known = attach_timings(config, TIMINGS)
        keep_timings(config, TIMINGS, known)
        return known

    assert build() == b""
    (kept,) = store.caches()
    assert build() == store.recall(TIMINGS) != b""
    store.remember(TIMINGS, b"nothing that TensorRT wrote")
    build()
    assert store.recall(TIMINGS) != b"nothing that TensorRT wrote"
    kept.path.write_bytes(b"damaged")
    with caplog.at_level(logging.WARNING):
        assert build() == b""
    assert len(caplog.records) == 1
    assert store.recall(TIMINGS) != b""


class Kernels:
    """TensorRT-RTX's runtime cache, which needs a GPU; it takes back what begins as its own does."""

    def __init__(self) -> None:
        self.content = b"kernels:"

    def deserialize(self, content: bytes) -> bool:
        if content.startswith(b"kernels:"):
            self.content = content
        return content.startswith(b"kernels:")

    def serialize(self) -> bytes:
        return self.content


class Engine:
    """An engine that compiles one more kernel for each of its contexts, unless the cache has it."""

    dynamic_shapes_kernel_specialization_strategy = trt.DynamicShapesKernelSpecializationStrategy.LAZY

    def create_runtime_config(self) -> Engine:
        return self

    def create_runtime_cache(self) -> Kernels:
        return Kernels()

    def set_runtime_cache(self, cache: Kernels) -> None:
        self.cache = cache

    def create_execution_context(self, settings: Any = None) -> str:
        if b"k1" in self.cache.content:
            return "at once"
        self.cache.content += b"k1"
        return "compiled"


@pytest.mark.usefixtures("own_folders")
def test_kernels_are_compiled_before_the_graph_is_recorded() -> None:
    engine = Engine()
    KernelCache(store.CacheKey("runtime", "TensorRT-RTX 1.7", "RTX 4090", "net")).context_of(engine)

    kinds = trt.DynamicShapesKernelSpecializationStrategy
    assert engine.dynamic_shapes_kernel_specialization_strategy == kinds.EAGER


def test_what_a_session_asks_for_by_name_is_there() -> None:
    """It asks older libraries, too, so that a wrong name would do nothing, in silence."""
    assert hasattr(trt.ICudaEngine, "create_runtime_config")
    assert hasattr(trt.IRuntimeConfig, "create_runtime_cache")
    assert hasattr(trt.IRuntimeConfig, "dynamic_shapes_kernel_specialization_strategy")
    assert hasattr(trt.IExecutionContext, "is_stream_capturable")


@pytest.mark.usefixtures("own_folders")
def test_compiled_kernels_are_kept_for_the_next_start() -> None:
    key = store.CacheKey("runtime", "TensorRT-RTX 1.7", "RTX 4090 (compute capability 8.9)", "net")

    def start() -> str:
        kernels = KernelCache(key)
        context: str = kernels.context_of(Engine())
        kernels.keep()
        return context

    assert [start(), start()] == ["compiled", "at once"]
    store.remember(key, b"of another driver")
    assert [start(), start()] == ["compiled", "at once"]


@pytest.mark.parametrize(
    ("words", "is_memory"),
    [
        ("[defaultAllocator.cpp::allocate::31] Error Code 1: Cuda Runtime (out of memory)", True),
        ("Error Code 2: OutOfMemory (Requested size was 1342177280 bytes.)", True),
        ("Error Code 6: API Usage Error (The engine plan file is not compatible with this version)", False),
    ],
)
def test_memory_that_ends_is_told_from_what_is_wrong_with_an_engine(words: str, is_memory: bool) -> None:
    log = tensorrt_library.logger(trt)
    log.log(trt.ILogger.Severity.ERROR, words)
    log.log(trt.ILogger.Severity.ERROR, "the context could not be created")
    log.log(trt.ILogger.Severity.INFO, "nothing is out of memory")
    assert (log.memory_ended, log.last) == (is_memory, "the context could not be created")


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


def test_what_can_never_be_built_is_not_said_to_be_built_first() -> None:
    with pytest.raises(BackendError, match="'bf16': choose one of int8, f16, f32"):
        TensorRt().load(POSE, precision="bf16", device="cuda")
    with pytest.raises(UsageError, match="leave `:1` out"):
        TensorRt().load(POSE, precision=None, device="1")
    with pytest.raises(BackendError, match="skelter build"):
        TensorRt().load(POSE, precision="f16", device="cuda")


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
        loading.load(POSE, device="tensorrt")
    assert capfd.readouterr() == ("", "")


def test_a_missing_library_names_the_extras(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tensorrt_library, "LIBRARIES", ("tensorrt_that_is_not_there",))

    assert "skelter[rtx]" in TensorRt().available().reason
    with pytest.raises(BackendError, match=r"skelter\[rtx\]"):
        build_engine(POSE, precision="f16", capabilities=[(8, 9)])
