"""TensorRT: the fastest way on NVIDIA's GPUs, by `tensorrt` (10 or 11) or `tensorrt_rtx`, whichever is installed.

Both are used through what they have in common: strongly typed networks (the precision is in the graph, `onnx_edit`),
optimisation profiles, `execute_async_v3`. Batches are padded to a few fixed sizes, so that nothing is ever built again
while a video runs; each size is one CUDA graph.

Building has been run without a GPU (tensorrt_rtx 1.7); running an engine, and with it the kernel and timing caches, has
not been tested on a card yet.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from engine import cuda, store
from engine.backends import BUCKETS, Array, Availability, BuildProgress, TensorSpec, closed, joined, one_input
from engine.backends.tensorrt_build import PRECISIONS, build_engine
from engine.backends.tensorrt_library import INSTALL, identity, installed, load, logger, missing_target
from engine.errors import BackendError, UsageError
from engine.types import F64, U8

_log = logging.getLogger(__name__)


class TensorRt:
    """The backend; see `engine.backends.EngineBuilder`."""

    name = "tensorrt"
    builds_slowly = True

    def available(self) -> Availability:
        library = installed()
        if library is None:
            return Availability(False, f"the package is not installed; {INSTALL}")
        # asked before the library is touched: without a driver its runtime may end the process
        found = cuda.probe()
        if not found.gpus:
            return Availability(False, found.reason)
        if library == "tensorrt_rtx" and (missing := missing_target(load(library), found.gpus[0])):
            return Availability(False, f"{identity(library)} {missing}")
        return Availability(True, f"{identity(library)} on {found.gpus[0]}")

    def load(self, model: Path, *, precision: str | None, device: str, threads: int | None = None) -> TensorRtSession:
        """Always refuses: an engine has to be built first, and to prove itself (`engine.build`)."""
        if device != "cuda":
            raise UsageError("{0} builds engines for {1} only: leave `:{2}` out.", self.name, "cuda", device)
        if precision not in (None, *PRECISIONS):  # under `auto` another backend may know it
            raise BackendError(
                "TensorRT knows no precision {0!r}: choose one of {1}.", precision, ", ".join(PRECISIONS)
            )
        asked = f" --precision {precision}" if precision else ""
        raise BackendError("TensorRT runs engines only: run `skelter build {0}{1}` first.", model.stem, asked)

    def fingerprints(self) -> Sequence[tuple[str, str]]:
        library = installed()
        return [(identity(library), str(gpu)) for gpu in cuda.probe().gpus[:1]] if library else []

    def precisions(self) -> Sequence[str]:
        return PRECISIONS

    def shapes(self, model: Path) -> str:
        return f"batches {', '.join(str(size) for size in BUCKETS)}"

    def build(
        self, model: Path, *, precision: str, samples: Array | None = None, progress: BuildProgress | None = None
    ) -> bytes:
        gpu, library = _first_gpu(), installed()
        timing = store.CacheKey("timing", identity(library), str(gpu)) if library else None
        return build_engine(
            model, precision=precision, capabilities=[gpu.capability], samples=samples, progress=progress, timing=timing
        )

    def open(self, engine: bytes, name: str, precision: str, *, threads: int | None = None) -> TensorRtSession:
        return TensorRtSession(engine, name, precision, _first_gpu())


class TensorRtSession:
    """An engine on a GPU: memory taken once, one stream, one CUDA graph a batch size. Used by one thread.

    The largest batch is halved until its buffers fit on the card; larger ones are run in parts.
    """

    def __init__(self, engine: bytes, name: str, precision: str, gpu: cuda.Gpu) -> None:
        library = installed()
        trt = load(library)
        assert library is not None
        self._name, self._gpu = name, gpu
        self._closing: list[Any] = []
        cuda.use(gpu.index)
        self._log = logger(trt)
        self._runtime = trt.Runtime(self._log)
        self._engine = self._runtime.deserialize_cuda_engine(engine)
        if self._engine is None:
            raise self._or_memory(
                BackendError("the engine of {0} does not load ({1}): build it again.", name, self._log.last)
            )
        names = [self._engine.get_tensor_name(place) for place in range(self._engine.num_io_tensors)]
        is_input = {each: self._engine.get_tensor_mode(each) == trt.TensorIOMode.INPUT for each in names}
        inputs = [each for each in names if is_input[each]]
        self.input = self._spec(trt, one_input(inputs, name))
        self.outputs = tuple(self._spec(trt, each) for each in names if not is_input[each])
        self.precision: str = precision
        self.description = f"{identity(library)} on {gpu.name}, {precision}"
        self._crops: cuda.CropCutter | None = None
        self._graphs: dict[int, cuda.Graph | None] = {}
        self._context: Any = None
        self._kernels = KernelCache(store.CacheKey("runtime", identity(library), str(gpu), name))
        self._input_host: cuda.PinnedArray
        self._input_device: cuda.DeviceBuffer
        self._outputs: list[tuple[cuda.PinnedArray, cuda.DeviceBuffer]] = []
        try:
            self._stream: cuda.Stream = self._own(cuda.Stream())
            self._buckets = self._take_memory()
        except BaseException:
            self.close()
            raise

    def run(self, batch: Array) -> tuple[Array, ...]:
        given = np.ascontiguousarray(batch)
        expected = self.input.shape[1:]
        if given.dtype != self.input.dtype or given.shape[1:] != expected or len(given) == 0:
            raise BackendError(
                "{0} takes {1} {2}, not {3} {4}.",
                self._name,
                self.input.dtype,
                ["N", *expected],
                given.dtype,
                list(given.shape),
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

        def fill(part: slice) -> None:
            shown = None if part.start else image  # it is there already
            cutter.cut(shown, matrices[part], self.input.size_wh, self._input_device.pointer, self._stream)

        return self._run(len(matrices), fill)

    def close(self) -> None:
        self._closing += [graph for graph in self._graphs.values() if graph is not None]
        self._graphs.clear()
        self._kernels.keep()
        self._release(0)
        self._context = self._engine = self._runtime = None

    def _release(self, kept: int) -> None:
        """Give back all but the first so many; a device that has failed for good refuses that, too, and was told of."""
        while len(self._closing) > kept:
            with suppress(BackendError):
                self._closing.pop().close()

    def _run(self, count: int, fill: Any) -> tuple[Array, ...]:
        """All of a batch, in parts that fit; `fill(part)` queues what puts that part into the input's memory."""
        if self._engine is None:
            raise closed(self._name)
        cuda.use(self._gpu.index)
        results: list[tuple[Array, ...]] = []
        for start in range(0, count, self._buckets[-1]):
            part = slice(start, min(start + self._buckets[-1], count))
            size = part.stop - part.start
            bucket = next(each for each in self._buckets if each >= size)
            fill(part)
            self._launch(bucket)
            self._stream.wait()
            results.append(
                tuple(
                    (host.array[:size] if self._is_by_picture(spec) else host.array).copy()
                    for spec, (host, _) in zip(self.outputs, self._outputs, strict=True)
                )
            )
        return joined(results, count)

    def _launch(self, bucket: int) -> None:
        """Queue the network and the copies of its outputs, by the graph of this batch size."""
        graph = self._graphs.get(bucket)
        if graph is not None:
            graph.launch(self._stream)
            return
        self._context.set_input_shape(self.input.name, (bucket, *self.input.shape[1:]))
        self._enqueue(bucket)
        if bucket not in self._graphs:
            self._stream.wait()  # the first run of a shape may allocate, which cannot be recorded
            self._graphs[bucket] = self._recorded(bucket)

    def _recorded(self, bucket: int) -> cuda.Graph | None:
        """The graph of a batch size that has just run; None where there can be none, and it is queued anew each time.

        TensorRT-RTX promises that there can be one only of engines built with REQUIRE_USER_ALLOCATION, which ours are
        not: whose the workspace is then has to be seen on a card first.
        """
        can_be = getattr(self._context, "is_stream_capturable", None)  # TensorRT-RTX knows beforehand
        reason: object = "the library cannot be recorded here"
        try:
            if can_be is None or can_be(self._stream.handle):
                return cuda.Graph(self._stream, lambda: self._enqueue(bucket))
        except BackendError as error:
            reason = error
        _log.info("%s runs without a CUDA graph: %s", self._name, reason)
        return None

    def _enqueue(self, bucket: int) -> None:
        if not self._context.execute_async_v3(self._stream.handle):
            raise self._or_memory(
                BackendError("TensorRT failed while running {0} ({1}): try `--device cpu`.", self._name, self._log.last)
            )
        for spec, (host, device) in zip(self.outputs, self._outputs, strict=True):
            size = bucket * host.array[0].nbytes if self._is_by_picture(spec) else host.array.nbytes
            cuda.download(host, device, size, self._stream)

    def _take_memory(self) -> tuple[int, ...]:
        """Buffers and context for the largest batch that fits; the batch sizes that are left."""
        fixed = self.input.shape[0]
        buckets: tuple[int, ...] = (fixed,) if fixed else BUCKETS
        while True:
            held = len(self._closing)
            try:
                self._allocate(buckets[-1])
            except cuda.OutOfDeviceMemory:
                self._context = None  # its memory is needed by the next one
                self._release(held)
                if len(buckets) == 1:
                    raise
                buckets = buckets[:-1]
            else:
                return buckets

    def _allocate(self, batch: int) -> None:
        self._context = self._kernels.context_of(self._engine)
        if self._context is None:
            raise self._no_memory()
        self._input_host, self._input_device = self._pair(self.input, batch)
        self._outputs = [self._pair(spec, batch) for spec in self.outputs]
        self._context.set_tensor_address(self.input.name, self._input_device.pointer)
        for spec, (_, device) in zip(self.outputs, self._outputs, strict=True):
            self._context.set_tensor_address(spec.name, device.pointer)

    def _pair(self, spec: TensorSpec, batch: int) -> tuple[cuda.PinnedArray, cuda.DeviceBuffer]:
        first = (batch,) if self._is_by_picture(spec) else spec.shape[:1]
        shape = (*first, *spec.shape[1:])
        if None in shape:
            raise BackendError(
                "{0} gives {1} of any size: TensorRT is used for fixed sizes only.", self._name, spec.name
            )
        host = self._own(cuda.PinnedArray(tuple(size for size in shape if size is not None), spec.dtype))
        return host, self._own(cuda.DeviceBuffer(host.array.nbytes))

    def _or_memory(self, error: BackendError) -> BackendError:
        """`error`, or that memory ended, where the library said that."""
        return self._no_memory() if self._log.memory_ended else error

    def _no_memory(self) -> BackendError:
        self._log.memory_ended = False  # it may be tried again with less
        return cuda.OutOfDeviceMemory(
            "the GPU cannot hold {0} ({1}): close other programs on it.", self._name, self._log.last
        )

    def _is_by_picture(self, spec: TensorSpec) -> bool:
        """Whether it has a row for each picture; a table of anchors has not."""
        return spec.shape[:1] == self.input.shape[:1]

    def _own(self, resource: Any) -> Any:
        self._closing.append(resource)
        return resource

    def _spec(self, trt: Any, name: str) -> TensorSpec:
        shape = tuple(None if size < 0 else int(size) for size in self._engine.get_tensor_shape(name))
        return TensorSpec(name, shape, np.dtype(trt.nptype(self._engine.get_tensor_dtype(name))))


class KernelCache:
    """The kernels that TensorRT-RTX compiles when an engine is loaded, kept for the next time; TensorRT has none."""

    def __init__(self, key: store.CacheKey) -> None:
        self._key = key
        self._cache: Any = None
        self._known = b""

    def context_of(self, engine: Any) -> Any:
        """An execution context of `engine` that uses them; None where the library gives none.

        Kernels for a shape are compiled when it first runs: in the background, as is usual, they would come too late
        for the CUDA graph, which keeps what it was recorded with.
        """
        settings: Any = engine.create_runtime_config() if hasattr(engine, "create_runtime_config") else None
        if not hasattr(settings, "create_runtime_cache"):
            return engine.create_execution_context()
        if self._cache is None:
            self._cache, known = settings.create_runtime_cache(), store.recall(self._key)
            # the library refuses what another driver compiled
            self._known = known if known and self._cache.deserialize(known) else b""
        settings.set_runtime_cache(self._cache)
        if hasattr(settings, "dynamic_shapes_kernel_specialization_strategy"):
            strategies = type(settings.dynamic_shapes_kernel_specialization_strategy)
            settings.dynamic_shapes_kernel_specialization_strategy = strategies.EAGER
        return engine.create_execution_context(settings)

    def keep(self) -> None:
        """Keep what was compiled since; nothing more is compiled into it."""
        kernels = self._cache.serialize() if self._cache is not None else None
        self._cache = None
        if kernels is not None and bytes(kernels) != self._known:
            self._known = bytes(kernels)
            store.remember(self._key, self._known)


def _first_gpu() -> cuda.Gpu:
    cuda.use(0)
    return cuda.probe().gpus[0]
