"""Weights to deployed ONNX: written, checked against PyTorch on random and real crops, and described by a card.

Matrices and kernels are stored as float16 with a Cast behind each; names are those of the state dict under `network.`,
and normalisation is not folded into the convolutions (every runtime does that on loading), so that training can go on
from the embedded file: `training.checkpoints.weights` reads it back.
"""

from __future__ import annotations

import tempfile
import tomllib
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from engine.backends.onnxruntime import open_session
from engine.cards import ModelCard, PoseLayout, Task, write_card
from engine.crops import PixelRule, affines, centres_and_sizes, cut
from engine.errors import ModelError, UsageError
from engine.files import WholeFile, check_writable, sha256_of
from engine.heads import DetectorLayout
from engine.letterbox import Placement, letterbox
from engine.types import F32, U8, Bools
from training import checkpoints
from training.data.cache import picture_or_none
from training.data.coco import load_scenes
from training.data.people import DatasetError, Person, Scene, Skips
from training.data.sets import load_training
from training.models.deployed import DeployedDetector, DeployedPose, Form
from training.models.detection import Detector

Item = TypeVar("Item", Person, Scene)

OPSET = 17
NETWORK = checkpoints.ONNX_PREFIX
TOLERANCE_PX = 0.05
TOLERANCE_SCORE = 0.005
SHAKE = 1e-5  # of the highest cell: float32 leaves heatmaps uncertain by less than that
SHAKES = 8  # how often: of two cells alike one lets the same be higher every second time


@dataclass(frozen=True, slots=True)
class Difference:
    """How far the ONNX file and PyTorch lie apart: places in input pixels, scores 0–1.

    compared  how many joints or boxes were; a joint whose place hangs on rounding (two cells equally high) is not
    """

    pixels: float
    score: float
    compared: int


def rounded(network: nn.Module) -> nn.Module:
    """The network with its matrices and kernels rounded to float16, as the file stores them."""
    for parameter in network.parameters():
        if parameter.ndim > 1:
            parameter.data = parameter.data.half().float()
    return network


def export_pose(
    network: nn.Module,
    size_wh: tuple[int, int],
    path: Path,
    crops: U8,
    *,
    form: Form | None = None,
    flip: bool = False,
    half: bool = True,
    scored: Path | None = None,
) -> Difference:
    """Writes `crops` uint8 [N, H, W, 3] → `keypoints` [N, K, 3]; raises ModelError where the file computes otherwise.

    crops  uint8 [M, H, W, 3], real ones to check on, beside random ones
    form   what the network was trained for; None: our own rules
    half   whether weights are rounded to float16, in the network too
    scored the checkpoint that the file only serves to score: named in errors, and its heatmaps may be flat
    """
    deployed = DeployedPose(rounded(network) if half else network, form, flip=flip).eval()
    noise = np.random.default_rng(0).integers(0, 256, (4, size_wh[1], size_wh[0], 3), np.uint8)
    pictures = np.concatenate([noise, crops])
    return _export(deployed, pictures, path, "crops", "keypoints", {0: "N"}, half=half, scored=scored)


def export_detector(
    network: Detector, size_wh: tuple[int, int], path: Path, images: U8, *, scored: Path | None = None
) -> Difference:
    """Writes `image` uint8 [1, H, W, 3] → `boxes` [1, 5, A]; raises ModelError where the file computes otherwise."""
    deployed = DeployedDetector(rounded(network)).eval()  # type: ignore[arg-type]
    noise = np.random.default_rng(0).integers(0, 256, (1, size_wh[1], size_wh[0], 3), np.uint8)
    return _export(deployed, np.concatenate([noise, images]), path, "image", "boxes", {}, half=True, scored=scored)


def _export(
    deployed: nn.Module,
    pictures: U8,
    path: Path,
    source: str,
    target: str,
    dynamic: dict[int, str],
    *,
    half: bool,
    scored: Path | None,
) -> Difference:
    with tempfile.TemporaryDirectory() as folder:
        traced = Path(folder) / "traced.onnx"
        with warnings.catch_warnings():
            # the tracing exporter keeps the state dict's names and is steady over PyTorch's versions; it is deprecated
            warnings.simplefilter("ignore")
            torch.onnx.export(
                deployed,
                (torch.from_numpy(pictures[:1]),),
                str(traced),
                input_names=[source],
                output_names=[target],
                dynamic_axes={source: dynamic, target: dynamic} if dynamic else None,
                opset_version=OPSET,
                training=torch.onnx.TrainingMode.PRESERVE,  # keeps normalisation apart from the convolutions
                # it would turn matrices around and spread bias tables out, under no name and as float32
                do_constant_folding=not any(isinstance(module, nn.Linear) for module in deployed.modules()),
                dynamo=False,
            )
        model = onnx.load(str(traced))
        if half:
            _store_half(model)
        onnx.checker.check_model(model)
        made = model.SerializeToString()
        traced.write_bytes(made)
        difference = compare(deployed, traced, pictures)
    # what `path` was before stays until the new file has proved itself; `not <=`, for nothing is near NaN
    if not (difference.pixels <= TOLERANCE_PX and difference.score <= TOLERANCE_SCORE):
        refused = f"{scored} is not scored" if scored else f"{path} was not written"
        raise ModelError(
            f"{refused}: as an ONNX file it would place joints or boxes {difference.pixels:.3f} pixels from where "
            f"PyTorch does (allowed: {TOLERANCE_PX}) and score them {difference.score:.4f} apart (allowed: "
            f"{TOLERANCE_SCORE}); report the network and the versions of torch and onnx."
        )
    if not difference.compared and scored is None:
        raise ModelError(
            f"{path} was not written: no joint of this network has a place, its heatmaps are flat; train it."
        )
    file = WholeFile(path)
    file.write(made)
    file.commit()
    return difference


def _store_half(model: Any) -> None:
    """Float32 matrices and kernels become float16 initialisers behind a Cast."""
    casts = []
    for initialiser in model.graph.initializer:
        if initialiser.data_type != TensorProto.FLOAT or len(initialiser.dims) < 2 or _is_constant(initialiser):
            continue
        name = initialiser.name
        half = numpy_helper.from_array(numpy_helper.to_array(initialiser).astype(np.float16), name)
        initialiser.CopyFrom(half)
        casts.append(helper.make_node("Cast", [name], [f"{name}.f32"], to=TensorProto.FLOAT))
    renamed = {cast.input[0]: cast.output[0] for cast in casts}
    for node in model.graph.node:
        for index, name in enumerate(node.input):
            node.input[index] = renamed.get(name, name)
    for position, cast in enumerate(casts):
        model.graph.node.insert(position, cast)


def _is_constant(initialiser: Any) -> bool:
    """Of the graph around the network (mean, deviation, smoothing kernel): stays exact."""
    return not initialiser.name.startswith(NETWORK)


def compare(deployed: nn.Module, path: Path, pictures: U8) -> Difference:
    """The file against PyTorch, on every picture."""
    session = open_session(path)
    name = session.get_inputs()[0].name
    pixels = score = 0.0
    compared = 0
    for picture in pictures:
        crop = torch.from_numpy(picture[None])
        found = session.run(None, {name: picture[None]})[0]
        with torch.no_grad():
            if isinstance(deployed, DeployedPose):  # keypoints [1, K, 3]
                expected, counted = _steady(deployed, crop)
                apart = np.abs(found - expected)
                places, scores = apart[counted][:, :2], apart[..., 2]
            else:  # boxes [1, 5, A]
                apart = np.abs(found - deployed(crop).numpy())
                places, scores = apart[:, :4].swapaxes(1, 2)[0], apart[:, 4]
        compared += len(places)
        # not Python's max, which passes over NaN
        pixels, score = float(np.max(places, initial=pixels)), float(np.max(scores, initial=score))
    return Difference(pixels, score, compared)


def _steady(deployed: DeployedPose, crop: torch.Tensor) -> tuple[F32, Bools]:
    """PyTorch's keypoints [1, K, 3], and which of them [1, K] stay in place when the heatmaps are shaken a little."""
    maps = deployed.heatmaps(crop)
    noise = torch.randn((SHAKES, *maps.shape), generator=torch.Generator().manual_seed(0))
    expected = deployed.decoder(maps).numpy()
    moved = np.stack([deployed.decoder(maps + SHAKE * maps.abs().amax() * each).numpy() for each in noise])
    steady: Bools = np.abs(moved - expected)[..., :2].max((0, 3)) < TOLERANCE_PX / 2
    return expected, steady


def describe(
    path: Path,
    *,
    task: Task,
    size_wh: tuple[int, int],
    threshold: float,
    form: Form | None = None,
    precision: str = "f16",
    data: str = "not stated",
    licence: str = "not stated",
    accuracy: str = "not measured",
    accuracy_command: str = "",
) -> Path:
    """Writes the card beside an exported file and returns its path; `form` is that of a pose network."""
    form = form or Form()
    card = ModelCard(
        name=path.stem,
        task=task,
        path=path,
        sha256=sha256_of(path),
        input_size=size_wh,
        layout=PoseLayout.KEYPOINTS if task is Task.POSE else DetectorLayout.SKELTER,
        threshold=threshold,
        skeleton=form.skeleton.name,
        pixel_rule=form.pixels,
        precision=precision,
        data=data,
        licence=licence,
        accuracy=accuracy,
        accuracy_command=accuracy_command,
    )
    return write_card(card)


def check_output(path: Path) -> None:
    """Raises UsageError or SinkError where an exported file or the card beside it would take the place of another."""
    if path.suffix != ".onnx":
        raise UsageError(f"{path}: an exported network is an ONNX file; give a name that ends in .onnx.")
    card = path.with_suffix(".toml")
    try:
        content = tomllib.loads(card.read_text(encoding="utf-8"))
    except FileNotFoundError:
        content = None
    except (OSError, ValueError):
        content = {}
    if content is not None and not content.keys() >= {"task", "file", "sha256"}:
        raise UsageError(f"The card would take the place of {card}, which is none: give another name than {path.name}.")
    check_writable(path)


def real_pictures(
    folder: Path,
    files: Sequence[str],
    size_wh: tuple[int, int],
    task: Task,
    pixels: PixelRule,
    kind: str = "coco",
    count: int = 16,
) -> U8:
    """Crops of people, or letterboxed pictures, as the program would give them to the network; `kind` as a recipe's
    `data.format`.

    Raises MissingFileError or DatasetError.
    """
    shown: list[U8] = []
    if task is Task.DETECTOR:
        scenes, skips = load_scenes(folder, files)
        for _, image in _readable(scenes, skips, count):
            shown.append(letterbox(image, size_wh, Placement.CORNER)[0])
    else:
        people, skips = load_training(folder, files, kind, "")
        for person, image in _readable(people, skips, count):
            matrix = affines(*centres_and_sizes(person.xyxy, size_wh), size_wh, rule=pixels)
            shown.append(cut(image, matrix, size_wh)[0])
    if not shown:
        raise DatasetError(f"{folder} has no picture to compare on ({skips}): check --data and --annotations.")
    return np.stack(shown)


def _readable(items: Sequence[Item], skips: Skips, count: int) -> Iterator[tuple[Item, U8]]:
    """The first of them whose pictures are not broken."""
    pictures = ((item, picture_or_none(item.picture, skips)) for item in items)
    return islice(((item, image) for item, image in pictures if image is not None), count)
