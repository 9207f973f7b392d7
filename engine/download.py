"""Fetching a file: resumed where it broke off, checked, renamed when whole; from the next address where one fails.

Honoured, as people expect: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY; SSL_CERT_FILE and REQUESTS_CA_BUNDLE;
HF_ENDPOINT for addresses of Hugging Face; SKELTER_MODEL_MIRROR, a web folder that is asked first, for every file. In
these two may stand a name and a password, which are never shown.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from engine import web
from engine.errors import DownloadError, SinkError
from engine.files import held_alone, refusal, sha256_of
from engine.web import HUGGING_FACE, Interrupted, Refused

Progress = Callable[[int, int | None], None]
"""Bytes on the disk so far, and how many there will be (None: the server does not say).

Called several times a second, also while nothing comes; what it raises ends the download."""

_TRIES = 4  # at one address without a single new byte
_PAUSE_S = 1.0  # before the second try; doubled before each further one
_MIRROR = "SKELTER_MODEL_MIRROR"


class _Told:
    """Progress that is told again while nothing comes."""

    def __init__(self, progress: Progress, done: int) -> None:
        self._progress = progress
        self._last: tuple[int, int | None] = (done, None)

    def __call__(self, done: int, total: int | None) -> None:
        self._last = (done, total)
        self._progress(done, total)

    def again(self) -> None:
        self._progress(*self._last)

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, web.SLICE_S))
            self.again()


@dataclass(frozen=True, slots=True)
class _Version:
    """What an address says of the file that it sends; empty where it does not say."""

    etag: str = ""
    address: str = ""  # as `_digest` has it
    modified: str = ""
    total: str = ""

    @classmethod
    def told_by(cls, answer: web.Answer, url: str, total: int | None) -> _Version:
        headers = answer.headers
        size = "" if total is None else str(total)
        return cls(headers.get("ETag", ""), _digest(url), headers.get("Last-Modified", ""), size)

    def may_be(self, other: _Version) -> bool:
        if self.total and other.total and self.total != other.total:
            return False
        if self.etag and (other.etag or self.address != other.address):
            return self.etag == other.etag
        return not (self.modified and other.modified) or self.modified == other.modified


@dataclass(frozen=True, slots=True)
class _Part:
    """The unfinished file beside the target, and of what it is the beginning: an address's file in one version."""

    data: Path
    tag: Path

    @classmethod
    def of(cls, target: Path) -> _Part:
        return cls(target.with_name(f"{target.name}.part"), target.with_name(f"{target.name}.part.etag"))

    @property
    def size(self) -> int:
        return self.data.stat().st_size if self.data.exists() else 0

    @property
    def version(self) -> _Version:
        told = self.tag.read_text(encoding="utf-8", errors="replace") if self.tag.exists() else ""
        return _Version(*told.split("\n")[:4])

    def may_begin(self, url: str, *, is_checked: bool) -> bool:
        """Whether what `url` gives may be put behind it; where neither address nor version says so, a check later."""
        version = self.version
        return version.address == _digest(url) or bool(version.etag) or (is_checked and not version.address)

    def begin(self, version: _Version) -> None:
        self.tag.write_text("\n".join(astuple(version)), encoding="utf-8")

    def discard(self) -> None:
        """What came is of no use. The file stays, empty: it is held."""
        if self.data.exists():
            os.truncate(self.data, 0)
        self.tag.unlink(missing_ok=True)


def _digest(url: str) -> str:
    """An address, which may hold a password, as it is written to the disk."""
    return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()


def fetch(
    urls: Sequence[str], target: Path, *, sha256: str | None = None, progress: Progress | None = None,
    pause_s: float = _PAUSE_S,
) -> str:  # fmt: skip
    """Write what `urls` (the same file, the preferred address first) give to `target`; returns its SHA-256.

    What an earlier call left unfinished is gone on with. `sha256` may be the first digits only. Raises DownloadError
    where no address gives the file whole and right, SinkError where the disk refuses or another program is fetching it.
    """
    part = _Part.of(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with held_alone(part.data) as alone:  # until it has its name: nobody else may write into it
            if not alone:
                raise SinkError("Another Skelter is fetching {0}: wait until it is there.", target.name)
            told = _Told(progress or (lambda done, total: None), part.size)
            return _from_any(addresses(urls), part, target, sha256, told, pause_s)
    except OSError as error:
        raise refusal(target, error) from error


def addresses(urls: Sequence[str]) -> list[str]:
    """Where to ask, in order: one's own mirror, then `urls`, Hugging Face's at the place that HF_ENDPOINT names."""
    endpoint = web.hugging_face()
    asked = [endpoint + url.removeprefix(HUGGING_FACE) if url.startswith(f"{HUGGING_FACE}/") else url for url in urls]
    if mirror := _mirror():
        asked = [f"{mirror}/{asked[0].rsplit('/', 1)[-1]}", *asked]
    return list(dict.fromkeys(asked))


def _mirror() -> str:
    return os.environ.get(_MIRROR, "").strip().rstrip("/")


def _called(url: str) -> str:
    """An address in the final sentence, with the variable that it comes from."""
    shown = (urllib.parse.urlsplit(url).hostname if web.origin(url) else None) or web.without_password(url)
    if (mirror := _mirror()) and url.startswith(f"{mirror}/"):
        return f"{shown} ({_MIRROR})"
    if (endpoint := web.hugging_face()) != HUGGING_FACE and url.startswith(f"{endpoint}/"):
        return f"{shown} (HF_ENDPOINT)"
    return shown


def _from_any(
    urls: Sequence[str], part: _Part, target: Path, sha256: str | None, told: _Told, pause_s: float
) -> str:  # fmt: skip
    """The SHA-256 of the file, now at `target`. Raises DownloadError with what each address said."""
    reasons = []
    for url in urls:
        try:
            if web.origin(url) is None:
                raise Refused("no web address, those begin with https://")
            if not part.may_begin(url, is_checked=sha256 is not None):
                part.discard()
            found = _from_address(url, part, sha256, told, pause_s)
        except Refused as refused:
            reasons.append(f"{_called(url)}: {refused}")
            continue
        part.tag.unlink(missing_ok=True)
        os.replace(part.data, target)
        return found
    if not _mirror():
        reasons.append(f"{_MIRROR} can name a web folder of your own")
    raise DownloadError("; ".join(reasons))


def _from_address(url: str, part: _Part, sha256: str | None, told: _Told, pause_s: float) -> str:
    """The SHA-256 of the whole file, now in `part`. Raises Refused."""
    was_pieced = _complete(url, part, told, pause_s)
    found = sha256_of(part.data)
    if sha256 is None or found.startswith(sha256.lower()):
        return found
    part.discard()
    if was_pieced:  # perhaps of two files: once more, whole
        _complete(url, part, told, pause_s)
        found = sha256_of(part.data)
        if found.startswith(sha256.lower()):
            return found
        part.discard()
    raise Refused(f"what comes has SHA-256 {found[:8]}…, not {sha256[:8]}…")


def _complete(url: str, part: _Part, told: _Told, pause_s: float) -> bool:
    """Ask until the file is whole; whether it was put together of pieces. Raises Refused."""
    fruitless = 0
    while True:
        told.again()
        before = part.size
        try:
            return _receive(url, part, told)
        except Interrupted as broken:
            fruitless = 0 if part.size > before else fruitless + 1
            if fruitless == _TRIES:
                raise Refused(str(broken)) from broken
            told.wait(max(pause_s * 2 ** max(fruitless - 1, 0), broken.wait_s))


def _receive(url: str, part: _Part, told: _Told) -> bool:
    """One request, for what is missing; whether there was something before. Raises Interrupted where more may come,
    Refused where nothing will."""
    start = part.size
    headers = {"User-Agent": "skelter", "Accept-Encoding": "identity"} | web.password_for(url)
    if start:
        headers["Range"] = f"bytes={start}-"
        if sign := part.version.etag or part.version.modified:
            headers["If-Range"] = sign
    with web.Request(url, headers, told.again) as request:
        answer = request.answer()
        if answer.status == web.BEYOND_THE_END:  # the part is of another version, or whole already
            if not str(answer.headers.get("Content-Range", "")).endswith(f"/{start}"):
                part.discard()
                raise Interrupted("the file there has changed")
            return True
        return _store(request, answer, url, start, part, told)


def _store(request: web.Request, answer: web.Answer, url: str, start: int, part: _Part, told: _Told) -> bool:
    """What comes goes behind the part, or in its place; whether the former."""
    expected = answer.length
    if answer.status == 206:
        span = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", answer.headers.get("Content-Range", ""))
        if span is None or int(span[1]) != start:
            part.discard()
            raise Interrupted("the server sends another piece than was asked for")
        total = int(span[2]) if span[2] != "*" else None
        if not part.version.may_be(_Version.told_by(answer, url, total)):
            part.discard()
            raise Interrupted("the server sends a piece of another version")
    else:  # the whole file, from its beginning
        start, total = 0, expected
    _check_space(part.data, (total or 0) - start)
    done = start
    with part.data.open("ab" if start else "wb") as file:
        if not start:  # nothing of an earlier version is there any more
            part.begin(_Version.told_by(answer, url, total))
        told(done, total)
        for piece in request.pieces():
            file.write(piece)
            done += len(piece)
            told(done, total)
        file.flush()
        os.fsync(file.fileno())
    if (expected is not None and done - start < expected) or (total is not None and done < total):
        raise Interrupted("the connection breaks off")
    return start > 0


def _check_space(path: Path, needed: int) -> None:
    free = shutil.disk_usage(path.parent).free
    if needed > free:
        raise SinkError(
            "{0} has {1:.0f} MB free, {2:.0f} MB are needed: free some space there.",
            path.parent, free / 1e6, needed / 1e6,
        )  # fmt: skip
