"""Read a shard into pages, and the bytes of one capture again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from muster.errors import SourceError
from muster.model import Issue, Locator, Page
from muster.sources.archive import read_archive
from muster.sources.capture import Origin, origin
from muster.sources.chat import CHAT_ROW, read_chat
from muster.sources.document import DOCUMENT_ROW, read_document
from muster.sources.folder import read_page
from muster.sources.inner import Disk, Part
from muster.sources.media import HEAD, format_of, is_mhtml
from muster.sources.mhtml import part_body, read_mhtml
from muster.sources.parquet import PARQUET_ROW, read_parquet, row_body
from muster.sources.shard import Format, Limits, Shard, SourceFile
from muster.sources.steps import BadSteps, member_at
from muster.sources.table import CSV_ROW, JSON_ROW, read_csv, read_jsonl
from muster.sources.tape import BLOCK
from muster.sources.warc import begins_record, payload, read_warc, record_at
from muster.sources.workbook import XLSX_ROW, read_workbook, workbook_row

_NO_LIMIT = Limits()

_ROWS: dict[str, Format] = {CSV_ROW: "csv", JSON_ROW: "jsonl", PARQUET_ROW: "parquet", XLSX_ROW: "xlsx"}
"""What a row is of; of JSON it may be a document or a chat export."""

_AS_THEY_LIE = (CSV_ROW, JSON_ROW, CHAT_ROW, DOCUMENT_ROW)


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
        yield from _read_file(origin(file, captured), shard, limits)


def _read_file(whence: Origin, shard: Shard, limits: Limits) -> Iterator[Page | Issue]:
    try:
        if shard.format in ("page", "picture"):
            yield from read_page(whence, limits)
        elif shard.format == "archive":
            yield from read_archive(whence, shard, limits, _read_file)
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
        yield whence.file.issue("unreadable", "", found=error.strerror or "", do="check the file, and who may read it")


def fetch_body(locator: Locator, path: Path, media_type: str, limits: Limits = _NO_LIMIT) -> bytes:
    """Return the bytes of one capture again: of a page the file, of a record its decoded payload, of a row its bytes.

    media_type: the capture's. The caller compares the digest of what comes back with the capture's.
    Raises SourceError where the file is gone or no longer holds what the locator names.
    """
    try:
        with Disk(path.open("rb"), path.stat().st_size) as disk:
            if locator.start < 0 or locator.length < 0 or locator.start + locator.length > disk.size:
                return _gone(locator, path)
            if not locator.inside:
                handle, start, length = cast(BinaryIO, disk), locator.start, locator.length
            else:
                member, start, length = member_at(disk, locator, limits)
                handle = cast(BinaryIO, Part(member, 0, None))
            body = _body_at(handle, (start, length, locator.row), media_type, limits)
            return body if body is not None else _gone(locator, path)
    except BadSteps:
        return _gone(locator, path)
    except (OSError, pa.ArrowException) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        what = "cannot read the file of this capture"
        raise SourceError(what, where=str(path), found=reason, do="put it back") from error


def row_again(locator: Locator, path: Path, media_type: str, source: str, limits: Limits) -> Page | None:
    """Return one row of a table again, with its cells; None where the file does not hold it."""
    try:
        with Disk(path.open("rb"), path.stat().st_size) as disk:
            member, start, _ = member_at(disk, locator, limits) if locator.inside else (disk, locator.start, 0)

            def opener() -> BinaryIO:
                return cast(BinaryIO, Part(member, 0, None))

            with opener() as handle:
                form = _ROWS.get(media_type) or format_of(handle.read(HEAD), b"", "a.json")[0]
            if form is None:
                return None
            file = SourceFile(source, path, "", locator.file_digest, disk.size, form, opener=opener)
            shard = Shard(source, form, (file,), locator.row or 0, 1, start)
            pages = (item for item in read(shard, None, limits) if isinstance(item, Page))
            return next((page for page in pages if page.capture.locator.row == locator.row), None)
    except (BadSteps, OSError):
        return None


def _body_at(handle: BinaryIO, place: tuple[int, int, int | None], media_type: str, limits: Limits) -> bytes | None:
    """Return the bytes of a capture that lies in a file, or in a member of an archive, from `start` for `length`."""
    start, length, row = place
    if media_type == PARQUET_ROW:
        with pq.ParquetFile(handle) as table:
            return row_body(table, row or 0)
    if media_type == XLSX_ROW:
        return workbook_row(handle, row or 0)
    handle.seek(start)
    if media_type in _AS_THEY_LIE:
        return handle.read(length)
    head = handle.read(min(BLOCK, length))
    if row is not None and is_mhtml(head[:HEAD]):
        return part_body(head + handle.read(length - len(head)), row)
    if begins_record(head):
        record = record_at(handle, handle.seek(0, 2), start, row, limits)
        return payload(record, limits.max_body).body if record is not None else None
    handle.seek(start)
    return handle.read(length)


def _gone(locator: Locator, path: Path) -> bytes:
    place = f"row {locator.row}" if locator.length == 0 else f"bytes {locator.start}–{locator.start + locator.length}"
    raise SourceError(
        "the file no longer holds this capture", where=str(path), found=place, do="put the archived file back"
    )
