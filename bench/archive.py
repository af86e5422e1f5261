"""An archive of any size made from real pages: WARC files with as many captures as wanted, at varied sizes.

    python bench/archive.py FOLDER CAPTURES [SHARED]

Each capture is one of the Hansa pages without its embedded pictures, under another listing number, with a comment at
its end whose length is drawn so that sizes spread from ten to some hundred kilobytes. Equal arguments give equal bytes.
A file is the crawl of a day, and a listing comes back on twenty of them, as it does in archives that crawl one market
again and again.
"""

from __future__ import annotations

import base64
import hashlib
import os
import random
import re
import sys
import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path

PER_FILE = 5_000
"""Captures of one WARC file."""

SEEN = 20
"""Days on which one listing is captured."""

FIRST_DAY = date(2016, 1, 1)
_PICTURE = re.compile(rb"data:[a-z/+-]+;base64,[A-Za-z0-9+/=]+")
_DATE = re.compile(rb"Date: \d{4}-\d\d-\d\d")
_NUMBER = re.compile(rb"(?<![0-9])(24459|56750)(?![0-9])")
_TITLE = re.compile(rb"(<h2[^>]*>)")


def generate(folder: Path, captures: int, shared: Path, *, first: int = 0) -> Path:
    """Write captures `first` and on into WARC files of a folder, and return it; files that are there are left."""
    folder.mkdir(parents=True, exist_ok=True)
    starts = range(first, first + captures, PER_FILE)
    with ProcessPoolExecutor() as pool:
        jobs = [pool.submit(_file, folder, n, min(PER_FILE, first + captures - n), shared) for n in starts]
        for job in jobs:
            job.result()
    return folder


def _file(folder: Path, first: int, count: int, shared: Path) -> None:
    path = folder / f"crawl-{first:09}.warc.gz"
    if path.exists():
        return
    pages = _pages(shared)
    aside = path.with_suffix(".tmp")
    with aside.open("wb") as out:
        for n in range(first, first + count):
            out.write(_gzip(_record(n, pages)))
    aside.rename(path)


def _pages(shared: Path) -> list[bytes]:
    paths = sorted((shared / "data/markets/hansa-2017/pages").iterdir())
    return [_PICTURE.sub(b"data:", path.read_bytes()) for path in paths]


def _record(n: int, pages: list[bytes]) -> bytes:
    chance = random.Random(n)
    day = FIRST_DAY + timedelta(days=n // PER_FILE)
    page = chance.choice(pages)
    page = _DATE.sub(f"Date: {day}".encode(), page)
    listing = n % PER_FILE + PER_FILE * (n // (PER_FILE * SEEN))
    page = _NUMBER.sub(str(100_000 + listing).encode(), page)
    size = int(min(chance.lognormvariate(8, 1.2), 400_000))
    body = page + b"<!-- " + chance.randbytes(size // 4).hex().encode() + b" " * (size // 2) + b" -->"
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body)
    head = "\r\n".join(_head(n, day, http + body)).encode()
    return b"WARC/1.0\r\n" + head + b"\r\n\r\n" + http + body + b"\r\n\r\n"


def _head(n: int, day: date, block: bytes) -> Iterator[str]:
    yield "WARC-Type: response"
    yield f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{n:012}>"
    yield f"WARC-Target-URI: http://market.example/page/{n}"
    yield f"WARC-Date: {day}T12:00:00Z"
    yield "Content-Type: application/http; msgtype=response"
    yield f"WARC-Block-Digest: sha1:{base64.b32encode(hashlib.sha1(block).digest()).decode()}"
    yield f"Content-Length: {len(block)}"


def _gzip(data: bytes) -> bytes:
    squeeze = zlib.compressobj(1, wbits=31)
    return squeeze.compress(data) + squeeze.flush()


if __name__ == "__main__":
    real = Path(sys.argv[3] if len(sys.argv) > 3 else os.environ.get("MUSTER_SHARED", "../shared"))
    generate(Path(sys.argv[1]), int(sys.argv[2]), real)
