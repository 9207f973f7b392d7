"""ONNX Runtime: runs every ONNX graph everywhere, on the processor and through its providers on other devices."""

from __future__ import annotations

import importlib.util
import logging
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.backends import Array, Availability, TensorSpec, closed, installed_version, joined, not_onnx, one_input
from engine.errors import BackendError, ModelError, UsageError

if TYPE_CHECKING:
    import onnxruntime as ort

_log = logging.getLogger(__name__)

PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "directml": "DmlExecutionProvider",
}
_DTYPES = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(double)": np.float64,
    "tensor(uint8)": np.uint8,
    "tensor(int32)": np.int32,
    "tensor(int64)": np.int64,
    "tensor(bool)": np.bool_,
}
_OUT_OF_MEMORY = ("Failed to allocate memory", "out of memory", "bad allocation", "bad_alloc")
_FATAL_ONLY = 4  # what goes wrong comes as an exception; the console is the user's


class OnnxRuntime:
    """The backend; see `engine.backends.Backend`."""

    name = "onnxruntime"

    def available(self) -> Availability:
        if importlib.util.find_spec("onnxruntime") is None:
            return Availability(False, "the package is not installed; `pip install onnxruntime` brings it")
        return Availability(True, f"ONNX Runtime {installed_version('onnxruntime')}")

    def load(
        self, model: Path, *, precision: str | None, device: str, threads: int | None = None
    ) -> OnnxRuntimeSession:
        if precision not in (None, "f32"):
            raise UsageError("ONNX Runtime computes in the precision of the file, not in {0}: leave it out.", precision)
        if device not in PROVIDERS:
            raise UsageError("ONNX Runtime knows no device {0!r}: choose one of {1}.", device, ", ".join(PROVIDERS))
        session = open_session(model, provider=PROVIDERS[device], threads=threads)
        return OnnxRuntimeSession(session, model.name, device)

    def fingerprints(self) -> Sequence[tuple[str, str]]:
        return ()


def open_session(
    model: Path, *, provider: str = "CPUExecutionProvider", threads: int | None = None
) -> ort.InferenceSession:
    """An InferenceSession that runs on `provider` and nowhere else, silent on the console.

    Raises ModelError where the file is no ONNX graph, BackendError where the provider is not there.
    """
    try:
        import onnxruntime as ort
        from onnxruntime.capi import onnxruntime_pybind11_state as states
    except ImportError as error:  # installed, but a library of the system is missing or too old
        raise BackendError("ONNX Runtime cannot start ({0}): install it again.", str(error)) from error

    # the CPU alone takes over what another provider cannot do; the library would else fall back to it for everything
    if provider not in ort.get_available_providers():
        raise BackendError(
            "this ONNX Runtime has no {0}: install the build that has it, or use `--device onnxruntime`.", provider
        )
    options = ort.SessionOptions()
    options.log_severity_level = _FATAL_ONLY
    # idle threads wait instead of spinning: decoding, encoding and the other network want the cores meanwhile
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if threads is not None:
        options.intra_op_num_threads = threads
    providers = list(dict.fromkeys([provider, "CPUExecutionProvider"]))
    try:
        # its own fall-back would try the processor where the provider fails, and print that it does
        session = ort.InferenceSession(str(model), options, providers=providers, enable_fallback=0)
    except (states.InvalidProtobuf, states.InvalidGraph, states.InvalidArgument, states.NoModel) as error:
        raise not_onnx(model) from error
    except (
        states.Fail, states.NotImplemented, states.RuntimeException, states.EPFail, RuntimeError,
        ValueError,  # names that are no text
    ) as error:  # fmt: skip
        if re.search(r"opset \d+ is under development|unsupported model ir version", str(error), re.IGNORECASE):
            raise ModelError(
                "{0} is of a newer ONNX than ONNX Runtime {1} knows: export it with an older opset, or run "
                "`pip install -U onnxruntime`.",
                model,
                ort.__version__,
            ) from error
        raise ModelError(
            "ONNX Runtime {0} cannot load {1}: check that the file was copied whole.", ort.__version__, model
        ) from error
    if session.get_providers()[0] != provider:
        raise BackendError("ONNX Runtime could not start {0} and would use the processor: check its driver.", provider)
    return session


def input_spec(session: ort.InferenceSession, model_name: str) -> TensorSpec:
    """The one input of a graph. Raises ModelError where it has none or several."""
    inputs = [_spec(value, model_name) for value in session.get_inputs()]
    one_input([spec.name for spec in inputs], model_name)
    return inputs[0]


class OnnxRuntimeSession:
    """A graph on one provider. Where a batch does not fit into memory, it is run in smaller ones from then on."""

    precision = "f32"

    def __init__(self, session: ort.InferenceSession, model_name: str, device: str) -> None:
        self._session: ort.InferenceSession | None = session
        self._model_name = model_name
        self._largest = sys.maxsize  # batch that is run at once
        self.input = input_spec(session, model_name)
        self.outputs = tuple(_spec(value, model_name) for value in session.get_outputs())
        # read back, not what was asked for: the processor takes over what a provider cannot do
        used = [name.removesuffix("ExecutionProvider") for name in session.get_providers()]
        place = device.upper() if used == ["CPU"] else " and ".join(used)
        self.description = f"ONNX Runtime {installed_version('onnxruntime')} on {place}, f32"

    def run(self, batch: Array) -> tuple[Array, ...]:
        if len(batch) <= self._largest:
            results = self._run(batch)
            if results is not None:
                return results
        parts: list[tuple[Array, ...]] = []
        start = 0
        while start < len(batch):
            part = batch[start : start + self._largest]
            results = self._run(part)
            if results is not None:
                parts.append(results)
                start += len(part)
        return joined(parts, len(batch))

    def _run(self, batch: Array) -> tuple[Array, ...] | None:
        """None where there is no memory for so large a batch: `_largest` is smaller then."""
        from onnxruntime.capi import onnxruntime_pybind11_state as states

        if self._session is None:
            raise closed(self._model_name)
        try:
            return tuple(self._session.run(None, {self.input.name: batch}))
        except (states.Fail, states.InvalidArgument, states.RuntimeException, states.NotImplemented) as error:
            reason = str(error).splitlines()[0]
            if not any(words in reason for words in _OUT_OF_MEMORY):
                raise BackendError("ONNX Runtime failed while running {0}: {1}", self._model_name, reason) from error
            if len(batch) == 1 or self.input.shape[0] is not None:
                raise BackendError(
                    "there is not enough memory to run {0}: close other programs, or use a smaller network.",
                    self._model_name,
                ) from error
            self._largest = len(batch) // 2
            _log.warning("%s runs %d at a time: there is no memory for more.", self._model_name, self._largest)
            return None

    def close(self) -> None:
        self._session = None


def _spec(value: ort.NodeArg, model_name: str) -> TensorSpec:
    try:
        shape = tuple(size if isinstance(size, int) else None for size in value.shape or ())
        return TensorSpec(value.name, shape, np.dtype(_DTYPES.get(value.type, np.void)))
    except UnicodeDecodeError as error:
        raise ModelError("{0} has names that are no text: check that the file was copied whole.", model_name) from error
