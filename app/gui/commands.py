"""What a user can ask for: the list of all actions, and the questions that some of them need answered first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QPoint
from PyQt6.QtGui import QCursor
from PyQt6.QtWidgets import QFileDialog, QInputDialog, QMenu, QMessageBox

from app.gui import messages as say
from app.gui.about import about_text
from app.gui.actions import ActionSpec, can_export, in_camera, in_file, in_live, opened
from app.gui.cheat_sheet import CheatSheet
from app.gui.errand import Errand
from app.gui.theme import Look

if TYPE_CHECKING:
    from app.gui.window import MainWindow

VIDEO_FILTER = "*.mp4 *.mov *.mkv *.avi *.webm *.m4v *.mts *.m2ts *.mpg *.mpeg *.wmv *.3gp *.ogv"


class Questions(QObject):
    """The only places that wait for an answer; tests replace them."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def video(self, folder: str) -> str:
        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open a video"), folder, self.tr("Videos ({0});;All files (*)").format(VIDEO_FILTER)
        )
        return name

    def pictures(self, folder: str) -> str:
        return QFileDialog.getExistingDirectory(self._window, self.tr("Open a folder of pictures"), folder)

    def address(self) -> str:
        text, good = QInputDialog.getText(
            self._window, self.tr("Open a stream"), self.tr("Address of the stream (rtsp://… or http://…):")
        )
        return text.strip() if good else ""

    def target(self, suggestion: Path, kinds: str) -> str:
        name, _ = QFileDialog.getSaveFileName(self._window, self.tr("Export"), str(suggestion), kinds)
        return name

    def camera(self, names: list[str]) -> int | None:
        """Which of several; None: none of them."""
        menu = QMenu(self._window)
        entries = [menu.addAction(name) for name in names]
        chosen = menu.exec(QCursor.pos() - QPoint(8, 8))
        menu.deleteLater()
        return next((place for place, entry in enumerate(entries) if entry is chosen), None) if chosen else None

    def stop_export(self) -> bool:
        answer = QMessageBox.question(
            self._window, self.tr("Export under way"), self.tr("A video is still being exported. Stop it and close?")
        )
        return answer == QMessageBox.StandardButton.Yes


class Commands(QObject):
    """Asks where needed, then has the window do it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.questions = Questions(window)
        self._errands: list[Errand] = []

    def specs(self) -> tuple[ActionSpec, ...]:
        """Every action of the program."""
        return (*self._file_specs(), *self._playback_specs(), *self._overlay_specs(), *self._view_specs())

    def _file_specs(self) -> tuple[ActionSpec, ...]:
        tr, group = self.tr, self.tr("File")
        return (
            ActionSpec("open", tr("&Open video…"), tr("Open a video file"), group, self.open_video,
                       ("Ctrl+O",), "open"),
            ActionSpec("camera", tr("Open &camera"), tr("Watch a camera live"), group, self.open_camera,
                       ("Ctrl+K",), "camera"),
            ActionSpec("stream", tr("Open &stream…"), tr("Watch a network camera by its address"), group,
                       self.open_stream, ("Ctrl+L",)),
            ActionSpec("pictures", tr("Open &picture folder…"), tr("Play a folder of pictures like a video"), group,
                       self.open_pictures, ("Ctrl+Shift+O",)),
            ActionSpec("demo", tr("Try the &demo"), tr("Fetch a clip of a runner once, and open it"), group,
                       self.open_demo, ("Ctrl+D",)),
            ActionSpec("export", tr("&Export video…"), tr("Write the whole video with everyone drawn on it"), group,
                       self.export_video, ("Ctrl+E",), "export", can_export, starts_section=True),
            ActionSpec("export-data", tr("Export d&ata…"), tr("Write every joint of every frame as a table or JSON"),
                       group, self.export_data, ("Ctrl+Shift+E",), "table", can_export),
            ActionSpec("close", tr("C&lose video"), tr("Back to the start page"), group, self._close,
                       ("Ctrl+W",), "", opened, starts_section=True),
            ActionSpec("quit", tr("&Quit"), tr("Close the program"), group, self._quit, ("Ctrl+Q",)),
        )  # fmt: skip

    def _playback_specs(self) -> tuple[ActionSpec, ...]:
        tr, window = self.tr, self._window
        group = tr("Playback")
        return (
            ActionSpec("play", tr("&Play or pause"), tr("Play or pause"), group, window.play_or_pause,
                       ("Space",), "play", opened),
            ActionSpec("step-back", tr("One frame &back"), tr("One frame back"), group, lambda: self._step(-1),
                       ("Left",), "step-back", in_file, starts_section=True),
            ActionSpec("step-on", tr("One frame o&n"), tr("One frame on"), group, lambda: self._step(1),
                       ("Right",), "step-on", in_file),
            ActionSpec("leap-back", tr("One second bac&k"), tr("One second back"), group,
                       lambda: self._step_seconds(-1), ("Shift+Left",), "", in_file),
            ActionSpec("leap-on", tr("One second &on"), tr("One second on"), group,
                       lambda: self._step_seconds(1), ("Shift+Right",), "", in_file),
            ActionSpec("to-start", tr("To the &start"), tr("To the first frame"), group, self._to_start,
                       ("Home",), "to-start", in_file),
            ActionSpec("to-end", tr("To the &end"), tr("To the last frame"), group, self._to_end,
                       ("End",), "to-end", in_file),
            ActionSpec("slower", tr("S&lower"), tr("Play slower"), group,
                       lambda: window.stage.transport.faster(-1), ("Ctrl+Down",), "", in_file, starts_section=True),
            ActionSpec("faster", tr("&Faster"), tr("Play faster"), group,
                       lambda: window.stage.transport.faster(1), ("Ctrl+Up",), "", in_file),
            ActionSpec("stop", tr("S&top"), tr("Stop watching"), group, self._close,
                       ("Escape",), "stop", in_live, starts_section=True),
            ActionSpec("mirror", tr("&Mirror"), tr("Show the camera as a mirror does"), group, self._mirror,
                       ("M",), "mirror", in_camera, checkable=True),
        )  # fmt: skip

    def _overlay_specs(self) -> tuple[ActionSpec, ...]:
        tr, window = self.tr, self._window
        group = tr("Overlay")
        nothing = _nothing  # the panel listens to the actions itself

        def toggle(name: str, text: str, tip: str, key: str) -> ActionSpec:
            return ActionSpec(name, text, tip, group, nothing, (key,), checkable=True)

        return (
            toggle("skeleton", tr("&Skeletons"), tr("Draw joints and limbs"), "S"),
            toggle("ids", tr("&Numbers"), tr("Write each person's number above the head"), "I"),
            toggle("boxes", tr("&Boxes"), tr("Draw a box around each person"), "B"),
            toggle("trails", tr("&Trails"), tr("Draw the way each person came"), "T"),
            toggle("names", tr("Joint n&ames"), tr("Write the name beside each joint"), "N"),
            toggle("scores", tr("&Certainty"), tr("Write how sure the program is of each joint, 0 to 1"), "C"),
            toggle("by_limb", tr("Colour &left and right"), tr("Left side orange, right side blue, on everyone"), "L"),
            toggle("black", tr("Blac&k background"), tr("Hide the picture, show the people only"), "K"),
            ActionSpec("score-down", tr("&More joints"), tr("Draw joints that are less certain too"), group,
                       lambda: window.overlay.change_score(-0.05), ("[",), starts_section=True),
            ActionSpec("score-up", tr("&Fewer joints"), tr("Draw only joints that are more certain"), group,
                       lambda: window.overlay.change_score(0.05), ("]",)),
        )  # fmt: skip

    def _view_specs(self) -> tuple[ActionSpec, ...]:
        tr, window = self.tr, self._window
        view, help_ = tr("View"), tr("Help")
        return (
            ActionSpec("panel", tr("&Side panel"), tr("Show or hide the panel at the right"), view, window.show_panel,
                       ("Ctrl+B",), "panel", opened, checkable=True),
            ActionSpec("full-screen", tr("&Full screen"), tr("Fill the screen, and back"), view, window.full_screen,
                       ("F11",)),
            ActionSpec("zoom-in", tr("Zoom &in"), tr("Enlarge the picture (or turn the wheel)"), view,
                       lambda: window.stage.view.zoom_by(1.25), ("Ctrl++", "Ctrl+="), "", opened, starts_section=True),
            ActionSpec("zoom-out", tr("Zoom &out"), tr("Shrink the picture"), view,
                       lambda: window.stage.view.zoom_by(0.8), ("Ctrl+-",), "", opened),
            ActionSpec("fit", tr("&Whole picture"), tr("Show the whole picture"), view, lambda: window.stage.view.fit(),
                       ("Ctrl+0",), "", opened),
            ActionSpec("look-system", tr("Look of the s&ystem"), tr("Dark or light as the system is"), view,
                       lambda: window.set_look(Look.SYSTEM), starts_section=True),
            ActionSpec("look-dark", tr("&Dark"), tr("Dark, for video and evenings"), view,
                       lambda: window.set_look(Look.DARK)),
            ActionSpec("look-light", tr("&Light"), tr("Light, for bright rooms"), view,
                       lambda: window.set_look(Look.LIGHT)),
            ActionSpec("shortcuts", tr("&Keyboard shortcuts"), tr("All keys on one page"), help_,
                       self._show_shortcuts, ("F1",), "keyboard"),
            ActionSpec("about", tr("&About Skelter"), tr("Version and licences"), help_, self._show_about),
        )  # fmt: skip

    def open_video(self) -> None:
        settings = self._window.settings
        name = self.questions.video(settings.folder)
        if name:
            settings.folder = str(Path(name).parent)
            self._window.open_source(name)

    def open_pictures(self) -> None:
        name = self.questions.pictures(self._window.settings.folder)
        if name:
            self._window.open_source(name)

    def open_stream(self) -> None:
        address = self.questions.address()
        if address:
            self._window.open_source(address)

    def open_camera(self) -> None:
        """Look for cameras, in a thread: some drivers take seconds to answer."""
        self._window.busy(self.tr("Looking for cameras …"))
        self._run("cameras", _cameras, self._cameras_found)

    def open_demo(self) -> None:
        self._window.busy(self.tr("Fetching the demo clip (4 MB, once) …"))
        self._run("demo", _demo_clip, lambda clip: self._window.open_source(str(clip)))

    def export_video(self) -> None:
        self._export("-poses.mp4", self.tr("Video (*.mp4 *.mov *.mkv)"))

    def export_data(self) -> None:
        self._export("-poses.json", self.tr("Skelter JSON (*.json);;JSON lines (*.jsonl);;Table (*.csv)"))

    def _step(self, frames: int) -> None:
        self._window.player.send(say.Step(frames))

    def _step_seconds(self, seconds: int) -> None:
        info = self._window.info
        fps = info.fps if info is not None else None
        self._step(seconds * round(fps or 25))

    def _to_start(self) -> None:
        self._window.player.send(say.Seek(0))

    def _to_end(self) -> None:
        self._window.player.send(say.Seek(self._window.stage.timeline.maximum()))

    def _close(self) -> None:
        self._window.player.send(say.CloseSource())

    def _quit(self) -> None:
        self._window.close()

    def _mirror(self, on: bool) -> None:
        self._window.settings.mirror = on
        self._window.player.send(say.SetMirror(on))

    def _show_shortcuts(self) -> None:
        CheatSheet(self._window.actions_, self._window).show()

    def _show_about(self) -> None:
        self._window.banner.tell(about_text(), kind="done")

    def wait(self, timeout_s: float) -> bool:
        """Whether every errand has ended within the time."""
        return all(errand.wait(timeout_s) for errand in self._errands)

    def _export(self, ending: str, kinds: str) -> None:
        source = Path(self._window.address)
        name = self.questions.target(source.with_name(f"{source.stem}{ending}"), kinds)
        if name:
            target = Path(name)
            self._window.exporting.export_to(target if target.suffix else target.with_suffix(Path(ending).suffix))

    def _cameras_found(self, found: object) -> None:
        assert isinstance(found, list)
        self._window.busy("")
        if not found:
            self._window.banner.tell(
                self.tr("No camera was found. Connect one, close other programs that use it, and try again."),
                kind="warning",
            )
            return
        place = 0 if len(found) == 1 else self.questions.camera([camera.name for camera in found])
        if place is not None:
            self._window.open_source(str(found[place].index))

    def _run(self, name: str, work: object, then: object) -> None:
        errand = Errand(name, work, self)  # type: ignore[arg-type]
        errand.done.connect(then)  # type: ignore[arg-type]
        errand.failed.connect(self._failed)
        self._errands.append(errand)
        errand.start()

    def _failed(self, sentence: str, details: str) -> None:
        self._window.busy("")
        self._window.tell_trouble(sentence, details)


def _nothing(on: bool) -> None:
    """For actions that somebody else listens to."""


def _cameras() -> object:
    from engine.video.camera import list_cameras

    return list_cameras()


def _demo_clip() -> object:
    from app.demo import demo_clip

    return demo_clip()
