"""Addresses of sources as manifests tell them: whole, but for what is secret in them."""

from __future__ import annotations

import re
from pathlib import Path

_USER = re.compile(
    r"(?i)\b(?!(?:abfss?|wasbs?|github|memory|zip|tar|libarchive)://)"  # these have something else before an @
    r"([\w+.-]+://)(?:[^/]*@|[^/@:\[]*:(?!:|\d*(?:[/?#]|$)).*@)"
)
"""User and password. After the colon of a host comes the number of a port: what is none there is a password that is not
escaped as it should be, and may hold anything."""
_WEB_QUERY = re.compile(r"(?i)^(https?://[^?#]*).*")


def place_of(address: str) -> str:
    """A path in full; or an address without user and password, of the web also without its query, which may be a key.

    What else is in it is part of a name (`s3://lab/ann@uni/Day #1.mp4`).
    """
    if "://" not in address:
        return str(Path(address).resolve())
    return _WEB_QUERY.sub(r"\1", _USER.sub(r"\1", address))
