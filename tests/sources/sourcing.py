"""Small archives and their reading, for the tests of this room."""

from __future__ import annotations

import gzip
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from muster.model import Issue, Page
from muster.sources import Limits, find_files, read, shards
from muster.sources.placed import Loss, Placed
from muster.sources.records import Records

LIMITS = Limits()
HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


def read_all(path: Path, limits: Limits = LIMITS, captured: date | None = None) -> tuple[list[Page], list[Issue]]:
    """Find, cut and read everything under a path."""
    files, issues = find_files("captures", path, limits)
    pages: list[Page] = []
    for shard in shards(files, limits):
        for item in read(shard, captured, limits):
            if isinstance(item, Page):
                pages.append(item)
            else:
                issues.append(item)
    return pages, issues


def whats(issues: Sequence[Issue]) -> list[str]:
    """Return the words of the issues."""
    return [issue.what for issue in issues]


def record(block: bytes, kind: str = "response", length: object = None, **headers: str) -> bytes:
    """Return one WARC record; `length` overrides the true one."""
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": "<urn:uuid:00000000-0000-0000-0000-000000000001>",
        "WARC-Target-URI": "http://bazaar.example/item/1",
        "WARC-Date": "2014-03-01T12:00:00Z",
        "Content-Type": "application/http; msgtype=response" if kind == "response" else "text/html",
        "Content-Length": str(len(block) if length is None else length),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return b"WARC/1.0\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"


def response(body: bytes, headers: bytes = b"", **fields: str) -> bytes:
    """Return a WARC record of an HTTP response."""
    return record(HTTP + headers + b"\r\n" + body, **fields)


def packed(*records: bytes) -> bytes:
    """Return records as gzip, a member each."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)


class Counted(io.BytesIO):
    """Bytes that count how often they are read."""

    read_bytes = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes."""
        data = super().read(size)
        self.read_bytes += len(data)
        return data


class WholeWay(Records):
    """The reader of records without its short way for ordinary ones: what the short way is measured by."""

    def _ordinary(self) -> None:
        return None


def found(kind: type[Records], data: bytes, limit: int, most: int = 1 << 62) -> list[Placed | Loss]:
    """Return the records and losses of bytes, by one of the two readers."""
    return list(kind(io.BytesIO(data), len(data), limit, most=most))
