"""Everything that needs an NVIDIA card, in one go: built, run, compared with the CPU, timed; one table at the end.

    python -m scripts.gpu_check [--minutes 8] [--out FOLDER] [--only NAME …]

Needs PyTorch with CUDA, onnx, onnxruntime, cuda-python, OpenCV and platformdirs; TensorRT where it is to be measured.
Needs no network. Parts follow one another, the cheap ones first; what there is no time for is said, and what fails is
recorded while the rest goes on. FOLDER gets gpu_check.md and gpu_check.json, after every part anew, so that nothing is
lost where the run is cut short. Exit status 1 where a check failed.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import statistics
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine import crops, cuda, drawn
from engine.backends import Session
from engine.backends.onnxruntime import OnnxRuntime
from engine.backends.tensorrt import TensorRt, TensorRtSession
from engine.backends.tensorrt_build import build_engine
from engine.backends.torch import Torch, TorchSession
from engine.build import check
from engine.cards import ModelCard, Task
from engine.detector import Detector
from engine.errors import BackendError, BuildCancelled, ModelError, SkelterError
from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE, find_model
from engine.onnx_edit import read_onnx
from engine.pose import PoseEstimator
from engine.types import U8, Boxes
from training.models.deployed import DeployedPose
from training.models.hrnet import HRNet, HRNetConfig
from training.models.size import macs

BATCHES = (1, 4, 16, 64)
SIZE_WH = (192, 256)
BAR_EAGER, BAR_LIMIT = 3.0, 0.25  # × eager at batch 4; of the measured matrix rate at batch 64
COMPILE_S = 90.0  # of one batch size by torch.compile, as a guess before there is a measurement


@dataclass
class Row:
    """A line of the table. `ok` None: a measurement without a bar."""

    part: str
    what: str
    result: str
    ok: bool | None = None
    figures: dict[str, float] = field(default_factory=dict)


@dataclass
class Report:
    """What has been found so far; written after every part."""

    folder: Path
    machine: dict[str, str]
    rows: list[Row] = field(default_factory=list)

    def add(self, part: str, what: str, result: str, ok: bool | None = None, **figures: float) -> None:
        self.rows.append(Row(part, what, result, ok, figures))
        mark = {True: "ok", False: "FAILED", None: "  "}[ok]
        print(f"{part:12} {what:48} {result}  {mark}", flush=True)

    def write(self) -> None:
        lines = [f"{key}: {value}  " for key, value in self.machine.items()]
        lines += ["", "| part | what | result | |", "|---|---|---|---|"]
        marks = {True: "ok", False: "**failed**", None: ""}
        lines += [f"| {row.part} | {row.what} | {row.result} | {marks[row.ok]} |" for row in self.rows]
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "gpu_check.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
        content = {"machine": self.machine, "rows": [asdict(row) for row in self.rows]}
        (self.folder / "gpu_check.json").write_text(json.dumps(content, indent=1), encoding="utf-8")


@dataclass
class Bench:
    """What the parts share: the report, the time that is left, the network to time."""

    report: Report
    deadline: float
    onnx: Path
    network: torch.nn.Module
    flop: float  # of one crop, two for a multiply-add
    limit: float = 0.0  # float16 matrix rate, FLOP/s
    eager: dict[int, float] = field(default_factory=dict)  # batch → crops/s of plain PyTorch in float32

    @property
    def left(self) -> float:
        return self.deadline - time.perf_counter()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=7.5, help="in which everything has to be done")
    parser.add_argument("--out", type=Path, default=Path("gpu_check"))
    parser.add_argument("--only", nargs="*", choices=list(PARTS), help="these parts alone")
    options = parser.parse_args()
    begun = time.perf_counter()
    if not torch.cuda.is_available():
        print(f"There is no CUDA device for PyTorch ({cuda.probe().reason}).", file=sys.stderr)
        return 2
    report = Report(options.out, machine())
    for key, value in report.machine.items():
        print(f"{key}: {value}")
    with tempfile.TemporaryDirectory() as folder:
        network = lively_network().cuda()
        onnx = export(network, Path(folder) / "hrnet-w32.onnx")
        flop = 2.0 * macs(network, SIZE_WH[1], SIZE_WH[0])
        bench = Bench(report, begun + 60 * options.minutes, onnx, network, flop)
        for name, part in PARTS.items():
            if options.only and name not in options.only:
                continue
            try:
                part(bench)
            except Exception as error:  # noqa: BLE001 - one part's failure must not cost the others
                traceback.print_exc()
                report.add(name, "this part", f"{type(error).__name__}: {error}".splitlines()[0][:200], False)
            report.write()
    report.add("all", "time taken", f"{time.perf_counter() - begun:.0f} s")
    report.write()
    return 1 if any(row.ok is False for row in report.rows) else 0


def machine() -> dict[str, str]:
    gpu = torch.cuda.get_device_properties(0)
    return {
        "date": datetime.date.today().isoformat(),
        "card": f"{gpu.name}, compute capability {gpu.major}.{gpu.minor}, {gpu.total_memory / 2**30:.0f} GiB, "
        f"{gpu.multi_processor_count} multiprocessors",
        "PyTorch": f"{torch.__version__}, CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}",
        "TensorRT": TensorRt().available().reason,
        "CUDA by cuda-python": cuda.probe().reason,
        "Python": f"{platform.python_version()}, NumPy {np.__version__}",
    }


def lively_network() -> HRNet:
    """HRNet-W32 with random weights whose feature maps neither die nor explode: normalised on random crops."""
    torch.manual_seed(0)
    network = HRNet(HRNetConfig()).cuda()
    for module in network.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight)
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
    with torch.no_grad():
        network.train()(torch.randn(16, 3, SIZE_WH[1], SIZE_WH[0], device="cuda"))
    return network.eval()


def export(network: HRNet, path: Path) -> Path:
    from training.export import export_pose

    with suppress(
        ModelError
    ):  # of random weights, whose joints have no peak: the file is written before it is compared
        export_pose(network.cpu(), SIZE_WH, path, noise(1))
    network.cuda()
    return path


def noise(count: int) -> U8:
    return np.random.default_rng(count).integers(0, 256, (count, SIZE_WH[1], SIZE_WH[0], 3), np.uint8)


# ------------------------------------------------------------------------------------------------------------ limits


def limits(bench: Bench) -> None:
    """The card's own rates, which every other figure is held against."""
    side = 8192
    a, b = (torch.randn(side, side, device="cuda", dtype=torch.float16) for _ in range(2))
    spent = device_ms(lambda: a @ b, repeats=20)
    bench.limit = 2 * side**3 / (spent / 1e3)
    bench.report.add(
        "limits", f"float16 {side}³ matrix product", f"{bench.limit / 1e12:.0f} TFLOP/s", tflops=bench.limit / 1e12
    )
    source = torch.empty(2**31, dtype=torch.uint8, device="cuda")
    target = torch.empty_like(source)
    spent = device_ms(lambda: target.copy_(source), repeats=10)
    rate = 2 * source.numel() / (spent / 1e3) / 1e12
    bench.report.add("limits", "copy on the device, read and written", f"{rate:.2f} TB/s", tb_per_s=rate)


# ------------------------------------------------------------------------------------------------------------- crops


def crop_kernel(bench: Bench) -> None:
    """The kernel's crops against OpenCV's, and how long a 1080p frame with ten people takes."""
    gpu = cuda.probe().gpus[0]
    cuda.use(gpu.index)
    frame, boxes = crowd()
    centres, sizes = crops.centres_and_sizes(boxes.xyxy, SIZE_WH)
    matrices = crops.affines(centres, sizes, SIZE_WH)
    expected = crops.cut(frame, matrices, SIZE_WH)
    stream, cutter = cuda.Stream(), cuda.CropCutter(gpu)
    buffer, host = cuda.DeviceBuffer(expected.nbytes), cuda.PinnedArray(expected.shape, np.uint8)
    cutter.cut(frame, matrices, SIZE_WH, buffer.pointer, stream)
    cuda.download(host, buffer, expected.nbytes, stream)
    stream.wait()
    apart = np.abs(host.array.astype(int) - expected)
    text = f"mean {apart.mean():.3f}, p99 {np.percentile(apart, 99):.0f}, worst {apart.max()} grey levels"
    bench.report.add("crops", "kernel against OpenCV", text, apart.mean() < 0.5 and np.percentile(apart, 99) <= 3)

    def on_gpu() -> None:
        cutter.cut(frame, matrices, SIZE_WH, buffer.pointer, stream)
        stream.wait()

    gpu_ms, cpu_ms = wall_ms(on_gpu, 30), wall_ms(lambda: crops.cut(frame, matrices, SIZE_WH), 30)
    bench.report.add("crops", "1080p frame up, ten crops cut on the GPU", f"{gpu_ms:.2f} ms", gpu_ms=gpu_ms)
    bench.report.add("crops", "the same ten by OpenCV on the CPU", f"{cpu_ms:.2f} ms", cpu_ms=cpu_ms)
    for each in (cutter, buffer, host, stream):
        each.close()


def crowd(count: int = 10) -> tuple[U8, Boxes]:
    """A 1080p frame with so many drawn people side by side."""
    frame = np.full((1080, 1920, 3), 90, np.uint8)
    xyxy = []
    for place in range(count):
        image, boxes = drawn.person(place, (190, 540))
        left, top = place * 190, 60 + (place % 2) * 400
        frame[top : top + 540, left : left + 190] = image
        xyxy.append(boxes.xyxy[0] + (left, top, left, top))
    return frame, Boxes.of(np.stack(xyxy), np.ones(count))


# ----------------------------------------------------------------------------------------- the embedded, by PyTorch


def embedded_torch(bench: Bench) -> None:
    """The embedded networks by the torch backend: the same joints and boxes as ONNX Runtime's, and how fast."""
    for card in (find_model(DEFAULT_POSE, Task.POSE), find_model(DEFAULT_DETECTOR, Task.DETECTOR)):
        with runner(card, OnnxRuntime().load(card.path, precision=None, device="cpu")) as reference:
            for device, precision in (("cuda", "f32"), ("cuda", "f16"), ("cuda-compiled", "f16")):
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


# ----------------------------------------------------------------------------------------------- HRNet-W32, PyTorch


def hrnet_eager(bench: Bench) -> None:
    """Plain PyTorch: bytes up, network and decoding operator by operator, joints down."""
    for label, half in (("float32", False), ("float16, channels last", True)):
        network = lively_copy(bench.network, half=half)
        for batch in BATCHES:
            given = torch.from_numpy(noise(batch))

            def call(network: torch.nn.Module = network, given: torch.Tensor = given) -> None:
                with torch.inference_mode():
                    network(given.cuda()).cpu()

            rate = batch / (wall_ms(call, 10) / 1e3)
            if not half:
                bench.eager[batch] = rate
            add_rate(bench, f"eager {label}, batch {batch}", batch, rate)


def lively_copy(network: torch.nn.Module, *, half: bool) -> torch.nn.Module:
    """The deployed network (decoding included); in half precision with the float32 work around it."""
    import copy

    inner = copy.deepcopy(network).cuda().eval()
    if half:
        inner = _Half(inner.half().to(memory_format=torch.channels_last))
    return DeployedPose(inner).cuda().eval()


class _Half(torch.nn.Module):
    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        maps: torch.Tensor = self.network(x.half().contiguous(memory_format=torch.channels_last))
        return maps.float()


def hrnet_graphs(bench: Bench) -> None:
    """The torch backend as it is used: float16, channels last, fused convolutions, one CUDA graph."""
    session_rates(bench, "cuda", BATCHES)


def hrnet_compiled(bench: Bench) -> None:
    """The same through torch.compile, the batches with a bar first; each size is compiled on its own."""
    guess = COMPILE_S
    for batch in (64, 4, 16, 1):
        if bench.left < guess + 10:
            bench.report.add("hrnet-w32", f"cuda-compiled, batch {batch}", f"not run: {bench.left:.0f} s were left")
            continue
        begun = time.perf_counter()
        session_rates(bench, "cuda-compiled", (batch,))
        guess = time.perf_counter() - begun


def session_rates(bench: Bench, device: str, batches: tuple[int, ...]) -> None:
    reference = OnnxRuntime().load(bench.onnx, precision=None, device="cpu").run(noise(4))[0]
    model = read_onnx(bench.onnx)
    for batch in batches:
        begun = time.perf_counter()
        session = TorchSession(model, "hrnet-w32", device=device, precision="f16", buckets=(batch,))
        given = noise(batch)
        session.run(given)
        ready = time.perf_counter() - begun
        rate = batch / (wall_ms(lambda session=session, given=given: session.run(given), 20) / 1e3)  # type: ignore[misc]
        inner = session._runners[batch]
        alone = device_ms(inner._graph.replay, repeats=20)  # type: ignore[attr-defined]
        what = f"torch:{device} f16, batch {batch}"
        add_rate(bench, what, batch, rate, alone_ms=alone, ready_s=ready)
        if batch == 4:
            near = np.linalg.norm(session.run(noise(4))[0][..., :2] - reference[..., :2], axis=2)
            text = f"median {np.median(near):.3f} px from ONNX Runtime (random weights, so no bar)"
            bench.report.add("hrnet-w32", what, text, None, median_px=float(np.median(near)))
        session.close()
        torch.cuda.empty_cache()


def add_rate(bench: Bench, what: str, batch: int, rate: float, *, alone_ms: float = 0.0, ready_s: float = 0.0) -> None:
    """A line with crops a second, set against eager PyTorch and the card's limit."""
    share = rate * bench.flop / bench.limit if bench.limit else 0.0
    ratio = rate / bench.eager[batch] if bench.eager.get(batch) else 0.0
    parts = [f"{rate:.0f} crops/s, {1e3 * batch / rate:.2f} ms a batch, {share:.1%} of the limit"]
    ok = None
    if ratio and "eager" not in what:
        parts.append(f"{ratio:.1f} × eager float32")
        ok = ratio >= BAR_EAGER if batch == 4 else share >= BAR_LIMIT if batch == 64 and share else None
    figures = {"crops_per_s": rate, "share_of_limit": share, "times_eager": ratio}
    if alone_ms:
        device_share = batch / (alone_ms / 1e3) * bench.flop / bench.limit if bench.limit else 0.0
        parts.append(f"on the device alone {alone_ms:.2f} ms ({device_share:.1%}); ready in {ready_s:.0f} s")
        figures |= {"device_ms": alone_ms, "device_share": device_share, "ready_s": ready_s}
    bench.report.add("hrnet-w32", what, "; ".join(parts), ok, **figures)


# ------------------------------------------------------------------------------------------------- behaviour, memory


def behaviour(bench: Bench) -> None:
    """Batches of changing size take no more memory; too little memory means smaller batches, then a sentence."""
    card = find_model(DEFAULT_POSE, Task.POSE)
    session = Torch().load(card.path, precision="f16", device="cuda")
    for batch in (1, 3, 16, 7, 20):
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


# ----------------------------------------------------------------------------------------------------------- TensorRT


def tensorrt(bench: Bench) -> None:
    """Engines of the embedded networks and of HRNet-W32: built, refused where broken, compared, timed."""
    state = TensorRt().available()
    if not state.usable:
        bench.report.add("tensorrt", "not tested here", state.reason)
        return
    gpu = cuda.probe().gpus[0]
    for card in (find_model(DEFAULT_POSE, Task.POSE), find_model(DEFAULT_DETECTOR, Task.DETECTOR)):
        with runner(card, OnnxRuntime().load(card.path, precision=None, device="cpu")) as reference:
            for precision in ("f16", "f32"):
                begun = time.perf_counter()
                engine = build_engine(card.path, precision=precision, capabilities=[gpu.capability])
                with runner(card, TensorRtSession(engine, card.name, precision, gpu)) as candidate:
                    judge(bench, "tensorrt", f"{card.name} {precision}", reference, candidate, begun)
    refusals(bench, engine, gpu)
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


# -------------------------------------------------------------------------------------------------------------- clocks


def device_ms(work: Callable[[], Any], *, repeats: int) -> float:
    """Median milliseconds on the device's own clock, after three runs that are not counted."""
    for _ in range(3):
        work()
    spent = []
    for _ in range(repeats):
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        work()
        end.record()
        end.synchronize()
        spent.append(begin.elapsed_time(end))
    return statistics.median(spent)


def wall_ms(work: Callable[[], Any], repeats: int) -> float:
    """Median milliseconds by the clock on the wall of a call that waits for the device; three are not counted."""
    spent = []
    for turn in range(repeats + 3):
        begun = time.perf_counter()
        work()
        if turn >= 3:
            spent.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(spent)


PARTS: dict[str, Callable[[Bench], None]] = {
    "limits": limits,
    "crops": crop_kernel,
    "hrnet-eager": hrnet_eager,
    "hrnet-graphs": hrnet_graphs,
    "tensorrt": tensorrt,
    "pipeline": pipeline,
    "behaviour": behaviour,
    "embedded": embedded_torch,
    "hrnet-compiled": hrnet_compiled,
}

if __name__ == "__main__":
    sys.exit(main())
