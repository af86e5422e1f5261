"""Read WARC files, plain or gzip, with fastwarc: every response and resource, and an issue for everything lost.

fastwarc finds the records; bounds, gzip members and the decoding of payloads are ours, because it ends silently at a
cut record, gives no place on disk inside a gzip member, and unpacks without a bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from fastwarc.warc import ArchiveIterator

from muster.model import Issue, Page
from muster.sources.capture import Origin
from muster.sources.gzip_members import GZIP_MAGIC, GzipMembers
from muster.sources.http_payload import MAX_HEAD, Payload, payload_of, plain_media_type
from muster.sources.media import media_type_of
from muster.sources.shard import Limits, SourceFile
from muster.sources.times import time_of_record

KEPT = ("response", "resource")
"""Types of records that are captures."""

WITHOUT_PAGE = ("warcinfo", "request", "metadata", "conversion")
"""Types of records that say something about captures, and whose absence loses none."""

_STEP = 1 << 16


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it lies in the (unpacked) stream.

    at: where it begins. claimed: the length of its block as its header says, None where it says none.
    came: bytes of the block that were there. block: these bytes, empty for types that are not kept and above the bound.
    """

    at: int
    type: str
    headers: Mapping[str, str]
    claimed: int | None
    came: int
    block: bytes

    @property
    def whole(self) -> bool:
        """Whether all came that the header promises."""
        return self.claimed == self.came


@dataclass(frozen=True, slots=True)
class Placed:
    """A record, and where it lies in the file on disk.

    row: its number in a gzip member that holds several; its bytes then begin somewhere behind `start`, where the member
    does, and `end` is that of the file.
    """

    record: Record
    start: int
    end: int
    row: int | None

    @property
    def where(self) -> str:
        """The place in words."""
        number = "" if self.row is None else f", record {self.row}"
        return f"bytes {self.start}–{self.end}{number}"


class Records:
    """The records of a stream with their places; afterwards `lost_from` tells where reading stopped, if it did.

    size: bytes of the file. limit: bytes of a block that are held; a larger one is counted, not kept.
    """

    def __init__(self, stream: BinaryIO | GzipMembers, size: int, limit: int) -> None:
        self.lost_from: int | None = None
        self.trouble = ""
        self._stream = stream
        self._members = stream if isinstance(stream, GzipMembers) else None
        self._size = size
        self._limit = limit

    def __iter__(self) -> Iterator[Placed]:
        """Yield each record once the next one, or the end, has shown where it ends."""
        before: Record | None = None
        group, row = -1, 0
        for record in self._records():
            here = self._members.member_at(record.at).start if self._members else record.at
            if before:
                yield self._place(before, row if row or here == group else None, record.at)
                row = row + 1 if here == group else 0
            before, group = record, here
        if before:
            yield self._place(before, row or None, self._members.tell() if self._members else self._size)

    def _place(self, record: Record, row: int | None, end: int) -> Placed:
        """Return where a record lies on disk; `end` is where, unpacked, it is over."""
        if self._members is None:
            return Placed(record, record.at, end, None)
        self._members.forget_before(record.at)
        member = self._members.member_at(record.at)
        last = self._members.member_at(max(end - 1, record.at))  # a record may go on in the next member
        known = last.end is not None and row is None
        return Placed(record, member.start, last.end if known and last.end else self._size, row)

    def _records(self) -> Iterator[Record]:
        """Yield what fastwarc finds; a break in the file ends it, and is remembered."""
        last: Record | None = None
        stream: Any = self._stream  # fastwarc asks no more of it than read and tell
        try:
            for found in ArchiveIterator(stream, parse_http=False, stream_detect=False):
                last = _taken(found, self._limit)
                yield last
        except OSError as error:
            self.trouble = error.strerror or "no record where one should begin"
            self.lost_from = self._end_of(last) if last else 0
        if self._members and self._members.damage:
            self.trouble, self.lost_from = self._members.damage, self._members.damaged_at

    def _end_of(self, last: Record) -> int:
        """Return where on disk the last whole record ends; for gzip, where the member begins that holds its end."""
        if isinstance(self._stream, GzipMembers):
            return self._stream.member_at(last.at + last.came).start
        self._stream.seek(last.at)
        header = self._stream.read(MAX_HEAD).find(b"\r\n\r\n")
        return last.at + last.came + (header + 4 if header >= 0 else 0)


def _taken(found: Any, limit: int) -> Record:
    """Take the block out of fastwarc's hands, so that the iterator may go on."""
    headers = {name.lower(): value for name, value in found.headers.to_tuples()[::-1]}
    kind, length = headers.get("warc-type", "").lower(), headers.get("content-length", "").strip()
    keep = kind in KEPT
    pieces: list[bytes] = []
    came = 0
    while piece := found.reader.read(_STEP):
        came += len(piece)
        keep = keep and came <= limit  # by what came: the length in a header may promise anything
        if keep:
            pieces.append(piece)
        else:
            pieces.clear()
    claimed = int(length) if length.isascii() and length.isdigit() and len(length) < 20 else None
    return Record(found.stream_pos, kind, headers, claimed, came, b"".join(pieces))


def read_warc(origin: Origin, limits: Limits) -> Iterator[Page | Issue]:
    """Yield a page for every response and resource of one WARC file, and an issue for whatever is lost of it."""
    file = origin.file
    seen: set[str] = set()
    with file.path.open("rb") as handle:
        records = Records(open_stream(handle, 0), file.size, limits.max_body + MAX_HEAD)
        for placed in records:
            yield from _read_record(origin, placed, limits, seen)
    if records.lost_from is not None:
        where = f"bytes {records.lost_from}–{file.size}"
        do = "nothing in this range was read: mend the file"
        yield file.issue("broken_record", where, found=records.trouble, do=do)


def open_stream(handle: BinaryIO, start: int) -> BinaryIO | GzipMembers:
    """Return the stream of records that begins at a byte of the file, unpacked where it is gzip."""
    handle.seek(start)
    packed = handle.read(2) == GZIP_MAGIC
    handle.seek(start)
    return GzipMembers(handle, start) if packed else handle


def payload(record: Record, limit: int) -> Payload:
    """Return what a record brought: the payload of a response, or the block of a resource as it is."""
    declared = record.headers.get("content-type", "")
    if record.type == "response" and (plain_media_type(declared) == "application/http" or not declared):
        return payload_of(record.block, limit)
    return Payload(record.block[:limit], plain_media_type(declared), None, "", len(record.block) > limit)


def _read_record(origin: Origin, placed: Placed, limits: Limits, seen: set[str]) -> Iterator[Page | Issue]:
    record, file = placed.record, origin.file
    if record.type in KEPT:
        seen.update(_names(record.headers))
        yield from _read_kept(origin, placed, limits)
        return
    if not record.whole:
        yield _cut(file, placed)
    if record.type == "revisit" and not seen.intersection(_originals(record.headers)):
        do = "add the archive that holds the page this record refers to"
        yield file.issue("revisit_elsewhere", placed.where, do=do)
    elif record.type == "continuation":
        yield file.issue("segment_lost", placed.where, do="records in several segments are not read yet")
    elif record.type not in (*WITHOUT_PAGE, "revisit"):
        yield file.issue("unknown_record", placed.where, do="neither response nor resource: not read")


def _read_kept(origin: Origin, placed: Placed, limits: Limits) -> Iterator[Page | Issue]:
    record, file, where = placed.record, origin.file, placed.where
    got = payload(record, limits.max_body)
    if got.too_large or record.came > len(record.block):
        do = "raise max_body in [limits] of case.toml"
        yield file.issue("too_large", where, found=f"{record.came} bytes as archived", do=do)
        return
    stated = record.headers.get("warc-date", "")
    recorded = time_of_record(stated)
    page = origin.page(
        got.body,
        got.media_type or media_type_of(got.body),
        start=placed.start,
        length=placed.end - placed.start,
        row=placed.row,
        address=record.headers.get("warc-target-uri", "").strip().removeprefix("<").removesuffix(">"),
        recorded=recorded,
        status=got.status,
    )
    yield page
    capture = page.capture.id
    if not record.whole:
        yield _cut(file, placed, capture)
    if got.trouble:
        do = "what could be decoded is kept"
        yield file.issue("broken_payload", where, found=got.trouble, do=do, capture=capture)
    if record.headers.get("warc-truncated"):
        yield file.issue("cut_at_capture", where, do="the crawler itself cut this record", capture=capture)
    if recorded is None:
        yield file.issue("bad_time", where, found="WARC-Date", do="the record's time is no date", capture=capture)
    yield from origin.time_issues(recorded, where, capture)


def _cut(file: SourceFile, placed: Placed, capture: str = "") -> Issue:
    record = placed.record
    promised = "no length stated" if record.claimed is None else f"{record.came} of {record.claimed} bytes"
    do = "what came is kept; find a whole copy of the file" if capture else "find a whole copy of the file"
    return file.issue("truncated_record", placed.where, found=promised, do=do, capture=capture)


def _names(headers: Mapping[str, str]) -> Iterator[str]:
    """Yield everything by which a revisit may name this record."""
    for name in ("warc-record-id", "warc-payload-digest"):
        if value := headers.get(name):
            yield value
    yield f"{headers.get('warc-target-uri', '')} {headers.get('warc-date', '')}"


def _originals(headers: Mapping[str, str]) -> Iterator[str]:
    for name in ("warc-refers-to", "warc-payload-digest"):
        if value := headers.get(name):
            yield value
    yield f"{headers.get('warc-refers-to-target-uri', '')} {headers.get('warc-refers-to-date', '')}"
