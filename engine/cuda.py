"""CUDA from Python (cuda-python): devices, memory, streams, graphs, and the kernel that cuts crops on the GPU.

Everything that holds device memory has `close()`. Objects of a device are used by one thread at a time; a thread that
did not make them calls `use` first.
"""

from __future__ import annotations

import ctypes
import functools
import importlib.util
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine import crops
from engine.backends import Array
from engine.errors import BackendError, first_line
from engine.types import F64, U8

KERNEL = Path(__file__).with_name("crop_kernel.cu")
_BLOCK = 16  # threads of a block along x and y
_OUT_OF_MEMORY = 2  # cudaErrorMemoryAllocation

RECORDING = threading.Lock()
"""Held while something is recorded: PyTorch waits for the whole device before it records, which breaks another's."""


class OutOfDeviceMemory(BackendError):
    """The GPU has not enough memory left for what was asked."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """A CUDA device: its name, compute capability (8.9 is (8, 9)) and memory in bytes."""

    index: int
    name: str
    capability: tuple[int, int]
    memory: int

    @property
    def architecture(self) -> str:
        """As compilers call it: `sm_89`."""
        return f"sm_{self.capability[0]}{self.capability[1]}"

    def __str__(self) -> str:
        return f"{self.name} (compute capability {self.capability[0]}.{self.capability[1]})"


@dataclass(frozen=True, slots=True)
class Probe:
    """The GPUs found, or in words why there are none."""

    gpus: tuple[Gpu, ...]
    reason: str


@functools.cache
def probe() -> Probe:
    """The CUDA devices of this machine; asks the driver for their number before anything else touches it.

    Without a driver some NVIDIA libraries end the process at the first call: they are loaded only where this finds a
    device.
    """
    try:
        if importlib.util.find_spec("cuda.bindings") is None:
            return Probe((), "the package cuda-python is not installed")
        runtime = _runtime()
        status, count = runtime.cudaGetDeviceCount()
    except (ImportError, RuntimeError) as error:  # the package without the libraries under it
        return Probe((), f"no CUDA device: {first_line(error)}")
    if int(status) and int(runtime.cudaDriverGetVersion()[1] or 0) == 0:  # told as a driver that is too old
        return Probe((), "no CUDA device: there is no NVIDIA card or driver here")
    if int(status) or not count:
        _, text = runtime.cudaGetErrorString(status)
        return Probe((), f"no CUDA device: {text.decode() if int(status) else 'the driver knows none'}")
    gpus = []
    for index in range(count):
        properties = _call(runtime.cudaGetDeviceProperties, index)
        capability = (int(properties.major), int(properties.minor))
        gpus.append(Gpu(index, properties.name.decode().rstrip("\0"), capability, int(properties.totalGlobalMem)))
    return Probe(tuple(gpus), ", ".join(str(gpu) for gpu in gpus))


def use(index: int = 0) -> None:
    """Make device `index` the one of this thread. Raises BackendError where there is none."""
    found = probe()
    if index >= len(found.gpus):
        reason = found.reason if not found.gpus else f"there is no CUDA device {index}: {found.reason}"
        raise BackendError("{0}; run on another device, for example `--device cpu`.", reason)
    _call(_runtime().cudaSetDevice, index)
    _call(_runtime().cudaFree, 0)  # makes its context now, on versions that would wait for the first allocation


class Stream:
    """A queue of work on the device; everything of one session goes through one.

    It waits for nothing that others put on the device's default stream: they would break what is recorded on it.
    """

    def __init__(self) -> None:
        runtime = _runtime()
        self.handle: int = int(_call(runtime.cudaStreamCreateWithFlags, runtime.cudaStreamNonBlocking))

    def wait(self) -> None:
        """Until everything queued is done."""
        _call(_runtime().cudaStreamSynchronize, self.handle)

    def close(self) -> None:
        if self.handle:
            _call(_runtime().cudaStreamDestroy, self.handle)
            self.handle = 0


class DeviceBuffer:
    """Bytes on the device. Raises OutOfDeviceMemory."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.pointer: int = int(_call(_runtime().cudaMalloc, max(size, 1)))

    def close(self) -> None:
        if self.pointer:
            _call(_runtime().cudaFree, self.pointer)
            self.pointer = 0


class PinnedArray:
    """Page-locked memory of the host as a NumPy array: the only kind that is copied without a stop."""

    def __init__(self, shape: tuple[int, ...], dtype: npt.DTypeLike) -> None:
        kind = np.dtype(dtype)
        size = max(int(np.prod(shape)) * kind.itemsize, 1)
        self.pointer: int = int(_call(_runtime().cudaHostAlloc, size, 0))
        memory: Any = (ctypes.c_uint8 * size).from_address(self.pointer)
        self.array: Array = np.frombuffer(memory, kind, int(np.prod(shape))).reshape(shape)

    def close(self) -> None:
        """The array must not be used any more."""
        if self.pointer:
            self.array = np.zeros(0, self.array.dtype)
            _call(_runtime().cudaFreeHost, self.pointer)
            self.pointer = 0


def upload(buffer: DeviceBuffer, source: PinnedArray, size: int, stream: Stream) -> None:
    """Queue the copy of the first `size` bytes to the device."""
    runtime = _runtime()
    kind = runtime.cudaMemcpyKind.cudaMemcpyHostToDevice
    _call(runtime.cudaMemcpyAsync, buffer.pointer, source.pointer, size, kind, stream.handle)


def download(target: PinnedArray, buffer: DeviceBuffer, size: int, stream: Stream) -> None:
    """Queue the copy of the first `size` bytes from the device."""
    runtime = _runtime()
    kind = runtime.cudaMemcpyKind.cudaMemcpyDeviceToHost
    _call(runtime.cudaMemcpyAsync, target.pointer, buffer.pointer, size, kind, stream.handle)


class Graph:
    """Work recorded once and launched again as a whole: a launch costs as much as that of a single kernel."""

    def __init__(self, stream: Stream, record: Callable[[], None]) -> None:
        """Record what `record` queues on `stream`. Raises BackendError where something in it cannot be recorded."""
        runtime = _runtime()
        mode = runtime.cudaStreamCaptureMode.cudaStreamCaptureModeThreadLocal
        with RECORDING:
            _call(runtime.cudaStreamBeginCapture, stream.handle, mode)
            try:
                record()
            except BaseException:
                with suppress(BackendError):  # what was recorded is broken: what broke it is what to tell
                    _call(runtime.cudaGraphDestroy, _call(runtime.cudaStreamEndCapture, stream.handle))
                raise
            graph = _call(runtime.cudaStreamEndCapture, stream.handle)
        try:
            self._executable: Any = _call(runtime.cudaGraphInstantiate, graph, 0)
        finally:
            with suppress(BackendError):
                _call(runtime.cudaGraphDestroy, graph)

    def launch(self, stream: Stream) -> None:
        _call(_runtime().cudaGraphLaunch, self._executable, stream.handle)

    def close(self) -> None:
        if self._executable is not None:
            _call(_runtime().cudaGraphExecDestroy, self._executable)
            self._executable = None


def compile_kernel(architecture: str, path: Path = KERNEL, defined: Mapping[str, int] | None = None) -> bytes:
    """Machine code (cubin) of the kernels in `path` for `sm_…`, with names `defined` for its preprocessor.

    Needs no GPU. Raises BackendError in the compiler's words.
    """
    try:
        from cuda.bindings import nvrtc
    except ImportError as error:
        raise BackendError("CUDA kernels need cuda-python: run `pip install 'skelter[tensorrt]'`.") from error
    text = path.read_text(encoding="utf-8")
    options = [f"--gpu-architecture={architecture}", *(f"-D{name}={value}" for name, value in (defined or {}).items())]
    try:
        status, program = nvrtc.nvrtcCreateProgram(text.encode(), path.name.encode(), 0, [], [])
    except RuntimeError as error:  # the library itself is not there
        raise BackendError(
            "the run-time compiler of CUDA is missing ({0}): run `pip install nvidia-cuda-nvrtc`.", first_line(error)
        ) from error
    try:
        (status,) = nvrtc.nvrtcCompileProgram(program, len(options), [option.encode() for option in options])
        if int(status):
            log = bytearray(_call(nvrtc.nvrtcGetProgramLogSize, program))
            _call(nvrtc.nvrtcGetProgramLog, program, log)
            words = log.decode(errors="replace").strip("\0 \n").splitlines()
            raise BackendError(
                "a CUDA kernel does not compile for {0}: {1}.", architecture, words[0] if words else status
            )
        code = bytearray(_call(nvrtc.nvrtcGetCUBINSize, program))
        _call(nvrtc.nvrtcGetCUBIN, program, code)
        return bytes(code)
    finally:
        nvrtc.nvrtcDestroyProgram(program)


def load_kernel(architecture: str, path: Path, name: str, defined: Mapping[str, int]) -> Any:
    """The function `name` of the kernels in `path`, on the current device for as long as the program runs."""
    driver = _driver()
    module = _call(driver.cuModuleLoadData, compile_kernel(architecture, path, defined))
    return _call(driver.cuModuleGetFunction, module, name.encode())


def blocks_at_once(function: Any, threads: int, shared_bytes: int) -> int:
    """How many blocks of a kernel run on one multiprocessor; lets it have that much dynamic shared memory."""
    driver = _driver()
    kinds = driver.CUfunction_attribute
    _call(driver.cuFuncSetAttribute, function, kinds.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, shared_bytes)
    _call(driver.cuFuncSetAttribute, function, kinds.CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT, 100)
    return int(_call(driver.cuOccupancyMaxActiveBlocksPerMultiprocessor, function, threads, shared_bytes))


def launch(
    function: Any, grid: tuple[int, int, int], block: tuple[int, int, int], shared_bytes: int, stream: int,
    values: Sequence[int], kinds: str,
) -> None:  # fmt: skip
    """Queue a kernel; `kinds` has a letter for each value, p for a pointer and i for an int, and spaces to read it."""
    types = {"p": ctypes.c_void_p, "i": ctypes.c_int}
    arguments = (tuple(values), tuple(types[kind] for kind in kinds if kind != " "))
    _call(_driver().cuLaunchKernel, function, *grid, *block, shared_bytes, stream, arguments, 0)


class CropCutter:
    """`engine.crops.cut` on the GPU: a frame goes up once, its crops are cut there into the network's input."""

    def __init__(self, gpu: Gpu) -> None:
        driver = _driver()
        self._module: Any = _call(driver.cuModuleLoadData, compile_kernel(gpu.architecture))
        self._kernel = _call(driver.cuModuleGetFunction, self._module, b"cut_crops")
        self._frame: tuple[PinnedArray, DeviceBuffer] | None = None
        self._frame_hw = (0, 0)
        self._inverse: tuple[PinnedArray, DeviceBuffer] | None = None

    def cut(
        self, image: U8 | None, matrices: F64, size_wh: tuple[int, int], crops_pointer: int, stream: Stream
    ) -> None:
        """Queue the cutting of crops uint8 [N, H, W, 3] to `crops_pointer` on the device.

        `matrices` [N, 2, 3] lead from source to crop pixels; `image` None is that of the call before, which is still
        there. The stream has to be waited for before the next call.
        """
        if image is not None:
            frame_host, frame = self._frame = self._room(self._frame, image.size, np.uint8)
            frame_host.array[: image.size] = image.reshape(-1)
            upload(frame, frame_host, image.size, stream)
            self._frame_hw = image.shape[:2]
        assert self._frame is not None
        pixels, (rows, columns) = self._frame[1].pointer, self._frame_hw
        inverse_host, inverse = self._inverse = self._room(self._inverse, 6 * len(matrices), np.float32)
        inverse_host.array[: 6 * len(matrices)] = crops.invert(matrices).reshape(-1)
        upload(inverse, inverse_host, 24 * len(matrices), stream)
        width, height = size_wh
        values = (pixels, columns, rows, inverse.pointer, crops_pointer, width, height)
        grid = (-(-width // _BLOCK), -(-height // _BLOCK), len(matrices))
        launch(self._kernel, grid, (_BLOCK, _BLOCK, 1), 0, stream.handle, values, "pii pp ii")

    def close(self) -> None:
        for pair in (self._frame, self._inverse):
            for each in pair or ():
                each.close()
        self._frame = self._inverse = None
        if self._module is not None:
            _call(_driver().cuModuleUnload, self._module)
            self._module = None

    @staticmethod
    def _room(
        pair: tuple[PinnedArray, DeviceBuffer] | None, count: int, dtype: npt.DTypeLike
    ) -> tuple[PinnedArray, DeviceBuffer]:
        """The pair, or a larger one where `count` numbers do not fit."""
        if pair is not None and len(pair[0].array) >= count:
            return pair
        for each in pair or ():
            each.close()
        host = PinnedArray((count,), dtype)
        try:
            return host, DeviceBuffer(host.array.nbytes)
        except BackendError:
            host.close()
            raise


def _runtime() -> Any:
    from cuda.bindings import runtime

    return runtime


def _driver() -> Any:
    from cuda.bindings import driver

    return driver


def _call(function: Callable[..., tuple[Any, ...]], *arguments: Any) -> Any:
    """What a CUDA call gives besides its status. Raises BackendError with CUDA's words where that is not success."""
    status, *results = function(*arguments)
    if int(status):
        if int(status) == _OUT_OF_MEMORY:
            raise OutOfDeviceMemory("the GPU has no memory left: close other programs on it, or use a smaller network.")
        raise BackendError(
            "CUDA failed ({0}: {1}): try `--device cpu`.", function.__name__, getattr(status, "name", status)
        )
    return results[0] if len(results) == 1 else tuple(results) or None
