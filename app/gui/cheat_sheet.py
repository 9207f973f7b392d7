"""All shortcuts on one page."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.gui.actions import Actions, plain, shown

COLUMNS = 4
Rows = list[tuple[str, str]]
"""What is done, and by which keys."""


class CheatSheet(QDialog):
    """Made of the same specs as the menus, so that it cannot be out of date. Not modal."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        columns = QHBoxLayout()
        columns.setSpacing(28)
        filled = {QVBoxLayout(): 0 for _ in range(COLUMNS)}  # column → how many rows are in it
        for column in filled:
            columns.addLayout(column)
        groups = [*self._groups(actions), (self.tr("Mouse"), self._mouse())]
        for title, rows in sorted(groups, key=lambda group: -len(group[1])):  # the longest first: columns come out even
            shortest = min(filled, key=lambda column: filled[column])
            shortest.addLayout(self._grid(title, rows))
            shortest.addSpacing(12)
            filled[shortest] += len(rows) + 2
        for column in filled:
            column.addStretch(1)
        done = QPushButton(self.tr("Close"))
        done.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(done)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 20, 24, 16)
        whole.addLayout(columns)
        whole.addStretch(1)
        whole.addLayout(buttons)

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

    def _grid(self, title: str, rows: Rows) -> QGridLayout:
        grid = QGridLayout()
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
        return grid
