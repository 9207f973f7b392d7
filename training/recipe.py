"""Recipes: one TOML file says everything about a training run. Unknown keys are errors, so a typo cannot pass."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, cast, get_args, get_type_hints

from engine.errors import MissingFileError, UsageError
from training.data.transforms import Augmentation

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of training at one input size.

    size    (width, height) of the input, multiples of 32
    batch   pictures per step, over all processes
    images  pictures seen in this phase
    """

    size: tuple[int, int]
    batch: int
    images: int


@dataclass(frozen=True, slots=True)
class Data:
    """Where the pictures are. Relative folders are relative to the working directory.

    folder, files            annotation files (COCO format) and the folder they and the pictures lie in
    val_folder, val_files    the same for validation; `val_sources` narrows validation to these sources
    split                    of the annotation files' own `split`; empty: everything
    cache                    folder for decoded crops; empty: pictures are decoded at every use
    teacher, teaching        an ONNX heatmap network (TinyPose layout) and the weight of its heatmaps
    """

    folder: str
    files: tuple[str, ...]
    val_folder: str
    val_files: tuple[str, ...]
    val_sources: tuple[str, ...] = ()
    split: str = ""
    cache: str = ""
    teacher: str = ""
    teaching: float = 0.5
    mosaic: float = 0.0
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Optimiser:
    """Adam or AdamW.

    schedule   `cosine` (from `lr` to `lr · final` over the whole run) or `steps` (× `factor` at each share of the run)
    warmup     steps over which the rate rises from 0
    ema        decay of the weights' moving average per step; 0: none
    clip       largest gradient norm; 0: unlimited
    """

    name: str = "adamw"
    lr: float = 1e-3
    weight_decay: float = 0.01
    schedule: str = "cosine"
    final: float = 0.02
    steps: tuple[float, ...] = ()
    factor: float = 0.1
    warmup: int = 100
    ema: float = 0.998
    clip: float = 0.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """One training run.

    task      `pose` or `detection`
    model     keyword arguments of the network's configuration class
    autocast  `bf16`, `fp16` (CUDA only) or empty
    targets   `gaussian` (ours: real-valued, our pixel rule) or `classic` (HRNet's; pose only)
    """

    name: str
    task: str
    model: dict[str, Any]
    data: Data
    phases: tuple[Phase, ...]
    optimiser: Optimiser = field(default_factory=Optimiser)
    augmentation: Augmentation = field(default_factory=Augmentation)
    targets: str = "gaussian"
    autocast: str = "bf16"
    compile: bool = False
    seed: int = 0

    @property
    def images(self) -> int:
        return sum(phase.images for phase in self.phases)


def read_recipe(path: Path) -> Recipe:
    """The recipe in a TOML file; raises MissingFileError or UsageError with the remedy."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MissingFileError(
            f"The recipe {path} is missing: name one of training/recipes/ or your own file."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not valid TOML ({error}): correct that line.") from error
    return recipe_of(content, path)


def recipe_of(content: object, path: Path) -> Recipe:
    """The recipe that `content` (parsed TOML, or what a checkpoint keeps) describes; `path` is named in errors."""
    if not isinstance(content, dict):
        raise UsageError(f"{path} does not say which network it holds: name its recipe with --recipe.")
    recipe = _built(Recipe, content, str(path), "")
    _check(recipe, path)
    return recipe


def _check(recipe: Recipe, path: Path) -> None:
    if recipe.task not in ("pose", "detection"):
        raise UsageError(f"{path}: task must be `pose` or `detection`, not `{recipe.task}`.")
    for phase in recipe.phases:
        if any(side % 32 or side <= 0 for side in phase.size):
            raise UsageError(f"{path}: the sizes of a phase must be multiples of 32, not {phase.size}.")
    if recipe.targets not in ("gaussian", "classic") or recipe.autocast not in ("", "bf16", "fp16"):
        raise UsageError(f"{path}: targets must be `gaussian` or `classic`, autocast `bf16`, `fp16` or empty.")
    if recipe.optimiser.schedule not in ("cosine", "steps"):
        raise UsageError(f"{path}: optimiser.schedule must be `cosine` or `steps`, not `{recipe.optimiser.schedule}`.")


def _built(kind: type[T], content: dict[str, Any], path: str, where: str) -> T:
    hints = get_type_hints(kind)
    known = {item.name for item in fields(cast(Any, kind))}
    unknown = sorted(content.keys() - known)
    if unknown:
        raise UsageError(f"{path}: `{where}{unknown[0]}` is not a setting; known here are {', '.join(sorted(known))}.")
    values = {key: _value(hints[key], value, path, f"{where}{key}.") for key, value in content.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise UsageError(f"{path}: {where or 'the recipe'} is incomplete: {error}.") from error


def _value(hint: Any, value: Any, path: str, where: str) -> Any:
    if is_dataclass(hint) and isinstance(value, dict):
        return _built(cast(type[Any], hint), value, path, where)
    if isinstance(value, list | tuple):
        inner = get_args(hint)[0] if get_args(hint) else None
        return tuple(_value(inner, item, path, where) for item in value)
    return float(value) if hint is float and isinstance(value, int) else value
