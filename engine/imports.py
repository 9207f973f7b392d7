"""A card for a model without one: task, layout and feeding inferred from the graph's shapes and metadata.

What shapes cannot tell is assumed, and can be changed in the card: a YOLO takes RGB / 255; YOLOX takes BGR 0–255;
RTMDet and pose networks take ImageNet's mean and deviation (RTMDet in BGR); a heatmap network was trained with HRNet's
classic crop and is decoded by DARK; SimCC likewise with the classic crop.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import Any

import numpy as np

from engine.cards import Colour, ModelCard, PoseLayout, Task, unreadable, weights_elsewhere
from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.errors import MissingFileError, ModelError, UsageError
from engine.files import sha256_of
from engine.graphs import Graph, check_file, read_graph
from engine.heads import DetectorLayout, most_classes, recognise
from engine.skeletons import SKELETONS, skeleton_of

ANY_SIZE = (320, 320)
_PERSON_NAMES = ("person", "people", "pedestrian", "human")
_IMAGENET_RGB: dict[str, Any] = {"mean": (123.675, 116.28, 103.53), "std": (58.395, 57.12, 57.375)}
_IMAGENET_BGR: dict[str, Any] = {"mean": (103.53, 116.28, 123.675), "std": (57.375, 57.12, 58.395)}
_FEEDING: dict[DetectorLayout, dict[str, Any]] = {
    DetectorLayout.SKELTER: {},
    DetectorLayout.YOLOV8: {"std": (255.0, 255.0, 255.0)},
    DetectorLayout.END2END: {"std": (255.0, 255.0, 255.0)},
    DetectorLayout.YOLOV5: {"std": (255.0, 255.0, 255.0)},
    DetectorLayout.YOLOX: {"colour": Colour.BGR},
    DetectorLayout.YOLOX_RAW: {"colour": Colour.BGR},
    DetectorLayout.RTMDET: {"colour": Colour.BGR, **_IMAGENET_BGR},
}
_MOST_BYTES = 2**31 - 1  # of a protobuf
_THRESHOLD = {DetectorLayout.RTMDET: 0.35, DetectorLayout.SKELTER: 0.5}


def infer_card(
    path: Path, task: Task | None = None, *, person_class: int | None = None, any_size_wh: tuple[int, int] = ANY_SIZE
) -> ModelCard:
    """The card of a plain .onnx file, as a network for `task`, or for what it is.

    person_class  of a detector: which class is a person, where none is called so
    any_size_wh   what a graph that takes any size is used at, pixels

    Raises MissingFileError where weights of it are missing, ModelError, naming the shapes found, where it is no `task`
    network, UsageError where it has no such class.
    """
    check_file(path)
    sha256 = model_sha256(path)
    graph = read_graph(path, any_size_wh=any_size_wh)
    layout = recognise(graph.outputs, graph.size_wh, is_uint8=graph.is_uint8, batch=graph.input.shape[0] or 1)
    pose_layout = recognise_pose(graph)
    common: dict[str, Any] = {
        "name": path.stem, "path": path, "sha256": sha256, "input_size": graph.size_wh,
        "precision": "f16" if graph.input.dtype == np.float16 else "f32",
        "licence": graph.metadata.get("license", "not stated"),
    }  # fmt: skip
    if task is not Task.DETECTOR and pose_layout is not None:
        return _pose_card(graph, pose_layout, common)
    if task is not Task.POSE and layout is not None:
        return _detector_card(graph, layout, common, person_class)
    if task is None:
        raise ModelError(
            "{0} is neither a detector nor a pose network that Skelter knows ({1}): export the model as YOLOv5, v8, "
            "11, 26, YOLOX, RTMDet with NMS, or with heatmaps or SimCC of {2} or {3} keypoints.",
            path.name, graph.shapes, *_keypoint_counts(),
        )  # fmt: skip
    if task is Task.DETECTOR:
        if pose_layout is not None:
            raise ModelError("{0} is a pose network, not a detector ({1}): give it with --pose.", path, graph.shapes)
        raise ModelError(
            "{0} is no detector (YOLOv5, v8, 11, 26, YOLOX, or RTMDet with NMS) that Skelter knows ({1}): export the "
            "model in such a form.",
            path.name, graph.shapes,
        )  # fmt: skip
    if layout is not None:
        raise ModelError("{0} is a detector, not a pose network ({1}): give it with --detector.", path, graph.shapes)
    raise ModelError(
        "{0} is no pose network (heatmaps or SimCC of {2} or {3} keypoints) that Skelter knows ({1}): export the model "
        "in such a form.",
        path.name, graph.shapes, *_keypoint_counts(),
    )  # fmt: skip


def whole(path: Path) -> bytes:
    """An ONNX file, with the weights inside that it keeps in other files.

    Raises MissingFileError where such a file is missing, ModelError where they cannot become one.
    """
    others = _weight_files(path)
    if not others:
        return path.read_bytes()
    try:
        import onnx
        from google.protobuf.message import DecodeError  # type: ignore[import-untyped, unused-ignore]
    except ImportError as error:
        raise ModelError(
            "{0} keeps its weights in {1}: run `pip install onnx` first, which can join them, or export one file.",
            path.name, others[0].name,
        ) from error  # fmt: skip
    if sum(file.stat().st_size for file in (path, *others)) > _MOST_BYTES:
        raise ModelError("{0} and its weights are too large for one file (2 GB): use it by its path.", path)
    try:
        joined: bytes = onnx.load(str(path)).SerializeToString()
    except (DecodeError, onnx.checker.ValidationError, OSError, ValueError) as error:
        raise ModelError("{0} and its weights do not fit together: export the model again.", path) from error
    return joined


def model_sha256(path: Path) -> str:
    """SHA-256 of an ONNX file; where it keeps weights in others, of all their hashes: they are the network too.

    Raises MissingFileError where such a file is missing, ModelError where one cannot be read.
    """
    others = _weight_files(path)
    try:
        hashes = [sha256_of(file) for file in (path, *others)]
    except OSError as error:
        raise unreadable(path, error) from error
    return hashes[0] if not others else hashlib.sha256("".join(hashes).encode()).hexdigest()


def _weight_files(path: Path) -> list[Path]:
    files = []
    for name in weights_elsewhere(path):
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise ModelError("{0} keeps weights outside its folder ({1}): export it as one file.", path, name)
        if not (path.parent / name).is_file():
            raise MissingFileError("{0} keeps its weights in {1}, which is not beside it: copy it there.", path, name)
        files.append(path.parent / name)
    return files


def recognise_pose(graph: Graph) -> PoseLayout | None:
    """The layout of a pose network; None for anything else."""
    width, height = graph.size_wh
    shapes = [array.shape for array in graph.outputs]
    match shapes:
        case [(_, _, 3)] if graph.is_uint8:
            return PoseLayout.KEYPOINTS
        case [(_, _, h, w)] if 1 < w <= width and w * height == h * width:
            return PoseLayout.HEATMAPS
        case [(_, k, x), (_, also_k, y)] if k == also_k and x % width == 0 and y % height == 0:
            return PoseLayout.SIMCC
    return None


def _pose_card(graph: Graph, layout: PoseLayout, common: dict[str, Any]) -> ModelCard:
    count = graph.outputs[0].shape[1]
    skeleton = skeleton_of(count)
    if skeleton is None:
        sizes = ", ".join(f"{len(known)} ({name})" for name, known in SKELETONS.items())
        raise ModelError(
            "{0} places {1} keypoints, but Skelter knows skeletons of {2}.", common["path"].name, count, sizes
        )
    if layout is PoseLayout.KEYPOINTS:
        feeding: dict[str, Any] = {}
    else:
        decoding = Decoding.SIMCC if layout is PoseLayout.SIMCC else Decoding.DARK
        feeding = {"pixel_rule": PixelRule.CLASSIC, "decoding": decoding, **_IMAGENET_RGB}
    return ModelCard(task=Task.POSE, layout=layout, threshold=0.3, skeleton=skeleton.name, **feeding, **common)


def _keypoint_counts() -> tuple[str, str]:
    """How many keypoints a pose network may have: all but the largest number, and that."""
    *less, most = sorted({len(skeleton) for skeleton in SKELETONS.values()})
    return ", ".join(map(str, less)), str(most)


def _detector_card(graph: Graph, layout: DetectorLayout, common: dict[str, Any], asked: int | None) -> ModelCard:
    person_class = _person_class(graph, layout, common["path"], asked)
    names = graph.class_names or {}
    are_counted = sorted(names) == list(range(len(names)))
    return ModelCard(
        task=Task.DETECTOR, layout=layout, threshold=_THRESHOLD.get(layout, 0.4), person_class=person_class,
        class_names=tuple(names[key] for key in sorted(names)) if are_counted else (),
        **_FEEDING[layout], **common,
    )  # fmt: skip


def _person_class(graph: Graph, layout: DetectorLayout, path: Path, asked: int | None) -> int:
    names = graph.class_names
    most = most_classes(graph.outputs[0].shape, layout)
    count = min(max(names, default=-1) + 1 if names else math.inf, math.inf if most is None else most)
    if asked is not None:
        if asked >= count:
            raise UsageError("{0} knows {1} classes, counted from 0: none is {2}.", path.name, count, asked)
        return asked
    called_so = [index for index, name in (names or {}).items() if name.lower() in _PERSON_NAMES]
    found = called_so[0] if called_so else 0
    if names is None or found >= count:
        raise ModelError(
            "{0} does not tell which of its classes is a person: say it, counted from 0, by `skelter models import {0} "
            "--person-class N`.",
            path.name,
        )
    if len(names) > 1 and not called_so:
        listed = ", ".join(list(names.values())[:8])
        raise ModelError(
            "{0} finds {1}, but no class called person: say which one is, counted from 0, by `skelter models import "
            "{0} --person-class N`.",
            path.name, f"{listed}{' …' if len(names) > 8 else ''}",
        )  # fmt: skip
    return found
