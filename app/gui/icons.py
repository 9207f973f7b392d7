"""The program's icons: line drawings in the colour of the text, sharp at every scale."""

from __future__ import annotations

from functools import lru_cache

from PyQt6.QtCore import QByteArray, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QIcon, QPainter, QPixmap
from PyQt6.QtSvg import QSvgRenderer

_FILLED = {"play", "pause", "stop", "record"}
_PATHS = {
    "play": '<path d="M8 5.2v13.6a.8.8 0 0 0 1.2.7l11-6.8a.8.8 0 0 0 0-1.4l-11-6.8a.8.8 0 0 0-1.2.7z"/>',
    "pause": '<rect x="6.5" y="5" width="4" height="14" rx="1"/><rect x="13.5" y="5" width="4" height="14" rx="1"/>',
    "stop": '<rect x="6" y="6" width="12" height="12" rx="1.5"/>',
    "record": '<circle cx="12" cy="12" r="6.5"/>',
    "step-back": '<path d="M15 6l-7 6 7 6M5 6v12"/>',
    "step-on": '<path d="M9 6l7 6-7 6M19 6v12"/>',
    "to-start": '<path d="M19 6l-7 6 7 6M12 6l-7 6 7 6M3.5 6v12"/>',
    "to-end": '<path d="M5 6l7 6-7 6M12 6l7 6-7 6M20.5 6v12"/>',
    "camera": '<rect x="3" y="6.5" width="12.5" height="11" rx="2.2"/><path d="M15.5 11l5.5-3.2v8.4L15.5 13"/>',
    "film": '<rect x="3" y="5" width="18" height="14" rx="2.2"/><path d="M10 9.2v5.6l5-2.8z"/>',
    "open": '<path d="M3.5 18V6.5A1.5 1.5 0 0 1 5 5h4l2.2 2.5H19A1.5 1.5 0 0 1 20.5 9v9a1.5 1.5 0 0 1-1.5 1.5H5'
    'A1.5 1.5 0 0 1 3.5 18z"/>',
    "runner": '<circle cx="14.6" cy="4.6" r="1.9"/><path d="M13 8.2l-2.4 5.6 3.8 2.6v4.6M10.6 13.8l-2 3.6H4.6'
    'M13 8.2l-4.2.6-1.8 3M13 8.2l2.4 3.2 3.4.2"/>',
    "export": '<path d="M12 15V4M8 7.6L12 4l4 3.6M4.5 14.5v3.8A1.7 1.7 0 0 0 6.2 20h11.6a1.7 1.7 0 0 0 1.7-1.7v-3.8"/>',
    "table": '<rect x="3.5" y="5" width="17" height="14" rx="2"/><path d="M3.5 10h17M3.5 14.5h17M9.5 5v14"/>',
    "panel": '<rect x="3" y="5" width="18" height="14" rx="2.2"/><path d="M15 5v14"/>',
    "curve": '<path d="M3.5 4v14.5a1.5 1.5 0 0 0 1.5 1.5h15.5M7 15c2.5 0 2.5-8 5-8s2.5 6 5 6 2-2.5 3-4"/>',
    "compare": '<rect x="2.5" y="6" width="8.5" height="12" rx="1.8"/>'
    '<rect x="13" y="6" width="8.5" height="12" rx="1.8"/>',
    "mirror": '<path d="M12 4v16M9 8l-5 8h5zM15 8l5 8h-5z"/>',
    "keyboard": '<rect x="2.5" y="6.5" width="19" height="11" rx="2"/>'
    '<path d="M6 10h.01M9.5 10h.01M13 10h.01M16.5 10h.01M8 14h8"/>',
    "close": '<path d="M6.5 6.5l11 11M17.5 6.5l-11 11"/>',
    "warning": '<path d="M12 4.2l8.6 15H3.4zM12 10v4.2M12 16.8h.01"/>',
    "check": '<path d="M5 12.6l4.6 4.6L19 7.4"/>',
    "look": '<circle cx="10.6" cy="10.6" r="6.2"/><path d="M15.2 15.2l5 5"/>',
    "hint": '<circle cx="12" cy="12" r="8.6"/><path d="M12 11v5.4M12 7.6h.01"/>',
    "chevron-down": '<path d="M6 9l6 6 6-6"/>',
    "chevron-right": '<path d="M9 6l6 6-6 6"/>',
    "eye": '<path d="M2.5 12S6 5.8 12 5.8 21.5 12 21.5 12 18 18.2 12 18.2 2.5 12 2.5 12z"/>'
    '<circle cx="12" cy="12" r="2.8"/>',
    "eye-off": '<path d="M4 4l16 16M9.6 6.2A9.6 9.6 0 0 1 12 5.8c6 0 9.5 6.2 9.5 6.2a17 17 0 0 1-3 3.7M6.3 7.9A16.6 '
    '16.6 0 0 0 2.5 12s3.5 6.2 9.5 6.2a9.7 9.7 0 0 0 4.4-1.1"/>',
    "follow": '<circle cx="12" cy="12" r="3.2"/><path d="M4 8.5V5.6A1.6 1.6 0 0 1 5.6 4h2.9M15.5 4h2.9A1.6 1.6 0 0 1 '
    '20 5.6v2.9M20 15.5v2.9a1.6 1.6 0 0 1-1.6 1.6h-2.9M8.5 20H5.6A1.6 1.6 0 0 1 4 18.4v-2.9"/>',
    "rename": '<path d="M4 20h4.2L19.4 8.8a2 2 0 0 0 0-2.8l-1.4-1.4a2 2 0 0 0-2.8 0L4 15.8zM13.4 6.4l4.2 4.2"/>',
    "merge": '<path d="M5 4.5c0 5 7 4.5 7 9.5M19 4.5c0 5-7 4.5-7 9.5v6M9 17l3 3 3-3"/>',
    "split": '<path d="M12 4v6c0 4.5-7 4.5-7 9.5M12 10c0 4.5 7 4.5 7 9.5M2.8 17L5 19.5 7.2 17'
    'M16.8 17l2.2 2.5 2.2-2.5"/>',
    "swap": '<path d="M4 8h15M15.5 4.5L19 8l-3.5 3.5M20 16H5M8.5 12.5L5 16l3.5 3.5"/>',
    "undo": '<path d="M8.5 5L4.5 9l4 4M4.5 9h9.8a5.2 5.2 0 0 1 0 10.4H9"/>',
    "redo": '<path d="M15.5 5l4 4-4 4M19.5 9H9.7a5.2 5.2 0 0 0 0 10.4H15"/>',
    "save": '<path d="M5.6 4H16l4 4v10.4a1.6 1.6 0 0 1-1.6 1.6H5.6A1.6 1.6 0 0 1 4 18.4V5.6A1.6 1.6 0 0 1 5.6 4z"/>'
    '<path d="M8 4v5h7V4M8 20v-6.5h8V20"/>',
    "snapshot": '<rect x="3" y="7" width="18" height="12.5" rx="2.2"/><circle cx="12" cy="13.2" r="3.4"/>'
    '<path d="M8.5 7l1.4-2.5h4.2L15.5 7"/>',
    "people": '<circle cx="9" cy="8" r="3"/><path d="M3.5 19c0-3.2 2.4-5.4 5.5-5.4s5.5 2.2 5.5 5.4"/>'
    '<path d="M15.6 5.4a3 3 0 0 1 0 5.2M17.4 14.2c1.9.8 3.1 2.5 3.1 4.8"/>',
}


def _svg(name: str, colour: QColor) -> QByteArray:
    ink = colour.name()
    paint = f'fill="{ink}" stroke="none"' if name in _FILLED else f'fill="none" stroke="{ink}" stroke-width="1.7"'
    return QByteArray(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><g {paint} stroke-linecap="round" '
        f'stroke-linejoin="round">{_PATHS[name]}</g></svg>'.encode()
    )


def pixmap(name: str, colour: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """The drawing `size` logical pixels wide, for a screen with `ratio` device pixels to each."""
    side = round(size * ratio)
    picture = QPixmap(QSize(side, side))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(_svg(name, colour)).render(painter, QRectF(0, 0, side, side))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


@lru_cache(maxsize=256)
def _icon(name: str, normal: str, disabled: str) -> QIcon:
    made = QIcon()
    for size in (20, 24, 40, 48):
        made.addPixmap(pixmap(name, QColor(normal), size), QIcon.Mode.Normal)
        made.addPixmap(pixmap(name, QColor(disabled), size), QIcon.Mode.Disabled)
    return made


def icon(name: str, normal: QColor, disabled: QColor) -> QIcon:
    """The drawing as an icon in two colours."""
    return _icon(name, normal.name(), disabled.name())


def program_icon() -> QIcon:
    """A runner made of keypoints and limbs, on a dark tile."""
    made = QIcon()
    for size in (16, 32, 48, 64, 128, 256):
        picture = QPixmap(size, size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        QSvgRenderer(QByteArray(_LOGO.encode())).render(painter, QRectF(0, 0, size, size))
        painter.end()
        made.addPixmap(picture)
    return made


def logo(size: int, ratio: float) -> QPixmap:
    """The program's mark, `size` logical pixels wide."""
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(_LOGO.encode())).render(painter, QRectF(0, 0, picture.width(), picture.height()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


_LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
<rect x="1" y="1" width="62" height="62" rx="14" fill="#15181d" stroke="#343b46" stroke-width="1"/>
<g fill="none" stroke-linecap="round" stroke-linejoin="round" stroke-width="3.4">
<path d="M36 21 L29 36" stroke="#e8ebef"/>
<path d="M36 21 L45 29 L53 27" stroke="#56b4e9"/>
<path d="M36 21 L24 21 L17 29" stroke="#e69f00"/>
<path d="M29 36 L40 42 L40 54" stroke="#56b4e9"/>
<path d="M29 36 L24 46 L12 47" stroke="#e69f00"/>
</g>
<g fill="#e8ebef"><circle cx="39" cy="11.5" r="4.6"/><circle cx="36" cy="21" r="3"/><circle cx="29" cy="36" r="3"/></g>
<g fill="#56b4e9"><circle cx="45" cy="29" r="2.8"/><circle cx="53" cy="27" r="2.8"/><circle cx="40" cy="42" r="2.8"/>
<circle cx="40" cy="54" r="2.8"/></g>
<g fill="#e69f00"><circle cx="24" cy="21" r="2.8"/><circle cx="17" cy="29" r="2.8"/><circle cx="24" cy="46" r="2.8"/>
<circle cx="12" cy="47" r="2.8"/></g>
</svg>"""
