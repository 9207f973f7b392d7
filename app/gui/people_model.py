"""The people seen so far, as a table: colour, name or number, how long seen, how sure just now, whether shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap

from app.gui import theme
from app.gui.frame_times import FrameTimes
from app.gui.lanes import LaneView, PersonLane, Runs
from app.gui.timeline import clock
from app.style import person_colour

if TYPE_CHECKING:
    from engine.types import Tracks

_NOWHERE = QModelIndex()
NAME, SEEN, SURE, SHOWN = range(4)


class PeopleModel(QAbstractTableModel):
    """One row a person; those on the frame shown are in bold, those left out are faint."""

    renamed = pyqtSignal(int, str)
    """The user wrote a name for an id."""
    is_removing = False
    """Whether rows are taken out just now, on which a view makes another row its current one, unasked."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._people: tuple[PersonLane, ...] = ()
        self._here: dict[int, float] = {}
        self._names: dict[int, str] = {}
        self._hidden: frozenset[int] = frozenset()
        self._fps: float | None = None
        self._times: FrameTimes | None = None

    def set_fps(self, fps: float | None) -> None:
        """How many frames a second make what somebody was seen for; until `set_times` tells it better."""
        self._fps, self._times = fps, None

    def set_times(self, times: FrameTimes) -> None:
        """When each frame is on."""
        self._times = times
        self._changed()

    def set_lanes(self, view: LaneView) -> None:
        """Take over who was seen; rows that stay keep their place, and an editor that is open in one of them."""
        before, after = {lane.id: lane for lane in self._people}, {lane.id for lane in view.people}
        for first, last in reversed(_runs(row for row, person in enumerate(before) if person not in after)):
            self.is_removing = True
            self.beginRemoveRows(_NOWHERE, first, last)
            self._people = self._people[:first] + self._people[last + 1 :]
            self.endRemoveRows()
            self.is_removing = False
        for first, last in _runs(row for row, lane in enumerate(view.people) if lane.id not in before):  # both ascend
            self.beginInsertRows(_NOWHERE, first, last)
            self._people = view.people[: last + 1] + self._people[first:]
            self.endInsertRows()
        self._people = view.people
        changed = [row for row, lane in enumerate(view.people) if before.get(lane.id, lane) != lane]
        if changed:
            self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], SHOWN))

    def set_here(self, here: Mapping[int, float]) -> None:
        """Who is on the frame shown, and how sure his joints are, 0–1."""
        if self._here != here:
            self._here = dict(here)
            self._changed()

    def set_edits(self, names: Mapping[int, str], hidden: frozenset[int]) -> None:
        """What people are called, and who is left out."""
        if (self._names, self._hidden) != (names, hidden):
            self._names, self._hidden = dict(names), hidden
            self._changed()

    def person(self, row: int) -> int | None:
        """The id in a row."""
        return self._people[row].id if 0 <= row < len(self._people) else None

    def row(self, person: int | None) -> int | None:
        """The row of an id."""
        return next((row for row, lane in enumerate(self._people) if lane.id == person), None)

    def lanes(self) -> tuple[PersonLane, ...]:
        """When everybody was there."""
        return self._people

    def ids(self) -> list[int]:
        return [lane.id for lane in self._people]

    def name(self, person: int) -> str:
        """What to call somebody."""
        return self._names.get(person) or self.tr("Person {0}").format(person)

    def _changed(self) -> None:
        if self._people:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._people) - 1, SHOWN))

    def rowCount(self, parent: QModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._people)

    def columnCount(self, parent: QModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else 4

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() and index.column() == NAME else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Person"), self.tr("Seen for"), self.tr("Sure"), "")[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if section == NAME else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._people):
            return None
        lane, column = self._people[index.row()], index.column()
        hidden = lane.id in self._hidden
        if role == Qt.ItemDataRole.DisplayRole:
            return (self.name(lane.id), self._seen_for(lane), self._sure(lane), "")[column]
        if role == Qt.ItemDataRole.EditRole and column == NAME:
            return self._names.get(lane.id, "")
        if role == Qt.ItemDataRole.DecorationRole and column == NAME:
            return _dot(lane.id)
        if role == Qt.ItemDataRole.DecorationRole and column == SHOWN:
            return theme.themed_icon("eye-off" if hidden else "eye")
        if role == Qt.ItemDataRole.FontRole and lane.id in self._here:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ForegroundRole and hidden:
            return QColor(theme.current().faint)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(lane, column, hidden)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (SEEN, SURE):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def setData(self, index: QModelIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        person = self.person(index.row())
        if role != Qt.ItemDataRole.EditRole or index.column() != NAME or person is None:
            return False
        name = " ".join(str(value).split())
        if name != self._names.get(person, ""):
            self.renamed.emit(person, name)
        return True

    def _tip(self, lane: PersonLane, column: int, hidden: bool) -> str:
        if column == NAME:
            if name := self._names.get(lane.id):
                return self.tr("{0}, number {1}; double-click to change the name").format(name, lane.id)
            return self.tr("Number {0}; double-click to give a name").format(lane.id)
        if column == SURE:
            return self.tr("How sure the joints on the frame shown are, on average")
        if column == SHOWN:
            return (
                self.tr("Left out of picture and exports; click to show") if hidden else self.tr("Click to leave out")
            )
        return self.tr("How long this person was seen so far")

    def _seen_for(self, lane: PersonLane) -> str:
        if self._times is not None:
            return clock(self._times.seconds(lane.runs))
        return clock(lane.frames / self._fps) if self._fps else self.tr("{0} frames").format(lane.frames)

    def _sure(self, lane: PersonLane) -> str:
        sure = self._here.get(lane.id)
        return "" if sure is None else f"{sure:.0%}"


def certainty(tracks: Tracks | None) -> dict[int, float]:
    """Id → how sure the person's joints are on average, 0–1."""
    if tracks is None:
        return {}
    return dict(zip(tracks.ids.tolist(), tracks.poses.scores.mean(1).tolist(), strict=True))


def _runs(rows: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Rows, ascending, as runs (first, last)."""
    runs = Runs()
    for row in rows:
        runs.add(row)
    return runs.pairs()


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
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)  # or Qt would tint it in a row that is chosen
    return icon
