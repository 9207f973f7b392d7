"""Keypoints of people: `engine.loading.load_pose` once, then `estimate` for each frame, all in one batch."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import numpy as np

from engine import crops, decoding
from engine.backends import Array, CroppingSession, MovingSession, Session, TensorSpec
from engine.cards import ModelCard, PoseLayout
from engine.errors import ModelError
from engine.pixels import parts, to_batch
from engine.skeletons import SKELETONS, Skeleton
from engine.turning import quarter_turns, turned
from engine.types import F32, F64, I64, U8, Boxes, Poses

_AGREE = 0.09
"""Of the crop's height: joints found nearer to each other, straight and in the mirror, are the same."""


class PoseEstimator:
    """A pose network, loaded and warm, on a session that it closes. Used by one thread.

    skeleton       the keypoints it places
    input_size_wh  the crops' size in pixels
    threshold      the score from which a keypoint should count as seen, by its card; who shows or measures decides
    flip           whether everyone is looked at in the mirror too
    turn           whether who is not upright is looked at once more, turned upright
    description    which model runs on what, for people
    device, precision  with which it runs now, as `engine.loading` takes them
    """

    def __init__(
        self,
        card: ModelCard,
        session: Session,
        *,
        why: str,
        device: str = "auto",
        flip: bool = False,
        turn: bool = False,
    ) -> None:
        """Raises ModelError or BackendError, with `session` closed, where it does not do what the card says."""
        if not isinstance(card.layout, PoseLayout):
            raise ModelError("{0} is no pose network: its card says {1}.", card.path, card.layout)
        self.card = card
        self.skeleton: Skeleton = SKELETONS[card.skeleton]
        self.input_size_wh = card.input_size
        self.threshold = card.threshold
        self.why = why
        self.flip = flip
        self.turn = turn
        self._device = device
        self._layout = card.layout
        self._session = session
        self._cuts_itself = isinstance(session, CroppingSession) and session.input.dtype == np.uint8
        try:
            self._warm_up()
        except BaseException:  # it may be building an engine in a thread, which must not outlive the program
            session.close()
            raise

    @property
    def description(self) -> str:
        return f"{self.card.name}, {self._session.description}{', mirrored too' if self.flip else ''}"

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

    def estimate(self, image: U8, boxes: Boxes) -> Poses:
        """The poses in `boxes` of `image` (uint8 [H, W, 3], RGB), in the boxes' order; none for no boxes.

        Raises BackendError where the network fails.
        """
        if len(boxes) == 0:
            return Poses.empty(len(self.skeleton))
        points, scores = self._look(image, boxes.xyxy)
        if self.turn:
            turns = quarter_turns(points, scores, self.skeleton)
            lying = np.flatnonzero(turns)
            if len(lying):
                again, sure = self._look(image, turned(boxes.xyxy[lying], turns[lying]), turns[lying])
                better = sure.mean(axis=1) > scores[lying].mean(axis=1)
                points[lying[better]], scores[lying[better]] = again[better], sure[better]
        return Poses(points, scores, boxes)

    def close(self) -> None:
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _look(self, image: U8, xyxy: F32 | F64, turns: I64 | None = None) -> tuple[F32, F32]:
        """Keypoints [N, K, 2] in `image` and scores [N, K] of those in the boxes [N, 4], seen in crops turned by
        `turns` quarter turns clockwise (None: upright), the boxes with them."""
        centres, sizes = crops.centres_and_sizes(xyxy, self.input_size_wh)
        angles = 0.0 if turns is None else 90.0 * turns
        matrices = crops.affines(centres, sizes, self.input_size_wh, rotation_deg=angles, rule=self.card.pixel_rule)
        if self.flip:
            matrices = np.concatenate([matrices, crops.mirrored(matrices, self.input_size_wh[0])])
        if self._cuts_itself and isinstance(self._session, CroppingSession):
            points, scores = self._decode(self._session.run_crops(image, matrices))
        else:
            points, scores = self._run(crops.cut(image, matrices, self.input_size_wh))
        points, scores = crops.transform(points, crops.invert(matrices)), scores.clip(0, 1)
        return self._agreed(points, scores, sizes[:, 1]) if self.flip else (points, scores)

    def _agreed(self, points: F32, scores: F32, heights: F64) -> tuple[F32, F32]:
        """What N people's joints are, who were looked at straight and in the mirror: [2 N, K, 2] and [2 N, K].

        Where both looks agree it is the mean, weighted by the scores, else what the surer one saw. Of heatmaps the
        papers average the maps; this is as good (docs/benchmarks.md), and can be done with every kind of network.
        """
        count, order = len(heights), self.skeleton.mirrored
        straight, turned = points[:count], points[count:, order]
        sure, sure_turned = scores[:count], scores[count:, order]
        together = np.linalg.norm(straight - turned, axis=2) < _AGREE * heights[:, None]
        share = np.where(together, sure / np.maximum(sure + sure_turned, 1e-9), sure >= sure_turned)[:, :, None]
        agreed = share * straight + (1 - share) * turned
        score = np.where(together, (sure + sure_turned) / 2, np.maximum(sure, sure_turned))
        return agreed.astype(np.float32), score.astype(np.float32)

    def _run(self, pictures: U8) -> tuple[F32, F32]:
        """Crops uint8 [N, H, W, 3] → keypoints [N, K, 2] in crop pixels and scores [N, K]."""
        spec = self._session.input
        found = []
        for part, count in parts(pictures, spec):
            points, scores = self._decode(self._session.run(to_batch(part, self.card, spec)))
            found.append((points[:count], scores[:count]))
        return np.concatenate([each[0] for each in found]), np.concatenate([each[1] for each in found])

    def _decode(self, outputs: tuple[Array, ...]) -> tuple[F32, F32]:
        arrays = [np.asarray(output, np.float32) for output in outputs]
        match self._layout:
            case PoseLayout.KEYPOINTS:
                return arrays[0][:, :, :2], arrays[0][:, :, 2]
            case PoseLayout.HEATMAPS:
                points, scores = decoding.decode(arrays[0], self.card.decoding)
                heatmap_wh = (arrays[0].shape[3], arrays[0].shape[2])
                return decoding.to_crop(points, heatmap_wh, self.input_size_wh, self.card.pixel_rule), scores
            case PoseLayout.SIMCC:
                return decoding.decode_simcc(arrays[0], arrays[1], self.input_size_wh)

    def _warm_up(self) -> None:
        """Run once on a black crop: the first run is slow, and what comes out must be what the card says."""
        width, height = self.input_size_wh
        shape = self._session.input.shape
        if shape[1:3] != (height, width) and shape[2:4] != (height, width):
            raise ModelError(
                "{0} takes {1}, its card says {2} × {3}: import it again.", self.card.path, list(shape), width, height
            )
        black = np.zeros((shape[0] or 1, height, width, 3), np.uint8)
        outputs = self._session.run(to_batch(black, self.card, self._session.input))
        ranks = {PoseLayout.KEYPOINTS: [3], PoseLayout.HEATMAPS: [4], PoseLayout.SIMCC: [3, 3]}[self._layout]
        if [output.ndim for output in outputs] != ranks or outputs[0].shape[1] != len(self.skeleton):
            shapes = ", ".join(str(list(output.shape)) for output in outputs)
            raise ModelError(
                "{0} gives {1}, not {2} of {3} keypoints: mend or remove its card.",
                self.card.path,
                shapes,
                self._layout,
                len(self.skeleton),
            )
