"""The embedded networks on a GPU: the same joints and boxes as on the CPU, how fast, and what goes wrong in words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch

from engine import cuda, drawn
from engine.backends import BUCKETS, Session
from engine.backends.onnxruntime import OnnxRuntime
from engine.backends.tensorrt import TensorRt, TensorRtSession
from engine.backends.tensorrt_build import build_engine
from engine.backends.torch import Torch, TorchSession
from engine.build import check, samples_of
from engine.cards import ModelCard, Task
from engine.detector import Detector
from engine.errors import BackendError, BuildCancelled, SkelterError
from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE, find_model
from engine.onnx_edit import read_onnx
from engine.pose import PoseEstimator
from scripts.gpu_bench import Bench, crowd, noise, wall_ms
from scripts.gpu_hrnet import COMPILE_S, add_rate

BUILD_S = 30.0  # of an engine, as a guess before there is a measurement


def embedded_torch(bench: Bench) -> None:
    """The embedded networks by the torch backend: the same joints and boxes as ONNX Runtime's, and how fast."""
    _embedded(bench, (("cuda", "f32"), ("cuda", "f16")))


def embedded_compiled(bench: Bench) -> None:
    """The same through torch.compile, which takes its time."""
    if bench.has(COMPILE_S, "torch", "cuda-compiled"):
        _embedded(bench, (("cuda-compiled", "f16"),))


def _embedded(bench: Bench, ways: Sequence[tuple[str, str]]) -> None:
    for card in (find_model(DEFAULT_POSE, Task.POSE), find_model(DEFAULT_DETECTOR, Task.DETECTOR)):
        with runner(card, OnnxRuntime().load(card.path, precision=None, device="cpu")) as reference:
            for device, precision in ways:
                begun = time.perf_counter()
                session = Torch().load(card.path, precision=precision, device=device)
                with runner(card, session) as candidate:
                    judge(bench, "torch", f"{card.name}, {device} {precision}", reference, candidate, begun)


def judge(
    bench: Bench, part: str, what: str, reference: PoseEstimator | Detector, candidate: PoseEstimator | Detector,
    begun: float,
) -> None:  # fmt: skip
    ready = time.perf_counter() - begun
    verdict = check(reference, candidate, drawn.people(16))
    image, boxes = drawn.person(0)
    call: Callable[[], object]
    if isinstance(candidate, PoseEstimator):
        pose = candidate
        call = lambda: pose.estimate(image, boxes)  # noqa: E731
    else:
        detector = candidate
        call = lambda: detector.detect(image)  # noqa: E731
    spent = wall_ms(call, 50)
    text = f"{verdict}; {spent:.2f} ms a picture; ready in {ready:.1f} s"
    figures = verdict.figures | {"ms": spent, "ready_s": ready}
    bench.report.add(part, what, text, verdict.passed, **figures)


@contextmanager
def runner(card: ModelCard, session: Session) -> Iterator[PoseEstimator | Detector]:
    made = PoseEstimator(card, session, why="") if card.task is Task.POSE else Detector(card, session, why="")
    try:
        yield made
    finally:
        made.close()


def behaviour(bench: Bench) -> None:
    """Batches of changing size take no more memory; too little memory means smaller batches, then a sentence."""
    card = find_model(DEFAULT_POSE, Task.POSE)
    session = Torch().load(card.path, precision="f16", device="cuda")
    for batch in BUCKETS:
        session.run(noise(batch))
    before = torch.cuda.memory_allocated()
    for step in range(100):
        session.run(noise(1 + step % 20))
    grown = torch.cuda.memory_allocated() - before
    bench.report.add("behaviour", "memory after 100 batches of 1 to 20", f"{grown} bytes more", grown == 0)
    session.close()
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    try:
        for spare_mb, expected in ((400, "smaller batches"), (8, "a sentence")):
            torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_reserved() + spare_mb * 2**20) / total)
            model = read_onnx(bench.onnx)
            tight = TorchSession(model, "hrnet-w32", device="cuda", precision="f16", buckets=(1, 8, 256))
            try:
                result = f"ran {len(tight.run(noise(256))[0])} crops in batches of {tight._buckets[-1]}"
                ok = expected == "smaller batches"
            except BackendError as error:
                result, ok = str(error), expected == "a sentence"
            bench.report.add("behaviour", f"with {spare_mb} MB to spare: {expected}", result, ok)
            tight.close()
            torch.cuda.empty_cache()
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)


def pipeline(bench: Bench) -> None:
    """Detector and pose network on a 1080p frame with ten people, as the program calls them (no video, no drawing)."""
    frame, boxes = crowd()
    pose_card, detector_card = find_model(DEFAULT_POSE, Task.POSE), find_model(DEFAULT_DETECTOR, Task.DETECTOR)
    with (
        runner(pose_card, Torch().load(pose_card.path, precision=None, device="cuda")) as pose,
        runner(detector_card, Torch().load(detector_card.path, precision=None, device="cuda")) as detector,
    ):
        assert isinstance(pose, PoseEstimator)
        assert isinstance(detector, Detector)
        detect, estimate = wall_ms(lambda: detector.detect(frame), 30), wall_ms(lambda: pose.estimate(frame, boxes), 30)
    rate = 1e3 / (detect + estimate)
    text = f"detect {detect:.2f} ms, pose {estimate:.2f} ms: {rate:.0f} frames/s with the detector on every frame"
    bench.report.add("pipeline", "1080p, ten people, torch:cuda", text, rate > 60, detect_ms=detect, pose_ms=estimate)


def tensorrt(bench: Bench) -> None:
    """Engines of the embedded networks and of HRNet-W32: built, refused where broken, compared, timed."""
    state = TensorRt().available()
    bench.report.add("tensorrt", "the library" if state.usable else "not tested here", state.reason)
    if not state.usable:
        return
    gpu = cuda.probe().gpus[0]
    guess, engine = BUILD_S, b""
    for card in (find_model(DEFAULT_POSE, Task.POSE), find_model(DEFAULT_DETECTOR, Task.DETECTOR)):
        with runner(card, OnnxRuntime().load(card.path, precision=None, device="cpu")) as reference:
            samples = samples_of(card, drawn.people(16), reference)
            for precision in ("f16", "int8", "f32"):
                what = f"{card.name} {precision}"
                if not bench.has(guess + 10, "tensorrt", what):
                    continue
                begun = time.perf_counter()
                try:
                    made = build_engine(card.path, precision=precision, capabilities=[gpu.capability], samples=samples)
                    with runner(card, TensorRtSession(made, card.name, precision, gpu)) as candidate:
                        judge(bench, "tensorrt", what, reference, candidate, begun)
                    engine = made
                except SkelterError as error:  # of one precision: the others may do
                    bench.report.add("tensorrt", what, str(error), False)
                guess = time.perf_counter() - begun
    if engine:
        begun = time.perf_counter()
        TensorRtSession(engine, card.name, "f16", gpu).close()
        opened = time.perf_counter() - begun
        bench.report.add("tensorrt", "the last of them, opened again", f"{opened:.2f} s", seconds=opened)
        refusals(bench, engine, gpu)
    if bench.has(2 * guess + 10, "tensorrt", "hrnet-w32 f16"):
        tensorrt_hrnet(bench, gpu)


def tensorrt_hrnet(bench: Bench, gpu: cuda.Gpu) -> None:
    """HRNet-W32's crops a second, beside those of the torch backend."""
    begun = time.perf_counter()
    engine = build_engine(bench.onnx, precision="f16", capabilities=[gpu.capability])
    built = time.perf_counter() - begun
    session = TensorRtSession(engine, "hrnet-w32", "f16", gpu)
    for batch in (1, 4, 16, 64):
        given = noise(batch)
        rate = batch / (wall_ms(lambda given=given: session.run(given), 20) / 1e3)  # type: ignore[misc]
        add_rate(bench, f"TensorRT f16, batch {batch}", batch, rate, ready_s=built)
    session.close()


def refusals(bench: Bench, engine: bytes, gpu: cuda.Gpu) -> None:
    """Damaged engines and a cancelled build end in a sentence."""
    for label, content in (("cut short", engine[: len(engine) // 2]), ("garbage", noise(1).tobytes())):
        try:
            TensorRtSession(content, "damaged", "f16", gpu).close()
            bench.report.add("tensorrt", f"an engine that is {label}", "was taken", False)
        except SkelterError as error:
            bench.report.add("tensorrt", f"an engine that is {label}", str(error), True)
    try:
        build_engine(bench.onnx, precision="f16", capabilities=[gpu.capability], progress=lambda share, doing: False)
        bench.report.add("tensorrt", "a cancelled build", "went on", False)
    except BuildCancelled as error:
        bench.report.add("tensorrt", "a cancelled build", str(error), True)
