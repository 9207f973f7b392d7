"""Where streams go: addresses as they are given and told, and what to say of those that cannot be had."""

from __future__ import annotations

import errno
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from engine.errors import UsageError, reason_of

DEFAULT_PORTS = {"ws": 8765, "osc": 9000, "udp": 9001, "http": 8080}
SENT_TO_LISTENERS = ("osc", "udp")


def place_of(address: str) -> SplitResult:
    """Scheme, host and port of the address of a stream. Raises UsageError where it makes no sense."""
    try:
        place = urlsplit(address)
        port = place.port
    except ValueError as error:
        raise UsageError(f"--stream {address}: {error}; give an address such as ws://127.0.0.1:8765.") from error
    if place.scheme not in DEFAULT_PORTS:
        known = ", ".join(f"{scheme}://" for scheme in DEFAULT_PORTS)
        raise UsageError(f"--stream {address}: no stream goes there; use one of {known}.")
    if place.path not in ("", "/") or place.query or place.fragment or place.username is not None:
        raise UsageError(f"--stream {address}: give scheme, host and port only, as in {place.scheme}://127.0.0.1:8765.")
    try:
        (place.hostname or "").encode("idna")  # as the system's own look-up does, outside its errors
    except UnicodeError as error:
        raise UsageError(f"--stream {address}: {place.hostname} is no name of a host; check it.") from error
    if port == 0 and place.scheme in SENT_TO_LISTENERS:
        raise UsageError(f"--stream {address}: nobody can listen at port 0; give the listener's.")
    return place


def address_of(scheme: str, host: str, port: int) -> str:
    """What a stream is called; an IPv6 host stands in brackets."""
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def not_opened(address: str, error: OSError) -> UsageError:
    """What to say where nobody can be listened for at an address."""
    is_port = error.errno in (errno.EADDRINUSE, errno.EACCES)
    remedy = "choose another port" if is_port else "give an address of this machine (0.0.0.0: all of them)"
    reason = reason_of(error).partition(" (while")[0]  # Python repeats the address there
    return UsageError(f"--stream {address} cannot be opened ({reason}); {remedy}.")


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine can reach it. Names are not looked up: whose is `127.example.org`?"""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
