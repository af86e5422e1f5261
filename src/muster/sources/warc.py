"""Read WARC and ARC files: every response and resource, revisits with what they refer to, an issue for everything lost.

`records.py` finds the records and what lies between them; here they become captures, and their digests are checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import BinaryIO

from muster.model import Issue, Locator, Page
from muster.sources.capture import Origin
from muster.sources.digests import fits
from muster.sources.http_payload import (
    MAX_HEAD,
    Payload,
    body_as_sent,
    payload_of,
    plain_media_type,
)
from muster.sources.media import media_type_of
from muster.sources.packing import packing_of
from muster.sources.placed import Loss, Placed, Record
from muster.sources.record_head import ARC_LINE, is_record_start
from muster.sources.records import Records
from muster.sources.revisit import (
    NAMELESS,
    Names,
    Originals,
    Sought,
    address_of,
    is_original,
    names_of,
    names_sought,
    seen_again,
)
from muster.sources.shard import Limits, SourceFile
from muster.sources.steps import last_place
from muster.sources.times import time_of_record

KEPT = ("response", "resource")
"""Types of records that are captures."""

WITHOUT_PAGE = ("warcinfo", "request", "metadata", "conversion")
"""Types of records that say something about captures, and whose absence loses none."""

Place = tuple[int, int | None]
"""Start and row of a record."""

DIFFERS = "the record that it refers to has other bytes than its digest states"
UNUSED = "that record is not taken for what was seen: find an undamaged copy of it"

_RENAMED = "what could be unpacked of it is kept; find a whole copy of the file"


def read_warc(origin: Origin, limits: Limits) -> Iterator[Page | Issue]:
    """Yield a page for every capture of one WARC or ARC file, and an issue for whatever is lost of it."""
    file = origin.file
    originals = Originals()
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
    return next(record for _, record in records_at(handle, size, [(start, row)], limits))


def records_at(
    handle: BinaryIO, size: int, places: Iterable[Place], limits: Limits
) -> Iterator[tuple[Place, Record | None]]:
    """Yield records again, each with its place; None where there is none. A unit that holds several is read once.

    places: start and row of each, sorted.
    """
    for start, group in groupby(places, key=lambda place: place[0]):
        records = Records(handle, size, limits.max_body + MAX_HEAD, start)
        placed = (found.record for found in records if isinstance(found, Placed))
        ahead, record = 0, None
        for place in group:
            number = place[1] or 0
            if number >= ahead:
                record = next(islice(placed, number - ahead, None), None)
                ahead = number + 1
            yield place, record


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


def _read_record(origin: Origin, placed: Placed, limits: Limits, originals: Originals) -> Iterable[Page | Issue]:
    record, file = placed.record, origin.file
    if record.type in KEPT:
        at = origin.place(placed.start, placed.end - placed.start, placed.row)
        names = names_of(record.headers) if record.note != "truncated" else NAMELESS
        originals.add(names, at)
        return _read_kept(origin, placed, limits, at, names)
    told: list[Page | Issue] = [*_note(file, placed)]
    if record.type == "revisit":
        told += _read_revisit(origin, placed, limits, originals)
    elif record.type == "continuation":
        told.append(_about(file, placed, "segment_lost", do="records in several segments are not read yet"))
    elif record.type not in WITHOUT_PAGE:
        told.append(_about(file, placed, "unknown_record", do="neither response nor resource: not read"))
    return told


def _read_kept(origin: Origin, placed: Placed, limits: Limits, at: Locator, names: Names) -> list[Page | Issue]:
    """Return the page of a record, and behind it an issue for everything about it that is not as it should be."""
    record, file = placed.record, origin.file
    got = payload(record, limits.max_body)
    if got.too_large or record.came > len(record.block):
        do = "raise max_body in [limits] of case.toml"
        return [_about(file, placed, "too_large", found=f"{record.came} bytes as archived", do=do)]
    recorded = time_of_record(record.headers.get("warc-date", ""))
    page = origin.page(
        got.body,
        got.media_type or media_type_of(got.body),
        at=at,
        address=address_of(record.headers),
        recorded=recorded,
        status=got.status,
        names=names,
    )
    capture = page.capture.id
    told: list[Page | Issue] = [page]
    if record.note:
        told += _note(file, placed, capture)
    if got.trouble:
        do = "what could be decoded is kept"
        told.append(_about(file, placed, "broken_payload", found=got.trouble, do=do, capture=capture))
    if wrong := _wrong_digest(record):
        do = "its bytes are not those that the crawler saw, or the crawler counted wrongly: compare another copy"
        told.append(_about(file, placed, "wrong_digest", found=wrong, do=do, capture=capture))
    if record.headers.get("warc-truncated"):
        do = "the crawler itself cut this record"
        told.append(_about(file, placed, "cut_at_capture", do=do, capture=capture))
    if recorded is None:
        do = "the record's time is no date"
        told.append(_about(file, placed, "bad_time", found="WARC-Date", do=do, capture=capture))
    elif origin.named is not None:
        told += origin.time_issues(recorded, placed.where, capture)
    return told


def _read_revisit(origin: Origin, placed: Placed, limits: Limits, originals: Originals) -> Iterator[Page | Issue]:
    """Yield the page that a revisit saw again; an issue for each record that has other bytes than it states."""
    record, file = placed.record, origin.file
    names = names_sought(record.headers)
    here = origin.place(placed.start, placed.end - placed.start, placed.row)
    with file.open() as handle:
        for at in originals.of(names):
            start, _ = last_place(at)
            original = record_at(handle, file.size, start, at.row, limits)
            if original is None:
                continue
            got = payload(original, limits.max_body)
            if got.too_large:
                yield _about(file, placed, "too_large", do="raise max_body in [limits] of case.toml")
                return
            if is_original(record.headers, original, got):
                again = placed.start if placed.row is None else placed.start + placed.row
                yield seen_again(origin, record.headers, record.block, (original, got, at), again)
                return
            yield _about(file, placed, "revisit_differs", found=DIFFERS, do=UNUSED)
    elsewhere = _about(file, placed, "revisit_elsewhere", do="a run looks for its original in all files of the source")
    yield Sought.of(elsewhere, origin, here, names)


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
