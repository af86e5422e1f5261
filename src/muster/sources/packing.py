"""Undo one layer of packing (gzip, zstandard, lz4, xz, bzip2) step by step, never further than it is asked to.

Formats: RFC 1952, RFC 8878, the LZ4 frame format 1.6.4, the .xz file format 1.2.1; the dictionary of a zstandard
WARC is that of the IIPC's "Use of Zstandard compression with WARC files" 0.1.
"""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import lz4.frame
import zstandard
from isal import isal_zlib

GZIP_MAGIC = b"\x1f\x8b\x08"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
LZ4_MAGIC = b"\x04\x22\x4d\x18"
XZ_MAGIC = b"\xfd7zXZ\x00"
BZIP2_MAGIC = b"BZh"
_SKIPPED = b"\x2a\x4d\x18"
"""Bytes 1 to 3 of a frame that zstandard and lz4 step over; byte 0 is 0x50 to 0x5F."""

DICTIONARY = b"\x5d\x2a\x4d\x18"
"""The first bytes of a skipped frame that holds the dictionary of a WARC."""

MAGICS = ((GZIP_MAGIC, "gzip"), (ZSTD_MAGIC, "zstd"), (LZ4_MAGIC, "lz4"), (XZ_MAGIC, "xz"), (BZIP2_MAGIC, "bzip2"))

MOST_WINDOW = 2**27
"""Bytes that a packed file may ask to be remembered: what the zstd program allows without being told to allow more."""

MOST_MEMORY = 2**28
"""Bytes of memory that unpacking xz may take; its strongest usual setting takes 65 MB."""

_ISAL_ERROR: type[Exception] = isal_zlib.error  # type: ignore[assignment]  # its stubs call it an instance
_ERRORS = (
    zlib.error, _ISAL_ERROR, lzma.LZMAError, zstandard.ZstdError, OSError, EOFError, RuntimeError, ValueError,
    MemoryError,
)  # fmt: skip


class BrokenPacking(Exception):
    """Bytes that are not packed as their first bytes say."""


class Unpacker(Protocol):
    """Undoes one gzip member, frame or stream.

    feed: takes packed bytes, and returns about `most` unpacked ones at most; what is not unpacked yet is kept.
        Raises BrokenPacking.
    hungry: whether it needs more packed bytes to go on. eof: whether the end was reached; `unused` is what lay behind.
    """

    @property
    def eof(self) -> bool: ...
    @property
    def hungry(self) -> bool: ...
    @property
    def unused(self) -> bytes: ...
    def feed(self, data: bytes, most: int) -> bytes: ...


def packing_of(head: bytes) -> str:
    """Return the packing that first bytes show: gzip, zstd, lz4, xz, bzip2, skipped (a frame to step over), or "".

    >>> packing_of(b"\\x1f\\x8b\\x08\\x00"), packing_of(b"\\x5d\\x2a\\x4d\\x18"), packing_of(b"WARC/1.0")
    ('gzip', 'skipped', '')
    """
    for magic, name in MAGICS:
        if head.startswith(magic):
            return name if name != "bzip2" or head[3:4].isdigit() else ""
    return "skipped" if head[1:4] == _SKIPPED and head[:1] and 0x50 <= head[0] <= 0x5F else ""


def unpacker(packing: str, dictionary: bytes = b"") -> Unpacker:
    """Return what undoes a packing. dictionary: that of the file, for zstandard."""
    if packing == "gzip":
        return _Zlib(31)
    if packing == "deflate":
        return _Zlib(-15)
    if packing == "zstd":
        return _Zstd(dictionary)
    if packing == "lz4":
        return _Lz4()
    if packing == "xz":
        return _Buffered(lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MOST_MEMORY))
    if packing == "bzip2":
        return _Buffered(bz2.BZ2Decompressor())
    if packing == "zip-lzma":
        return _ZipLzma()
    raise ValueError(packing)


def dictionary_of(content: bytes) -> bytes:
    """Return the dictionary that a skipped frame holds, plain or itself packed; b"" where it holds none."""
    if not content.startswith(ZSTD_MAGIC):
        return content
    try:
        unpack = _Zstd(b"")
        return unpack.feed(content, 2**24)
    except BrokenPacking:
        return b""


class _Zlib:
    __slots__ = ("_feed", "_inflate", "_tail", "eof", "hungry")

    def __init__(self, wbits: int) -> None:
        self._inflate = isal_zlib.decompressobj(wbits)
        self._feed = self._inflate.decompress
        self._tail = b""
        self.eof, self.hungry = False, True

    @property
    def unused(self) -> bytes:
        return self._inflate.unused_data

    def feed(self, data: bytes, most: int) -> bytes:
        try:
            piece = self._feed(self._tail + data if self._tail else data, most)
        except _ERRORS as error:
            raise BrokenPacking from error
        self._tail = self._inflate.unconsumed_tail
        self.hungry, self.eof = not self._tail, self._inflate.eof
        return piece


class _Buffered:
    """A library's decompressor that keeps what it was fed by itself."""

    def __init__(self, library: Any) -> None:
        self._library = library

    @property
    def eof(self) -> bool:
        return bool(self._library.eof)

    @property
    def hungry(self) -> bool:
        return bool(self._library.needs_input)

    @property
    def unused(self) -> bytes:
        return self._library.unused_data or b""

    def feed(self, data: bytes, most: int) -> bytes:
        try:
            return bytes(self._library.decompress(data, most))
        except _ERRORS as error:
            raise BrokenPacking from error


class _ZipLzma(_Buffered):
    """LZMA as zip files hold it: version, length and values of its properties, then the bare stream (APPNOTE 5.8)."""

    def __init__(self) -> None:
        super().__init__(None)
        self._head = b""

    @property
    def eof(self) -> bool:
        return self._library is not None and super().eof

    @property
    def hungry(self) -> bool:
        return self._library is None or super().hungry

    def feed(self, data: bytes, most: int) -> bytes:
        if self._library is not None:
            return super().feed(data, most)
        self._head += data
        if len(self._head) < 9:
            return b""
        values, dictionary = self._head[4], int.from_bytes(self._head[5:9], "little")
        if self._head[2:4] != b"\5\0" or values >= 9 * 5 * 5 or dictionary > MOST_MEMORY // 2:
            raise BrokenPacking
        own = {"id": lzma.FILTER_LZMA1, "dict_size": max(dictionary, 4096), "lc": values % 9,
               "lp": values // 9 % 5, "pb": values // 45}  # fmt: skip
        try:
            self._library = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[own])
        except _ERRORS as error:
            raise BrokenPacking from error
        return super().feed(self._head[9:], most)


class _Lz4(_Buffered):
    def __init__(self) -> None:
        super().__init__(lz4.frame.LZ4FrameDecompressor())


@dataclass
class _Zstd:
    """zstandard, a block at a time: the library alone would unpack 2 GB from 64 kB in one step."""

    dictionary: bytes

    def __post_init__(self) -> None:
        known = _known(self.dictionary) if self.dictionary else None
        self._object = zstandard.ZstdDecompressor(dict_data=known, max_window_size=MOST_WINDOW).decompressobj()
        self._held = bytearray()
        self._begun = self._summed = self._last = False
        self.eof = False

    @property
    def hungry(self) -> bool:
        return self._step() == 0

    @property
    def unused(self) -> bytes:
        return bytes(self._held)

    def feed(self, data: bytes, most: int) -> bytes:
        self._held += data
        pieces: list[bytes] = []
        size = 0
        while not self.eof and size < most and (step := self._step()):
            try:
                piece = self._object.decompress(bytes(self._held[:step]))
            except _ERRORS as error:
                raise BrokenPacking from error
            self._go_on(step)
            pieces.append(piece)
            size += len(piece)
        return b"".join(pieces)

    def _step(self) -> int:
        """Return the length of the next part of the frame, as soon as all of it is there; else 0."""
        held = self._held
        if self.eof:
            return 0
        if not self._begun:
            if len(held) < 5:
                return 0
            flags = held[4]
            single = flags >> 5 & 1
            length = 6 - single + (0, 1, 2, 4)[flags & 3] + (single, 2, 4, 8)[flags >> 6]
        elif self._last:
            length = 4  # the checksum
        else:
            if len(held) < 3:
                return 0
            block = int.from_bytes(held[:3], "little")
            length = 3 + (1 if block >> 1 & 3 == 1 else block >> 3)
        return length if len(held) >= length else 0

    def _go_on(self, step: int) -> None:
        if not self._begun:
            self._begun, self._summed = True, bool(self._held[4] >> 2 & 1)
        elif self._last:
            self.eof = True
        elif self._held[0] & 1:
            self._last, self.eof = True, not self._summed
        del self._held[:step]


@lru_cache(4)
def _known(dictionary: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(dictionary)


def skipped_length(head: bytes) -> int:
    """Return the length of a skipped frame from its first eight bytes."""
    return 8 + int(struct.unpack("<I", head[4:8])[0])
