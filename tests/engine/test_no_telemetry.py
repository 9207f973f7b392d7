"""Running a network tells nobody: the libraries' own telemetry stays out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys, threading, multiprocessing
from engine.loading import load_detector
load_detector(device="openvino").close()
loaded = [name for name in sys.modules if name.startswith("openvino_telemetry.")]
print(loaded, multiprocessing.active_children(), [t.name for t in threading.enumerate() if t.name != "MainThread"])
"""


def test_openvino_is_loaded_without_its_telemetry() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] [] []"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="where it queues its events is known on Linux only")
@pytest.mark.parametrize("first", ["import engine.detector", "import training.export", "import app"])
def test_onnx_runtime_queues_nothing_to_send(first: str, tmp_path: Path) -> None:
    run = "import onnxruntime; from engine.loading import load_detector; load_detector(device='onnxruntime').close()"
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    for name in ("XDG_CACHE_HOME", "HOME"):
        environment[name] = str(tmp_path / name)
    subprocess.run([sys.executable, "-c", f"{first}; {run}"], check=True, env=environment, timeout=120)
    assert not list(tmp_path.rglob("*onnxruntime*"))
