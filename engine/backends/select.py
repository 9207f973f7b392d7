"""Which backends can run a graph on this machine, the best first, and why."""

from __future__ import annotations

import difflib
import shutil
from dataclasses import dataclass
from pathlib import Path

from engine.backends import Backend, EngineBuilder
from engine.backends.onnxruntime import OnnxRuntime
from engine.backends.openvino import OpenVino
from engine.backends.tensorrt import TensorRt
from engine.backends.torch import Torch
from engine.errors import BackendError, UsageError

# in the order in which `auto` prefers them; PyTorch is used where somebody asks for it
BACKENDS: dict[str, Backend] = {
    backend.name: backend for backend in (TensorRt(), OpenVino(), OnnxRuntime(), Torch())
}  # fmt: skip
_ON_CPU = ("openvino", "onnxruntime")
PRECISIONS = ("f32", "bf16", "f16", "int8")
"""Those that some backend has."""
_GPU_AS_SUCH = ("gpu", "cuda", "nvidia")  # what people call it: which one, and by which library, they have to say
_DEFAULT_DEVICE = {"tensorrt": "cuda", "torch": "cpu"}


@dataclass(frozen=True, slots=True)
class Selection:
    """A backend chosen, the device it shall use, and why, in one line for people."""

    backend: Backend
    device: str
    why: str

    @property
    def name(self) -> str:
        """What to ask `engine.loading.load` for to get just this again: `openvino:cpu`."""
        return f"{self.backend.name}:{self.device}"


def select(device: str = "auto") -> list[Selection]:
    """The backends to try for `device`, the best first (never empty).

    `auto` takes TensorRT where there is a GPU for it, then those of the processor; `cpu` these alone; `openvino` or
    `onnxruntime` that one; `openvino:gpu`, `onnxruntime:cuda` or `torch:cuda` that one on that device. Raises
    UsageError for a name that is none of these, BackendError where nothing usable is left.
    """
    check_names(device)
    name, _, part = device.lower().partition(":")
    if name in ("auto", "cpu"):
        return _by_preference(device, name)
    backend = BACKENDS[name]
    state = backend.available()
    if not state.usable:
        raise BackendError("{0} cannot be used here: {1}; `--device auto` takes what can.", name, state.reason)
    return [Selection(backend, part or usual_device(name), f"{device}: asked for")]


def check_names(device: str, precision: str | None = None) -> None:
    """Raises UsageError where there is no such device, or no backend has such a precision; whether they can be had here
    `engine.loading` finds out."""
    name, _, part = device.lower().partition(":")
    if name in _GPU_AS_SUCH:
        raise UsageError(
            "there is no device or backend called {0!r}: choose tensorrt, torch:cuda or onnxruntime:cuda for a GPU of "
            "NVIDIA's, openvino:gpu for one of Intel's.",
            device,
        )
    if name not in BACKENDS and (name not in ("auto", "cpu") or part):
        names = ["auto", "cpu", *BACKENDS]
        near = difflib.get_close_matches(name, names, n=1)
        if near:
            raise UsageError("there is no device or backend called {0!r}: did you mean {1}?", device, near[0])
        raise UsageError("there is no device or backend called {0!r}: choose one of {1}.", device, ", ".join(names))
    if precision not in (None, *PRECISIONS):
        raise UsageError("There is no precision {0!r}: choose one of {1}.", precision, ", ".join(PRECISIONS))


def builder(device: str = "auto") -> EngineBuilder:
    """The best backend for `device` that builds engines. Raises as `select`, UsageError where none of them does."""
    for choice in select(device):
        if isinstance(choice.backend, EngineBuilder):
            name, usual = choice.backend.name, usual_device(choice.backend.name)
            if choice.device != usual:
                raise UsageError("{0} builds engines for {1} only: leave `:{2}` out.", name, usual, choice.device)
            return choice.backend
    raise UsageError("{0} builds nothing: --device is auto, tensorrt or openvino here.", device)


def usual_device(name: str) -> str:
    """Where a backend runs unless told otherwise, and the only place it builds engines for."""
    return _DEFAULT_DEVICE.get(name, "cpu")


def _by_preference(device: str, name: str) -> list[Selection]:
    states = {backend: BACKENDS[backend].available() for backend in _ON_CPU}
    usable = [backend for backend, state in states.items() if state.usable]
    passed_over = [f"{backend}: {state.reason}" for backend, state in states.items() if not state.usable]
    if name == "auto":
        state = BACKENDS["tensorrt"].available()
        if state.usable:
            usable.insert(0, "tensorrt")
        elif _has_nvidia_card():  # else nobody misses it
            other = ", or try `--device torch:cuda`" if BACKENDS["torch"].available().usable else ""
            passed_over.insert(0, f"there is an NVIDIA card, but TensorRT: {state.reason}{other}")
    if not usable:
        told = "; ".join(passed_over)
        raise BackendError("no inference library can be used here ({0}): run `pip install onnxruntime`.", told)
    first = "; ".join(passed_over) or "the fastest here"
    return [
        Selection(
            BACKENDS[backend], usual_device(backend),
            f"{device}: {backend}, {first if rank == 0 else 'the next best'}",
        )
        for rank, backend in enumerate(usable)
    ]  # fmt: skip


def _has_nvidia_card() -> bool:
    """By its driver's tool or files: no library of NVIDIA's is loaded for this."""
    return shutil.which("nvidia-smi") is not None or Path("/proc/driver/nvidia/version").exists()
