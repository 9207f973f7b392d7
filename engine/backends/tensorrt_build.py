"""TensorRT engines out of ONNX graphs; with `tensorrt_rtx` no GPU is needed for that."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine import quantise, store
from engine.backends import BUCKETS, Array, BuildProgress, part_of, report
from engine.backends.tensorrt_library import installed, load, logger, one_line, target, title
from engine.errors import BackendError, BuildCancelled, UsageError
from engine.onnx_edit import numbers_first, read_onnx, simplified, to_half

PRECISIONS = ("int8", "f16", "f32")
_ADJUSTING = 0.5  # of the time that a build in bytes takes


def prepared(model: Path, precision: str, samples: Array | None = None, progress: BuildProgress | None = None) -> bytes:
    """The graph of `model` in the form and precision that TensorRT builds from.

    `samples` are needed for int8: see `engine.quantise`. Raises ModelError, UsageError, BackendError, BuildCancelled.
    """
    if precision not in PRECISIONS:
        raise UsageError("TensorRT knows no precision {0!r}: choose one of {1}.", precision, ", ".join(PRECISIONS))
    graph = numbers_first(simplified(read_onnx(model)))
    if precision == "f16":
        graph = to_half(graph)
    if precision == "int8":
        if samples is None:
            raise UsageError("int8 needs pictures of people to be adjusted on: give some.")
        graph = quantise.with_bytes(graph)
        graph = quantise.to_bytes(to_half(graph), quantise.find_scales(graph, samples, progress))
    content: bytes = graph.SerializeToString()
    return content


def build_engine(
    model: Path, *, precision: str, capabilities: Sequence[tuple[int, int]], samples: Array | None = None,
    progress: BuildProgress | None = None, timing: store.CacheKey | None = None,
) -> bytes:  # fmt: skip
    """An engine for GPUs of these compute capabilities; with `tensorrt_rtx` no GPU is needed to build it.

    `timing` is where TensorRT's measurements of this GPU are kept; TensorRT-RTX, which measures nothing, has none.
    Raises ModelError where the file is no ONNX, BackendError where the library cannot build it, UsageError,
    BuildCancelled.
    """
    library = installed()
    trt = load(library)
    assert library is not None
    log = logger(trt)
    adjusting = _ADJUSTING if precision == "int8" else 0.0
    graph = prepared(model, precision, samples, part_of(progress, 0.0, adjusting))
    builder = trt.Builder(log)
    strongly_typed = 1 << int(trt.NetworkDefinitionCreationFlag.STRONGLY_TYPED)
    network = builder.create_network(strongly_typed)
    parser = trt.OnnxParser(network, log)
    if not parser.parse(graph):
        reason = one_line(parser.get_error(0).desc()) if parser.num_errors else log.last
        raise BackendError(
            "{0} cannot read {1} ({2}): run it with `--device auto`.", title(library), model.name, reason
        )
    config = builder.create_builder_config()
    _add_profile(builder, network, config, model.name)
    if library == "tensorrt_rtx":
        targets = [target(trt, capability) for capability in capabilities]
        config.num_compute_capabilities = len(targets)
        for place, each in enumerate(targets):
            config.set_compute_capability(each, place)
    building = part_of(progress, adjusting, 1.0)
    monitor = _monitor(trt, building) if building is not None else None
    if monitor is not None:
        config.progress_monitor = monitor
    known = attach_timings(config, timing) if timing is not None and library == "tensorrt" else b""
    plan = builder.build_serialized_network(network, config)
    if plan is None:
        if monitor is not None and monitor.error is not None:
            raise monitor.error
        if monitor is not None and monitor.cancelled:
            raise BuildCancelled("The build of {0} was cancelled; nothing was kept.", model.stem)
        raise BackendError(
            "{0} cannot build {1} ({2}): run it with `--device auto`.", title(library), model.name, log.last
        )
    if timing is not None and library == "tensorrt":
        keep_timings(config, timing, known)
    report(progress, 1.0, "built")
    return bytes(plan)


def attach_timings(config: Any, key: store.CacheKey) -> bytes:
    """Give the builder what was measured before, where the library takes it; returns that, empty where there is none.

    A cache that the library refuses (of another version, another card) is as good as none.
    """
    known = store.recall(key)
    for content in dict.fromkeys((known, b"")):
        cache = config.create_timing_cache(content)
        if cache is not None and config.set_timing_cache(cache, False):
            return content
    return b""


def keep_timings(config: Any, key: store.CacheKey, known: bytes) -> None:
    """Keep what the builder measured, unless it is what was `known`."""
    cache = config.get_timing_cache()
    content = bytes(cache.serialize()) if cache is not None else known
    if content != known:
        store.remember(key, content)


def _add_profile(builder: Any, network: Any, config: Any, model_name: str) -> None:
    """Batches 1 to 16 where the batch is free. Raises BackendError where anything else is."""
    profile = builder.create_optimization_profile()
    is_needed = False
    for place in range(network.num_inputs):
        tensor = network.get_input(place)
        first, *rest = tensor.shape
        if any(size < 0 for size in rest):
            raise BackendError(
                "{0} takes pictures of any size, and TensorRT is built for one: export it with a fixed size.",
                model_name,
            )
        if first < 0:
            is_needed = True
            profile.set_shape(tensor.name, *((size, *rest) for size in (BUCKETS[0], BUCKETS[2], BUCKETS[-1])))
    if is_needed:
        config.add_optimization_profile(profile)


def _monitor(trt: Any, progress: BuildProgress) -> Any:
    """Turns the library's nested phases into one share; the outermost phases follow one another."""

    class Monitor(trt.IProgressMonitor):  # type: ignore[misc]
        def __init__(self) -> None:
            trt.IProgressMonitor.__init__(self)
            self.cancelled = False
            self.error: BaseException | None = None
            self._share = 0.0
            self._spans: dict[str, tuple[float, float, int]] = {}  # phase → where it begins and ends, its steps

        def phase_start(self, phase: str, parent: str | None, steps: int) -> None:
            begin, end, count = self._spans.get(parent or "", (self._share, 1.0, 2))
            begin = max(begin, self._share)
            self._spans[phase] = (begin, begin + (end - begin) / max(count, 1), max(steps, 1))

        def step_complete(self, phase: str, step: int) -> bool:
            begin, end, steps = self._spans.get(phase, (self._share, self._share, 1))
            self._share = max(self._share, begin + (end - begin) * min((step + 1) / steps, 1.0))
            if self.error is None and not self.cancelled:
                try:
                    self.cancelled = not progress(self._share, phase)
                except BaseException as error:  # noqa: BLE001 - nothing may pass through the library's own frames
                    self.error = error
            return not self.cancelled and self.error is None

        def phase_finish(self, phase: str) -> None:
            self._share = max(self._share, self._spans.pop(phase, (0.0, self._share, 1))[1])

    return Monitor()
