"""A line across the top of the window for what the user should know: errors, warnings, work that is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QGuiApplication, QHideEvent, QShowEvent
from PyQt6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from app.gui import theme
from app.gui.icons import pixmap
from app.gui.wording import breakable, in_words

if TYPE_CHECKING:
    from engine.video import LiveState

DONE_MS, OFFER_MS = 6000, 12000
"""How long work that is done is told of; longer where a button goes with it."""
ICONS = {"done": "check", "hint": "hint"}


class Banner(QWidget):
    """Shows one message at a time, the newest; hidden where there is none.

    What is done goes by itself after a while, but not from under the mouse; what went wrong, and what is to be done,
    stays until it is closed. That a camera is lost is told once over what stands there; of the tries that follow only
    where nothing else does, and again once that has gone.
    """

    changed = pyqtSignal()
    """Something else is told, or nothing any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame = QFrame()
        self._frame.setObjectName("banner")
        self._sentence, self._details = "", ""
        self._loss = ""
        """What is to be said of a camera that is lost; empty where none is."""
        self._does: dict[QPushButton, Callable[[], None]] = {}
        """What the buttons of the message do."""
        self._mark = QLabel()
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._action, self._other = QPushButton(), QPushButton()
        for one in (self._action, self._other):
            one.clicked.connect(lambda _checked=False, one=one: self._act(one))
        self._copy = QPushButton(self.tr("Copy details"))
        self._copy.setToolTip(self.tr("Copy a technical description, to send with a report"))
        self._copy.clicked.connect(self._copy_details)
        self._close = QToolButton()
        self._close.setToolTip(self.tr("Close this message"))
        self._close.setAccessibleName(self.tr("Close this message"))
        self._close.clicked.connect(self._give_way)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._time_out)
        room = QHBoxLayout(self)
        room.setContentsMargins(8, 8, 8, 8)
        room.addWidget(self._frame)
        row = QHBoxLayout(self._frame)
        row.setContentsMargins(12, 7, 7, 7)
        row.setSpacing(10)
        for part in (self._mark, self._text, self._action, self._other, self._copy, self._close):
            row.addWidget(part)
        for button in (self._action, self._other, self._copy, self._close):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row.setStretch(1, 1)
        self.hide()

    def tell(
        self,
        sentence: str,
        *,
        kind: str = "error",
        details: str = "",
        action: tuple[str, Callable[[], None]] | None = None,
        other: tuple[str, Callable[[], None]] | None = None,
    ) -> None:
        """Show `sentence`. kind: error, warning, done, or hint: what to do now. `action` is a button's text and what it
        does, `other` a second one's beside it."""
        self._details, self._does = details, {}
        for button, given in ((self._action, action), (self._other, other)):
            button.setVisible(given is not None)
            if given is not None:
                button.setText(given[0])
                self._does[button] = given[1]
        self._text.setText(breakable(sentence))
        self.setAccessibleName(sentence)
        self._copy.setVisible(bool(details))
        self._copy.setText(self.tr("Copy details"))
        self._frame.setProperty("kind", kind)
        style = self.style()
        if style is not None:  # Qt looks at the property only when asked to
            style.unpolish(self._frame)
            style.polish(self._frame)
        self._paint_icons(kind)
        self._sentence = sentence
        self.show()
        if kind == "done":
            self._timer.start(OFFER_MS if action is not None else DONE_MS)
        else:
            self._timer.stop()
        self.changed.emit()

    def tell_state(self, state: LiveState, name: str) -> None:
        """The camera called `name` was lost, and is tried again; or it is back, and that message is out of date."""
        from engine.video import Loss  # brings NumPy, which is there by now

        if state.loss is not None:
            words = {
                Loss.ENDED: self.tr("{0} was lost: it sends nothing more. It is tried again in {1} s."),
                Loss.NOT_OPENED: self.tr("{0} was lost. {2} It is tried again in {1} s."),
                Loss.SILENT: self.tr("{0} was lost: no picture comes. It is tried again in {1} s."),
            }[state.loss]
            is_covered = self._loss and self._sentence not in ("", self._loss)
            self._loss = words.format(name, f"{state.retry_s:g}", in_words(state.error))
            if not is_covered:
                self.tell(self._loss, kind="warning")
        else:
            self.end_loss()

    def end_loss(self) -> None:
        """The camera is back, or nobody wants it any more: what was said of its loss is out of date."""
        if self._sentence == self._loss:
            self.dismiss()
        self._loss = ""

    def repaint_icons(self) -> None:
        """Draw them in the colours of the look in use."""
        if self._sentence:
            self._paint_icons(str(self._frame.property("kind")))

    def call_details(self, words: str) -> None:
        """Another name for the button that copies the details of what is told."""
        self._copy.setText(words)

    def dismiss(self) -> None:
        """Whatever was told is out of date."""
        self.hide()
        self._timer.stop()
        self._loss = ""
        self._sentence, self._details, self._does = "", "", {}
        self.changed.emit()

    @property
    def sentence(self) -> str:
        """What is shown now; empty where nothing is."""
        return self._sentence

    def showEvent(self, event: QShowEvent | None) -> None:
        if self._frame.property("kind") == "done":  # where the window was hidden meanwhile
            self._timer.start()

    def hideEvent(self, event: QHideEvent | None) -> None:
        self._timer.stop()

    def _time_out(self) -> None:
        if self.underMouse() or self.isAncestorOf(QApplication.focusWidget()):  # it is read, or its button wanted
            self._timer.start()
        else:
            self._give_way()

    def _give_way(self) -> None:
        """What is shown was read; a loss that it lay over shows again."""
        sentence, loss = self._sentence, self._loss
        self.dismiss()
        self._loss = loss
        if sentence != loss and loss:
            self.tell(loss, kind="warning")

    def _paint_icons(self, kind: str) -> None:
        colours = theme.current()
        colour = {"error": colours.error, "warning": colours.warning}.get(kind, colours.accent)
        name = ICONS.get(kind, "warning")
        self._mark.setPixmap(pixmap(name, QColor(colour), 20, self.devicePixelRatioF()))
        self._close.setIcon(theme.themed_icon("close"))

    def _copy_details(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(f"{self._sentence}\n\n{self._details}")
            self._copy.setText(self.tr("Copied"))

    def _act(self, button: QPushButton) -> None:
        if button in self._does:
            self._does[button]()
