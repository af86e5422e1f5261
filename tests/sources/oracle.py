"""What is in a WARC or ARC file by brute force, without the readers of Muster: heads looked for in unpacked bytes.

Every place that may begin a packed unit is tried with the plain library, and every head in what comes out is counted.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from pathlib import Path

import lz4.frame
import zstandard

_HEAD = re.compile(rb"WARC/[01]\.\d{1,3}[ \t]*\r*\n((?:[A-Za-z][A-Za-z-]*[ \t]*:[^\n]*\n|[ \t][^\n]*\n)+)\r*\n")
_ID = re.compile(rb"^warc-record-id[ \t]*:\s*(<[^>\n]*>)", re.IGNORECASE | re.MULTILINE)
_ARC = re.compile(rb"^((?:https?|filedesc|ftp)://[^\r\n]+?|dns:\S+) \S+ (\d{14}) [^\r\n]*?\d+ *\r?$", re.MULTILINE)


def heads(path: Path) -> Counter[str]:
    """Return the ids of records whose heads stand somewhere in a file, and how often; of ARC files the lines."""
    data = path.read_bytes()
    return _heads([data], path.name) | _heads(_unpacked(data, path.name), path.name)


def _heads(stretches: list[bytes], file: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for stretch in stretches:
        for head in _HEAD.finditer(stretch):
            name = _ID.search(head[1])
            if name:
                found[name[1].decode("latin-1")] += 1
        if ".arc" in file:
            found.update(f"{line[1].decode('latin-1')} {line[2].decode()}" for line in _ARC.finditer(stretch))
    return found


def _unpacked(data: bytes, name: str) -> list[bytes]:
    if ".lz4" in name:
        return [_lz4(data, at) for at in _places(data, b"\x04\x22\x4d\x18")]
    if ".zst" in name:
        return [_zstd(data, at) for at in _places(data, b"\x28\xb5\x2f\xfd")]
    return [_gzip(data, at) for at in _places(data, b"\x1f\x8b\x08")]


def _places(data: bytes, magic: bytes) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(magic), data)]


def _gzip(data: bytes, at: int) -> bytes:
    undo, out = zlib.decompressobj(31), b""
    try:
        for step in range(at, len(data), 64):  # small steps: what comes before an error is kept
            out += undo.decompress(data[step : step + 64])
            if undo.eof:
                break
    except zlib.error:
        pass
    return out


def _lz4(data: bytes, at: int) -> bytes:
    undo = lz4.frame.LZ4FrameDecompressor()
    try:
        return bytes(undo.decompress(data[at:]))
    except RuntimeError:
        return b""


def _zstd(data: bytes, at: int) -> bytes:
    try:
        return zstandard.ZstdDecompressor().decompressobj().decompress(data[at:])
    except zstandard.ZstdError:
        return b""
