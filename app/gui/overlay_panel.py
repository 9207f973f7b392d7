"""What is drawn on the picture: switches and sliders, each with immediate effect."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QGridLayout, QLabel, QSlider, QVBoxLayout, QWidget

from app.gui.actions import Actions, plain, shown
from app.gui.body_words import body_words
from app.gui.choice_box import ChoiceBox
from app.gui.own_keys import takes_key
from app.gui.switch import Switch
from app.style import Style

TOGGLES = ("skeleton", "ids", "boxes", "trails", "names", "scores", "angles", "by_limb", "black")

_OWN_KEYS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End}


class PlainSlider(QSlider):
    """A slider that keeps its arrow keys where the window has other plans for them."""

    def __init__(self, low: int, high: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setObjectName("plain")
        self.setRange(low, high)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def event(self, event: QEvent | None) -> bool:
        return takes_key(event, _OWN_KEYS) or super().event(event)


class OverlayPanel(QWidget):
    """Shows a Style and lets it be changed; `changed` carries the new one. Steady joints are in no Style."""

    changed = pyqtSignal(object)

    def __init__(self, actions: Actions, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.switches: dict[str, Switch] = {}
        for name in TOGGLES:
            actions[name].setChecked(getattr(style, name))
            actions[name].toggled.connect(lambda on, name=name: self._change(name, on))
            column.addWidget(self._switch(name, actions[name]))
        column.addWidget(self._switch("steady", actions["steady"]))
        self.heat = ChoiceBox()
        self.heat.setToolTip(
            self.tr(
                "Where the network sees a joint, and how surely: before it decides for one place ({0} goes on to the "
                "next). Shown only, not exported; it takes a second look at everyone"
            ).format(shown("E"))
        )
        column.addSpacing(4)
        column.addLayout(self._row(self.tr("Heat of a joint"), self.heat))
        self.set_skeleton(())  # until a network is loaded
        self.heat.currentIndexChanged.connect(lambda _place: self._change("heat", self.heat.currentData() or ""))
        column.addSpacing(8)
        self.score = PlainSlider(0, 95)
        self.score.setToolTip(
            self.tr(
                "Joints that the program is less sure of are neither drawn nor counted in curves and tables ({0} and "
                "{1} change it)"
            ).format(shown("["), shown("]"))
        )
        self._score_words = QLabel()
        column.addLayout(self._row(self.tr("Joint certainty from"), self.score, self._score_words))
        self.width_ = PlainSlider(4, 30)
        self.width_.setToolTip(self.tr("How thick lines and points are drawn"))
        self._width_words = QLabel()
        column.addLayout(self._row(self.tr("Line width"), self.width_, self._width_words))
        self.score.valueChanged.connect(lambda value: self._change("min_score", value / 100))
        self.width_.valueChanged.connect(lambda value: self._change("line_width", value / 10))
        self._show_numbers()

    @property
    def overlay(self) -> Style:
        """The style chosen."""
        return self._style

    def set_skeleton(self, keypoints: tuple[str, ...]) -> None:
        """The joints that the network knows; of those the one chosen stays chosen."""
        blocked = self.heat.blockSignals(True)
        self.heat.clear()
        self.heat.addItem(self.tr("None"), "")
        for name in keypoints:
            self.heat.addItem(body_words(name), name)
        self.heat.setCurrentIndex(keypoints.index(self._style.heat) + 1 if self._style.heat in keypoints else 0)
        self.heat.blockSignals(blocked)

    def next_heat(self, places: int) -> None:
        """Choose the joint `places` further down the list, where none is one of them."""
        self.heat.setCurrentIndex((self.heat.currentIndex() + places) % self.heat.count())

    def change_score(self, by: float) -> None:
        self.score.setValue(self.score.value() + round(by * 100))

    def _switch(self, name: str, action: QAction) -> Switch:
        """One that is as the action is."""
        switch = Switch(plain(action.text()))
        switch.setToolTip(action.toolTip())
        switch.setAccessibleDescription(action.toolTip())
        switch.setChecked(action.isChecked())
        switch.toggled.connect(action.setChecked)
        action.toggled.connect(switch.setChecked)
        self.switches[name] = switch
        return switch

    def _row(self, text: str, control: QWidget, words: QLabel | None = None) -> QGridLayout:
        label = QLabel(text)
        label.setBuddy(control)
        control.setAccessibleName(text)
        grid = QGridLayout()
        grid.setContentsMargins(2, 4, 3, 4)
        grid.setVerticalSpacing(6)
        grid.addWidget(label, 0, 0)
        grid.addWidget(control, 1, 0, 1, 2)
        if words is not None:
            words.setObjectName("value")
            grid.addWidget(words, 0, 1, Qt.AlignmentFlag.AlignRight)
        return grid

    def _change(self, name: str, value: bool | float | str) -> None:
        style = self._style.with_(**{name: value})
        if style != self._style:
            self._style = style
            self._show_numbers()
            self.changed.emit(style)

    def _show_numbers(self) -> None:
        style = self._style
        for slider, value in ((self.score, style.min_score * 100), (self.width_, style.line_width * 10)):
            before = slider.blockSignals(True)
            slider.setValue(round(value))
            slider.blockSignals(before)
        self._score_words.setText(f"{style.min_score:.0%}")
        self._width_words.setText(f"{style.line_width:.1f}×")
