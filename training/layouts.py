"""How others name the tensors of the networks we have, and what names and shapes tell of a network's size.

Every layout is a function from a state dict to a `Layout` (in our names), or None where it is not that one; `layout_of`
tries them in turn. Nothing here looks at values but MMPose's Swin, whose patch merging orders its inputs otherwise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.cards import Colour
from engine.crops import PixelRule
from engine.decoding import Decoding
from training.checkpoints import State
from training.models.deployed import Form
from training.models.hourglass import DEPTH, HourglassConfig
from training.models.hourglass52 import Hourglass52Config
from training.models.hrnet import HRNetConfig
from training.models.simplebaseline import DEPTHS, SimpleBaselineConfig
from training.models.swin import SwinConfig
from training.models.swinpose import SwinPoseConfig

OFFICIAL = "official release"

Rules = Sequence[tuple[str, str | None]]
"""Patterns and what they become wherever they are found in a name, one after the other; None: the name is left out."""

# what may differ between a network and the weights that a training starts from: heads, and the rows of the last
# exchange that HRNetV1 has no use for
HEAD = re.compile(
    r"(final_layer|last_layer|deconv_layers|fusion|heads|merge_heatmaps|stage4\.\d+\.fuse_layers\.[1-3])\."
)
CLASSIC = Form(pixels=PixelRule.CLASSIC, decoding=Decoding.QUARTER)
# the hourglass releases cut their targets off to whole cells, so that a joint lies half a cell beyond: that is our
# pixels, to a hair; princeton-vl divides by 255, bearpaw also subtracts the mean of MPII's pictures
TRUNCATED = Form(decoding=Decoding.QUARTER, mean=(0.0, 0.0, 0.0), std=(255.0, 255.0, 255.0))
BEARPAW_MEAN = (255 * 0.4404, 255 * 0.4440, 255 * 0.4327)


@dataclass(frozen=True, eq=False, slots=True)
class Layout:
    """A state dict in our names.

    what, whose   the network and whose names it had, for people
    network       a name of `training.networks.NETWORKS`, with its settings
    unused        names that are left out knowingly
    form          what its releases were trained for
    is_published  whether the release has a network of this size
    """

    what: str
    whose: str
    network: str
    settings: Any
    state: State
    unused: tuple[str, ...] = ()
    form: Form = CLASSIC
    is_published: bool = True

    @property
    def family(self) -> str:
        return f"{self.what}, {self.whose}"


def layout_of(state: State) -> Layout | None:
    """The layout of a state dict; None where it is none of a pose network that we know."""
    for recognise in _LAYOUTS:
        if (layout := recognise(state)) is not None:
            return layout
    return None


def without_classifier(state: State) -> State:
    """The backbone of an ImageNet classifier; any other state as it is."""
    if "patch_embed.proj.weight" in state:  # Swin's official release; its index and mask tensors follow from the sizes
        rules: Rules = (
            (r"(relative_position_index|attn_mask)$", None),
            (r"^(head|norm)\.", None),
        )
    elif "incre_modules.0.0.conv1.weight" in state:  # HRNet's official release
        rules = ((r"^(incre_modules|downsamp_modules|final_layer|classifier)\.", None),)
    else:  # torchvision's ResNet layout
        rules = ((r"^fc\.", None),)
    return renamed(state, rules)[0]


def renamed(state: State, rules: Rules) -> tuple[State, tuple[str, ...]]:
    """The state with every name put through the rules, and the names that were left out.

    A name that no rule knows stays, as does one that would become a name that is taken: it is found unknown when the
    network is filled.
    """
    result: State = {}
    unused = []
    for name, value in state.items():
        new: str | None = name
        for pattern, target in rules:
            if target is None and re.search(pattern, name):
                new = None
                break
            new = re.sub(pattern, target or "", new) if target is not None and new is not None else new
        if new is None:
            unused.append(name)
        else:
            result[name if new in result else new] = value
    return result, tuple(unused)


def count(names: Iterable[str], pattern: str) -> int:
    """How many different first groups the names that begin with `pattern` have."""
    found = (re.match(pattern, name) for name in names)
    return len({match[1] for match in found if match})


def _hrnet(state: State) -> Layout | None:
    if not {"stage4.0.branches.0.0.conv1.weight", "final_layer.weight"} <= state.keys():
        return None
    head = state["final_layer.weight"]
    if head.shape[2:] != (1, 1):
        return None
    settings = HRNetConfig(
        width=len(state["stage2.0.branches.0.0.conv1.weight"]),
        joints=len(head),
        modules=tuple(count(state, rf"stage{stage}\.(\d+)\.") for stage in (2, 3, 4)),  # type: ignore[arg-type]
        blocks=count(state, r"stage2\.0\.branches\.0\.(\d+)\."),
        stem=len(state["conv1.weight"]),
        layer1_blocks=count(state, r"layer1\.(\d+)\."),
        layer1_planes=len(state["layer1.0.conv1.weight"]),
    )
    published = settings in [HRNetConfig(width=width, joints=settings.joints) for width in (32, 48)]
    what = f"HRNet of width {settings.width}"
    return Layout(what, OFFICIAL, "hrnet", settings, state, is_published=published)


def _simplebaseline(state: State) -> Layout | None:
    if not {"layer4.0.conv3.weight", "deconv_layers.0.weight", "final_layer.weight"} <= state.keys():
        return None
    stages = tuple(count(state, rf"layer{n}\.(\d+)\.") for n in (1, 2, 3, 4))
    depth = next((depth for depth, known in DEPTHS.items() if known == stages), None)
    settings = SimpleBaselineConfig(
        depth=depth or 50,
        joints=len(state["final_layer.weight"]),
        stages=() if depth else stages,
        planes=len(state["conv1.weight"]),
        filters=state["deconv_layers.0.weight"].shape[1],
        kernel=state["deconv_layers.0.weight"].shape[2],
    )
    what = f"SimpleBaseline with a ResNet-{depth}" if depth else f"SimpleBaseline with a ResNet of {stages}"
    form = replace(CLASSIC, colour=Colour.BGR)
    return Layout(what, OFFICIAL, "simplebaseline", settings, state, form=form, is_published=depth is not None)


def _mmpose(state: State) -> Layout | None:
    """MMPose keeps the backbone's own names under `backbone.` and a head under `head.` (0.x: `keypoint_head.`)."""
    if not any(name.startswith(("head.", "keypoint_head.")) for name in state):
        return None
    version = "0.x" if any(name.startswith("keypoint_head.") for name in state) else "1.x"
    plain, unused = renamed(
        state,
        (
            (r"^data_preprocessor\.", None),
            (r"^(keypoint_)?head\.(multi_)?final_layers?\.(\d+\.)?", "final_layer."),
            (r"^(keypoint_)?head\.deconv_layers\.", "deconv_layers."),
            (r"^backbone\.", ""),
        ),
    )
    for recognise in (_hrnet, _simplebaseline, _hourglass52, _mmpose_swin):
        if (found := recognise(plain)) is not None:
            return replace(found, whose=f"MMPose {version}", unused=(*unused, *found.unused), form=CLASSIC)
    return None


def _hourglass52(state: State) -> Layout | None:
    if "hourglass_modules.0.up1.0.conv1.weight" not in state or "hourglass_modules.1.up1.0.conv1.weight" in state:
        return None
    levels = ["hourglass_modules.0."]
    while f"{levels[-1]}low2.up1.0.conv1.weight" in state:
        levels.append(f"{levels[-1]}low2.")
    bottom = f"{levels[-1]}low2."
    settings = Hourglass52Config(
        joints=len(state["final_layer.weight"]),
        widths=(*(len(state[f"{at}up1.0.conv1.weight"]) for at in levels), len(state[f"{bottom}0.conv1.weight"])),
        blocks=(*(count(state, rf"{at}up1\.(\d+)\.") for at in levels), count(state, rf"{bottom}(\d+)\.")),
    )
    plain, unused = renamed(
        state,
        (
            (r"^inters\.", None),  # made there, but not used by a single stack
            (r"^out_convs\.0\.", "out_conv."),
            (r"^(stem\.0|out_conv)\.conv\.", r"\1.0."),
            (r"^(stem\.0|out_conv)\.bn\.", r"\1.1."),
            (r"^hourglass_modules\.0\.", "hourglass."),
        ),
    )
    return Layout("Hourglass-52", OFFICIAL, "hourglass52", settings, plain, unused)


def _mmpose_swin(state: State) -> Layout | None:
    table = "stages.{}.blocks.0.attn.w_msa.relative_position_bias_table"
    if table.format(0) not in state or "deconv_layers.0.weight" not in state:
        return None
    stages = range(count(state, r"stages\.(\d+)\."))
    backbone = SwinConfig(
        width=len(state["patch_embed.projection.weight"]),
        depths=tuple(count(state, rf"stages\.{n}\.blocks\.(\d+)\.") for n in stages),
        heads=tuple(state[table.format(n)].shape[1] for n in stages),
        window=(math.isqrt(len(state[table.format(0)])) + 1) // 2,
    )
    plain, unused = renamed(
        {name: _merging_in_our_order(name, value) for name, value in state.items()},
        (
            (r"relative_position_index$", None),
            (r"^patch_embed\.projection\.", "patch_embed.proj."),
            (r"^stages\.", "layers."),
            (r"\.attn\.w_msa\.", ".attn."),
            (r"\.ffn\.layers\.0\.0\.", ".mlp.fc1."),
            (r"\.ffn\.layers\.1\.", ".mlp.fc2."),
            (r"^(patch_embed|layers|norm\d)\.", r"backbone.\1."),
            (r"^deconv_layers\.", "fusion."),
        ),
    )
    settings = SwinPoseConfig(
        backbone, joints=len(state["final_layer.weight"]), fusion="deconvolution",
        width=state["deconv_layers.0.weight"].shape[1],
    )  # fmt: skip
    what = f"Swin of width {backbone.width} with deconvolutions"
    return Layout(what, OFFICIAL, "swinpose", settings, plain, unused)


def _merging_in_our_order(name: str, value: Any) -> Any:
    """MMPose merges patches by nn.Unfold: channel, row, column; the release (and we): column, row, channel."""
    if not re.search(r"downsample\.(reduction|norm)\.", name):
        return value
    split = value.reshape(*value.shape[:-1], -1, 2, 2)  # …, channel, row, column
    return split.movedim((-1, -2), (-3, -2)).reshape(value.shape)


def _bearpaw(state: State) -> Layout | None:
    if "hg.0.hg.0.3.0.conv1.weight" not in state:
        return None
    rules = [
        (r"^conv1\.", "stem.0."),
        (r"^bn1\.", "stem.1."),
        (r"^layer1\.0\.", "stem.3."),
        (r"^layer2\.0\.", "stem.5."),
        (r"^layer3\.0\.", "stem.6."),
        (r"\.downsample\.0\.", ".skip."),
        (r"^res\.(\d+)\.0\.", r"features.\1.0."),
        (r"^fc\.(\d+)\.0\.", r"features.\1.1."),
        (r"^fc\.(\d+)\.1\.", r"features.\1.2."),
        (r"^score\.", "heads."),
        (r"^fc_\.", "merge_features."),
        (r"^score_\.", "merge_heatmaps."),
    ]
    for level in range(DEPTH):  # theirs are counted from the innermost, 0
        inside = "inner." * (DEPTH - 1 - level)
        for theirs, ours in enumerate(("beside", "down", "up", "inner")):
            rules.append((rf"^hg\.(\d+)\.hg\.{level}\.{theirs}\.0\.", rf"hourglasses.\1.{inside}{ours}."))
    plain, unused = renamed(state, rules)
    settings = HourglassConfig(
        stacks=count(state, r"score\.(\d+)\."), joints=len(state["score.0.weight"]),
        width=state["score.0.weight"].shape[1], stem="wide",
    )  # fmt: skip
    form = replace(TRUNCATED, mean=BEARPAW_MEAN)
    return Layout(_stacks(settings), "bearpaw's release", "hourglass", settings, plain, unused, form)


def _princeton(state: State) -> Layout | None:
    if "hgs.0.0.up1.conv1.conv.weight" not in state:
        return None
    used = {name: value for name, value in state.items() if not _is_idle_skip(name, state)}
    plain, _ = renamed(
        used,
        (
            (r"^hgs\.(\d+)\.0\.", r"hourglasses.\1."),
            (r"\bup1\.", "beside."),
            (r"\blow1\.", "down."),
            (r"\blow2\.", "inner."),
            (r"\blow3\.", "up."),
            (r"\bskip_layer\.conv\.", "skip."),
            (r"\b(conv\d)\.conv\.", r"\1."),
            (r"^pre\.0\.conv\.", "stem.0."),
            (r"^pre\.0\.bn\.", "stem.1."),
            (r"^pre\.1\.", "stem.3."),
            (r"^pre\.3\.", "stem.5."),
            (r"^pre\.4\.", "stem.6."),
            (r"^features\.(\d+)\.1\.conv\.", r"features.\1.1."),
            (r"^features\.(\d+)\.1\.bn\.", r"features.\1.2."),
            (r"^outs\.(\d+)\.conv\.", r"heads.\1."),
            (r"^merge_features\.(\d+)\.conv\.conv\.", r"merge_features.\1."),
            (r"^merge_preds\.(\d+)\.conv\.conv\.", r"merge_heatmaps.\1."),
        ),
    )
    settings = HourglassConfig(
        stacks=count(state, r"outs\.(\d+)\."), joints=len(state["outs.0.conv.weight"]),
        width=state["outs.0.conv.weight"].shape[1],
    )  # fmt: skip
    unused = tuple(name for name in state if name not in used)
    return Layout(_stacks(settings), "princeton-vl's release", "hourglass", settings, plain, unused, TRUNCATED)


def _stacks(settings: HourglassConfig) -> str:
    return f"stacked hourglass of {settings.stacks}"


def _is_idle_skip(name: str, state: State) -> bool:
    """Every residual there has a skip layer, also where channels stay as they are and it is not used."""
    if ".skip_layer." not in name:
        return False
    weight = state.get(re.sub(r"bias$", "weight", name))
    return weight is not None and weight.shape[0] == weight.shape[1]


_LAYOUTS: tuple[Callable[[State], Layout | None], ...] = (_mmpose, _hrnet, _simplebaseline, _bearpaw, _princeton)
