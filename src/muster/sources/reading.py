"""Read a shard into pages, and the bytes of one capture again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from muster.errors import SourceError
from muster.model import Issue, Locator, Page
from muster.sources.capture import origin
from muster.sources.chat import CHAT_ROW, read_chat
from muster.sources.document import read_document
from muster.sources.folder import read_page
from muster.sources.media import HEAD, is_mhtml
from muster.sources.mhtml import part_body, read_mhtml
from muster.sources.parquet import PARQUET_ROW, read_parquet, row_body
from muster.sources.shard import Limits, Shard
from muster.sources.table import CSV_ROW, JSON_ROW, read_csv, read_jsonl
from muster.sources.tape import BLOCK
from muster.sources.warc import begins_record, payload, read_warc, record_at
from muster.sources.workbook import XLSX_ROW, read_workbook, workbook_row

_NO_LIMIT = Limits()


def read(shard: Shard, captured: date | None, limits: Limits) -> Iterator[Page | Issue]:
    """Yield every capture of a shard with its bytes, one at a time, and an issue for whatever could not be read.

    captured: the day that the case file gives, for captures that say nothing themselves.
    Nothing in an archive raises: what is damaged is an issue, and reading goes on behind it where that is possible.

    >>> import tempfile
    >>> from muster.sources import find_files, shards
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "2014-03-01.html").write_text("<html>a page</html>")
    ...     files, issues = find_files("captures", Path(folder), Limits())
    ...     [page] = [page for shard in shards(files, Limits()) for page in read(shard, None, Limits())]
    >>> page.capture.captured_at.date().isoformat(), page.capture.captured_from, page.capture.media_type
    ('2014-03-01', 'file name', 'text/html')
    """
    for file in shard.files:
        whence = origin(file, captured)
        try:
            if shard.format in ("page", "picture"):
                yield from read_page(whence, limits)
            elif shard.format == "warc":
                yield from read_warc(whence, limits)
            elif shard.format == "chat":
                yield from read_chat(whence, shard, limits)
            elif shard.format == "mhtml":
                yield from read_mhtml(whence, limits)
            elif shard.format == "json":
                yield from read_document(whence, shard, limits)
            elif shard.format == "xlsx":
                yield from read_workbook(whence, limits)
            elif shard.format == "csv":
                yield from read_csv(whence, shard, limits)
            elif shard.format == "jsonl":
                yield from read_jsonl(whence, shard, limits)
            else:
                yield from read_parquet(whence, shard, limits)
        except OSError as error:
            yield file.issue("unreadable", "", found=error.strerror or "", do="check the file, and who may read it")


def fetch_body(locator: Locator, path: Path, media_type: str, limits: Limits = _NO_LIMIT) -> bytes:
    """Return the bytes of one capture again: of a page the file, of a record its decoded payload, of a row its bytes.

    media_type: the capture's. The caller compares the digest of what comes back with the capture's.
    Raises SourceError where the file is gone or no longer holds what the locator names.
    """
    try:
        if media_type == PARQUET_ROW:
            with pq.ParquetFile(path) as table:
                body = row_body(table, locator.row or 0)
            return body if body is not None else _gone(locator, path)
        if media_type == XLSX_ROW:
            body = workbook_row(path, locator.row or 0)
            return body if body is not None else _gone(locator, path)
        with path.open("rb") as handle:
            size = handle.seek(0, 2)
            if locator.start < 0 or locator.length < 0 or locator.start + locator.length > size:
                return _gone(locator, path)
            handle.seek(locator.start)
            if media_type in (CSV_ROW, JSON_ROW, CHAT_ROW):
                return handle.read(locator.length)
            head = handle.read(BLOCK)
            if locator.row is not None and is_mhtml(head[:HEAD]):
                body = part_body(head + handle.read(locator.length - len(head)), locator.row)
                return body if body is not None else _gone(locator, path)
            if begins_record(head):
                record = record_at(handle, size, locator.start, locator.row, limits)
                return payload(record, limits.max_body).body if record is not None else _gone(locator, path)
            handle.seek(locator.start)
            return handle.read(locator.length)
    except (OSError, pa.ArrowException) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        what = "cannot read the file of this capture"
        raise SourceError(what, where=str(path), found=reason, do="put it back") from error


def _gone(locator: Locator, path: Path) -> bytes:
    place = f"row {locator.row}" if locator.length == 0 else f"bytes {locator.start}–{locator.start + locator.length}"
    raise SourceError(
        "the file no longer holds this capture", where=str(path), found=place, do="put the archived file back"
    )
