"""A window on the unpacked bytes of a file of records: what is held of them, and where the next record begins."""

from __future__ import annotations

import re
from typing import BinaryIO

from muster.sources.packing import packing_of
from muster.sources.record_head import ARC_FIRST, ARC_LINE, VERSION, is_record_start, is_whole_head
from muster.sources.tape import PACKED_START, Tape, Unit

BLANK = re.compile(rb"[\r\n]*")
_ARC_TAIL = re.compile(rb" (?:19|20)\d{6,18} [^\r\n]{0,256}? -?\w{1,20} *\r*\n")

NEAR = 1 << 14
"""Bytes behind a head's beginning in which it must show what it is."""


class Window:
    """Holds unpacked bytes from the present place on, as many as are asked for.

    Whoever reads moves the place on; what is before it is let go.
    """

    def __init__(self, handle: BinaryIO, size: int, start: int, most: int) -> None:
        self._tape = Tape(handle, size, start, most)
        self._handle = handle
        self._size = size
        self._data = b""
        self._pos = 0  # of what is not read yet, in _data
        self._base = 0  # unpacked position of _data
        self._arc = False

    def _more(self) -> bool:
        """Hold one piece more; False at a gap and at the end."""
        piece = self._tape.piece()
        if not piece:
            return False
        if self._pos < len(self._data):
            self._base += self._pos
            self._data = self._data[self._pos :] + piece
        else:
            self._base += len(self._data)
            self._data = piece
        self._pos = 0
        return True

    def _need(self, length: int) -> bool:
        """Hold so many bytes from here on; False where there are fewer before a gap or the end."""
        have = len(self._data) - self._pos
        if have >= length:
            return True
        pieces = [self._data[self._pos :]]
        while have < length and (piece := self._tape.piece()):
            pieces.append(piece)
            have += len(piece)
        if len(pieces) > 1:
            self._base += self._pos
            self._data, self._pos = b"".join(pieces), 0
        return have >= length

    def _clear(self) -> None:
        self._data, self._pos, self._base = b"", 0, self._tape.position

    def _skip_blank(self) -> None:
        """Step over line ends, as far as this unit goes."""
        while True:
            match = BLANK.match(self._data, self._pos)
            self._pos = match.end() if match else self._pos
            if self._pos < len(self._data) or self._tape.between or not self._more():
                return

    def _here(self) -> Unit:
        return self._tape.unit_at(self._base + self._pos)

    def _on_disk(self, position: int) -> int:
        """Return where an unpacked position of a plain stretch lies on disk."""
        unit = self._tape.unit_at(position)
        return unit.start + position - unit.plain

    # -- the next record ---------------------------------------------------------------------------------------------

    def _starts_at(self, place: int) -> bool:
        """Say whether a record or a packed unit begins at a place in the buffer, by a glance."""
        data = self._data
        if data.startswith((b"WARC/", ARC_FIRST), place):
            return True
        if self._arc and ARC_LINE.match(data, place):
            return True
        unit = self._tape.unit_at(self._base + place)
        return unit.plain == self._base + place or (not unit.packing and packing_of(data[place : place + 8]) != "")

    def _find(self, start: int, end: int) -> int:
        """Return the first place from `start` and before `end`, both from here on, at which a record begins; or -1."""
        data, here = self._data, self._pos
        if self._arc:
            for match in _ARC_TAIL.finditer(data, here + start):
                line = data.rfind(b"\n", here + start, match.start()) + 1 or here + start
                if here + start <= line < here + end and ARC_LINE.match(data, line):
                    return line - here
        found = -1
        for match in VERSION.finditer(data, here + start, min(here + end + 16, len(data))):
            if match.start() < here + end and is_record_start(data, match.start()):
                found = match.start() - here
                break
        if not self._tape.unit_at(self._base + here + start).packing:
            for match in PACKED_START.finditer(data, here + start, here + (found if found >= 0 else end)):
                if self._tape.starts(self._on_disk(self._base + match.start())):
                    return match.start() - here
        return found

    def _find_ahead(self, start: int, most: int) -> tuple[int, bool]:
        """Return where, from here on, the next record begins, holding `most` bytes at most, and whether one does."""
        looked = start
        while True:
            have = len(self._data) - self._pos
            found = self._find(looked, have)
            if found >= 0:
                return found, True
            looked = max(start, have - NEAR)
            if have >= most or not self._more():
                return have, False

    def _find_held(self) -> int:
        """Return where a record begins in what is held, behind the present place in a plain stretch; or -1.

        Only what is sure counts: a head near the end of what is held, or one that is not whole, is left to the tape.
        """
        if len(self._data) - self._pos < 4 * NEAR:
            self._more()
        found = self._find(1, len(self._data) - self._pos - NEAR)
        place = self._pos + found
        if found < 0 or packing_of(self._data[place : place + 8]):
            return -1
        sure = self._tape.plain or self._data.startswith(ARC_FIRST, place) or is_whole_head(self._data, place)
        return found if sure else -1
