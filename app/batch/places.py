"""Where videos and results lie: paths, or addresses that fsspec understands (s3://, gs://, sftp:// …).

Everything is an address in a string; only what is in hand is on this machine's disk. Errors of the network or the disk
are SourceError and SinkError with the address.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.errors import MissingFileError, SinkError, SourceError, UsageError, in_short, reason_of
from engine.files import refusal

_VERSIONS = (
    "ETag", "etag", "md5Hash", "content_md5", "Content-MD5", "checksum",
    "mtime", "LastModified", "last_modified", "Last-Modified", "updated",
)  # fmt: skip
"""What storages call it, the surest first: S3, the web, Azure, Google, SFTP, files."""


def is_remote(address: str) -> bool:
    return "://" in address


def join(folder: str, *names: str) -> str:
    """The address of what is called so in a folder."""
    return str(Path(folder, *names)) if not is_remote(folder) else "/".join([folder.rstrip("/"), *names])


def name_of(address: str) -> str:
    """The last part of an address."""
    return Path(address).name if not is_remote(address) else address.rstrip("/").rpartition("/")[2]


@contextmanager
def at_hand(address: str) -> Iterator[Path]:
    """The file as one on this machine, fetched where it is not. Raises MissingFileError, SourceError."""
    if not is_remote(address):
        yield Path(address)
        return
    filesystem, path = _filesystem(address)
    with tempfile.TemporaryDirectory(prefix="skelter-") as folder:
        local = Path(folder) / name_of(address)
        try:
            with _as_os_error():
                filesystem.get_file(path, str(local))
        except FileNotFoundError as error:
            raise MissingFileError(f"{address} does not exist; check the address.") from error
        except OSError as error:
            raise SourceError(f"{address} cannot be fetched ({error}); check address and network.") from error
        yield local


@contextmanager
def workplace(address: str) -> Iterator[Path]:
    """A folder on this machine to make results in; at the end they lie at `address`, manifests last.

    Raises SinkError. Of a remote one nothing is sent where the block is left by an error.
    """
    if not is_remote(address):
        path = Path(address)
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise refusal(path, error) from error
        try:
            yield path
        except BaseException:
            with contextlib.suppress(OSError):  # no empty folder where nothing came out
                path.rmdir()
            raise
        return
    filesystem, target = _filesystem(address)
    with tempfile.TemporaryDirectory(prefix="skelter-") as folder:
        yield Path(folder)
        try:
            with _as_os_error():
                _send(Path(folder), filesystem, target)
        except OSError as error:
            raise SinkError(f"{address} cannot be written ({error}); check address and rights.") from error


def _send(folder: Path, filesystem: Any, target: str) -> None:
    filesystem.makedirs(target, exist_ok=True)
    for file in sorted(folder.rglob("*"), key=lambda path: path.name.endswith(".manifest.json")):
        if file.is_file():
            name = file.relative_to(folder).as_posix()
            filesystem.makedirs(f"{target}/{name}".rpartition("/")[0], exist_ok=True)
            filesystem.put_file(str(file), f"{target}/{name}")


def read(address: str) -> bytes | None:
    """What is in a file; None where there is none."""
    try:
        if not is_remote(address):
            return Path(address).read_bytes()
        filesystem, path = _filesystem(address)
        with _as_os_error():
            return bytes(filesystem.cat_file(path))
    except OSError:
        return None


def size_of(address: str) -> int | None:
    """Bytes in a file or in the files of a folder; None where there is neither."""
    try:
        if not is_remote(address):
            local = Path(address)
            files = [local] if local.is_file() else list(local.iterdir())
            return sum(file.stat().st_size for file in files)
        filesystem, path = _filesystem(address)
        with _as_os_error():
            return int(filesystem.du(path)) if filesystem.exists(path) else None
    except OSError:
        return None


def version_of(address: str) -> str | None:
    """What its storage tells of a file elsewhere that changes with it, a hash or a date; None where it tells nothing,
    and of files on this machine."""
    if not is_remote(address):
        return None
    filesystem, path = _filesystem(address)
    try:
        with _as_os_error():
            facts = filesystem.info(path)
            told = next((f"{key} {facts[key]}" for key in _VERSIONS if facts.get(key)), None)
            return told or f"modified {filesystem.modified(path)}"
    except OSError:
        return None


def remove(address: str) -> None:
    """Remove a folder and what is in it, if it is there. Raises SinkError."""
    try:
        if not is_remote(address):
            if Path(address).exists():
                shutil.rmtree(address)
            return
        filesystem, path = _filesystem(address)
        with _as_os_error():
            if filesystem.exists(path):
                filesystem.rm(path, recursive=True)
    except OSError as error:
        raise SinkError(f"{address} cannot be removed ({error}); check the rights.") from error


def names_in(folder: str) -> set[str]:
    """What lies in a folder; nothing where it cannot be listed. Raises UsageError."""
    try:
        if not is_remote(folder):
            return {path.name for path in Path(folder).iterdir()}
        filesystem, path = _filesystem(folder)
        with _as_os_error():
            return {name_of(f"{one}/") for one in filesystem.ls(path, detail=False)}
    except OSError:
        return set()


def files_under(folder: str, tell: Callable[[str], None] = lambda unread: None) -> list[tuple[str, int]]:
    """(address, bytes) of every file in a folder and in those in it, sorted. Raises MissingFileError, SourceError.

    What may not be looked at of what is in it is passed over and told of, in a sentence each.
    """
    try:
        if not is_remote(folder):
            return _files_under(folder, tell)
        filesystem, path = _filesystem(folder)
        with _as_os_error():
            if not filesystem.isdir(path):
                raise FileNotFoundError(folder)
            found = filesystem.find(path, detail=True)
        start = len(path.rstrip("/"))
        return [(folder.rstrip("/") + name[start:], int(facts["size"])) for name, facts in sorted(found.items())]
    except FileNotFoundError as error:
        raise MissingFileError(f"{folder} does not exist; check the name.") from error
    except OSError as error:
        raise SourceError(f"{folder} cannot be listed ({error}).") from error


def _files_under(folder: str, tell: Callable[[str], None]) -> list[tuple[str, int]]:
    """Links to folders are followed, once all that is there without them is known: each folder is looked into once.

    Links to nothing are files of no size.
    """

    def pass_over(error: OSError) -> None:
        tell(f"{error.filename} cannot be looked into ({reason_of(error)}); check its permissions.")

    found = []
    links, looked_into = deque([folder]), set[str]()
    while links:
        for inside, folders, names in os.walk(links.popleft(), onerror=pass_over):
            real = os.path.realpath(inside)
            if real in looked_into:
                folders.clear()
                continue
            looked_into.add(real)
            links += sorted(path for name in folders if os.path.islink(path := os.path.join(inside, name)))
            try:
                for file in (Path(inside, name) for name in names):
                    if file.is_file():
                        found.append((file, file.stat().st_size))
                    elif is_dangling(str(file)):
                        found.append((file, 0))
            except PermissionError as error:  # its names may be read, but it may not be entered
                error.filename = inside
                pass_over(error)
    return [(str(path), size) for path, size in sorted(found)]


def is_dangling(address: str) -> bool:
    """Whether it is a link on this machine to what is not there."""
    return not is_remote(address) and os.path.islink(address) and not os.path.exists(address)


def _filesystem(address: str) -> tuple[Any, str]:
    """The fsspec file system of an address, and the path in it. Raises UsageError."""
    try:
        import fsspec
    except ModuleNotFoundError as error:
        raise UsageError(
            f"{address} needs fsspec; run `pip install 'skelter[cluster]'` first, and what it wants for that kind."
        ) from error
    try:
        filesystem, path = fsspec.core.url_to_fs(address)
    except Exception as error:
        raise UsageError(f"{address} cannot be reached ({in_short(error)}).") from error
    return filesystem, path


@contextmanager
def _as_os_error() -> Iterator[None]:
    """What the library behind fsspec raises of its own (no credentials, no such host) as the OSError that it is."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(in_short(error) or type(error).__name__) from error
