"""People in a picture: `engine.loading.load_detector` once, then `detect` for each frame."""

from __future__ import annotations

import logging
from collections.abc import Callable
from types import TracebackType
from typing import Self

import numpy as np

from engine import heads
from engine.backends import Array, MovingSession, Session, TensorSpec
from engine.cards import ModelCard
from engine.errors import BackendError, ModelError
from engine.heads import DetectorLayout
from engine.letterbox import Placement, fit, letterbox
from engine.parts import Part, cut_out, joined, parts_of, whole_in
from engine.pixels import filled, to_batch
from engine.reshaping import Size, shape_for
from engine.types import F32, U8, Boxes

_CENTRED = (DetectorLayout.YOLOV8, DetectorLayout.END2END, DetectorLayout.YOLOV5)
_YOLOX = (DetectorLayout.YOLOX, DetectorLayout.YOLOX_RAW)
_LEAST_SIDE = 4.0  # pixels of the source: nothing smaller has joints
_MOST_SLENDER = 8.0  # longer side : shorter side; a person lying with arms stretched stays below 6

_log = logging.getLogger(__name__)


class Detector:
    """A person detector, loaded and warm, on a session that it closes. Used by one thread.

    threshold    the score from which a box is taken for a person
    far          large pictures are looked at in parts as well (`engine.parts`): finds small people, in several looks
    at_size      gives a session of the same network for an input of another (width, height), which it closes too, or
                 raises SkelterError: with it pictures that are not square are seen larger (`engine.reshaping`)
    description  which model runs on what, and why there, for people
    device, precision  with which it runs now, as `engine.loading` takes them
    """

    def __init__(
        self,
        card: ModelCard,
        session: Session,
        *,
        why: str,
        device: str = "auto",
        threshold: float | None = None,
        far: bool = False,
        at_size: Callable[[Size], Session] | None = None,
    ) -> None:
        """Raises ModelError or BackendError, with `session` closed, where it does not do what the card says."""
        if not isinstance(card.layout, DetectorLayout):
            raise ModelError("{0} is no detector: its card says {1}.", card.path, card.layout)
        self.card = card
        self.threshold = card.threshold if threshold is None else threshold
        self.why = why
        self._device = device
        self._far = far
        self._at_size = at_size
        self._shapes: dict[Size, Session | None] = {}
        """Those that were asked for; None: there is none, or it failed."""
        self._layout = card.layout
        self._session = session
        self._placement = placement_of(card.layout)
        self._is_any_size = None in session.input.shape[1:]
        try:
            self._warm_up()
        except BaseException:  # it may be building an engine in a thread, which must not outlive the program
            session.close()
            raise

    @property
    def description(self) -> str:
        return f"{self.card.name}, {self._session.description}{', far away too' if self._far else ''}"

    @property
    def device(self) -> str:
        return self._session.device if isinstance(self._session, MovingSession) else self._device

    @property
    def precision(self) -> str:
        return self._session.precision

    @property
    def input(self) -> TensorSpec:
        """What its graph takes."""
        return self._session.input

    def detect(self, image: U8, *, floor: float | None = None, whole: bool = True) -> Boxes:
        """The people in `image` (uint8 [H, W, 3], RGB), the surest first, clipped to the picture.

        Boxes score at least `threshold`, or at least `floor` where that is given: a tracker's second pass wants weak
        ones too. `whole` False is for what was cut out of a picture: it is looked at once, even by one that was loaded
        to look at parts as well, and in the card's own input. Raises BackendError where the network fails.
        """
        least = self.threshold if floor is None else floor
        found = self._found(image, least, self._session_for(image) if whole else None)
        picture_wh = (image.shape[1], image.shape[0])
        parts = self.parts_of(picture_wh) if self._far and whole else []
        if not parts:
            return found
        return joined(found, [whole_in(part, self._found(cut_out(image, part), least), picture_wh) for part in parts])

    def parts_of(self, size_wh: Size) -> list[Part]:
        """The parts of a picture (width, height) at which it looks as well if it was loaded to; none of a small one."""
        # a part is square: in another input it is as large as the shorter side
        look = max(self.card.input_size) if self._is_any_size else min(self.card.input_size)
        return parts_of(size_wh, look)

    def _found(self, image: U8, least: float, shaped: tuple[Size, Session] | None = None) -> Boxes:
        """What one look at a picture finds, in a `shaped` input or the card's own."""
        size_wh = self.card.input_size
        if self._is_any_size:
            size_wh = fit((image.shape[1], image.shape[0]), max(size_wh))
        elif shaped is not None:
            size_wh = shaped[0]
        laid, box = letterbox(image, size_wh, self._placement)
        try:
            outputs = self._run(laid, shaped[1] if shaped else self._session)
        except BackendError as error:
            if shaped is None:
                raise
            self._give_up(size_wh, error)  # its own input has other backends behind it
            return self._found(image, least)
        xyxy, scores = self._read(outputs, size_wh, least)
        return sifted(box.to_source(xyxy), scores, 1.0 if self._layout.is_final else self.card.nms_iou)

    def _session_for(self, image: U8) -> tuple[Size, Session] | None:
        """The input in which a picture is seen largest; None: the card's own, or it moved on to another device."""
        if self._at_size is None:
            return None
        if self.device != self._device:  # an engine is ready, or what ran failed
            self._at_size = None
            self._close_shapes()
            return None
        size_wh = shape_for((image.shape[1], image.shape[0]), self.card.input_size)
        if size_wh == self.card.input_size:
            return None
        if size_wh not in self._shapes:
            try:
                self._shapes[size_wh] = self._at_size(size_wh)
            except Exception as error:  # noqa: BLE001 - whatever it is, there is the card's own input
                self._give_up(size_wh, error)
        session = self._shapes[size_wh]
        return None if session is None else (size_wh, session)

    def _give_up(self, size_wh: Size, error: Exception) -> None:
        _log.warning("%s stays at its own size instead of %d × %d: %s", self.card.name, *size_wh, error)
        if (session := self._shapes.get(size_wh)) is not None:
            session.close()
        self._shapes[size_wh] = None

    def _close_shapes(self) -> None:
        for session in self._shapes.values():
            if session is not None:
                session.close()
        self._shapes.clear()

    def close(self) -> None:
        self._close_shapes()
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _warm_up(self) -> None:
        """Run once on a grey picture: the first run is slow, and what comes out must be what the card says."""
        size_wh = self.card.input_size
        if not self._is_any_size and size_wh != _input_size(self._session):
            found_wh = _input_size(self._session)
            raise ModelError(
                "{0} takes {1}, its card says {2}: import the model again.", self.card.path, found_wh, size_wh
            )
        spec = self._session.input
        outputs = self._run(np.full((size_wh[1], size_wh[0], 3), 114, np.uint8), self._session)
        found = heads.recognise(outputs, size_wh, is_uint8=spec.dtype == np.uint8, batch=spec.shape[0] or 1)
        # the two forms of YOLOX differ by their values only: there the card has the last word
        family = {found} | ({DetectorLayout.YOLOX, DetectorLayout.YOLOX_RAW} if found in _YOLOX else set())
        if self.card.layout not in family:
            shapes = ", ".join(str(list(output.shape)) for output in outputs)
            raise ModelError(
                "{0} gives {1}, which is not {2}: correct or remove its card.", self.card.path, shapes, self.card.layout
            )
        count = heads.most_classes(outputs[0].shape, self._layout)
        if count is not None and self.card.person_class >= count:
            raise ModelError(
                "{0} knows {1} classes, its card's person_class is {2}: correct it (counted from 0), or import "
                "the model again.",
                self.card.path,
                count,
                self.card.person_class,
            )

    def _run(self, laid: U8, session: Session) -> tuple[Array, ...]:
        """What the network gives for a letterboxed picture, first in its batch."""
        spec = session.input
        return session.run(to_batch(filled(laid[None], spec), self.card, spec))

    def _read(self, outputs: tuple[Array, ...], size_wh: tuple[int, int], floor: float) -> tuple[F32, F32]:
        card = self.card
        return heads.read(
            outputs, self._layout, size_wh,
            person_class=card.person_class, class_count=len(card.class_names) or None, floor=floor,
        )  # fmt: skip


def sifted(xyxy: F32, scores: F32, iou: float) -> Boxes:
    """Of boxes [N, 4] in pixels of the picture those that can show people, the surest first.

    What is tiny or too slender goes, then what overlaps a surer one by more than `iou`.
    """
    sides = xyxy[:, 2:] - xyxy[:, :2]
    is_sane = (sides.min(axis=1) >= _LEAST_SIDE) & (sides.max(axis=1) <= _MOST_SLENDER * sides.min(axis=1))
    xyxy, scores = xyxy[is_sane], scores[is_sane]
    keep = heads.suppress(xyxy, scores, iou)
    return Boxes(xyxy[keep], scores[keep].clip(0, 1))


def placement_of(layout: DetectorLayout) -> Placement:
    """Where networks of this family expect the picture in the letterbox."""
    return Placement.CENTRED if layout in _CENTRED else Placement.CORNER


def _input_size(session: Session) -> tuple[int | None, int | None]:
    """Width and height of a graph's input."""
    shape = session.input.shape
    height, width = shape[1:3] if session.input.dtype == np.uint8 else shape[2:4]
    return width, height
