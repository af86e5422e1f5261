"""The reader of records: whatever the bytes are, it ends, raises nothing, and every byte is told of."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

from muster.sources import Limits
from sources.sourcing import packed, read_all, record, response

ROOMS = ("muster.sources",)
LIMITS = Limits(max_body=1 << 20)

_PAGE = response(b"<html>a page of the bazaar</html>")
_TWO = _PAGE + record(b"GET / HTTP/1.1\r\n\r\n", "request")
SEEDS = (
    _TWO,
    packed(_PAGE, _PAGE),
    gzip.compress(_TWO, mtime=0),
    _PAGE[:60] + b"garbage" + _TWO,
)


def one(data: bytes) -> None:
    """Read the bytes as a WARC file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crawl.warc"
        path.write_bytes(data)
        read_all(path, LIMITS)
