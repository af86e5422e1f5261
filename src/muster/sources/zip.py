"""The members of a zip file: by its directory, or, where that is broken, by the head that each has of its own.

The directory is read in pieces: Python's zipfile holds all of it as objects, and refuses a file whose directory is
damaged, however whole its members are. Format: PKWARE's APPNOTE 6.3.10; times in UTC by Info-ZIP's extra field 0x5455.
"""

from __future__ import annotations

import re
import stat
import struct
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from muster.sources.inner import Budget, Inner, Unpacked
from muster.sources.packing import BrokenPacking, unpacker
from muster.sources.trees import pages_beside

METHODS = {0: "stored", 8: "deflate", 12: "bzip2", 14: "zip-lzma", 93: "zstd", 95: "xz"}
"""Ways of packing that are undone, and the step of a locator that each is."""

LOCAL, _CENTRAL, _END, _END64, _FIND64, _BEHIND = (
    b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08",
)  # fmt: skip
_LOCAL_HEAD = struct.Struct("<4s5H3L2H")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_SCAN = 1 << 18
_NO = 0xFFFFFFFF
_MOST_NAME = 4096
_UNIX = 3


@dataclass(frozen=True, slots=True)
class ZipMember:
    """One member: its number from 0, its name, and where what says: `head` is where its own head begins.

    packed, size: bytes as they lie, and unpacked; None where only unpacking tells. crc: None where it is not known.
    """

    number: int
    name: str
    head: int
    packed: int | None
    size: int | None
    crc: int | None
    method: int
    encrypted: bool
    modified: datetime | None
    link: bool = False


@dataclass(frozen=True, slots=True)
class ZipLoss:
    """Bytes of a zip file that give no member, and why."""

    start: int
    end: int
    why: str


class BrokenDirectory(Exception):
    """A zip file without a directory that leads to all its members."""


def zip_directory(handle: Inner, size: int) -> Iterator[ZipMember]:
    """Yield the members in the order of the directory. Raises BrokenDirectory, also behind some members."""
    start, end, shift, count = _find_directory(handle, size)
    data, place, at, number = b"", 0, start, 0
    while at < end or place < len(data):
        if len(data) - place < _ENTRY.size + 3 * 0xFFFF and at < end:
            handle.seek(at)
            more = handle.read(min(_SCAN * 4, end - at))
            if not more:
                raise BrokenDirectory
            data, place = data[place:] + more, 0
            at += len(more)
        if len(data) - place < _ENTRY.size or not data.startswith(_CENTRAL, place):
            break
        fields = _ENTRY.unpack_from(data, place)
        length = _ENTRY.size + sum(fields[10:13])
        if length > len(data) - place:
            raise BrokenDirectory
        yield _entry(number, fields, data[place + _ENTRY.size : place + length], shift)
        place += length
        number += 1
    if number & 0xFFFF != count & 0xFFFF:
        raise BrokenDirectory


@dataclass(frozen=True, slots=True)
class Survey:
    """What the directory says as a whole: how many members, which lie in another's bytes, and some by their names.

    inside: a bomb counts the same bytes many times. Of members that overlap, the one whose bytes begin first is kept.
    pages: names of saved pages that have a folder of parts beside them.
    """

    count: int
    inside: frozenset[int]
    named: Mapping[str, ZipMember]
    pages: frozenset[str]


def survey(handle: Inner, size: int, names: frozenset[str]) -> Survey:
    """Read the directory once, holding two numbers a member. Raises BrokenDirectory."""
    heads, ends = array("q"), array("q")
    named: dict[str, ZipMember] = {}
    pages: set[str] = set()
    for member in zip_directory(handle, size):
        heads.append(min(member.head, 2**62))
        ends.append(min(member.head + _LOCAL_HEAD.size + (member.packed or 0), 2**62))
        if member.name in names:
            named.setdefault(member.name, member)
        pages.update(pages_beside(member.name.rpartition("/")[0]))
    if pages:
        pages.intersection_update([member.name for member in zip_directory(handle, size) if member.name in pages])
    begin, end = np.frombuffer(heads, dtype=np.int64), np.frombuffer(ends, dtype=np.int64)
    order = np.argsort(begin, kind="stable")
    reach = np.maximum.accumulate(end[order])
    inside = order[1:][begin[order][1:] < reach[:-1]]
    return Survey(len(heads), frozenset(int(number) for number in inside), named, frozenset(pages))


def zip_slices(handle: Inner, size: int, least: int) -> list[tuple[int, int]]:
    """Return first and count of runs of members that have `least` packed bytes or more together.

    Raises BrokenDirectory.
    """
    slices: list[tuple[int, int]] = []
    first = packed = number = 0
    for number, member in enumerate(zip_directory(handle, size), 1):
        packed += member.packed or 0
        if packed >= least:
            slices.append((first, number - first))
            first, packed = number, 0
    return [*slices, (first, number - first)] if number > first else slices


def data_start(handle: Inner, member: ZipMember) -> int | None:
    """Return where the packed bytes of a member begin; None where its own head is broken."""
    handle.seek(member.head)
    head = handle.read(_LOCAL_HEAD.size)
    if len(head) < _LOCAL_HEAD.size or not head.startswith(LOCAL):
        return None
    *_, name_length, extra_length = _LOCAL_HEAD.unpack(head)
    return int(member.head + _LOCAL_HEAD.size + name_length + extra_length)


def unpacked(inner: Inner, member: ZipMember, budget: Budget) -> Unpacked:
    """Return the unpacked bytes of a member that is packed in one of `METHODS`. inner: its packed bytes, as a file."""
    packed, summed = member.packed or 0, member.crc is not None
    name = METHODS[member.method]
    return Unpacked(inner, packed, name, budget, single=True, size=member.size, summed=summed)


def zip_recovered(handle: Inner, size: int) -> Iterator[ZipMember | ZipLoss]:
    """Yield the members by their own heads, from the beginning, and every stretch in which there is none.

    The handle may be read and moved between two of them.
    """
    at = number = 0
    while at < size:
        found = _find(handle, at, LOCAL, size)
        member = _by_head(handle, size, found, number) if found < size else None
        if found > at:
            loss = _between(handle, at, found)
            if loss is not None:
                yield loss
        if member is None:
            at = found + 4
            if found < size:
                yield ZipLoss(found, _find(handle, at, LOCAL, size), "a broken head of a member")
                at = _find(handle, at, LOCAL, size)
            continue
        start = data_start(handle, member)
        assert start is not None
        number += 1
        if member.packed is None:
            packed, unpacked, whole = _measured(handle, start, size, member.method)
            member = ZipMember(
                member.number, member.name, member.head, packed, unpacked if whole else None, None, member.method,
                member.encrypted, member.modified,
            )  # fmt: skip
        yield member
        at = min(size, start + (member.packed or 0))
        at += _described(handle, at, member.packed or 0)


# -- the directory -----------------------------------------------------------------------------------------------------


def _find_directory(handle: Inner, size: int) -> tuple[int, int, int, int]:
    """Return where the directory begins and ends, by how much its places are shifted, and how many members it says."""
    tail_at = max(0, size - 22 - 0xFFFF)
    handle.seek(tail_at)
    tail = handle.read(size - tail_at)
    place = len(tail)
    while (place := tail.rfind(_END, 0, place)) >= 0:
        if len(tail) - place >= 22:
            break
    else:
        raise BrokenDirectory
    disk, first_disk, _, count, length, offset, _ = struct.unpack_from("<4H2LH", tail, place + 4)
    end = tail_at + place
    if (disk, first_disk) != (0, 0) and (disk, first_disk) != (0xFFFF, 0xFFFF):
        raise BrokenDirectory
    if 0xFFFF in (count, disk) or _NO in (length, offset):
        end, count, length, offset = _find_64(handle, end, (count, length, offset))
    start = end - length
    shift = start - offset
    if start < 0 or shift < 0:
        raise BrokenDirectory
    return start, end, shift, count


def _find_64(handle: Inner, end: int, said: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """Return end, count, length and offset of the directory by what zip64 says; as they were where it says nothing."""
    handle.seek(max(0, end - 20))
    finder = handle.read(20)
    if not finder.startswith(_FIND64):
        return (end, *said)
    (stated,) = struct.unpack_from("<Q", finder, 8)
    for place in (stated, end - 20 - 56):
        if not 0 <= place < end:
            continue
        handle.seek(place)
        head = handle.read(56)
        if len(head) == 56 and head.startswith(_END64):
            _, count, length, offset = struct.unpack_from("<4Q", head, 24)
            return place, count, length, offset
    raise BrokenDirectory


def _entry(number: int, fields: tuple[int, ...], rest: bytes, shift: int) -> ZipMember:
    _, made, _, flags, method, stamp, day, crc, packed, size, name_length, extra_length, *_, kind, offset = fields
    extra = rest[name_length : name_length + extra_length]
    size, packed, offset = _wide(extra, size, packed, offset)
    name = _name(rest[:name_length], flags)
    when = _when(extra, day, stamp)
    link = made >> 8 == _UNIX and stat.S_ISLNK(kind >> 16)
    return ZipMember(number, name, offset + shift, packed, size, crc, method, bool(flags & 1), when, link)


def _wide(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Return sizes and place, by the extra field of zip64 where they do not fit into 32 bits."""
    wide = iter(struct.unpack(f"<{len(_field(extra, 1)) // 8}Q", _field(extra, 1)[: len(_field(extra, 1)) // 8 * 8]))
    size = next(wide, size) if size == _NO else size
    packed = next(wide, packed) if packed == _NO else packed
    return size, packed, next(wide, offset) if offset == _NO else offset


def _field(extra: bytes, wanted: int) -> bytes:
    """Return one extra field by its number; b"" without it."""
    at = 0
    while at + 4 <= len(extra):
        number, length = struct.unpack_from("<2H", extra, at)
        if number == wanted:
            return extra[at + 4 : at + 4 + length]
        at += 4 + length
    return b""


def _name(raw: bytes, flags: int) -> str:
    raw = raw[:_MOST_NAME]
    return raw.decode("utf-8", "replace") if flags & 0x800 or raw.isascii() else raw.decode("cp437", "replace")


def _when(extra: bytes, day: int, stamp: int) -> datetime | None:
    exact = _field(extra, 0x5455)
    try:
        if len(exact) >= 5 and exact[0] & 1:
            return datetime.fromtimestamp(int.from_bytes(exact[1:5], "little", signed=True), UTC)
        return datetime(
            1980 + (day >> 9), day >> 5 & 15, day & 31, stamp >> 11, stamp >> 5 & 63, min(59, (stamp & 31) * 2),
            tzinfo=UTC,
        )  # fmt: skip
    except (ValueError, OverflowError, OSError):
        return None


# -- recovery ----------------------------------------------------------------------------------------------------------


def _by_head(handle: Inner, size: int, at: int, number: int) -> ZipMember | None:
    """Return the member whose own head begins at a place; None where that is no head."""
    handle.seek(at)
    head = handle.read(_LOCAL_HEAD.size)
    if len(head) < _LOCAL_HEAD.size:
        return None
    _, version, flags, method, stamp, day, crc, packed, length, name_length, extra_length = _LOCAL_HEAD.unpack(head)
    rest = handle.read(name_length + extra_length)
    if len(rest) < name_length + extra_length or version & 0xFF > 63 or not name_length or method > 99:
        return None
    extra = rest[name_length:]
    length, packed, _ = _wide(extra, length, packed, 0)
    later = bool(flags & 8) and packed == 0
    cut = not later and at + _LOCAL_HEAD.size + len(rest) + packed > size
    return ZipMember(
        number, _name(rest[:name_length], flags), at, None if later or cut else packed, None if later else length,
        None if later else crc, method, bool(flags & 1), _when(extra, day, stamp),
    )  # fmt: skip


def _measured(handle: Inner, start: int, size: int, method: int) -> tuple[int, int, bool]:
    """Return how long a member is whose head does not say, packed and unpacked, and whether its end is sure.

    What is packed is unpacked to its end, without being held; what is stored goes to the next head of any sort.
    """
    if METHODS.get(method, "stored") == "stored":
        end = _find(handle, start, LOCAL, size, _BEHIND, _CENTRAL)
        return end - start, end - start, True
    undo = unpacker(METHODS[method])
    at, made, step = start, 0, 1 << 12
    try:
        while not undo.eof:
            data = b""
            if undo.hungry:
                handle.seek(at)
                data = handle.read(min(step, size - at))
                step = min(2 * step, _SCAN)
                if not data:
                    return size - start, made, False
                at += len(data)
            made += len(undo.feed(data, 1 << 20))
    except BrokenPacking:
        return _find(handle, start, LOCAL, size) - start, made, False
    return at - len(undo.unused) - start, made, True


def _described(handle: Inner, at: int, packed: int) -> int:
    """Return the length of the data descriptor that lies at a place: sum and sizes behind a member; 0 without one."""
    handle.seek(at)
    head = handle.read(24)
    if head.startswith((LOCAL, _CENTRAL)):
        return 0  # a descriptor need not have a mark, and the head of a member may look like one
    for form, length in ((" <L L L", 12), ("<L Q Q", 20)):
        for mark in (_BEHIND, b""):
            if head.startswith(mark) and len(head) >= len(mark) + length:
                fields = struct.unpack_from(form.strip(), head, len(mark))
                if fields[1] == packed and (mark or packed):
                    return len(mark) + length
    return 0


def _between(handle: Inner, start: int, end: int) -> ZipLoss | None:
    """Return the loss of a stretch without a member; None where it is what is left of a directory."""
    handle.seek(start)
    head = handle.read(4)
    if head in (_CENTRAL, _END, _END64, _FIND64, b"PK\x06\x08"):
        return None
    directory = _find(handle, start, _CENTRAL, end)
    return ZipLoss(start, directory, "no head of a member where one should be")


def _find(handle: Inner, at: int, mark: bytes, end: int, *others: bytes) -> int:
    """Return the first place from `at` on where four bytes stand, or other four; `end` without.

    It begins with a small piece: what is looked for is near, as a rule.
    """
    marks = re.compile(b"|".join(map(re.escape, (mark, *others))))
    carry, step = b"", 1 << 10
    while at + len(carry) < end:
        handle.seek(at + len(carry))
        block = handle.read(min(step, end - at - len(carry)))
        if not block:
            break
        data = carry + block
        if match := marks.search(data):
            return at + match.start()
        carry = data[-3:]
        at += len(data) - len(carry)
        step = min(2 * step, _SCAN)
    return end
