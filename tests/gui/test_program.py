"""The program as it is started from a terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.gui.clips import make_clip

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for a child alone")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_control_c_closes_the_window_quietly(tmp_path: Path, number: signal.Signals) -> None:
    clip = make_clip(tmp_path / "clip.mp4", frames=25)
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(ROOT),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    # a shell that starts something in the background has it ignore Ctrl-C
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = f"import sys; {heard}; from app.gui import run_window; sys.exit(run_window({str(clip)!r}))"
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    settings = tmp_path / "config" / "Skelter" / "Skelter.conf"
    deadline = time.monotonic() + 60
    while not (settings.exists() and "recent" in settings.read_text()) and time.monotonic() < deadline:
        time.sleep(0.1)  # until the file is one of those opened lately
    process.send_signal(number)
    _, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints
    complaints = complaints.replace("This plugin does not support propagateSizeHints()\n", "")
    assert complaints == ""
    assert not list((tmp_path / "state").rglob("*.log")), "it ended well: there is nothing to report"
