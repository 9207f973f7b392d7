"""RGB pixels → what a network takes: as they are for our deployed graphs, normalised planes for foreign ones."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.backends import Array, TensorSpec
from engine.cards import Colour, ModelCard
from engine.types import U8

MAX_BATCH = 16  # of a crowd, so many people at a time: memory stays bounded, and more makes nothing faster


def filled(pictures: U8, spec: TensorSpec) -> U8:
    """The pictures, and blank ones up to the number that a graph takes which was exported for one batch size."""
    missing = (spec.shape[0] or 0) - len(pictures)
    if missing <= 0:
        return pictures
    return np.concatenate([pictures, np.zeros((missing, *pictures.shape[1:]), np.uint8)])


def parts(pictures: U8, spec: TensorSpec) -> Iterator[tuple[U8, int]]:
    """As many pictures at a time as a graph with the input `spec` takes, and how many of them are not blank."""
    step = spec.shape[0] or MAX_BATCH
    for start in range(0, len(pictures), step):
        part = pictures[start : start + step]
        yield filled(part, spec), len(part)


def to_batch(pictures: U8, card: ModelCard, spec: TensorSpec) -> Array:
    """Pictures uint8 [N, H, W, 3] RGB → the batch that the graph's input `spec` and its card ask for."""
    if spec.dtype == np.uint8:
        return pictures
    ordered = pictures[..., ::-1] if card.colour is Colour.BGR else pictures
    scale = 1 / np.array(card.std, np.float32)
    shift = -np.array(card.mean, np.float32) * scale
    # planes first, then arithmetic: NumPy is several times faster along whole planes than across three channels
    planes = np.ascontiguousarray(ordered.transpose(0, 3, 1, 2)).astype(np.float32)
    planes *= scale[:, None, None]
    planes += shift[:, None, None]
    return planes if spec.dtype == np.float32 else planes.astype(spec.dtype)
