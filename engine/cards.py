"""Model cards: what a network file is, how it wants to be fed and read, how good it is, and on whose terms.

A card is `NAME.toml` beside `NAME.onnx`.
"""

from __future__ import annotations

import difflib
import errno
import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from engine import card_values
from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.errors import WRONG_CONTENT, MissingFileError, ModelError, in_short, reason_of
from engine.files import WholeFile, sha256_of
from engine.heads import DetectorLayout

# where an ONNX file says that weights lie elsewhere: field 13 of TensorProto, with the key `location`; a byte or two of
# length stand before each part
_LOCATION = b"\n\x08location\x12"
_EXTERNAL = re.compile(
    rb"\x6a(?:[\x00-\x7f]|[\x80-\xff][\x00-\x7f])\n\x08location\x12([\x00-\x7f]|[\x80-\xff][\x00-\x7f])", re.DOTALL
)


class Task(StrEnum):
    """What a model is for."""

    DETECTOR = "detector"
    POSE = "pose"


class PoseLayout(StrEnum):
    """What a pose network gives."""

    KEYPOINTS = "keypoints"  # [N, K, 3]: x, y in crop pixels, score; uint8 crops in; ours
    HEATMAPS = "heatmaps"  # [N, K, h, w]
    SIMCC = "simcc"  # [N, K, a·W] and [N, K, b·H]


class Colour(StrEnum):
    """The order of a network's three input planes."""

    RGB = "rgb"
    BGR = "bgr"


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is known of one model file.

    input_size     (width, height) in pixels; for a graph that takes any size, what it is used at
    layout         what its outputs mean: a DetectorLayout or a PoseLayout
    threshold      the score from which a box counts, 0–1; of keypoints a note, who shows or measures decides
    colour, mean, std  of a float graph: planes in this order, (value 0–255 - mean) / std; a uint8 graph takes pixels
    skeleton, pixel_rule, decoding  of a pose network
    person_class, class_names, nms_iou  of a detector: which class is a person, what the classes are called if known,
                   and from which overlap on two boxes are one person
    precision      of the weights in the file
    data, licence, accuracy, accuracy_command  where it comes from, on whose terms, how good, measured how
    """

    name: str
    task: Task
    path: Path
    sha256: str
    input_size: tuple[int, int]
    layout: DetectorLayout | PoseLayout
    threshold: float
    colour: Colour = Colour.RGB
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    skeleton: str = "coco17"
    pixel_rule: PixelRule = PixelRule.SKELTER
    decoding: Decoding = Decoding.GRAPH
    person_class: int = 0
    class_names: tuple[str, ...] = ()
    nms_iou: float = 0.6
    precision: str = "f32"
    data: str = "not stated"
    licence: str = "not stated"
    accuracy: str = "not measured"
    accuracy_command: str = ""


def read_card(path: Path, *, of: Path | None = None, check_hash: bool = True) -> ModelCard:
    """Read a card. `of` is the model's file that it was looked for, where it was looked for by that.

    Raises ModelError for a key unknown, missing or of the wrong type, for a card of another file than `of`, and for a
    file whose hash differs or that keeps weights elsewhere; MissingFileError where the model's file is not beside it.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(
            "{0} cannot be read ({1}): a model card is a file that you may read.", path, reason_of(error)
        ) from error
    except WRONG_CONTENT as error:
        raise ModelError("{0} is not a model card ({1}): import the model again.", path, in_short(error)) from error
    unknown = sorted(set(given) - set(_READERS))
    if unknown:
        near = difflib.get_close_matches(unknown[0], _READERS, n=1)
        if near:
            raise ModelError(
                "the model card {0} has an unknown key `{1}`: did you mean `{2}`?", path, unknown[0], near[0]
            )
        raise ModelError("the model card {0} has an unknown key `{1}`: remove it.", path, unknown[0])
    missing = sorted(_REQUIRED - set(given))
    if missing:
        raise ModelError("the model card {0} lacks `{1}`: add it, or import the model again.", path, missing[0])
    values: dict[str, Any] = {}
    for key, value in given.items():
        try:
            values[key] = _READERS[key](value)
        except WRONG_CONTENT as error:
            raise ModelError(
                "`{0}` in the model card {1} is wrong ({2}): mend it.", key, path, in_short(error)
            ) from error
    values["path"] = path.with_name(values.pop("file"))
    values["layout"] = _layout(values["task"], values["layout"], path)
    card = ModelCard(**values)
    is_beside = is_there(card.path)
    if of is not None and not (is_beside and card.path.samefile(of)):
        raise ModelError(
            "the model card {0} describes {1}, not {2}: correct `file` and `sha256` in it, or remove it.",
            path, card.path.name, of.name,
        )  # fmt: skip
    if not is_beside:
        raise MissingFileError(
            "the model card {0} names {1}, which is not beside it: copy it there.", path, card.path.name
        )
    _check(card)
    if check_hash:
        _check_file(card, path)
    return card


def write_card(card: ModelCard) -> Path:
    """Write `card` as NAME.toml beside its model's file, whole or not at all; returns its path.

    Raises SinkError, ModelError where nobody could read it again.
    """
    check_card(card)
    path = card.path.with_suffix(".toml")
    file = WholeFile(path)
    file.write(_written(card).encode())
    file.commit()
    return path


def check_card(card: ModelCard) -> None:
    """Raises ModelError where `card`, once written, could not be read again: a network may say anything of itself."""
    text = _written(card)
    key = ""
    try:
        text.encode()  # what came from a name or an option may be no text
        for key, value in tomllib.loads(text).items():
            _READERS[key](value)
    except WRONG_CONTENT as error:
        raise ModelError(
            "{0} can have no card (`{1}`: {2}): export the model again.", card.path.name, key, in_short(error)
        ) from error
    _check(card)


def _written(card: ModelCard) -> str:
    """The text of a card."""
    facts: dict[str, Any] = {
        "name": card.name,
        "task": card.task.value,
        "file": card.path.name,
        "sha256": card.sha256,
        "input_size": list(card.input_size),
        "layout": card.layout.value,
        "threshold": card.threshold,
        "colour": card.colour.value,
        "mean": list(card.mean),
        "std": list(card.std),
    }
    if card.task is Task.POSE:
        facts |= {
            "skeleton": card.skeleton, "pixel_rule": card.pixel_rule.value, "decoding": card.decoding.value,
        }  # fmt: skip
    else:
        facts |= {"person_class": card.person_class, "class_names": list(card.class_names), "nms_iou": card.nms_iou}
    for key in ("precision", "data", "licence", "accuracy", "accuracy_command"):
        facts[key] = getattr(card, key)
    # TOML's strings, numbers and arrays of them are written as JSON's are
    text = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in facts.items())
    return text.replace("\x7f", "\\u007f")  # except this character, which TOML does not allow


def with_options(card: ModelCard, **options: object) -> ModelCard:
    """The card with those of `options` (fields of ModelCard) that are not None. Raises ModelError where they clash."""
    chosen = replace(card, **{key: value for key, value in options.items() if value is not None})  # type: ignore[arg-type]
    _check(chosen)
    return chosen


def weights_elsewhere(path: Path) -> tuple[str, ...]:
    """The names of the other files in which an ONNX file keeps weights; () where it holds them all itself.

    Raises ModelError where the file cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    if _LOCATION not in content:  # far quicker than what follows
        return ()
    names = []
    for found in _EXTERNAL.finditer(content):
        low, high = found[1][0], found[1][1:]
        length = (low & 0x7F) | (high[0] << 7) if high else low
        names.append(content[found.end() : found.end() + length].decode(errors="replace"))
    return tuple(dict.fromkeys(names))


def is_there(path: Path) -> bool:
    """Raises ModelError where that cannot be found out: a folder may not be entered, a name is too long."""
    try:
        return path.exists()
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> ModelError:
    """What the system says of reading a model's file, in a sentence with the remedy."""
    if error.errno == errno.ENAMETOOLONG:
        return ModelError("{0}… is too long for the name of a file: check it.", path.name[:60])
    return ModelError("{0} cannot be read ({1}): check that you may read it.", path, reason_of(error))


def _check(card: ModelCard) -> None:
    """Raises ModelError where what the card says cannot all be true."""
    if card.layout is PoseLayout.HEATMAPS and card.decoding in (Decoding.GRAPH, Decoding.SIMCC):
        raise ModelError(
            "{0} gives heatmaps, which the decoding {1} cannot read: choose argmax, quarter, parabola or dark.",
            card.path.name, card.decoding,
        )  # fmt: skip
    if card.class_names and card.person_class >= len(card.class_names):
        raise ModelError(
            "{0} knows {1} classes, counted from 0, so none is the person class {2}: choose another.",
            card.path.name, len(card.class_names), card.person_class,
        )  # fmt: skip


def _check_file(card: ModelCard, path: Path) -> None:
    """Raises ModelError where the file is another than the card, which lies at `path`, can answer for."""
    try:
        found = sha256_of(card.path)
    except OSError as error:
        raise unreadable(card.path, error) from error
    if found != card.sha256:
        raise ModelError(
            "{0} is not the file that its card describes (its SHA-256 differs): import the model again, or correct or "
            "remove {1}.",
            card.path, path.name,
        )  # fmt: skip
    if elsewhere := weights_elsewhere(card.path):  # which may be changed without the hash telling
        raise ModelError(
            "{0} keeps weights in {1}, for which its card cannot answer: remove {2} and import the model, which makes "
            "one file of it.",
            card.path, elsewhere[0], path.name,
        )  # fmt: skip


def _layout(task: Task, value: str, path: Path) -> DetectorLayout | PoseLayout:
    kind: type[DetectorLayout] | type[PoseLayout] = DetectorLayout if task is Task.DETECTOR else PoseLayout
    try:
        return kind(value)
    except ValueError as error:
        names = ", ".join(member.value for member in kind)
        raise ModelError(
            "`layout` in the model card {0} is {1!r}; for a {2} it is one of {3}.", path, value, task, names
        ) from error


_READERS: dict[str, Callable[[object], Any]] = {
    "name": card_values.name,
    "task": lambda value: Task(card_values.text(value)),
    "file": card_values.file_name,
    "sha256": lambda value: card_values.text(value).lower(),
    "input_size": card_values.size,
    "layout": card_values.text,
    "threshold": card_values.score,
    "colour": lambda value: Colour(card_values.text(value)),
    "mean": lambda value: card_values.several(value, card_values.number, 3),
    "std": lambda value: card_values.several(value, card_values.divisor, 3),
    "skeleton": card_values.skeleton,
    "pixel_rule": lambda value: PixelRule(card_values.text(value)),
    "decoding": lambda value: Decoding(card_values.text(value)),
    "person_class": card_values.whole,
    "class_names": lambda value: card_values.several(value, card_values.text),
    "nms_iou": card_values.score,
    "precision": card_values.text,
    "data": card_values.text,
    "licence": card_values.text,
    "accuracy": card_values.text,
    "accuracy_command": card_values.text,
}
_REQUIRED = {"name", "task", "file", "sha256", "input_size", "layout", "threshold"}
