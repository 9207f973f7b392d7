"""The store of built engines, and of what libraries remember: files that are whole, say what they are for, are sealed.

An engine is machine code: a library that loads a file of somebody else's runs what is in it. So every file ends with a
seal (HMAC-SHA256 under a key that this installation drew for itself), and only what carries it is handed to a library.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import logging
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import platformdirs

from engine.errors import BackendError, SinkError, reason_of
from engine.files import WholeFile, refusal

_MAGIC = b"skelter engine 1\n"
_SEAL = hashlib.sha256().digest_size
_KEY = 32  # bytes
SUFFIX, CACHE_SUFFIX = ".engine", ".cache"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EngineKey:
    """What an engine is for; where one of these differs it is another engine.

    model      the model's name, and the SHA-256 of its file
    backend    `tensorrt` or `openvino`
    library    of the backend, with its version
    device     its name and, of a GPU, the compute capability
    precision  `f32`, `f16`, `bf16` or `int8`
    shapes     the batches (and sizes) it was built for
    """

    model: str
    model_sha256: str
    backend: str
    library: str
    device: str
    precision: str
    shapes: str

    @property
    def file_name(self) -> str:
        return f"{self.model}-{self.backend}-{self.precision}-{_digest(self)}{SUFFIX}"


@dataclass(frozen=True, slots=True)
class CacheKey:
    """Whose memory a cache is: a library's (with its version), of a device.

    kind   `timing` (what TensorRT measured of this GPU) or `runtime` (kernels that TensorRT-RTX compiled for it)
    model  whose kernels they are; "" where it serves every model
    """

    kind: str
    library: str
    device: str
    model: str = ""

    @property
    def file_name(self) -> str:
        return f"{self.model or 'all'}-{self.kind}-{_digest(self)}{CACHE_SUFFIX}"


@dataclass(frozen=True, slots=True)
class StoredEngine:
    """An engine on the disk.

    built   the day (ISO 8601)
    check   the figures of its self-check
    size    bytes on the disk
    source  the model's file as it was called when the engine was built; "" where that was not written down
    """

    path: Path
    key: EngineKey
    built: str
    check: Mapping[str, float | str]
    size: int
    source: str


@dataclass(frozen=True, slots=True)
class StoredCache:
    """A library's cache on the disk; `size` in bytes."""

    path: Path
    key: CacheKey
    size: int


def folder() -> Path:
    """Where engines are kept; it need not exist."""
    return platformdirs.user_cache_path("skelter", appauthor=False) / "engines"


def put(
    key: EngineKey, payload: bytes, check: Mapping[str, float | str], *, source: Path | None = None
) -> StoredEngine:
    """Keep an engine; `source` is its model's file. Raises SinkError where the disk refuses."""
    path = folder() / key.file_name
    built = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d")
    model = str(source.absolute()) if source is not None else ""
    size = _write(path, {"key": asdict(key), "built": built, "check": dict(check), "source": model}, payload)
    return StoredEngine(path, key, built, dict(check), size, model)


def put_alone(key: EngineKey, payload: bytes, check: Mapping[str, float | str], *, source: Path) -> StoredEngine:
    """Keep an engine in place of those of the same network in other precisions, so that it is the one that is used."""
    kept = put(key, payload, check, source=source)
    for other in others_of(key):
        if replace(other.key, precision=key.precision) == key:
            other.path.unlink(missing_ok=True)
    if not kept.path.exists():  # another build, of another precision, ended at the same time
        kept = put(key, payload, check, source=source)
    return kept


def get(key: EngineKey) -> bytes | None:
    """The engine for `key`, None where there is none. Raises BackendError where the file is not as it was written."""
    path = folder() / key.file_name
    if not path.exists():
        return None
    engine, payload = read(path)
    if engine.key != key:
        raise BackendError("{0} is not the engine that its name says: remove it, or build again.", path.name)
    return payload


def read(path: Path) -> tuple[StoredEngine, bytes]:
    """An engine with its payload. Raises BackendError where the file is damaged or was not built here."""
    header, payload, size = _open(path)
    engine = StoredEngine(
        path, EngineKey(**header["key"]), header["built"], header["check"], size, header.get("source", "")
    )
    return engine, payload


def stored() -> tuple[list[StoredEngine], list[Path]]:
    """Every engine, by name, and the files that are neither engine nor cache (damaged, unfinished, from elsewhere)."""
    good, bad = [], []
    for path in sorted(folder().glob("*")):
        try:
            if path.suffix == CACHE_SUFFIX:
                _open(path)
            else:
                good.append(read(path)[0])
        except BackendError:
            if path.exists():  # else another program has removed it meanwhile
                bad.append(path)
    return good, bad


def remember(key: CacheKey, payload: bytes) -> None:
    """Keep a library's cache. Where the disk refuses that is said in one line: the next time only takes longer."""
    try:
        _write(folder() / key.file_name, {"key": asdict(key)}, payload)
    except SinkError as error:
        _log.warning("The %s cache of %s is not kept: %s", key.kind, key.library, error)


def recall(key: CacheKey) -> bytes:
    """What was kept for `key`; empty where there is nothing, or (said in one line) nothing that can be used."""
    path = folder() / key.file_name
    if not path.exists():
        return b""
    try:
        header, payload, _ = _open(path)
    except BackendError as error:
        _log.warning("The %s cache of %s is made anew: %s", key.kind, key.library, error)
        return b""
    return payload if CacheKey(**header["key"]) == key else b""


def caches() -> list[StoredCache]:
    """The caches that can be used, by name."""
    found = []
    for path in sorted(folder().glob(f"*{CACHE_SUFFIX}")):
        try:
            header, _, size = _open(path)
        except BackendError:
            continue  # `stored` lists it among the damaged
        found.append(StoredCache(path, CacheKey(**header["key"]), size))
    return found


def has_any(model: str, backend: str) -> bool:
    """Whether there is any engine of a model by a backend, for this machine or not."""
    return any(path.name.startswith(f"{model}-{backend}-") for path in folder().glob(f"*{SUFFIX}"))


def others_of(key: EngineKey) -> list[StoredEngine]:
    """Engines of the same model and backend that are not for `key`: stale, or for another device or precision."""
    return [
        engine for engine in stored()[0]
        if (engine.key.model, engine.key.backend) == (key.model, key.backend) and engine.key != key
    ]  # fmt: skip


def _digest(key: EngineKey | CacheKey) -> str:
    return hashlib.sha256(json.dumps(asdict(key), sort_keys=True).encode()).hexdigest()[:12]


def _write(path: Path, header: Mapping[str, Any], payload: bytes) -> int:
    """A sealed file; its size in bytes. Raises SinkError."""
    body = _MAGIC + json.dumps(header).encode() + b"\n" + payload
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        seal = _seal(body)
    except OSError as error:
        raise refusal(path, error) from error
    file = WholeFile(path)
    file.write(body)
    file.write(seal)
    file.commit()
    return len(body) + len(seal)


def _open(path: Path) -> tuple[dict[str, Any], bytes, int]:
    """Header, payload and the size of the file. Raises BackendError where the file is damaged or was not built here."""
    try:
        content = path.read_bytes()
        body, seal = content[:-_SEAL], content[-_SEAL:]
        is_sealed = hmac.compare_digest(_seal(body), seal)
    except OSError as error:
        raise BackendError("{0} cannot be read ({1}): build the engine again.", path, reason_of(error)) from error
    if not content.startswith(_MAGIC) or not is_sealed:
        raise BackendError("{0} is damaged or was not built here: `skelter models list --prune` removes it.", path.name)
    end = body.index(b"\n", len(_MAGIC)) + 1
    return json.loads(body[len(_MAGIC) : end]), body[end:], len(content)


def _seal(body: bytes) -> bytes:
    return hmac.new(_own_key(), body, hashlib.sha256).digest()


def _own_key() -> bytes:
    """This installation's key, drawn at the first use; readable by its user alone. Raises OSError."""
    path = platformdirs.user_data_path("skelter", appauthor=False) / "engines.key"
    with suppress(FileNotFoundError):
        if len(key := path.read_bytes()) == _KEY:
            return key
        path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # its user's alone
    try:
        with open(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_KEY))
        try:
            os.link(draft, path)
        except FileExistsError:  # another program drew one at the same time: that one is it
            pass
        except OSError:  # a disk that knows no links
            os.replace(draft, path)
    finally:
        Path(draft).unlink(missing_ok=True)
    return path.read_bytes()
