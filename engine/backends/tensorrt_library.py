"""Which of NVIDIA's libraries is used, `tensorrt` (10 or 11) or `tensorrt_rtx`, and what is said to and by it."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

from engine import cuda
from engine.backends import installed_version
from engine.errors import BackendError

LIBRARIES = ("tensorrt", "tensorrt_rtx")  # in the order of preference
_NO_MEMORY = ("out of memory", "outofmemory", "could not be allocated")  # in their words
INSTALL = "run `pip install 'skelter[rtx]'` (GeForce and RTX cards) or `pip install 'skelter[tensorrt]'`"


def installed() -> str | None:
    """The name of the library that is used; None where none is installed."""
    return next((name for name in LIBRARIES if importlib.util.find_spec(name) is not None), None)


def load(library: str | None) -> Any:
    """The module of an installed library. Raises BackendError where it is None, or cannot start."""
    if library is None:
        raise BackendError("TensorRT is not installed: {0}.", INSTALL)
    try:
        return importlib.import_module(library)
    except (ImportError, OSError) as error:  # installed, but a library of the system is missing
        raise BackendError("{0} cannot start ({1}): install it again.", title(library), one_line(str(error))) from error


def title(library: str) -> str:
    """What people call it."""
    return {"tensorrt": "TensorRT", "tensorrt_rtx": "TensorRT-RTX"}[library]


def identity(library: str) -> str:
    """Its name and version, as in the keys of engines."""
    return f"{title(library)} {installed_version(library)}"


def one_line(text: str) -> str:
    """The first line of what a library says, short enough for a sentence."""
    return text.strip().split("\n", 1)[0].rstrip(". ")[:200]


def logger(trt: Any) -> Any:
    """A logger that keeps the last thing that went wrong as `last`, for the error; the console is the user's.

    `memory_ended` is whether it was that; who has told of it resets it.
    """

    class Log(trt.ILogger):  # type: ignore[misc]
        def __init__(self) -> None:
            trt.ILogger.__init__(self)
            self.last = "no reason given"
            self.memory_ended = False

        def log(self, severity: Any, message: str) -> None:
            if severity <= trt.ILogger.Severity.ERROR:
                self.last = one_line(message)
                self.memory_ended |= any(words in message.lower() for words in _NO_MEMORY)

    return Log()


def target(trt: Any, capability: tuple[int, int]) -> Any:
    """TensorRT-RTX's name of a compute capability. Raises BackendError where it has no code for that."""
    known = trt.ComputeCapability.__members__
    name = f"SM{capability[0]}{capability[1]}"
    if name not in known:
        raise BackendError(
            "TensorRT-RTX has no code for compute capability {0}.{1} (it has {2}): use `--device torch:cuda`, "
            "or `tensorrt`.",
            capability[0],
            capability[1],
            ", ".join(each for each in known if each.startswith("SM")),
        )
    return known[name]


def missing_target(trt: Any, gpu: cuda.Gpu) -> str:
    """Why TensorRT-RTX cannot build for `gpu`; empty where it can."""
    try:
        target(trt, gpu.capability)
    except BackendError:
        return f"has no code for {gpu}; `pip install 'skelter[tensorrt]'`, or `--device torch:cuda`"
    return ""
