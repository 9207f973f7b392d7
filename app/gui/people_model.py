"""The people seen so far, as a table: colour, number, how long seen."""

from __future__ import annotations

from functools import lru_cache

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPointF, Qt
from PyQt6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap

from app.gui.lanes import LaneView, PersonLane
from app.gui.timeline import clock
from app.style import person_colour

_NOWHERE = QModelIndex()


class PeopleModel(QAbstractTableModel):
    """One row a person; those on the frame shown are in bold."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._people: tuple[PersonLane, ...] = ()
        self._here: frozenset[int] = frozenset()
        self._fps: float | None = None

    def set_fps(self, fps: float | None) -> None:
        self._fps = fps

    def set_lanes(self, view: LaneView) -> None:
        """Take over who was seen; rows that stay keep their place."""
        before, after = self._people, view.people
        if [lane.id for lane in before] == [lane.id for lane in after[: len(before)]]:
            if len(after) > len(before):
                self.beginInsertRows(_NOWHERE, len(before), len(after) - 1)
                self._people = after
                self.endInsertRows()
            self._people = after
            self._changed()
        else:
            self.beginResetModel()
            self._people = after
            self.endResetModel()

    def set_here(self, ids: tuple[int, ...]) -> None:
        """Who is on the frame shown."""
        if self._here != frozenset(ids):
            self._here = frozenset(ids)
            self._changed()

    def _changed(self) -> None:
        if self._people:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._people) - 1, 1))

    def rowCount(self, parent: QModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._people)

    def columnCount(self, parent: QModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Person"), self.tr("Seen for"))[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            side = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)[section]
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._people):
            return None
        lane = self._people[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Person {0}").format(lane.id), self._seen_for(lane))[index.column()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return _dot(lane.id)
        if role == Qt.ItemDataRole.FontRole and lane.id in self._here:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == 1:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _seen_for(self, lane: PersonLane) -> str:
        return clock(lane.frames / self._fps) if self._fps else self.tr("{0} frames").format(lane.frames)


@lru_cache(maxsize=256)
def _dot(person_id: int) -> QIcon:
    picture = QPixmap(24, 24)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(*person_colour(person_id)))
    painter.drawEllipse(QPointF(12, 12), 7, 7)
    painter.end()
    return QIcon(picture)
