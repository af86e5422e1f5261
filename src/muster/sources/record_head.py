r"""The head of one WARC or ARC record: where it ends, what it says, and whether bytes are the start of a record.

Lenient where real crawlers are: bare line feeds, two carriage returns in a row, folded lines, headers given twice.
Formats: ISO 28500:2009 and :2017 (WARC 1.0, 1.1); the Internet Archive's "Arc File Format" of 1996, versions 1 and 2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

MAX_HEAD = 1 << 18
"""Bytes in which a record's head must end."""

VERSION = re.compile(rb"WARC/[01]\.\d{1,3}[ \t]*\r*\n")
HEAD_END = re.compile(rb"\n\r*\n")
_FIELD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}[ \t]*:")
_PLAIN = re.compile(r"\n([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n]*)\r(?=\n)")
_MUST = re.compile(rb"\nwarc-(?:type|record-id|date)[ \t]*:", re.IGNORECASE)
_ALL_MUST = frozenset((b"warc-type", b"warc-record-id", b"warc-date", b"content-length"))
_MUST_BYTES = 1 << 14

_ARC_1 = rb"(\S{1,64}) (\d{8,20}) ([^\r\n]{0,256}?) (-?\w{1,20})"
_ARC_2 = rb"(\S{1,64}) (\d{8,20}) ([^\r\n]{0,256}?) (?:\d{3}|-) \S+ \S+ -?\d+ \S+ (-?\d{1,20})"
ARC_LINE = re.compile(rb"([a-z][a-z0-9+.-]{1,20}:[^\r\n]{0,16384}?) (?:" + _ARC_2 + rb"|" + _ARC_1 + rb")[ ]*\r*\n")
ARC_FIRST = b"filedesc://"


class Head(NamedTuple):
    """What a record's head says.

    length: bytes of it. claims: the lengths of the block that it gives, the first one first: crawlers and damage
    give two. arc: whether it is a line of an ARC file. plain: whether every line of it is as the standard has it.
    """

    length: int
    headers: Mapping[str, str]
    claims: tuple[int, ...]
    arc: bool = False
    plain: bool = False


def is_record_start(data: bytes, place: int = 0) -> bool:
    r"""Say whether bytes begin as a record does: a version, then fields, among them one that every record has.

    >>> is_record_start(b"WARC/1.0\r\nWARC-Type: response\r\n"), is_record_start(b"WARC/1.0 is a format")
    (True, False)
    """
    if data.startswith(ARC_FIRST, place):
        return ARC_LINE.match(data, place) is not None
    version = VERSION.match(data, place)
    if version is None or not _FIELD.match(data, version.end()):
        return False
    end = HEAD_END.search(data, version.end() - 1, place + _MUST_BYTES)
    stop = end.start() + 1 if end else min(len(data), place + _MUST_BYTES)
    again = data.find(b"\nWARC/", version.end() - 1, stop)
    return _MUST.search(data, version.end() - 1, again if again >= 0 else stop) is not None


def is_whole_head(data: bytes, place: int = 0) -> bool:
    """Say whether bytes begin with a head that is whole and well formed, with all that a WARC record must say.

    Packed bytes hold scraps of heads, where nothing was there to pack: these are none.
    """
    end = HEAD_END.search(data, place, place + _MUST_BYTES)
    version = VERSION.match(data, place)
    if end is None or version is None:
        return False
    lines = data[version.end() : end.start()].split(b"\n")
    names = {line.partition(b":")[0].strip().lower() for line in lines}
    return names >= _ALL_MUST and all(_FIELD.match(line) or line[:1] in (b" ", b"\t") for line in lines)


def warc_head(data: bytes, place: int, end: int) -> Head:
    """Return the head of a WARC record that lies between two places; `end` is behind its empty line."""
    raw = data[place:end]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    headers = {name.lower(): value.rstrip(" \t") for name, value in _PLAIN.findall(text)}
    # a plain head has a field in each line but the first and the empty one, and no field twice
    if len(headers) == text.count("\n") - 2:
        length = headers.get("content-length", "")
        claims = (int(length),) if length.isascii() and length.isdigit() and len(length) < 20 else ()
        return Head(end - place, headers, claims, plain=text.startswith("WARC/1.") and "warc-type" in headers)
    return _odd_head(text, end - place)


def plain_head(data: bytes, place: int) -> Head | None:
    """Return the head of a WARC record at a place, where it is whole and as the standard has it; else None."""
    if not data.startswith(b"WARC/1.", place):
        return None
    end = HEAD_END.search(data, place, place + MAX_HEAD)
    head = warc_head(data, place, end.end()) if end is not None else None
    return head if head is not None and head.plain else None


def _odd_head(text: str, length: int) -> Head:
    """Return a head with folded lines, bare line feeds, spaces at odd places or headers that are given twice."""
    headers: dict[str, str] = {}
    claims: list[int] = []
    name = ""
    for line in text.split("\n")[1:]:
        if line[:1] in (" ", "\t") and name:
            if line.strip():
                headers[name] = f"{headers[name]} {line.strip()}"
            continue
        label, colon, value = line.partition(":")
        if not colon:
            continue
        name, value = label.strip().lower(), value.strip()
        if name == "content-length" and value.isascii() and value.isdigit() and len(value) < 20:
            claims.append(int(value))
        if name in headers:
            name = ""
        else:
            headers[name] = value
    return Head(length, headers, tuple(dict.fromkeys(claims)))


def arc_head(line: re.Match[bytes]) -> Head:
    """Return what the line of an ARC record says, in the words of a WARC record."""
    url, ip2, date2, type2, length2, ip, date, kind, length = line.groups()
    ip, date, kind, length = ip or ip2, date or date2, type2 if kind is None else kind, length or length2
    stamp = date[:14].decode()
    headers = {
        "warc-type": "warcinfo" if url.startswith(ARC_FIRST) else "response",
        "warc-target-uri": url.decode("utf-8", "replace"),
        "warc-ip-address": ip.decode("latin-1"),
        "warc-date": _iso(stamp) if len(date) in (8, 12, 14) else "",
        "content-length": length.decode("latin-1"),
        "arc-type": (kind or b"").decode("latin-1"),
    }
    claims = (int(length),) if length.isdigit() and len(length) < 20 else ()
    return Head(len(line[0]), headers, claims, arc=True)


def _iso(stamp: str) -> str:
    padded = stamp.ljust(14, "0")
    return f"{padded[:4]}-{padded[4:6]}-{padded[6:8]}T{padded[8:10]}:{padded[10:12]}:{padded[12:14]}Z"
