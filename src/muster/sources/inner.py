"""Bytes inside other bytes, as files that are read and sought in: a part of a file, and what a packed part unpacks to.

Nothing is laid on disk. What is packed is unpacked onwards, a few megabytes of it are held, and going back further
unpacks it again from its beginning: readers here go forward.
"""

from __future__ import annotations

import io
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from isal import isal_zlib

from muster.sources.packing import MAGICS, BrokenPacking, packing_of, skipped_length, unpacker

_BLOCK = 1 << 16
_PIECE = 1 << 20
HELD = 1 << 20
"""Unpacked bytes behind the last piece that can be gone back to at no cost."""

_SCAN = 1 << 18
MOST_TRIES = 1000
"""Places behind damage at which a unit may seem to begin and that are tried."""

FULL = "more than max_unpacked or max_ratio allow comes out of this file"


@dataclass(slots=True)
class Budget:
    """How many bytes may still be unpacked of one file, all that it holds counted together."""

    left: int

    def take(self, count: int) -> bool:
        """Take bytes; return whether there were so many left."""
        self.left -= count
        return self.left >= 0


class Inner(Protocol):
    """A file inside a file. on_disk: where on disk lie the bytes that hold its bytes from `start` to `end`."""

    def seek(self, place: int, whence: int = 0, /) -> int: ...
    def tell(self) -> int: ...
    def read(self, count: int = -1, /) -> bytes: ...
    def on_disk(self, start: int, end: int) -> tuple[int, int]: ...


class _File(io.RawIOBase):
    """What both kinds of inner file share: a place, and reading into a buffer that others bring."""

    def __init__(self) -> None:
        super().__init__()
        self._place = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the place that is read next."""
        return self._place

    def readinto(self, buffer: object, /) -> int:
        """Read into a buffer, and return how many bytes came."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        data = self.read(len(view)) or b""
        view[: len(data)] = data
        return len(data)


class Disk(_File):
    """A file on disk, as the outermost of inner files."""

    def __init__(self, handle: BinaryIO, size: int) -> None:
        super().__init__()
        self._handle = handle
        self.size = size

    def seek(self, place: int, whence: int = 0, /) -> int:
        """Go to a place."""
        self._place = self._handle.seek(min(place, self.size), whence)
        return self._place

    def read(self, count: int | None = -1, /) -> bytes:
        """Return the next bytes."""
        data = self._handle.read(-1 if count is None else count)
        self._place += len(data)
        return data

    def on_disk(self, start: int, end: int) -> tuple[int, int]:
        """Return what it was given, but for what lies behind its end."""
        return min(start, self.size), min(end, self.size)

    def close(self) -> None:
        """Close the file on disk, too."""
        self._handle.close()
        super().close()


class Part(_File):
    """A stretch of another file, which stays open when this is closed; parts may be read in turn."""

    def __init__(self, whole: Inner, start: int, length: int | None) -> None:
        super().__init__()
        self._whole = whole
        self._start = start
        self._length = length

    @property
    def size(self) -> int:
        """Its length; where that is not known, its end is looked for."""
        if self._length is None:
            self._length = self._whole.seek(0, 2) - self._start
        return self._length

    def seek(self, place: int, whence: int = 0, /) -> int:
        """Go to a place."""
        base = self.size if whence == 2 else self._place if whence else 0
        self._place = max(0, base + place)
        return self._place

    def read(self, count: int | None = -1, /) -> bytes:
        """Return the next bytes: as many as are asked for, unless the stretch, or the file that it lies in, ends."""
        most = -1 if count is None else count
        if self._length is not None:
            left = max(0, self._length - self._place)
            most = left if most < 0 else min(most, left)
        if not most:
            return b""
        self._whole.seek(self._start + self._place)
        data = self._whole.read(most)
        self._place += len(data)
        return data

    def on_disk(self, start: int, end: int) -> tuple[int, int]:
        """Return the bytes on disk that hold a range of this stretch."""
        most = end if self._length is None else self._length
        return self._whole.on_disk(self._start + min(start, most), self._start + min(end, most))


class Unpacked(_File):
    """What a packed file unpacks to: one unit, or several of one packing in a row.

    length: of the packed bytes. single: only the first unit belongs to it. size: how long it is said to be: what
    is beyond is kept, and told. summed: keep the CRC-32 of what came.
    trouble: "" or why it ends where it does; packed_end is then how far the packed bytes were read well. crc: of
    `reached` bytes. over: whether the end was reached once.
    """

    def __init__(
        self, packed: Inner, length: int, packing: str, budget: Budget, *, single: bool = False,
        size: int | None = None, summed: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self._packed, self._length, self._packing, self._budget = packed, length, packing, budget
        self._single, self._stated, self._summed = single, size, summed
        self.trouble = ""
        self.packed_end = 0
        self.crc = 0
        self.reached = 0
        self.over = False
        self._again = 0
        self._marks = (array("Q"), array("Q"))  # how much had come when a block was begun, and where that block lies
        self._restart()

    @property
    def damaged(self) -> bool:
        """Whether it ended at bytes that are nothing packed, with more behind them."""
        return bool(self.trouble) and self.trouble != FULL and not self.trouble.startswith("cut off")

    def _restart(self) -> None:
        self._data, self._base = b"", 0  # what is held, and the place of its first byte
        self._made = 0  # unpacked bytes that came
        self._pieces = self._unpack()

    def seek(self, place: int, whence: int = 0, /) -> int:
        """Go to a place; going to the end unpacks all there is."""
        if whence == 2:
            while self._pull():
                pass
        base = (0, self._place, self._base + len(self._data))[whence]
        self._place = max(0, base + place)
        return self._place

    def read(self, count: int | None = -1, /) -> bytes:
        """Return the next bytes: as many as are asked for, unless it ends.

        Raises OSError where too much would be unpacked again.
        """
        left = 1 << 62 if count is None or count < 0 else count
        if self._place < self._base:
            self._again += self._made
            if self._again > 8 * self.reached + 2**30:
                raise OSError(None, "read back and forth too often: unpack the archive into a folder")
            self._restart()
        while self._place > self._base + len(self._data) and self._pull():
            pass
        pieces: list[bytes] = []
        while left > 0:
            piece = self._data[self._place - self._base : self._place - self._base + left]
            if piece:
                pieces.append(piece)
                self._place += len(piece)
                left -= len(piece)
            elif not self._pull():
                break
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def on_disk(self, start: int, end: int) -> tuple[int, int]:
        """Return the bytes on disk of which a range was unpacked: as closely as they were read, in blocks."""
        unpacked, packed = self._marks
        first = bisect_right(unpacked, start) - 1
        last = bisect_right(unpacked, max(end - 1, start))
        low = packed[first] if first >= 0 else 0
        high = packed[last] if last < len(packed) else self.packed_end if self.over else self._length
        return self._packed.on_disk(low, high)

    # -- unpacking -----------------------------------------------------------------------------------------------------

    def _pull(self) -> bool:
        """Hold one piece more; False at the end."""
        piece = next(self._pieces, b"")
        if not piece:
            return False
        new = self._made + len(piece) - self.reached
        self._made += len(piece)
        if new > 0:
            self.reached = self._made
            if self._summed:
                self.crc = isal_zlib.crc32(piece[-new:], self.crc)
            if not self._budget.take(new):
                self._end(FULL, self._length)
        kept = self._data[-HELD:]
        self._base += len(self._data) - len(kept)
        self._data = kept + piece
        return True

    def _unpack(self) -> Iterator[bytes]:
        """Yield what comes out, from the beginning on."""
        at = 0
        while self.trouble != FULL and (start := self._unit(at)) is not None:
            undo, at, drop, came = unpacker(self._packing), start, 0, 0
            block = start
            careful: int | None = None
            while not undo.eof and self.trouble != FULL:
                data = b""
                if undo.hungry:
                    slow = careful is not None and careful <= at < careful + _BLOCK
                    data = self._packed_bytes(at, 1 if slow else _BLOCK)
                    if not data:
                        whole = self.reached == self._stated  # a bare LZMA stream need not mark its end
                        self._end("" if whole else f"cut off {self._packing}", at)
                        return
                    self._mark(block := at)
                    at += len(data)
                try:
                    piece = undo.feed(data, _PIECE)
                except BrokenPacking:
                    if careful is not None:
                        self._end(f"damaged {self._packing}", careful)
                        return
                    # once more, and byte by byte where it broke: all that lies before the damage comes out
                    undo, at, careful, drop = unpacker(self._packing), start, block, came
                    continue
                cut = min(drop, len(piece))
                drop -= cut
                piece = piece[cut:]
                came += len(piece)
                if piece:
                    yield piece
            at -= len(undo.unused)
            if self._single:
                self._end("", at)
                return

    def _unit(self, at: int) -> int | None:
        """Return where the next unit begins, behind padding; None where there is none."""
        if self._single:
            return at
        while True:
            head = self._packed_bytes(at, _BLOCK)
            if not head:
                self._end("", at)
                return None
            bare = head.lstrip(b"\0")
            at += len(head) - len(bare)
            if not bare:
                continue
            bare = bare if len(bare) >= 16 else self._packed_bytes(at, 16)
            packing = packing_of(bare)
            if packing == "skipped" and len(bare) >= 8:
                at += skipped_length(bare)
                continue
            if packing != self._packing:
                self._end("other bytes behind its end" if self.reached else f"no {self._packing}", at)
                return None
            return at

    def _packed_bytes(self, at: int, most: int) -> bytes:
        self._packed.seek(at)
        return self._packed.read(max(0, min(most, self._length - at)))

    def _mark(self, at: int) -> None:
        unpacked, packed = self._marks
        if self._made >= self.reached and (not packed or at >= packed[-1] + _BLOCK):
            unpacked.append(self._made)
            packed.append(at)

    def _end(self, trouble: str, at: int) -> None:
        if not trouble and self._stated is not None and self.reached > self._stated:
            trouble = "more than its stated size"
        if not self.over:
            self.over, self.trouble, self.packed_end = True, trouble, at


def next_unit(packed: Inner, packing: str, damaged: int, end: int) -> int | None:
    """Return where the next unit begins that unpacks, behind damaged bytes; None where none does before `end`."""
    magic = next(magic for magic, name in MAGICS if name == packing)
    at = damaged + 1
    tries = 0
    while at < end:
        packed.seek(at)
        data = packed.read(min(_SCAN, end - at))
        place = data.find(magic)
        while place >= 0 and tries < MOST_TRIES:
            tries += 1
            if _unpacks(packed, packing, at + place, end):
                return at + place
            place = data.find(magic, place + 1)
        if tries == MOST_TRIES or len(data) < len(magic) or at + len(data) >= end:
            return None
        at += len(data) - len(magic) + 1
    return None


def _unpacks(packed: Inner, packing: str, start: int, end: int) -> bool:
    """Say whether the bytes from a place on unpack well for a block, or to the end of a unit."""
    tried = Unpacked(Part(packed, start, end - start), end - start, packing, Budget(2 * _BLOCK), single=True)
    return bool(tried.read(_BLOCK)) and not tried.damaged
