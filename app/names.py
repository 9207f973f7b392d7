"""Names of files in text: some, such as old ones on Linux, are no UTF-8, and nothing can encode the str they are in."""

from __future__ import annotations

import os
from urllib.parse import quote_from_bytes, unquote_to_bytes

_AS_BYTES = "bytes:"


def shown(name: str) -> str:
    """To be read by people: what is no UTF-8 in it is replaced."""
    return name.encode(errors="surrogateescape").decode(errors="replace")


def in_text(name: str) -> str:
    """To be read back by `out_of_text`: as it is, or as bytes:caf%E9.mkv where it is no UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        is_text = False
    else:
        is_text = not name.startswith(_AS_BYTES)
    return name if is_text else _AS_BYTES + quote_from_bytes(os.fsencode(name))


def out_of_text(text: str) -> str:
    """The name of which `in_text` made the text."""
    return os.fsdecode(unquote_to_bytes(text[len(_AS_BYTES) :])) if text.startswith(_AS_BYTES) else text
