"""Fetching a file: resumed where it broke off, checked, renamed when whole; from the next address where one fails.

Honoured, as people expect: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY; SSL_CERT_FILE and REQUESTS_CA_BUNDLE;
HF_ENDPOINT for addresses of Hugging Face; SKELTER_MODEL_MIRROR, a web folder that is asked first, for every file.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import shutil
import socket
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import DownloadError, SinkError
from engine.files import held_alone, refusal

Progress = Callable[[int, int | None], None]
"""Bytes on the disk so far, and how many there will be (None: the server does not say)."""

_CHUNK = 1 << 18
_TIMEOUT_S = 30.0
_TRIES = 4  # at one address without a single new byte
_PAUSE_S = 1.0  # before the second try; doubled before each further one
_HUGGING_FACE = "https://huggingface.co"
_SCHEMES = ("https", "http", "file")  # a mirror may be a folder on a disk
_FOR_GOOD = (400, 401, 403, 404, 405, 410, 451)  # asking the same address again changes nothing


class _Refused(Exception):
    """This address will not give the file; `str()` says why, for the final sentence."""


class _Interrupted(Exception):
    """The connection broke; what has come is kept and the rest asked for again."""


@dataclass(frozen=True, slots=True)
class _Part:
    """The unfinished file beside the target, and the server's name of the version it belongs to."""

    data: Path
    tag: Path

    @classmethod
    def of(cls, target: Path) -> _Part:
        return cls(target.with_name(f"{target.name}.part"), target.with_name(f"{target.name}.part.etag"))

    @property
    def size(self) -> int:
        return self.data.stat().st_size if self.data.exists() else 0

    @property
    def etag(self) -> str:
        return self.tag.read_text(encoding="utf-8") if self.tag.exists() else ""

    def discard(self) -> None:
        """What came is of no use. The file stays, empty: it is held."""
        if self.data.exists():
            os.truncate(self.data, 0)
        self.tag.unlink(missing_ok=True)


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
            return _from_any(addresses(urls), part, target, sha256, progress or (lambda done, total: None), pause_s)
    except OSError as error:
        raise refusal(target, error) from error


def addresses(urls: Sequence[str]) -> list[str]:
    """Where to ask, in order: one's own mirror, then `urls`, Hugging Face's at the place that HF_ENDPOINT names."""
    endpoint = _hugging_face()
    asked = [endpoint + url.removeprefix(_HUGGING_FACE) if url.startswith(f"{_HUGGING_FACE}/") else url for url in urls]
    mirror = os.environ.get("SKELTER_MODEL_MIRROR", "").rstrip("/")
    if mirror:
        asked = [f"{mirror}/{asked[0].rsplit('/', 1)[-1]}", *asked]
    return list(dict.fromkeys(asked))


def _hugging_face() -> str:
    """Where Hugging Face is asked for; a variable that is there but empty says nothing."""
    return (os.environ.get("HF_ENDPOINT") or _HUGGING_FACE).rstrip("/")


def _origin(url: str) -> tuple[str, str] | None:
    """Scheme and host, with its port; None where `url` is no address that can be asked."""
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:  # brackets that do not close
        return None
    return (parts.scheme, parts.netloc.lower()) if parts.scheme in _SCHEMES else None


def _from_any(
    urls: Sequence[str], part: _Part, target: Path, sha256: str | None, progress: Progress, pause_s: float
) -> str:
    """The SHA-256 of the file, now at `target`. Raises DownloadError with what each address said."""
    reasons = []
    for url in urls:
        if _origin(url) is None:
            reasons.append(f"{url}: no web address, those begin with https://")
            continue
        try:
            found = _from_address(url, part, progress, pause_s)
            if sha256 and not found.startswith(sha256.lower()):
                part.discard()
                raise _Refused(f"what comes has SHA-256 {found[:8]}…, not {sha256[:8]}…")
        except _Refused as refused:
            reasons.append(f"{urllib.parse.urlsplit(url).hostname or url}: {refused}")
            continue
        part.tag.unlink(missing_ok=True)
        os.replace(part.data, target)
        return found
    raise DownloadError("; ".join(reasons))


def _from_address(url: str, part: _Part, progress: Progress, pause_s: float) -> str:
    """The SHA-256 of the whole file, now in `part`. Raises _Refused."""
    fruitless = 0
    while True:
        before = part.size
        try:
            _receive(url, part, progress)
            with part.data.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except _Interrupted as broken:
            fruitless = 0 if part.size > before else fruitless + 1
            if fruitless == _TRIES:
                raise _Refused(str(broken)) from broken
            time.sleep(pause_s * 2 ** max(fruitless - 1, 0))


def _receive(url: str, part: _Part, progress: Progress) -> None:
    """One request, for what is missing. Raises _Interrupted where more may come, _Refused where nothing will."""
    start = part.size
    headers = {"User-Agent": "skelter", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
        if part.etag:
            headers["If-Range"] = part.etag
    if (token := os.environ.get("HF_TOKEN")) and _origin(url) == _origin(_hugging_face()):
        headers["Authorization"] = f"Bearer {token}"
    try:
        with _opener().open(urllib.request.Request(url, headers=headers), timeout=_TIMEOUT_S) as response:
            _store(response, start, part, progress)
    except urllib.error.HTTPError as error:
        if error.code == 416 and start:  # beyond the end: the part is of another version, or whole already
            if not str(error.headers.get("Content-Range", "")).endswith(f"/{start}"):
                part.discard()
                raise _Interrupted("the file there has changed") from error
            return
        reason = f"the server answers {error.code} {error.reason}"
        raise (_Refused if error.code in _FOR_GOOD else _Interrupted)(reason) from error
    except ssl.SSLCertVerificationError as error:
        raise _Refused("its certificate is not trusted; SSL_CERT_FILE can name your own") from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLCertVerificationError):
            raise _Refused("its certificate is not trusted; SSL_CERT_FILE can name your own") from error
        raise _Interrupted(_reason(error.reason)) from error
    except (http.client.HTTPException, TimeoutError, ConnectionError, ssl.SSLError) as error:
        raise _Interrupted(_reason(error)) from error


def _store(response: http.client.HTTPResponse, start: int, part: _Part, progress: Progress) -> None:
    length = response.headers.get("Content-Length")
    expected = int(length) if length and length.isdecimal() else None
    if response.status == 206:
        span = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
        if span is None or int(span[1]) != start:
            part.discard()
            raise _Interrupted("the server sends another piece than was asked for")
        total = int(span[2]) if span[2] != "*" else None
    else:  # the whole file, from its beginning
        start, total = 0, expected
        part.tag.write_text(response.headers.get("ETag", ""), encoding="utf-8")
    _check_space(part.data, (total or 0) - start)
    done = start
    with part.data.open("ab" if start else "wb") as file:
        progress(done, total)
        while chunk := response.read(_CHUNK):
            file.write(chunk)
            done += len(chunk)
            progress(done, total)
        file.flush()
        os.fsync(file.fileno())
    if (expected is not None and done - start < expected) or (total is not None and done < total):
        raise _Interrupted("the connection breaks off")


def _check_space(path: Path, needed: int) -> None:
    free = shutil.disk_usage(path.parent).free
    if needed > free:
        raise SinkError(
            "{0} has {1:.0f} MB free, {2:.0f} MB are needed: free some space there.",
            path.parent, free / 1e6, needed / 1e6,
        )  # fmt: skip


def _opener() -> urllib.request.OpenerDirector:
    """With the proxies and certificates that the environment names. Raises _Refused for a proxy of another kind."""
    proxies = urllib.request.getproxies()
    if everything := proxies.pop("all", None):  # urllib itself knows http_proxy and https_proxy only
        proxies = {"http": everything, "https": everything} | proxies
    for proxy in proxies.values():
        if urllib.parse.urlsplit(proxy).scheme.startswith("socks"):
            raise _Refused("SOCKS proxies are not supported; set HTTPS_PROXY to an HTTP proxy")
    bundle = os.environ.get("REQUESTS_CA_BUNDLE")
    try:
        context = ssl.create_default_context(cafile=bundle or None)
    except (OSError, ssl.SSLError) as error:
        raise _Refused(f"REQUESTS_CA_BUNDLE names {bundle}, which holds no certificates") from error
    return urllib.request.build_opener(
        urllib.request.ProxyHandler(proxies), urllib.request.HTTPSHandler(context=context), _Redirects()
    )


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirections, but tells the next host no password."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        new = super().redirect_request(req, fp, code, msg, headers, newurl)
        if new is not None and _origin(newurl) != _origin(req.full_url):
            new.headers.pop("Authorization", None)
        return new


def _reason(error: object) -> str:
    if isinstance(error, socket.gaierror):
        return "there is no network, or no such host"
    if isinstance(error, TimeoutError):
        return f"no answer in {_TIMEOUT_S:.0f} s"
    return str(error).strip() or type(error).__name__
