"""Runs tests/training in a process of its own.

PyTorch's training and OpenVINO in one long-lived process have ended in a segmentation fault (seen with torch 2.13 and
OpenVINO 2026.4, when a process is started); the program never does both either. `pytest -o addopts= tests/training`
runs them by hand, with `-m slow` those that take minutes, which this leaves out.
"""

import subprocess
from pathlib import Path

import pytest


@pytest.mark.timeout(1200)
def test_the_training_pipeline(training_tests: tuple[subprocess.Popen[bytes], Path]):
    """Begun with the first of all tests, it is waited for after the last: conftest.py."""
    process, said = training_tests
    assert process.wait() == 0, said.read_text(errors="replace")[-8000:]
