"""OpenVINO: the fastest way to run a network on an x86 processor (and on Intel's graphics)."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import platformdirs

from engine.backends import Array, Availability, TensorSpec, installed_version
from engine.errors import BackendError, ModelError, UsageError

if TYPE_CHECKING:
    import openvino as ov

PRECISIONS = ("f32", "bf16", "f16")


class OpenVino:
    """The backend; see `engine.backends.Backend`."""

    name = "openvino"

    def available(self) -> Availability:
        if importlib.util.find_spec("openvino") is None:
            return Availability(False, "the package is not installed; `pip install openvino` brings it")
        return Availability(True, f"OpenVINO {installed_version('openvino')}")

    def load(self, model: Path, *, precision: str | None, device: str, threads: int | None = None) -> OpenVinoSession:
        try:
            ov = _quiet_openvino()
        except ImportError as error:  # installed, but a library of the system is missing or too old
            raise BackendError(f"OpenVINO cannot start ({error}): try `--device onnxruntime`.") from error

        if precision not in (None, *PRECISIONS):
            raise UsageError(f"OpenVINO knows no precision {precision!r}: choose one of {', '.join(PRECISIONS)}.")
        core = ov.Core()
        target = device.upper()
        if not any(name == target or name.startswith(f"{target}.") for name in core.available_devices):
            found = ", ".join(core.available_devices)
            raise BackendError(f"OpenVINO finds no device {target} on this machine: it has {found}.")
        if precision is None:
            # the plugin's own default is bf16 wherever the processor has it, without a word
            native = core.get_property(target, "OPTIMIZATION_CAPABILITIES")
            precision = "bf16" if target == "CPU" and "BF16" in native else "f32"
        config: dict[str, Any] = {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY"}
        if target == "CPU":
            config["ENABLE_CPU_PINNING"] = False  # decoding and encoding share the cores
            if threads is not None:
                config["INFERENCE_NUM_THREADS"] = threads
        if (cache := _cache_folder()) is not None:
            # compiling takes up to a second, fetching what was compiled before a fifth of that; a file changed since
            # then, and a cache that is damaged, are compiled afresh
            config["CACHE_DIR"] = str(cache)
        try:
            compiled = core.compile_model(str(model), target, config)
        except RuntimeError as error:
            if not _is_readable(core, model):
                raise ModelError(f"{model} is not an ONNX model: check that the file was copied whole.") from error
            raise BackendError(f"OpenVINO cannot run {model.name} on {target}: try `--device onnxruntime`.") from error
        return OpenVinoSession(compiled, model.name, target)


class OpenVinoSession:
    """A compiled network with one request; shapes may change from call to call."""

    def __init__(self, compiled: ov.CompiledModel, model_name: str, target: str) -> None:
        if len(compiled.inputs) != 1:
            names = ", ".join(port.any_name for port in compiled.inputs)
            raise ModelError(
                f"{model_name} has {len(compiled.inputs)} inputs ({names}): only graphs with one can be run."
            )
        self._request: ov.InferRequest | None = compiled.create_infer_request()
        self._model_name = model_name
        self.input = _spec(compiled.inputs[0])
        self.outputs = tuple(_spec(port) for port in compiled.outputs)
        # what the compiled model says, not what was asked: f16 silently becomes bf16 on a CPU
        precision = compiled.get_property("INFERENCE_PRECISION_HINT").get_type_name()
        version = installed_version("openvino").rsplit(".", 1)[0]
        self.precision: str = precision
        self.description = f"OpenVINO {version} on {target}, {precision}"

    def run(self, batch: Array) -> tuple[Array, ...]:
        if self._request is None:
            raise BackendError(f"{self._model_name} was closed and cannot run any more: load it again.")
        try:
            # always shared: once a request holds a caller's memory, a larger batch cannot be copied into it
            results = self._request.infer([np.ascontiguousarray(batch)], share_inputs=True, share_outputs=False)
        except RuntimeError as error:
            raise BackendError(f"OpenVINO failed while running {self._model_name}: {_first_line(error)}") from error
        return tuple(np.asarray(value) for value in results.values())

    def close(self) -> None:
        self._request = None


def _cache_folder() -> Path | None:
    """Where compiled networks are kept; None where nothing can be written there, on which OpenVINO would fail."""
    folder = platformdirs.user_cache_path("skelter", appauthor=False) / "openvino"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return None


def _is_readable(core: ov.Core, model: Path) -> bool:
    try:
        core.read_model(model)
    except RuntimeError:
        return False
    return True


def _spec(port: Any) -> TensorSpec:
    shape = port.get_partial_shape()
    if shape.rank.is_dynamic:
        sizes: tuple[int | None, ...] = ()
    else:
        sizes = tuple(None if size.is_dynamic else size.get_length() for size in shape)
    return TensorSpec(port.any_name if port.names else "", sizes, np.dtype(port.get_element_type().to_dtype()))


def _first_line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)


def _quiet_openvino() -> Any:
    """The library without its telemetry, which at the import alone would send an event over the network."""
    # OpenVINO falls back to a stub of its own where this module cannot be imported
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino
