"""What the main window is before anything is in it: takes dropped files, fills the screen, changes its look, lets keys
press buttons."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QWindowStateChangeEvent
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from app.gui import theme
from app.gui.own_keys import takes_key
from app.gui.theme import Look

_SPACE = {Qt.Key.Key_Space}
_RETURN = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class Shell(QMainWindow):
    """An empty main window with manners.

    A button that has the keyboard's focus is pressed by the space bar and by Return, whatever shortcuts they are; only
    Tab gives it the focus, so that without it the space bar is the video's.
    """

    dropped = pyqtSignal(str)
    """The path of a file or folder."""
    others_dropped = pyqtSignal()
    """There were others with it."""
    look_changed = pyqtSignal()
    """Colours are others now: whoever paints with them should paint again."""
    screen_filled = pyqtSignal(bool)
    """It fills the screen now, or no more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Skelter[*]")
        self.setAcceptDrops(True)
        self.resize(1180, 760)
        # asked of Qt, full screen ends unseen where a part grows wider than the screen, with the bars still hidden
        self._fills_screen = False

    def put_together(self, *pages: QWidget, above: QWidget, below: QWidget, side: QWidget) -> QStackedWidget:
        """Pages, of which one is seen, between two strips, and a panel at the right, hidden at first, that can be
        drawn wider."""
        stack = QStackedWidget()
        for page in pages:
            stack.addWidget(page)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (above, stack, below):
            column.addWidget(part)
        column.setStretch(1, 1)
        self.split = QSplitter()
        self.split.setObjectName("split")
        self.split.addWidget(left)
        self.split.addWidget(side)
        self.split.setChildrenCollapsible(False)  # it has a key of its own to be hidden by
        self.split.setStretchFactor(0, 1)
        self.split.setHandleWidth(1)
        self.setCentralWidget(self.split)
        side.hide()
        return stack

    def full_screen(self) -> None:
        """Nothing but the video, what stands under it, and its controls; back again."""
        self._fill_screen(not self._fills_screen)

    @property
    def fills_screen(self) -> bool:
        return self._fills_screen

    def _fill_screen(self, on: bool) -> None:
        self._fills_screen = on
        full = Qt.WindowState.WindowFullScreen
        for part in (*self.findChildren(QToolBar), self.menuBar(), self.statusBar()):
            if part is not None:
                part.setVisible(not on)
        self.screen_filled.emit(on)
        # the other states stay as they are: who maximised the window finds it so again
        self.setWindowState(self.windowState() | full if on else self.windowState() & ~full)

    def changeEvent(self, event: QEvent | None) -> None:
        """The bars come back, too, where it is the desktop that ends full screen."""
        super().changeEvent(event)
        if not isinstance(event, QWindowStateChangeEvent) or self.isFullScreen():
            return
        if self._fills_screen and (event.oldState() & Qt.WindowState.WindowFullScreen or self.isMaximized()):
            self._fill_screen(False)

    def apply_look(self, look: Look) -> None:
        """Give every window of the program this look."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, look)
        self.look_changed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        if event is not None and _paths_in(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        paths = _paths_in(event) if event is not None else []
        if event is not None and paths:
            event.acceptProposedAction()
            self.dropped.emit(paths[0])
            if len(paths) > 1:
                self.others_dropped.emit()

    def event(self, event: QEvent | None) -> bool:
        """In full screen Esc is for leaving it, whatever else is done by that key: it does not come as a shortcut. Nor
        does the space bar to a button."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride and self._leaves(event):
            event.accept()
            return True
        if self._button() is not None and takes_key(event, _SPACE):
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        button = self._button()
        if event is not None and self._leaves(event):
            self.full_screen()
        elif event is not None and button is not None and event.key() in _RETURN and not event.isAutoRepeat():
            button.click()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Where what had the focus went away or can no longer be used, Qt gives it to the next one, a button that
        nobody came to by Tab: it is the window's then."""
        last = self.focusWidget()
        if last is None or (last.isVisible() and last.isEnabled()):
            return super().focusNextPrevChild(next)
        self.setFocus()
        return True

    def leave_button(self) -> None:
        """Something else is done now: the space bar is no longer for the button that has the focus."""
        if self._button() is not None:
            self.setFocus()

    def _button(self) -> QAbstractButton | None:
        """The one that has the keyboard's focus."""
        focus = self.focusWidget()
        return focus if isinstance(focus, QAbstractButton) and focus.isEnabled() else None

    def _leaves(self, event: QKeyEvent) -> bool:
        """Whether the key is the one that leaves full screen, now."""
        return self._fills_screen and event.matches(QKeySequence.StandardKey.Cancel)


def _paths_in(event: QDropEvent) -> list[str]:
    data = event.mimeData()
    urls = data.urls() if data is not None else []
    return [url.toLocalFile() for url in urls if url.isLocalFile()]
