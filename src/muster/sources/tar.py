"""The members of a tar file in the order in which they lie, past damage to the next head, every lost byte told of.

Python's tarfile understands each head; the walk from head to head is our own, as tarfile ends in silence at a bad one.
Formats: POSIX.1-2001 (ustar, pax), GNU tar (long names, large numbers), and the tar of the seventh edition.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from muster.sources.inner import Inner

_UNIT = 512
_SCAN = 1 << 18
_MOST_NAME = 1 << 20
"""Bytes of a long name, or of a member's further facts."""

_ENDLESS = 1 << 60
"""More bytes than any file has: a size beyond it is no size, and no place that can be gone to."""

Kind = Literal["file", "folder", "link", "device", "sparse", "other"]
_KINDS: dict[bytes, Kind] = {
    b"0": "file", b"\0": "file", b"7": "file", b"5": "folder", b"1": "link", b"2": "link", b"3": "device",
    b"4": "device", b"6": "device", b"S": "sparse",
}  # fmt: skip
_FACT = re.compile(rb"(\d{1,7}) ([^=\n]{1,200})=")


@dataclass(frozen=True, slots=True)
class TarMember:
    """One member: its name as it is written, its kind, where its bytes begin, how many they are, and its time.

    head: where its first head begins. modified: seconds since 1970, as it says. target: what a link leads to, hard:
    counted from the beginning of the archive, or from the folder that it lies in.
    """

    head: int
    start: int
    size: int
    name: str
    kind: Kind
    modified: float
    target: str = ""
    hard: bool = False


@dataclass(frozen=True, slots=True)
class TarLoss:
    """Bytes of a tar file that give no member, and why. end: None for the end of the file."""

    start: int
    end: int | None
    why: str


def is_tar(head: bytes) -> bool:
    """Say whether bytes begin with the head of a tar member: its sum is right.

    >>> is_tar(b"<html>" * 100)
    False
    """
    return len(head) >= _UNIT and head[0] != 0 and _head(head[:_UNIT]) is not None


def tar_members(handle: Inner) -> Iterator[TarMember | TarLoss]:
    """Yield every member of a tar file, and every stretch that is none.

    The handle may be read and moved between two of them.
    """
    at = zeros = 0
    further: dict[str, str] = {}
    first: int | None = None
    while True:
        handle.seek(at)
        block = handle.read(_UNIT)
        if not block:
            break
        if not block.strip(b"\0"):
            zeros += 1
            at += len(block)
            continue
        info = _head(block)
        if info is None:
            found = _next_head(handle, at + 1)
            if found is None and zeros >= 2:
                break  # what lies behind the end mark is no part of the archive
            yield TarLoss(at if first is None else first, found, "no head of a member where one should be")
            if found is None:
                return
            at, first, further, zeros = found, None, {}, 0
            continue
        zeros = 0
        first = at if first is None else first
        start = at + _UNIT
        size = info.size
        if info.type in (b"L", b"K", b"x", b"g", b"X"):
            text = handle.read(size) if size <= _MOST_NAME else b""
            if info.type in (b"L", b"K"):
                which = "path" if info.type == b"L" else "linkpath"
                further[which] = text.rstrip(b"\0").decode("utf-8", "replace")
            elif info.type in (b"x", b"X"):
                further |= _facts(text)
            at = start + _padded(size)
            continue
        kind = _KINDS.get(info.type, "other")
        if any(name.startswith("GNU.sparse") for name in further):
            kind = "sparse"
        size = int(further["size"]) if further.get("size", "").isdigit() else size
        size = 0 if kind in ("folder", "link", "device") else min(size, _ENDLESS)
        if info.type == b"S":
            start += _maps(handle, block, start)
        name, target = further.get("path", info.name), further.get("linkpath", info.linkname)
        when = _number(further.get("mtime", ""), info.mtime)
        yield TarMember(first, start, size, name, kind, when, target, info.type == b"1")
        if size:
            handle.seek(start + size - 1)
            if not handle.read(1):
                yield TarLoss(first, None, "the archive ends inside this member")
                return
        at = start + _padded(size)
        further, first = {}, None
    if first is not None:
        yield TarLoss(first, None, "the archive ends inside the head of a member")
    elif zeros == 0:
        yield TarLoss(at, at, "no end mark: members may be missing")


def _maps(handle: Inner, head: bytes, start: int) -> int:
    """Return how many bytes the further maps of a file with holes take, which lie between its head and its data."""
    length, more = 0, head[482:483] not in (b"", b"\0")
    while more:
        handle.seek(start + length)
        block = handle.read(_UNIT)
        length += _UNIT
        more = len(block) == _UNIT and block[504] != 0
    return length


def _head(block: bytes) -> tarfile.TarInfo | None:
    """Return what a block says, if it is the head of a member."""
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "replace")
    except (tarfile.HeaderError, ValueError, OverflowError):
        return None
    return info if info.size >= 0 else None


def _next_head(handle: Inner, at: int) -> int | None:
    """Return where the next head begins, from a place on; None without one."""
    carry = b""
    while True:
        handle.seek(at + len(carry))
        block = handle.read(_SCAN)
        data = carry + block
        place = 257
        while (place := data.find(b"ustar", place)) >= 0:
            begin = place - 257
            if begin + _UNIT <= len(data) and _head(data[begin : begin + _UNIT]) is not None:
                return at + begin
            place += 1
        if not block:
            return None
        carry = data[-2 * _UNIT :]
        at += len(data) - len(carry)


def _facts(text: bytes) -> dict[str, str]:
    """Return the facts of a pax head: `length name=value` lines, each as long as it says."""
    found: dict[str, str] = {}
    at = 0
    while fact := _FACT.match(text, at):
        length = int(fact[1])
        if length <= fact.end() - at:
            break
        found[fact[2].decode("utf-8", "replace")] = text[fact.end() : at + length - 1].decode("utf-8", "replace")
        at += length
    return found


def _number(text: str, instead: float) -> float:
    try:
        return float(text) if text else instead
    except ValueError:
        return instead


def _padded(size: int) -> int:
    return -(-size // _UNIT) * _UNIT
