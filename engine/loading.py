"""Networks ready to run: `load_detector` and `load_pose`, and `load` for the session on a graph behind them.

What `engine.backends.select` chose is opened here: by an engine that `engine.build` made for this machine where there
is one, by the next backend meanwhile where one is to be built first, with the others behind it should it fail.
"""

from __future__ import annotations

import contextlib
import logging
import shlex
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from engine.backends import BuildProgress, EngineBuilder, Session
from engine.backends.meanwhile import Meanwhile
from engine.backends.select import Selection, builder, select, usual_device
from engine.backends.standby import standby
from engine.build import Found, build_quietly, find
from engine.cards import ModelCard, Task
from engine.detector import Detector
from engine.errors import BackendError, ModelError, SkelterError, UsageError
from engine.heads import DetectorLayout
from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE, EMBEDDED, find_model, user_models
from engine.pose import PoseEstimator
from engine.reshaping import Size, reshaped

_COMPILED_AT_ONCE = ("openvino", "onnxruntime")
"""Backends that on the processor take a graph of another size in less than a second, while a video begins."""

_log = logging.getLogger(__name__)


def load_detector(
    model: str | Path = DEFAULT_DETECTOR, *, device: str = "auto", precision: str | None = None,
    threads: int | None = None, threshold: float | None = None, far: bool = False,
) -> Detector:  # fmt: skip
    """A detector by name or path, ready to run.

    threshold  the score from which a box is a person; None takes the card's
    far        look at large pictures in parts as well, for people who are small there (`engine.parts`)
    device, precision, threads  see `load`

    Raises MissingFileError, ModelError or BackendError where the model is not there, is no detector, or cannot run
    here; UsageError for options that make no sense.
    """
    if threshold is not None and not 0 <= threshold <= 1:
        raise UsageError("a detector's threshold lies between 0 and 1, not at {0}.", threshold)
    card = find_model(model, Task.DETECTOR)
    session, selection = load(card.path, device=device, precision=precision, threads=threads, card=card)
    at_size = partial(_at_size, card.path, selection, session.precision, threads)
    is_quick = selection.backend.name in _COMPILED_AT_ONCE and selection.device == "cpu"
    is_ours = card.layout is DetectorLayout.SKELTER and session.precision != "int8"
    return Detector(
        card, session, why=selection.why, device=selection.name, threshold=threshold, far=far,
        at_size=at_size if is_quick and is_ours else None,
    )  # fmt: skip


def _at_size(model: Path, selection: Selection, precision: str, threads: int | None, size_wh: Size) -> Session:
    """A session of our detector for another input: without engines, which are built for the one in the file."""
    path = reshaped(model, size_wh)
    try:
        return selection.backend.load(path, precision=precision, device=selection.device, threads=threads)
    except SkelterError:
        with contextlib.suppress(OSError):  # Windows keeps what another program has open
            path.unlink()  # it may be damaged: the next time it is made anew
        raise


def load_pose(
    model: str | Path = DEFAULT_POSE, *, device: str = "auto", precision: str | None = None, threads: int | None = None,
    flip: bool = False, turn: bool = False,
) -> PoseEstimator:  # fmt: skip
    """A pose network by name or path, ready to run.

    flip  look at everyone in the mirror too: surer joints, twice the work
    turn  look once more, in a crop turned upright, at whoever is not upright (`engine.turning`)
    device, precision, threads  see `load`

    Raises MissingFileError, ModelError or BackendError where the model is not there, is no pose network, or cannot run
    here; UsageError for options that make no sense.
    """
    card = find_model(model, Task.POSE)
    session, selection = load(card.path, device=device, precision=precision, threads=threads, card=card)
    return PoseEstimator(card, session, why=selection.why, device=selection.name, flip=flip, turn=turn)


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
    if card is not None and isinstance(backend, EngineBuilder) and choice.device == usual_device(backend.name):
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
                "int8 has to prove itself first: run `{0}`. Where that refuses it, leave --precision out: what "
                "is fastest of what passed is taken then.",
                build_command(card, backend, "int8"),
            )
    return backend.load(model, precision=precision, device=choice.device, threads=threads)


def _built(
    choice: Selection, precision: str | None, card: ModelCard | None, threads: int | None, *, or_next: bool = False
) -> Session:
    """Build now, as nothing else was asked for."""
    assert isinstance(choice.backend, EngineBuilder)
    assert card is not None
    command = build_command(card, choice.backend)
    _log.warning("Building the engine of %s for this machine; `%s` does it beforehand.", card.name, command)
    return build_quietly(card, choice.backend, precision, lambda share, doing: True, threads=threads, or_next=or_next)


def _meanwhile(
    serving: Session, devices: tuple[str, str], choice: Selection, precision: str | None, card: ModelCard | None,
    threads: int | None, *, or_next: bool = False,
) -> Session:  # fmt: skip
    backend, known = choice.backend, card
    assert isinstance(backend, EngineBuilder)
    assert known is not None

    def make(progress: BuildProgress) -> Session:
        return build_quietly(known, backend, precision, progress, threads=threads, or_next=or_next)

    return Meanwhile(serving, make, known.name, devices)


def build_command(card: ModelCard, backend: EngineBuilder, precision: str | None = None) -> str:
    """What builds an engine of `card` by `backend`, as it is typed: a file that does not run by name by its path."""
    runs_by_name = card.path.parent in (EMBEDDED, user_models())
    words = ["skelter", "build", shlex.quote(card.path.stem if runs_by_name else str(card.path))]
    if builder().name != backend.name:
        words += ["--device", backend.name]
    return " ".join(words + (["--precision", precision] if precision else []))
