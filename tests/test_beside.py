"""Runs tests/app, tests/training, tests/trackers, tests/faults and a few more in processes of their own, beside others.

PyTorch's training and OpenVINO in one long-lived process have ended in a segmentation fault (seen with torch 2.13 and
OpenVINO 2026.4, when a process is started); the program never does both either. `pytest -o addopts= tests/training`
runs those by hand, with `-m slow` those that take minutes, which this leaves out. The others wait much, or need one
processor only; `pytest tests/app` runs them as any others. Which they are stands in conftest.py.
"""

import subprocess
from pathlib import Path

import pytest

Running = dict[str, tuple[subprocess.Popen[bytes], Path]]


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("what", ["app", "faults", "trackers", "training"])
def test_what_runs_beside_all_others(beside: Running, what: str):
    """Begun with the first of all tests, it is waited for after the last."""
    process, said = beside[what]
    assert process.wait() == 0, said.read_text(errors="replace")[-8000:]
