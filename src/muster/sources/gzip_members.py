"""Read a gzip file member by member, so that every record's place on disk is known and every damage is noticed."""

from __future__ import annotations

import zlib
from collections import deque
from dataclasses import dataclass
from typing import BinaryIO

_BLOCK = 1 << 16
GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Member:
    """One gzip member: where its content begins when unpacked, and its bytes in the file; `end` None while it runs."""

    unpacked: int
    start: int
    end: int | None = None


class GzipMembers:
    """A stream of the unpacked bytes of all members; it ends where the file ends or where it is damaged.

    damage: "" or what is wrong. damaged_at: the first byte of the file that could not be read.
    Holds no more than one block, and the places of members that are not yet forgotten.
    """

    def __init__(self, handle: BinaryIO, position: int = 0) -> None:
        self.damage = ""
        self.damaged_at = 0
        self._handle = handle
        self._read = position  # bytes of the file taken so far
        self._pending = b""
        self._unpacked = 0
        self._inflate: zlib._Decompress | None = None
        self._members: deque[Member] = deque()

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` unpacked bytes, b"" at the end; a negative size returns a block."""
        while not self.damage:
            if not self._pending and not self._fill():
                return b""
            if self._inflate is None and not self._begin():
                return b""
            piece = self._unpack(size if size > 0 else _BLOCK)
            if piece:
                self._unpacked += len(piece)
                return piece
        return b""

    def tell(self) -> int:
        """Return how many unpacked bytes were handed out."""
        return self._unpacked

    def member_at(self, unpacked: int) -> Member:
        """Return the member that holds an unpacked position, as long as it is not forgotten."""
        return next(member for member in reversed(self._members) if member.unpacked <= unpacked)

    def forget_before(self, unpacked: int) -> None:
        """Forget the members that end before an unpacked position."""
        while len(self._members) > 1 and self._members[1].unpacked <= unpacked:
            self._members.popleft()

    def _fill(self) -> bool:
        block = self._handle.read(_BLOCK)
        if not block and self._inflate is not None:
            self._stop("the last gzip member is cut off", self._members[-1].start)
        self._read += len(block)
        self._pending += block
        return bool(block)

    def _begin(self) -> bool:
        """Start the next member; zeros behind the last one are padding, anything else is damage."""
        while self._pending and not self._pending.strip(b"\0"):
            self._pending = b""
            if not self._fill():
                return False
        if len(self._pending) < len(GZIP_MAGIC):
            self._fill()
        at = self._read - len(self._pending)
        if not self._pending.startswith(GZIP_MAGIC):
            self._stop("bytes between gzip members that are none", at)
            return False
        self._inflate = zlib.decompressobj(wbits=31)
        self._members.append(Member(self._unpacked, at))
        return True

    def _unpack(self, size: int) -> bytes:
        inflate = self._inflate
        assert inflate is not None  # read() began a member
        try:
            piece = inflate.decompress(self._pending, size)
        except zlib.error:
            self._stop("a damaged gzip member", self._members[-1].start)
            return b""
        self._pending = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
        if inflate.eof:
            self._inflate = None
            last = self._members[-1]
            self._members[-1] = Member(last.unpacked, last.start, self._read - len(self._pending))
        return piece

    def _stop(self, damage: str, at: int) -> None:
        self.damage, self.damaged_at = damage, at
