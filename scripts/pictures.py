"""Makes the pictures of the window in docs/pictures: opens the demo clip, analyses it, and does what the pages tell of.

    python scripts/pictures.py [CLIP] [--out docs/pictures] [--only NAME ...] [--language ko] [--look light]

Without CLIP the clip of `skelter demo` is fetched. Nothing is shown on the screen.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PyQt6.QtCore import QSettings, Qt
from PyQt6.QtWidgets import QWidget

from app.changes import MoveJoint
from app.demo import demo_clip
from app.doubts import Kind
from app.gui import events
from app.gui import messages as say
from app.gui.application import start
from app.gui.cheat_sheet import CheatSheet
from app.gui.commands import image_of
from app.gui.settings import Settings
from app.gui.side_panel import Section
from app.gui.theme import Look
from app.gui.toolbox import DefaultToolbox
from app.gui.window import MainWindow
from engine.skeletons import COCO
from scripts.measure_hangs import wait

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
SIZE = 1280, 720
FRAME = 84
"""Two people are in this picture of the demo clip, and one of them walks."""
JPEG_QUALITY = 88


class Studio:
    """The window, and where its pictures go."""

    def __init__(self, window: MainWindow, out: Path, only: set[str]) -> None:
        self.window, self.out, self.only = window, out, only

    def wants(self, *names: str) -> bool:
        return not self.only or not self.only.isdisjoint(names)

    def keep(self, name: str, part: QWidget | None = None) -> None:
        """Save what the window, or a part of it, looks like now."""
        wait(lambda: False, 0.4)  # for what is still on its way to the screen
        if self.wants(name):
            (part or self.window).grab().save(str(self.out / name), quality=JPEG_QUALITY)

    def switch(self, *names: str) -> None:
        """Turn these actions on, or off again."""
        for name in names:
            self.window.actions_[name].trigger()

    def go_to(self, index: int) -> None:
        self.window.stage.timeline.sought.emit(index)
        expect("the frame", lambda: self.window.shown is not None and self.window.shown.index == index)
        expect("its people", lambda: bool(self.window.shown and self.window.shown.people))

    def runner(self) -> int:
        """Who is the rightmost in the picture."""
        shown = self.window.shown
        assert shown is not None
        assert shown.tracks is not None
        return int(shown.tracks.ids[shown.tracks.poses.boxes.xyxy[:, 0].argmax()])


def expect(what: str, there: Callable[[], object], seconds: float = 600.0) -> None:
    """Raises SystemExit where it does not come in time."""
    if not wait(there, seconds):
        raise SystemExit(f"{what} did not come within {seconds:g} s")


def take(studio: Studio, clip: Path, folder: Path) -> None:
    """Every picture, in an order in which one step leads to the next."""
    studio.keep("window-welcome.png")
    if studio.only == {"window-welcome.png"}:
        return
    analyse(studio, clip)
    studio.keep("window-runner.jpg")
    annotated(studio)
    overlays(studio)
    checking(studio)
    corrections(studio)
    looks(studio)
    curve(studio)
    exports(studio, folder)
    dialogs(studio)
    side_by_side(studio, clip)


def analyse(studio: Studio, clip: Path) -> None:
    """Play the clip to its end, and go to the frame that all pictures show."""
    window = studio.window
    speed = window.stage.transport.speed
    usual = speed.currentIndex()
    speed.setCurrentIndex(speed.count() - 1)
    window.open_source(str(clip))
    expect("the end of the clip", lambda: window.shown and window.shown.index > FRAME and not window.playing)
    speed.setCurrentIndex(usual)
    studio.go_to(FRAME)


def annotated(studio: Studio) -> None:
    """The picture as it is exported, a little smaller."""

    def save(picture: events.Picture) -> None:
        image = image_of(picture).scaledToWidth(960, Qt.TransformationMode.SmoothTransformation)
        image.save(str(studio.out / "runner-annotated.jpg"), quality=JPEG_QUALITY)
        done.append(True)

    done: list[bool] = []
    if studio.wants("runner-annotated.jpg"):
        studio.window.player.send(say.Snapshot(save, session=studio.window.open_session))
        expect("the picture in full size", lambda: done, 20)


def overlays(studio: Studio) -> None:
    names = ("boxes", "trails", "angles", "black")
    studio.switch(*names)
    studio.keep("window-overlay.jpg")
    studio.switch(*names)


def checking(studio: Studio) -> None:
    """Lead to the moment at which somebody comes who may be one who was there before."""
    window = studio.window
    studio.go_to(0)
    for _ in range(30):
        before = window.banner.sentence
        studio.switch("next-moment")
        expect("a question", lambda before=before: window.banner.sentence != before and window.checking.asked, 60)
        if window.checking.asked is not None and window.checking.asked.kind is Kind.SAME:
            break
    studio.keep("window-check.jpg")
    window.banner.dismiss()
    window.editing.choose(None)
    studio.go_to(FRAME)


def corrections(studio: Studio) -> None:
    """Names, a joint put in its place, a range, somebody followed."""
    window, runner = studio.window, studio.runner()
    shown = window.shown
    assert shown is not None
    assert shown.tracks is not None
    names = iter(("Anna", "Ben"))
    for person in sorted(shown.tracks.ids.tolist(), key=lambda person: person != runner):
        window.people.renamed.emit(person, next(names, f"{person}"))
    wrist = COCO.keypoints.index("right_wrist")
    x, y = shown.tracks.poses.keypoints[shown.tracks.ids.tolist().index(runner), wrist].tolist()
    window.player.send(say.MakeEdit(MoveJoint(FRAME, runner, wrist, x + 4, y - 4), session=window.open_session))
    window.stage.timeline.set_loop((50, 160))
    window.editing.choose(runner)
    expect("the corrections", lambda: window.people.name(runner) == "Anna", 20)
    studio.keep("window-correct.jpg")
    studio.switch("follow")
    wait(lambda: False, 1.5)  # the picture glides there
    studio.keep("window-follow.jpg")
    studio.switch("follow", "fit")


def looks(studio: Studio) -> None:
    before = studio.window.settings.look
    for look, name in ((Look.LIGHT, "light"), (Look.CONTRAST, "contrast")):
        studio.window.set_look(look)
        studio.keep(f"window-{name}.jpg")
    studio.window.set_look(before)


def curve(studio: Studio) -> None:
    panel = studio.window.stage.analysis
    studio.switch("analysis")
    expect("the curve", lambda: panel.has_plot and panel.series is not None, 60)
    studio.switch("both-sides")
    expect("that of the other side", lambda: panel.series is not None and panel.series.other is not None, 60)
    studio.switch("steady")
    expect("that of steady joints", lambda: panel.series is not None and panel.series.told is None, 60)
    studio.keep("window-analysis.jpg")
    studio.switch("steady", "both-sides", "analysis")


def exports(studio: Studio, folder: Path) -> None:
    window = studio.window
    for name in ("runner-poses.mp4", "runner-poses.json"):
        window.exporting.export_to(folder / name)
    expect("an export", lambda: window.export_bar.running, 20)
    studio.keep("window-export.jpg")
    window.export_bar.cancel_all()
    expect("the end of the exports", lambda: not window.export_bar.running, 60)
    window.banner.dismiss()


def dialogs(studio: Studio) -> None:
    """The engines panel, the models window, the keys."""
    window = studio.window
    sections = window.side.findChildren(Section)
    overlay, engines = sections[-2:]
    overlay.head.click()
    engines.head.click()
    expect("what can be chosen", lambda: window.side.engines.isEnabled(), 60)
    wait(lambda: False, 2.0)
    studio.keep("window-engines.jpg")
    engines.head.click()
    overlay.head.click()
    studio.switch("models")
    dialog = window.models.dialog
    assert dialog is not None
    expect("the list of models", lambda: dialog.model.rows, 60)
    studio.keep("window-models.jpg", dialog)
    dialog.close()
    studio.switch("shortcuts")
    sheet = window.findChildren(CheatSheet)[-1]
    studio.keep("window-keys.jpg", sheet)
    sheet.close()


def side_by_side(studio: Studio, clip: Path) -> None:
    window = studio.window
    window.comparing.begin(str(clip), 1.0)
    second = window.comparing.second
    assert second is not None
    expect("the second video", lambda: second.shown and second.shown.time_s > 3.5 and second.shown.people)
    studio.keep("window-compare.jpg")
    window.comparing.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", nargs="?", type=Path)
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--language", default="en")
    parser.add_argument("--look", type=Look, choices=list(Look), default=Look.DARK)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        screen = {"name": "large enough for all the keys", "x": 0, "y": 0, "width": 1920, "height": 1080}
        (folder / "screens.json").write_text(json.dumps({"screens": [screen]}))
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={folder / 'screens.json'}"
        clip = options.clip or demo_clip()
        for kind in ("XDG_DATA_HOME", "XDG_CACHE_HOME"):  # the models window shows what a new installation has
            os.environ[kind] = str(folder / kind)
        settings = Settings(QSettings(str(folder / "s.ini"), QSettings.Format.IniFormat), folder / "recovery")
        settings.language, settings.look = options.language, options.look
        _app, window = start(DefaultToolbox(), settings)
        window.resize(*SIZE)
        try:
            take(Studio(window, options.out, set(options.only)), clip, folder)
        finally:
            window.sessions.unsaved = False
            window.close()


if __name__ == "__main__":
    main()
