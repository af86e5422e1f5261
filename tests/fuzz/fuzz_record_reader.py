"""The reader of records: whatever the bytes are, it ends, raises nothing, and both its ways find the same."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

from muster.sources import Limits
from muster.sources.records import Records
from sources.sourcing import WholeWay, found, packed, read_all, record, response

ROOMS = ("muster.sources",)
LIMITS = Limits(max_body=1 << 20)

_PAGE = response(b"<html>a page of the bazaar</html>")
_TWO = _PAGE + record(b"GET / HTTP/1.1\r\n\r\n", "request")
SEEDS = (
    _TWO,
    packed(_PAGE, _PAGE),
    gzip.compress(_TWO, mtime=0),
    _PAGE[:60] + b"garbage" + _TWO,
    gzip.compress(_PAGE[:-4], mtime=0) + gzip.compress(b"\r\n\r\n" + _TWO, mtime=0),
)


def one(data: bytes) -> None:
    """Read the bytes as a WARC file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crawl.warc"
        path.write_bytes(data)
        read_all(path, LIMITS)
    assert found(Records, data, LIMITS.max_body) == found(WholeWay, data, LIMITS.max_body)
