"""Read WARC and ARC files: every response and resource, revisits with what they refer to, an issue for everything lost.

`records.py` finds the records and what lies between them; here they become captures, and their digests are checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import BinaryIO

from muster.model import Issue, Page
from muster.sources.capture import Origin
from muster.sources.digests import fits
from muster.sources.http_payload import (
    MAX_HEAD,
    Payload,
    body_as_sent,
    payload_of,
    plain_media_type,
    status_of,
)
from muster.sources.media import media_type_of
from muster.sources.packing import packing_of
from muster.sources.record_head import ARC_LINE, is_record_start
from muster.sources.records import Loss, Placed, Record, Records
from muster.sources.shard import Limits, SourceFile
from muster.sources.times import time_of_record

KEPT = ("response", "resource")
"""Types of records that are captures."""

WITHOUT_PAGE = ("warcinfo", "request", "metadata", "conversion")
"""Types of records that say something about captures, and whose absence loses none."""

Place = tuple[int, int, int | None]
"""Start, end and row of a record."""

_RENAMED = "what could be unpacked of it is kept; find a whole copy of the file"


class _Originals:
    """Where the records lie that a revisit may refer to, by everything by which it may name them."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}

    def add(self, headers: Mapping[str, str], place: Place) -> None:
        """Remember a record."""
        for name in ("warc-record-id", "warc-payload-digest"):
            if value := headers.get(name):
                self._places.setdefault(value, place)
        self._places.setdefault(f"{address_of(headers)} {headers.get('warc-date', '')}", place)

    def of(self, headers: Mapping[str, str]) -> Place | None:
        """Return where the original of a revisit lies: by its record id, by address and date, by its digest."""
        names = [headers.get("warc-refers-to", "")]
        if "warc-refers-to-date" in headers:
            uri = _bare(headers.get("warc-refers-to-target-uri", ""))
            names.append(f"{uri} {headers['warc-refers-to-date']}")
        names.append(headers.get("warc-payload-digest", ""))
        return next((self._places[name] for name in names if name and name in self._places), None)


def read_warc(origin: Origin, limits: Limits) -> Iterator[Page | Issue]:
    """Yield a page for every capture of one WARC or ARC file, and an issue for whatever is lost of it."""
    file = origin.file
    originals = _Originals()
    most = limits.unpacked(file.size) if file.budget is None else max(0, file.budget.left)
    with file.open() as handle:
        records = Records(handle, file.size, limits.max_body + MAX_HEAD, most=most)
        for found in records:
            if isinstance(found, Loss):
                yield _loss_issue(file, found, limits)
            else:
                yield from _read_record(origin, found, limits, originals)
        if file.budget is not None:
            file.budget.take(records.unpacked)


def record_at(handle: BinaryIO, size: int, start: int, row: int | None, limits: Limits) -> Record | None:
    """Return one record again; None where there is none."""
    records = Records(handle, size, limits.max_body + MAX_HEAD, start)
    placed = (found for found in records if isinstance(found, Placed))
    return next((found.record for found in islice(placed, row or 0, None)), None)


def begins_record(head: bytes) -> bool:
    """Say whether the bytes at a capture's place are a record, plain or packed, and not the capture itself."""
    bare = head.lstrip(b"\r\n")
    return packing_of(head) != "" or is_record_start(bare) or ARC_LINE.match(bare) is not None


def payload(record: Record, limit: int) -> Payload:
    """Return what a record brought: the payload of a response, or the block of a resource as it is."""
    declared = record.headers.get("content-type", "")
    if record.arc and not record.block.startswith(b"HTTP/"):
        kind = plain_media_type(record.headers.get("arc-type", ""))
        return Payload(record.block[:limit], kind, None, "", len(record.block) > limit)
    if record.type == "response" and (plain_media_type(declared) == "application/http" or not declared):
        return payload_of(record.block, limit)
    return Payload(record.block[:limit], plain_media_type(declared), None, "", len(record.block) > limit)


def address_of(headers: Mapping[str, str]) -> str:
    """Return the address that a record is of."""
    return _bare(headers.get("warc-target-uri", ""))


def _bare(uri: str) -> str:
    return uri.strip().removeprefix("<").removesuffix(">")


def _read_record(origin: Origin, placed: Placed, limits: Limits, originals: _Originals) -> Iterator[Page | Issue]:
    record, file = placed.record, origin.file
    if record.type in KEPT:
        if record.note != "truncated":
            originals.add(record.headers, (placed.start, placed.end, placed.row))
        yield from _read_kept(origin, placed, limits)
        return
    yield from _note(file, placed)
    if record.type == "revisit":
        yield from _read_revisit(origin, placed, limits, originals)
    elif record.type == "continuation":
        yield _about(file, placed, "segment_lost", do="records in several segments are not read yet")
    elif record.type not in WITHOUT_PAGE:
        yield _about(file, placed, "unknown_record", do="neither response nor resource: not read")


def _read_kept(origin: Origin, placed: Placed, limits: Limits) -> Iterator[Page | Issue]:
    record, file = placed.record, origin.file
    got = payload(record, limits.max_body)
    if got.too_large or record.came > len(record.block):
        do = "raise max_body in [limits] of case.toml"
        yield _about(file, placed, "too_large", found=f"{record.came} bytes as archived", do=do)
        return
    recorded = time_of_record(record.headers.get("warc-date", ""))
    page = origin.page(
        got.body,
        got.media_type or media_type_of(got.body),
        start=placed.start,
        length=placed.end - placed.start,
        row=placed.row,
        address=address_of(record.headers),
        recorded=recorded,
        status=got.status,
    )
    yield page
    capture = page.capture.id
    yield from _note(file, placed, capture)
    if got.trouble:
        do = "what could be decoded is kept"
        yield _about(file, placed, "broken_payload", found=got.trouble, do=do, capture=capture)
    if wrong := _wrong_digest(record):
        do = "its bytes are not those that the crawler saw, or the crawler counted wrongly: compare another copy"
        yield _about(file, placed, "wrong_digest", found=wrong, do=do, capture=capture)
    if record.headers.get("warc-truncated"):
        yield _about(file, placed, "cut_at_capture", do="the crawler itself cut this record", capture=capture)
    if recorded is None:
        do = "the record's time is no date"
        yield _about(file, placed, "bad_time", found="WARC-Date", do=do, capture=capture)
    yield from origin.time_issues(recorded, placed.where, capture)


def _read_revisit(origin: Origin, placed: Placed, limits: Limits, originals: _Originals) -> Iterator[Page | Issue]:
    """Yield the page that a revisit saw again: the original's bytes, at the revisit's time and address."""
    record, file = placed.record, origin.file
    place = originals.of(record.headers)
    original = None
    if place is not None:
        with file.open() as handle:
            original = record_at(handle, file.size, place[0], place[2], limits)
    if place is None or original is None:
        yield _about(file, placed, "revisit_elsewhere", do="add the page this record refers to: it is in another file")
        return
    got = payload(original, limits.max_body)
    if got.too_large:
        yield _about(file, placed, "too_large", do="raise max_body in [limits] of case.toml")
        return
    recorded = time_of_record(record.headers.get("warc-date", ""))
    status = status_of(record.block)
    yield origin.page(
        got.body,
        got.media_type or media_type_of(got.body),
        start=place[0],
        length=place[1] - place[0],
        row=place[2],
        address=address_of(record.headers) or address_of(original.headers),
        recorded=recorded,
        status=got.status if status in (None, 304) else status,
        again=placed.start if placed.row is None else placed.start + placed.row,
    )


def _note(file: SourceFile, placed: Placed, capture: str = "") -> Iterator[Issue]:
    """Yield what is to be told of a record that is not as long as its head says."""
    record = placed.record
    stated = "no length stated" if record.claimed is None else f"{record.came} of {record.claimed} bytes"
    if record.note == "truncated":
        do = "what came is kept; find a whole copy of the file" if capture else "find a whole copy of the file"
        yield _about(file, placed, "truncated_record", found=stated, do=do, capture=capture)
    elif record.note == "length":
        do = "kept as far as the next record begins"
        yield _about(file, placed, "wrong_length", found=stated, do=do, capture=capture)


def _about(
    file: SourceFile, placed: Placed, what: str, *, found: object = "", do: str = "", capture: str = ""
) -> Issue:
    places = (placed.start, placed.end)
    return file.issue(what, placed.where, found=found, do=do, capture=capture, bytes_at=places)


def _loss_issue(file: SourceFile, loss: Loss, limits: Limits) -> Issue:
    places = (loss.start, loss.end)
    if loss.why == "zeros":
        do = "padding, or data that the disk lost: compare another copy"
        return file.issue("zero_bytes", bytes_at=places, found=f"{loss.end - loss.start} zero bytes", do=do)
    if "max_unpacked" in loss.why:
        do = "raise max_unpacked in [limits] of case.toml"
        return file.issue("too_much_unpacked", bytes_at=places, found=loss.why, do=do)
    if loss.unpacked is None and ("cut off" in loss.why or "damaged" in loss.why):
        return file.issue("broken_member", bytes_at=places, found=loss.why, do=_RENAMED)
    found = loss.why if loss.unpacked is None else f"{loss.why}: {loss.unpacked} unpacked bytes"
    return file.issue("broken_record", bytes_at=places, found=found, do="nothing in this range was read: find a copy")


def _wrong_digest(record: Record) -> str:
    """Return which stated digest a record does not have, or "". A record that is cut cannot have it."""
    if record.note == "truncated" or record.headers.get("warc-truncated") or record.headers.get("warc-segment-number"):
        return ""
    stated = record.headers.get("warc-block-digest")
    if stated:
        return "WARC-Block-Digest" if fits(stated, record.block) is False else ""
    stated = record.headers.get("warc-payload-digest")
    if not stated:
        return ""
    if record.type != "response":
        return "WARC-Payload-Digest" if fits(stated, record.block) is False else ""
    # crawlers disagree on whether chunks are part of a payload: either is right
    ways = (fits(stated, body) for body in body_as_sent(record.block))
    return "WARC-Payload-Digest" if all(way is False for way in ways) else ""
