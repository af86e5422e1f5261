"""Which encoding a table is written in, by its first bytes."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

SAMPLE = 1 << 20
"""Bytes that decide."""

_WIDE = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

FALLBACK = "cp1252"
"""Windows-1252: the commonest where nothing says otherwise; it wins every tie, as short tables fit several."""

_LIKELY = [FALLBACK, "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "gb18030", "shift_jis", "big5", "euc_kr"]
"""What is tried; in all of them a line end, a comma and a quote are the one byte that they are in ASCII."""


def encoding_of(sample: bytes) -> tuple[str, int]:
    r"""Return the encoding of a table and the length of its byte-order mark; "" where it is not cut into byte lines.

    UTF-8 where most of what is beyond ASCII is valid UTF-8; else what charset-normalizer finds best; else
    Windows-1252. Anything but UTF-8 is a guess.

    >>> encoding_of("naïve".encode()), encoding_of(b"\xef\xbb\xbfa"), encoding_of(b"\xff\xfea\x00")
    (('utf-8', 0), ('utf-8', 3), ('', 2))
    """
    for mark in _WIDE:
        if sample.startswith(mark):
            return "", len(mark)
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8", len(codecs.BOM_UTF8)
    if _mostly_utf8(sample):
        return "utf-8", 0
    matches = from_bytes(sample, cp_isolation=_LIKELY)
    best = matches.best()
    if best is None:
        return FALLBACK, 0
    tied = (match for match in matches if match.chaos <= best.chaos and match.coherence >= best.coherence)
    return (FALLBACK if FALLBACK in {match.encoding for match in tied} else best.encoding), 0


def decode(data: bytes, encoding: str) -> tuple[str, bool]:
    """Return the text of bytes, U+FFFD for what is none, and whether all of it was text.

    >>> decode(b"caf\\xc3\\xa9", "utf-8"), decode(b"caf\\xe9", "utf-8")
    (('café', True), ('caf�', False))
    """
    try:
        return data.decode(encoding), b"\0" not in data
    except UnicodeDecodeError:
        return data.decode(encoding, "replace"), False


def _mostly_utf8(sample: bytes) -> bool:
    text = sample.decode("utf-8", "replace")
    beyond = sum(1 for character in text if character > "\x7f") if not text.isascii() else 0
    bad = text.count("\ufffd") - sample.count("\ufffd".encode())
    return bad <= beyond - bad
