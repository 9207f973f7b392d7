"""Checkpoints of pose networks, ours and others': what they hold is told from their tensors' names and shapes.

Read are HRNet's and SimpleBaseline's official releases, MMPose 0.x and 1.x (HRNet, SimpleBaseline, Hourglass-52, Swin),
the stacked hourglass in the layouts of princeton-vl and of bearpaw, and our own. What tensors cannot tell (input size,
pixels, decoding) is taken from the recipe or the settings in the file, else from the file's name, else from the family.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from engine.cards import Colour
from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.errors import ModelError
from engine.skeletons import SKELETONS, Skeleton, skeleton_of
from training import checkpoints
from training.checkpoints import State
from training.data.sets import SKELETON_OF
from training.data.targets import TARGET_RULES
from training.layouts import HEAD, OFFICIAL, Layout, layout_of, without_classifier
from training.models.deployed import Form
from training.networks import NETWORKS, make_network
from training.recipe import Recipe, recipe_of

LISTED = 6  # names in an error
_SIZE_IN_SETTINGS = re.compile(r"(?:input_size|image_size)\W{1,12}?(\d{2,4})\s*,\s*(\d{2,4})")  # width, height
_SIZE_IN_NAME = re.compile(r"(?<!\d)(\d{2,4})x(\d{2,4})(?!\d)")  # height, width: so others name their files, and we
_OF_DETECTORS = re.compile(r"(^|\.)(bbox_head|head\.cls_preds)\.")  # MMDetection's, YOLOX's
_OF_EITHER_STRIDE = (
    "Its tensors do not tell where its stages halve: this is PyTorch's ResNet; if the release calls it Caffe's, put "
    "`caffe` into the file's name."
)
_NOT_PUBLISHED = "It has not the size of any published network: make sure of --size, --pixel-rule and --decoding."

_UNLIKE_IT = (KeyError, ValueError, IndexError)  # of a state dict that begins like a known one, and goes on otherwise


@dataclass(frozen=True, eq=False, slots=True)
class PoseCheckpoint:
    """A pose network out of a checkpoint.

    family    what kind of file it was, for people
    size_wh   width and height of its input
    size_from where that was found, for people
    form      pixels, decoding, skeleton and colours to deploy it with
    unused    names in the file that the network has no use for, knowingly
    doubt     what the user should make sure of, as a sentence; empty: nothing
    is_published  whether it has the size of a published network: else how it was trained is a guess (ours never are)
    """

    family: str
    network: nn.Module
    size_wh: tuple[int, int]
    size_from: str
    form: Form
    unused: tuple[str, ...] = ()
    doubt: str = ""
    is_published: bool = True

    def described(self, path: Path) -> list[str]:
        """What the file at `path` was taken for, line by line."""
        width, height = self.size_wh
        return [
            f"{path} is {self.family}, {self.form.skeleton.name}, {height}x{width} ({self.size_from}).",
            f"Crops: {self.form.pixels} pixels, {self.form.colour} planes; heatmaps are read by {self.form.decoding}.",
        ]


def read_pose_checkpoint(path: Path, *, run_code: bool = False) -> PoseCheckpoint:
    """The network in a file, with its weights, ready to run; `run_code` as for `checkpoints.load`.

    Raises MissingFileError; ModelError where it is no checkpoint, of no known family, or lacks or has other tensors
    than its family's, naming them.
    """
    content = checkpoints.load(path, run_code=run_code)
    if isinstance(content.get("recipe"), dict):
        return _own(content, path)
    state = checkpoints.state_of(content)
    layout = _layout(state, path)
    if layout is None and any(_OF_DETECTORS.search(name) for name in state):
        raise ModelError(
            f"{path} holds a detector, and those are imported as ONNX files only: export it with its maker's tool, or "
            "fetch one by `skelter models pull yolox-s-coco`."
        )
    if layout is None:
        some = ", ".join(list(state)[:LISTED]) or "none"
        raise ModelError(
            f"{path} holds no pose network that Skelter knows (its tensors: {some} …): known are HRNet, "
            "SimpleBaseline, stacked hourglass and Swin in their official and in MMPose's layout, and our own files."
        )
    return _of_others(layout, content, path)


def read_published(content: dict[str, Any], path: Path) -> PoseCheckpoint | None:
    """The network in the content of a file without a recipe, where it has the size of one that is published.

    Raises ModelError as `read_pose_checkpoint` does, but where the file is of no known family.
    """
    try:
        layout = layout_of(checkpoints.state_of(content))
    except _UNLIKE_IT:
        return None
    return _of_others(layout, content, path) if layout is not None and layout.is_published else None


def _of_others(layout: Layout, content: dict[str, Any], path: Path) -> PoseCheckpoint:
    doubts = [] if layout.is_published else [_NOT_PUBLISHED]
    if layout.network == "simplebaseline" and layout.whose == OFFICIAL:
        if "caffe" in _words_in(path):
            settings = replace(layout.settings, early_stride=True)
            layout = replace(layout, what=f"{layout.what} as Caffe's", settings=settings)
        else:
            doubts.append(_OF_EITHER_STRIDE)
    network = NETWORKS[layout.network].make(layout.settings)
    fill(network, layout.state, path, layout.family)
    settings_text = _text_in(content.get("meta"))
    joints = layout.settings.joints
    form = replace(_form_of(layout, path, settings_text), skeleton=_skeleton_of(joints, path))
    size_wh, size_from = _size_of(path, settings_text, joints)
    return PoseCheckpoint(
        layout.family, network.eval(), size_wh, size_from, form, layout.unused, " ".join(doubts),
        is_published=layout.is_published,
    )  # fmt: skip


def start_from(network: nn.Module, path: Path) -> list[str]:
    """Loads what a file has for `network`, to train on from there; returns the names that keep their fresh weights.

    The file is one of our checkpoints or ONNX files, a pose checkpoint of others, or an ImageNet classifier (HRNet's
    official release, torchvision's ResNet layout, Swin's official release). Heads may differ: they start afresh. What
    others were trained to see is turned into what a training shows. Raises MissingFileError; ModelError where anything
    else in the file does not belong to the network.
    """
    is_exported = path.suffix == ".onnx"
    content = {} if is_exported else checkpoints.load(path)
    state = checkpoints.weights(path) if is_exported else checkpoints.state_of(content)
    layout = _layout(state, path)
    if layout is None:
        state = without_classifier(state)
    elif is_exported or "recipe" in content:
        state = layout.state
    else:
        state = _seeing_as_ours(layout)
    wanted = network.state_dict()
    if not state.keys() & wanted.keys():  # weights of a backbone alone
        state = {f"backbone.{name}": value for name, value in state.items()}
    fitting = {name: value for name, value in state.items() if name in wanted and value.shape == wanted[name].shape}
    strange = [name for name in state if name not in fitting and not HEAD.match(name.removeprefix("backbone."))]
    if strange or not fitting:
        more = f" and {len(strange) - LISTED} more" if len(strange) > LISTED else ""
        raise ModelError(
            f"{path} is of another network: {', '.join(strange[:LISTED]) or 'nothing in it'}{more} "
            f"{'do' if strange else 'does'} not fit: start from weights of the recipe's own network or its backbone."
        )
    network.load_state_dict(fitting, strict=False)
    return [name for name in wanted if name not in fitting and not name.endswith("num_batches_tracked")]


def _seeing_as_ours(layout: Layout) -> State:
    """The layout's state, its planes, mean and deviation made ours by way of the first convolution.

    Exact but at the border, where that convolution sees zeros: they stand for other colours than they did.
    """
    ours, theirs, state = Form(), layout.form, dict(layout.state)
    if (theirs.colour, theirs.mean, theirs.std) == (ours.colour, ours.mean, ours.std):
        return state
    weight = next(name for name, value in state.items() if value.ndim == 4 and value.shape[1] == 3)
    bias = weight.replace("weight", "bias")
    order = [2, 1, 0] if theirs.colour is Colour.BGR else [0, 1, 2]
    kernel, std = state[weight], torch.tensor(theirs.std)
    grey = (torch.tensor(ours.mean)[order] - torch.tensor(theirs.mean)) / std  # our zero, as they see it
    added = kernel.sum((2, 3)) @ grey
    state[weight] = (kernel * (torch.tensor(ours.std)[order] / std).view(1, 3, 1, 1))[:, order]
    if bias in state:
        state[bias] = state[bias] + added
    else:  # the normalisation behind it takes off so much less
        mean = next(name for name in state if name.endswith("running_mean"))
        state[mean] = state[mean] - added
    return state


def form_of_recipe(recipe: Recipe, skeleton: Skeleton) -> Form:
    """What a network trained by a recipe is deployed with."""
    rule = TARGET_RULES[recipe.targets]
    return Form(pixels=rule.pixels, decoding=rule.decoding, skeleton=skeleton)


def fill(network: nn.Module, state: State, path: Path, family: str) -> None:
    """Loads `state` strictly; raises ModelError naming what is missing, unknown or of another shape."""
    wanted = network.state_dict()
    # old files lack the counters, which running does not use
    missing = [name for name in wanted if name not in state and not name.endswith("num_batches_tracked")]
    unknown = [name for name in state if name not in wanted]
    other = [name for name, value in state.items() if name in wanted and value.shape != wanted[name].shape]
    for names, what in ((missing, "lacks"), (unknown, "has unknown"), (other, "has of another shape")):
        if names:
            more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
            raise ModelError(
                f"{path} was taken for {family}, but {what} {', '.join(names[:LISTED])}{more}: it is another network, "
                "or the file is damaged."
            )
    network.load_state_dict(state, strict=False)


def _layout(state: State, path: Path) -> Layout | None:
    try:
        return layout_of(state)
    except _UNLIKE_IT as error:  # it begins like one of them, and goes on otherwise
        raise ModelError(f"{path} is damaged or of a network that Skelter does not know ({error}).") from error


def _own(content: dict[str, Any], path: Path) -> PoseCheckpoint:
    recipe = recipe_of(content["recipe"], path)
    if recipe.task != "pose":
        raise ModelError(f"{path} holds a network for {recipe.task}: `skelter export-model` writes detectors.")
    network = make_network(recipe)
    fill(network, checkpoints.state_of(content), path, f"our own {recipe.name}")
    form = form_of_recipe(recipe, SKELETON_OF[recipe.data.format])
    return PoseCheckpoint(f"our own {recipe.name}", network.eval(), recipe.phases[-1].size, "its recipe", form)


def _form_of(layout: Layout, path: Path, settings_text: str) -> Form:
    """The layout's own form, unless the settings or the file's name tell of UDP or DARK."""
    form = layout.form
    words = _words_in(path)
    if "UDPHeatmap" in settings_text or re.search(r"use_udp\s*=\s*True", settings_text) or "udp" in words:
        return replace(form, pixels=PixelRule.UDP, decoding=Decoding.DARK)
    if re.search(r"unbiased(_encoding)?\s*=\s*True|post_process\s*=\s*'unbiased'", settings_text) or "dark" in words:
        return replace(form, decoding=Decoding.DARK)
    return form


def _words_in(path: Path) -> list[str]:
    return re.split(r"[^a-z0-9]+", path.stem.lower())


def _skeleton_of(joints: int, path: Path) -> Skeleton:
    skeleton = skeleton_of(joints)
    if skeleton is not None:
        return skeleton
    known = ", ".join(f"{len(skeleton)} ({name})" for name, skeleton in SKELETONS.items())
    hint = " It may be UDP's three maps a joint, which Skelter cannot read." if joints in (48, 51) else ""
    raise ModelError(f"{path} gives {joints} heatmaps, but Skelter knows skeletons of {known}.{hint}")


def _size_of(path: Path, settings_text: str, joints: int) -> tuple[tuple[int, int], str]:
    if found := _SIZE_IN_SETTINGS.search(settings_text):
        return (int(found[1]), int(found[2])), "the settings in the file"
    if found := _SIZE_IN_NAME.search(path.stem):
        return (int(found[2]), int(found[1])), "the file's name"
    return ((256, 256) if joints == len(SKELETONS["mpii16"]) else (192, 256)), "a guess: the usual one"


def _text_in(meta: object) -> str:
    """All text in a checkpoint's `meta`: MMPose keeps the whole settings of a training there, as text."""
    if isinstance(meta, dict):
        return "\n".join(_text_in(value) for value in meta.values())
    return meta if isinstance(meta, str) else ""
