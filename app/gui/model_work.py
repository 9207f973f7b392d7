"""What the models window has done in the background: list, fetch, import, build. Qt-free; a thread each."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import BuildCancelled, DownloadError

if TYPE_CHECKING:
    from engine.zoo import Entry


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One network: here, or to be fetched.

    origin   `Skelter`, `yours`, `can be fetched` or `by hand`
    size     of its file, bytes; None where it is not here
    binds    whether its licence has to be accepted before it is fetched
    usual    whether it is the one that runs where nobody chose
    engines  those built of it that are of use, in words
    """

    name: str
    task: str
    origin: str
    size: int | None
    licence: str
    data: str
    accuracy: str
    binds: bool
    usual: bool
    engines: tuple[str, ...]

    @property
    def is_here(self) -> bool:
        return self.size is not None


@dataclass(frozen=True, slots=True)
class Progress:
    """share 0–1, None where that is not known; `doing` in words, perhaps empty; `done` in bytes of a fetch."""

    share: float | None = None
    doing: str = ""
    done: int | None = None


class Work:
    """One thing being done. `cancel` comes from another thread; the work then ends by BuildCancelled, soon. An import,
    which is short, goes on.

    what           fetch, import or build
    was_cancelled  whether that is how it ended
    """

    def __init__(self, what: str, name: str, job: Callable[[Work], object]) -> None:
        self.what, self.name = what, name
        self.progress = Progress()
        self.was_cancelled = False
        self._job = job
        self._cancelled = threading.Event()

    def run(self) -> object:
        """An import returns what is to be told of it, line by line."""
        try:
            return self._job(self)
        except BuildCancelled:
            self.was_cancelled = True
            raise

    def cancel(self) -> None:
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def note(self, progress: Progress) -> None:
        """Raises BuildCancelled where nobody wants it any more."""
        self.progress = progress  # one reference, replaced whole
        self.stop_if_cancelled()

    def stop_if_cancelled(self) -> None:
        if self.cancelled:
            raise BuildCancelled("{0} was cancelled.", self.name)


def list_rows() -> list[ModelRow]:
    """Every network that is here or can be fetched, by name; those here first."""
    from app.inventory import IN_USE, take
    from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE
    from engine.zoo import catalogue

    binding = {entry.name for entry in catalogue() if entry.binds_user}
    report = take(with_fetchable=True)
    engines: dict[str, list[str]] = {}
    for engine in report["engines"]:
        if engine["state"] == IN_USE:
            engines.setdefault(engine["model"], []).append(f"{engine['library']}, {engine['precision']}")

    def row(model: dict[str, Any]) -> ModelRow:
        name = model["name"]
        return ModelRow(
            name, model["task"], model["origin"], model["bytes"], model["licence"], model["data"], model["accuracy"],
            name in binding, name in (DEFAULT_DETECTOR, DEFAULT_POSE), tuple(engines.get(name, ())),
        )  # fmt: skip

    return [row(model) for model in report["models"]]


def fetch(name: str) -> Work:
    """Fetch a network of the zoo, and make it run by name."""

    def job(work: Work) -> object:
        from app.model_files import import_fetched
        from engine.zoo import find_entry, pull

        entry = find_entry(name)
        assert entry is not None, name

        def tell(done: int, total: int | None) -> None:
            work.note(Progress(done / total if total else None, "", done))

        def bring_in(file: Path, target: Path, entry: Entry) -> None:
            import_fetched(file, target, entry)

        try:
            return pull(entry, progress=tell, import_checkpoint=bring_in)
        except DownloadError:
            work.stop_if_cancelled()  # nobody waits for the reason
            raise

    return Work("fetch", name, job)


def bring(file: Path, name: str, *, replace: bool) -> Work:
    """Import a file of one's own, in place of the network of that name where `replace` says so."""

    def job(work: Work) -> object:
        from app.model_files import import_file

        return import_file(file, name=name, replace=replace)[1]

    return Work("import", file.name, job)


def build(name: str, task: str) -> Work:
    """Build an engine for this machine of a network that is here."""

    def job(work: Work) -> object:
        from engine.backends.select import builder
        from engine.build import build as make
        from engine.models import find_model

        def tell(share: float, doing: str) -> bool:
            work.progress = Progress(share, doing)
            return not work.cancelled

        return make(find_model(name, task), builder(), progress=tell)

    return Work("build", name, job)
