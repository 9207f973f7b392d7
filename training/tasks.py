"""What differs between the things that are trained (poses, boxes, masks): network, samples, loss, score."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import default_collate

from engine.crops import affines, centres_and_sizes, cut, invert, transform
from engine.decoding import Decoding, decode, to_crop
from engine.detector import sifted
from engine.errors import MissingFileError, UsageError
from engine.letterbox import Letterbox, Placement, letterbox
from engine.types import F32, F64, U8
from training.data.assignment import detection_loss
from training.data.cache import CROP_WH, CropCache, cached_crops, picture_or_none
from training.data.coco import load_scenes
from training.data.masks import MaskDataset, MaskScene, fitted, load_masks
from training.data.people import DatasetError, Person, Scene, Skips
from training.data.poses import PoseDataset
from training.data.rendering import Renderer, ViewDataset, Views
from training.data.scenes import SceneDataset, collate
from training.data.sets import SCORE_OF, SKELETON_OF, PoseSet, load_training, load_validation
from training.data.targets import STRIDE, TARGET_RULES, sigma_at
from training.data.teachers import SecondTeacher, onnx_teacher
from training.evaluate import DETECTION_FLOOR
from training.metrics import box_results, box_stats
from training.models.deployed import SMOOTH, Normalise
from training.models.detection import all_anchor_points
from training.networks import make_network
from training.recipe import Recipe

BATCH = 32  # people scored at once
NMS_IOU = 0.6  # as the card of an exported detector says
EMPTY_SCENE_SAMPLING = 0.4  # a picture without people teaches less than one with some

Item = TypeVar("Item", Person, Scene, MaskScene)

Batch = list[Tensor]
Collate = Callable[[Sequence[Any]], Batch]


def heatmap_loss(maps: Tensor | list[Tensor], target: Tensor, weight: Tensor, sigma: float = 2.0) -> Tensor:
    """Σ w (maps − target)² over all cells, ÷ (joints · energy of one Gaussian): 1 = every joint missed, nothing else.

    Linear in the weight (MMPose; HRNet's own enters squared), so that a confidence counts as what it is. Of several
    supervised outputs the sum. `sigma` is the recipe's: it sets the scale only.
    """
    if isinstance(maps, list):
        return torch.stack([heatmap_loss(each, target, weight, sigma) for each in maps]).sum()
    energy = math.pi * sigma_at(sigma, maps.shape[2] * STRIDE) ** 2
    per_joint = (maps.float() - target.float()).square().sum((2, 3))
    return (per_joint * weight).mean() / energy


class PoseTask:
    """Top-down pose: crops → heatmaps."""

    def __init__(self, recipe: Recipe) -> None:
        data = recipe.data
        self._recipe = recipe
        self._rule = TARGET_RULES[recipe.targets]
        self._skeleton = SKELETON_OF[data.format]
        self.score_name = SCORE_OF[data.format]
        self._check()
        people, self.skips = load_training(Path(data.folder), data.files, data.format, data.split)
        poses = PoseDataset(
            people,
            recipe.augmentation,
            cache=self._cache(people),
            teaching=data.teaching if data.teacher else 0.0,
            retaught=data.second_sources if data.second_teacher else (),
            targets=self._rule,
            sigma=recipe.sigma,
            skeleton=self._skeleton,
        )
        self.dataset: PoseDataset | ViewDataset = ViewDataset(poses) if data.on_device else poses
        self.sampling = self._chances(people)
        if poses.cache is not None:  # the others' pictures are broken
            self.sampling[np.setdiff1d(np.arange(len(people)), poses.cache.rows)] = 0
        if not self.sampling.any():
            raise DatasetError(
                f"{recipe.name}: nobody is left to learn from ({self.skips}): check the pictures and `data.sampling`."
            )
        self.collate = cast(Collate, default_collate)
        self._poses = poses
        self._renderer: Renderer | None = None
        self._normalise = Normalise()
        self._val: tuple[PoseSet, list[Person], list[U8], F64] | None = None

    def _chances(self, people: Sequence[Person]) -> F32:
        """How often each is drawn, relative to others."""
        factors = self._recipe.data.sampling
        self._check_sources("sampling", factors, people, "{}")
        return np.array([person.sampling * factors.get(person.source, 1.0) for person in people], np.float32)

    def _check_sources(self, setting: str, named: Iterable[str], people: Sequence[Person], none: str) -> None:
        sources = {person.source for person in people}
        for source in named:
            if source not in sources:
                known = ", ".join(sorted(filter(None, sources))) or "none is named"
                raise UsageError(
                    f"{self._recipe.name}: `data.{setting}` names {source}; it wants sources of these people ({known}) "
                    f"or, for none, `{setting} = {none}`."
                )

    def _check(self) -> None:
        recipe = self._recipe
        if recipe.data.second_teacher and not (recipe.data.teacher and recipe.data.second_sources):
            raise UsageError(
                f"{recipe.name}: a second teacher stands beside a first, for some sources: name `data.teacher` and "
                "`data.second_sources`."
            )
        if recipe.data.cache and any(width * CROP_WH[1] > height * CROP_WH[0] for width, height in self._sizes):
            raise UsageError(f"{recipe.name}: cached crops are 3 wide and 4 high, too narrow: leave out `data.cache`.")
        if recipe.data.on_device and not recipe.data.cache:
            raise UsageError(f"{recipe.name}: `data.on_device` needs crops to keep there: name a `data.cache`.")
        if recipe.data.on_device and self._rule.rounded:
            raise UsageError(f"{recipe.name}: `classic` targets are made by the processor: leave out `data.on_device`.")
        if recipe.data.on_device and any(w * CROP_WH[1] != h * CROP_WH[0] for w, h in self._sizes):
            raise UsageError(
                f"{recipe.name}: the device draws crops that are 3 wide and 4 high: leave out `data.on_device`."
            )
        if recipe.data.teacher and recipe.targets != "gaussian":
            raise UsageError(f"{recipe.name}: a teacher knows `gaussian` targets only: leave out `data.teacher`.")
        if recipe.data.teacher and not recipe.data.cache:
            raise UsageError(f"{recipe.name}: what a teacher sees is kept with the crops: name a `data.cache`.")

    @property
    def _sizes(self) -> list[tuple[int, int]]:
        return [phase.size for phase in self._recipe.phases]

    def _cache(self, people: list[Person]) -> CropCache | None:
        data, height = self._recipe.data, max(height for _, height in self._sizes)
        if not data.cache:
            return None
        if not data.teacher:
            return cached_crops(people, Path(data.cache), None, self.skips, input_height=height)
        first, taught_by, second = Path(data.teacher), _digest(data.teacher, "data.teacher"), None
        if data.second_teacher:
            self._check_sources("second_sources", data.second_sources, people, "[]")
            second = SecondTeacher(Path(data.second_teacher), frozenset(data.second_sources))
            taught_by += f" {_digest(data.second_teacher, 'data.second_teacher')} {sorted(second.sources)}"
        folder, teacher = Path(data.cache), partial(onnx_teacher, first)
        return cached_crops(
            people, folder, teacher, self.skips, input_height=height, taught_by=taught_by, second=second
        )

    def network(self) -> nn.Module:
        network = make_network(self._recipe)
        joints = cast(Any, network.config).joints
        if joints != len(self._skeleton):
            raise UsageError(
                f"{self._recipe.name}: {self._skeleton.name} has {len(self._skeleton)} joints, the network {joints}: "
                f"set `joints = {len(self._skeleton)}` in [model]."
            )
        return network

    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        crops, target, weight = self._rendered(Views(*batch)) if self._recipe.data.on_device else batch
        maps = network(self._normalise.to(crops.device)(crops))
        return heatmap_loss(maps, target, weight, self._recipe.sigma)

    def _rendered(self, views: Views) -> tuple[Tensor, Tensor, Tensor]:
        if self._renderer is None:
            self._renderer = Renderer(self._poses, views.rows.device)
        return self._renderer(views)

    @torch.no_grad()
    def evaluate(self, network: nn.Module) -> dict[str, float]:
        """The data set's own figures on the validation people, in their annotated boxes."""
        chosen, people, crops, back = self._validation()
        device = next(network.parameters()).device
        normalise = self._normalise.to(device)
        places, heights = [], []
        for start in range(0, len(crops), BATCH):
            batch = normalise(torch.from_numpy(np.stack(crops[start : start + BATCH])).to(device))
            # at once: everybody's heatmaps together would fill the memory
            points, scores = self._read(network(batch).float().cpu().numpy(), self._sizes[-1])
            places.append(transform(points, back[start : start + BATCH]))
            heights.append(scores)
        return chosen.figures(people, np.concatenate(places), np.concatenate(heights))

    def _read(self, heatmaps: F32, size_wh: tuple[int, int]) -> tuple[F32, F32]:
        """Heatmaps [N, K, h, w] → points [N, K, 2] in crop pixels and scores [N, K], as the deployed graph does."""
        smooth = SMOOTH if self._rule.decoding is Decoding.PARABOLA else 0.0
        points, scores = decode(heatmaps, self._rule.decoding, smooth=smooth)
        return to_crop(points, (heatmaps.shape[3], heatmaps.shape[2]), size_wh, self._rule.pixels), scores

    def validation_people(self) -> list[Person]:
        """Those that `evaluate` scores on, in its order."""
        return self._validation()[1]

    def open_validation(self) -> None:
        """Reads what `evaluate` scores on, once; raises MissingFileError or DatasetError."""
        self._validation()

    def _validation(self) -> tuple[PoseSet, list[Person], list[U8], F64]:
        if self._val is None:
            data, size_wh = self._recipe.data, self._sizes[-1]
            split = "val" if data.split else ""
            chosen = load_validation(Path(data.val_folder), data.val_files, data.format, split, data.heads)
            people: list[Person] = []
            crops: list[U8] = []
            matrices: list[F64] = []
            for person in _of_sources(chosen.people, self._recipe):
                matrix = affines(*centres_and_sizes(person.xyxy, size_wh), size_wh, rule=self._rule.pixels)
                if (image := picture_or_none(person.picture, chosen.skips)) is not None:
                    people.append(person)
                    crops.append(cut(image, matrix, size_wh)[0])
                    matrices.append(matrix[0])
            _count_validation(chosen.skips, self.skips)
            _check_validation(people, self._recipe, chosen.skips)
            self._val = chosen, people, crops, invert(np.stack(matrices))
        return self._val


class DetectionTask:
    """People in whole pictures."""

    score_name = "AP50"

    def __init__(self, recipe: Recipe) -> None:
        data = recipe.data
        self._recipe = recipe
        scenes, self.skips = load_scenes(Path(data.folder), data.files, split=data.split or None)
        side = max(max(phase.size) for phase in recipe.phases)
        self.dataset = SceneDataset(
            scenes, recipe.augmentation, mosaic=data.mosaic, skips=self.skips, cache=data.cache, input_side=side
        )
        self.sampling: F32 = np.array(
            [1.0 if len(scene.people) else EMPTY_SCENE_SAMPLING for scene in self.dataset.scenes], np.float32
        )
        if not len(self.sampling):
            raise DatasetError(
                f"{data.folder} has no pictures in {', '.join(data.files)} ({self.skips}): check folder and split."
            )
        self.collate: Collate = collate
        self._val: tuple[list[Scene], list[tuple[U8, Letterbox]]] | None = None

    def network(self) -> nn.Module:
        return make_network(self._recipe)

    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        images, people, ignored = batch
        logits, boxes = network(images.permute(0, 3, 1, 2).float() / 255)
        points, _ = all_anchor_points(images.shape[1], images.shape[2])
        return detection_loss(logits, boxes, points.to(images.device), people, ignored)

    @torch.no_grad()
    def evaluate(self, network: nn.Module) -> dict[str, float]:
        """COCO's box figures on the validation pictures, looked at as `skelter eval` does, which runs the program."""
        scenes, laid = self._validation()
        device = next(network.parameters()).device
        results = []
        for start in range(0, len(scenes), 16):
            images = torch.from_numpy(np.stack([image for image, _ in laid[start : start + 16]])).to(device)
            logits, boxes = network(images.permute(0, 3, 1, 2).float() / 255)
            scores = logits.sigmoid().cpu().numpy()
            for row, xyxy in enumerate(boxes.float().cpu().numpy()):
                likely = np.flatnonzero(scores[row] >= DETECTION_FLOOR)
                found = sifted(laid[start + row][1].to_source(xyxy[likely]), scores[row][likely], NMS_IOU)
                # the program's boxes count from pixel centres, COCO's from edges
                results += box_results(scenes[start + row].image_id, found.xyxy + np.float32(0.5), found.scores)
        return box_stats(scenes, results)

    def _validation(self) -> tuple[list[Scene], list[tuple[U8, Letterbox]]]:
        if self._val is None:
            data, size_wh = self._recipe.data, self._recipe.phases[-1].size
            scenes, skips = load_scenes(Path(data.val_folder), data.val_files, split="val" if data.split else None)
            shown: list[Scene] = []
            laid: list[tuple[U8, Letterbox]] = []
            for scene in _of_sources(scenes, self._recipe):
                if (image := picture_or_none(scene.picture, skips)) is not None:
                    shown.append(scene)
                    laid.append(letterbox(image, size_wh, Placement.CORNER))
            _count_validation(skips, self.skips)
            _check_validation(shown, self._recipe, skips)
            self._val = shown, laid
        return self._val

    def open_validation(self) -> None:
        """Reads what `evaluate` scores on, once; raises MissingFileError or DatasetError."""
        self._validation()


class SegmentationTask:
    """Where people are in whole pictures."""

    score_name = "IoU"

    def __init__(self, recipe: Recipe) -> None:
        data = recipe.data
        self._recipe = recipe
        scenes, self.skips = load_masks(Path(data.folder), data.files, data.split)
        self.dataset = MaskDataset(scenes, recipe.augmentation)
        self.sampling: F32 = np.ones(len(scenes), np.float32)
        self.collate = cast(Collate, default_collate)
        self._normalise = Normalise()
        self._val: list[MaskScene] | None = None

    def network(self) -> nn.Module:
        return make_network(self._recipe)

    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        """Cross-entropy of every cell that is no crowd's."""
        images, mask, weight = batch
        logits = network(self._normalise.to(images.device)(images))[:, 0].float()
        return functional.binary_cross_entropy_with_logits(logits, mask, weight)

    @torch.no_grad()
    def evaluate(self, network: nn.Module) -> dict[str, float]:
        """Intersection over union of people, and its mean with the background's, over the cells of all pictures."""
        device = next(network.parameters()).device
        normalise = self._normalise.to(device)
        hits, unions = np.zeros(2), np.zeros(2)
        for scene in self._validation():
            image, mask, weight = fitted(scene, self._recipe.phases[-1].size)
            found = network(normalise(torch.from_numpy(image[None]).to(device)))[0, 0].cpu().numpy() > 0
            for n, (ours, theirs) in enumerate(((found, mask > 0), (~found, mask == 0))):
                hits[n] += (ours & theirs & (weight > 0)).sum()
                unions[n] += ((ours | theirs) & (weight > 0)).sum()
        shares = hits / np.maximum(unions, 1)
        return {"IoU": float(shares[0]), "mIoU": float(shares.mean())}

    def open_validation(self) -> None:
        """Finds what `evaluate` scores on, once; raises MissingFileError or DatasetError."""
        self._validation()

    def _validation(self) -> list[MaskScene]:
        if self._val is None:
            data = self._recipe.data
            scenes, skips = load_masks(Path(data.val_folder), data.val_files, "val" if data.split else "")
            chosen = _of_sources(scenes, self._recipe)
            # read now, so that a broken one shows, and again at every evaluation: whole pictures would fill the memory
            self._val = [scene for scene in chosen if picture_or_none(scene.picture, skips) is not None]
            _count_validation(skips, self.skips)
            _check_validation(self._val, self._recipe, skips)
        return self._val


def _digest(path: str, setting: str) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError as error:
        raise MissingFileError(f"The teacher {path} cannot be read ({error}): correct `{setting}`.") from error


def _of_sources(items: Sequence[Item], recipe: Recipe) -> list[Item]:
    """The people or pictures that the recipe validates on."""
    wanted = recipe.data.val_sources
    return [item for item in items if not wanted or item.source in wanted]


def _count_validation(skips: Skips, total: Skips) -> None:
    total.counts.update({f"validation: {reason}": n for reason, n in skips.counts.items()})


def _check_validation(items: Sequence[object], recipe: Recipe, skips: Skips) -> None:
    if not items:
        sources = f" of {', '.join(recipe.data.val_sources)}" if recipe.data.val_sources else ""
        raise DatasetError(
            f"{recipe.name}: nothing{sources} is left to validate on ({skips}): check `data.val_folder`, "
            "`data.val_files` and `data.val_sources`."
        )


Task: TypeAlias = PoseTask | DetectionTask | SegmentationTask
_TASKS: dict[str, Callable[[Recipe], Task]] = {
    "pose": PoseTask, "detection": DetectionTask, "segmentation": SegmentationTask,
}  # fmt: skip


def make_task(recipe: Recipe) -> Task:
    return _TASKS[recipe.task](recipe)
