"""Running a network tells nobody: OpenVINO's telemetry, which reports its own import, stays out."""

import subprocess
import sys

PROGRAM = """
import sys, threading, multiprocessing
from engine.detector import load_detector
load_detector(device="openvino").close()
loaded = [name for name in sys.modules if name.startswith("openvino_telemetry.")]
print(loaded, multiprocessing.active_children(), [t.name for t in threading.enumerate() if t.name != "MainThread"])
"""


def test_openvino_is_loaded_without_its_telemetry():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] [] []"
