"""TensorRT: the fastest way on NVIDIA's GPUs, by `tensorrt` (10 or 11) or `tensorrt_rtx`, whichever is installed.

Both are used through what they have in common: strongly typed networks (the precision is in the graph, `onnx_edit`),
optimisation profiles, `execute_async_v3`. Batches are padded to a few fixed sizes, so that nothing is ever built again
while a video runs; each size is one CUDA graph.

Building has been run without a GPU (tensorrt_rtx 1.7); running an engine has not been tested on a card yet.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine import cuda
from engine.backends import Array, Availability, BuildProgress, TensorSpec, installed_version
from engine.errors import BackendError, BuildCancelled, ModelError, UsageError
from engine.onnx_edit import numbers_first, read_onnx, simplified, to_half
from engine.types import F64, U8

LIBRARIES = ("tensorrt", "tensorrt_rtx")  # in the order of preference
BUCKETS = (1, 2, 4, 8, 16)
PRECISIONS = ("f16", "f32")
_INSTALL = "run `pip install 'skelter[rtx]'` (GeForce and RTX cards) or `pip install 'skelter[tensorrt]'`"


def installed() -> str | None:
    """The name of the library that is used; None where none is installed."""
    return next((name for name in LIBRARIES if importlib.util.find_spec(name) is not None), None)


class TensorRt:
    """The backend; see `engine.backends.EngineBuilder`."""

    name = "tensorrt"

    def available(self) -> Availability:
        library = installed()
        if library is None:
            return Availability(False, f"the package is not installed; {_INSTALL}")
        # asked before the library is touched: without a driver its runtime may end the process
        found = cuda.probe()
        if not found.gpus:
            return Availability(False, found.reason)
        version = f"{_title(library)} {installed_version(library)}"
        if library == "tensorrt_rtx" and (missing := _missing_target(_load(library), found.gpus[0])):
            return Availability(False, f"{version} {missing}")
        return Availability(True, f"{version} on {found.gpus[0]}")

    def load(self, model: Path, *, precision: str | None, device: str, threads: int | None = None) -> TensorRtSession:
        """Always refuses: an engine has to be built first, and to prove itself (`engine.build`)."""
        raise BackendError(f"TensorRT runs engines only: run `skelter build {model.stem}` first.")

    def fingerprints(self) -> Sequence[tuple[str, str]]:
        library = installed()
        return [(_identity(library), str(gpu)) for gpu in cuda.probe().gpus[:1]] if library else []

    def precisions(self) -> Sequence[str]:
        return PRECISIONS

    def shapes(self, model: Path) -> str:
        return f"batches {', '.join(str(size) for size in BUCKETS)}"

    def build(
        self, model: Path, *, precision: str, samples: Array | None = None, progress: BuildProgress | None = None
    ) -> bytes:
        gpu = _first_gpu()
        return build_engine(model, precision=precision, capabilities=[gpu.capability], progress=progress)

    def open(self, engine: bytes, name: str, precision: str) -> TensorRtSession:
        return TensorRtSession(engine, name, precision, _first_gpu())


def prepared(model: Path, precision: str) -> bytes:
    """The graph of `model` in the form and precision that TensorRT builds from. Raises ModelError, UsageError."""
    if precision not in PRECISIONS:
        raise UsageError(f"TensorRT knows no precision {precision!r}: choose one of {', '.join(PRECISIONS)}.")
    graph = numbers_first(simplified(read_onnx(model)))
    if precision == "f16":
        graph = to_half(graph)
    content: bytes = graph.SerializeToString()
    return content


def build_engine(
    model: Path, *, precision: str, capabilities: Sequence[tuple[int, int]], progress: BuildProgress | None = None
) -> bytes:
    """An engine for GPUs of these compute capabilities; with `tensorrt_rtx` no GPU is needed to build it.

    Raises ModelError where the file is no ONNX, BackendError where the library cannot build it, BuildCancelled.
    """
    library = installed()
    if library is None:
        raise BackendError(f"TensorRT is not installed: {_INSTALL}.")
    trt = _load(library)
    log = _logger(trt)
    builder = trt.Builder(log)
    strongly_typed = 1 << int(trt.NetworkDefinitionCreationFlag.STRONGLY_TYPED)
    network = builder.create_network(strongly_typed)
    parser = trt.OnnxParser(network, log)
    if not parser.parse(prepared(model, precision)):
        reason = _one_line(parser.get_error(0).desc()) if parser.num_errors else log.last
        raise BackendError(f"{_title(library)} cannot read {model.name} ({reason}): run it with `--device auto`.")
    config = builder.create_builder_config()
    _add_profile(builder, network, config, model.name)
    if library == "tensorrt_rtx":
        targets = [_target(trt, capability) for capability in capabilities]
        config.num_compute_capabilities = len(targets)
        for place, target in enumerate(targets):
            config.set_compute_capability(target, place)
    monitor = _monitor(trt, progress) if progress is not None else None
    if monitor is not None:
        config.progress_monitor = monitor
    plan = builder.build_serialized_network(network, config)
    if plan is None:
        if monitor is not None and monitor.error is not None:
            raise monitor.error
        if monitor is not None and monitor.cancelled:
            raise BuildCancelled(f"The build of {model.stem} was cancelled; nothing was kept.")
        raise BackendError(f"{_title(library)} cannot build {model.name} ({log.last}): run it with `--device auto`.")
    if progress is not None:
        progress(1.0, "built")
    return bytes(plan)


class TensorRtSession:
    """An engine on a GPU: memory taken once, one stream, one CUDA graph a batch size. Used by one thread.

    The largest batch is halved until its buffers fit on the card; larger ones are run in parts.
    """

    def __init__(self, engine: bytes, name: str, precision: str, gpu: cuda.Gpu) -> None:
        library = installed()
        if library is None:
            raise BackendError(f"TensorRT is not installed: {_INSTALL}.")
        trt = _load(library)
        self._name, self._gpu = name, gpu
        self._closing: list[Any] = []
        cuda.use(gpu.index)
        self._log = _logger(trt)
        self._runtime = trt.Runtime(self._log)
        self._engine = self._runtime.deserialize_cuda_engine(engine)
        if self._engine is None:
            raise BackendError(f"the engine of {name} does not load ({self._log.last}): build it again.")
        names = [self._engine.get_tensor_name(place) for place in range(self._engine.num_io_tensors)]
        is_input = {each: self._engine.get_tensor_mode(each) == trt.TensorIOMode.INPUT for each in names}
        inputs = [each for each in names if is_input[each]]
        if len(inputs) != 1:
            raise ModelError(f"{name} has {len(inputs)} inputs: only graphs with one can be run.")
        self.input = self._spec(trt, inputs[0])
        self.outputs = tuple(self._spec(trt, each) for each in names if not is_input[each])
        self.precision: str = precision
        self.description = f"{_title(library)} {installed_version(library)} on {gpu.name}, {precision}"
        self._crops: cuda.CropCutter | None = None
        self._graphs: dict[int, cuda.Graph] = {}
        self._context: Any = None
        self._input_host: cuda.PinnedArray
        self._input_device: cuda.DeviceBuffer
        self._outputs: list[tuple[cuda.PinnedArray, cuda.DeviceBuffer]] = []
        self._stream: cuda.Stream = self._own(cuda.Stream())
        self._buckets = self._take_memory()

    def run(self, batch: Array) -> tuple[Array, ...]:
        given = np.ascontiguousarray(batch)
        expected = self.input.shape[1:]
        if given.dtype != self.input.dtype or given.shape[1:] != expected or len(given) == 0:
            raise BackendError(
                f"{self._name} takes {self.input.dtype} {['N', *expected]}, not {given.dtype} {list(given.shape)}."
            )

        def fill(part: slice) -> None:
            count = part.stop - part.start
            self._input_host.array[:count] = given[part]
            size = count * given[0].nbytes
            cuda.upload(self._input_device, self._input_host, size, self._stream)

        return self._run(len(given), fill)

    def run_crops(self, image: U8, matrices: F64) -> tuple[Array, ...]:
        if self._crops is None:
            cuda.use(self._gpu.index)
            self._crops = self._own(cuda.CropCutter(self._gpu))
        cutter = self._crops
        height, width = self.input.shape[1:3]
        assert height is not None
        assert width is not None

        def fill(part: slice) -> None:
            cutter.cut(image, matrices[part], (width, height), self._input_device.pointer, self._stream)

        return self._run(len(matrices), fill)

    def close(self) -> None:
        for graph in self._graphs.values():
            graph.close()
        self._graphs.clear()
        while self._closing:
            self._closing.pop().close()
        self._context = self._engine = self._runtime = None

    def _run(self, count: int, fill: Any) -> tuple[Array, ...]:
        """All of a batch, in parts that fit; `fill(part)` queues what puts that part into the input's memory."""
        if self._engine is None:
            raise BackendError(f"{self._name} was closed and cannot run any more: load it again.")
        cuda.use(self._gpu.index)
        results: list[tuple[Array, ...]] = []
        for start in range(0, count, self._buckets[-1]):
            part = slice(start, min(start + self._buckets[-1], count))
            size = part.stop - part.start
            bucket = next(each for each in self._buckets if each >= size)
            fill(part)
            self._launch(bucket)
            self._stream.wait()
            results.append(tuple(host.array[:size].copy() for host, _ in self._outputs))
        return tuple(np.concatenate(each) for each in zip(*results, strict=True))

    def _launch(self, bucket: int) -> None:
        """Queue the network and the copies of its outputs, by the graph of this batch size."""
        graph = self._graphs.get(bucket)
        if graph is None:
            self._context.set_input_shape(self.input.name, (bucket, *self.input.shape[1:]))
            self._enqueue(bucket)  # the first run of a shape may allocate, which cannot be recorded
            self._stream.wait()
            graph = self._graphs[bucket] = cuda.Graph(self._stream, lambda: self._enqueue(bucket))
        graph.launch(self._stream)

    def _enqueue(self, bucket: int) -> None:
        if not self._context.execute_async_v3(self._stream.handle):
            raise BackendError(f"TensorRT failed while running {self._name} ({self._log.last}): try `--device cpu`.")
        for host, device in self._outputs:
            cuda.download(host, device, bucket * host.array[0].nbytes, self._stream)

    def _take_memory(self) -> tuple[int, ...]:
        """Buffers and context for the largest batch that fits; the batch sizes that are left."""
        fixed = self.input.shape[0]
        buckets: tuple[int, ...] = (fixed,) if fixed else BUCKETS
        while True:
            held = len(self._closing)
            try:
                self._allocate(buckets[-1])
            except cuda.OutOfDeviceMemory:
                while len(self._closing) > held:
                    self._closing.pop().close()
                if len(buckets) == 1:
                    self.close()
                    raise
                buckets = buckets[:-1]
            else:
                return buckets

    def _allocate(self, batch: int) -> None:
        self._context = self._engine.create_execution_context()
        if self._context is None:
            raise cuda.OutOfDeviceMemory(
                f"the GPU cannot hold {self._name} ({self._log.last}): close other programs on it."
            )
        self._input_host, self._input_device = self._pair(self.input, batch)
        self._outputs = [self._pair(spec, batch) for spec in self.outputs]
        self._context.set_tensor_address(self.input.name, self._input_device.pointer)
        for spec, (_, device) in zip(self.outputs, self._outputs, strict=True):
            self._context.set_tensor_address(spec.name, device.pointer)

    def _pair(self, spec: TensorSpec, batch: int) -> tuple[cuda.PinnedArray, cuda.DeviceBuffer]:
        if None in spec.shape[1:]:
            raise BackendError(f"{self._name} gives {spec.name} of any size: TensorRT is used for fixed sizes only.")
        shape = (batch, *(size for size in spec.shape[1:] if size is not None))
        host = self._own(cuda.PinnedArray(shape, spec.dtype))
        return host, self._own(cuda.DeviceBuffer(host.array.nbytes))

    def _own(self, resource: Any) -> Any:
        self._closing.append(resource)
        return resource

    def _spec(self, trt: Any, name: str) -> TensorSpec:
        shape = tuple(None if size < 0 else int(size) for size in self._engine.get_tensor_shape(name))
        return TensorSpec(name, shape, np.dtype(trt.nptype(self._engine.get_tensor_dtype(name))))


def _add_profile(builder: Any, network: Any, config: Any, model_name: str) -> None:
    """Batches 1 to 16 where the batch is free. Raises BackendError where anything else is."""
    profile = builder.create_optimization_profile()
    is_needed = False
    for place in range(network.num_inputs):
        tensor = network.get_input(place)
        first, *rest = tensor.shape
        if any(size < 0 for size in rest):
            raise BackendError(
                f"{model_name} takes pictures of any size, and TensorRT is built for one: export it with a fixed size."
            )
        if first < 0:
            is_needed = True
            profile.set_shape(tensor.name, *((size, *rest) for size in (BUCKETS[0], BUCKETS[2], BUCKETS[-1])))
    if is_needed:
        config.add_optimization_profile(profile)


def _target(trt: Any, capability: tuple[int, int]) -> Any:
    known = trt.ComputeCapability.__members__
    name = f"SM{capability[0]}{capability[1]}"
    if name not in known:
        raise BackendError(
            f"TensorRT-RTX has no code for compute capability {capability[0]}.{capability[1]} (it has "
            f"{', '.join(each for each in known if each.startswith('SM'))}): use `--device torch:cuda`, or `tensorrt`."
        )
    return known[name]


def _missing_target(trt: Any, gpu: cuda.Gpu) -> str:
    try:
        _target(trt, gpu.capability)
    except BackendError:
        return f"has no code for {gpu}; `pip install 'skelter[tensorrt]'`, or `--device torch:cuda`"
    return ""


def _first_gpu() -> cuda.Gpu:
    cuda.use(0)
    return cuda.probe().gpus[0]


def _load(library: str) -> Any:
    try:
        return importlib.import_module(library)
    except (ImportError, OSError) as error:  # installed, but a library of the system is missing
        raise BackendError(f"{_title(library)} cannot start ({_one_line(str(error))}): install it again.") from error


def _title(library: str) -> str:
    return {"tensorrt": "TensorRT", "tensorrt_rtx": "TensorRT-RTX"}[library]


def _identity(library: str) -> str:
    return f"{_title(library)} {installed_version(library)}"


def _one_line(text: str) -> str:
    return text.strip().split("\n", 1)[0].rstrip(". ")[:200]


def _logger(trt: Any) -> Any:
    """Keeps the last thing that went wrong, for the error; the console is the user's."""

    class Log(trt.ILogger):  # type: ignore[misc]
        def __init__(self) -> None:
            trt.ILogger.__init__(self)
            self.last = "no reason given"

        def log(self, severity: Any, message: str) -> None:
            if severity <= trt.ILogger.Severity.ERROR:
                self.last = _one_line(message)

    return Log()


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
