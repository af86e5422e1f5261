"""Cut the objects of one list out of a JSON document, with their places in bytes, however long the document is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

_BLOCK = 1 << 18
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*("?)|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)
_DECODER = json.JSONDecoder(strict=False)

DEEPEST = 200
"""Levels beyond which a document is hostile."""

MEMBERS = 50
"""Plain members that are remembered of an object around the list, each up to `LONG` bytes."""

LONG = 1000


@dataclass(frozen=True, slots=True)
class JsonObject:
    """One object of the list: where it begins, its bytes, and what is around the list.

    data: None where it is longer than the bound. about: plain members of the object that holds the list, which stand
        before it, as they are written.
    """

    start: int
    length: int
    data: bytes | None
    about: Mapping[str, bytes]


class BrokenJson(ValueError):
    """The document ends early, closes what it never opened, or is nested beyond measure; `at` is the byte."""

    def __init__(self, at: int, what: str) -> None:
        super().__init__(what)
        self.at = at


def json_objects(handle: BinaryIO, key: str | None, longest: int, start: int = 0) -> Iterator[JsonObject]:
    r"""Yield every object that stands in a list named `key`, wherever that list is; None: in any list, outermost ones.

    start: the byte at which an object of the list begins; what is before it is not read.
    Memory stays within a few blocks and `longest`. Raises BrokenJson at a break, when all before it has been yielded.

    >>> import io
    >>> text = b'{"name": "x", "messages": [{"id": 1}, {"id": 2, "in": {"a": "}"}}]}'
    >>> [(found.start, found.data, dict(found.about)) for found in json_objects(io.BytesIO(text), "messages", 100)][1]
    (38, b'{"id": 2, "in": {"a": "}"}}', {'name': b'"x"'})
    """
    cutter = _Cutter(key, longest)
    handle.seek(start)
    if start:
        cutter.base = start
        cutter.opened = [_Open(b"{", ""), _Open(b"[", key or "")]
        cutter.resumed = True
    elif handle.read(3) != b"\xef\xbb\xbf":
        handle.seek(0)
    else:
        cutter.base = 3
    while block := handle.read(_BLOCK):
        yield from cutter.feed(block)
    cutter.end()


@dataclass(slots=True)
class _Open:
    """An object or list that is not closed yet."""

    bracket: bytes
    name: str
    members: dict[str, bytes] = field(default_factory=dict)
    key: str = ""
    last: bytes = b""  # the string before a colon


@dataclass(slots=True)
class _Cutter:
    key: str | None
    longest: int
    resumed: bool = False  # begun inside a list: what is around it stands as one object at the bottom
    base: int = 0  # the byte of the document at which the buffer begins
    buffer: bytes = b""
    scan: int = 0  # in the buffer: what is before it was understood
    opened: list[_Open] = field(default_factory=list)
    began: int | None = None  # the byte of the document at which the present object begins
    depth: int = 0  # of the present object
    dropped: bool = False

    def feed(self, block: bytes) -> Iterator[JsonObject]:
        self.buffer += block
        while True:
            if self.began is not None and not self.dropped and self.began - self.base == self.scan - 1:
                whole = self._at_once()
                if whole is not None:
                    yield whole
                    continue
            token = _TOKEN.search(self.buffer, self.scan)
            if token is None or not self._whole(token):
                break
            self.scan = token.end()
            found = self._step(token[0], self.base + token.start())
            if found is not None:
                yield found
        self._forget()

    def end(self) -> None:
        if len(self.opened) > self.resumed:
            raise BrokenJson(self.base + len(self.buffer), "the document ends early")

    def _whole(self, token: re.Match[bytes]) -> bool:
        if token[0].startswith(b'"'):
            return bool(token[1])
        return token[0] in b"{}[]:," or token.end() < len(self.buffer)

    def _at_once(self) -> JsonObject | None:
        """Take the present object in one step, where the buffer holds all of it: bytes read as Latin-1 keep places."""
        start = self.scan - 1
        text = self.buffer[start : start + min(self.longest, 8 * _BLOCK)].decode("latin-1")
        try:
            _, length = _DECODER.raw_decode(text)
        except (ValueError, RecursionError):
            return None
        self.scan = start + length
        return self._close(start + length)

    def _step(self, token: bytes, at: int) -> JsonObject | None:
        top = self.opened[-1] if self.opened else None
        if token in (b"{", b"["):
            if len(self.opened) >= DEEPEST:
                raise BrokenJson(at, "nested too deeply")
            parent_is_target = top is not None and top.bracket == b"[" and self.key in (None, top.name)
            name = top.key if top is not None and top.bracket == b"{" else ""
            self.opened.append(_Open(token, name))
            if self.began is None and token == b"{" and parent_is_target:
                self.began, self.depth, self.dropped = at, len(self.opened), False
        elif token in (b"}", b"]"):
            if self.resumed and len(self.opened) == 1:
                self.opened = [_Open(b"{", "")]
                return None
            if top is None or top.bracket + token not in (b"{}", b"[]"):
                raise BrokenJson(at, "closes what was never opened")
            if self.began is not None and len(self.opened) == self.depth:
                return self._close(at + 1 - self.base)
            self.opened.pop()
        elif top is not None and self.began is None:
            self._remember(top, token)
        return None

    def _remember(self, top: _Open, token: bytes) -> None:
        if token == b":":
            top.key = top.last[1:-1].decode("utf-8", "replace")
            top.last = b""
        elif token != b",":
            if top.key and not top.last and len(top.members) < MEMBERS and len(token) <= LONG:
                top.members.setdefault(top.key, token)
            top.last = token if token.startswith(b'"') and len(token) <= LONG else b""
        else:
            top.key, top.last = "", b""

    def _close(self, end: int) -> JsonObject:
        assert self.began is not None
        start = self.began - self.base
        data = None if self.dropped or end - start > self.longest else self.buffer[start:end]
        about = self.opened[-3].members if len(self.opened) > 2 else {}
        found = JsonObject(self.began, self.base + end - self.began, data, about)
        self.opened.pop()
        self.began = None
        return found

    def _forget(self) -> None:
        if len(self.buffer) - self.scan > self.longest:
            raise BrokenJson(self.base + self.scan, "a text longer than max_line")
        keep = self.scan
        if self.began is not None and not self.dropped:
            if self.base + len(self.buffer) - self.began > self.longest:
                self.dropped = True
            else:
                keep = self.began - self.base
        self.buffer, self.base, self.scan = self.buffer[keep:], self.base + keep, self.scan - keep
