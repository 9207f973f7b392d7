"""The networks as a table."""

from __future__ import annotations

import re

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt6.QtGui import QColor, QFont

from app.gui import theme
from app.gui.model_work import ModelRow

_NOWHERE = QModelIndex()
MOST_WORDS = 30
SORTED = Qt.ItemDataRole.UserRole
"""By what a column is sorted: what it shows, figures by their size."""


class ModelTable(QAbstractTableModel):
    """One row a network; what runs is in bold, what is not here is faint."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[ModelRow] = []
        self._running: frozenset[str] = frozenset()
        self._shown: list[tuple[str, ...]] = []
        """What the cells say: a table asks thousands of times before it is painted."""
        self._heads = (
            self.tr("Name"), self.tr("Finds"), self.tr("State"), self.tr("Size"), self.tr("Accuracy"),
            self.tr("Licence"),
        )  # fmt: skip

    def set_rows(self, rows: list[ModelRow]) -> None:
        self.beginResetModel()
        self.rows, self._shown = rows, [self._cells(row) for row in rows]
        self.endResetModel()

    def set_running(self, names: frozenset[str]) -> None:
        """What is in use now."""
        if names != self._running:
            self._running = names
            self._shown = [self._cells(row) for row in self.rows]
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self._heads) - 1))

    def is_running(self, row: ModelRow) -> bool:
        return row.name in self._running

    def rowCount(self, parent: QModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._heads[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown[index.row()][index.column()]
        if role == SORTED:
            return self._sorted_by(row, self._shown[index.row()])[index.column()]
        if role == Qt.ItemDataRole.FontRole and self.is_running(row):
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ForegroundRole and not row.is_here:
            return QColor(theme.current().muted)
        return None

    def state(self, row: ModelRow) -> str:
        """In words."""
        if self.is_running(row):
            return self.tr("in use")
        if row.engines:
            return self.tr("here, engine built")
        return {
            "Skelter": self.tr("comes with Skelter"),
            "yours": self.tr("here"),
            "can be fetched": self.tr("can be fetched"),
        }.get(row.origin, self.tr("to be fetched by hand"))

    def _cells(self, row: ModelRow) -> tuple[str, ...]:
        finds = {"detector": self.tr("people"), "pose": self.tr("joints")}.get(row.task, row.task)
        size = self.tr("{0:.1f} MB").format(row.size / 1e6) if row.size is not None else ""
        return row.name, finds, self.state(row), size, _figure(row.accuracy), _short(row.licence)

    @staticmethod
    def _sorted_by(row: ModelRow, cells: tuple[str, ...]) -> tuple[str | float, ...]:
        name, finds, state, _size, accuracy, licence = cells
        found = re.search(r"(?<!@)\b\d+\.\d+", accuracy)  # of `PCKh@0.5 0.903` the latter
        return name, finds, state, float(row.size or 0), float(found[0]) if found else 0.0, licence


def _short(words: str) -> str:
    """Without what is in brackets or after a semicolon."""
    return words.split(";")[0].split(" (")[0]


def _figure(accuracy: str) -> str:
    """The first figure of a description: `AP 0.749`."""
    words = _short(accuracy)
    found = re.search(r"AP\d* [\d.]*\d", accuracy) if len(words) > MOST_WORDS else None
    return found[0] if found else words
