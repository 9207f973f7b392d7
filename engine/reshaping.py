"""Our detector's graph at the shape of the picture: as many input pixels as it was exported with, laid out otherwise.

A square input shows a 16:9 picture as a strip with grey below: four tenths of what is computed are of nothing. At
448 × 256 the same network sees everybody 1.4 times as large for an eighth more work.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.backends.compiled import folder_of
from engine.errors import ModelError
from engine.files import WholeFile
from engine.letterbox import STRIDE
from engine.onnx_edit import copied, read_onnx
from engine.types import I64

if TYPE_CHECKING:
    import onnx

Size = tuple[int, int]
"""Width, height; pixels."""

ASPECTS = (16 / 9, 4 / 3, 3 / 4, 9 / 16)
"""Width ÷ height of the pictures that have a shape of their own: each is a network more in memory, so they are few."""
MORE = 1.13
"""How many times as many pixels a shape may have as the input that was exported."""
GAIN = 1.1
"""How much larger than there it must show the picture to be worth it."""
EDIT = 1
"""Which edit a file in the cache is of: counted on with every change of `at_size`."""
STRIDES = (8, 16, 32)
"""Of the levels of the head."""


def shape_for(picture_wh: Size, input_wh: Size) -> Size:
    """The input (width, height) that shows a picture largest: `input_wh` itself, or one of those by `ASPECTS`."""
    shapes = [_shape_of(aspect, round(MORE * input_wh[0] * input_wh[1])) for aspect in ASPECTS]
    best = max(shapes, key=lambda shape: (_scale(picture_wh, shape), -shape[0] * shape[1]))
    return best if _scale(picture_wh, best) >= GAIN * _scale(picture_wh, input_wh) else input_wh


@cache  # asked for with every picture
def _shape_of(aspect: float, most: int) -> Size:
    """Of inputs of at most so many pixels the one that shows pictures of this aspect largest."""
    widths = np.arange(STRIDE, most // STRIDE + 1, STRIDE)
    # no higher than such a picture is, and no higher than there are pixels for
    heights = np.minimum(np.ceil(widths / aspect / STRIDE), most // widths // STRIDE).astype(int) * STRIDE
    best = np.minimum(widths / aspect, heights).argmax()
    return int(widths[best]), int(heights[best])


def _scale(picture_wh: Size, input_wh: Size) -> float:
    return min(input_wh[0] / picture_wh[0], input_wh[1] / picture_wh[1])


def reshaped(model: Path, size_wh: Size) -> Path:
    """A file, in the cache, of the graph in `model` (as `training.export` writes detectors) with that input.

    Raises ModelError where the graph is none of those or the cache takes no file, BackendError without the package
    onnx, SinkError where the disk is full.
    """
    folder = folder_of(model)
    if folder is None:
        raise ModelError("{0} cannot be used at another size: the cache folder takes no file.", model.name)
    path = folder / f"{model.stem}-{size_wh[0]}x{size_wh[1]}-{EDIT}.onnx"
    if not path.exists():
        edited = at_size(read_onnx(model), size_wh, model.name).SerializeToString()
        file = WholeFile(path)
        file.write(edited)
        file.commit()
    return path


def at_size(model: onnx.ModelProto, size_wh: Size, name: str) -> onnx.ModelProto:
    """The same network for pictures of another size. Raises ModelError where it does not look as we export them.

    Weights know no size. What does are the middles of the cells of each level: counted 0, 1, … along either side, and
    spread over both.
    """
    import onnx

    edited = copied(model)
    before = [size.dim_value for size in edited.graph.input[0].type.tensor_type.shape.dim]
    if len(edited.graph.input) != 1 or len(before) != 4 or before[3] != 3:
        raise _other(name)
    grids = [_Grid.of((before[2], before[1]), size_wh, stride) for stride in STRIDES]
    found = []
    for node in edited.graph.node:
        if node.op_type != "Constant" or node.attribute[0].name != "value":
            continue
        for level, grid in enumerate(grids):
            part, values = grid.instead(onnx.numpy_helper.to_array(node.attribute[0].t))
            if values is not None:
                node.attribute[0].t.CopyFrom(onnx.numpy_helper.from_array(values))
                found.append((level, part))
                break
    if sorted(found) != [(level, part) for level in range(len(grids)) for part in range(3)]:
        raise _other(name)
    _set_sizes(edited.graph.input[0], (before[0], size_wh[1], size_wh[0], 3))
    _set_sizes(edited.graph.output[0], (before[0], 5, sum(grid.rows * grid.columns for grid in grids)))
    try:
        onnx.shape_inference.infer_shapes(edited, check_type=True, strict_mode=True, data_prop=True)
    except onnx.shape_inference.InferenceError as error:  # a size that is hidden elsewhere
        raise _other(name) from error
    return edited


class _Grid(NamedTuple):
    """The cells of one level, as they were and as they are to be."""

    rows_before: int
    columns_before: int
    rows: int
    columns: int

    @classmethod
    def of(cls, before_wh: Size, size_wh: Size, stride: int) -> _Grid:
        return cls(before_wh[1] // stride, before_wh[0] // stride, size_wh[1] // stride, size_wh[0] // stride)

    def instead(self, values: I64) -> tuple[int, I64 | None]:
        """Which part of this grid a constant is (0 rows, 1 columns, 2 both sizes), and what is to stand there."""
        parts: list[tuple[I64, I64]] = [
            (np.arange(self.rows_before)[:, None], np.arange(self.rows)[:, None]),
            (np.arange(self.columns_before)[None], np.arange(self.columns)[None]),
            (np.array([self.rows_before, self.columns_before]), np.array([self.rows, self.columns])),
        ]
        for part, (before, after) in enumerate(parts):
            if values.dtype == np.int64 and np.array_equal(values, before):
                return part, after
        return 0, None


def _set_sizes(value: onnx.ValueInfoProto, sizes: tuple[int, ...]) -> None:
    for axis, size in zip(value.type.tensor_type.shape.dim, sizes, strict=True):
        axis.dim_value = size


def _other(name: str) -> ModelError:
    return ModelError("{0} is not laid out as Skelter exports detectors, and is used at its own size.", name)
