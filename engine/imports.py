"""A card for a model without one: task, layout and feeding inferred from the graph's shapes and metadata.

What shapes cannot tell is assumed, and can be changed in the card: a YOLO takes RGB / 255; YOLOX takes BGR 0–255;
RTMDet and pose networks take ImageNet's mean and deviation (RTMDet in BGR); a heatmap network was trained with HRNet's
classic crop and is decoded by DARK; SimCC likewise with the classic crop.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from engine.cards import Colour, ModelCard, PoseLayout, Task, sha256_of
from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.errors import ModelError
from engine.graphs import Graph, read_graph
from engine.heads import DetectorLayout, recognise
from engine.skeletons import SKELETONS

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
_THRESHOLD = {DetectorLayout.RTMDET: 0.35, DetectorLayout.SKELTER: 0.5}


def infer_card(path: Path, task: Task) -> ModelCard:
    """The card of a plain .onnx file. Raises ModelError, naming the shapes found, where it is no `task` network."""
    graph = read_graph(path, any_size_wh=ANY_SIZE)
    layout = recognise(graph.outputs, graph.size_wh, is_uint8=graph.is_uint8)
    pose_layout = recognise_pose(graph)
    common: dict[str, Any] = {
        "name": path.stem, "path": path, "sha256": sha256_of(path), "input_size": graph.size_wh,
        "precision": "f16" if graph.input.dtype == np.float16 else "f32",
        "licence": graph.metadata.get("license", "not stated"),
    }  # fmt: skip
    if task is Task.DETECTOR and layout is not None:
        names = graph.class_names
        return ModelCard(
            task=task, layout=layout, threshold=_THRESHOLD.get(layout, 0.4), person_class=_person_class(names, path),
            class_names=tuple(names[key] for key in sorted(names)), **_FEEDING[layout], **common,
        )  # fmt: skip
    if task is Task.POSE and pose_layout is not None:
        return _pose_card(graph, pose_layout, common)
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
        "{0} is no pose network (heatmaps or SimCC of 16 or 17 keypoints) that Skelter knows ({1}): export the model "
        "in such a form.",
        path.name, graph.shapes,
    )  # fmt: skip


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
    skeleton = next((name for name, skeleton in SKELETONS.items() if len(skeleton) == count), None)
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
    return ModelCard(task=Task.POSE, layout=layout, threshold=0.3, skeleton=skeleton, **feeding, **common)


def _person_class(names: dict[int, str], path: Path) -> int:
    if len(names) <= 1:
        return 0
    for index, name in names.items():
        if name.lower() in _PERSON_NAMES:
            return index
    listed = ", ".join(list(names.values())[:8])
    raise ModelError(
        "{0} finds {1}, but no class called person: set `person_class` in its card.",
        path.name, f"{listed}{' …' if len(names) > 8 else ''}",
    )  # fmt: skip
