"""A web server on this machine that serves one file, well or in all the ways in which real ones fail."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ETAG = '"v1"'
_OLD, _NEW = "Mon, 01 Jan 2024 00:00:00 GMT", "Tue, 02 Jan 2024 00:00:00 GMT"


class FileServer:
    """Serves `content` under /BEHAVIOUR/any-name; `asked` are the requests so far: (path, Range).

    `passwords` are the Authorization headers that came with them. `go_on` is what "waits" waits for, halfway.

    good     with ranges and an ETag          cut      breaks off after a third of what was asked
    once     breaks off the first time only   no-range sends the whole file whatever was asked
    long     announces more than it sends     short    announces (and so sends) less than there is
    wrong    other bytes                      page     an HTML page
    gone     404                              busy     503, then good
    elsewhere  redirects to `elsewhere`      waits    sends half, and the rest when it is told to
    drops    300 other bytes of an unnamed version, whatever was asked
    resets   a seventh of it at most, then the connection is reset
    later    503, and a request to come back in ten seconds
    dated    breaks off the first time; no ETag, but a date
    replaced   the same, and is of another date and other bytes from then on
    redated    the same, and whoever asks for what is missing by date (If-Range) gets it whatever the date
    regrown    the same without dates; what came first was of a longer file
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.asked: list[tuple[str, str | None]] = []
        self.passwords: list[str | None] = []
        self.elsewhere = "/good/net.onnx"
        self.go_on = threading.Event()
        self.failures = 0
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.removeprefix("http://proxied.invalid")
                server.asked.append((self.path, self.headers.get("Range")))
                server.passwords.append(self.headers.get("Authorization"))
                server.answer(self, path.split("/")[1])

            def log_message(self, *_: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def url(self, behaviour: str, name: str = "net.onnx") -> str:
        return f"{self.address}/{behaviour}/{name}"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def answer(self, request: BaseHTTPRequestHandler, behaviour: str) -> None:
        content = self.content
        if behaviour == "elsewhere":
            request.send_response(302)
            request.send_header("Location", self.elsewhere)
            request.end_headers()
            return
        if behaviour == "gone":
            request.send_error(404)
            return
        if behaviour == "later":
            request.send_response(503)
            request.send_header("Retry-After", "10")
            request.end_headers()
            return
        if behaviour == "busy" and self._fails(2):
            request.send_error(503)
            return
        if behaviour in ("wrong", "drops"):
            content = bytes(255 - byte for byte in content)
        if behaviour == "page":
            content = b"<html>can't scan for viruses</html>"
        is_old = behaviour in ("replaced", "redated", "regrown") and self._fails(1)
        if is_old:
            content = bytes(255 - byte for byte in content) + b"more" * (behaviour == "regrown")
        version = {"ETag": ETAG}
        if behaviour in ("dated", "replaced", "redated"):
            version = {"Last-Modified": _OLD if is_old else _NEW}
        elif behaviour in ("drops", "regrown"):
            version = {}
        start = 0
        wanted = request.headers.get("Range")
        is_good = behaviour == "redated" or request.headers.get("If-Range") in (None, *version.values())
        if wanted and is_good and behaviour not in ("no-range", "drops"):
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start >= len(content):
                request.send_response(416)
                request.send_header("Content-Range", f"bytes */{len(content)}")
                request.end_headers()
                return
        body = content[start:]
        announced = len(body)
        match behaviour:
            case "cut":
                body = body[: max(1, len(body) // 3)]
            case "once" | "dated" if self._fails(1):
                body = body[: len(body) // 2]
            case _ if is_old:
                body = body[: len(body) // 2]
            case "drops":
                body = body[:300]
            case "resets":
                body = body[: len(content) // 7 + 1]
            case "long":
                announced += 1000
            case "short":
                announced -= 1000
                body = body[:-1000]
        request.send_response(206 if start else 200)
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        request.send_header("Content-Length", str(announced))
        for header in version.items():
            request.send_header(*header)
        request.end_headers()
        with contextlib.suppress(ConnectionError):  # who asked may have gone
            half = len(body) // 2 if behaviour == "waits" else 0
            request.wfile.write(body[:half])
            if half:
                self.go_on.wait(20)
            request.wfile.write(body[half:])
        if behaviour == "resets":
            request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(request.connection.detach())

    def _fails(self, times: int) -> bool:
        self.failures += 1
        return self.failures <= times


@contextlib.contextmanager
def serving(content: bytes) -> Iterator[FileServer]:
    server = FileServer(content)
    try:
        yield server
    finally:
        server.close()
