"""PyTorch: the reference on any processor, and the GPU path that needs nothing compiled ahead of time.

    torch:cpu            plain operators, for comparison
    torch:cuda           float16, channels last, one CUDA graph a batch size with independent branches side by side and
                         kernels of our own where the libraries' are slow: ready in seconds
    torch:cuda-compiled  the same, and chains of small operators through torch.compile: ready in half a minute a size

The graph is the ONNX file's (`torch_graph`), so every model runs that runs elsewhere, decoding included; only bytes go
up and joints come down. What of this has run on a card, and how fast, is in docs/benchmarks.md, "On a GPU".
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from engine import cuda
from engine.backends import BUCKETS, Array, Availability, TensorSpec, closed, installed_version, joined, one_input
from engine.errors import BackendError, UsageError, first_line
from engine.onnx_edit import read_onnx, simplified, to_half
from engine.types import F64, U8

if TYPE_CHECKING:
    import onnx
    import torch

    from engine.backends.torch_runner import Runner, Streams, Take

T = TypeVar("T")

DEVICES = ("cpu", "cuda", "cuda-compiled")
PRECISIONS = ("f32", "f16")
_NO_MEMORY = ("cuda error: out of memory", "cudnn_status_alloc_failed", "cublas_status_alloc_failed")


class Torch:
    """The backend; see `engine.backends.Backend`."""

    name = "torch"

    def available(self) -> Availability:
        for package in ("torch", "onnx"):
            if importlib.util.find_spec(package) is None:
                return Availability(
                    False, f"the package {package} is not installed; `pip install 'skelter[train]'` brings it"
                )
        return Availability(True, f"PyTorch {installed_version('torch')}")

    def load(self, model: Path, *, precision: str | None, device: str, threads: int | None = None) -> TorchSession:
        if device not in DEVICES:
            raise UsageError("PyTorch knows no device {0!r} here: choose one of {1}.", device, ", ".join(DEVICES))
        if precision not in (None, *PRECISIONS):
            raise UsageError(
                "PyTorch knows no precision {0!r} here: choose one of {1}.", precision, ", ".join(PRECISIONS)
            )
        chosen = precision or ("f32" if device == "cpu" else "f16")
        return TorchSession(read_onnx(model), model.name, device=device, precision=chosen, threads=threads)

    def fingerprints(self) -> Sequence[tuple[str, str]]:
        return ()


class TorchSession:
    """A graph in PyTorch. On a GPU a batch is padded to the next of `buckets`; each is one CUDA graph.

    A graph of a fixed batch has that one alone, everywhere.
    """

    def __init__(
        self, model: onnx.ModelProto, name: str, *, device: str, precision: str, threads: int | None = None,
        buckets: Sequence[int] = BUCKETS,
    ) -> None:  # fmt: skip
        try:
            import torch
        except ImportError as error:
            raise BackendError("PyTorch cannot start ({0}): install it again.", str(error)) from error
        kind = device.partition("-")[0]
        if kind == "cuda" and not torch.cuda.is_available():
            raise BackendError("PyTorch finds no CUDA device (or is its CPU build): use `--device cpu`.")
        if threads is not None and kind == "cpu":
            torch.set_num_threads(threads)
        self._name, self._device, self._is_compiled = name, torch.device(kind), device == "cuda-compiled"
        graph = simplified(model)
        self._graph: onnx.ModelProto | None = to_half(graph) if precision == "f16" else graph
        self.input, self.outputs = _specs(graph, name)
        if None in self.input.shape[1:]:
            raise BackendError(
                "{0} takes pictures of any size, the torch backend runs one picture size: use --device cpu.", name
            )
        self.precision: str = precision
        place = torch.cuda.get_device_name(0) if kind == "cuda" else "CPU"
        how = ", compiled" if self._is_compiled else ""
        if kind == "cuda" and precision == "f16":
            from engine.backends.torch_kernels import are_usable

            how += "" if are_usable(self._device) else ", libraries' kernels only"
        self.description = f"PyTorch {installed_version('torch').split('+')[0]} on {place}, {precision}{how}"
        fixed = self.input.shape[0]
        self._buckets = (fixed,) if fixed else tuple(buckets)
        self._parameters: dict[str, torch.Tensor] = {}
        self._runners: dict[int, Runner] = {}
        self._streams: Streams | None = None
        self._crops: cuda.CropCutter | None = None
        self._can_crop = kind == "cuda" and self.input.dtype == np.uint8 and bool(cuda.probe().gpus)

    def run(self, batch: Array) -> tuple[Array, ...]:
        import torch

        expected = self.input.shape[1:]
        if batch.dtype != self.input.dtype or batch.shape[1:] != expected or len(batch) == 0:
            raise BackendError(
                "{0} takes {1} {2}, not {3} {4}.",
                self._name,
                self.input.dtype,
                ["N", *expected],
                batch.dtype,
                list(batch.shape),
            )
        given = torch.from_numpy(np.ascontiguousarray(batch))
        return self._run(len(batch), lambda runner, part: runner.fill(given[part]), ahead=1)

    def run_crops(self, image: U8, matrices: F64) -> tuple[Array, ...]:
        from engine import crops

        if not self._can_crop:
            return self.run(crops.cut(image, matrices, self.input.size_wh))
        from engine.backends.torch_runner import CudaRunner

        if self._crops is None:
            cuda.use(0)
            self._crops = cuda.CropCutter(cuda.probe().gpus[0])
        cutter = self._crops

        def cut(runner: Runner, part: slice) -> None:
            assert isinstance(runner, CudaRunner)
            shown = None if part.start else image  # it is there already
            cutter.cut(shown, matrices[part], self.input.size_wh, runner.input.data_ptr(), runner.stream())

        return self._run(len(matrices), cut, ahead=0)  # the cutter's own memory has to be free again

    def close(self) -> None:
        self._graph = None
        self._runners.clear()
        self._parameters.clear()
        if self._streams is not None:
            import torch

            self._streams.close()
            self._streams = None
            torch.cuda.empty_cache()  # what PyTorch keeps for these streams no other would be given
        if self._crops is not None:
            self._crops.close()
            self._crops = None

    def _run(self, count: int, fill: Callable[[Runner, slice], None], *, ahead: int) -> tuple[Array, ...]:
        """All parts, one after the other; `ahead` of them are under way while the next is made ready."""
        if self._graph is None:
            raise closed(self._name)
        results: list[tuple[Array, ...]] = []
        under_way: list[Take] = []
        start = last = 0
        while start < count:
            size = min(self._buckets[-1], count - start)
            is_padded = self._device.type == "cuda" or bool(self.input.shape[0])
            bucket = next(each for each in self._buckets if each >= size) if is_padded else size
            while under_way and (len(under_way) > ahead or bucket != last):  # two graphs may not run at once
                results.append(self._told(under_way.pop(0)))
            taken = self._told(functools.partial(self._start, bucket, slice(start, start + size), fill))
            if taken is None:  # there was not enough memory
                results += map(self._told, under_way)
                under_way.clear()
                self._give_way()
                continue
            under_way.append(taken)
            start, last = start + size, bucket
        results += map(self._told, under_way)
        return joined(results, count)

    def _start(self, bucket: int, part: slice, fill: Callable[[Runner, slice], None]) -> Take | None:
        """Hand a part over; None where memory ends. Nothing here outlives it then, so that it can be given back."""
        try:
            runner = self._runner(bucket)
            fill(runner, part)
            return runner.start(part.stop - part.start)
        except cuda.OutOfDeviceMemory:  # the frame that crops are cut from
            return None
        except RuntimeError as error:
            if not _is_for_want_of_memory(error):
                raise
            return None

    def _told(self, work: Callable[[], T]) -> T:
        """What `work` gives; its RuntimeError as a BackendError."""
        try:
            return work()
        except RuntimeError as error:
            raise BackendError("PyTorch failed while running {0}: {1}", self._name, first_line(error)) from error

    def _runner(self, batch: int) -> Runner:
        from engine.backends.torch_fusion import fuse
        from engine.backends.torch_graph import to_torch
        from engine.backends.torch_runner import CudaRunner, Runner, Streams

        runner = self._runners.get(batch)
        if runner is None:
            assert self._graph is not None
            module = fuse(to_torch(self._graph, batch, self._parameters, self._device))
            shape = (batch, *(size or 1 for size in self.input.shape[1:]))
            if self._device.type == "cuda":
                self._streams = self._streams or Streams()
                runner = CudaRunner(module, shape, self.input.dtype, self._is_compiled, self._streams)
            else:
                runner = Runner(module, shape, self.input.dtype, self._device)
            if self._device.type == "cpu" and len(self._runners) >= len(BUCKETS):
                self._runners.pop(next(iter(self._runners)))  # there a graph is made for every size met
            self._runners[batch] = runner
        return runner

    def _give_way(self) -> None:
        """Go on with smaller batches; raises OutOfDeviceMemory where there are none."""
        import torch

        if len(self._buckets) == 1:
            raise cuda.OutOfDeviceMemory(
                "the GPU has no memory left for {0}: close other programs on it, or take a smaller network.", self._name
            )
        self._buckets = self._buckets[:-1]
        self._runners = {size: each for size, each in self._runners.items() if size <= self._buckets[-1]}
        torch.cuda.empty_cache()


def _is_for_want_of_memory(error: RuntimeError) -> bool:
    """Whether the GPU's memory ended: PyTorch's own allocator has a class for that, all around it have words."""
    import torch

    words = str(error).lower()
    return isinstance(error, torch.cuda.OutOfMemoryError) or any(each in words for each in _NO_MEMORY)


def _specs(model: onnx.ModelProto, name: str) -> tuple[TensorSpec, tuple[TensorSpec, ...]]:
    from onnx import helper

    def spec(value: Any) -> TensorSpec:
        kind = value.type.tensor_type
        shape = tuple(each.dim_value or None for each in kind.shape.dim)
        return TensorSpec(value.name, shape, np.dtype(helper.tensor_dtype_to_np_dtype(kind.elem_type)))

    stored = {each.name for each in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in stored]
    one_input([value.name for value in inputs], name)
    return spec(inputs[0]), tuple(spec(value) for value in model.graph.output)
