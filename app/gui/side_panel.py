"""The column at the right: sections that fold, one above the other."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QScrollArea,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.gui import theme
from app.gui.people_model import PeopleModel

WIDTH = 264


class Section(QWidget):
    """A title that folds what is under it."""

    def __init__(self, title: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self.head = QToolButton()
        self.head.setText(title)
        self.head.setCheckable(True)
        self.head.setChecked(True)
        self.head.setAutoRaise(True)
        self.head.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setStyleSheet(
            "QToolButton { border: none; font-weight: 600; padding: 4px 0; background: transparent; }"
        )
        self.head.toggled.connect(self._fold)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.head)
        column.addWidget(content)
        self.repaint_icons()

    def repaint_icons(self) -> None:
        self.head.setIcon(theme.themed_icon("chevron-down" if self.head.isChecked() else "chevron-right"))

    def _fold(self, open_: bool) -> None:
        self._content.setVisible(open_)
        self.repaint_icons()


class PeopleList(QWidget):
    """Who was seen in this file."""

    def __init__(self, model: PeopleModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = QTableView()
        self.table.setModel(model)
        self.table.setShowGrid(False)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.table.setAccessibleName(self.tr("People seen"))
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        vertical, horizontal = self.table.verticalHeader(), self.table.horizontalHeader()
        if vertical is not None and horizontal is not None:
            vertical.hide()
            vertical.setDefaultSectionSize(28)
            horizontal.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
            horizontal.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
            horizontal.setHighlightSections(False)
        self._empty = QLabel(self.tr("Nobody yet. Everyone who is followed appears here, with a colour."))
        self._empty.setObjectName("hint")
        self._empty.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._empty)
        column.addWidget(self.table)
        for signal in (model.rowsInserted, model.modelReset):
            signal.connect(lambda *_: self._fit(model))
        self._fit(model)

    def _fit(self, model: PeopleModel) -> None:
        rows = model.rowCount()
        self._empty.setVisible(rows == 0)
        self.table.setVisible(rows > 0)
        self.table.setFixedHeight(32 + min(rows, 10) * 28)


class SidePanel(QFrame):
    """Holds the sections."""

    def __init__(self, sections: list[Section], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("side")
        self.setFixedWidth(WIDTH)
        self._sections = sections
        inner = QWidget()
        inner.setObjectName("panel")
        column = QVBoxLayout(inner)
        column.setContentsMargins(14, 10, 14, 14)
        column.setSpacing(8)
        for place, section in enumerate(sections):
            if place:
                line = QFrame()
                line.setObjectName("line")
                column.addWidget(line)
            column.addWidget(section)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def repaint_icons(self) -> None:
        for section in self._sections:
            section.repaint_icons()
