"""Finding a model: by name among the embedded ones (`engine/weights`) and the user's own, or by the path of its file.

The user's own lie in the folder `models` of the program's data folder. A plain .onnx without a card gets one from its
shapes.
"""

from __future__ import annotations

import difflib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import platformdirs

from engine.cards import (
    ModelCard,
    PoseLayout,
    Task,
    check_card,
    is_there,
    read_card,
    unreadable,
    with_options,
    write_card,
)
from engine.catalogue import Entry, find_entry
from engine.decoding import Decoding
from engine.errors import MissingFileError, ModelError, UsageError
from engine.files import WholeFile, refusal
from engine.graphs import check_file
from engine.heads import DetectorLayout
from engine.imports import ANY_SIZE, infer_card, whole
from engine.skeletons import SKELETONS

DEFAULT_DETECTOR = "skelter-detector-n"
DEFAULT_POSE = "skelter-pose-s"
EMBEDDED = Path(__file__).parent / "weights"
_READ_BY: dict[DetectorLayout | PoseLayout, Decoding] = {
    PoseLayout.KEYPOINTS: Decoding.GRAPH,
    PoseLayout.SIMCC: Decoding.SIMCC,
}


def user_models() -> Path:
    """The folder of the models that the user has imported; it need not exist."""
    return platformdirs.user_data_path("skelter", appauthor=False) / "models"


def find_model(name_or_path: str | Path, task: Task | str | None = None) -> ModelCard:
    """The card of a model for `task` (None: for whatever it is), its file's hash checked where a card gives one.

    Raises MissingFileError where there is no such model (naming the nearest), ModelError where the file or its card
    does not fit or the model is for something else.
    """
    task = None if task is None else Task(task)
    try:
        card = _find(name_or_path, task)
    except PermissionError as error:  # of a folder on the way
        raise unreadable(Path(error.filename), error) from error
    if task is not None and card.task is not task:
        if task is Task.POSE:
            raise ModelError("{0} is a detector, not a pose network: give it with --detector.", card.name)
        raise ModelError("{0} is a pose network, not a detector: give it with --pose.", card.name)
    return card


def list_models() -> list[ModelCard]:
    """Every model that can be named, embedded ones first; hashes are not checked, broken cards are left out."""
    return [card for _, card in _cards() if isinstance(card, ModelCard)]


def broken_cards() -> dict[Path, ModelError | MissingFileError]:
    """The cards that `list_models` leaves out, and what is wrong with them."""
    return {path: card for path, card in _cards() if not isinstance(card, ModelCard)}


def _cards() -> Iterator[tuple[Path, ModelCard | ModelError | MissingFileError]]:
    for folder in (EMBEDDED, user_models()):
        for path in sorted(folder.glob("*.toml")):
            try:
                yield path, _named(path, check_hash=False)
            except (ModelError, MissingFileError) as error:
                yield path, error


def _named(path: Path, *, check_hash: bool = True) -> ModelCard:
    """The card of a model that runs by name: its file's, whatever the card says, for that is what it is found by."""
    return replace(read_card(path, check_hash=check_hash), name=path.stem)


def import_onnx(
    file: Path, target: Path, *, person_class: int | None = None, like: Entry | None = None, **options: object
) -> ModelCard:
    """Copy an ONNX file, with weights that it keeps in others, to `target`; the card beside it: its own, or by shapes.

    like  a network that it is said to be: what shapes cannot tell is taken from there
    person_class, options  fields of the card (None: as found)

    Raises MissingFileError, ModelError where it is no network that Skelter knows, UsageError for options of another
    kind of network, SinkError where the copy cannot be written.
    """
    found = _of_file(file, None, person_class, ANY_SIZE if like is None else like.input_wh)
    if like is not None and not is_there(file.with_suffix(".toml")):
        found = with_options(found, **_known(like, found))
    _check_options(found, options, person_class)
    card = with_options(found, person_class=person_class, **options)
    content = whole(file)
    imported = replace(card, name=target.stem, path=target, sha256=hashlib.sha256(content).hexdigest())
    check_card(imported)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refusal(target, error) from error
    copy = WholeFile(target)
    copy.write(content)
    copy.commit()
    write_card(imported)
    return imported


def _known(entry: Entry, found: ModelCard) -> dict[str, Any]:
    """What is known of a network and fits what was found in a file that is said to be it."""
    if entry.task is not found.task:
        return {}
    known = dict(entry.card)
    if found.layout in _READ_BY:
        known.pop("decoding", None)
    if len(SKELETONS[known.get("skeleton", found.skeleton)]) != len(SKELETONS[found.skeleton]):
        known.pop("skeleton")
    return known


def _check_options(card: ModelCard, options: dict[str, object], person_class: int | None) -> None:
    decoding = options.get("decoding")
    if card.task is Task.POSE and person_class is not None:
        raise UsageError("{0} is a pose network: leave the person class out, it belongs to detectors.", card.path.name)
    if card.task is Task.DETECTOR and (decoding or options.get("pixel_rule")):
        raise UsageError(
            "{0} is a detector: leave pixel rule and decoding out, they belong to pose networks.", card.path.name
        )
    own = _READ_BY.get(card.layout)
    if own is not None and decoding not in (None, own):
        raise UsageError("{0} is read in one way only ({1}): leave the decoding out.", card.path.name, own)


def _find(name_or_path: str | Path, task: Task | None) -> ModelCard:
    name = str(name_or_path)
    is_name = not isinstance(name_or_path, Path) and Path(name).name == name
    if is_name:  # which may have dots in it
        for folder in (EMBEDDED, user_models()):
            if is_there(folder / f"{name}.toml"):
                return _named(folder / f"{name}.toml")
    path = Path(os.path.expanduser(name))  # not Path.expanduser, which raises where nobody has that name
    if path.suffix.lower() == ".toml" and is_there(path):
        return read_card(path)
    if is_name and path.suffix.lower() not in (".onnx", ".toml") and not is_there(path):
        raise _missing(name, task)
    return _of_file(path, task)


def _of_file(
    file: Path, task: Task | None, person_class: int | None = None, any_size_wh: tuple[int, int] = ANY_SIZE
) -> ModelCard:
    """The card of a model's file: the one beside it, or by its shapes. Raises MissingFileError, ModelError."""
    check_file(file)
    try:
        str(file).encode()
    except UnicodeEncodeError as error:
        shown = str(file).encode(errors="replace").decode()
        raise ModelError("the libraries cannot open {0}, whose name is not UTF-8: rename it.", shown) from error
    card = file.with_suffix(".toml")
    if is_there(card):
        return read_card(card, of=file)
    return infer_card(file, task, person_class=person_class, any_size_wh=any_size_wh)


def _missing(name: str, task: Task | None) -> MissingFileError:
    entry = find_entry(name)
    if entry is not None and task in (None, entry.task):
        return MissingFileError("{0} is not here yet: run `skelter models pull {0}` first.", name)
    names = [card.name for card in list_models() if task in (None, card.task)]
    there = ", ".join(names)
    near = difflib.get_close_matches(name, names, n=1)
    match task, near:
        case Task.POSE, [known]:
            return MissingFileError("there is no pose model called {0}: did you mean {1}?", name, known)
        case Task.POSE, _:
            return MissingFileError(
                "there is no pose model called {0}: there is {1}, or any .onnx file by its path.", name, there
            )
        case Task.DETECTOR, [known]:
            return MissingFileError("there is no detector model called {0}: did you mean {1}?", name, known)
        case Task.DETECTOR, _:
            return MissingFileError(
                "there is no detector model called {0}: there is {1}, or any .onnx file by its path.", name, there
            )
        case _, [known]:
            return MissingFileError("there is no model called {0}: did you mean {1}?", name, known)
    return MissingFileError("there is no model called {0}: there is {1}, or any .onnx file by its path.", name, there)
