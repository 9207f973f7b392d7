"""A file of a network becomes a model that runs by name: for `skelter models import` and the window."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import UsageError

if TYPE_CHECKING:
    from engine.cards import ModelCard
    from engine.crops import PixelRule
    from engine.decoding import Decoding
    from engine.zoo import Entry


class NameUnfit(UsageError):
    """No model can be called so."""


class NameTaken(UsageError):
    """A model of that name is there already. `can_replace`: unless `replace` is asked for."""

    def __init__(self, sentence: str, *values: object, can_replace: bool = False) -> None:
        super().__init__(sentence, *values)
        self.can_replace = can_replace


def name_of(file: Path) -> str:
    """What a file of a network is called once it is imported, where nobody calls it something else."""
    return Path(file.name.removesuffix(".tar")).stem


def import_file(
    file: Path, *, name: str | None = None, size_wh: tuple[int, int] | None = None, pixel_rule: PixelRule | None = None,
    decoding: Decoding | None = None, person_class: int | None = None, flip: bool = False, licence: str | None = None,
    data: str | None = None, replace: bool = False, run_code: bool = False,
    is_asking: bool = False,
) -> tuple[ModelCard, list[str]]:  # fmt: skip
    """Import a checkpoint of a pose network or an ONNX file; its card, and what to tell of it, line by line.

    name      what to call it; None: the file's name
    size_wh   of a checkpoint: the size of its input, pixels
    person_class  of an ONNX detector: which class is a person (None: the one called so)
    flip      of a checkpoint: average with the mirrored crop
    licence, data  for the card; None: as the file or the zoo says
    run_code  of a checkpoint: run code that it holds (its maker can then do all that the user can)
    is_asking  of a checkpoint: raise UsageError where it does not tell how it was trained, instead of guessing

    Raises NameTaken, NameUnfit, UsageError, MissingFileError, ModelError, SinkError.
    """
    from engine.card_values import can_be_name
    from engine.cards import read_card
    from engine.models import EMBEDDED, import_onnx, user_models
    from engine.zoo import find_entry, import_as

    name = name or name_of(file)
    if not re.fullmatch(r"[\w][\w.+-]*", name):
        raise NameUnfit("{0!r} cannot be a model's name: use letters, digits, - and _.", name)
    if not can_be_name(name):
        raise NameUnfit("{0}… is too long for a model's name: choose a shorter one.", name[:60])
    if (EMBEDDED / f"{name}.toml").exists():
        raise NameTaken("{0} comes with Skelter: choose another name.", name, can_replace=False)
    target = user_models() / f"{name}.onnx"
    if target.exists() and not replace:
        raise NameTaken("There is a model called {0} already: choose another name.", name, can_replace=True)
    known = find_entry(name)  # a network of the zoo, brought by hand: its file cannot tell all that is known of it
    if file.suffix.lower() == ".onnx":
        if size_wh or flip or run_code:
            raise UsageError("Size, flip and run-code belong to checkpoints, not to {0}: leave them out.", file)
        options: dict[str, Any] = {
            "pixel_rule": pixel_rule, "decoding": decoding, "person_class": person_class, "licence": licence,
            "data": data,
        }  # fmt: skip
        bring = partial(import_as, known) if known is not None else import_onnx
        card = bring(file, target, **options)
        return card, [f"{file} is {_described(card)}."]
    if person_class is not None:
        raise UsageError("The person class belongs to detectors in ONNX, not to {0}: leave it out.", file)
    from training.cli import import_checkpoint

    if known is not None:
        pixel_rule = pixel_rule or known.card.get("pixel_rule")
        decoding = decoding or known.card.get("decoding")
        if _is_that_of(known, file):
            data, licence = data or known.data, licence or known.licence
    lines = import_checkpoint(
        file, target, size_wh, pixel_rule=pixel_rule, decoding=decoding, flip=flip, data=data or "not stated",
        licence=licence or "not stated", run_code=run_code, is_asking=is_asking,
    )  # fmt: skip
    return read_card(target.with_suffix(".toml"), check_hash=False), lines


def import_fetched(file: Path, target: Path, entry: Entry) -> list[str]:
    """Import a checkpoint that the zoo knows; what to tell of it, line by line."""
    from training.cli import import_checkpoint

    return import_checkpoint(
        file, target, entry.input_wh, pixel_rule=entry.card.get("pixel_rule"), decoding=entry.card.get("decoding"),
        flip=False, data=entry.data, licence=entry.licence,
    )  # fmt: skip


def _is_that_of(entry: Entry, checkpoint: Path) -> bool:
    """Whether a file is the published one: by its hash or, where nobody published that, by its name."""
    from engine.files import sha256_of

    if entry.sha256 is None:
        return checkpoint.name == entry.file
    try:
        return sha256_of(checkpoint).startswith(entry.sha256)
    except OSError:  # whoever reads it next says so
        return False


def _described(card: ModelCard) -> str:
    width, height = card.input_size
    kind = {"detector": "a detector", "pose": "a pose network"}[card.task]
    return f"{kind} ({card.layout}, {height}x{width})"
