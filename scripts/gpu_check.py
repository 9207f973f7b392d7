"""Everything that needs an NVIDIA card, in one go: built, run, compared with the CPU, timed; one table at the end.

    python -m scripts.gpu_check [--minutes 7.5] [--out FOLDER] [--only NAME …]

Needs PyTorch with CUDA, onnx, onnxruntime, cuda-python, OpenCV and platformdirs; TensorRT where it is to be measured.
Needs no network. Parts (`scripts.gpu_parts`) follow one another, the cheap ones first and what never ran on a card
last; what there is no time for is said, and what fails is recorded while the rest goes on. They run in a process that
is watched from here: where a part ends it, or leaves the card refusing every call, another process goes on with the
next; where time is over it is ended. FOLDER gets gpu_check.md and gpu_check.json, with every line anew, so that nothing
is lost where the run is cut short. Exit status 1 where a check failed, 2 where nothing could be run.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import time
from pathlib import Path

from scripts.gpu_report import Report

BROKEN = 3  # the parts' exit status where the card refuses everything since one that failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=7.5, help="in which everything has to be done")
    parser.add_argument("--out", type=Path, default=Path("gpu_check"))
    parser.add_argument("--only", nargs="*", default=[], help="these parts alone")
    options = parser.parse_args()
    for name in ("gpu_check.md", "gpu_check.json"):
        (options.out / name).unlink(missing_ok=True)
    parts = [sys.executable, "-m", "scripts.gpu_parts", "--out", str(options.out), "--only", *options.only]
    return watched(parts, options.out, 60 * options.minutes)


def watched(parts: list[str], out: Path, seconds: float) -> int:
    """Run the command `parts`, again and again until it is through, with `--minutes` that are left; the exit status."""
    begun = time.perf_counter()
    while True:
        before = Report.read(out).begun
        status = run(parts, seconds - (time.perf_counter() - begun))
        report = Report.read(out)
        if status == 2:
            return 2
        if status == 0:
            break
        is_stuck = report.begun == before  # it ends before it does anything
        if status != BROKEN:
            why = "time was over" if status is None else f"it ended the process ({in_words(status)})"
            report.add("all" if is_stuck else report.begun[-1], "this part", why, False)
        if status is None or is_stuck:
            break
    report.add("all", "time taken", f"{time.perf_counter() - begun:.0f} s")
    return 1 if any(row.ok is False for row in report.rows) else 0


def run(command: list[str], seconds: float) -> int | None:
    """The exit status of the parts; None where they took longer."""
    seconds = max(seconds, 0.0)
    try:
        return subprocess.run([*command, "--minutes", str(seconds / 60)], timeout=seconds, check=False).returncode
    except subprocess.TimeoutExpired:
        return None


def in_words(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"exit status {status}"


if __name__ == "__main__":
    sys.exit(main())
