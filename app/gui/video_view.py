"""Shows a picture: zoomed by the wheel, moved by dragging. People are chosen, joints moved by the mouse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QContextMenuEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PyQt6.QtWidgets import QApplication, QLabel, QSizePolicy, QWidget

from app.gui import theme
from app.gui.hits import box_of, joint_at, person_at
from app.style import person_colour

if TYPE_CHECKING:
    from app.gui.events import Picture
    from engine.types import U8

MOST_ZOOM = 16.0
REACH = 9.0
"""How near to a joint the mouse must be to take it, in pixels of the view."""
FOLLOWED_PART = 0.75
"""How much of the view's height a person who is followed takes."""
CALM = 0.18
"""How fast the view goes after him: this part of the way with every picture."""


@dataclass(slots=True)
class Held:
    """A joint in the hand: of the frame it was taken on, whatever is shown since. `place`: where it is now, in the
    view."""

    frame: int
    person: int
    joint: int
    place: QPointF


class VideoView(QWidget):
    """Paints one RGB picture. The pose is in the picture already, so the two can never be of different frames."""

    pressed = pyqtSignal()
    """A button of the mouse, whichever."""
    double_clicked = pyqtSignal()
    person_clicked = pyqtSignal(int)
    """An id; 0 where nobody is."""
    menu_wanted = pyqtSignal(int, object)
    """For the person of this id (0: nobody), at this place of the screen."""
    line_drawn = pyqtSignal(float, float, float, float)
    """From x, y to x, y in pixels of the frame; the answer to `measure`."""
    joint_taken = pyqtSignal()
    """A joint of the picture shown is in the hand."""
    joint_moved = pyqtSignal(int, int, int, float, float)
    """Frame, person, joint, x, y in pixels of the frame."""
    size_wanted = pyqtSignal(int, int)
    """The size, in pixels of the screen, beyond which a picture shows no more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixels: U8 | None = None  # QImage does not own its memory: this keeps it alive
        self._image: QImage | None = None
        self._zoom = 1.0
        self._centre = QPointF(0.5, 0.5)  # of the view, in parts of the picture
        self._grip: QPointF | None = None
        self._pressed: QPointF | None = None
        self._picture: Picture | None = None
        self._held: Held | None = None
        self._measuring = False
        self._line: tuple[tuple[float, float], tuple[float, float]] | None = None  # in pixels of the frame
        self._is_drawing = False
        self.chosen: int | None = None
        self.followed: int | None = None
        self._is_near = False
        self.correcting = False
        """Whether the joints of the person chosen can be moved."""
        self.least_score = 0.0
        """Joints scored less are faint or not drawn, and cannot be taken."""
        self._notice = QLabel(self)
        self._notice.setObjectName("notice")
        self._notice.setStyleSheet(
            "background: rgba(16, 18, 22, 205); color: #eef0f3; border-radius: 12px; padding: 5px 12px;"
        )
        self._notice.hide()
        self.setMinimumSize(320, 120)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Video"))
        self.setAccessibleDescription(self.tr("The picture with the people found on it"))

    def show_picture(self, picture: Picture) -> None:
        """Show it; nobody writes to its pixels any more."""
        pixels = picture.image
        height, width = pixels.shape[:2]
        self._pixels, self._picture = pixels, picture
        # the row length must be given: rows of a width not divisible by four end in the middle of a word
        self._image = QImage(
            cast(bytes, pixels.data), width, height, int(pixels.strides[0]), QImage.Format.Format_RGB888
        )
        self._go_after()
        self.update()

    def clear(self) -> None:
        self._pixels = self._image = self._picture = self._held = None
        self.chosen = self.followed = None
        self._measuring, self._line, self._is_drawing = False, None, False
        self._is_near = False
        self.fit()

    def measure(self, on: bool) -> None:
        """Have the user draw a line, or another one; the line stays in the picture until measuring ends."""
        self._measuring, self._line, self._is_drawing = on, None, False
        self.setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)
        self.update()

    def choose(self, person: int | None) -> None:
        """Mark a person; None: nobody."""
        self.chosen = person
        self.update()

    def follow(self, person: int | None) -> None:
        """Keep a person in the middle, large enough to see; None: the whole picture again."""
        self.followed, self._is_near = person, False
        self.fit()
        self._go_after()

    def _go_after(self) -> None:
        """Move towards the person followed; all the way, and near enough, where he is seen for the first time."""
        picture = self._picture
        box = box_of(picture.tracks if picture is not None else None, self.followed)
        if box is None or picture is None:
            return
        at_once, self._is_near = not self._is_near, True
        if at_once:
            high = max((box[3] - box[1]) * self._scale() / self._zoom, 1.0)
            self._zoom = min(max(self.height() * FOLLOWED_PART / high, 1.0), MOST_ZOOM)
            self._tell_size()
        wanted = QPointF((box[0] + box[2]) / 2 / picture.size[0], (box[1] + box[3]) / 2 / picture.size[1])
        self._centre += (wanted - self._centre) * (1.0 if at_once else CALM)
        self._keep_in_view()

    def _scale(self) -> float:
        """Pixels of the view for one of the frame."""
        return self._picture_rect().width() / self._picture.size[0] if self._picture is not None else 1.0

    def to_frame(self, place: QPointF) -> tuple[float, float]:
        """A place in the view in pixels of the frame, where (0, 0) is the middle of the first one."""
        rect, scale = self._picture_rect(), self._scale()
        return (place.x() - rect.x()) / scale - 0.5, (place.y() - rect.y()) / scale - 0.5

    def from_frame(self, x: float, y: float) -> QPointF:
        """Where in the view a point of the frame is shown."""
        rect, scale = self._picture_rect(), self._scale()
        return QPointF(rect.x() + (x + 0.5) * scale, rect.y() + (y + 0.5) * scale)

    @property
    def pixels(self) -> U8 | None:
        """What is shown now."""
        return self._pixels

    @property
    def image(self) -> QImage | None:
        """What is shown now, sharing memory with `pixels`: copy it to keep it."""
        return self._image

    def notice(self, text: str) -> None:
        """A line over the picture, for what takes a moment; empty: none."""
        self._notice.setVisible(bool(text))
        self._notice.setText(text)
        self._notice.adjustSize()
        self._place_notice()

    def fit(self) -> None:
        """The whole picture, as large as it goes."""
        self._zoom, self._centre = 1.0, QPointF(0.5, 0.5)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._tell_size()
        self.update()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Enlarge, keeping what is at `at` (in the view's pixels) where it is."""
        if self._image is None:
            return
        at = at or QPointF(self.rect().center())
        before = self._picture_rect()
        zoom = min(max(self._zoom * factor, 1.0), MOST_ZOOM)
        if zoom == 1.0:
            self.fit()
            return
        held = QPointF((at.x() - before.x()) / before.width(), (at.y() - before.y()) / before.height())
        self._zoom = zoom
        size = self._scaled_size()
        self._centre = QPointF(
            held.x() - (at.x() - self.width() / 2) / size.width(),
            held.y() - (at.y() - self.height() / 2) / size.height(),
        )
        self._keep_in_view()
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._tell_size()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(960, 540)

    def _scaled_size(self) -> QSize:
        assert self._image is not None
        fitted = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QSize(round(fitted.width() * self._zoom), round(fitted.height() * self._zoom))

    def _picture_rect(self) -> QRectF:
        size = self._scaled_size()
        left = self.width() / 2 - self._centre.x() * size.width()
        top = self.height() / 2 - self._centre.y() * size.height()
        return QRectF(left, top, size.width(), size.height())

    def _keep_in_view(self) -> None:
        size = self._scaled_size()
        for axis, length, whole in (("x", self.width(), size.width()), ("y", self.height(), size.height())):
            half = min(length / 2 / max(whole, 1), 0.5)
            value = getattr(self._centre, axis)()
            getattr(self._centre, f"set{axis.upper()}")(min(max(value, half), 1 - half))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.current().stage))
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._zoom < 6)
            painter.drawImage(self._picture_rect(), self._image)
            self._paint_choice(painter)
            self._paint_line(painter)
        painter.end()

    def _paint_choice(self, painter: QPainter) -> None:
        """Corners around the person chosen, under his name, and the joint in the hand."""
        box = box_of(self._picture.tracks if self._picture is not None else None, self.chosen)
        if box is None or self.chosen is None or self._picture is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        start, end = self.from_frame(box[0], box[1]), self.from_frame(box[2], box[3])
        frame = QRectF(start, end).adjusted(-5, -5, 5, 5)
        if self.chosen in self._picture.tops:
            frame.setTop(max(frame.top(), self.from_frame(box[0], self._picture.tops[self.chosen]).y()))
        arm = min(frame.width(), frame.height(), 64.0) / 4
        for colour, width in ((QColor(0, 0, 0, 150), 4.5), (QColor(*person_colour(self.chosen)), 2.2)):
            painter.setPen(QPen(colour, width, cap=Qt.PenCapStyle.RoundCap))
            for corner, right, down in (
                (frame.topLeft(), 1, 1), (frame.topRight(), -1, 1), (frame.bottomLeft(), 1, -1),
                (frame.bottomRight(), -1, -1),
            ):  # fmt: skip
                painter.drawLine(corner, corner + QPointF(right * arm, 0))
                painter.drawLine(corner, corner + QPointF(0, down * arm))
        if self._held is not None:
            painter.setPen(QPen(QColor(255, 255, 255), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(self._held.place, REACH, REACH)
            painter.drawPoint(self._held.place)

    def _paint_line(self, painter: QPainter) -> None:
        if self._line is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for colour, width in ((QColor(0, 0, 0, 160), 5.0), (QColor(255, 255, 255), 2.0)):
                painter.setPen(QPen(colour, width, cap=Qt.PenCapStyle.RoundCap))
                painter.drawLine(*(self.from_frame(*end) for end in self._line))

    def resizeEvent(self, event: object) -> None:
        if self._image is not None:
            self._keep_in_view()
        self._tell_size()
        self._place_notice()

    def _tell_size(self) -> None:
        scale = self._zoom * self.devicePixelRatioF()
        self.size_wanted.emit(round(self.width() * scale), round(self.height() * scale))

    def _place_notice(self) -> None:
        self._notice.move((self.width() - self._notice.width()) // 2, 14)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is not None:
            self.zoom_by(1.0015 ** event.angleDelta().y(), event.position())
            event.accept()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        self.pressed.emit()
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self._pressed = event.position()
        if self._measuring:
            if self._image is None:
                return
            self._line, self._is_drawing = (self.to_frame(event.position()),) * 2, True
            return
        self._held = self._joint_under(event.position())
        if self._held is not None:
            self.joint_taken.emit()
        elif self._zoom > 1:
            self._grip = event.position()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None or self._image is None:
            return
        if self._line is not None and self._is_drawing:
            self._line = self._line[0], self.to_frame(event.position())
            self.update()
        elif self._held is not None:
            self._held.place = event.position()
            self.update()
        elif self._grip is not None:
            size, moved = self._scaled_size(), event.position() - self._grip
            self._grip = event.position()
            self._centre -= QPointF(moved.x() / size.width(), moved.y() / size.height())
            self._keep_in_view()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.update()
        elif not event.buttons():
            self._point_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is None or event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        if self._line is not None and self._is_drawing:
            start, end = self._line[0], self.to_frame(event.position())
            self._pressed, self._line, self._is_drawing = None, (start, end), False
            self.update()
            self.line_drawn.emit(*start, *end)
            return
        moved = (event.position() - self._pressed).manhattanLength() >= QApplication.startDragDistance() / 2
        held, self._held, self._grip, self._pressed = self._held, None, None, None
        if held is not None and moved:
            self.joint_moved.emit(held.frame, held.person, held.joint, *self.to_frame(event.position()))
        elif not moved and self._image is not None:
            self.person_clicked.emit(self._person_under(event.position()))
        self._point_at(event.position())
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        if event is not None and self._image is not None:
            self.menu_wanted.emit(self._person_under(QPointF(event.pos())), event.globalPos())

    def _person_under(self, place: QPointF) -> int:
        tracks = self._picture.tracks if self._picture is not None else None
        if tracks is None:
            return 0
        return person_at(tracks, *self.to_frame(place), REACH / self._scale()) or 0

    def _joint_under(self, place: QPointF) -> Held | None:
        """The joint that could be taken there."""
        picture, person = self._picture, self.chosen
        if not self.correcting or picture is None or picture.tracks is None or person is None:
            return None
        joint = joint_at(picture.tracks, person, *self.to_frame(place), REACH / self._scale(), self.least_score)
        return Held(picture.index, person, joint, place) if joint is not None else None

    def _point_at(self, place: QPointF) -> None:
        """Show by the mouse's shape what it would do here."""
        shape = Qt.CursorShape
        if self._measuring or self._joint_under(place) is not None:
            self.setCursor(shape.CrossCursor)
        elif self._person_under(place):
            self.setCursor(shape.PointingHandCursor)
        else:
            self.setCursor(shape.OpenHandCursor if self._zoom > 1 else shape.ArrowCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        self.double_clicked.emit()
