"""The preview page: what a browser at http://127.0.0.1:PORT shows, annotated pictures as motion JPEG."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import cv2
import numpy as np

from app.drawer import Drawer
from app.handover import Handover
from app.results import Header
from app.streams.addresses import address_of, is_loopback, not_opened
from app.streams.background import BackgroundStream
from app.streams.messages import Message, State
from app.style import Style
from engine.types import U8

_QUALITY = 80
_LARGEST = 1280  # pixels on the longer side
_SEND_BUFFER = 262_144  # bytes, a picture or two: what waits in the system's buffers is old when it arrives
_SEND_S = 5.0  # what a browser may take to swallow a picture
_BOUNDARY = b"skelter-picture"
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Skelter</title><style>
html,body{height:100%;margin:0;background:#111;color:#ddd;font:16px sans-serif}
body{display:flex;flex-direction:column;align-items:center;justify-content:center}
img{max-width:100%;max-height:100%;flex:1;min-height:0;object-fit:contain}
p{display:none;margin:1em} .over img{display:none} .away img{opacity:.3}
.over .ended,.away:not(.over) .lost{display:block}
</style></head><body>
<img alt="Live picture with skeletons">
<noscript><img src="/stream.mjpg" alt="Live picture with skeletons"></noscript>
<p class="ended">The picture has ended. It comes back by itself when Skelter streams here again.</p>
<p class="lost">The camera is away. The picture goes on by itself when it is back.</p>
<script src="/page.js"></script>
</body></html>
"""
# Browsers do not tell a page that such a picture has ended, so it asks whether it is sent one still; and looks again
# where it is not, as after a laptop's lid was closed, and when there is one again.
_SCRIPT = """const picture = document.querySelector('img');
let name = '', missed = 0;
function look() {
  name = Date.now().toString(36) + Math.random().toString(36).slice(2);
  missed = 0;
  picture.src = '/stream.mjpg?' + name;
}
look();
setInterval(async () => {
  const answer = await fetch('/is-sent?' + name, {cache: 'no-store'}).then((answer) => answer.text(), () => '');
  missed = answer.startsWith('yes') ? 0 : missed + 1;
  if (answer && (missed > 1 || document.body.classList.contains('over'))) look();
  document.body.classList.toggle('over', !answer);
  document.body.classList.toggle('away', answer.endsWith('away'));
}, 1000);
"""
_POLICY = (
    "default-src 'self'; style-src 'unsafe-inline'; connect-src 'self' ws://127.0.0.1:* ws://localhost:* ws://[::1]:*"
)


class PreviewStream(BackgroundStream):
    """Serves the page; draws and encodes only while somebody looks. Raises UsageError where the port is taken."""

    def __init__(self, host: str, port: int, header: Header, style: Style) -> None:
        self._viewers: dict[Handover[bytes], str] = {}
        self._lost = 0  # of viewers who have gone
        self._state = State(lost=False)
        self._lock = threading.Lock()
        self._drawer = Drawer(header, style)
        try:
            self._server = _Server((host, port), self)
        except OSError as error:
            raise not_opened(address_of("http", host, port), error) from error
        super().__init__(address_of("http", host, self._server.server_address[1]))
        self._serving = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name=f"skelter stream {self.address}", daemon=True
        )
        self._serving.start()
        self._start()

    @property
    def dropped(self) -> int:
        with self._lock:
            return self._lost + sum(viewer.lost for viewer in self._viewers)

    def offer(self, message: Message) -> None:
        if self._viewers:
            super().offer(message)

    def tell(self, state: State) -> None:
        self._state = state

    def close(self) -> None:
        super().close()
        with self._lock:
            for viewer in self._viewers:
                viewer.finish()
        self._server.shutdown()
        self._server.server_close()
        self._serving.join(2.0)

    def look(self, name: str) -> Handover[bytes]:
        """A mailbox of JPEG pictures for one more viewer, who calls himself so."""
        viewer: Handover[bytes] = Handover(depth=1, newest=True)
        with self._lock:
            self._viewers[viewer] = name
        return viewer

    def is_sent(self, name: str) -> str:
        """What a page is told that asks whether a viewer of this name is sent pictures."""
        with self._lock:
            is_looking = name in self._viewers.values()
        return ("yes" if is_looking else "no") + (" away" if self._state.lost else "")

    def leave(self, viewer: Handover[bytes]) -> None:
        with self._lock:
            del self._viewers[viewer]
            self._lost += viewer.lost

    def _send(self, message: Message | State) -> None:
        assert isinstance(message, Message)  # states are asked for by the page
        frame = message.result.frame
        picture = encoded(self._drawer.draw(frame.image, message.record, frame.time_s))
        with self._lock:
            for viewer in self._viewers:
                viewer.put(picture)


def encoded(image: U8) -> bytes:
    """The picture as JPEG, made smaller where it is large."""
    scale = _LARGEST / max(image.shape[:2])
    if scale < 1:
        image = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return bytes(jpeg)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, place: tuple[str, int], preview: PreviewStream) -> None:
        self.preview = preview
        self.is_public = not is_loopback(place[0])
        own = socket.gethostname().lower()
        self.names = {place[0].lower(), own, f"{own.partition('.')[0]}.local"}
        if ":" in place[0]:
            self.address_family = socket.AF_INET6
        super().__init__(place, _Handler)

    def server_bind(self) -> None:
        if self.address_family == socket.AF_INET6 and socket.has_dualstack_ipv6():  # at [::] both kinds are meant
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()

    def is_known_as(self, host: str) -> bool:
        """Whether that is this machine's name, or figures, and not a name that somebody made to lead here.

        By such a one his own page, open in a browser that may come here, would see what is shown.
        """
        if is_loopback(host):
            return True
        return self.is_public and (host in self.names or _is_in_figures(host))

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle of a picture is no matter for the terminal."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _SEND_S
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        try:
            host = urlsplit(f"//{self.headers.get('Host', '')}").hostname or ""
        except ValueError:
            self.send_error(400, "This is no host")
            return
        path, _, name = self.path.partition("?")
        if not self.server.is_known_as(host):
            known = "its address in figures" if self.server.is_public else "127.0.0.1 or localhost"
            self.send_error(403, f"Ask for it by {known}")
        elif self.path == "/":
            self._give(_PAGE.encode(), "text/html; charset=utf-8")
        elif self.path == "/page.js":
            self._give(_SCRIPT.encode(), "text/javascript; charset=utf-8")
        elif path == "/stream.mjpg":
            self._stream(name)
        elif path == "/is-sent":
            self._give(self.server.preview.is_sent(name).encode(), "text/plain")
        else:
            self.send_error(404)

    def log_message(self, format: str, *arguments: Any) -> None:
        """No line on the terminal for each request."""

    def _give(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", _POLICY)
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, name: str) -> None:
        self.close_connection = True
        viewer = self.server.preview.look(name)  # before the answer begins, or who has that misses the first picture
        try:
            self._show(viewer)
        except OSError:
            pass
        finally:
            self.server.preview.leave(viewer)

    def _show(self, viewer: Handover[bytes]) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY.decode()}")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.end_headers()
        for picture in viewer.take():
            head = b"--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % (_BOUNDARY, len(picture))
            self.wfile.write(head + picture + b"\r\n")


def _is_in_figures(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
