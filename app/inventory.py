"""Everything on the disk that has to do with models: which there are, which engines, and what of it can go."""

from __future__ import annotations

import shutil
import textwrap
from contextlib import suppress
from pathlib import Path
from typing import Any

import platformdirs

from engine import store
from engine.backends.compiled import compiled_folder
from engine.backends.select import BACKENDS
from engine.cards import ModelCard, is_there
from engine.errors import MissingFileError, ModelError, UsageError
from engine.files import is_held, refusal
from engine.imports import model_sha256
from engine.models import EMBEDDED, broken_cards, list_models, user_models
from engine.zoo import catalogue

IN_USE, DAMAGED = "in use", "damaged, or not built here"
COMPILED = "compiled again in a second"  # so nobody minds losing it, and it does not tell which model it is of


def take(*, with_fetchable: bool = False) -> dict[str, Any]:
    """`models`, those with `broken` cards, `engines` and the libraries' `caches` as plain data (JSON can hold it)."""
    cards = list_models()
    models = [_model(card) for card in cards]
    if with_fetchable:
        here = {card.name for card in cards}
        models += [
            {
                "name": entry.name,
                "task": str(entry.task),
                "origin": "can be fetched" if entry.urls else "by hand",
                "path": None,
                "bytes": None,
                "licence": entry.licence,
                "data": entry.data,
                "accuracy": entry.accuracy,
            }
            for entry in catalogue()
            if entry.name not in here
        ]
    good, bad = store.stored()
    hashes = {card.name: card.sha256 for card in cards}
    engines = [
        {
            "model": engine.key.model,
            "backend": engine.key.backend,
            "library": engine.key.library,
            "device": engine.key.device,
            "precision": engine.key.precision,
            "bytes": engine.size,
            "built": engine.built,
            "check": dict(engine.check),
            "state": state_of(engine, hashes),
            "path": str(engine.path),
        }
        for engine in good
    ]
    engines += [
        {
            "model": path.stem, "backend": "", "library": "", "device": "", "precision": "",
            "bytes": bytes_of(path), "built": "", "check": {}, "state": DAMAGED, "path": str(path),
        }
        for path in bad
    ]  # fmt: skip
    known = _known(good, hashes)
    caches = [
        {
            "kind": cache.key.kind, "library": cache.key.library, "device": cache.key.device, "model": cache.key.model,
            "bytes": cache.size, "state": _state_of_cache(cache, known), "path": str(cache.path),
        }
        for cache in store.caches()
    ]  # fmt: skip
    if compiled := _compiled():
        caches.append({
            "kind": "compiled", "library": "OpenVINO", "device": "", "model": "", "state": COMPILED,
            "bytes": sum(bytes_of(path) for path in compiled), "path": str(compiled_folder()),
        })  # fmt: skip
    broken = [{"name": path.stem, "path": str(path), "reason": str(error)} for path, error in broken_cards().items()]
    return {"models": models, "broken": broken, "engines": engines, "caches": caches}


def licence_in_short(licence: str, notes: list[str]) -> str:
    """The name of a licence; where there is more to be said, with as many stars as its place in `notes`, from 1."""
    name, _, note = (part.strip() for part in licence.partition(";"))
    name = textwrap.shorten(name.split(" (")[0], 30, placeholder="…")
    if not note:
        return name
    if note not in notes:
        notes.append(note)
    return f"{name}{'*' * (notes.index(note) + 1)}"


def told(notes: list[str]) -> list[str]:
    """The notes behind the stars of `licence_in_short`, a line each."""
    return [f"{'*' * place} {note.rstrip('.')}." for place, note in enumerate(notes, 1)]


def state_of(engine: store.StoredEngine, hashes: dict[str, str]) -> str:
    """`in use`, or why the engine is of no use any more; `hashes` are those of the models there are, by name."""
    key = engine.key
    if hashes.get(key.model) != key.model_sha256:
        file = Path(engine.source)  # of a model that is used by its path
        try:
            found = model_sha256(file) if engine.source else hashes.get(key.model)
        except (OSError, ModelError):
            found = None
        if found != key.model_sha256:
            return "its model has changed" if found is not None else "its model is gone"
    return _state_here(key.backend, key.library, key.device)


def prune() -> list[str]:
    """Remove engines and caches of no use, what OpenVINO compiled, what is left of downloads; returns the paths.

    What a running program writes stays. Raises SinkError.
    """
    hashes = {card.name: card.sha256 for card in list_models()}
    good, bad = store.stored()
    useless = [engine.path for engine in good if state_of(engine, hashes) != IN_USE] + bad
    known = _known(good, hashes)
    useless += [cache.path for cache in store.caches() if _state_of_cache(cache, known) != IN_USE]
    downloads = platformdirs.user_cache_path("skelter", appauthor=False) / "downloads"
    useless += _compiled() + sorted(downloads.glob("*"))
    removed = _delete([path for path in useless if path.is_dir() or not _is_written(path)], with_folders=True)
    for folder in compiled_folder().glob("*/"):
        with suppress(OSError):  # something is written in it just now
            folder.rmdir()
    return removed


def _is_written(path: Path) -> bool:
    part = path.with_suffix("")  # a download's `.part.etag` is held by holding the `.part`
    return is_held(part if path.suffix == ".etag" and part.exists() else path)


def remove(name: str) -> list[str]:
    """Remove a model of the user's own with its engines; returns the paths.

    Raises UsageError for an embedded model, MissingFileError where there is none of that name, ModelError for a name
    that none can have, SinkError.
    """
    if is_there(EMBEDDED / f"{name}.toml"):
        raise UsageError(f"{name} comes with Skelter and cannot be removed.")
    files = [path for suffix in (".toml", ".onnx") if is_there(path := user_models() / f"{name}{suffix}")]
    if Path(name).name != name or not files:
        raise MissingFileError(f"There is no model called {name} of yours; `skelter models list` shows what there is.")
    engines = [engine.path for engine in store.stored()[0] if engine.key.model == name]
    caches = [cache.path for cache in store.caches() if cache.key.model == name]
    return _delete(files + engines + caches, with_folders=False)


def bytes_of(path: Path) -> int:
    """How large a file is; 0 where another program has removed it meanwhile."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _known(engines: list[store.StoredEngine], hashes: dict[str, str]) -> set[str]:
    """The names of the models there are, and of those used by their path."""
    return set(hashes) | {engine.key.model for engine in engines if state_of(engine, hashes) == IN_USE}


def _state_of_cache(cache: store.StoredCache, known: set[str]) -> str:
    if cache.key.model and cache.key.model not in known:
        return "its model is gone"
    return _state_here("tensorrt", cache.key.library, cache.key.device)


def _state_here(name: str, library: str, device: str) -> str:
    backend = BACKENDS.get(name)
    if backend is None or not backend.available().usable:
        return f"{name} cannot be used here"
    return IN_USE if (library, device) in backend.fingerprints() else f"built by {library} for {device}"


def _compiled() -> list[Path]:
    """What OpenVINO compiled of models, to load them faster."""
    return sorted(path for path in compiled_folder().rglob("*") if path.is_file())


def _model(card: ModelCard) -> dict[str, Any]:
    return {
        "name": card.name,
        "task": str(card.task),
        "origin": "Skelter" if card.path.parent == EMBEDDED else "yours",
        "path": str(card.path),
        "bytes": bytes_of(card.path),
        "licence": card.licence,
        "data": card.data,
        "accuracy": card.accuracy,
    }


def _delete(paths: list[Path], *, with_folders: bool) -> list[str]:
    for path in paths:
        try:
            if with_folders and path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise refusal(path, error) from error
    return [str(path) for path in paths]
