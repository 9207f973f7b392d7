"""Runs tests/gui in a process of its own.

In one process after all others they have ended in a segmentation fault (twice, with PyAV 18 and Qt 6.11, minutes after
the tests of streams; never by themselves), and the program does not do all that in one process either.
`pytest -o addopts= tests/gui` runs them by hand. Output of libraries is not captured, so that a fault says where.
"""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.timeout(1500)
def test_the_window():
    command = [sys.executable, "-X", "faulthandler", "-m", "pytest", "-q", "-ra", "-m", "not slow",
               "--capture=sys", "-o", "addopts=--strict-markers", "tests/gui"]  # fmt: skip
    done = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-4000:]
