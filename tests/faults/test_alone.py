"""Nothing needs the network, nothing asks for it, and no password is written down."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.test_cli import drawn_clip

ROOT = Path(__file__).resolve().parents[2]

_PROGRAM = """
import json, sys
from pathlib import Path
asked = []
def hear(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        asked.append((event, repr(arguments[1:])))
sys.addaudithook(hear)
folder = Path(sys.argv[1])
clip = str(folder / "clip.mp4")
from app.cli import main
told = {}
told["track"] = main(["track", clip, "-o", str(folder / "o.mp4"), "-o", str(folder / "o.json")])
told["export"] = main(["export", str(folder / "o.json"), "--to", "csv"])
told["models"] = main(["models", "list", "--all"])
from PyQt6.QtCore import QTimer
from app.gui.application import start
from app.gui.settings import Settings
from app.gui.toolbox import DefaultToolbox
app, window = start(DefaultToolbox(), Settings())
frames = []
window.picture_came.connect(lambda: frames.append(1) or (len(frames) == 5 and window.close()))
window.open_source(clip)
QTimer.singleShot(60_000, app.quit)
told["window"] = app.exec()
told["pictures"] = len(frames)
sys.stderr.write("\\n" + json.dumps({"told": told, "asked": asked}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="cuts the network off by a namespace of Linux")
def test_everything_works_where_there_is_no_network_and_asks_for_none(tmp_path: Path) -> None:
    cut = ["unshare", "--net", "--map-root-user"]
    if subprocess.run([*cut, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("no namespace can be made here")
    drawn_clip(tmp_path / "clip.mp4", frames=20)
    places = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("CACHE", "CONFIG", "DATA", "STATE")}
    done = subprocess.run(
        [*cut, sys.executable, "-c", _PROGRAM, str(tmp_path)], capture_output=True, text=True, check=False, timeout=200,
        env={**os.environ, **places, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(done.stderr.splitlines()[-1])
    assert report["asked"] == []
    assert report["told"].pop("pictures") >= 5
    assert report["told"] == dict.fromkeys(("track", "export", "models", "window"), 0)


_WINDOW = """
import logging, sys
from PyQt6.QtCore import QTimer
from app.gui.application import _last_words, start
from app.gui.settings import Settings
from app.gui.toolbox import DefaultToolbox
logging.basicConfig(level=logging.DEBUG)
settings = Settings()
words = _last_words(settings)
app, window = start(DefaultToolbox(), settings)
def hear(event):
    if type(event).__name__ == "Trouble":
        print(window.windowTitle(), window.banner.sentence, window.banner._details, event, flush=True)
        settings.save()
        import os
        os._exit(0)
window.heard.connect(hear)
window.open_source("rtsp://anna:geheim@127.0.0.1:9/cam?token=geheim")
QTimer.singleShot(60_000, app.quit)
app.exec()
"""


def test_the_password_of_a_camera_stays_out_of_log_settings_and_reports(tmp_path: Path) -> None:
    places = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("CACHE", "CONFIG", "DATA", "STATE")}
    done = subprocess.run(
        [sys.executable, "-c", _WINDOW], capture_output=True, text=True, check=False, timeout=100,
        env={**os.environ, **places, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "127.0.0.1:9" in done.stdout
    reports = list((tmp_path / "STATE").rglob("*.log"))
    assert reports, "it ended without a word"
    assert "127.0.0.1:9" in reports[0].read_text()
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(b"geheim" in content for content in [*written, done.stdout.encode(), done.stderr.encode()])
