"""Cut a text file into lines, with their places in bytes, however long a line is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_BLOCK = 1 << 18
_NEWLINE = re.compile(rb"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its line end: where it begins, its bytes, or None where it is longer than the bound."""

    start: int
    length: int
    data: bytes | None


def lines(handle: BinaryIO, start: int, max_line: int) -> Iterator[Line]:
    r"""Yield the lines from byte `start` on; lines end in LF, CR LF or CR.

    A line longer than `max_line` bytes comes without its bytes, and is never held: memory stays within a block and
    max_line.

    >>> import io
    >>> [(line.start, line.data) for line in lines(io.BytesIO(b"ab\r\ncd" + b"x" * 99 + b"\nef"), 0, 50)]
    [(0, b'ab\r\n'), (4, None), (106, b'ef')]
    """
    handle.seek(start)
    at, carry = start, b""
    while block := handle.read(_BLOCK):
        pieces = (carry + block).splitlines(keepends=True)
        # a CR at the very end may be half of CR LF
        carry = b"" if pieces[-1].endswith(b"\n") else pieces.pop()
        for piece in pieces:
            yield Line(at, len(piece), piece if len(piece) <= max_line else None)
            at += len(piece)
        if len(carry) > max_line and not carry.endswith(b"\r"):
            length, carry = _skip(handle, len(carry))
            yield Line(at, length, None)
            at += length
    for piece in carry.splitlines(keepends=True):
        yield Line(at, len(piece), piece if len(piece) <= max_line else None)
        at += len(piece)


def _skip(handle: BinaryIO, length: int) -> tuple[int, bytes]:
    """Read to the end of a line of which `length` bytes are read; return its length, and what was read beyond it."""
    while block := handle.read(_BLOCK):
        if end := _NEWLINE.search(block):
            return length + end.end(), block[end.end() :]
        length += len(block)
    return length, b""
