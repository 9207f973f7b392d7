"""The about box: versions, licences, and the terms of the networks that are here."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from html import escape

from PyQt6.QtCore import PYQT_VERSION_STR, qVersion
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from app import __version__
from app.gui.icons import logo

LIBRARIES = {
    "av": "BSD-3-Clause",
    "opencv-python-headless": "Apache-2.0",
    "openvino": "Apache-2.0",
    "onnxruntime": "MIT",
    "numpy": "BSD-3-Clause",
    "scipy": "BSD-3-Clause",
    "pyqtgraph": "MIT",
    "lap": "BSD-2-Clause",
}
"""Distributions, and the licence of each one's own code."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is installed: library → version (those that are), and (network, licence, data) of each network."""

    libraries: dict[str, str]
    ffmpeg: str
    networks: tuple[tuple[str, str, str], ...]


def gather() -> Facts:
    """Slow: it reads what is installed. For a worker thread."""
    import importlib.metadata  # takes a while, as what it reads does

    import av

    from engine.models import list_models

    libraries = {}
    for name in LIBRARIES:
        try:
            libraries[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:  # OpenVINO is not had everywhere
            continue
    return Facts(libraries, av.ffmpeg_version_info, tuple((c.name, c.licence, c.data) for c in list_models()))


class AboutBox(QDialog):
    """Not modal."""

    def __init__(self, facts: Facts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Skelter"))
        self.resize(620, 520)
        mark, title = QLabel(), QLabel(f"Skelter {__version__}")
        mark.setPixmap(logo(48, self.devicePixelRatioF()))
        title.setObjectName("title")
        self.text = QTextBrowser()
        self.text.setOpenExternalLinks(True)
        self.text.setHtml(self._html(facts))
        self.text.setAccessibleName(self.tr("Versions and licences"))
        copy, close = QPushButton(self.tr("Copy")), QPushButton(self.tr("Close"))
        copy.setToolTip(self.tr("Copy all of it, to send with a report"))
        copy.clicked.connect(self._copy)
        close.clicked.connect(self.close)
        close.setDefault(True)
        top, buttons = QHBoxLayout(), QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(mark)
        top.addWidget(title)
        top.addStretch(1)
        buttons.addWidget(copy)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.text, 1)
        column.addLayout(buttons)

    def _html(self, facts: Facts) -> str:
        networks = "".join(
            f"<li><b>{escape(name)}</b>: {escape(licence)}. {escape(self.tr('Trained on: {0}').format(data))}</li>"
            for name, licence, data in facts.networks
        )
        versions = "".join(
            f"<li>{name} {version} ({LIBRARIES[name]})</li>" for name, version in facts.libraries.items()
        )
        paragraphs = (
            self.tr("Skelter's own code is under the Apache License 2.0."),
            self.tr(
                "The window uses Qt {0} (LGPL-3.0) and PyQt {1}, which is under the GPL-3.0 or a commercial licence: "
                "who passes Skelter on together with PyQt6 does so under the GPL-3.0, or with a licence bought from "
                "Riverbank Computing. The command line does not use it."
            ).format(qVersion(), PYQT_VERSION_STR),
            self.tr(
                "Videos are read and written by FFmpeg {0}, which comes with PyAV and contains the encoder x264 "
                "(GPL-2.0 or later)."
            ).format(facts.ffmpeg),
        )
        return (
            "".join(f"<p>{escape(words)}</p>" for words in paragraphs)
            + f"<h4>{self.tr('Libraries')}</h4><ul>{versions}<li>Python {platform.python_version()}</li></ul>"
            + f"<h4>{self.tr('Networks, and their terms')}</h4><ul>{networks}</ul>"
        )

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(f"Skelter {__version__}\n{self.text.toPlainText()}\n{platform.platform()}")
