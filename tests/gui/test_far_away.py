"""Where people are far away the window says what finds more of them, and does it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.gui import messages as say
from app.gui.toolbox import EngineChoice
from app.gui.window import MainWindow
from engine.types import U8, Boxes
from engine.video import SourceInfo
from tests.gui.clips import GreenDetector, GreenEngines, GreenToolbox, make_clip, number_in
from tests.gui.conftest import OpenWindow
from tests.gui.test_live import CameraToolbox
from tests.gui.test_window import SLOW_MS, wait_for_frame

OFFERS = "Analyse again, far away too", "Look far away too"


class FromAfar(GreenDetector):
    """Sees people as small as from the stand; `nobody`: none at all."""

    def __init__(self, *, nobody: bool) -> None:
        super().__init__()
        self._nobody = nobody

    def detect(self, image: U8, *, floor: float | None = None, whole: bool = True) -> Boxes:
        near = super().detect(image, floor=floor, whole=whole)
        if self._nobody:
            return Boxes.empty()
        middle = (near.xyxy[:, :2] + near.xyxy[:, 2:]) / 2
        reach = np.array([6, 15], np.float32)
        return replace(near, xyxy=np.concatenate([middle - reach, middle + reach], axis=1))


class EmptyAtFirst(GreenDetector):
    """Finds nobody on the first sixty frames."""

    def detect(self, image: U8, *, floor: float | None = None, whole: bool = True) -> Boxes:
        near = super().detect(image, floor=floor, whole=whole)
        return near if number_in(image) >= 60 else Boxes.empty()


class OneLook(GreenEngines):
    """Find people better where they were asked to look far away."""

    def __init__(self, choice: EngineChoice, *, nobody: bool) -> None:
        super().__init__(choice)
        if not choice.far:
            self.detector = FromAfar(nobody=nobody)

    def could_look_farther(self, info: SourceInfo) -> bool:
        return not self.choice.far


class Pitch(GreenToolbox):
    def __init__(self, *, nobody: bool = False) -> None:
        super().__init__()
        self._nobody = nobody

    def engines(self, choice: EngineChoice) -> GreenEngines:
        self.made.append(OneLook(choice, nobody=self._nobody))
        return self.made[-1]


class PitchCamera(CameraToolbox):
    def engines(self, choice: EngineChoice) -> GreenEngines:
        self.made.append(OneLook(choice, nobody=False))
        return self.made[-1]


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("pitch") / "match.mp4", frames=80)


def offer_of(window: MainWindow) -> QPushButton | None:
    return next(
        (one for one in window.banner.findChildren(QPushButton) if one.text() in OFFERS and one.isVisible()), None
    )


def begun_again(window: MainWindow) -> bool:
    """Whether what was found is forgotten, but for what is found anew around the last frame, on which it stands."""
    analysed = window.player.lanes.view().analysed
    return len(analysed) == 1 and analysed[0][0] > 60


def play_to_the_end(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    window.stage.transport.faster(9)
    before = window.open_session
    window.open_source(str(clip))
    qtbot.waitUntil(lambda: window.playing and window.open_session != before, timeout=SLOW_MS)
    wait_for_frame(qtbot, window, 79)
    qtbot.waitUntil(lambda: not window.playing, timeout=SLOW_MS)


@pytest.mark.parametrize("nobody", [False, True])
def test_where_people_are_small_or_nobody_is_found_it_offers_to_look_far_away_and_does_from_the_start(
    qtbot: QtBot, open_window: OpenWindow, long_clip: Path, nobody: bool
) -> None:
    window = open_window(Pitch(nobody=nobody))
    play_to_the_end(qtbot, window, long_clip)
    qtbot.waitUntil(lambda: offer_of(window) is not None, timeout=SLOW_MS)
    assert ("Nobody is found" if nobody else "Most people are small") in window.banner.sentence
    qtbot.mouseClick(offer_of(window), Qt.MouseButton.LeftButton)
    assert not window.banner.sentence
    qtbot.waitUntil(lambda: window.engines.choice.far, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: begun_again(window), timeout=SLOW_MS)

    def tall() -> float:
        if window.shown.tracks is None:
            return 0.0
        boxes = window.shown.tracks.poses.boxes.xyxy
        return float(np.ptp(boxes[:, 1::2], axis=1).max(initial=0))

    qtbot.waitUntil(lambda: tall() > 60, timeout=SLOW_MS)
    assert not window.banner.sentence, "it looks far away already"
    window.player.send(say.Seek(0, session=window.open_session))
    wait_for_frame(qtbot, window, 0)
    qtbot.waitUntil(lambda: tall() > 60, timeout=SLOW_MS)


def test_it_is_offered_once_for_each_source(qtbot: QtBot, open_window: OpenWindow, long_clip: Path) -> None:
    window = open_window(Pitch())
    for _ in range(2):
        play_to_the_end(qtbot, window, long_clip)
        qtbot.waitUntil(lambda: offer_of(window) is not None, timeout=SLOW_MS)
        window.banner.dismiss()
        window.player.send(say.Seek(0, session=window.open_session))
        wait_for_frame(qtbot, window, 0)
        qtbot.keyClick(window, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: window.playing, timeout=SLOW_MS)
        wait_for_frame(qtbot, window, 79)
        qtbot.waitUntil(lambda: not window.playing, timeout=SLOW_MS)
        assert offer_of(window) is None


def test_a_camera_goes_on_with_it(qtbot: QtBot, open_window: OpenWindow) -> None:
    tools = PitchCamera()
    window = open_window(tools)
    window.open_source("0")
    qtbot.waitUntil(lambda: offer_of(window) is not None, timeout=SLOW_MS)
    qtbot.mouseClick(offer_of(window), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.engines.choice.far and tools.made[0].closed, timeout=SLOW_MS)
    assert not window.banner.sentence


@pytest.mark.parametrize("detector", [GreenDetector, EmptyAtFirst])
def test_nothing_is_offered_where_people_are_near_be_they_late(
    qtbot: QtBot, open_window: OpenWindow, long_clip: Path, detector: type[GreenDetector]
) -> None:
    tools = Pitch()
    near = GreenEngines()
    near.detector = detector()
    near.could_look_farther = lambda info: True
    tools.engines = lambda choice: near
    window = open_window(tools)
    told = []
    window.banner.changed.connect(lambda: told.append(window.banner.sentence))
    window.open_source(str(long_clip))
    qtbot.waitUntil(lambda: window.playing, timeout=SLOW_MS)
    wait_for_frame(qtbot, window, 79)
    qtbot.waitUntil(lambda: window.player.lanes.view().analysed == ((0, 79),), timeout=SLOW_MS)
    assert not any(told)


def test_corrections_are_given_up_only_if_the_user_says_so(
    qtbot: QtBot, open_window: OpenWindow, long_clip: Path
) -> None:
    tools = Pitch()
    window = open_window(tools)
    play_to_the_end(qtbot, window, long_clip)
    qtbot.waitUntil(lambda: offer_of(window) is not None, timeout=SLOW_MS)
    window.editing.choose(1)
    window.editing.hide_or_show()
    qtbot.waitUntil(lambda: window.editing.can_undo, timeout=SLOW_MS)
    answers = [False, True]
    window.commands.questions.analyse_again = lambda: answers.pop(0)
    qtbot.mouseClick(offer_of(window), Qt.MouseButton.LeftButton)
    assert answers == [True]
    assert not window.engines._settled.isActive()
    assert offer_of(window) is not None, "it can be answered otherwise"
    qtbot.mouseClick(offer_of(window), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: begun_again(window), timeout=SLOW_MS)
    assert tools.made[-1].choice.far


def test_the_offer_goes_once_the_engines_look_far_away(qtbot: QtBot, open_window: OpenWindow, long_clip: Path) -> None:
    window = open_window(Pitch())
    play_to_the_end(qtbot, window, long_clip)
    qtbot.waitUntil(lambda: offer_of(window) is not None, timeout=SLOW_MS)
    window.engines.use(EngineChoice(far=True))  # as by the box of the panel
    qtbot.waitUntil(lambda: not window.banner.sentence, timeout=SLOW_MS)
    assert window.player.lanes.view().analysed == ((0, 79),), "nobody asked for that"


def test_a_result_of_before_is_not_to_be_given_up(
    qtbot: QtBot, open_window: OpenWindow, long_clip: Path, tmp_path: Path
) -> None:
    window = open_window(Pitch())
    play_to_the_end(qtbot, window, long_clip)
    qtbot.waitUntil(lambda: offer_of(window) is not None, timeout=SLOW_MS)
    window.exporting.export_to(tmp_path / "small.json")
    qtbot.waitUntil(lambda: "small.json" in window.banner.sentence, timeout=SLOW_MS)
    window.banner.dismiss()
    before = window.open_session
    window.open_source(str(long_clip), tmp_path / "small.json")
    qtbot.waitUntil(lambda: window.playing and window.open_session != before, timeout=SLOW_MS)
    wait_for_frame(qtbot, window, 79)
    qtbot.waitUntil(lambda: not window.playing, timeout=SLOW_MS)
    assert offer_of(window) is None
