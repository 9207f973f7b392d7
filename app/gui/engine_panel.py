"""The engines panel: which detector, pose network, backend, precision and tracker find the people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QStandardItemModel
from PyQt6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from app.gui import events
from app.gui import messages as say
from app.gui.choice_box import ChoiceBox
from app.gui.toolbox import EngineChoice, EngineOptions, Toolbox

if TYPE_CHECKING:
    from app.gui.window import MainWindow


class EnginePanel(QWidget):
    """A box to choose from for each part."""

    chosen = pyqtSignal(object)
    """An EngineChoice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = EngineChoice()
        self.boxes: dict[str, ChoiceBox] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(2, 0, 0, 0)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, (name, words, tip) in enumerate(
            (
                ("detector", self.tr("Detector"), self.tr("The network that finds people on a picture")),
                ("pose", self.tr("Joints"), self.tr("The network that places the joints of each person")),
                ("device", self.tr("Runs on"), self.tr("The library, and so the processor, that the networks run on")),
                ("precision", self.tr("Precision"), self.tr("Less is faster, and places joints a little less exactly")),
                (
                    "flip",
                    self.tr("Looks"),
                    self.tr("In the mirror too: joints are surer, and take twice as long"),
                ),
                (
                    "far",
                    self.tr("Distance"),
                    self.tr("Far away too: finds people who are small on the picture, and looks for everybody longer"),
                ),
                ("tracker", self.tr("Tracker"), self.tr("How people are told apart from one picture to the next")),
            )
        ):
            label, box = QLabel(words), ChoiceBox()
            box.setToolTip(tip)
            box.setAccessibleName(words)
            box.setEnabled(False)  # until it is known what there is
            label.setBuddy(box)
            grid.addWidget(label, row, 0)
            grid.addWidget(box, row, 1)
            box.activated.connect(lambda _: self._changed())
            self.boxes[name] = box
        self.again = QPushButton(self.tr("Analyse this video again"))
        self.again.setToolTip(self.tr("Forget what was found, and find everyone anew with what is chosen above"))
        self.again.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more = QPushButton(self.tr("More models, and engines…"))
        self.more.setToolTip(self.tr("Fetch or import other networks, and make them faster here"))
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        grid.addWidget(self.more, len(self.boxes), 0, 1, 2)
        grid.addWidget(self.again, len(self.boxes) + 1, 0, 1, 2)

    @property
    def choice(self) -> EngineChoice:
        """What the boxes show."""
        return self._choice

    def set_options(self, options: EngineOptions) -> None:
        """What there is to choose from."""
        automatic = self.tr("automatic")
        self._fill("detector", [(name, name) for name in options.detectors])
        self._fill("pose", [(name, name) for name in options.poses])
        self._fill("device", [(automatic if name == "auto" else name, name) for name in options.devices])
        self._fill("precision", [(automatic, None), *((name, name) for name in options.precisions)])
        self._fill("flip", [(self.tr("once"), False), (self.tr("twice, mirrored too"), True)])
        self._fill("far", [(self.tr("usual"), False), (self.tr("far away too"), True)])
        self._fill("tracker", [(name, name) for name in options.trackers])
        model = self.boxes["device"].model()
        for place, reason in enumerate(options.devices.values()):
            item = model.item(place) if isinstance(model, QStandardItemModel) else None
            if reason and item is not None:
                item.setEnabled(False)
                item.setToolTip(reason)
        self.set_choice(self._choice)

    def set_choice(self, choice: EngineChoice) -> None:
        """Show what is in use."""
        self._choice = choice
        for name, box in self.boxes.items():
            wanted = getattr(choice, name)
            if wanted is not None and box.count() and box.findData(wanted) < 0:
                box.addItem(wanted, wanted)  # a file that was named on the command line
            box.setCurrentIndex(max(box.findData(wanted), 0))

    def _fill(self, name: str, items: Sequence[tuple[str, str | bool | None]]) -> None:
        box = self.boxes[name]
        box.clear()
        for words, value in items:
            box.addItem(words, value)
        box.setEnabled(bool(items))

    def _changed(self) -> None:
        choice = EngineChoice(**{field.name: self.boxes[field.name].currentData() for field in fields(EngineChoice)})
        if choice != self._choice:
            self._choice = choice
            self.chosen.emit(choice)


SETTLED_MS = 250


class EngineDesk(QObject):
    """Joins the panel and the player."""

    def __init__(self, window: MainWindow, panel: EnginePanel, toolbox: Toolbox) -> None:
        super().__init__(window)
        self._window, self._panel, self._toolbox = window, panel, toolbox
        self.choice = toolbox.choice
        self._is_known = False
        panel.set_choice(self.choice)
        self._settled = QTimer(self)  # whoever goes through a list by key passes others on the way
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(lambda: self._window.player.send(say.UseEngines(self._wanted)))
        self._wanted = self.choice
        self._from_start: EngineChoice | None = None
        panel.chosen.connect(self.use)
        panel.more.clicked.connect(lambda: window.models.show())
        panel.again.clicked.connect(self._analyse_again)
        window.heard.connect(self._on_event)

    def use(self, choice: EngineChoice) -> None:
        """Find people with these from now on, and the next time too."""
        self._wanted, self._from_start = choice, None
        if self._window.info is not None:
            self._settled.start()
        else:  # perhaps nobody loads them now, and says how that went
            self._window.player.send(say.UseEngines(choice))
            self._take(choice)

    def look_farther(self) -> bool:
        """Look for people who are far away, too, from now on; in a file also where it is analysed already, if the user
        lets go of his corrections, or has none. Whether that is done."""
        info = self._window.info
        if info is None or not (info.live or self._may_forget()):
            return False
        choice = replace(self._panel.choice, far=True)
        self.use(choice)
        self._from_start = None if info.live else choice
        return True

    def look_for_options(self) -> None:
        """What there is to choose from may have changed."""
        self._window.commands.run("options", self._toolbox.options, self._take_options)

    def _take(self, choice: EngineChoice) -> None:
        if choice != self.choice:  # not what was asked for on the command line, which is for once
            self._window.settings.engines = choice
        self.choice = choice
        self._panel.set_choice(choice)

    def _may_forget(self) -> bool:
        """Whether what was found and corrected may go."""
        edits = self._window.editing.edits
        return edits is None or not len(edits) or self._window.commands.questions.analyse_again()

    def _analyse_again(self) -> None:
        if self._may_forget():
            self._window.player.send(say.AnalyseAgain(session=self._window.open_session))
            self._window.comparing.analyse_again()

    def _on_event(self, event: events.Event) -> None:
        match event:
            case events.Opened(info=info):
                self._panel.again.setVisible(not info.live)
                self._from_start = None
            case events.EnginesChosen(choice):
                self._take(choice)
            case events.EnginesReady(choice=choice):
                self._take(choice)
                if choice == self._from_start:
                    self._from_start = None
                    self._window.player.send(say.AnalyseAgain(session=self._window.open_session))
                if not self._is_known:
                    self._is_known = True
                    self.look_for_options()

    def _take_options(self, options: object) -> None:
        assert isinstance(options, EngineOptions)
        self._panel.set_options(options)
