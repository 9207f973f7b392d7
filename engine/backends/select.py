"""Which backend runs a graph on this machine, and why: `load` is how the rest of the program gets a Session."""

from __future__ import annotations

import difflib
import logging
import shlex
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from engine.backends import Backend, BuildProgress, EngineBuilder, Session
from engine.backends.meanwhile import Meanwhile
from engine.backends.onnxruntime import OnnxRuntime
from engine.backends.openvino import OpenVino
from engine.backends.standby import standby
from engine.backends.tensorrt import TensorRt
from engine.backends.torch import Torch
from engine.errors import BackendError, ModelError, SkelterError, UsageError

if TYPE_CHECKING:
    from engine.cards import ModelCard

_log = logging.getLogger(__name__)

# in the order in which `auto` prefers them; PyTorch is used where somebody asks for it
BACKENDS: dict[str, Backend] = {
    backend.name: backend for backend in (TensorRt(), OpenVino(), OnnxRuntime(), Torch())
}  # fmt: skip
_ON_CPU = ("openvino", "onnxruntime")
PRECISIONS = ("f32", "bf16", "f16", "int8")
"""Those that some backend has."""
_DEFAULT_DEVICE = {"tensorrt": "cuda", "torch": "cpu"}


@dataclass(frozen=True, slots=True)
class Selection:
    """A backend chosen, the device it shall use, and why, in one line for people."""

    backend: Backend
    device: str
    why: str

    @property
    def name(self) -> str:
        """What to ask `load` for to get just this again: `openvino:cpu`."""
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
        raise BackendError(f"{name} cannot be used here: {state.reason}; `--device auto` takes what can.")
    return [Selection(backend, part or _usual_device(name), f"{device}: asked for")]


def check_names(device: str, precision: str | None = None) -> None:
    """Raises UsageError where there is no such device, or no backend has such a precision; whether they can be had here
    `load` finds out."""
    name, _, part = device.lower().partition(":")
    if name not in BACKENDS and (name not in ("auto", "cpu") or part):
        names = ["auto", "cpu", *BACKENDS]
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(names)}."
        raise UsageError(f"there is no device or backend called {device!r}: {hint}")
    if precision not in (None, *PRECISIONS):
        raise UsageError(f"There is no precision {precision!r}: choose one of {', '.join(PRECISIONS)}.")


def builder(device: str = "auto") -> EngineBuilder:
    """The best backend for `device` that builds engines. Raises as `select`, UsageError where none of them does."""
    for choice in select(device):
        if isinstance(choice.backend, EngineBuilder):
            name, usual = choice.backend.name, _usual_device(choice.backend.name)
            if choice.device != usual:
                raise UsageError(f"{name} builds engines for {usual} only: leave `:{choice.device}` out.")
            return choice.backend
    raise UsageError(f"{device} builds nothing: --device is auto, tensorrt or openvino here.")


def build_command(card: ModelCard, backend: EngineBuilder, precision: str | None = None) -> str:
    """What builds an engine of `card` by `backend`, as it is typed: a file that does not run by name by its path."""
    from engine.models import EMBEDDED, user_models  # it looks into graphs, and so needs this package

    runs_by_name = card.path.parent in (EMBEDDED, user_models())
    words = ["skelter", "build", shlex.quote(card.path.stem if runs_by_name else str(card.path))]
    if builder().name != backend.name:
        words += ["--device", backend.name]
    return " ".join(words + (["--precision", precision] if precision else []))


def _usual_device(name: str) -> str:
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
        raise BackendError(f"no inference library can be used here ({told}): run `pip install onnxruntime`.")
    first = "; ".join(passed_over) or "the fastest here"
    return [
        Selection(
            BACKENDS[backend], _usual_device(backend),
            f"{device}: {backend}, {first if rank == 0 else 'the next best'}",
        )
        for rank, backend in enumerate(usable)
    ]  # fmt: skip


def load(
    model: Path, *, device: str = "auto", precision: str | None = None, threads: int | None = None,
    card: ModelCard | None = None, wait: bool = False,
) -> tuple[Session, Selection]:  # fmt: skip
    """The graph of `model`, loaded, and why it runs where it runs.

    precision  `f32`, `bf16`, `f16` or `int8`; None lets the backend choose (its description says what it took)
    threads    CPU threads to use; None leaves it to the backend
    card       of the model: with it, engines that were built for this machine are used
    wait       build an engine that is to be built before it runs, instead of running by something else meanwhile

    Under `auto` and `cpu` a backend that refuses the graph, or fails while it runs, gives way to the next; under `auto`
    the next one serves while an engine for the first is built. Raises ModelError where the file is no ONNX graph,
    BackendError where no backend can run it, UsageError for a device or precision that does not exist.
    """
    choices = select(device)
    session, rank = _first(choices, device, model, precision, threads, card, wait=wait)
    choice, others = choices[rank], choices[rank + 1 :]
    if session is None:
        serving, place = _first(others, device, model, None, threads, card)
        assert serving is not None
        second = others[place]
        session = _meanwhile(serving, (second.name, choice.name), choice, precision, card, threads)
        why = f"{device}: {second.backend.name}, while an engine for {choice.backend.name} is built"
        choice = replace(second, why=why)
    return _with_standby(session, choice.name, others, model, threads), choice


def _first(
    choices: list[Selection], device: str, model: Path, precision: str | None, threads: int | None,
    card: ModelCard | None, *, wait: bool = False,
) -> tuple[Session | None, int]:  # fmt: skip
    """The session of the first that runs `model`, and which that is; None where its engine is to be built first, and
    another can serve meanwhile. `choices` learn why those before were passed over."""
    first: SkelterError | None = None
    for rank, choice in enumerate(choices):
        is_last = rank == len(choices) - 1
        try:
            session = _open(choice, model, precision, threads, card, wait=wait)
            if session is None and (is_last or wait):  # else another can serve meanwhile
                session = _built(choice, precision, card, threads)
        except UsageError:
            # int8 is there in engines alone: how to get one was the first one's word
            if precision == "int8" and first is not None:
                raise first from None
            raise
        except (ModelError, BackendError) as refusal:
            if is_last:
                raise
            first = first or refusal
            choices[rank + 1] = replace(choices[rank + 1], why=f"{device}: {choice.backend.name} refused: {refusal}")
            continue
        return session, rank
    raise AssertionError("select() gave no choice")


def _with_standby(session: Session, device: str, others: list[Selection], model: Path, threads: int | None) -> Session:
    """`session`, which runs on `device`, with the others behind it, which choose their precision."""
    loaders = [
        (other.name, partial(other.backend.load, model, precision=None, device=other.device, threads=threads))
        for other in others
    ]
    return standby(session, device, loaders, model.stem) if loaders else session


def _open(
    choice: Selection, model: Path, precision: str | None, threads: int | None, card: ModelCard | None, *, wait: bool
) -> Session | None:
    """A session; None where an engine has to be built first."""
    backend = choice.backend
    if card is not None and isinstance(backend, EngineBuilder) and choice.device == _usual_device(backend.name):
        from engine.build import Found, find  # it runs networks itself, and so needs this module

        is_chosen = precision is None or precision in backend.precisions()
        found = find(card, backend, precision, threads) if is_chosen else Found(None)
        # int8 is adjusted on pictures, which only `skelter build` is given
        is_lost_for_good = found.lost == "int8"
        if found.notice:
            if is_lost_for_good:
                remedy = f"`{build_command(card, backend, 'int8')} --pictures CLIP` makes it again"
            elif wait:
                remedy = "it is built again now"
            else:
                remedy = f"it is built again while this runs, or at once by `{build_command(card, backend)}`"
            _log.warning("%s: %s; %s.", card.name, found.notice, remedy)
        if found.session is not None or (backend.name == "tensorrt" and is_chosen and precision != "int8"):
            return found.session
        if found.notice and not is_lost_for_good:  # without an engine it serves as well
            again, or_next = precision or found.lost, precision is None
            if wait:
                with suppress(BackendError):  # none is right: then it runs without one
                    return _built(choice, again, card, threads, or_next=or_next)
            serving = backend.load(model, precision=precision, device=choice.device, threads=threads)
            if not wait:
                devices = (choice.name, choice.name)
                serving = _meanwhile(serving, devices, choice, again, card, threads, or_next=or_next)
            return serving
        if precision == "int8":
            raise BackendError(
                f"int8 has to prove itself first: run `{build_command(card, backend, 'int8')}`. Where that refuses it, "
                "leave --precision out: what is fastest of what passed is taken then."
            )
    return backend.load(model, precision=precision, device=choice.device, threads=threads)


def _built(
    choice: Selection, precision: str | None, card: ModelCard | None, threads: int | None, *, or_next: bool = False
) -> Session:
    """Build now, as nothing else was asked for."""
    from engine.build import build_quietly

    assert isinstance(choice.backend, EngineBuilder)
    assert card is not None
    command = build_command(card, choice.backend)
    _log.warning("Building the engine of %s for this machine; `%s` does it beforehand.", card.name, command)
    return build_quietly(card, choice.backend, precision, lambda share, doing: True, threads=threads, or_next=or_next)


def _meanwhile(
    serving: Session, devices: tuple[str, str], choice: Selection, precision: str | None, card: ModelCard | None,
    threads: int | None, *, or_next: bool = False,
) -> Session:  # fmt: skip
    from engine.build import build_quietly

    backend, known = choice.backend, card
    assert isinstance(backend, EngineBuilder)
    assert known is not None

    def make(progress: BuildProgress) -> Session:
        return build_quietly(known, backend, precision, progress, threads=threads, or_next=or_next)

    return Meanwhile(serving, make, known.name, devices)


def _has_nvidia_card() -> bool:
    """By its driver's tool or files: no library of NVIDIA's is loaded for this."""
    return shutil.which("nvidia-smi") is not None or Path("/proc/driver/nvidia/version").exists()
