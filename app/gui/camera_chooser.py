"""Which camera, in which size and at which rate, opened by what. The list follows what is plugged in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLabel, QListWidget, QPushButton, QVBoxLayout, QWidget

from app.gui.choice_box import ChoiceBox
from engine.addresses import CameraAddress

if TYPE_CHECKING:
    from engine.video.camera import Camera
    from engine.video.camera_modes import CameraMode

BACKENDS = {
    "v4l2": "Video4Linux",
    "gstreamer": "GStreamer",
    "dshow": "DirectShow",
    "msmf": "Media Foundation",
    "avfoundation": "AVFoundation",
}


class CameraChooser(QDialog):
    """Shows cameras and what they offer; knows nothing of how that is found out. Not modal."""

    chosen = pyqtSignal(object)
    """The CameraAddress to open."""
    camera_changed = pyqtSignal(object)
    """The Camera marked now: its modes are wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Choose a camera"))
        self.setMinimumWidth(440)
        self._cameras: list[Camera] = []
        self._modes: list[CameraMode] = []
        self._wanted: CameraAddress | None = None
        self.list, self.hint, self._form = QListWidget(), QLabel(self.tr("Looking for cameras …")), QFormLayout()
        self.size_, self.rate, self.backend = ChoiceBox(), ChoiceBox(), ChoiceBox()
        self.go, self.cancel = QPushButton(self.tr("Open camera")), QPushButton(self.tr("Cancel"))
        self._name_parts()
        self._lay_out()
        self._join()
        self.set_modes([], None)
        self._refresh()

    def _name_parts(self) -> None:
        self.list.setAccessibleName(self.tr("Cameras"))
        for words, box, tip in (
            (self.tr("Size"), self.size_,
             self.tr("Larger pictures show people who are far away better, and take longer")),
            (self.tr("Pictures a second"), self.rate, self.tr("How many pictures the camera takes in a second")),
            (self.tr("Opened by"), self.backend,
             self.tr("Where the usual way takes long to open a camera, another may be quicker")),
        ):  # fmt: skip
            box.setAccessibleName(words)
            box.setToolTip(tip)
            self._form.addRow(words, box)

    def _lay_out(self) -> None:
        self.list.setFixedHeight(140)
        self.hint.setObjectName("hint")
        self.hint.setWordWrap(True)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(self.list)
        column.addWidget(self.hint)
        column.addLayout(self._form)
        column.addLayout(buttons)

    def _join(self) -> None:
        self.list.currentRowChanged.connect(lambda _row: self._tell_camera())
        self.list.itemActivated.connect(lambda _item: self._choose())
        self.size_.currentIndexChanged.connect(lambda _place: self._fill_rates())
        self.go.setDefault(True)
        self.go.clicked.connect(self._choose)
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.reject)

    def set_backends(self, names: list[str]) -> None:
        """By what cameras can be opened here, the usual one first."""
        self.backend.clear()
        for place, name in enumerate(names):
            words = BACKENDS.get(name, name)
            self.backend.addItem(self.tr("{0} (usual)").format(words) if place == 0 else words, name)
        self._form.setRowVisible(self.backend, len(names) > 1)

    def set_cameras(self, cameras: list[Camera]) -> None:
        """Show these, the one marked before still marked if it is among them."""
        if cameras == self._cameras and self.list.count() == len(cameras):
            self._refresh()
            return
        before = self.camera
        self._cameras = cameras
        blocked = self.list.blockSignals(True)
        self.list.clear()
        self.list.addItems([camera.name or self.tr("Camera {0}").format(camera.index) for camera in cameras])
        self.list.setCurrentRow(cameras.index(before) if before in cameras else min(len(cameras), 1) - 1)
        self.list.blockSignals(blocked)
        self._refresh()
        if self.camera != before:
            self._tell_camera()

    @property
    def camera(self) -> Camera | None:
        """The one marked."""
        row = self.list.currentRow()
        return self._cameras[row] if 0 <= row < len(self._cameras) else None

    def set_modes(self, modes: list[CameraMode], wanted: CameraAddress | None) -> None:
        """What the marked camera offers, and how it was opened the last time."""
        self._modes, self._wanted = modes, wanted
        self.size_.clear()
        self.size_.addItem(self.tr("As usual (1280 × 720)"), None)
        for width, height in dict.fromkeys((mode.width, mode.height) for mode in modes):
            self.size_.addItem(f"{width} × {height}", (width, height))
        if wanted is not None:
            _choose_data(self.size_, wanted.size)
            _choose_data(self.backend, wanted.backend)
        self._fill_rates()

    @property
    def address(self) -> CameraAddress | None:
        """What is chosen now."""
        if self.camera is None:
            return None
        usual = self.backend.currentIndex() <= 0
        backend = None if usual else self.backend.currentData()
        size = self.size_.currentData()
        return CameraAddress(self.camera.index, size, self.rate.currentData() if size else None, backend)

    def _fill_rates(self) -> None:
        size = self.size_.currentData()
        rates = [mode.fps for mode in self._modes if (mode.width, mode.height) == size and mode.fps]
        self.rate.clear()
        self.rate.addItem(self.tr("The camera's choice"), None)
        for rate in rates:
            self.rate.addItem(f"{rate:g}", rate)
        self.rate.setEnabled(bool(rates))
        if self._wanted is not None and self._wanted.size == size:
            _choose_data(self.rate, self._wanted.fps)

    def _tell_camera(self) -> None:
        self.set_modes([], None)
        self._refresh()
        if self.camera is not None:
            self.camera_changed.emit(self.camera)

    def _refresh(self) -> None:
        found = bool(self._cameras)
        self.go.setEnabled(self.camera is not None)
        self.size_.setEnabled(found)
        self.backend.setEnabled(found)
        self.hint.setText(
            self.tr("A camera that is plugged in now appears here.")
            if found
            else self.tr("No camera was found. Plug one in: it appears here.")
        )

    def _choose(self) -> None:
        address = self.address
        if address is not None:
            self.accept()
            self.chosen.emit(address)


def _choose_data(box: ChoiceBox, data: object) -> None:
    # not findData: Qt cannot compare tuples of Python's
    box.setCurrentIndex(next((place for place in range(box.count()) if box.itemData(place) == data), 0))
