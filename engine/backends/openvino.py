"""OpenVINO: the fastest way to run a network on an x86 processor (and on Intel's graphics)."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import logging
import math
import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.backends import (
    Array,
    Availability,
    BuildProgress,
    TensorSpec,
    closed,
    installed_version,
    joined,
    not_onnx,
    one_input,
    report,
)
from engine.backends.compiled import folder_of
from engine.backends.signal_stack import own_signal_stack
from engine.errors import BackendError, ModelError, UsageError

if TYPE_CHECKING:
    import openvino as ov

PRECISIONS = ("f32", "bf16", "f16")
THROUGHPUT = "throughput"
_PLACE = re.compile(r"^Exception from |\bCheck '.*' failed at ")
_CALIBRATION = 64  # pictures at most that the ranges of int8 are found on


class OpenVino:
    """The backend; see `engine.backends.Backend`."""

    name = "openvino"
    builds_slowly = False

    def available(self) -> Availability:
        if importlib.util.find_spec("openvino") is None:
            return Availability(False, "the package is not installed; `pip install openvino` brings it")
        return Availability(True, f"OpenVINO {installed_version('openvino')}")

    @own_signal_stack()
    def load(self, model: Path, *, precision: str | None, device: str, threads: int | None = None) -> OpenVinoSession:
        ov = _quiet_openvino()
        if precision == "int8" and device.upper() != "CPU":
            raise UsageError("OpenVINO's int8 engines run on `openvino` only: leave `:{0}` out.", device)
        if precision == "int8":
            raise BackendError(
                "int8 has to prove itself first: run `skelter build {0} --precision int8`.", shlex.quote(str(model))
            )
        if precision not in (None, *PRECISIONS):
            raise UsageError("OpenVINO knows no precision {0!r}: choose one of {1}.", precision, ", ".join(PRECISIONS))
        core = ov.Core()
        is_throughput = device == THROUGHPUT
        target = "CPU" if is_throughput else device.upper()
        if not any(name == target or name.startswith(f"{target}.") for name in core.available_devices):
            found = ", ".join(core.available_devices)
            raise BackendError("OpenVINO finds no device {0} on this machine: it has {1}.", target, found)
        asked = precision
        if precision is None:
            # the plugin's own default is bf16 wherever the processor has it, without a word
            precision = "bf16" if target == "CPU" and _has_bf16(core) else "f32"
        config = _config(precision, target, threads)
        if is_throughput:
            config["PERFORMANCE_HINT"] = "THROUGHPUT"
        if (cache := folder_of(model)) is not None:
            # compiling takes up to a second, fetching what was compiled before a fifth of that; a cache that is
            # damaged is compiled afresh
            config["CACHE_DIR"] = str(cache)
            # two programs that find nothing there both write it: what one has read already would be shortened under it
            core.set_property({"ENABLE_MMAP": False})
        try:
            compiled = core.compile_model(str(model), target, config)
        except RuntimeError as error:
            if not _is_readable(core, model):
                raise not_onnx(model) from error
            raise BackendError(
                "OpenVINO cannot run {0} on {1}: try `--device onnxruntime`.", model.name, target
            ) from error
        session = (OpenVinoQueue if is_throughput else OpenVinoSession)(compiled, model.name, target)
        if asked not in (None, session.precision):  # the library takes another one without a word
            session.close()
            offered = " or ".join(dict.fromkeys((session.precision, "f32")))
            raise UsageError(
                "OpenVINO has no {0} on this {1} and would compute in {2}: choose {3}.",
                asked,
                target,
                session.precision,
                offered,
            )
        return session

    @own_signal_stack()
    def load_heatmaps(self, model: Path, keypoints: int, size_wh: tuple[int, int]) -> OpenVinoSession:
        """A pose network up to its heatmaps [N, keypoints, h, w], on the processor in f32; crops are `size_wh`.

        Raises ModelError where the file is no graph or has no heatmaps in it, BackendError without the library.
        """
        ov = _quiet_openvino()
        core = ov.Core()
        try:
            network = core.read_model(str(model))
        except RuntimeError as error:
            raise not_onnx(model) from error
        found = _heatmaps(network, keypoints, size_wh)
        if found is None:
            raise ModelError(
                "{0} has no heatmaps to show: choose a pose network that finds joints by them.", model.stem
            )
        compiled = core.compile_model(ov.Model([found], network.get_parameters()), "CPU", _config("f32", "CPU"))
        return OpenVinoSession(compiled, model.name, "CPU")

    @own_signal_stack()
    def fingerprints(self) -> Sequence[tuple[str, str]]:
        try:
            processor = _processor()
        except BackendError:  # without the library no engine runs
            return []
        return [(f"OpenVINO {installed_version('openvino')}", processor)]

    @own_signal_stack()
    def precisions(self) -> Sequence[str]:
        known = ["f32"]
        if _has_bf16(_quiet_openvino().Core()):
            known.insert(0, "bf16")
        if importlib.util.find_spec("nncf") is not None:
            known.insert(0, "int8")
        return known

    def shapes(self, model: Path) -> str:
        return "any batch"

    @own_signal_stack()
    def build(
        self, model: Path, *, precision: str, samples: Array | None = None, progress: BuildProgress | None = None
    ) -> bytes:
        ov = _quiet_openvino()
        core = ov.Core()
        report(progress, 0.0, f"reading {model.name}")
        try:
            network = core.read_model(model)
        except RuntimeError as error:
            raise not_onnx(model) from error
        if precision == "int8":
            network = _quantised(network, samples, progress)
        report(progress, 0.7, f"compiling for {precision}")
        try:
            compiled = core.compile_model(network, "CPU", _config("f32" if precision == "int8" else precision, "CPU"))
            engine: bytes = compiled.export_model().getvalue()
        except RuntimeError as error:
            raise BackendError("OpenVINO cannot build {0}: {1}", model.name, _reason(error)) from error
        report(progress, 1.0, "built")
        return engine

    @own_signal_stack()
    def open(self, engine: bytes, name: str, precision: str, *, threads: int | None = None) -> OpenVinoSession:
        core = _quiet_openvino().Core()
        try:
            # an engine does not keep the precision it was compiled for: unless told, the library takes its default
            config = _config("f32" if precision == "int8" else precision, "CPU", threads)
            compiled = core.import_model(engine, "CPU", config)
        except RuntimeError as error:
            reason = _reason(error)
            raise BackendError(
                "the engine of {0} does not load ({1}): `skelter build` makes it anew.", name, reason
            ) from error
        session = OpenVinoSession(compiled, name, "CPU")
        if precision == "int8":  # the rest of the graph, which the library goes by, is float
            session.precision = precision
            session.description = session.description.rpartition(",")[0] + f", {precision}"
        return session


class OpenVinoSession:
    """A compiled network with one request; shapes may change from call to call."""

    def __init__(self, compiled: ov.CompiledModel, model_name: str, target: str) -> None:
        one_input([port.any_name if port.names else "" for port in compiled.inputs], model_name)
        self._request: ov.InferRequest | None = compiled.create_infer_request()
        self._model_name = model_name
        self.input = _spec(compiled.inputs[0])
        self.outputs = tuple(_spec(port) for port in compiled.outputs)
        # what the compiled model says, not what was asked
        precision = compiled.get_property("INFERENCE_PRECISION_HINT").get_type_name()
        version = installed_version("openvino").rsplit(".", 1)[0]
        self.precision: str = precision
        self.description = f"OpenVINO {version} on {target}, {precision}"

    def run(self, batch: Array) -> tuple[Array, ...]:
        if self._request is None:
            raise closed(self._model_name)
        try:
            # always shared: once a request holds a caller's memory, a larger batch cannot be copied into it
            results = self._request.infer([np.ascontiguousarray(batch)], share_inputs=True, share_outputs=False)
        except RuntimeError as error:
            raise _failed(self._model_name, error) from error
        return tuple(np.asarray(value) for value in results.values())

    def close(self) -> None:
        self._request = None


class OpenVinoQueue(OpenVinoSession):
    """A network compiled for throughput: many pictures at a time, each on few threads, the answers in order.

    A batch of `run` is dealt out picture by picture; for files and folders, where what counts is how many are done in
    the end, not how long one takes.
    """

    def __init__(self, compiled: ov.CompiledModel, model_name: str, target: str) -> None:
        super().__init__(compiled, model_name, target)
        self._queue: Any = _quiet_openvino().AsyncInferQueue(compiled)
        self._results: dict[int, tuple[Array, ...]] = {}
        self._queue.set_callback(self._finish)
        self.description += f", {len(self._queue)} at a time"

    def run(self, batch: Array) -> tuple[Array, ...]:
        if self._queue is None:
            raise closed(self._model_name)
        step = self.input.shape[0] or 1
        starts = range(0, len(batch), step)
        given = np.ascontiguousarray(batch)
        try:
            for place, start in enumerate(starts):
                self._queue.start_async([given[start : start + step]], place, share_inputs=True)
            self._queue.wait_all()
        except RuntimeError as error:
            raise _failed(self._model_name, error) from error
        results = [self._results.pop(place) for place in range(len(starts))]
        return joined(results, len(batch))

    def close(self) -> None:
        super().close()
        self._queue = None

    def _finish(self, request: ov.InferRequest, place: int) -> None:
        self._results[place] = tuple(np.array(tensor.data) for tensor in request.output_tensors)


def _heatmaps(network: ov.Model, keypoints: int, size_wh: tuple[int, int]) -> Any:
    """The output that carries heatmaps, the last before they are smoothed and decoded; None where there is none.

    Smoothing takes the maps apart, one a picture, and a Reshape puts them together again.
    """
    for node in reversed(network.get_ordered_ops()):
        if node.get_type_name() in ("Reshape", "Result", "Constant", "Parameter") or len(node.outputs()) != 1:
            continue
        shape = node.output(0).get_partial_shape()
        if shape.rank.is_dynamic or shape.rank.get_length() != 4 or any(size.is_dynamic for size in list(shape)[1:]):
            continue
        _, planes, height, width = (0 if size.is_dynamic else size.get_length() for size in shape)
        if planes == keypoints and 1 < width < size_wh[0] and height * size_wh[0] == width * size_wh[1]:
            return node.output(0)
    return None


def _config(precision: str, target: str, threads: int | None = None) -> dict[str, Any]:
    config: dict[str, Any] = {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY"}
    if target == "CPU":
        config["ENABLE_CPU_PINNING"] = False  # decoding and encoding share the cores
        if threads is not None:
            config["INFERENCE_NUM_THREADS"] = threads
    return config


def _has_bf16(core: ov.Core) -> bool:
    return "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def _processor() -> str:
    name: str = _quiet_openvino().Core().get_property("CPU", "FULL_DEVICE_NAME")
    return name.strip()


def _quantised(network: ov.Model, samples: Array | None, progress: BuildProgress | None) -> ov.Model:
    """The network computing in bytes where that is safe: NNCF's post-training quantisation on `samples`."""
    if samples is None or len(samples) == 0:
        raise UsageError("int8 needs pictures of people to be adjusted on: give some.")
    try:
        import nncf
    except ImportError as error:
        raise BackendError("int8 needs NNCF: run `pip install 'skelter[int8]'`.") from error
    logging.getLogger("nncf").setLevel(logging.ERROR)
    chosen = samples[:_CALIBRATION]
    batches = _Watched(chosen, _spec(network.inputs[0]), progress)
    options = nncf.AdvancedQuantizationParameters(disable_bias_correction=False)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            quantised: ov.Model = nncf.quantize(
                network, nncf.Dataset(batches), subset_size=len(batches), advanced_parameters=options,
                ignored_scope=_decoding_scope(network),  # it holds coordinates: a byte cannot
            )  # fmt: skip
    except (nncf.errors.ValidationError, RuntimeError) as error:
        raise BackendError("NNCF cannot make int8 of this network: {0}", _reason(error)) from error
    return quantised


class _Watched:
    """Samples in batches, as small as the input takes them, that tell how far they have been read; more than once."""

    def __init__(self, samples: Array, entry: TensorSpec, progress: BuildProgress | None) -> None:
        self._samples, self._progress, self._share = samples, progress, 0.1
        self._step = (entry.shape[0] if entry.shape else None) or 1

    def __len__(self) -> int:
        return math.ceil(len(self._samples) / self._step)

    def __iter__(self) -> Iterator[Array]:
        for start in range(0, len(self._samples), self._step):
            self._share = max(self._share, 0.1 + 0.5 * start / len(self._samples))
            report(self._progress, self._share, "adjusting int8 on pictures")
            # those that are missing in the last one are the first ones again: blank pictures would move the ranges
            yield self._samples[np.arange(start, start + self._step) % len(self._samples)]


def _decoding_scope(network: ov.Model) -> Any:
    """NNCF's name for what comes behind the last layer with weights."""
    import nncf

    layers = ("Convolution", "GroupConvolution", "ConvolutionBackpropData", "MatMul")
    operations = network.get_ordered_ops()
    ahead: set[str] = set()
    for operation in reversed(operations):
        # a kernel of one plane smooths heatmaps while they are decoded: no layer of the network
        is_layer = operation.get_type_name() in layers and np.prod(list(operation.input_value(1).get_shape())[:2]) > 1
        if is_layer or operation.get_friendly_name() in ahead:
            ahead.add(operation.get_friendly_name())
            ahead.update(value.get_node().get_friendly_name() for value in operation.input_values())
    inert = ("Constant", "Parameter", "Result")
    names = [
        operation.get_friendly_name() for operation in operations
        if operation.get_friendly_name() not in ahead and operation.get_type_name() not in inert
    ]  # fmt: skip
    return nncf.IgnoredScope(names=names, validate=False)


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


def _failed(model_name: str, error: Exception) -> BackendError:
    return BackendError(
        "OpenVINO failed while running {0} ({1}): try `--device onnxruntime`, or another model.",
        model_name,
        _reason(error),
    )


def _reason(error: Exception) -> str:
    """What the library says of it, without the places in its source that it puts before, a line each."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return next((line for line in lines if not _PLACE.search(line)), lines[0]).rstrip(".:")


def _quiet_openvino() -> Any:
    """The library without its telemetry, which at the import alone would send an event over the network.

    Raises BackendError where it cannot start.
    """
    # OpenVINO falls back to a stub of its own where this module cannot be imported
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    try:
        import openvino
    except ImportError as error:  # not installed, or a library of the system is missing or too old
        raise BackendError(
            "OpenVINO cannot start ({0}): install it again, or use `--device onnxruntime`.", str(error)
        ) from error
    return openvino
