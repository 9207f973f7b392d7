"""What detectors give out: the layouts of the YOLO family and of RTMDet, told apart by shape, read into person boxes.

Rows are in pixels of the letterbox. `A` is the number of cells of all the feature maps: the sum of (H / s)(W / s) over
the strides s = 8, 16, 32 (and 64 where there is a fourth map), one row of output per cell.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from engine.backends import Array
from engine.boxes import box_iou
from engine.types import F32

_MOST_KEYPOINTS = 133  # of a person: COCO-WholeBody's
_NEARLY = 1e-3  # half precision rounds
_STRIDES = ((8, 16, 32), (8, 16, 32, 64))


class DetectorLayout(StrEnum):
    """What the rows of a detector's output mean."""

    SKELTER = "skelter"  # [1, 5, A]: cx, cy, w, h, score; uint8 picture in; ours
    YOLOV8 = "yolov8"  # [1, 4 + classes (+ keypoints or masks), A]: cx, cy, w, h, a score a class; YOLOv8, YOLO11
    END2END = "end2end"  # [1, M, 6 (+ keypoints or masks)]: x1, y1, x2, y2, score, class; YOLOv10, YOLO26, NMS inside
    YOLOX = "yolox"  # [1, A, 5 + classes]: cx, cy, w, h, objectness, a score a class
    YOLOX_RAW = "yolox-raw"  # the same before decoding: offsets in cells, logarithms of sizes
    YOLOV5 = "yolov5"  # [1, 3A, 5 + classes]: as YOLOX, three anchors a cell
    RTMDET = "rtmdet"  # [1, M, 5] and labels [1, M]: x1, y1, x2, y2, score; MMDetection with NMS inside

    @property
    def is_final(self) -> bool:
        """Whether the graph suppresses double boxes itself."""
        return self in (DetectorLayout.END2END, DetectorLayout.RTMDET)


def cell_counts(size_wh: tuple[int, int]) -> tuple[int, ...]:
    """`A` for an input of this size, with three and with four feature maps."""
    return tuple(sum((size_wh[0] // s) * (size_wh[1] // s) for s in strides) for strides in _STRIDES)


def recognise(
    outputs: tuple[Array, ...], size_wh: tuple[int, int], *, is_uint8: bool, batch: int = 1
) -> DetectorLayout | None:
    """The layout of a detector that gave `outputs` for `batch` letterboxes of `size_wh`; None for anything unknown.

    Shapes decide, except that YOLOX's two forms differ by value only (decoded centres lie near their own cells), and
    that what describes a picture in vectors has the shape of boxes with keypoints.
    """
    if len(outputs) == 2 and outputs[0].ndim == 3 and outputs[0].shape[2] == 5 and outputs[1].ndim == 2:
        is_same = outputs[0].shape[1] == outputs[1].shape[1]
        return DetectorLayout.RTMDET if is_same and np.issubdtype(outputs[1].dtype, np.integer) else None
    if not outputs or outputs[0].ndim != 3 or outputs[0].shape[0] != batch:
        return None
    _, rows, columns = outputs[0].shape
    for cells in cell_counts(size_wh):
        if columns == cells and rows >= 5:
            return DetectorLayout.SKELTER if is_uint8 and rows == 5 else DetectorLayout.YOLOV8
        if rows == cells and columns >= 6:
            return DetectorLayout.YOLOX if _is_decoded(outputs[0][0], size_wh) else DetectorLayout.YOLOX_RAW
        if rows == 3 * cells and columns >= 6:
            return DetectorLayout.YOLOV5
    is_alone = all(output.ndim != 3 for output in outputs[1:])  # two tables are SimCC's, of a pose network
    keypoints, rest = divmod(columns - 6 - _coefficients(outputs, size_wh), 3)
    if is_alone and rest == 0 and 0 <= keypoints <= _MOST_KEYPOINTS and _are_found(outputs[0][0]):
        return DetectorLayout.END2END
    return None


def most_classes(shape: tuple[int, ...], layout: DetectorLayout) -> int | None:
    """How many classes a first output of this shape tells apart (fewer where it gives keypoints too); None: any."""
    _, rows, columns = shape
    match layout:
        case DetectorLayout.SKELTER | DetectorLayout.YOLOV8:
            return rows - 4
        case DetectorLayout.YOLOX | DetectorLayout.YOLOX_RAW | DetectorLayout.YOLOV5:
            return columns - 5
    return None


def read(
    outputs: tuple[Array, ...],
    layout: DetectorLayout,
    size_wh: tuple[int, int],
    *,
    person_class: int,
    class_count: int | None,
    floor: float,
) -> tuple[F32, F32]:
    """Of the first picture: person boxes float32 [N, 4] (x1, y1, x2, y2 in letterbox pixels) and scores [N] of at least
    `floor`, unsorted.
    """
    table = np.asarray(outputs[0][0], np.float32)
    masks = _coefficients(outputs, size_wh)
    match layout:
        case DetectorLayout.SKELTER | DetectorLayout.YOLOV8:
            centres, scores = table[:4].T, table[4 + person_class]
            if layout is DetectorLayout.YOLOV8:
                scores = _where_best(scores, table[4 : 4 + _class_count(len(table) - 4 - masks, class_count)])
        case DetectorLayout.YOLOX | DetectorLayout.YOLOX_RAW | DetectorLayout.YOLOV5:
            table = table[:, : table.shape[1] - masks]
            # objectness × class can exceed the floor only where objectness does
            table, grid = _above(table, 4, floor, layout, size_wh)
            centres = _decode_yolox(table, grid) if layout is DetectorLayout.YOLOX_RAW else table[:, :4]
            scores = table[:, 4] * _where_best(table[:, 5 + person_class], table[:, 5:].T)
        case DetectorLayout.END2END:
            chosen = table[table[:, 5].round() == person_class]
            return _at_least(chosen[:, :4], chosen[:, 4], floor)
        case DetectorLayout.RTMDET:
            chosen = table[np.asarray(outputs[1][0]) == person_class]
            return _at_least(chosen[:, :4], chosen[:, 4], floor)
    rows = np.flatnonzero(scores >= floor)
    return to_corners(centres[rows]), scores[rows]


def to_corners(centres: F32) -> F32:
    """cx, cy, w, h [N, 4] → x1, y1, x2, y2."""
    half = centres[:, 2:] / 2
    return np.concatenate([centres[:, :2] - half, centres[:, :2] + half], axis=1)


def suppress(
    xyxy: F32, scores: F32, iou: float, *, most: int = 300, looks: npt.NDArray[np.int64] | None = None
) -> npt.NDArray[np.int64]:
    """Rows to keep, best first: of the `most` best boxes those that overlap no better one by more than `iou`.

    looks  [N], in which look at the picture each was found: then only boxes of different ones are rivals
    """
    order = np.argsort(-scores, kind="stable")[:most]
    overlaps = box_iou(xyxy[order], xyxy[order]) > iou
    if looks is not None:
        overlaps &= looks[order][:, None] != looks[order]
    alive = np.ones(len(order), np.bool_)
    for rank in range(len(order)):
        if alive[rank]:
            alive[rank + 1 :] &= ~overlaps[rank, rank + 1 :]
    return order[alive]


def _coefficients(outputs: tuple[Array, ...], size_wh: tuple[int, int]) -> int:
    """How many numbers a box has at its end for its mask: as many as there are prototypes [1, C, H / 4, W / 4]."""
    if len(outputs) < 2 or outputs[1].ndim != 4 or outputs[1].shape[2:] != (size_wh[1] // 4, size_wh[0] // 4):
        return 0
    return int(outputs[1].shape[1])


def _class_count(rows: int, told: int | None) -> int:
    """How many of the rows after the box are class scores: a pose model has 51 of keypoints after its one class."""
    if told is not None:
        return min(told, rows)
    return 1 if rows == 1 + 51 else rows


def _where_best(scores: F32, classes: F32) -> F32:
    """The person's scores [N], 0 where another of the classes [C, N] scores higher: that cell is of something else."""
    if len(classes) == 1:
        return scores
    best: F32 = np.where(scores >= classes.max(axis=0), scores, np.float32(0))
    return best


def _at_least(xyxy: F32, scores: F32, floor: float) -> tuple[F32, F32]:
    rows = np.flatnonzero(scores >= floor)
    return xyxy[rows], scores[rows]


def _above(table: F32, column: int, floor: float, layout: DetectorLayout, size_wh: tuple[int, int]) -> tuple[F32, F32]:
    """The rows whose `column` reaches the floor, with their cells of the grid (x, y, stride)."""
    rows = np.flatnonzero(table[:, column] >= floor)
    if layout is not DetectorLayout.YOLOX_RAW:
        return table[rows], np.zeros((len(rows), 3), np.float32)
    return table[rows], _grid(len(table), size_wh)[rows]


def _grid(count: int, size_wh: tuple[int, int]) -> F32:
    """Column, row and stride [A, 3] of each cell, in the order of YOLOX's rows."""
    strides = _STRIDES[cell_counts(size_wh).index(count)]
    parts = []
    for stride in strides:
        rows, columns = np.mgrid[: size_wh[1] // stride, : size_wh[0] // stride]
        parts.append(np.stack([columns.ravel(), rows.ravel(), np.full(columns.size, stride)], axis=1))
    return np.concatenate(parts).astype(np.float32)


def _decode_yolox(table: F32, grid: F32) -> F32:
    """YOLOX (Ge et al. 2021): centre = (offset + cell) stride, size = exp(raw) stride."""
    stride = grid[:, 2:]
    return np.concatenate([(table[:, :2] + grid[:, :2]) * stride, np.exp(table[:, 2:4]) * stride], axis=1)


def _are_found(table: Array) -> bool:
    """Whether rows can be of boxes: a score from 0 to 1, then a class (-1 where there is no box)."""
    scores, classes = np.asarray(table[:, 4], np.float32), np.asarray(table[:, 5], np.float32)
    are_scores = (scores >= -_NEARLY) & (scores <= 1 + _NEARLY)
    are_classes = (np.abs(classes - classes.round()) <= _NEARLY) & (classes >= -1 - _NEARLY)
    return bool(are_scores.all() and are_classes.all())


def _is_decoded(table: F32, size_wh: tuple[int, int]) -> bool:
    grid = _grid(len(table), size_wh)
    cell_centres = (grid[:, :2] + 0.5) * grid[:, 2:]
    far_from_cell = np.abs(table[:, :2] - cell_centres) / grid[:, 2:]
    return bool(np.median(far_from_cell) < np.median(np.abs(table[:, :2])))
