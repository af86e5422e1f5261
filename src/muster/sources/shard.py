"""What is read: files, and the shards they are cut into. A shard is the unit of work, and is read alone."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from muster.model import Issue
from muster.sources.inner import Budget, Disk

Format = Literal["page", "mhtml", "warc", "csv", "jsonl", "json", "parquet", "xlsx", "chat", "picture", "archive"]

GROUPED: tuple[Format, ...] = ("page", "mhtml", "warc", "chat", "picture", "archive")
"""Formats of which one shard may hold several files; a table has shards of its own, however small."""

ALONE = 2**20
"""Bytes from which on a file has a shard to itself."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on hostile archives, in bytes, files or rows; `[limits]` of the case file raises the first six.

    max_body: bytes of one page or record, decoded; a larger one is an issue and is not read.
    max_line: bytes of one line or row of a table; a longer one is stepped over without holding it.
    max_files: files of one source, or of one archive; what comes after them is not read, and an issue says so.
    max_unpacked: bytes that one file may unpack to, counted over all that it holds.
    max_ratio: how many times its own size a file may unpack to, as soon as that is more than 1 GiB.
    max_depth: how many archives deep a member may lie: 1 reads no archive inside another.
    shard_files, shard_bytes: pages or archives that one shard holds at most; `shards` says where it ends before.
    shard_rows: rows of a table that one shard holds.
    """

    max_body: int = 32 * 2**20
    max_line: int = 16 * 2**20
    max_files: int = 1_000_000
    max_unpacked: int = 2**40
    max_ratio: int = 500
    max_depth: int = 4
    shard_files: int = 512
    shard_rows: int = 5000
    shard_bytes: int = 256 * 2**20

    def unpacked(self, size: int) -> int:
        """Return how many bytes a file of a size may unpack to.

        >>> Limits(max_unpacked=2**40, max_ratio=500).unpacked(1000) == 2**30
        True
        """
        return min(self.max_unpacked, max(2**30, self.max_ratio * size))


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source, as it was found.

    relative: posix path inside the source, "" where the source is the file itself. Raw: it may hold a handle.

    A member of an archive is a file, too; `path` and `digest` are those of the archive. within: start and length of the
    member on disk. steps: how to come from there to its bytes, as in `Locator.inside`. place: which member it is, in
    words without a name. opener: opens its bytes. modified: the time that the archive keeps for it. on_disk: where
    on disk lie the bytes that hold some of its own. budget: what may still be unpacked of the archive.
    """

    source: str  # as the case file writes it
    path: Path
    relative: str
    digest: str
    size: int
    format: Format
    within: tuple[int, int] | None = field(default=None, compare=False)
    steps: str = field(default="", compare=False)
    place: str = field(default="", compare=False)
    opener: Callable[[], BinaryIO] | None = field(default=None, compare=False, repr=False)
    modified: datetime | None = field(default=None, compare=False)
    on_disk: Callable[[int, int], tuple[int, int]] | None = field(default=None, compare=False, repr=False)
    budget: Budget | None = field(default=None, compare=False, repr=False)

    def issue(
        self,
        what: str,
        where: str = "",
        *,
        found: object = "",
        do: str = "",
        capture: str = "",
        bytes_at: tuple[int, int] | None = None,
    ) -> Issue:
        """Return an issue about this file, which it names by digest: a file name may hold a seller's handle.

        bytes_at: where the bytes that it is about begin and end; `where` then says it, too, unless it is given.
        """
        if bytes_at and not where:
            where = f"bytes {bytes_at[0]}–{bytes_at[1]}"
        places = [f"file {self.digest[:12]}" if self.relative else "", self.place, where]
        start, end = bytes_at or (None, None)
        if self.on_disk is not None and start is not None and end is not None:
            start, end = self.on_disk(start, end)
        place = ", ".join(part for part in places if part)
        return Issue("read", what, place, str(found), do, capture, self.source, self.digest, start, end)

    def open(self) -> BinaryIO:
        """Open its bytes; of a member of an archive, the unpacked ones."""
        return self.opener() if self.opener else self.path.open("rb")


@dataclass(frozen=True, slots=True)
class Shard:
    """What one task reads: whole files, or `count` rows of one large table, or members of a zip, from `first` on.

    offset: the byte at which row `first` begins, so that nothing before it need be read again; 0: not known.
    """

    source: str
    format: Format
    files: tuple[SourceFile, ...]
    first: int = 0
    count: int | None = None
    offset: int = field(default=0, compare=False)

    def key_parts(self) -> list[object]:
        """Return what decides the captures of this shard (with limits and the case's date), fit for JSON."""
        names: list[object] = [[file.relative, file.path.name, file.digest] for file in self.files]
        return [self.source, self.format, self.first, self.count, names]


def shards(files: Sequence[SourceFile], limits: Limits) -> list[Shard]:
    """Cut files into shards, in the order given: pages and archives in groups, large tables in slices of rows.

    Where a group ends is decided by the names beside it, not by how many files came before: a crawl that is added in
    the middle leaves all other groups as they were, so that it costs only itself. A group ends at the end of a folder
    when it is not small, and after one name in 256, picked by its checksum.

    A CSV file, JSON lines and a JSON document are read through once to count their rows. The captures of all shards
    together are the same whatever the limits on shards are.

    >>> names = [f"{day}/{n}.html" for day in ("2014-03-01", "2014-04-01") for n in range(100)]
    >>> pages = [SourceFile("captures", Path(name), name, "00", 10, "page") for name in names]
    >>> [len(shard.files) for shard in shards(pages, Limits())]
    [100, 33, 67]
    """
    cut: list[Shard] = []
    for (source, form), group in groupby(files, key=lambda file: (file.source, file.format)):
        if form in GROUPED:
            for batch in _batches(group, limits):
                runs = _runs(batch[0], limits) if form == "archive" and len(batch) == 1 else [(0, None)]
                cut += [Shard(source, form, batch, first, count) for first, count in runs]
        else:
            cut += [shard for file in group for shard in _slices(file, limits)]
    return cut


def _batches(files: Iterator[SourceFile], limits: Limits) -> Iterator[tuple[SourceFile, ...]]:
    batch: list[SourceFile] = []
    size = in_folder = 0
    folder = ""
    for file in files:
        full = len(batch) >= limits.shard_files or size + file.size > limits.shard_bytes
        if batch and (full or _between(batch[-1], file, in_folder, limits)):
            yield tuple(batch)
            batch, size = [], 0
        in_folder = in_folder + 1 if _folder(file) == folder else 1
        folder = _folder(file)
        batch.append(file)
        size += file.size
    if batch:
        yield tuple(batch)


def _between(before: SourceFile, after: SourceFile, in_folder: int, limits: Limits) -> bool:
    """Return whether a group ends between two files. in_folder: files of the first one's folder up to it."""
    if max(before.size, after.size) >= ALONE:
        return True
    if _folder(before) != _folder(after) and in_folder >= limits.shard_files // 8:
        return True
    return limits.shard_files > 2 and zlib.crc32(before.relative.encode()) % (limits.shard_files // 2) == 0


def _folder(file: SourceFile) -> str:
    return file.relative.rpartition("/")[0]


def _runs(file: SourceFile, limits: Limits) -> list[tuple[int, int | None]]:
    """Return the runs of members that a large zip is read in; a tar, or what is packed as one, is read in one go."""
    from muster.sources.zip import BrokenDirectory, zip_slices  # the reader of archives stands on this file

    least = limits.shard_bytes // 4
    if file.size < least:
        return [(0, None)]
    try:
        with file.open() as handle:
            runs = zip_slices(Disk(handle, file.size), file.size, least)
    except (OSError, BrokenDirectory):
        return [(0, None)]  # no zip, or one whose members are found by reading it
    return [*runs] if len(runs) > 1 else [(0, None)]


def _slices(file: SourceFile, limits: Limits) -> list[Shard]:
    whole = Shard(file.source, file.format, (file,))
    if file.format == "xlsx":
        return [whole]  # a row is found by reading all before it
    try:
        starts, rows = _parquet_rows(file, limits) if file.format == "parquet" else _text_rows(file, limits)
    except (OSError, pa.ArrowException):
        return [whole]  # reading it will say what is wrong
    if len(starts) < 2:
        return [whole]
    ends = [first for first, _ in starts[1:]] + [rows]
    return [
        Shard(file.source, file.format, (file,), first, end - first, offset)
        for (first, offset), end in zip(starts, ends, strict=True)
    ]


def _parquet_rows(file: SourceFile, limits: Limits) -> tuple[list[tuple[int, int]], int]:
    with pq.ParquetFile(file.path) as table:
        rows = table.metadata.num_rows
    return [(first, 0) for first in range(0, rows, limits.shard_rows)], rows


def _text_rows(file: SourceFile, limits: Limits) -> tuple[list[tuple[int, int]], int]:
    from muster.sources.table import row_starts  # the reader of tables stands on this file

    starts: list[tuple[int, int]] = []
    rows = 0
    for row, start in row_starts(file, limits):
        if row % limits.shard_rows == 0:
            starts.append((row, start))
        rows = row + 1
    return starts, rows
