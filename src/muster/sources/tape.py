"""The unpacked bytes of a file of records, piece by piece, each with its place on disk; past damage to the next start.

A file is a row of units: gzip members, zstandard or lz4 frames, xz streams, or a plain stretch. A unit that is damaged
gives what can be got out of it, then the tape stops: whoever reads it sees that what follows does not join on, and lets
it go on behind the gap.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import BinaryIO

from muster.sources.packing import (
    DICTIONARY,
    BrokenPacking,
    Unpacker,
    dictionary_of,
    packing_of,
    skipped_length,
    unpacker,
)
from muster.sources.record_head import ARC_LINE, is_record_start, is_whole_head

BLOCK = 1 << 16
_STEP = 1 << 20
"""Unpacked bytes of one piece, about."""

TRIES = 100_000
"""False starts behind a break that are tried before the rest of a file is given up."""

UNITS = 4096
"""Places that are remembered."""

MOST_DICTIONARY = 2**24

_PACKED = rb"\x1f\x8b\x08[\x00-\x1f]|\x28\xb5\x2f\xfd|\x04\x22\x4d\x18|\xfd7zXZ\x00|BZh[1-9]1AY&SY"
PACKED_START = re.compile(_PACKED)
"""What may be the start of a packed unit."""

_START = re.compile(rb"WARC/[01]\.|filedesc://|" + _PACKED)
"""What may be the start of a unit, or of a record in a plain stretch."""

_OVERLAP = 16
_SURE = 4096
"""Unpacked bytes that must come out well before a unit without a record at its start is believed to be one."""


@dataclass(slots=True)
class Unit:
    """A stretch of the file that is unpacked as one.

    start, end: its bytes on disk. plain, plain_end: its bytes when unpacked. The ends are None while it runs.
    broken: "" or what is wrong with it. packing: "" for a plain stretch.
    """

    start: int
    plain: int
    packing: str
    end: int | None = None
    plain_end: int | None = None
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Bytes of the file that could not be unpacked, wholly or in part, and why."""

    start: int
    end: int
    why: str


class Tape:
    """The unpacked bytes of a file from a byte on. The handle must be able to seek.

    gap: what lies where the tape stopped; None at the end of the file. position: unpacked bytes that were handed out.
    most: unpacked bytes after which nothing more is unpacked.
    """

    def __init__(self, handle: BinaryIO, size: int, start: int = 0, most: int = 1 << 62) -> None:
        self.size = size
        self.units: deque[Unit] = deque()
        self.gap: Gap | None = None
        self.position = 0
        self.most = most
        self._handle = handle
        self._raw = b""
        self._at = start  # place on disk of the first byte of _raw
        self._unpacker: Unpacker | None = None
        self._running: Unit | None = None
        self._dictionary = b""
        self._tries = 0
        self._fed = (start, start)  # place on disk of what the unpacker was fed last
        self._again = b""  # unpacked, and to be handed out once more
        handle.seek(start)
        if start:
            self._find_dictionary()
            handle.seek(start)

    def piece(self) -> bytes:
        """Return the next unpacked bytes; b"" at a gap and at the end."""
        if self._again:
            piece, self._again = self._again, b""
            self.position += len(piece)
            return piece
        while self.gap is None:
            unit = self._running
            if unit is None:
                if not self._begin():
                    return b""
                continue
            if not unit.packing:
                if not self._raw:
                    self._handle.seek(self._at)
                    self._raw = self._handle.read(BLOCK * 4)
                piece, self._raw = self._raw, b""
                self._at += len(piece)
                if not piece:
                    self._close(self._at)
                    continue
            else:
                piece = self._unpack(unit)
            if piece:
                self.position += len(piece)
                if self.position > self.most:
                    self._stop(unit, self.size, "more than max_unpacked comes out of this file")
                return piece
        return b""

    def cross(self) -> Gap | None:
        """Go on behind the gap, and return it."""
        gap, self.gap = self.gap, None
        if gap is not None:
            self._running = self._unpacker = None
            self._go(gap.end)
        return gap

    def turn(self, place: int) -> None:
        """Let a new unit begin at a byte on disk: whatever was read beyond it is read again."""
        if self._running is not None:
            unit = self._running
            unit.end, unit.plain_end = place, unit.plain + place - unit.start
            self.position = unit.plain_end
        self._running = self._unpacker = self.gap = None
        self._again = b""
        self._go(place)

    @property
    def between(self) -> bool:
        """Whether the unit that gave the last piece is over."""
        return self._running is None

    @property
    def plain(self) -> bool:
        """Whether nothing packed was met, so far as is remembered."""
        return bool(self.units) and not any(unit.packing for unit in self.units)

    def unit_at(self, position: int) -> Unit:
        """Return the unit that holds an unpacked position, as long as it is not forgotten."""
        units = self.units
        if units[-1].plain <= position:
            return units[-1]
        return next((unit for unit in reversed(units) if unit.plain <= position), units[0])

    def forget_before(self, position: int) -> None:
        """Forget the units that end before an unpacked position."""
        units = self.units
        while len(units) > 1 and units[1].plain <= position:
            units.popleft()

    def back(self, unit: Unit, position: int) -> None:
        """Go back to an unpacked position of a unit that is not forgotten."""
        while self.units and self.units[-1] is not unit:
            self.units.pop()
        self.gap = self._running = self._unpacker = None
        self._again = b""
        self.units.pop()
        self._go(unit.start)
        self.position = unit.plain
        if not unit.packing:
            self._open(unit.start, "")
            self._go(unit.start + position - unit.plain)
            self.position = position
            return
        while self.position < position and (piece := self.piece()):
            if self.position > position:  # what is beyond is handed out again
                self._again = piece[position - self.position :]
                self.position = position

    # -- units ---------------------------------------------------------------------------------------------------------

    def _begin(self) -> bool:
        """Start the next unit; return whether there is one, or the tape stopped at what is none."""
        self._fill(64)
        if not self._raw:
            return False
        if self._raw[0] == 0:
            return self._zeros()
        packing = packing_of(self._raw)
        if packing == "skipped":
            return self._skip()
        if packing:
            self._open(self._at, packing)
            return True
        self._fill(BLOCK)
        bare = self._raw.lstrip(b"\r\n")
        if is_record_start(bare) or ARC_LINE.match(bare):
            self._open(self._at, "")
            return True
        self.gap = Gap(self._at, self.next_start(self._at + 1), "neither a record nor anything packed")
        return False

    def _open(self, place: int, packing: str) -> None:
        self._running = Unit(place, self.position, packing)
        self.units.append(self._running)
        if len(self.units) > UNITS:
            del self.units[1]
        self._unpacker = unpacker(packing, self._dictionary) if packing else None

    def _close(self, end: int) -> None:
        unit = self._running
        assert unit is not None
        unit.end, unit.plain_end = end, self.position
        self._running = self._unpacker = None

    def _zeros(self) -> bool:
        """Step over bytes that are all zero, as behind the last member of a tape or where a disk lost its data."""
        start = self._at
        while self._raw and not self._raw.strip(b"\0"):
            self._at += len(self._raw)
            self._raw = self._handle.read(BLOCK)
        self._at += len(self._raw) - len(self._raw.lstrip(b"\0"))
        self._raw = self._raw.lstrip(b"\0")
        self.gap = Gap(start, self._at, "zeros")
        return False

    def _skip(self) -> bool:
        """Step over a frame that is to be stepped over; the dictionary of a WARC lies in one."""
        self._fill(8)
        length = skipped_length(self._raw) if len(self._raw) >= 8 else self.size
        if self._at + length > self.size:
            self.gap = Gap(self._at, self.next_start(self._at + 1), "a cut frame")
            return False
        if self._raw.startswith(DICTIONARY):
            self._take_dictionary(self._at, length)
        unit = Unit(self._at, self.position, "skipped", self._at + length, self.position)
        self.units.append(unit)
        self._go(self._at + length)
        return True

    def _find_dictionary(self) -> None:
        """Take the dictionary from the beginning of the file, where reading does not begin there."""
        self._handle.seek(0)
        head = self._handle.read(8)
        if len(head) == 8 and head.startswith(DICTIONARY):
            self._take_dictionary(0, skipped_length(head))

    def _take_dictionary(self, place: int, length: int) -> None:
        if length <= MOST_DICTIONARY:
            self._handle.seek(place + 8)
            self._dictionary = dictionary_of(self._handle.read(length - 8))

    # -- unpacking -----------------------------------------------------------------------------------------------------

    def _unpack(self, unit: Unit) -> bytes:
        """Return the next unpacked bytes of a unit, b"" where there are none yet or it ended."""
        undo = self._unpacker
        assert undo is not None
        if undo.hungry:
            if not self._raw:
                self._raw = self._handle.read(BLOCK)
            if not self._raw:
                return self._broken(unit, "cut off", sure=True)
            data, self._raw = self._raw, b""
            self._fed = (self._at, self._at + len(data))
            self._at += len(data)
        else:
            data = b""
        try:
            piece = undo.feed(data, _STEP)
        except BrokenPacking:
            return self._broken(unit, "damaged", sure=False)
        if undo.eof:
            self._raw = undo.unused
            self._at -= len(self._raw)
            unit.end, unit.plain_end = self._at, self.position + len(piece)
            self._running = self._unpacker = None
        return piece

    def _broken(self, unit: Unit, why: str, *, sure: bool) -> bytes:
        """Stop at a unit that is damaged or cut; return what can still be got out of it."""
        more = b"" if sure else self._salvage(unit)
        self._stop(unit, self.next_start(unit.start + 1, records_only=sure), f"{why} {unit.packing}")
        unit.plain_end = self.position + len(more)
        return more

    def _stop(self, unit: Unit, end: int, why: str) -> None:
        unit.broken, unit.end, unit.plain_end = why, end, self.position
        self.gap = Gap(unit.start, end, why)

    def _salvage(self, unit: Unit) -> bytes:
        """Unpack a damaged unit again, at last a byte at a time, and return what was not handed out of it before."""
        undo = unpacker(unit.packing, self._dictionary)
        handed = self.position - unit.plain
        came, pieces = 0, list[bytes]()
        self._handle.seek(unit.start)
        place = unit.start
        step = BLOCK
        try:
            while place < self._fed[1]:
                if undo.hungry:
                    step = min(BLOCK, self._fed[0] - place) if place < self._fed[0] else 1
                    data = self._handle.read(step)
                    place += step
                else:
                    data = b""
                piece = undo.feed(data, _STEP)
                came += len(piece)
                if came > handed and piece:
                    pieces.append(piece[-(came - handed) :] if came - len(piece) < handed else piece)
                if undo.eof:
                    break
        except BrokenPacking:
            pass
        return b"".join(pieces)

    # -- finding the next start ----------------------------------------------------------------------------------------

    def next_start(self, place: int, *, records_only: bool = False) -> int:
        """Return where on disk the next unit or plain record begins, from a byte on; the file's size without one."""
        carry = b""
        while True:
            self._handle.seek(place + len(carry))
            block = self._handle.read(BLOCK * 4)
            data = carry + block
            last = len(data) if not block else len(data) - _OVERLAP
            for match in _START.finditer(data):
                if match.start() >= last:
                    break
                if self.starts(place + match.start(), records_only):
                    return place + match.start()
                if self._tries > TRIES:
                    return self.size
            if not block:
                return self.size
            carry = data[max(last, 0) :]
            place += len(data) - len(carry)

    def starts(self, place: int, records_only: bool = True) -> bool:
        """Say whether a unit or a plain record begins at a byte on disk: what is packed is tried."""
        self._tries += 1
        head = self._head(place)
        while (packing := packing_of(head)) == "skipped":
            # a frame to step over begins something only where something follows it
            place += skipped_length(head) if len(head) >= 8 else self.size
            head = self._head(place)
        if not packing:
            return is_record_start(head) and (self.plain or head.startswith(b"filedesc") or is_whole_head(head))
        undo = unpacker(packing, self._dictionary)
        out = b""
        try:
            for at in range(0, len(head), 1024):
                out += undo.feed(head[at : at + 1024], _SURE)
                if undo.eof or len(out) >= _SURE:
                    break
        except BrokenPacking:
            return is_record_start(out)
        return is_record_start(out) or (not records_only and (undo.eof or len(out) >= _SURE))

    # -- the file ------------------------------------------------------------------------------------------------------

    def _head(self, place: int) -> bytes:
        self._handle.seek(place)
        return self._handle.read(BLOCK)

    def _go(self, place: int) -> None:
        self._handle.seek(place)
        self._raw, self._at = b"", place

    def _fill(self, least: int) -> None:
        while len(self._raw) < least:
            block = self._handle.read(BLOCK)
            if not block:
                return
            self._raw += block
