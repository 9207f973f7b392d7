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
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from engine import crops, cuda
from engine.backends.tensorrt import TensorRt
from scripts.gpu_bench import SIZE_WH, Bench, Report, crowd, device_ms, wall_ms
from scripts.gpu_hrnet import export, hrnet_compiled, hrnet_eager, hrnet_graphs, lively_network
from scripts.gpu_networks import behaviour, embedded_compiled, embedded_torch, pipeline, tensorrt
from scripts.gpu_steps import kernels, steps
from scripts.gpu_training import training
from training.models.size import macs

LEAST_S = 10.0  # that must be left for a part to begin; compiling takes longer, and checks for itself


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
            if bench.left < LEAST_S:
                report.add(name, "not run", f"{max(bench.left, 0):.0f} s were left")
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


PARTS: dict[str, Callable[[Bench], None]] = {
    "limits": limits,
    "crops": crop_kernel,
    "kernels": kernels,
    "hrnet-eager": hrnet_eager,
    "hrnet-graphs": hrnet_graphs,
    "hrnet-steps": steps,
    "tensorrt": tensorrt,
    "pipeline": pipeline,
    "behaviour": behaviour,
    "embedded": embedded_torch,
    "training": training,
    "hrnet-compiled": hrnet_compiled,
    "embedded-compiled": embedded_compiled,
}

if __name__ == "__main__":
    sys.exit(main())
