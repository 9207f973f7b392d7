"""Opens a part of the screen: steps aside, shows every screen's picture, and takes what is drawn on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QRect, QTimer
from PyQt6.QtGui import QGuiApplication, QImage, QScreen

from app.gui import events
from app.gui.screen_picker import ScreenPicker, ScreenPicture
from app.gui.toolbox import Toolbox
from app.gui.wording import translated
from engine.addresses import ScreenAddress

if TYPE_CHECKING:
    from app.gui.window import MainWindow

ASIDE_MS = 350
"""What the desktop gets to take the window off the screen, before its picture is taken."""


class Screens(QObject):
    """Joins the pickers and the window."""

    def __init__(self, window: MainWindow, toolbox: Toolbox) -> None:
        super().__init__(window)
        self._window, self._toolbox = window, toolbox
        self.pickers: list[ScreenPicker] = []
        self._covered = ""
        """The address of the part chosen last, where the window lies over it and would see itself."""
        window.heard.connect(self._on_event)
        self._aside = QTimer(self)
        self._aside.setSingleShot(True)
        self._aside.setInterval(ASIDE_MS)
        self._aside.timeout.connect(self._look)

    def open(self) -> None:
        """Find out whether the screen can be read, then have a part of it chosen."""
        self._window.commands.run("screen", self._toolbox.why_no_screen, self._begin)

    def _begin(self, reason: object) -> None:
        if reason:
            self._window.tell_trouble(translated(str(reason)), warning=True)
        elif not self.pickers and not self._aside.isActive():
            self._window.hide()  # or nothing but itself could be chosen
            self._aside.start()

    def _look(self) -> None:
        def pictures() -> object:
            return [
                ScreenPicture(number, screen.left, screen.top, _image_of(screen.image))
                for number, screen in enumerate(self._toolbox.screens(), start=1)
            ]

        self._window.commands.run("screens", pictures, self._pick, self._failed)

    def _pick(self, pictures: object) -> None:
        assert isinstance(pictures, list)
        try:
            for picture in pictures:
                picker = ScreenPicker(picture, _shows(picture))
                picker.chosen.connect(lambda address, picker=picker: self._chosen(address, picker.place))
                picker.cancelled.connect(self._end)
                self.pickers.append(picker)
                picker.showFullScreen()
        finally:
            if self.pickers:
                self.pickers[0].activateWindow()
            else:  # or the window would stay hidden for good
                self._failed(self.tr("No screen was found; plug one in, and try again."), "")

    def _chosen(self, address: ScreenAddress, place: QRect) -> None:
        self._end()
        self._covered = str(address) if self._window.frameGeometry().intersects(place) else ""
        self._window.open_source(str(address))

    def _on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Opened):
            covered, self._covered = self._covered, ""
            if covered == event.address:
                self._window.banner.tell(
                    self.tr("This window covers part of what is watched: move it aside, or make it smaller."),
                    kind="warning",
                )

    def _failed(self, sentence: str, details: str) -> None:
        self._end()
        self._window.tell_trouble(sentence, details)

    def _end(self) -> None:
        self._window.show()  # first: without any window the program would end
        self._window.activateWindow()
        self.stop()

    def stop(self) -> None:
        """Nothing is chosen any more."""
        self._aside.stop()
        pickers, self.pickers = self.pickers, []
        for picker in pickers:
            picker.blockSignals(True)
            picker.close()
            picker.deleteLater()


def _shows(picture: ScreenPicture) -> QScreen:
    """Qt's name for that screen: they agree on where it begins; else on its place in the list."""
    known = QGuiApplication.screens()
    for screen in known:
        begins = screen.geometry().topLeft()
        if (begins.x(), begins.y()) == (picture.left, picture.top):
            return screen
    return known[min(picture.number, len(known)) - 1]


def _image_of(pixels: object) -> QImage:
    import numpy as np

    image = np.ascontiguousarray(pixels, np.uint8)
    height, width = image.shape[:2]
    return QImage(image.tobytes(), width, height, width * 3, QImage.Format.Format_RGB888).copy()
