"""The people panel: the table of who was seen, and what can be done with the one chosen."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, pyqtSignal
from PyQt6.QtGui import QFont, QFontMetrics, QKeyEvent, QShowEvent
from PyQt6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.actions import Actions, plain
from app.gui.people_model import NAME, SEEN, SHOWN, SURE, PeopleModel

ROW, EYE, MOST_ROWS = 28, 30, 8
AROUND_NAME = 37
"""What a name has around it: its person's dot and the margins."""


class PeopleTable(QTableView):
    """Leaves the space bar and the arrows left and right to the video, and letters to the verbs of the menu People."""

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str | None) -> None:
        """A letter that is no shortcut chooses nobody else: the next correction could be the wrong person's."""


class NameDelegate(QStyledItemDelegate):
    """Fills the editor of a name when it opens, and leaves what is written in it alone.

    Qt fills it anew whenever the row changes, and while a video is analysed rows change with every picture.
    """

    def createEditor(self, parent: QWidget | None, option: QStyleOptionViewItem, index: QModelIndex) -> QWidget | None:
        editor = super().createEditor(parent, option, index)
        super().setEditorData(editor, index)
        model = index.model()
        person = model.person(index.row()) if isinstance(model, PeopleModel) else None
        if isinstance(editor, QLineEdit) and person is not None:
            editor.setPlaceholderText(self.tr("Person {0}").format(person))
            editor.setAccessibleName(self.tr("Name of person {0}").format(person))
        return editor

    def setEditorData(self, editor: QWidget | None, index: QModelIndex) -> None:
        """Nothing: it was filled."""


class PeopleList(QWidget):
    """Who was seen in this source. A row chosen is a person chosen; a click on the eye leaves him out."""

    chosen = pyqtSignal(int)
    hide_clicked = pyqtSignal(int)
    menu_wanted = pyqtSignal(int, object)
    """For the person of this id, at this place of the screen."""

    def __init__(self, model: PeopleModel, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.table = self._make_table()
        self._empty = QLabel(self.tr("Nobody yet. Everyone who is followed appears here, with a colour."))
        self._empty.setObjectName("hint")
        self._empty.setWordWrap(True)
        self._buttons = QWidget()
        grid = QGridLayout(self._buttons)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        for place, (name, words) in enumerate(self._short_words().items()):
            button = QToolButton()
            button.setDefaultAction(actions[name])
            button.setText(words)
            actions[name].changed.connect(lambda button=button, words=words: button.setText(words))
            button.setAutoRaise(True)
            button.setObjectName("compact")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(plain(actions[name].text()))
            grid.addWidget(button, place // 3, place % 3)
        self._check = QToolButton()
        self._moments: int | None = None
        self._check.setDefaultAction(actions["next-moment"])
        actions["next-moment"].changed.connect(lambda: self.tell_moments(self._moments))
        self.tell_moments(None)
        self._check.setAutoRaise(True)
        self._check.setObjectName("compact")
        self._check.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._check.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._check.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        grid.addWidget(self._check, grid.rowCount(), 0, 1, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self._empty, self.table, self._buttons):
            column.addWidget(part)
        for signal in (model.rowsInserted, model.rowsRemoved):
            signal.connect(lambda *_: self._fit())
        self._fit()

    def choose(self, person: int | None) -> None:
        """Mark the row of a person who was chosen, and bring it into view, but for who is just scrolling."""
        self.mark(person)
        row, bar = self._model.row(person), self.table.verticalScrollBar()
        if row is not None and not (bar is not None and bar.isSliderDown()):
            self.table.scrollTo(self._model.index(row, NAME))

    def mark(self, person: int | None) -> None:
        """Mark the row of a person."""
        selection = self.table.selectionModel()
        row = self._model.row(person)
        if selection is None:
            return
        before = selection.blockSignals(True)
        if row is None:
            selection.clear()
        else:
            flags = QItemSelectionModel.SelectionFlag
            selection.setCurrentIndex(self._model.index(row, NAME), flags.ClearAndSelect | flags.Rows)
        selection.blockSignals(before)
        viewport = self.table.viewport()
        if viewport is not None:
            viewport.update()

    def tell_moments(self, count: int | None) -> None:
        """How many moments are to be checked; None: nobody knows yet."""
        self._moments = count
        if count:
            words = self.tr("Check %n moments", "", count)
        else:
            words = self.tr("Check…") if count is None else self.tr("Nothing to check")
        self._check.setText(words)
        self._check.setAccessibleName(words)

    def rename(self, person: int) -> None:
        """Begin to write a name in the person's row."""
        row = self._model.row(person)
        if row is not None:
            self.table.setFocus()
            self.table.edit(self._model.index(row, NAME))

    def finish_name(self) -> None:
        """Take a name that is being written for written: what is done now leaves the keyboard's focus where it is."""
        editor = self.table.focusWidget()
        if isinstance(editor, QLineEdit):
            self.table.commitData(editor)
            self.table.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    def _short_words(self) -> dict[str, str]:
        """Actions that have a button, and what is on it."""
        return {
            "follow": self.tr("Follow"),
            "rename": self.tr("Name"),
            "hide": self.tr("Leave out"),
            "merge": self.tr("Join"),
            "split": self.tr("Split"),
            "swap": self.tr("Swap"),
        }

    def _make_table(self) -> QTableView:
        table = PeopleTable()
        table.setModel(self._model)
        table.setItemDelegateForColumn(NAME, NameDelegate(table))
        table.setShowGrid(False)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        table.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        table.setAccessibleName(self.tr("People seen"))
        table.setToolTip(self.tr("Click somebody, here or in the picture: the buttons are about who is chosen"))
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.setTabKeyNavigation(False)
        vertical, horizontal = table.verticalHeader(), table.horizontalHeader()
        if vertical is not None and horizontal is not None:
            vertical.hide()
            vertical.setDefaultSectionSize(ROW)
            horizontal.setMinimumSectionSize(24)
            for column in range(self._model.columnCount()):
                horizontal.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
            horizontal.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
            horizontal.setSectionResizeMode(SHOWN, QHeaderView.ResizeMode.Fixed)
            horizontal.resizeSection(SHOWN, EYE)
            horizontal.setHighlightSections(False)
        table.clicked.connect(self._clicked)
        selection = table.selectionModel()
        if selection is not None:
            selection.currentRowChanged.connect(lambda index, _: self._tell(index))
        table.customContextMenuRequested.connect(self._menu)
        return table

    def _tell(self, index: QModelIndex) -> None:
        person = self._model.person(index.row()) if index.isValid() else None
        if person is not None and not self._model.is_removing:
            self.chosen.emit(person)

    def _clicked(self, index: QModelIndex) -> None:
        person = self._model.person(index.row())
        if person is None:
            return
        if index.column() == SHOWN:
            self.hide_clicked.emit(person)
        else:
            self.chosen.emit(person)

    def _menu(self, place: object) -> None:
        viewport = self.table.viewport()
        index = self.table.indexAt(place)  # type: ignore[arg-type]
        person = self._model.person(index.row()) if index.isValid() else None
        if person is not None and viewport is not None:
            self.menu_wanted.emit(person, viewport.mapToGlobal(place))  # type: ignore[call-overload]

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._fit()  # only now the style sheet has said how much is around the words

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        kinds = QEvent.Type.FontChange, QEvent.Type.StyleChange
        if event is not None and event.type() in kinds and self.isVisible():
            self._fit()

    def _fit(self) -> None:
        """Give the table the room that its rows, its head and a usual name need in the letters in use."""
        rows = self._model.rowCount()
        self._empty.setVisible(rows == 0)
        self.table.setVisible(rows > 0)
        self._buttons.setVisible(rows > 0)
        vertical, head = self.table.verticalHeader(), self.table.horizontalHeader()
        if vertical is None or head is None:
            return
        high = max(ROW, self.table.fontMetrics().height() + 10, self.table.sizeHintForRow(0))
        vertical.setDefaultSectionSize(high)
        self.table.setFixedHeight(head.sizeHint().height() + min(rows, MOST_ROWS) * high)
        bold = QFont(self.table.font())
        bold.setBold(True)
        letters = QFontMetrics(bold)
        name = letters.horizontalAdvance(self._model.tr("Person {0}").format(88)) + AROUND_NAME
        others = sum(max(head.sectionSizeHint(column), self.table.sizeHintForColumn(column)) for column in (SEEN, SURE))
        bar = self.table.verticalScrollBar()
        beside = bar.sizeHint().width() if bar is not None and rows > MOST_ROWS else 0
        self.table.setMinimumWidth(name + others + EYE + beside)
