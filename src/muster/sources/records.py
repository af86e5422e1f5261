"""The records of a WARC or ARC file, each with its place; past damage to the next record, and every lost byte counted.

A record is believed where its length leads to the next record or to the end. Where it does not, its digest and its HTTP
length are asked, then the next head is looked for: inside the block (the length is too long, or the record was cut), or
behind it (too short). Together the ranges of records and losses cover the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from muster.sources.digests import fits
from muster.sources.packing import packing_of
from muster.sources.placed import Loss, Placed, Record
from muster.sources.record_head import (
    ARC_FIRST,
    ARC_LINE,
    HEAD_END,
    MAX_HEAD,
    Head,
    arc_head,
    is_record_start,
    plain_head,
    warc_head,
)
from muster.sources.tape import Unit
from muster.sources.window import BLANK, NEAR, Window

_HTTP_LENGTH = re.compile(rb"\r?\ncontent-length:[ \t]*(\d{1,19})[ \t]*\r?\n", re.IGNORECASE)
_HTTP_END = re.compile(rb"\r?\n\r?\n")
_BETWEEN = b"\r\n\r\n"


class Records(Window):
    """The records and losses of a file from a byte on, in the order of their places.

    limit: bytes of a block that are held; a larger one is stepped over and counted.
    most: unpacked bytes after which nothing more is unpacked.
    """

    def __init__(self, handle: BinaryIO, size: int, limit: int, start: int = 0, most: int = 1 << 62) -> None:
        super().__init__(handle, size, start, most)
        self._limit = limit
        self._unit: Unit | None = None  # in which the last record began
        self._row = 0
        self._twice = 0  # bytes that were looked at again because a length led nowhere

    @property
    def unpacked(self) -> int:
        """How many bytes were unpacked."""
        return self._tape.position

    def __iter__(self) -> Iterator[Placed | Loss]:
        """Yield them."""
        while True:
            if self._pos >= len(self._data) and not self._more():
                gap = self._tape.cross()
                if gap is None:
                    return
                self._clear()
                yield Loss(gap.start, gap.end, gap.why)
                continue
            found = self._ordinary() or self._next()
            if found is not None:
                yield found

    def _ordinary(self) -> Placed | None:
        """Return the record that begins here where nothing whatever is odd about it, and step behind it; else None.

        A short way to what `_next` finds, with its bounds and no rules of its own: the head is plain, it says one
        length, and where that leads the record ends as it should, before the next one or at the end of its unit.
        Anything else is left to `_next`, from the same byte on.
        """
        head = plain_head(self._data, self._pos)
        if head is None or not head.claims or self._distrusting:
            return None
        claim = head.claims[0]
        if claim > self._limit or not self._need(head.length + claim):
            return None
        data, pos = self._data, self._pos
        first = pos + head.length
        end = first + claim
        behind = end + len(_BETWEEN)
        if not data.startswith(_BETWEEN, end):
            return None
        if not data.startswith(b"WARC/1.", behind) and not (behind == len(data) and self._tape.between):
            return None
        self._pos = behind
        kind = head.headers["warc-type"].strip().lower()
        return self._placed(self._base + pos, Record(kind, head.headers, claim, claim, data[first:end]))

    def _next(self) -> Placed | Loss | None:
        """Return the record or loss that begins here, and step behind it; None where there are only empty lines."""
        start = self._base + self._pos
        self._skip_blank()
        if self._pos >= len(self._data):
            return None
        head = self._head()
        return self._record(start, head) if head is not None else self._lost(start)

    @property
    def _distrusting(self) -> bool:
        """Whether the file's lengths led nowhere so often that the next head is looked for first."""
        return self._twice > 4 * self._size + 2**28

    # -- heads ---------------------------------------------------------------------------------------------------------

    def _head(self) -> Head | None:
        """Return the head that begins here, or None."""
        data, pos = self._data, self._pos
        if len(data) - pos < 12:
            self._need(12)
            data, pos = self._data, self._pos
        if data.startswith(b"WARC/", pos):
            while True:
                end = HEAD_END.search(self._data, self._pos, self._pos + MAX_HEAD)
                if end is not None or len(self._data) - self._pos >= MAX_HEAD or not self._more():
                    break
            if end is None:
                return None
            head = warc_head(self._data, self._pos, end.end())
            return head if head.plain or is_record_start(self._data, self._pos) else None
        return self._arc_head()

    def _arc_head(self) -> Head | None:
        known = self._arc or self._data.startswith(ARC_FIRST, self._pos)
        if not known and (self._base + self._pos or not self._data[self._pos : self._pos + 1].islower()):
            return None  # an ARC file says so at its beginning; only a record that is fetched alone does not
        self._need(NEAR)
        line = ARC_LINE.match(self._data, self._pos)
        if line is None:
            return None
        self._arc = True
        return arc_head(line)

    # -- records -------------------------------------------------------------------------------------------------------

    def _record(self, start: int, head: Head) -> Placed:
        """Return the record that begins here, and step behind it."""
        length, limit = head.length, self._limit
        if not head.claims:
            return self._until_next(start, head)
        if self._distrusting:
            return self._distrusted(start, head)
        for claim in head.claims:
            if claim <= limit and self._need(length + claim) and self._lands(length + claim):
                return self._taken(start, head, length + claim, claim)
        claim = head.claims[0]
        if claim > limit and self._need(length + limit + 1):
            return self._oversized(start, head, claim)
        whole = self._need(length + claim)
        self._twice += min(claim, len(self._data) - self._pos)
        broken_off = whole and self._break_behind(length + claim) and not self._runs_over(length, length + claim)
        if whole and (broken_off or self._vouched(head, claim)):
            return self._taken(start, head, length + claim, claim)
        have = length + claim if whole else len(self._data) - self._pos
        inner = self._find(length, have)
        if inner >= 0:
            return self._taken(start, head, inner, claim, "length")
        if not whole:
            return self._taken(start, head, have, claim, "truncated")
        end, found = self._find_ahead(length + claim, length + limit)
        if not found and end > length + limit:
            return self._taken(start, head, length + claim, claim, "length")
        return self._taken(start, head, end, claim, "length")

    def _until_next(self, start: int, head: Head, note: str = "length") -> Placed:
        """Return a record of unknown length: it goes to the next one."""
        end, found = self._find_ahead(head.length, head.length + self._limit)
        if not found and end > head.length + self._limit:
            return self._oversized(start, head, None)
        return self._taken(start, head, end, head.claims[0] if head.claims else None, note)

    def _distrusted(self, start: int, head: Head) -> Placed:
        """Return a record of a file whose lengths led nowhere so often that the next head is looked for first."""
        claim = head.claims[0]
        end, found = self._find_ahead(head.length, head.length + min(claim, self._limit))
        if found and end < head.length + claim:
            return self._taken(start, head, end, claim, "length")
        if claim > self._limit:
            return self._oversized(start, head, None)
        whole = self._need(head.length + claim)
        end = head.length + claim if whole else len(self._data) - self._pos
        return self._taken(start, head, end, claim, "" if whole else "truncated")

    def _lands(self, end: int) -> bool:
        """Say whether a record that ends there, from here on, is followed by another, or by nothing."""
        while True:
            place = self._pos + end
            match = BLANK.match(self._data, place)
            after = match.end() if match else place
            if len(self._data) - after >= 8:
                return self._starts_at(after)
            if after == len(self._data) and self._tape.between:
                return True
            if not self._more():
                return after == len(self._data) or self._starts_at(after)

    def _break_behind(self, end: int) -> bool:
        """Say whether the lines that end a record stand there, or zeros, where a disk lost what stood there."""
        self._need(end + 8)
        tail = self._data[self._pos + end : self._pos + end + 8]
        if tail == bytes(8):
            return True
        tail = tail[:4]
        return tail == b"\r\n\r\n" or tail.startswith(b"\n\n") or (self._arc and tail.startswith(b"\n"))

    def _runs_over(self, first: int, end: int) -> bool:
        """Say whether a record that begins between two places goes on behind the second, to the next one: the line
        break that stands there is then its own."""
        inner = self._find(first, end)
        start = self._pos + inner
        if inner < 0 or not self._data.startswith(b"WARC/", start):
            return False
        head_end = HEAD_END.search(self._data, start, start + MAX_HEAD)
        head = warc_head(self._data, start, head_end.end()) if head_end is not None else None
        if head is None:
            return False
        stops = [inner + head.length + claim for claim in head.claims if claim <= self._limit]
        return any(stop > end and self._need(stop) and self._lands(stop) for stop in stops)

    def _vouched(self, head: Head, claim: int) -> bool:
        """Say whether the block's digest or its HTTP length confirms a claim."""
        block = self._data[self._pos + head.length : self._pos + head.length + claim]
        if stated := head.headers.get("warc-block-digest"):
            return fits(stated, block) is True
        end = _HTTP_END.search(block, 0, MAX_HEAD) if block.startswith(b"HTTP/") else None
        if end is None:
            return False
        http = _HTTP_LENGTH.search(block, 0, end.end())
        return http is not None and int(http[1]) == len(block) - end.end()

    def _taken(self, start: int, head: Head, end: int, claim: int | None, note: str = "") -> Placed:
        """Take the record that goes from here to `end`, and step behind the empty lines that follow."""
        first = self._pos + head.length
        block = self._data[first : self._pos + end]
        if note == "length":
            block = _without_end(block)
            if len(block) == claim:
                note = ""  # only what separates it from the next one is odd
        self._pos += end
        self._skip_blank()
        came = len(block)
        if came > self._limit:
            block = b""
        kind = head.headers.get("warc-type", "").strip().lower()
        return self._placed(start, Record(kind, head.headers, claim, came, block, note, head.arc))

    def _oversized(self, start: int, head: Head, claim: int | None) -> Placed:
        """Step over a record that is not held; where its length leads nowhere, to the next one."""
        block = self._base + self._pos + head.length
        unit = self._tape.unit_at(block)
        came = self._step_over(block, claim) if unit.packing else self._jump(block, claim)
        self._twice += came if claim is None or came != claim else 0
        kind = head.headers.get("warc-type", "").strip().lower()
        note = "" if came == claim else "length"
        return self._placed(start, Record(kind, head.headers, claim, came, b"", note, head.arc))

    def _jump(self, block: int, claim: int | None) -> int:
        """Go behind a block of a plain stretch without reading it, and return its length."""
        place = self._on_disk(block)
        end = place + claim if claim is not None else self._size + 1
        if end > self._size or not self._lands_on_disk(end):
            end = self._tape.next_start(place)
        self._handle.seek(end)
        after = self._handle.read(64)
        self._tape.turn(end + len(after) - len(after.lstrip(b"\r\n")))
        self._clear()
        return end - place

    def _lands_on_disk(self, place: int) -> bool:
        self._handle.seek(place)
        after = self._handle.read(64).lstrip(b"\r\n")
        return not after or after.startswith((b"WARC/", ARC_FIRST)) or packing_of(after) != "" or self._arc

    def _step_over(self, block: int, claim: int | None) -> int:
        """Unpack a block without holding it, and return its length; what led nowhere is unpacked twice."""
        unit = self._tape.unit_at(block)
        self._pos = block - self._base
        if claim is not None:
            if self._drop_until(block + claim) and self._lands(0):
                self._skip_blank()
                return claim
            self._tape.back(unit, block)
            self._clear()
        self._to_next()
        return self._base + self._pos - block

    def _drop_until(self, position: int) -> bool:
        while self._base + len(self._data) < position:
            self._pos = len(self._data)
            if not self._more():
                return False
        self._pos = position - self._base
        return True

    def _placed(self, start: int, record: Record) -> Placed:
        """Return where a record lies whose first unpacked byte is `start` and which ends here."""
        tape, stop = self._tape, self._base + self._pos
        first = tape.unit_at(start)
        if not first.packing:
            end = self._on_disk(stop) if tape.unit_at(max(stop - 1, start)) is first else self._disk_end(stop)
            return Placed(record, first.start + start - first.plain, end, None)
        last = tape.unit_at(max(stop - 1, start))
        if first is self._unit:
            self._row += 1
        else:
            self._unit, self._row = first, 0
            tape.forget_before(start)
        alone = self._row == 0 and last.plain_end is not None and last.plain_end <= stop
        end = last.end if last.end is not None else self._size
        return Placed(record, first.start, end, None if alone else self._row, first.broken or last.broken)

    def _disk_end(self, stop: int) -> int:
        last = self._tape.unit_at(max(stop - 1, 0))
        if last.packing:
            return last.end if last.end is not None else self._size
        return last.start + stop - last.plain

    # -- losses --------------------------------------------------------------------------------------------------------

    def _lost(self, start: int) -> Loss | None:
        """Step to the next record or unit, and return what is lost on the way; None where nothing is."""
        unit = self._here()
        why = "no record where one should begin"
        if not unit.packing:
            place = self._on_disk(self._base + self._pos)
            if packing_of(self._data[self._pos : self._pos + 8]) and self._tape.starts(place):
                self._tape.turn(place)
                self._clear()
                return None
            if self._arc:
                return self._lost_arc(start, why)
            if (near := self._find_held()) > 0:
                self._pos += near
                return Loss(unit.start + start - unit.plain, place + near, why)
            end = self._tape.next_start(place + 1)
            self._tape.turn(end)
            self._clear()
            return Loss(unit.start + start - unit.plain, end, why)
        self._pos += 1
        self._to_next()
        stop = self._base + self._pos
        last = self._tape.unit_at(max(stop - 1, start))
        return Loss(unit.start, last.end if last.end is not None else self._size, why, stop - start)

    def _to_next(self) -> None:
        """Go to the next record, holding little on the way; to a gap or the end where none comes."""
        while True:
            end, found = self._find_ahead(0, 4 * NEAR)
            self._pos += end if found else max(0, end - NEAR)
            if found:
                return
            if not self._more():
                self._pos = len(self._data)
                return

    def _lost_arc(self, start: int, why: str) -> Loss:
        place = self._on_disk(start)
        self._pos += 1
        self._to_next()
        return Loss(place, self._on_disk(self._base + self._pos), why)


def _without_end(block: bytes) -> bytes:
    """Return a block without the two line ends that stand between records."""
    for end in (b"\r\n\r\n", b"\n\n", b"\r\n", b"\n"):
        if block.endswith(end):
            return block[: -len(end)]
    return block
