"""One request to a web server, by the proxies, certificates and passwords that the environment names."""

from __future__ import annotations

import base64
import email.utils
import http.client
import os
import queue
import re
import socket
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from types import TracebackType
from typing import Self

SLICE_S = 0.2
"""How often whoever waits for a server is told that he still waits."""
HUGGING_FACE = "https://huggingface.co"
BEYOND_THE_END = 416
"""The status of what is asked for from where there is nothing: it is answered, not raised."""
_CHUNK = 1 << 18
_AHEAD = 8  # pieces that may wait to be written
_TIMEOUT_S = 30.0
_LONGEST_WAIT_S = 30.0  # that a server may ask for
_SCHEMES = ("https", "http", "file")  # a mirror may be a folder on a disk
_FOR_GOOD = (400, 401, 403, 404, 405, 410, 451)  # asking the same address again changes nothing
_TOO_BUSY = (429, 503)
_PROXIES = ("https", "http", "all")


class Refused(Exception):
    """This address will not give the file; `str()` says why, for the final sentence."""


class Interrupted(Exception):
    """The connection broke; what has come is kept and the rest asked for again, after `wait_s` at least."""

    def __init__(self, reason: str, *, wait_s: float = 0.0) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes before the content."""

    status: int | None
    headers: Message

    @property
    def length(self) -> int | None:
        """Bytes that are to come; None where the server does not say."""
        told = self.headers.get("Content-Length", "")
        return int(told) if told.isdecimal() else None


class Request:
    """A request that whoever waits for can leave at any time, whatever the server does. Used as `with`.

    Looking up names, connecting and reading block, and nothing of it can be called off: a thread of its own does it,
    and where it was left it ends unheard, after the time-out at the latest. `waiting` is called while nothing comes;
    it may raise.
    """

    def __init__(self, url: str, headers: Mapping[str, str], waiting: Callable[[], None]) -> None:
        self._url, self._headers, self._waiting = url, dict(headers), waiting
        self._came: queue.Queue[Answer | bytes | Exception] = queue.Queue(_AHEAD)
        self._left = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._ask, name="fetch", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()

    def answer(self) -> Answer:
        """Raises Interrupted where more may come, Refused where nothing will."""
        came = self._next()
        assert isinstance(came, Answer)
        return came

    def pieces(self) -> Iterator[bytes]:
        """The content as it comes, after `answer`; raises as that does."""
        while piece := self._next():
            assert isinstance(piece, bytes)
            yield piece

    def _next(self) -> Answer | bytes:
        while True:
            try:
                came = self._came.get(timeout=SLICE_S)
            except queue.Empty:
                self._waiting()
                continue
            if isinstance(came, Exception):
                raise _failure(came) from came
            return came

    def _ask(self) -> None:
        try:
            request = urllib.request.Request(_quoted(self._url), headers=self._headers)
            with _opener().open(request, timeout=_TIMEOUT_S) as response:
                self._tell(Answer(response.status, response.headers))
                # what is there, however little: of what waits for more a broken connection would leave nothing
                while not self._left.is_set():
                    piece = response.read1(_CHUNK)
                    self._tell(piece)
                    if not piece:
                        return
        except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
            if isinstance(error, urllib.error.HTTPError) and error.code == BEYOND_THE_END:
                self._tell(Answer(error.code, error.headers))
            else:
                self._tell(error)

    def _tell(self, what: Answer | bytes | Exception) -> None:
        while not self._left.is_set():
            try:
                self._came.put(what, timeout=SLICE_S)
            except queue.Full:
                continue
            return


def origin(url: str) -> tuple[str, str] | None:
    """Scheme and host, with its port, for whomever; None where `url` is no address that can be asked."""
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:  # brackets that do not close
        return None
    return (parts.scheme, parts.netloc.rpartition("@")[2].lower()) if parts.scheme in _SCHEMES else None


def without_password(url: str) -> str:
    """As it may be shown, also where it is no address: what stands before an @ may be name and password."""
    return re.sub(r"^([\w+.-]+://)?.*@", r"\1", url, flags=re.DOTALL)


def hugging_face() -> str:
    """Where Hugging Face is asked for; a variable that is there but empty says nothing."""
    return (os.environ.get("HF_ENDPOINT") or HUGGING_FACE).rstrip("/")


def password_for(url: str) -> dict[str, str]:
    """The header that signs in: with the name and password in the address; else at Hugging Face, with its token, and
    nowhere else. Raises Refused for what can be no token."""
    user, at, _ = urllib.parse.urlsplit(url).netloc.rpartition("@")
    if at:
        both = urllib.parse.unquote_to_bytes((user if ":" in user else f"{user}:").encode("utf-8", "replace"))
        return {"Authorization": f"Basic {base64.b64encode(both).decode()}"}
    token = os.environ.get("HF_TOKEN", "").strip()
    if not token or origin(url) != origin(hugging_face()):
        return {}
    if not (token.isascii() and token.isprintable()):
        raise Refused("HF_TOKEN holds characters that no token has; set it anew, or unset it")
    return {"Authorization": f"Bearer {token}"}


def _quoted(url: str) -> str:
    """As it may be sent: people write folders with spaces and accents; a password goes elsewhere (`password_for`)."""
    parts = urllib.parse.urlsplit(url)
    return parts._replace(
        netloc=parts.netloc.rpartition("@")[2],
        path=urllib.parse.quote(parts.path, safe="/%:@!$&'()*+,;=~"),
        query=urllib.parse.quote(parts.query, safe="/%:@!$&'()*+,;=~?"),
    ).geturl()


def _opener() -> urllib.request.OpenerDirector:
    """With the proxies and certificates that the environment names. Raises Refused for a proxy of another kind."""
    proxies = urllib.request.getproxies()
    for name in _PROXIES:
        try:
            scheme = urllib.parse.urlsplit(proxies.get(name, "")).scheme
        except ValueError as error:
            raise Refused(f"{name.upper()}_PROXY names no web address, such as http://proxy:3128") from error
        if scheme.startswith("socks"):
            raise Refused("SOCKS proxies are not supported; set HTTPS_PROXY to an HTTP proxy")
    if everything := proxies.pop("all", None):  # urllib itself knows http_proxy and https_proxy only
        proxies = {"http": everything, "https": everything} | proxies
    bundle = os.environ.get("REQUESTS_CA_BUNDLE")
    try:
        context = ssl.create_default_context(cafile=bundle or None)
    except (OSError, ssl.SSLError) as error:
        raise Refused(f"REQUESTS_CA_BUNDLE names {bundle}, which holds no certificates") from error
    return urllib.request.build_opener(
        urllib.request.ProxyHandler(proxies), urllib.request.HTTPSHandler(context=context), _Redirects()
    )


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirections, but tells the next host no password."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        new = super().redirect_request(req, fp, code, msg, headers, newurl)
        if new is not None and origin(newurl) != origin(req.full_url):
            new.headers.pop("Authorization", None)
        return new


def _failure(error: Exception) -> Exception:
    """What the failure of a request means to whoever wants the file."""
    match error:
        case urllib.error.HTTPError():
            reason = f"the server answers {error.code} {' '.join(str(error.reason).split())}"
            if error.code in _FOR_GOOD:
                return Refused(reason)
            return Interrupted(reason, wait_s=_asked_to_wait(error) if error.code in _TOO_BUSY else 0.0)
        case urllib.error.URLError(reason=Exception() as reason):
            return _failure(reason)
        case ssl.SSLCertVerificationError():
            return Refused("its certificate is not trusted; SSL_CERT_FILE can name your own")
        # an UnicodeError too; the address was looked at before. What they say may quote a password
        case http.client.InvalidURL() | ValueError():
            return Refused(
                "it, its proxy or what it redirects to is no web address "
                "(in a password write / as %2F, ? as %3F and # as %23)"
            )
        case http.client.HTTPException() | OSError():
            return Interrupted(_reason(error))
    return error


def _asked_to_wait(error: urllib.error.HTTPError) -> float:
    """Seconds that the server wants to be left alone, within reason; 0 where it does not say."""
    told = str(error.headers.get("Retry-After", "")).strip()
    try:
        seconds = float(told) if told.isdecimal() else email.utils.parsedate_to_datetime(told).timestamp() - time.time()
    except (ValueError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), _LONGEST_WAIT_S)


def _reason(error: object) -> str:
    if isinstance(error, socket.gaierror):
        return "there is no network, or no such host"
    if isinstance(error, TimeoutError):
        return f"no answer in {_TIMEOUT_S:.0f} s"
    return str(error).strip() or type(error).__name__
