"""Recipes: one TOML file says everything about a training run. Unknown keys are errors, so a typo cannot pass.

A recipe may name another one as its `base` and say only what is different: tables of settings are merged, everything
else replaces; with another `network` the base's [model] is left behind, with another `schedule` its steps.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, field, fields, is_dataclass, replace
from math import inf, isfinite
from pathlib import Path
from typing import Any, Self, TypeVar, cast, get_args, get_origin, get_type_hints

from engine.errors import MissingFileError, UsageError
from training.data.transforms import Augmentation

T = TypeVar("T")

SHIPPED = Path(__file__).parent / "recipes"
DEFAULT_NETWORKS = {"pose": "hrnet", "detection": "detector", "segmentation": "hrnet-segmentation"}  # by task
TARGETS = ("gaussian", "classic", "dark", "udp")
FORMATS = ("coco", "mpii", "posetrack18")
OPTIMISERS = ("adamw", "adam", "rmsprop", "muon")
VALUES = ("sampling",)  # tables that are one value: a base's sources would mean nothing to other pictures


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of training at one input size.

    size    (width, height) of the input, multiples of 32
    batch   pictures per step, over all processes
    images  pictures seen in this phase; or `epochs`, how often the whole data set is
    """

    size: tuple[int, int]
    batch: int
    images: int = 0
    epochs: float = 0


@dataclass(frozen=True, slots=True)
class Data:
    """Where the pictures are. Relative folders are relative to the working directory.

    folder, files            annotation files and the folder they and the pictures lie in
    val_folder, val_files    the same for validation; `val_sources` narrows validation to these sources
    format                   `coco`, `mpii` or `posetrack18` (whose `files` are folders of sequences)
    heads                    of MPII: gt_valid.mat with the sizes of heads, in val_folder
    split                    of the annotation files' own `split`; empty: everything
    cache                    folder for crops, larger for larger inputs; empty: pictures are decoded at every use
    on_device                whether crops lie, and views are made, where the network is trained: for fast cards
    sampling                 of poses: by which factor people of a source are drawn more often; replaces a base's
    teacher, teaching        an ONNX heatmap network (TinyPose layout) and the weight of its heatmaps
    second_teacher           MoveNet as ONNX, asked too about the people of `second_sources`
    """

    folder: str
    files: tuple[str, ...]
    val_folder: str
    val_files: tuple[str, ...]
    val_sources: tuple[str, ...] = ()
    format: str = "coco"
    heads: str = ""
    split: str = ""
    cache: str = ""
    on_device: bool = False
    teacher: str = ""
    teaching: float = 0.5
    second_teacher: str = ""
    second_sources: tuple[str, ...] = ()
    sampling: dict[str, float] = field(default_factory=dict)
    mosaic: float = 0.0
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Optimiser:
    """AdamW, Adam, RMSprop (α 0.99, ε 1e-8: Newell's) or Muon, by its `name` in small letters.

    With Muon AdamW takes, at the same rate and decay, what Muon is not for: narrow layers, normalisation, biases.

    schedule   `cosine` (from `lr` to `lr · final` over the whole run) or `steps` (× `factor` at each share of the run)
    steps      these shares, 0 to 1
    warmup     steps over which the rate rises from 0; fewer than the run has
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

    task       `pose`, `detection` or `segmentation`
    network    a name of `training.networks.NETWORKS`; empty: the task's own (HRNet, our detector)
    model      the network's settings, fields of its configuration class
    targets    of a pose network, each with its pixel rule and decoding: `gaussian` (ours: real-valued), `classic`
               (HRNet's: rounded to a whole cell, quarter offset), `dark` (classic pixels, real-valued, DARK) or `udp`
    sigma      of the targets, in heatmap cells at an input height of 256; it grows with the input
    autocast   `bf16`, `fp16` (CUDA only) or empty
    compile    by torch.compile
    graphs     the network's passes as CUDA graphs, on one card: for small networks, in one phase, with autocast
    published  what others report for this configuration, and where
    """

    name: str
    task: str
    data: Data
    phases: tuple[Phase, ...]
    network: str = ""
    model: dict[str, Any] = field(default_factory=dict)
    optimiser: Optimiser = field(default_factory=Optimiser)
    augmentation: Augmentation = field(default_factory=Augmentation)
    targets: str = "gaussian"
    sigma: float = 2.0
    autocast: str = "bf16"
    compile: bool = False
    graphs: bool = False
    seed: int = 0
    published: str = ""

    @property
    def images(self) -> int:
        return sum(phase.images for phase in self.phases)

    def sized(self, items: int) -> Self:
        """The recipe with every phase's epochs turned into pictures, for a data set of so many."""
        phases = (replace(p, images=max(1, round(p.epochs * items)), epochs=0) if p.epochs else p for p in self.phases)
        return replace(self, phases=tuple(phases))


def shipped_recipes() -> list[Path]:
    """The recipes that come with Skelter, by name (without `bases`, which are none by themselves)."""
    return sorted(SHIPPED.glob("*.toml"))


def find_recipe(name_or_path: str) -> Path:
    """A recipe's file, from its path or from the name of a shipped one; raises MissingFileError naming the nearest."""
    path = Path(name_or_path)
    if path.suffix or path.name != name_or_path or path.exists():
        return path
    names = [shipped.stem for shipped in shipped_recipes()]
    if name_or_path not in names:
        near = difflib.get_close_matches(name_or_path, names, n=1)
        hint = f"did you mean {near[0]}?" if near else "`skelter train --list` shows all, or name a file."
        raise MissingFileError(f"There is no recipe called {name_or_path}: {hint}")
    return SHIPPED / f"{name_or_path}.toml"


def read_recipe(path: Path) -> Recipe:
    """The recipe in a TOML file; raises MissingFileError or UsageError with the remedy."""
    recipe = recipe_of(_with_base(path, ()), path)
    # not asked of what a checkpoint keeps: who trained by it may still run its network
    _check_numbers(recipe, path)
    _check_schedule(recipe.optimiser, path)
    _check_task(recipe, path)
    return recipe


def _with_base(path: Path, above: tuple[Path, ...]) -> dict[str, Any]:
    """A file's content over that of its base, which lies beside it or is a shipped one."""
    if path.resolve() in above:
        raise UsageError(f"{path} is its own base: name another one.")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, IsADirectoryError):
        raise MissingFileError(
            f"The recipe {path} is missing: name one of `skelter train --list` or your own file."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not valid TOML ({error}): correct that line.") from error
    if "base" not in content:
        return content
    base = content.pop("base")
    if not isinstance(base, str):
        raise UsageError(f"{path}: `base` must be the name of a recipe, not {base!r}.")
    beside = path.parent / f"{base}.toml"
    below = _with_base(beside if beside.exists() else SHIPPED / f"{base}.toml", (*above, path.resolve()))
    below.pop("published", None)  # what was published of the base is not of this one
    if content.get("network", below.get("network")) != below.get("network"):
        below.pop("model", None)  # settings of another network
    own, theirs = content.get("optimiser"), below.get("optimiser")
    if isinstance(own, dict) and isinstance(theirs, dict) and own.get("schedule", "steps") != "steps":
        theirs.pop("steps", None)  # milestones of another schedule
    return _merged(below, content)


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    both = {
        key: _merged(base[key], value) for key, value in over.items()
        if isinstance(value, dict) and isinstance(base.get(key), dict) and key not in VALUES
    }  # fmt: skip
    return {**base, **over, **both}


def recipe_of(content: object, path: Path) -> Recipe:
    """The recipe that `content` (parsed TOML, or what a checkpoint keeps) describes; `path` is named in errors."""
    if not isinstance(content, dict):
        raise UsageError(f"{path} does not say which network it holds: name its recipe with --recipe.")
    recipe = settings(Recipe, content, str(path), "")
    _check(recipe, path)
    return recipe


def _check(recipe: Recipe, path: Path) -> None:
    for name, value, known in (
        ("task", recipe.task, tuple(DEFAULT_NETWORKS)),
        ("targets", recipe.targets, TARGETS),
        ("autocast", recipe.autocast, ("", "bf16", "fp16")),
        ("data.format", recipe.data.format, FORMATS),
        ("optimiser.name", recipe.optimiser.name, OPTIMISERS),
        ("optimiser.schedule", recipe.optimiser.schedule, ("cosine", "steps")),
    ):
        if value not in known:
            choices = ", ".join(f"`{choice}`" if choice else "empty" for choice in known)
            raise UsageError(f"{path}: {name} must be one of {choices}, not `{value}`.")
    if recipe.optimiser.name == "muon" and recipe.autocast == "fp16":
        # its scaler lets each optimiser step or not by its own gradients: one half of a network would go on alone
        raise UsageError(f'{path}: muon goes with autocast = "bf16" or none, not with fp16.')
    if recipe.data.on_device and recipe.task != "pose":
        raise UsageError(f"{path}: `data.on_device` is for poses; leave it out.")
    if recipe.augmentation.turn and recipe.task != "detection":
        raise UsageError(f"{path}: `augmentation.turn` is for detectors; of poses give `augmentation.rotation`.")
    if recipe.graphs and (recipe.compile or not recipe.autocast or len(recipe.phases) > 1):
        raise UsageError(f"{path}: `graphs` goes with autocast, without `compile`, and with a single phase.")
    if not recipe.phases:
        raise UsageError(f"{path}: there is nothing to do; add a [[phases]] table with size, batch and epochs.")
    for phase in recipe.phases:
        if any(side % 32 or side <= 0 for side in phase.size):
            raise UsageError(f"{path}: the sizes of a phase must be multiples of 32, not {phase.size}.")
        if (phase.images > 0) == (phase.epochs > 0):
            raise UsageError(f"{path}: a phase needs either `images` or `epochs`.")


def _check_numbers(recipe: Recipe, path: Path) -> None:
    """Raises UsageError for what is no number, or out of range."""
    optimiser, data, views = recipe.optimiser, recipe.data, recipe.augmentation
    # a person's size is multiplied by 1 ± scale, a whole picture's by its power
    largest_scale = 0.95 if recipe.task == "pose" else 4.0
    ranges: list[tuple[str, float, float, float]] = [
        ("seed", recipe.seed, 0, 2**63 - 1),
        ("sigma", recipe.sigma, 0.1, 64),
        ("optimiser.lr", optimiser.lr, 0, 1000),
        ("optimiser.weight_decay", optimiser.weight_decay, 0, inf),
        ("optimiser.final", optimiser.final, 0, inf),
        ("optimiser.factor", optimiser.factor, 0, inf),
        ("optimiser.warmup", optimiser.warmup, 0, inf),
        ("optimiser.ema", optimiser.ema, 0, 1),
        ("optimiser.clip", optimiser.clip, 0, inf),
        *(("optimiser.steps", share, 0, 1) for share in optimiser.steps),
        ("data.workers", data.workers, 0, 1024),
        ("data.teaching", data.teaching, 0, inf),
        ("data.mosaic", data.mosaic, 0, 1),
        *((f"data.sampling.{source}", factor, 0, inf) for source, factor in data.sampling.items()),
        ("augmentation.scale", views.scale, 0, largest_scale),
        ("augmentation.rotation", views.rotation, 0, 180),
        ("augmentation.rotation_chance", views.rotation_chance, 0, 1),
        ("augmentation.flip", views.flip, 0, 1),
        ("augmentation.half_body", views.half_body, 0, 1),
        ("augmentation.shift", views.shift, 0, 1),
        ("augmentation.colour", views.colour, 0, 1),
        ("augmentation.blur", views.blur, 0, 1),
        ("augmentation.erase", views.erase, 0, 1),
        ("augmentation.flare", views.flare, 0, 1),
        ("augmentation.turn", views.turn, 0, 1),
        *(("batch of a phase", phase.batch, 1, inf) for phase in recipe.phases),
        *(("images of a phase", phase.images, 0, inf) for phase in recipe.phases),
        *(("epochs of a phase", phase.epochs, 0, inf) for phase in recipe.phases),
        *(("size of a phase", side, 32, 4096) for phase in recipe.phases for side in phase.size),
    ]
    for name, value, low, high in ranges:
        if not (isfinite(value) and low <= value <= high):
            wanted = f"from {low:g} to {high:g}" if isfinite(high) else f"a number from {low:g} on"
            raise UsageError(f"{path}: {name} must be {wanted}, not {value:g}.")


def _check_schedule(optimiser: Optimiser, path: Path) -> None:
    """Raises UsageError where a schedule and its milestones do not go together."""
    if optimiser.schedule == "steps" and not optimiser.steps:
        raise UsageError(
            f'{path}: schedule = "steps" lowers the rate at `optimiser.steps`, and there are none: name shares of the '
            "run, such as [0.8, 0.95]."
        )
    if optimiser.schedule != "steps" and optimiser.steps:
        raise UsageError(
            f'{path}: `optimiser.steps` is for schedule = "steps", not for {optimiser.schedule}: set that too, or '
            "leave the steps out."
        )


def _check_task(recipe: Recipe, path: Path) -> None:
    """Raises UsageError for a setting that the recipe's task has no use for."""
    data, both = recipe.data, ("pose", "detection")
    for name, is_set, tasks in (
        ("targets", recipe.targets != "gaussian", ("pose",)),
        ("sigma", recipe.sigma != 2.0, ("pose",)),
        ("data.format", data.format != "coco", ("pose",)),
        ("data.sampling", bool(data.sampling), ("pose",)),
        ("data.teacher", bool(data.teacher), ("pose",)),
        ("data.second_teacher", bool(data.second_teacher), ("pose",)),
        ("data.cache", bool(data.cache), both),
        ("data.mosaic", data.mosaic > 0, ("detection",)),
    ):
        if is_set and recipe.task not in tasks:
            raise UsageError(f"{path}: {name} is for {' and '.join(tasks)}, not for {recipe.task}: leave it out.")


def settings(kind: type[T], content: dict[str, Any], path: str, where: str) -> T:
    """`content` (parsed TOML) as the dataclass `kind`; raises UsageError for keys unknown or missing and bad values.

    path, where  the file and the place in it, to be named in errors
    """
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
    except ValueError as error:
        raise UsageError(f"{path}: {where.removesuffix('.')}: {error}.") from error


def _value(hint: Any, value: Any, path: str, where: str) -> Any:
    """`value` as the type that the settings ask for; `where` names it in errors."""
    if is_dataclass(hint) and isinstance(value, dict):
        return settings(cast(type[Any], hint), value, path, where)
    inner = get_args(hint)
    if get_origin(hint) is tuple and isinstance(value, list | tuple):
        if Ellipsis not in inner and len(value) != len(inner):
            raise UsageError(f"{path}: {where.removesuffix('.')} must be {len(inner)} values, not {list(value)}.")
        return tuple(_value(inner[0], item, path, where) for item in value)
    if get_origin(hint) is dict and isinstance(value, dict) and inner[1] is not Any:
        return {key: _value(inner[1], item, path, f"{where}{key}.") for key, item in value.items()}
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    wanted = get_origin(hint) or hint
    if isinstance(wanted, type) and (not isinstance(value, wanted) or (wanted is int and isinstance(value, bool))):
        kind = {int: "a whole number", float: "a number", str: "text", bool: "true or false", tuple: "a list"}
        raise UsageError(f"{path}: {where.removesuffix('.')} must be {kind.get(wanted, 'a table')}, not {value!r}.")
    return value
