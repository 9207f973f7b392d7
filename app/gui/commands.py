"""What the user's actions do: asks the questions that some of them need answered first, then has the window do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QPoint, pyqtSignal
from PyQt6.QtGui import QGuiApplication, QImage
from PyQt6.QtWidgets import QToolButton

from app.gui import events
from app.gui import messages as say
from app.gui.about import AboutBox, Facts, gather
from app.gui.actions import ActionSpec
from app.gui.body_parts import sides_of_parts
from app.gui.cameras import Cameras
from app.gui.cheat_sheet import CheatSheet
from app.gui.errand import Errand
from app.gui.exporting import show_in_folder
from app.gui.going import GoingBox
from app.gui.hits import box_of
from app.gui.questions import Questions
from app.gui.screens import Screens
from app.gui.timeline import LAST
from app.gui.toolbox import Toolbox
from app.gui.verbs import all_specs
from app.gui.wording import translated

if TYPE_CHECKING:
    from app.gui.window import MainWindow


class Commands(QObject):
    """One method an action, where it is not one of a part of the window already."""

    picture_came = pyqtSignal(object, object)

    def __init__(self, window: MainWindow, toolbox: Toolbox) -> None:
        super().__init__(window)
        self.window = window
        self.questions = Questions(window)
        self.cameras, self.screens = Cameras(window, toolbox), Screens(window, toolbox)
        self._errands: list[Errand] = []
        self.picture_came.connect(lambda picture, use: use(picture))
        window.screen_filled.connect(self._make_way)

    def specs(self) -> tuple[ActionSpec, ...]:
        """Every action of the program."""
        return all_specs(self)

    # files

    def open_video(self) -> None:
        settings = self.window.settings
        name = self.questions.video(settings.folder)
        if name:
            settings.folder = str(Path(name).parent)
            self.window.open_source(name)

    def compare(self) -> None:
        name = self.questions.video(self.window.settings.folder)
        if name:
            self.window.comparing.begin(name)

    def open_pictures(self) -> None:
        name = self.questions.pictures(self.window.settings.folder)
        if name:
            self.window.open_source(name)

    def open_stream(self) -> None:
        address = self.questions.address()
        if address:
            self.window.open_source(address)

    def open_demo(self) -> None:
        self.window.busy(self.tr("Fetching the demo clip (4 MB, once) …"))
        self.run("demo", _demo_clip, lambda clip: self.window.open_source(str(clip)))

    def save(self) -> None:
        self.window.sessions.save()

    def save_as(self) -> None:
        self.window.sessions.save_as()

    def export_video(self) -> None:
        video = self.tr("Video")
        self._export("-poses", [(video, ".mp4"), (video, ".mov"), (video, ".mkv")])

    def export_data(self) -> None:
        from app.exports import FORMATS

        self._export("-poses", [(translated(known.about), known.ending) for known in FORMATS.values()])

    def save_picture(self) -> None:
        self._with_picture(self._ask_where_and_write)

    def copy_picture(self) -> None:
        def copy(picture: events.Picture) -> None:
            clipboard = QGuiApplication.clipboard()
            if clipboard is not None:
                clipboard.setImage(image_of(picture))
                self.window.banner.tell(self.tr("The picture is on the clipboard."), kind="done")

        self._with_picture(copy)

    def close_source(self) -> None:
        self.window.sessions.leave(lambda: self.window.player.send(say.CloseSource()))

    def quit(self) -> None:
        self.window.close()

    # playing

    def play_or_pause(self) -> None:
        self.window.player.send(say.Play(not self.window.playing, session=self.window.open_session))

    def step(self, frames: int) -> None:
        self.window.player.send(say.Step(frames, session=self.window.open_session))

    def step_seconds(self, seconds: int) -> None:
        self.window.player.send(say.Leap(seconds, session=self.window.open_session))

    def to_start(self) -> None:
        self.window.player.send(say.Seek(0, session=self.window.open_session))

    def to_end(self) -> None:
        # or the nearest there is: not every file tells its length
        self.window.player.send(say.Seek(LAST, session=self.window.open_session))

    def go_to_place(self) -> None:
        """Ask for a frame or a time, and go there; beyond the end, to the last frame."""
        timeline, session = self.window.stage.timeline, self.window.open_session

        def seek(index: int) -> None:
            self.window.player.send(say.Seek(index, session=session))

        GoingBox(seek, lambda time_s: seek(timeline.index_near(time_s)), self.window).open()

    def mark(self, end: int) -> None:
        """Begin (0) or end (1) the range at the frame shown: the one there is where it lies on that side of its other
        end, else a new one, up to the end or from the beginning of the video. One of a single frame is not made."""
        timeline, shown = self.window.stage.timeline, self.window.shown
        if shown is None:
            return
        here, (first, last) = shown.index, timeline.loop or (0, timeline.maximum())
        if end == 0:
            frames = (here, last if here <= last else timeline.maximum())
        else:
            frames = (first if first <= here else 0, here)
        if frames[0] < frames[1]:
            timeline.set_loop(frames)
        else:
            words = self.tr("A range has two frames at least; nothing was changed.")
            self.window.tell_trouble(words, warning=True)

    def unmark(self) -> None:
        self.window.stage.timeline.set_loop(None)

    def mirror(self, on: bool) -> None:
        self.window.settings.mirror = on
        self.window.player.send(say.SetMirror(on))

    def steady(self, on: bool) -> None:
        self.window.settings.steady = on
        self.window.player.send(say.SetSteady(on))

    def record(self, on: bool) -> None:
        self.window.recording.toggle(on)

    # people

    def follow(self, on: bool) -> None:
        self.window.editing.follow(on)

    def fit(self) -> None:
        self.window.editing.follow(False)

    def merge(self) -> None:
        other = self._other_person("merge", self.tr("{0} is the same as …"))
        if other is not None:
            self.window.editing.merge(other)

    def swap(self) -> None:
        shown = self.window.shown  # the video may play on behind the question
        other = self._other_person("swap", self.tr("From here on, {0} is exchanged with …"))
        if other is not None and shown is not None:
            self.window.editing.swap(other, shown.index)

    def exchange_sides(self) -> None:
        """In the range that is marked; where none is, from the frame shown on."""
        shown, loop = self.window.shown, self.window.stage.timeline.loop
        if loop is not None:
            self._exchange_sides(*loop, self.tr("Exchange left and right of {0} in the marked range:"))
        elif shown is not None:
            self._exchange_sides(shown.index, None, self.tr("Exchange left and right of {0} from here on:"))

    def exchange_sides_here(self) -> None:
        shown = self.window.shown
        if shown is not None:
            self._exchange_sides(shown.index, shown.index, self.tr("Exchange left and right of {0} on this frame:"))

    def _exchange_sides(self, frame: int, last: int | None, sentence: str) -> None:
        """Ask of which part of the body."""
        shown, chosen = self.window.shown, self.window.editing.chosen
        if shown is None or chosen is None or not self.window.editing.is_there(frame, last):
            return
        parts = sides_of_parts(shown.skeleton)
        question = sentence.format(self.window.people.name(chosen))
        answer = self.questions.one_of(list(parts), question, self._place_of("sides"))
        if answer is not None:
            self.window.editing.exchange_sides(list(parts.values())[answer], frame, last)

    def analysis(self, on: bool) -> None:
        self.window.settings.analysis_shown = on
        self.window.analysing.show(on)

    def both_sides(self, on: bool) -> None:
        self.window.settings.both_sides = on
        self.window.analysing.show_both(on)

    def panel(self, on: bool) -> None:
        if not self.window.fills_screen:  # what is asked for there holds there
            self.window.settings.panel_shown = on
        self.window.side.setVisible(on and self.window.info is not None)

    def _make_way(self, for_screen: bool) -> None:
        """In full screen the side panel is hidden until it is asked for."""
        self.window.actions_["panel"].setChecked(not for_screen and self.window.settings.panel_shown)

    def set_language(self, language: str) -> None:
        self.window.settings.language = language
        self.window.banner.tell(self.tr("The language changes when Skelter is started again."), kind="done")

    # help

    def show_shortcuts(self) -> None:
        CheatSheet(self.window.actions_, self.window).show()

    def show_about(self) -> None:
        self.run("about", gather, self._show_facts)

    def _show_facts(self, facts: object) -> None:
        assert isinstance(facts, Facts)
        AboutBox(facts, self.window).show()

    def wait(self, timeout_s: float) -> bool:
        """Whether every errand has ended within the time."""
        self.cameras.stop()
        self.screens.stop()
        return all(errand.wait(timeout_s) for errand in self._errands)

    def run(
        self,
        name: str,
        work: Callable[[], object],
        then: Callable[[object], None],
        failed: Callable[[str, str], None] | None = None,
    ) -> None:
        """Do `work` in a thread, then `then` here with what it returned; tell where it failed, or call `failed`."""
        errand = Errand(name, work, self)
        errand.done.connect(then)
        errand.failed.connect(failed or self._failed)
        self._errands = [one for one in self._errands if not one.wait(0)]
        self._errands.append(errand)
        errand.start()

    def _export(self, ending: str, kinds: list[tuple[str, str]]) -> None:
        source = Path(self.window.address)
        frames = self.window.stage.timeline.loop
        part = f"-{frames[0] + 1}-{frames[1] + 1}" if frames is not None else ""
        name = self.questions.target(source.with_name(f"{source.stem}{part}{ending}{kinds[0][1]}"), kinds)
        if name:
            self.window.exporting.export_to(Path(name))

    def _other_person(self, verb: str, sentence: str) -> int | None:
        """Whom the person chosen is joined or swapped with."""
        people, others, chosen = self.window.people, self.window.editing.others(), self.window.editing.chosen
        if chosen is None:
            return None
        names = [people.name(person) for person in others]
        answer = self.questions.one_of(names, sentence.format(people.name(chosen)), self._place_of(verb))
        return None if answer is None else others[answer]

    def _place_of(self, verb: str) -> QPoint:
        """Of the screen, for a question about the person chosen: under the verb's button; where that is not seen, at
        the person; where neither is, in the middle of the picture."""
        action, view, shown = self.window.actions_[verb], self.window.stage.view, self.window.shown
        for button in self.window.people_list.findChildren(QToolButton):
            if button.defaultAction() is action and not button.visibleRegion().isEmpty():
                return button.mapToGlobal(button.rect().bottomLeft())
        box = box_of(shown.tracks, self.window.editing.chosen) if shown is not None else None
        if box is not None:
            corner = view.from_frame(box[2], box[1]).toPoint()
            if view.rect().contains(corner):
                return view.mapToGlobal(corner)
        return view.mapToGlobal(view.rect().center())

    def _with_picture(self, use: Callable[[events.Picture], None]) -> None:
        """Have `use` called with the picture shown, in the size of the source; of two compared, with both in one."""
        window = self.window
        window.player.send(
            say.Snapshot(
                lambda picture: self.picture_came.emit(picture, partial(self._with_second, use)),
                session=window.open_session,
            )
        )

    def _with_second(self, use: Callable[[events.Picture], None], first: events.Picture) -> None:
        def both(second: events.Picture) -> None:
            from app.gui.reduction import side_by_side

            use(replace(first, image=side_by_side(first.image, second.image)))

        second = self.window.comparing.second
        if second is None or second.shown is None:
            use(first)
        else:
            reply = say.Snapshot(lambda picture: self.picture_came.emit(picture, both), session=second.shown.session)
            second.player.send(reply)

    def _ask_where_and_write(self, picture: events.Picture) -> None:
        """The video may play on meanwhile: it is the picture that was there before the question."""
        source = Path(self.window.source_name)
        folder = Path(self.window.address).parent if Path(self.window.address).exists() else Path.home()
        kinds = [(self.tr("Picture"), ".png"), (self.tr("Picture"), ".jpg")]
        name = self.questions.target(folder / f"{source.stem}-{picture.index + 1}.png", kinds)
        if name:
            self._write_picture(picture, Path(name))

    def _write_picture(self, picture: events.Picture, target: Path) -> None:
        def saved(_: object) -> None:
            show = (self.tr("Show in folder"), lambda: show_in_folder(target))
            self.window.banner.tell(self.tr("Saved {0}.").format(target.name), kind="done", action=show)

        self.run("snapshot", lambda: save_image(image_of(picture), target), saved)

    def _failed(self, sentence: str, details: str) -> None:
        self.window.busy("")
        self.window.tell_trouble(sentence, details)


def image_of(picture: events.Picture) -> QImage:
    height, width = picture.image.shape[:2]
    return QImage(picture.image.tobytes(), width, height, width * 3, QImage.Format.Format_RGB888).copy()


def save_image(image: QImage, target: Path) -> None:
    """Write it as its ending says, whole or not at all. Raises UsageError for an ending of no picture, SinkError."""
    from PyQt6.QtCore import QBuffer, QIODevice

    from engine.errors import UsageError
    from engine.files import WholeFile

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, target.suffix[1:].upper() or "PNG"):
        raise UsageError("{0}: no picture ends in {1!r}; use .png or .jpg.", target.name, target.suffix)
    file = WholeFile(target)
    file.write(bytes(buffer.data().data()))
    file.commit()


def _demo_clip() -> object:
    from app.demo import demo_clip

    return demo_clip()
