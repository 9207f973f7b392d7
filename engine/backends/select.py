"""Which backend runs a graph on this machine, and why: `load` is how the rest of the program gets a Session."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from engine.backends import Backend, Session
from engine.backends.onnxruntime import OnnxRuntime
from engine.backends.openvino import OpenVino
from engine.errors import BackendError, ModelError, UsageError

# in the order in which `auto` prefers them
BACKENDS: dict[str, Backend] = {backend.name: backend for backend in (OpenVino(), OnnxRuntime())}


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

    `auto` and `cpu` take every usable backend; `openvino` or `onnxruntime` that one; `openvino:gpu` or
    `onnxruntime:cuda` that one on that device. Raises UsageError for a name that is none of these, BackendError where
    nothing usable is left.
    """
    name, _, part = device.lower().partition(":")
    if name in ("auto", "cpu") and not part:
        reasons = {backend: backend.available() for backend in BACKENDS.values()}
        usable = [backend for backend, state in reasons.items() if state.usable]
        if not usable:
            told = "; ".join(f"{backend.name}: {state.reason}" for backend, state in reasons.items())
            raise BackendError(f"no inference library can be used here ({told}): run `pip install onnxruntime`.")
        passed_over = [f"{backend.name}: {state.reason}" for backend, state in reasons.items() if not state.usable]
        first = "the fastest here" if not passed_over else "; ".join(passed_over)
        return [
            Selection(backend, "cpu", f"{device}: {backend.name}, {first if rank == 0 else 'the next best'}")
            for rank, backend in enumerate(usable)
        ]
    if name not in BACKENDS:
        names = ["auto", "cpu", *BACKENDS]
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(names)}."
        raise UsageError(f"there is no device or backend called {device!r}: {hint}")
    backend = BACKENDS[name]
    state = backend.available()
    if not state.usable:
        raise BackendError(f"{name} cannot be used here: {state.reason}.")
    return [Selection(backend, part or "cpu", f"{device}: asked for")]


def load(
    model: Path, *, device: str = "auto", precision: str | None = None, threads: int | None = None
) -> tuple[Session, Selection]:
    """The graph of `model`, loaded, and why it runs where it runs.

    precision  `f32`, `bf16` or `f16`; None lets the backend choose (its description says what it took)
    threads    CPU threads to use; None leaves it to the backend

    Under `auto` and `cpu` a backend that refuses the graph gives way to the next. Raises ModelError where the file is
    no ONNX graph, BackendError where no backend can run it, UsageError for a device or precision that does not exist.
    """
    choices = select(device)
    for rank, choice in enumerate(choices):
        try:
            session = choice.backend.load(model, precision=precision, device=choice.device, threads=threads)
        except (ModelError, BackendError) as refusal:
            if rank == len(choices) - 1:
                raise
            choices[rank + 1] = Selection(
                choices[rank + 1].backend,
                choices[rank + 1].device,
                f"{device}: {choice.backend.name} refused: {refusal}",
            )
            continue
        return session, choice
    raise AssertionError("select() gave no choice")
