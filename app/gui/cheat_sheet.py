"""All shortcuts on one page."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.gui.actions import Actions, ActionSpec, shown

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
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 20, 24, 16)
        whole.addLayout(columns)
        whole.addStretch(1)
        whole.addWidget(buttons)

    def _group(self, title: str, specs: list[ActionSpec]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(7)
        head = QLabel(title)
        head.setObjectName("section")
        grid.addWidget(head, 0, 0, 1, 2)
        for row, spec in enumerate(specs, start=1):
            grid.addWidget(QLabel(spec.text.replace("&", "").rstrip("…")), row, 0)
            keys = QLabel("   ".join(shown(keys) for keys in spec.shortcuts))
            keys.setObjectName("value")
            grid.addWidget(keys, row, 1, Qt.AlignmentFlag.AlignRight)
        return grid
