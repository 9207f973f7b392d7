"""Finding a model: by name among the embedded ones (`engine/weights`) and the user's own, or by the path of its file.

The user's own lie in the folder `models` of the program's data folder. A plain .onnx without a card gets one from its
shapes.
"""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path

import platformdirs

from engine.cards import Colour, ModelCard, PoseLayout, Task, read_card, sha256_of, with_options, write_card
from engine.errors import MissingFileError, ModelError
from engine.files import WholeFile, refusal
from engine.graphs import check_file
from engine.imports import infer_card

__all__ = [
    "DEFAULT_DETECTOR",
    "DEFAULT_POSE",
    "EMBEDDED",
    "Colour",
    "ModelCard",
    "PoseLayout",
    "Task",
    "find_model",
    "import_onnx",
    "infer_card",
    "list_models",
    "read_card",
    "sha256_of",
    "user_models",
    "write_card",
]

DEFAULT_DETECTOR = "skelter-detector-n"
DEFAULT_POSE = "skelter-pose-s"
EMBEDDED = Path(__file__).parent / "weights"


def user_models() -> Path:
    """The folder of the models that the user has imported; it need not exist."""
    return platformdirs.user_data_path("skelter", appauthor=False) / "models"


def find_model(name_or_path: str | Path, task: Task | str) -> ModelCard:
    """The card of a model for `task`, its file's hash checked where a card gives one.

    Raises MissingFileError where there is no such model (naming the nearest), ModelError where the file or its card
    does not fit or the model is for something else.
    """
    task = Task(task)
    card = _find(name_or_path, task)
    if card.task is not task:
        if task is Task.POSE:
            raise ModelError("{0} is a detector, not a pose network: give it with --detector.", card.name)
        raise ModelError("{0} is a pose network, not a detector: give it with --pose.", card.name)
    return card


def list_models() -> list[ModelCard]:
    """Every model that can be named, embedded ones first; hashes are not checked, broken cards are left out."""
    cards = []
    for folder in (EMBEDDED, user_models()):
        for path in sorted(folder.glob("*.toml")):
            try:
                cards.append(read_card(path, check_hash=False))
            except (ModelError, MissingFileError):
                continue
    return cards


def import_onnx(file: Path, target: Path, **options: object) -> ModelCard:
    """Copies an ONNX file to `target` and writes a card beside it: the file's own, or one by its shapes.

    `options` (pixel_rule, decoding; None: as found) are fields of the card. Raises MissingFileError, ModelError where
    it is no network that Skelter knows, SinkError where the copy cannot be written.
    """
    check_file(file)
    card = with_options(_card_of(file), **options)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        content = file.read_bytes()
    except OSError as error:
        raise refusal(target, error) from error
    copy = WholeFile(target)
    copy.write(content)
    copy.commit()
    imported = replace(card, name=target.stem, path=target)
    write_card(imported)
    return imported


def _card_of(file: Path) -> ModelCard:
    if file.with_suffix(".toml").exists():
        return read_card(file.with_suffix(".toml"))
    try:
        return infer_card(file, Task.POSE)
    except ModelError:
        return infer_card(file, Task.DETECTOR)


def _find(name_or_path: str | Path, task: Task) -> ModelCard:
    name = str(name_or_path)
    is_path = isinstance(name_or_path, Path) or Path(name).suffix != "" or Path(name).name != name
    if not is_path:
        for folder in (EMBEDDED, user_models()):
            if (folder / f"{name}.toml").exists():
                return read_card(folder / f"{name}.toml")
    path = Path(name).expanduser()
    if path.suffix.lower() == ".toml" and path.exists():
        return read_card(path)
    if not path.exists() and not is_path:
        raise _missing(name, task)
    check_file(path)
    if path.with_suffix(".toml").exists():
        return read_card(path.with_suffix(".toml"))
    return infer_card(path, task)


def _missing(name: str, task: Task) -> MissingFileError:
    names = [card.name for card in list_models() if card.task is task]
    if near := difflib.get_close_matches(name, names, n=1):
        if task is Task.POSE:
            return MissingFileError("there is no pose model called {0}: did you mean {1}?", name, near[0])
        return MissingFileError("there is no detector model called {0}: did you mean {1}?", name, near[0])
    there = ", ".join(names)
    if task is Task.POSE:
        return MissingFileError(
            "there is no pose model called {0}: there is {1}, or any .onnx file by its path.", name, there
        )
    return MissingFileError(
        "there is no detector model called {0}: there is {1}, or any .onnx file by its path.", name, there
    )
