"""The parts of `scripts.gpu_check`, in the process that it watches; goes on behind what its report says has begun."""

from __future__ import annotations

import argparse
import datetime
import os
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
from scripts.gpu_bench import SIZE_WH, Bench, crowd, device_ms, wall_ms
from scripts.gpu_check import BROKEN
from scripts.gpu_hrnet import hrnet_compiled, hrnet_eager, hrnet_graphs
from scripts.gpu_networks import behaviour, embedded_compiled, embedded_torch, pipeline, tensorrt
from scripts.gpu_report import Report
from scripts.gpu_steps import kernels, steps
from scripts.gpu_training import training

LEAST_S = 10.0  # that must be left for a part to begin; compiling takes longer, and checks for itself


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", nargs="*", choices=list(PARTS))
    options = parser.parse_args()
    deadline = time.perf_counter() + 60 * options.minutes
    if not torch.cuda.is_available():
        print(f"There is no CUDA device for PyTorch ({cuda.probe().reason}).", file=sys.stderr)
        return 2
    report = Report.read(options.out)
    if not report.machine:
        report.machine = machine()
        for key, value in report.machine.items():
            print(f"{key}: {value}")
    left = [name for name in PARTS if name not in report.begun and (not options.only or name in options.only)]
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(report, deadline, Path(folder))
        for name in left:
            if not bench.has(LEAST_S, name, "this part"):
                continue
            report.begin(name)
            try:
                PARTS[name](bench)
            except Exception as error:  # noqa: BLE001 - one part's failure must not cost the others
                traceback.print_exc()
                report.add(name, "this part", f"{type(error).__name__}: {error}".splitlines()[0][:200], False)
                if not is_sound():
                    return BROKEN
    return 0


def is_sound() -> bool:
    """Whether the card still does anything for this process: after an illegal access, say, it refuses every call."""
    try:
        torch.cuda.synchronize()
    except RuntimeError:
        return False
    return True


def machine() -> dict[str, str]:
    gpu = torch.cuda.get_device_properties(0)
    return {
        "date": datetime.date.today().isoformat(),
        "card": f"{gpu.name}, compute capability {gpu.major}.{gpu.minor}, {gpu.total_memory / 2**30:.0f} GiB, "
        f"{gpu.multi_processor_count} multiprocessors",
        "PyTorch": f"{torch.__version__}, CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}",
        "CUDA by cuda-python": cuda.probe().reason,
        "Python": f"{platform.python_version()}, NumPy {np.__version__}",
    }


def limits(bench: Bench) -> None:
    """The card's own rates, which every other figure is held against."""
    side = 8192
    a, b = (torch.randn(side, side, device="cuda", dtype=torch.float16) for _ in range(2))
    spent = device_ms(lambda: a @ b, repeats=20)
    tflops = 2 * side**3 / (spent / 1e3) / 1e12
    bench.report.add("limits", f"float16 {side}³ matrix product", f"{tflops:.0f} TFLOP/s", tflops=tflops)
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
    "pipeline": pipeline,
    "behaviour": behaviour,
    "embedded": embedded_torch,
    "training": training,
    "hrnet-compiled": hrnet_compiled,
    "embedded-compiled": embedded_compiled,
    "tensorrt": tensorrt,
}

if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    if status == BROKEN:  # what is left of CUDA might end the process in another way
        os._exit(status)
    sys.exit(status)
