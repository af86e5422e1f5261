"""Pictures of a page: the digests of those inside it, the addresses of the others."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence

from selectolax.lexbor import LexborNode

from muster.profiles.html import Document, Read
from muster.profiles.spans import picture_bytes

_BASE64 = ";base64,"


def read_pictures(nodes: Sequence[LexborNode], attr: str, document: Document) -> Read:
    """Return the pictures of elements, a line each: `sha256:` and the digest, or the address that the page names."""
    found = [_picture((node.attributes.get(attr) or "").strip(), document) for node in nodes]
    return Read("\n".join(filter(None, found)), matches=len(nodes))


def _picture(address: str, document: Document) -> str:
    if not address.startswith("data:"):
        return " ".join(address.split())
    head, mark, data = address.partition(_BASE64)
    if not mark:
        return ""
    held = picture_bytes(document.raw, data, document.holes) or data.encode("ascii", "ignore")
    try:
        return "sha256:" + hashlib.sha256(base64.b64decode(held)).hexdigest()
    except (binascii.Error, ValueError):
        return ""  # a picture that is cut off is none
