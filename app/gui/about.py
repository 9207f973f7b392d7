"""What this program is, in a line."""

from __future__ import annotations

from PyQt6.QtCore import PYQT_VERSION_STR, QCoreApplication, qVersion

from app import __version__


def about_text() -> str:
    """Version and licences."""
    words = QCoreApplication.translate(
        "About",
        "Skelter {0}, Apache-2.0. Made with Qt {1} and PyQt {2} (GPL-3.0), FFmpeg, OpenCV, OpenVINO and ONNX Runtime.",
    )
    return words.format(__version__, qVersion(), PYQT_VERSION_STR)
