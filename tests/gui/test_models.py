"""The models window: what there is, fetched from a server of this machine, imported, built, used, remembered."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui.model_dialog import ModelDialog
from app.gui.model_work import Work
from app.gui.model_work import fetch as fetch_work
from app.gui.settings import Settings
from app.gui.toolbox import EngineChoice
from app.gui.window import MainWindow
from engine.errors import BuildCancelled, DownloadError, MissingFileError, ModelError
from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE
from tests.app.test_cli_zoo import NAME, own_folders, server  # noqa: F401 - fixtures
from tests.engine.file_server import FileServer
from tests.engine.onnx_graphs import save_graph
from tests.gui.clips import GreenEngines, GreenToolbox
from tests.gui.conftest import OpenWindow
from tests.gui.test_live import CameraToolbox
from tests.gui.test_manners import MOST_S, Watch
from tests.gui.test_window import SLOW_MS, open_paused


@pytest.fixture
def models(qtbot: QtBot, window: MainWindow) -> Iterator[ModelDialog]:
    """The models window, opened by its key."""
    qtbot.waitUntil(window.isActiveWindow, timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.models.dialog is not None, timeout=SLOW_MS)
    dialog = window.models.dialog
    qtbot.waitUntil(lambda: dialog.model.rowCount() > 50, timeout=SLOW_MS)
    yield dialog
    dialog.close()


def press(qtbot: QtBot, button: object) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def cells(dialog: ModelDialog, name: str) -> list[str]:
    """What the row of a network shows."""
    proxy = dialog.table.model()
    for row in range(proxy.rowCount()):
        if proxy.index(row, 0).data() == name:
            return [str(proxy.index(row, column).data()) for column in range(proxy.columnCount())]
    raise AssertionError(f"no row {name}")


def test_every_network_is_listed_with_its_terms(qtbot: QtBot, models: ModelDialog) -> None:
    assert cells(models, DEFAULT_POSE)[1:3] == ["joints", "in use"]
    assert cells(models, NAME)[2:] == ["can be fetched", "", "AP 0.659", "Apache-2.0"]
    assert cells(models, "yolo11n")[5] == "AGPL-3.0"
    assert cells(models, "official-hrnet-w32-256x192")[2] == "to be fetched by hand"
    qtbot.keyClicks(models.search, "yolox-tiny")
    assert models.table.model().rowCount() == 2
    models.choose("yolox-tiny-coco")
    assert "COCO" in models.about.text()


def test_all_that_is_told_of_a_network_can_be_read(qtbot: QtBot, models: ModelDialog) -> None:
    longest = max(models.model.rows, key=lambda row: len(row.accuracy) + len(row.data))
    assert len(longest.accuracy) > 300
    models.choose(longest.name)
    for words in (longest.licence, longest.data, longest.accuracy):
        assert words in models.about.text()
    for height in (models.height(), models.minimumSizeHint().height()):
        models.resize(models.width(), height)
        qtbot.waitUntil(
            lambda: models.about.height() >= models.about.heightForWidth(models.about.width()), timeout=SLOW_MS
        )
        room = models.about.parentWidget()
        bar = models.about.parentWidget().parentWidget().verticalScrollBar()
        assert bar.maximum() == models.about.height() - room.height(), "what is below is scrolled to"


def test_one_is_fetched_and_used(qtbot: QtBot, window: MainWindow, models: ModelDialog, server: FileServer) -> None:  # noqa: F811
    models.choose(NAME)
    assert not models.use.isEnabled()
    press(qtbot, models.fetch)
    qtbot.waitUntil(lambda: NAME in models.note.text() and "is here now" in models.note.text(), timeout=SLOW_MS)
    qtbot.waitUntil(lambda: cells(models, NAME)[2] == "here", timeout=SLOW_MS)
    press(qtbot, models.use)
    qtbot.waitUntil(lambda: cells(models, NAME)[2] == "in use", timeout=SLOW_MS)
    assert window.settings.engines.pose == NAME


def test_a_licence_that_binds_is_accepted_first(qtbot: QtBot, models: ModelDialog) -> None:
    models.choose("yolo11n")
    assert models.accept_box.isVisible()
    assert "AGPL-3.0" in models.accept_box.text()
    assert not models.fetch.isEnabled()
    models.accept_box.setChecked(True)
    assert models.fetch.isEnabled()
    models.choose("yolo26n")
    assert not models.fetch.isEnabled(), "what was accepted was another's"


def test_without_a_network_one_sentence_says_what_to_do(
    qtbot: QtBot, window: MainWindow, models: ModelDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.download._PAUSE_S", 0.0)
    monkeypatch.setattr("engine.download._TRIES", 1)
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    models.choose(NAME)
    press(qtbot, models.fetch)
    qtbot.waitUntil(lambda: "check the network, or bring" in models.note.text(), timeout=SLOW_MS)
    assert NAME in window.banner.sentence
    assert models.fetch.isEnabled()


class HeldServer(FileServer):
    """Sends the beginning, and the rest when the gate opens."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.gate = threading.Event()

    def answer(self, request: BaseHTTPRequestHandler, behaviour: str) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(self.content)))
        request.end_headers()
        half = len(self.content) // 2
        request.wfile.write(self.content[:half])
        self.gate.wait(60)
        request.wfile.write(self.content[half:])


def test_a_download_shows_how_far_it_is_and_can_be_cancelled(
    qtbot: QtBot, models: ModelDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = HeldServer(bytes(4_000_000))
    monkeypatch.setenv("SKELTER_MODEL_MIRROR", f"{held.address}/good")
    try:
        models.choose(NAME)
        press(qtbot, models.fetch)
        qtbot.waitUntil(lambda: 400 < models.bar.value() < 600, timeout=SLOW_MS)
        assert "MB" in models.note.text()
        assert not models.build.isEnabled(), "one thing at a time"
        press(qtbot, models.cancel)  # while the server keeps silent
        qtbot.waitUntil(lambda: models.note.text() == f"{NAME}: cancelled.", timeout=SLOW_MS)
        assert cells(models, NAME)[2] == "can be fetched"
        assert not models.bar.isVisible()
    finally:
        held.gate.set()
        held.close()


def test_a_download_that_fails_once_it_is_cancelled_was_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    work = fetch_work(NAME)

    def pull(*_: object, **__: object) -> None:
        work.cancel()
        raise DownloadError("no answer")

    monkeypatch.setattr("engine.zoo.pull", pull)
    with pytest.raises(BuildCancelled):
        work.run()
    assert work.was_cancelled


def test_a_file_is_imported(qtbot: QtBot, window: MainWindow, models: ModelDialog, tmp_path: Path) -> None:
    x, y = np.zeros((1, 17, 192), np.float32), np.zeros((1, 17, 256), np.float32)
    path = save_graph(tmp_path / "ours.onnx", ["N", 3, 128, 96], {"simcc_x": x, "simcc_y": y})
    window.commands.questions.model = lambda: str(path)
    press(qtbot, models.bring)
    qtbot.waitUntil(lambda: "ours.onnx was imported" in models.note.text(), timeout=SLOW_MS)
    qtbot.waitUntil(lambda: cells(models, "ours")[1:3] == ["joints", "here"], timeout=SLOW_MS)
    assert "a pose network" in models.note.text(), "what it is"

    asked: list[tuple[str, bool]] = []

    def name_it(taken: str, *, may_replace: bool) -> str:
        asked.append((taken, may_replace))
        return "ours" if len(asked) == 1 else "theirs"

    window.commands.questions.model_name = name_it
    for _ in range(2):
        models.note.clear()
        press(qtbot, models.bring)
        qtbot.waitUntil(lambda: "ours.onnx was imported" in models.note.text(), timeout=SLOW_MS)
    qtbot.waitUntil(lambda: any(row.name == "theirs" for row in models.model.rows), timeout=SLOW_MS)
    assert asked == [("ours", True)] * 2
    assert sum(row.name == "ours" for row in models.model.rows) == 1


def test_only_what_was_cancelled_is_called_so(qtbot: QtBot, window: MainWindow, models: ModelDialog) -> None:
    cancelled = threading.Event()

    def job(work: Work) -> object:
        cancelled.wait(60)
        raise ModelError("its file is damaged")

    window.models._start(Work("fetch", "something", job))
    press(qtbot, models.cancel)
    cancelled.set()
    qtbot.waitUntil(lambda: models.note.text() == "its file is damaged", timeout=SLOW_MS)
    cancelled.clear()
    window.models._start(Work("import", "something", job))
    assert models.bar.isVisible()
    assert not models.cancel.isVisible(), "an import cannot be cancelled"
    cancelled.set()
    qtbot.waitUntil(lambda: not models.bar.isVisible(), timeout=SLOW_MS)


def test_sizes_are_sorted_as_figures(models: ModelDialog) -> None:
    size = 3
    models.model.set_rows([replace(models.model.rows[0], size=bytes_) for bytes_ in (9_000_000, 120_000_000, None)])
    models.table.sortByColumn(size, Qt.SortOrder.DescendingOrder)
    shown = models.table.model()
    assert [shown.index(row, size).data() for row in range(3)] == ["120.0 MB", "9.0 MB", ""]


def test_accuracies_are_sorted_by_their_figure_not_by_the_threshold_they_were_taken_at(models: ModelDialog) -> None:
    accuracy = 4
    given = ["AP 0.749", "PCKh@0.5 0.885", "PCKh@0.5 0.903", "AP 0.704"]
    models.model.set_rows([replace(models.model.rows[0], accuracy=words) for words in given])
    models.table.sortByColumn(accuracy, Qt.SortOrder.DescendingOrder)
    shown = models.table.model()
    best_first = ["PCKh@0.5 0.903", "PCKh@0.5 0.885", "AP 0.749", "AP 0.704"]
    assert [shown.index(row, accuracy).data() for row in range(4)] == best_first


def test_an_engine_is_built_after_a_build_was_cancelled(qtbot: QtBot, models: ModelDialog) -> None:
    pytest.importorskip("openvino")
    watch = Watch()
    models.choose(DEFAULT_DETECTOR)
    press(qtbot, models.build)
    qtbot.waitUntil(models.cancel.isVisible, timeout=SLOW_MS)
    press(qtbot, models.cancel)
    qtbot.waitUntil(lambda: models.note.text() == f"{DEFAULT_DETECTOR}: cancelled.", timeout=SLOW_MS)
    press(qtbot, models.build)
    qtbot.waitUntil(lambda: "is built" in models.note.text(), timeout=SLOW_MS)
    qtbot.waitUntil(lambda: "Engines: OpenVINO" in models.about.text(), timeout=SLOW_MS)
    watch.stop()
    assert watch.worst_s < MOST_S, "the window answers while an engine is built"


def test_what_was_chosen_is_there_the_next_time(qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path) -> None:
    open_paused(qtbot, window, clip)
    chosen = EngineChoice(precision="bf16", tracker="iou", flip=True, far=True)
    window.engines.use(chosen)
    qtbot.waitUntil(lambda: "bf16" in window.status.engine.text(), timeout=SLOW_MS)
    assert Settings(window.settings._store, tmp_path).engines == EngineChoice(
        precision="bf16", tracker="iou", flip=True, far=True
    )


class ForgetfulToolbox(GreenToolbox):
    """Was told to run with a network that has been deleted since."""

    def __init__(self) -> None:
        super().__init__()
        self.choice = EngineChoice(pose="gone")

    def engines(self, choice: EngineChoice) -> GreenEngines:
        if choice.pose == "gone":
            raise MissingFileError("there is no pose model called gone: choose another.")
        return super().engines(choice)


def test_where_it_is_gone_the_usual_one_runs_and_that_is_said(
    qtbot: QtBot, open_window: OpenWindow, settings: Settings, clip: Path
) -> None:
    settings.engines = EngineChoice(pose="gone")
    window = open_window(ForgetfulToolbox())
    open_paused(qtbot, window, clip)
    assert "no pose model called gone" in window.banner.sentence
    assert "The usual engines run" in window.banner.sentence
    assert window.status.people.text() == "1 person"
    assert settings.engines == EngineChoice(), "and not asked for again"


def test_the_tip_tells_what_each_stage_takes(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_paused(qtbot, window, clip)
    qtbot.waitUntil(lambda: "Placing joints" in window.status.analysis.toolTip(), timeout=SLOW_MS)
    for stage in ("Decoding", "Finding people", "Placing joints", "Telling people apart"):
        assert stage in window.status.analysis.toolTip()


def test_changing_engines_never_stops_a_camera_for_a_second(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(CameraToolbox())
    window.open_source("0")
    qtbot.waitUntil(lambda: window.status.people.text() == "1 person", timeout=SLOW_MS)
    times: list[float] = []
    window.stage.picture_shown.connect(lambda picture: times.append(picture.time_s))
    for choice in (EngineChoice(precision="bf16"), EngineChoice(precision="bf16", tracker="iou"), EngineChoice()):
        before = len(times)
        window.engines.use(choice)
        qtbot.waitUntil(lambda choice=choice: window.engines.choice == choice, timeout=SLOW_MS)
        qtbot.waitUntil(lambda before=before: len(times) > before + 15, timeout=SLOW_MS)
    assert max(later - earlier for earlier, later in itertools.pairwise(times)) < 1.0
