"""The column at the right: sections that fold, one above the other."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, QSize, Qt
from PyQt6.QtWidgets import QFrame, QScrollArea, QToolButton, QVBoxLayout, QWidget

from app.gui import theme

WIDTH, WIDEST = 300, 560


class Section(QWidget):
    """A title that folds what is under it."""

    def __init__(self, title: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self.head = QToolButton()
        self.head.setObjectName("section")
        self.head.setText(title)
        self.head.setCheckable(True)
        self.head.setChecked(True)
        self.head.setAutoRaise(True)
        self.head.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.toggled.connect(self._fold)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.line = QFrame()
        self.line.setObjectName("line")
        column.addWidget(self.line)
        column.addSpacing(6)
        column.addWidget(self.head)
        column.addWidget(content)
        self.repaint_icons()

    def repaint_icons(self) -> None:
        self.head.setIcon(theme.themed_icon("chevron-down" if self.head.isChecked() else "chevron-right"))

    def _fold(self, open_: bool) -> None:
        self._content.setVisible(open_)
        self.repaint_icons()


class SidePanel(QFrame):
    """Holds the sections, and is as wide as the widest of them needs: large letters would be cut at its edge."""

    def __init__(self, sections: list[Section], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("side")
        self._sections = sections
        self.wanted_width = WIDTH
        """How wide it is as it was left, or will be once it is shown."""
        self._inner = inner = QWidget()
        inner.setObjectName("panel")
        column = QVBoxLayout(inner)
        column.setContentsMargins(14, 10, 10, 14)
        column.setSpacing(8)
        for place, section in enumerate(sections):
            section.line.setVisible(place > 0)
            column.addWidget(section)
        column.addStretch(1)
        self._scroll = scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        inner.installEventFilter(self)
        self._fit()

    @property
    def unfolded(self) -> tuple[bool, ...]:
        """Of each section, from the top, whether its content is seen."""
        return tuple(section.head.isChecked() for section in self._sections)

    @unfolded.setter
    def unfolded(self, value: tuple[bool, ...]) -> None:
        for section, on in zip(self._sections, value, strict=True):
            section.head.setChecked(on)

    def sizeHint(self) -> QSize:
        return QSize(self.wanted_width, super().sizeHint().height())

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Of what is in it: its words, their letters or what is unfolded are others now."""
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
            least = self._inner.minimumSizeHint().height()
            if self._inner.height() < least:  # or it is squeezed, and painted so, until the scroll area comes to it
                self._inner.resize(self._inner.width(), least)
        return False

    def _fit(self) -> None:
        bar = self._scroll.verticalScrollBar()
        needed = self._inner.minimumSizeHint().width() + (bar.sizeHint().width() if bar is not None else 0)
        least = max(WIDTH, needed)
        self.setMinimumWidth(least)
        self.setMaximumWidth(max(WIDEST, least))

    def keep_width(self) -> None:
        """It was drawn wider or narrower by hand."""
        self.wanted_width = self.width()

    def repaint_icons(self) -> None:
        for section in self._sections:
            section.repaint_icons()
