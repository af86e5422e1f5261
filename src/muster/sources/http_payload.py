"""What an HTTP response brought: its status, type and payload, taken out of chunks and unpacked, never beyond a bound.

A reader that decodes while it walks the archive loses every later record when one response lies about its encoding;
here a response that lies costs nobody but itself, and what could be decoded of it is kept.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import brotli  # type: ignore[import-untyped]

from muster.sources.packing import BrokenPacking, unpacker

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)")
_HEAD_END = re.compile(rb"\n\r*\n")
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}", re.ASCII)
_CHUNK = re.compile(rb"\s{0,4}([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]{0,256})?\r?\n")
_PLAIN = re.compile(r"\n([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n]*)(?=\r?\n|\r?\Z)")
MAX_HEAD = 1 << 18
"""Bytes of a response in which its header must end."""

_STEP = 1 << 16
_LONG_TYPE = 256
_LAYERS = 4
"""Encodings laid over one another that are undone; nobody sends more in earnest."""


class Payload(NamedTuple):
    """The decoded body of a response. trouble: "" or what could not be decoded; too_large: cut at the bound."""

    body: bytes
    media_type: str
    status: int | None
    trouble: str = ""
    too_large: bool = False


def plain_media_type(text: str) -> str:
    """Return a media type without its parameters, lower case, or "" where it is none.

    >>> plain_media_type("Text/HTML; charset=UTF-8"), plain_media_type("??")
    ('text/html', '')
    """
    return _known_type(text) if len(text) < _LONG_TYPE else _plain_type(text)


def _plain_type(text: str) -> str:
    bare = text.partition(";")[0].strip().lower()
    return bare if _MEDIA_TYPE.fullmatch(bare) else ""


_known_type = lru_cache(256)(_plain_type)
"""An archive has few types, and says them with every record."""


def payload_of(block: bytes, limit: int) -> Payload:
    r"""Return the payload of a response as it went over the wire, decoded, at most `limit` bytes of it.

    A block that is no HTTP response is its own payload, with a word on the trouble.

    >>> head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
    >>> payload_of(head + b"2\r\nhi\r\n0\r\n\r\n", 9)
    Payload(body=b'hi', media_type='text/plain', status=200, trouble='', too_large=False)
    """
    end = _head_end(block)
    bare = block.startswith(b"HTTP/") and len(block) < MAX_HEAD and block.endswith(b"\n")  # with nothing behind it
    if end is None and not bare:
        return Payload(block[:limit], "", None, "no HTTP header", len(block) > limit)
    headers = _headers(block[: end.start()] if end else block)
    body, trouble, too_large = block[end.end() :] if end else b"", "", False
    if "transfer-encoding" in headers and "chunked" in headers["transfer-encoding"].lower():
        body, trouble = _dechunk(body)
    for name in _encodings(headers["content-encoding"]) if "content-encoding" in headers else ():
        unpacked, wrong, too_large = _unpack(body, name, limit)
        if wrong and not unpacked:
            trouble = trouble or wrong
            break  # it is not what it says: the bytes stay as they came
        body, trouble = unpacked, trouble or wrong
    media_type = plain_media_type(headers.get("content-type", ""))
    return Payload(body[:limit], media_type, status_of(block), trouble, too_large or len(body) > limit)


def _head_end(block: bytes) -> re.Match[bytes] | None:
    """Return the empty line behind the head of an HTTP response; None in a block that has none."""
    return _HEAD_END.search(block, 0, MAX_HEAD) if block.startswith(b"HTTP/") else None


def status_of(block: bytes) -> int | None:
    """Return the HTTP status of a response, or None where it is none."""
    status = _STATUS.match(block)
    return int(status[1]) if status else None


def body_as_sent(block: bytes) -> Iterator[bytes]:
    """Yield the body of a response as digests are made of it: with its chunks, and without."""
    end = _head_end(block)
    body = block[end.end() :] if end else block
    yield body
    if end and "chunked" in _headers(block[: end.start()]).get("transfer-encoding", "").lower():
        yield _dechunk(body)[0]


def _headers(head: bytes) -> dict[str, str]:
    """Return the headers by lower-case name; the first of several wins, a folded line belongs to the one before it."""
    text = head.rstrip(b"\r").decode("latin-1")
    plain = {name.lower(): value.rstrip(" \t") for name, value in _PLAIN.findall(text)}
    if len(plain) == text.count("\n"):
        return plain
    found: dict[str, str] = {}
    last = ""
    for line in text.split("\n")[1:]:
        if line[:1] in (" ", "\t") and last:
            found[last] = f"{found[last]} {line.strip()}".strip()
            continue
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        last = name if colon and name not in found else ""
        if last:
            found[last] = value.strip()
    return found


def _encodings(stated: str) -> list[str]:
    """Return the encodings to undo, outermost first."""
    names = [name.strip().lower() for name in stated.split(",")]
    known = [name for name in names if name and name != "identity"]
    return known[::-1][:_LAYERS]


def _dechunk(data: bytes) -> tuple[bytes, str]:
    """Return the bytes out of their chunks; bytes that are in no chunks stay as they are, also behind a bad chunk."""
    pieces: list[bytes] = []
    at = 0
    while head := _CHUNK.match(data, at):
        size = int(head[1], 16)
        if size == 0:
            return b"".join(pieces), ""
        end = head.end() + size
        if end > len(data):
            return b"".join([*pieces, data[head.end() :]]), "the last chunk is cut off"
        behind = 2 if data.startswith(b"\r\n", end) else 1 if data.startswith(b"\n", end) else 0
        if not behind and end < len(data):
            return b"".join([*pieces, data[head.end() :]]), "a bad chunk"
        pieces.append(data[head.end() : end])
        at = end + behind
    if not pieces:
        return data, ""  # the crawler took it out of its chunks and left the header: nothing is lost
    if at < len(data):
        return b"".join([*pieces, data[at:]]), "a bad chunk"
    return b"".join(pieces), "no last chunk"


def _unpack(data: bytes, name: str, limit: int) -> tuple[bytes, str, bool]:
    """Return up to limit + 1 bytes unpacked, what is wrong with them, and whether there would be more."""
    pieces: list[bytes] = []
    size = 0
    try:
        for piece in _inflated(data, name):
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                return b"".join(pieces), "", True
    except (zlib.error, brotli.error, BrokenPacking, EOFError, LookupError) as error:
        wrong = f"encoding {name} is not known" if isinstance(error, LookupError) else f"broken {name} encoding"
        return b"".join(pieces), wrong if re.fullmatch(r"[a-z0-9-]{1,16}", name) else "unknown encoding", False
    return b"".join(pieces), "", False


def _inflated(data: bytes, name: str) -> Iterable[bytes]:
    if name in ("gzip", "x-gzip"):
        return _zlib_pieces(data, 31) if data.startswith(b"\x1f\x8b") else (data,)  # unpacked by the crawler
    if name == "deflate":  # some servers send it bare, without the two bytes of zlib
        bare = len(data) < 2 or (data[0] & 15) != 8 or (data[0] * 256 + data[1]) % 31
        return _zlib_pieces(data, -15 if bare else 15)
    if name == "br":
        return _brotli_pieces(data)
    if name == "zstd":
        return _zstd_pieces(data)
    raise LookupError(name)


def _zlib_pieces(data: bytes, wbits: int) -> Iterable[bytes]:
    inflate = zlib.decompressobj(wbits=wbits)
    pending = memoryview(data)
    while not inflate.eof:
        piece = inflate.decompress(inflate.unconsumed_tail or pending[:_STEP], _STEP)
        if not inflate.unconsumed_tail:
            pending = pending[_STEP:]
        yield piece
        if not piece and not pending and not inflate.eof:
            raise EOFError


def _zstd_pieces(data: bytes) -> Iterable[bytes]:
    undo = unpacker("zstd")
    for at in range(0, len(data), _STEP):
        yield undo.feed(data[at : at + _STEP], _STEP)
        while not undo.hungry and not undo.eof:
            yield undo.feed(b"", _STEP)
    if not undo.eof:
        raise EOFError


def _brotli_pieces(data: bytes) -> Iterable[bytes]:
    unpack = brotli.Decompressor()
    for at in range(0, len(data), _STEP):
        yield unpack.process(data[at : at + _STEP], output_buffer_limit=_STEP)
        while not unpack.can_accept_more_data():
            yield unpack.process(b"", output_buffer_limit=_STEP)
    if not unpack.is_finished():
        raise EOFError
