"""A library that builds engines at once, which are off by as many pixels as is wanted."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from engine import drawn
from engine.backends import Array, Availability, BuildProgress, Session
from engine.backends.onnxruntime import OnnxRuntime
from engine.cards import ModelCard
from engine.errors import BackendError, BuildCancelled

PICTURES = drawn.people(3)


class Builder(OnnxRuntime):
    """A library that builds: its engines are ONNX Runtime's, off by so many pixels in each precision."""

    name = "tensorrt"
    builds_slowly = True

    def __init__(self, card: ModelCard, off: dict[str, float], *, library: str = "TensorRT 10.9") -> None:
        self.card, self.off, self.library = card, off, library
        self.built: list[str] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def available(self) -> Availability:
        return Availability(True, self.library)

    def fingerprints(self) -> Sequence[tuple[str, str]]:
        return [(self.library, "RTX 4090")]

    def precisions(self) -> Sequence[str]:
        return list(self.off)

    def shapes(self, model: Path) -> str:
        return "1–16"

    def build(
        self, model: Path, *, precision: str, samples: Array | None = None, progress: BuildProgress | None = None
    ) -> bytes:
        self.built.append(precision)
        while not self.may_go_on.wait(0.01):
            if progress is not None and not progress(0.5, "building"):
                raise BuildCancelled("cancelled")
        if progress is not None and not progress(1.0, "built"):
            raise BuildCancelled("cancelled")
        return precision.encode()

    def open(self, engine: bytes, name: str, precision: str, *, threads: int | None = None) -> Session:
        if engine != precision.encode():
            raise BackendError("the engine does not load.")
        session = super().load(self.card.path, precision=None, device="cpu")
        return Shifted(session, self.off[precision], precision)


class Shifted:
    """A session whose first output lies so many pixels to the right."""

    def __init__(self, session: Session, pixels: float, precision: str) -> None:
        self._session, self._pixels, self.precision = session, pixels, precision
        self.input, self.outputs, self.close = session.input, session.outputs, session.close
        self.description = f"TensorRT on RTX 4090, {precision}"

    def run(self, batch: Array) -> tuple[Array, ...]:
        (out,) = self._session.run(batch)
        moved = out.copy()
        places = moved[..., 0] if moved.shape[2] == 3 else moved[:, 0]
        places += self._pixels
        return (moved,)
