"""The models window: which networks there are, on whose terms, how good; what can be done with the one chosen."""

from __future__ import annotations

from PyQt6.QtCore import QSortFilterProxyModel, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.gui.model_table import SORTED, ModelTable
from app.gui.model_work import ModelRow, Progress

SIZE = 940, 600
STRETCHED = 2  # the column that takes what is left: the state
WIDEST = 230
ABOUT_HEIGHT = 92
"""Of what is told of a network, in pixels, at least: it is scrolled where it is longer, so that the table stays where
it is."""


class ModelDialog(QDialog):
    """Not modal: the video goes on beside it. What a button asks for is done elsewhere, one thing at a time."""

    fetch_wanted = pyqtSignal(object)
    build_wanted = pyqtSignal(object)
    use_wanted = pyqtSignal(object)
    """A ModelRow."""
    import_wanted = pyqtSignal()
    cancelled = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Models and engines"))
        self.resize(*SIZE)
        self._busy = False
        self.model = ModelTable(self)
        self._found = self._make_filter()
        self.search, self.table = QLineEdit(), self._make_table()
        self.about, self.note = self._told_label(), self._told_label()
        self._about_room = QScrollArea()
        self.accept_box, self.bar = QCheckBox(), QProgressBar()
        self.bring = self._button(
            self.tr("Import a file…"), self.tr("Make a network of your own run by name: an ONNX file or a checkpoint")
        )
        self.fetch = self._button(self.tr("Fetch"), self.tr("Download it from its publisher, and make it run by name"))
        self.build = self._button(
            self.tr("Build an engine"),
            self.tr("Make of it what runs fastest on this computer; used from then on if it proves as exact"),
        )
        self.use = self._button(self.tr("Use"), self.tr("Find people or their joints with it from now on"))
        self.cancel = self._button(self.tr("Cancel"), self.tr("Stop it; what was downloaded is gone on with next time"))
        self.close_button = self._button(self.tr("Close"), self.tr("Close this window; what is under way goes on"))
        self._dress()
        self._lay_out()
        self._join()
        self.set_work("", None)
        self._refresh()

    def _dress(self) -> None:
        self.search.setPlaceholderText(self.tr("Search by name, licence, state …"))
        self.search.setAccessibleName(self.tr("Search"))
        self.search.setClearButtonEnabled(True)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._about_room.setWidget(self.about)
        self._about_room.setWidgetResizable(True)
        self._about_room.setFrameShape(QFrame.Shape.NoFrame)
        self._about_room.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._about_room.setMinimumHeight(ABOUT_HEIGHT)
        self._about_room.setAccessibleName(self.tr("About the model chosen"))
        keeping = self.accept_box.sizePolicy()
        keeping.setRetainSizeWhenHidden(True)  # or the table would move under the mouse
        self.accept_box.setSizePolicy(keeping)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))

    def _join(self) -> None:
        self.search.textChanged.connect(self._found.setFilterFixedString)
        self.accept_box.toggled.connect(lambda _: self._refresh())
        for button, signal in (
            (self.fetch, self.fetch_wanted), (self.build, self.build_wanted), (self.use, self.use_wanted),
        ):  # fmt: skip
            button.clicked.connect(lambda _=False, signal=signal: signal.emit(self.chosen))
        self.bring.clicked.connect(self.import_wanted)
        self.cancel.clicked.connect(self.cancelled)
        self.close_button.clicked.connect(self.close)

    @property
    def chosen(self) -> ModelRow | None:
        """The row chosen."""
        selection = self.table.selectionModel()
        rows = selection.selectedRows() if selection is not None else []
        return self.model.rows[self._found.mapToSource(rows[0]).row()] if rows else None

    def choose(self, name: str) -> None:
        """Choose a network by its name, where it is in the list."""
        place = next((place for place, row in enumerate(self.model.rows) if row.name == name), None)
        if place is not None:
            self.table.selectRow(self._found.mapFromSource(self.model.index(place, 0)).row())

    def set_rows(self, rows: list[ModelRow], running: frozenset[str]) -> None:
        """What there is, and what of it runs."""
        before = self.chosen
        self.model.set_rows(rows)
        self.set_running(running)
        self.table.resizeColumnsToContents()  # once: a head that does it by itself measures every cell five times
        self.choose(before.name if before is not None else next(iter(sorted(running)), ""))
        self._refresh()

    def set_running(self, names: frozenset[str]) -> None:
        self.model.set_running(names)
        self._refresh()

    def set_work(self, words: str, progress: Progress | None, *, can_cancel: bool = False) -> None:
        """What is being done, and how far; None: nothing is."""
        self._busy = progress is not None
        self.bar.setVisible(self._busy)
        self.cancel.setVisible(can_cancel)
        self.cancel.setEnabled(True)
        if progress is not None:
            self.bar.setRange(0, 0 if progress.share is None else 1000)
            self.bar.setValue(round(1000 * (progress.share or 0)))
        if words:
            self.note.setText(words)
        self._refresh()

    def say(self, words: str) -> None:
        """How it ended."""
        self.note.setText(words)

    def _refresh(self) -> None:
        row = self.chosen
        free = row is not None and not self._busy
        if row is not None and row.binds:
            words = self.tr("I have read the licence {0}, and accept it for what I make with this model")
            self.accept_box.setText(words.format(row.licence.split(" (")[0]))
        self.accept_box.setVisible(row is not None and row.binds and not row.is_here)
        self.about.setText(self._told(row) if row is not None else "")
        agreed = row is not None and (not row.binds or self.accept_box.isChecked())
        self.fetch.setEnabled(free and row is not None and row.origin == "can be fetched" and agreed)
        self.build.setEnabled(free and row is not None and row.is_here)
        self.use.setEnabled(free and row is not None and row.is_here and not self.model.is_running(row))
        self.bring.setEnabled(not self._busy)

    def _told(self, row: ModelRow) -> str:
        lines = [
            self.tr("Licence: {0}").format(row.licence),
            self.tr("Trained on: {0}").format(row.data),
            self.tr("Accuracy: {0}").format(row.accuracy),
        ]
        if row.engines:
            lines.append(self.tr("Engines: {0}").format("; ".join(row.engines)))
        return "\n".join(lines)

    def _row_changed(self) -> None:
        self.accept_box.setChecked(False)  # what was accepted was another's
        bar = self._about_room.verticalScrollBar()
        if bar is not None:
            bar.setValue(0)
        self._refresh()

    def _make_filter(self) -> QSortFilterProxyModel:
        found = QSortFilterProxyModel(self)
        found.setSourceModel(self.model)
        found.setSortRole(SORTED)
        found.setFilterKeyColumn(-1)
        found.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        return found

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self._found)
        table.setSortingEnabled(True)
        table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)  # as they come, until somebody clicks a head
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setAccessibleName(self.tr("Models"))
        down, across = table.verticalHeader(), table.horizontalHeader()
        if down is not None and across is not None:
            down.hide()
            down.setDefaultSectionSize(26)
            across.setHighlightSections(False)
            across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            across.setMaximumSectionSize(WIDEST)
            across.setSectionResizeMode(STRETCHED, QHeaderView.ResizeMode.Stretch)
        selection = table.selectionModel()
        if selection is not None:
            selection.selectionChanged.connect(lambda *_: self._row_changed())
        return table

    def _lay_out(self) -> None:
        top, buttons, work = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.bring)
        for button in (self.fetch, self.build, self.use):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        work.addWidget(self.note, 2)
        work.addWidget(self.bar, 1)
        work.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self.table, 2)
        column.addWidget(self._about_room, 1)
        column.addWidget(self.accept_box)
        column.addLayout(work)
        column.addLayout(buttons)

    @staticmethod
    def _told_label() -> QLabel:
        label = QLabel()
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    @staticmethod
    def _button(words: str, tip: str) -> QPushButton:
        button = QPushButton(words)
        button.setToolTip(tip)
        button.setAutoDefault(False)  # Enter in the search line is no order
        return button
