"""All shortcuts on one page."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.gui.actions import Actions, plain, shown

COLUMNS = 4
BETWEEN = 22
FRAME = QSize(16, 48)
"""What a window manager puts around it, at most."""
Rows = list[tuple[str, str]]
"""What is done, and by which keys."""


class CheatSheet(QDialog):
    """Made of the same specs as the menus, so that it cannot be out of date. Not modal.

    room  of the screen, which it fits into: in fewer columns, and scrolled, where that is little; None: its own's
    """

    def __init__(self, actions: Actions, parent: QWidget | None = None, *, room: QSize | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        groups = [*self._groups(actions), (self.tr("Mouse"), self._mouse())]
        parts = [self._grid(title, rows) for title, rows in sorted(groups, key=lambda group: -len(group[1]))]
        screen = self.screen()
        if room is None and screen is not None:
            room = screen.availableGeometry().size()
        self._lay_out(parts, room or QSize(1024, 768))

    def _lay_out(self, parts: list[QWidget], room: QSize) -> None:
        page, scroll, buttons = QWidget(), QScrollArea(), QHBoxLayout()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        done = QPushButton(self.tr("Close"))
        done.clicked.connect(self.close)
        buttons.addStretch(1)
        buttons.addWidget(done)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 20, 24, 16)
        bar = scroll.verticalScrollBar()
        assert bar is not None
        done.ensurePolished()  # or it would not yet have the size of this look
        bar.ensurePolished()
        around = FRAME + QSize(48 + bar.sizeHint().width(), 36 + whole.spacing() + done.sizeHint().height())
        columns = QHBoxLayout(page)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(BETWEEN)
        for filled in _in_columns(parts, room.width() - around.width()):
            column = QVBoxLayout()
            column.setSpacing(12)
            for part in filled:
                column.addWidget(part)
            column.addStretch(1)
            columns.addLayout(column)
        scroll.setWidget(page)
        whole.addWidget(scroll)
        whole.addLayout(buttons)
        scroll.setFocus()  # so that keys scroll
        self.resize((page.sizeHint() + around - FRAME).boundedTo(room - FRAME))

    @staticmethod
    def _groups(actions: Actions) -> list[tuple[str, Rows]]:
        groups: dict[str, Rows] = {}
        for spec in actions.specs:
            if spec.shortcuts:
                keys = "   ".join(shown(keys) for keys in spec.shortcuts)
                groups.setdefault(spec.group, []).append((plain(spec.text), keys))
        return list(groups.items())

    def _mouse(self) -> Rows:
        return [
            (self.tr("Choose a person"), self.tr("Click")),
            (self.tr("What can be done with a person"), self.tr("Right click")),
            (self.tr("Move a joint of the person chosen"), self.tr("Drag it")),
            (self.tr("Set scale"), self.tr("Its button, then drag")),
            (self.tr("Enlarge, and move the picture"), self.tr("Wheel, drag")),
            (self.tr("Full screen"), self.tr("Double click")),
            (self.tr("Mark a range on the timeline"), self.tr("Shift + drag")),
            (self.tr("See a picture of another moment"), self.tr("Rest on the timeline")),
        ]

    @staticmethod
    def _grid(title: str, rows: Rows) -> QWidget:
        part = QWidget()
        grid = QGridLayout(part)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        head = QLabel(title)
        head.setObjectName("section")
        grid.addWidget(head, 0, 0, 1, 2)
        for row, (words, keys) in enumerate(rows, start=1):
            grid.addWidget(QLabel(words), row, 0)
            label = QLabel(keys)
            label.setObjectName("value")
            grid.addWidget(label, row, 1, Qt.AlignmentFlag.AlignRight)
        return part


def _in_columns(parts: list[QWidget], width: int) -> list[list[QWidget]]:
    """The parts, longest first, in as many columns as fit side by side, each put where it is shortest by then."""
    columns: list[list[QWidget]] = []
    for count in range(COLUMNS, 0, -1):
        columns = [[] for _ in range(count)]
        for part in parts:
            min(columns, key=lambda column: sum(one.sizeHint().height() + 12 for one in column)).append(part)
        widths = [max((part.sizeHint().width() for part in column), default=0) for column in columns]
        if sum(widths) + BETWEEN * (count - 1) <= width:
            break
    return columns
