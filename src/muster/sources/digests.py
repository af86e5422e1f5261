"""Digests that archives state of their own records and files, checked."""

from __future__ import annotations

import base64
import binascii
import hashlib

_LENGTHS = {hashlib.md5: 16, hashlib.sha1: 20, hashlib.sha256: 32, hashlib.sha512: 64}
_MAKES = {
    "md5": hashlib.md5, "sha1": hashlib.sha1, "sha-1": hashlib.sha1, "sha256": hashlib.sha256,
    "sha-256": hashlib.sha256, "sha512": hashlib.sha512, "sha-512": hashlib.sha512,
}  # fmt: skip
_BASE_32 = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHIJKLMNOPQRSTUV")
"""RFC 4648 digits into those that Python reads numbers of base 32 from; what is none becomes too short, or none."""


def fits(stated: str, data: bytes) -> bool | None:
    """Say whether bytes have the digest that is stated as `name:value`, in base 32, base 16 or base 64.

    None where the digest is of a sort that is not known, or no digest at all: then nothing is said.

    >>> fits("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", b""), fits("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", b"x")
    (True, False)
    >>> fits("blake3:00", b"") is None
    True
    """
    label, _, value = stated.partition(":")
    make = _MAKES.get(label.strip().lower())
    if make is None:
        return None
    wanted = _number(value.strip(), _LENGTHS[make])
    return None if wanted is None else int.from_bytes(make(data).digest(), "big") == wanted


def canonical(stated: str) -> str:
    """Return one spelling of a digest, whichever of its spellings an archive has.

    >>> canonical("SHA-1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ")
    'sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709'
    """
    label, _, value = stated.partition(":")
    make = _MAKES.get(label.strip().lower())
    number = None if make is None else _number(value.strip(), _LENGTHS[make])
    return stated.strip() if make is None or number is None else f"{make().name}:{number:x}"


def _number(value: str, length: int) -> int | None:
    """Return a digest as a number; None where it is no digest of this length."""
    bare = value.rstrip("=")
    try:
        if len(bare) == -(-length * 8 // 5):
            return int(bare.encode().upper().translate(_BASE_32, b"0189"), 32) >> -length * 8 % 5
        if len(bare) == 2 * length:
            return int(bare, 16)
        if len(bare) == -(-length * 4 // 3):
            padded = bare + "=" * (-len(bare) % 4)
            return int.from_bytes(
                base64.b64decode(padded, altchars=b"-_" if "-" in bare or "_" in bare else None), "big"
            )
    except (ValueError, binascii.Error):
        pass
    return None
