"""How long the window ever failed to answer: loading, seeking, measuring, exporting, building, losing a camera.

    python scripts/measure_hangs.py CLIP [--traces] [--json]

A beat every 2 ms asks how long ago the last one was: by the clock, which counts every wait for the processor and for
Python's lock too, so measure on a quiet machine; and by the processor time of the window's thread, which other programs
do not change. `--traces` prints where the window's thread stands whenever it has worked for 25 ms (not on Windows).
`QT_QPA_PLATFORM=offscreen` where there is no screen.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PyQt6.QtCore import QEventLoop, QSettings, QTimer

from app.gui import messages as say
from app.gui.application import start
from app.gui.settings import Settings
from app.gui.toolbox import DefaultToolbox, EngineChoice
from app.gui.window import MainWindow
from engine.errors import SourceError
from engine.types import Frame
from engine.video import LiveState, Source, SourceInfo

BEAT_MS = 2
TRACED_MS = 25.0
PATIENCE_S = 120.0
CAMERA = "0"


class Heart:
    """Beats in the window's thread; knows the longest pause of each phase, by the clock and by processor time."""

    def __init__(self, *, traces: bool) -> None:
        self.wall_ms: dict[str, float] = {}
        self.cpu_ms: dict[str, float] = {}
        self.phase = "start"
        self._last, self._last_cpu = time.perf_counter(), time.thread_time()
        self._timer = QTimer()
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._thread_id = threading.get_ident()
        self._ended = threading.Event()
        if traces:
            threading.Thread(target=self._watch, daemon=True).start()

    def enter(self, phase: str) -> None:
        self.phase = phase
        if not self._timer.isActive():
            self._last, self._last_cpu = time.perf_counter(), time.thread_time()
            self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        self._ended.set()

    def _beat(self) -> None:
        now, cpu = time.perf_counter(), time.thread_time()
        late_ms, worked_ms = (now - self._last) * 1e3 - BEAT_MS, (cpu - self._last_cpu) * 1e3
        for known, ms in ((self.wall_ms, late_ms), (self.cpu_ms, worked_ms)):
            known[self.phase] = max(known.get(self.phase, 0.0), ms)
        self._last, self._last_cpu = now, cpu

    def _watch(self) -> None:
        clock, told = time.pthread_getcpuclockid(self._thread_id), 0.0
        while not self._ended.wait(0.005):
            if (time.clock_gettime(clock) - self._last_cpu) * 1e3 > TRACED_MS and told != self._last:
                told = self._last
                frame = sys._current_frames()[self._thread_id]
                lines = traceback.format_stack(frame)[-4:]
                print(f"-- {self.phase}: at work for {TRACED_MS:g} ms\n{''.join(lines)}", file=sys.stderr)


class Camera:
    """A live source of grey pictures until its cable is pulled."""

    def __init__(self) -> None:
        self.info = SourceInfo("camera 0", 1280, 720, 30.0, None, None, live=True, has_audio=False)
        self.pulled, self._closed, self.dropped = threading.Event(), threading.Event(), 0

    def __iter__(self) -> Iterator[Frame]:
        begun, index = time.monotonic(), 0
        while not self._closed.wait(1 / 30):
            if self.pulled.is_set():
                raise SourceError("camera 0 was lost; check its cable.")
            yield Frame(np.full((720, 1280, 3), index % 200, np.uint8), index, time.monotonic() - begun)
            index += 1

    def end_of(self, index: int) -> None: ...

    def close(self) -> None:
        self._closed.set()

    def __enter__(self) -> Camera:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Tools(DefaultToolbox):
    """The real ones, and a camera that can be lost."""

    camera = Camera()

    def open(self, address: str, on_state: Callable[[LiveState], None]) -> Source:
        return self.camera if address == CAMERA else super().open(address, on_state)


def wait(done: Callable[[], object], seconds: float = PATIENCE_S) -> bool:
    """Let the window work until `done`, or for so long."""
    loop, until = QEventLoop(), time.monotonic() + seconds
    timer = QTimer()
    timer.setInterval(10)
    timer.timeout.connect(lambda: loop.quit() if done() or time.monotonic() > until else None)
    timer.start()
    loop.exec()
    timer.stop()
    return bool(done())


def phases(window: MainWindow, clip: str, folder: Path, enter: Callable[[str], None]) -> None:
    """What a person does in a session, one after the other."""
    enter("after the window shows")
    wait(lambda: False, 2.0)
    enter("load")
    window.open_source(clip)
    wait(lambda: window.shown is not None and window.shown.people)
    enter("play")
    wait(lambda: False, 3.0)
    enter("seek")
    last = window.stage.timeline.maximum()
    for index in np.linspace(0, last, 12).astype(int).tolist()[::-1]:
        window.stage.timeline.sought.emit(index)
        wait(lambda: False, 0.25)
    enter("analysis strip")
    window.editing.choose(1)
    window.actions_["analysis"].setChecked(True)
    wait(lambda: window.stage.analysis.has_plot, 20)
    wait(lambda: False, 2.0)
    enter("export")
    window.exporting.export_to(folder / "out.mp4")
    wait(lambda: "out.mp4" in window.banner.sentence)
    enter("change engines")
    window.player.send(say.UseEngines(EngineChoice(precision="f32")))
    wait(lambda: "f32" in window.status.engine.text(), 30)
    enter("list the models")
    window.models.show()
    assert window.models.dialog is not None
    rows = window.models.dialog.model
    wait(lambda: rows.rows)
    enter("build an engine")
    window.models.dialog.build_wanted.emit(next(row for row in rows.rows if row.usual and row.task == "pose"))
    wait(lambda: window.models.work is None)
    window.models.dialog.close()
    enter("lose a camera")
    window.open_source(CAMERA)
    wait(lambda: window.info is not None and window.info.live and window.shown is not None)
    wait(lambda: False, 1.0)
    Tools.camera.pulled.set()
    wait(lambda: window.pages.currentWidget() is window.welcome)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip")
    parser.add_argument("--traces", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    heart = Heart(traces=options.traces)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(QSettings(str(folder / "s.ini"), QSettings.Format.IniFormat), folder / "recovery")
        _app, window = start(Tools(), settings)
        phases(window, options.clip, folder, heart.enter)
        heart.stop()
        window.close()
    if options.json:
        print(json.dumps({"wall_ms": heart.wall_ms, "cpu_ms": heart.cpu_ms}, indent=2))
        return
    print(f"{'longest time without an answer, ms':40}{'clock':>8}{'own work':>10}")
    for phase, ms in heart.wall_ms.items():
        print(f"{phase:40}{ms:8.0f}{heart.cpu_ms[phase]:10.0f}")


if __name__ == "__main__":
    main()
