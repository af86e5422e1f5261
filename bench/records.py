"""WARC records a second, with digest, place and loss count, beside FastWARC and warcio on the same file in one run.

    python bench/records.py ARCHIVE.warc.gz [ROUNDS]

"Muster" is what a run reads with: SHA-256 of every body, stated digests checked, its place on disk, losses counted.
"isal, SHA-1, SHA-256, split" is what unpacking, both digests and finding the two heads take without anything else.
FastWARC is given `verify_digests=True` and parses HTTP, as this is what it offers for the same.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from fastwarc.warc import ArchiveIterator as FastIterator
from isal import isal_zlib
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from muster.sources import Limits, SourceFile, read
from muster.sources.shard import Shard

_STEP = 1 << 16


def main() -> None:
    """Print the table: medians of interleaved rounds, in processor time: what else the machine does counts less."""
    path, rounds = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    ways: dict[str, Callable[[Path], int]] = {
        "Muster": _muster,
        "FastWARC, verify_digests": lambda path: _fastwarc(path, True),
        "FastWARC": lambda path: _fastwarc(path, False),
        "isal, SHA-1, SHA-256, split": _bare,
        "warcio, check_digests": _warcio,
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    counts: dict[str, int] = {}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.process_time()
            counts[name] = way(path)
            taken[name].append(time.process_time() - start)
    peer = counts["FastWARC, verify_digests"] / median(taken["FastWARC, verify_digests"])
    print(f"{path.name}, {path.stat().st_size / 1e6:.0f} MB, {rounds} rounds, medians")
    print(f"{'':<28}{'records/s':>12}{'of FastWARC':>14}")
    for name, times in taken.items():
        rate = counts[name] / median(times)
        print(f"{name:<28}{rate:12,.0f}{rate / peer:14.2f}")


def _muster(path: Path) -> int:
    file = SourceFile("bench", path, "", "00", path.stat().st_size, "warc")
    return sum(1 for _ in read(Shard("bench", "warc", (file,)), None, Limits()))


def _bare(path: Path) -> int:
    """Return the records of a file of one gzip member a record: what the libraries alone take, without a judgement."""
    data, at, count = path.read_bytes(), 0, 0
    while at < len(data):
        undo, pieces = isal_zlib.decompressobj(31), []
        while not undo.eof and at < len(data):
            pieces.append(undo.decompress(data[at : at + _STEP]))
            at = min(len(data), at + _STEP)
        at -= len(undo.unused_data)
        record = memoryview(b"".join(pieces))
        head = bytes(record[:8192]).split(b"\r\n\r\n", 2)
        body = record[sum(map(len, head[:2])) + 8 : -4]
        hashlib.sha1(body, usedforsecurity=False).digest()
        hashlib.sha256(body).digest()
        count += 1
    return count


def _fastwarc(path: Path, verify: bool) -> int:
    count = 0
    with path.open("rb") as handle:
        for record in FastIterator(handle, parse_http=True, verify_digests=verify):
            record.reader.read()
            count += 1
    return count


def _warcio(path: Path) -> int:
    count = 0
    with path.open("rb") as handle:
        for record in WarcioIterator(handle, check_digests=True):
            record.content_stream().read()
            count += 1
    return count


if __name__ == "__main__":
    main()
