"""Opens cameras: the only one at once, one of several by a list that follows what is plugged in and out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer

from app.gui import events
from app.gui.camera_chooser import CameraChooser
from app.gui.toolbox import Toolbox
from engine.addresses import CameraAddress

if TYPE_CHECKING:
    from app.gui.window import MainWindow
    from engine.video.camera import Camera

LOOK_MS = 1500
"""How often, while the list is open, it is looked for other cameras. QMediaDevices would tell of itself, but brings in
Qt's own FFmpeg and sound libraries, which complain on the console where there is no sound server."""
SLOW_MS = 4000
"""After that a camera is slow to open, and another back end is proposed."""


class Cameras(QObject):
    """Asks the toolbox in threads, because some drivers take seconds to answer."""

    def __init__(self, window: MainWindow, toolbox: Toolbox) -> None:
        super().__init__(window)
        self._window, self._toolbox = window, toolbox
        self._backends: list[str] = []
        self._names: dict[int, str] = {}
        self.chooser: CameraChooser | None = None
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.timeout.connect(self._look_again)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.timeout.connect(self._tell_slow)
        self._told_slow = False
        window.heard.connect(self._on_event)

    def open(self) -> None:
        """Open the camera, as it was opened the last time; where there are several or none, show the list."""
        self._window.busy(self.tr("Looking for cameras …"))
        self._window.commands.run("cameras", self._toolbox.cameras, self._found)

    def choose(self) -> None:
        """Show the list."""
        if self.chooser is not None:
            self.chooser.raise_()
            self.chooser.activateWindow()
            return
        chooser = self.chooser = CameraChooser(self._window)
        chooser.chosen.connect(self._open)
        chooser.camera_changed.connect(self._ask_modes)
        chooser.finished.connect(lambda _result: self._forget(chooser))
        chooser.set_backends(self._backends)
        chooser.show()
        if not self._backends:
            self._window.commands.run("back ends", self._toolbox.camera_backends, self._take_backends)
        self._look_again()

    def stop(self) -> None:
        """Close the list; nothing is looked for any more."""
        self._slow.stop()
        if self.chooser is not None:
            self.chooser.reject()

    def _found(self, found: object) -> None:
        assert isinstance(found, list)
        self._window.busy("")
        if len(found) == 1:
            self._names = {found[0].index: found[0].name}
            self._open(self._usual(found[0]))
        else:
            self.choose()

    def _usual(self, camera: Camera) -> CameraAddress:
        """How that camera was opened the last time."""
        kept = CameraAddress.parse(self._window.settings.camera(camera.name))
        return replace(kept, index=camera.index) if kept is not None else CameraAddress(camera.index)

    def _open(self, address: CameraAddress) -> None:
        self._window.settings.keep_camera(self._names.get(address.index, ""), str(address))
        before = self._window.session
        self._window.open_source(str(address))
        if self._window.session != before:  # corrections that are not saved may have kept it from being opened
            self._told_slow = False
            self._slow.start(SLOW_MS)

    def _take_backends(self, names: object) -> None:
        assert isinstance(names, list)
        self._backends = names
        if self.chooser is not None:
            self.chooser.set_backends(names)
            if self.chooser.camera is not None:
                self._ask_modes(self.chooser.camera)

    def _look_again(self) -> None:
        self._window.commands.run("cameras", self._toolbox.cameras, self._seen)

    def _seen(self, found: object) -> None:
        assert isinstance(found, list)
        if self.chooser is not None:
            self._names = {camera.index: camera.name for camera in found}
            self.chooser.set_cameras(found)
            self._look.start(LOOK_MS)

    def _ask_modes(self, camera: Camera) -> None:
        def take(modes: object) -> None:
            assert isinstance(modes, list)
            if self.chooser is not None and self.chooser.camera == camera:
                self.chooser.set_modes(modes, self._usual(camera))

        self._window.commands.run("camera modes", lambda: self._toolbox.camera_modes(camera.index), take)

    def _forget(self, chooser: CameraChooser) -> None:
        self._look.stop()
        self.chooser = None
        chooser.deleteLater()

    def _tell_slow(self) -> None:
        self._told_slow = True
        self._window.banner.tell(
            self.tr("The camera takes long to open. Wait, or open it in another way."),
            kind="warning",
            action=(self.tr("Choose how…"), self.choose),
        )

    def _on_event(self, event: events.Event) -> None:
        match event:
            case events.Opened() | events.Closed() | events.StillOpen() | events.Trouble(fatal=True):
                self._slow.stop()
                if self._told_slow and isinstance(event, events.Opened):
                    self._window.banner.dismiss()
                self._told_slow = False
