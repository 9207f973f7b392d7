"""A model becomes what runs fastest on this machine: built, held against ONNX Runtime, kept, and used from then on."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine import crops, cuda, drawn, selfcheck, store
from engine.backends import Array, BuildProgress, EngineBuilder, Session, part_of, report
from engine.backends.onnxruntime import OnnxRuntime
from engine.cards import ModelCard, Task
from engine.detector import Detector, placement_of
from engine.errors import BackendError, SinkError, UsageError
from engine.heads import DetectorLayout
from engine.letterbox import letterbox
from engine.pixels import to_batch
from engine.pose import PoseEstimator
from engine.selfcheck import Pictures, Verdict
from engine.types import U8

PICTURES = 16
_REPEATS = 15
_BUILDING = 0.8  # of the time that a precision takes; the rest is for the comparison


@dataclass(frozen=True, slots=True)
class Attempt:
    """One precision tried: why it was refused, or how long a picture (or a crop) takes with it."""

    precision: str
    verdict: Verdict | None
    reason: str
    latency_ms: float | None
    engine: store.StoredEngine | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a kept engine: a session on it, or why there is none (empty: none was ever built).

    lost  the precision of the engine that cannot be used
    """

    session: Session | None
    notice: str = ""
    lost: str = ""


@dataclass(frozen=True, slots=True)
class Build:
    """What came of a build; `used` is the attempt whose engine is kept."""

    card: ModelCard
    backend: str
    attempts: tuple[Attempt, ...]
    used: Attempt


def key_of(card: ModelCard, backend: EngineBuilder, precision: str) -> store.EngineKey:
    """The key of the engine that this machine would build now. Raises BackendError where it can build none."""
    prints = backend.fingerprints()
    if not prints:
        raise BackendError("{0} cannot be used here: {1}.", backend.name, backend.available().reason)
    library, device = prints[0]
    shapes = backend.shapes(card.path)
    return store.EngineKey(card.name, card.sha256, backend.name, library, device, precision, shapes)


def find(card: ModelCard, backend: EngineBuilder, precision: str | None, threads: int | None = None) -> Found:
    """The kept engine of `card`, on so many threads of the processor.

    Raises cuda.OutOfDeviceMemory where the GPU has no room for it now: the engine is as good as before.
    """
    if not store.has_any(card.name, backend.name) or not backend.fingerprints():
        return Found(None)  # the usual case, at no cost
    wanted = [precision] if precision else list(backend.precisions())
    lost = Found(None)
    for each in wanted:
        key = key_of(card, backend, each)
        try:
            payload = store.get(key)
            if payload is not None:
                return Found(backend.open(payload, card.name, each, threads=threads))
        except cuda.OutOfDeviceMemory:
            raise
        except BackendError as error:  # damaged, foreign, or refused by the library
            reason = str(error).partition(": `")[0].rstrip(".")  # without the remedy: it is not for the user to do
            lost = Found(None, f"its engine cannot be used ({reason})", each)
    if not lost.notice:
        for engine in store.others_of(key_of(card, backend, wanted[0])):
            old, is_same = engine.key, engine.key.model_sha256 == card.sha256
            # a model's file elsewhere may have the same name
            is_of_it = is_same or engine.source in ("", str(card.path.absolute()))
            if is_of_it and old.precision in wanted:
                changed = f"{old.library} on {old.device}" if is_same else "the model has changed"
                return Found(None, f"its engine is of another time ({changed})", old.precision)
    return lost


def build(
    card: ModelCard, backend: EngineBuilder, *, precision: str | None = None, pictures: Pictures | None = None,
    progress: BuildProgress | None = None, or_next: bool = False, alone: bool = True,
) -> Build:  # fmt: skip
    """Build, check and keep an engine of `card`: the fastest of the backend's precisions that proves itself.

    Nothing is kept before the end. Engines that were refused now, though they had passed before, are removed.

    precision  only this one; None tries what the backend recommends
    pictures   what it is checked (and int8 is adjusted) on: real ones are better than the drawn ones of None
    progress   told how far it is and what is being done; where it returns False, the build ends with BuildCancelled
    or_next    where `precision` is refused, take the first of the slower ones that is not
    alone      remove this machine's engines of the network in other precisions, so that this one is used

    Raises BackendError with the figures where none passes, BuildCancelled, ModelError, SinkError, UsageError.
    """
    shown = pictures if pictures is not None else drawn.people(PICTURES)
    wanted = _wanted(backend, precision, pictures, or_next=or_next)
    reference = _runner(card, OnnxRuntime().load(card.path, precision=None, device="cpu"))
    attempts: list[Attempt] = []
    payloads: dict[str, bytes] = {}
    try:
        for place, each in enumerate(wanted):
            share = part_of(progress, place / len(wanted), (place + 1) / len(wanted))
            attempt, payload = _attempt(card, backend, each, reference, shown, share)
            attempts.append(attempt)
            if payload is not None:
                payloads[each] = payload
            # where a build takes minutes, what is known to be slower is not tried; int8 may be slower than f16 yet
            is_enough = bool(precision) or (backend.builds_slowly and each != "int8")
            if payload is not None and is_enough:
                break
    finally:
        reference.close()
    done = _kept(card, backend, attempts, payloads, alone=alone)
    if progress is not None:
        progress(1.0, "done")  # the slower precisions need not be tried
    return done


def _wanted(backend: EngineBuilder, precision: str | None, pictures: Pictures | None, *, or_next: bool) -> list[str]:
    """The precisions to try, the one expected to be fastest first. Raises UsageError where it cannot be built here."""
    known = list(backend.precisions())
    if not precision:  # bytes are adjusted on pictures: on drawn ones, only where somebody asks for it by name
        return [each for each in known if each != "int8" or pictures]
    if precision in known:
        return known[known.index(precision) :] if or_next else [precision]
    if precision == "int8":  # all that a backend can lack for it is a package
        raise UsageError(
            "{0} builds no int8 without NNCF; run `pip install 'skelter[int8]'` first, or choose one of {1}.",
            backend.name, ", ".join(known),
        )  # fmt: skip
    raise UsageError("{0} builds no {1} here: choose one of {2}.", backend.name, precision, ", ".join(known))


def _kept(
    card: ModelCard, backend: EngineBuilder, attempts: list[Attempt], payloads: dict[str, bytes], *, alone: bool
) -> Build:
    """The build, its fastest engine kept and those of an earlier one removed that were refused now."""
    for attempt in attempts:
        if attempt.verdict is not None and attempt.verdict.compared and not attempt.verdict.passed:
            (store.folder() / key_of(card, backend, attempt.precision).file_name).unlink(missing_ok=True)
    passed = [attempt for attempt in attempts if attempt.latency_ms is not None]
    if not passed:
        told = "; ".join(f"{attempt.precision}: {attempt.reason}" for attempt in attempts)
        raise BackendError(
            "no engine of {0} by {1} is good enough ({2}): run without one.", card.name, backend.name, told
        )
    best = min(passed, key=lambda attempt: attempt.latency_ms or 0.0)
    assert best.verdict is not None
    keep = store.put_alone if alone else store.put
    figures = best.verdict.figures | {"latency_ms": round(best.latency_ms or 0.0, 3)}
    engine = keep(key_of(card, backend, best.precision), payloads[best.precision], figures, source=card.path)
    used = replace(best, engine=engine)
    return Build(card, backend.name, tuple(used if each is best else each for each in attempts), used)


def _attempt(
    card: ModelCard, backend: EngineBuilder, precision: str, reference: PoseEstimator | Detector, shown: Pictures,
    progress: BuildProgress | None,
) -> tuple[Attempt, bytes | None]:  # fmt: skip
    """What came of one precision, with the engine where it passed. Raises cuda.OutOfDeviceMemory where there is no room
    on the GPU now, which says nothing of the precision."""
    try:
        samples = samples_of(card, shown, reference) if precision == "int8" else None
        payload = backend.build(
            card.path, precision=precision, samples=samples, progress=part_of(progress, 0.0, _BUILDING)
        )
        candidate = _runner(card, backend.open(payload, card.name, precision))
    except cuda.OutOfDeviceMemory:
        raise
    except BackendError as error:
        return Attempt(precision, None, str(error).rstrip("."), None), None
    try:
        report(progress, _BUILDING, "comparing it with ONNX Runtime")
        verdict = check(reference, candidate, shown)
        if not verdict.passed:
            return Attempt(precision, verdict, str(verdict), None), None
        report(progress, (1 + _BUILDING) / 2, "timing it")
        latency = _latency_ms(candidate, shown)
        report(progress, 1.0, "done")
    finally:
        candidate.close()
    return Attempt(precision, verdict, "", latency), payload


def check(reference: PoseEstimator | Detector, candidate: PoseEstimator | Detector, shown: Pictures) -> Verdict:
    """The verdict on two runners of one network."""
    if isinstance(reference, PoseEstimator) and isinstance(candidate, PoseEstimator):
        return selfcheck.check_pose(reference, candidate, shown)
    assert isinstance(reference, Detector)
    assert isinstance(candidate, Detector)
    return selfcheck.check_detector(reference, candidate, shown)


def _runner(card: ModelCard, session: Session) -> PoseEstimator | Detector:
    return PoseEstimator(card, session, why="") if card.task is Task.POSE else Detector(card, session, why="")


def samples_of(card: ModelCard, shown: Pictures, reference: PoseEstimator | Detector) -> Array:
    """The pictures as `card`'s network takes them, in one batch: what int8 is adjusted on."""
    spec = reference.input
    pieces: list[U8] = []
    for image, boxes in shown:
        if isinstance(reference, PoseEstimator):
            centres, sizes = crops.centres_and_sizes(boxes.xyxy, card.input_size)
            matrices = crops.affines(centres, sizes, card.input_size, rule=card.pixel_rule)
            pieces.append(crops.cut(image, matrices, card.input_size))
        else:
            assert isinstance(card.layout, DetectorLayout)
            pieces.append(letterbox(image, card.input_size, placement_of(card.layout))[0][None])
    return to_batch(np.concatenate(pieces), card, spec)


def _latency_ms(runner: PoseEstimator | Detector, shown: Pictures) -> float:
    image, boxes = shown[0]
    spent = []
    for _ in range(_REPEATS):
        begun = time.perf_counter()
        if isinstance(runner, PoseEstimator):
            runner.estimate(image, boxes)
        else:
            runner.detect(image)
        spent.append((time.perf_counter() - begun) * 1e3)
    return min(spent)  # of precisions timed one after the other, the least disturbed runs are what can be compared


def people_of(images: Sequence[U8], detector: Detector, *, most: int = 64) -> Pictures:
    """Pictures of one's own for `build`, with the people that a detector is sure of; those without anybody left out."""
    found = [(image, detector.detect(image)) for image in images[: 4 * most]]
    return [(image, boxes) for image, boxes in found if len(boxes)][:most]


def build_quietly(
    card: ModelCard, backend: EngineBuilder, precision: str | None, progress: BuildProgress, *,
    threads: int | None = None, or_next: bool = False,
) -> Session:  # fmt: skip
    """Build in the background of a run: the session on the new engine. Raises BackendError (and its kin)."""
    try:
        done = build(card, backend, precision=precision, progress=progress, or_next=or_next, alone=False)
    except SinkError as error:  # nowhere to keep it: of no use to go on building at every start
        raise BackendError(error.sentence, *error.values) from error
    found = find(card, backend, done.used.precision, threads)
    if found.session is None:
        raise BackendError("the engine of {0} cannot be used ({1}): run without it.", card.name, found.notice)
    return found.session
