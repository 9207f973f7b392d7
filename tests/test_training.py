"""Runs tests/training in a process of its own.

PyTorch's training and OpenVINO in one long-lived process have ended in a segmentation fault (seen with torch 2.13 and
OpenVINO 2026.4, when a process is started); the program never does both either. `pytest -o addopts= tests/training`
runs them by hand, with `-m slow` those that take minutes, which this leaves out.

They run two at a time, each with one thread: their networks are too small for more.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.timeout(1200)
def test_the_training_pipeline():
    root = Path(__file__).parents[1]
    command = [sys.executable, "-m", "pytest", "-q", "-ra", "-m", "not slow",
               "-o", "addopts=--strict-markers", "-n", "2", "tests/training"]  # fmt: skip
    one_thread = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=root, env=one_thread, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
