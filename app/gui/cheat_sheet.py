"""All shortcuts on one page."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.gui.actions import Actions, ActionSpec, plain, shown

COLUMNS = 3


class CheatSheet(QDialog):
    """Made of the same specs as the menus, so that it cannot be out of date. Not modal."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        groups: dict[str, list[ActionSpec]] = {}
        for spec in actions.specs:
            if spec.shortcuts:
                groups.setdefault(spec.group, []).append(spec)
        columns = QHBoxLayout()
        columns.setSpacing(36)
        column = QVBoxLayout()
        filled = 0
        most = -(-sum(len(specs) + 2 for specs in groups.values()) // COLUMNS)
        for group, specs in groups.items():
            if filled and filled + len(specs) > most:
                column.addStretch(1)
                columns.addLayout(column)
                column, filled = QVBoxLayout(), 0
            column.addLayout(self._group(group, specs))
            column.addSpacing(12)
            filled += len(specs) + 2
        column.addStretch(1)
        columns.addLayout(column)
        column.insertLayout(column.count() - 1, self._mouse())
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

    def _mouse(self) -> QGridLayout:
        return self._grid(
            self.tr("Mouse"),
            [
                (self.tr("Choose a person"), self.tr("Click")),
                (self.tr("What can be done with a person"), self.tr("Right click")),
                (self.tr("Move a joint of the person chosen"), self.tr("Drag it")),
                (self.tr("Enlarge, and move the picture"), self.tr("Wheel, drag")),
                (self.tr("Full screen"), self.tr("Double click")),
                (self.tr("Mark a range on the timeline"), self.tr("Shift + drag")),
                (self.tr("See a picture of another moment"), self.tr("Rest on the timeline")),
            ],
        )

    def _group(self, title: str, specs: list[ActionSpec]) -> QGridLayout:
        rows = []
        for spec in specs:
            words = plain(spec.text)
            rows.append((words, "   ".join(shown(keys) for keys in spec.shortcuts)))
        return self._grid(title, rows)

    def _grid(self, title: str, rows: list[tuple[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(7)
        head = QLabel(title)
        head.setObjectName("section")
        grid.addWidget(head, 0, 0, 1, 2)
        for row, (words, keys) in enumerate(rows, start=1):
            grid.addWidget(QLabel(words), row, 0)
            label = QLabel(keys)
            label.setObjectName("value")
            grid.addWidget(label, row, 1, Qt.AlignmentFlag.AlignRight)
        return grid
