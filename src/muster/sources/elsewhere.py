"""Revisits whose original lies elsewhere in the source: both records are read again, and give a page.

The revisit is found by its place in the files of its shard, the original by its own, whatever archives they lie in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, cast

from muster.model import Issue, Locator, Page
from muster.sources.archive import read_archive
from muster.sources.capture import Origin, origin
from muster.sources.inner import Disk, Part
from muster.sources.placed import Record
from muster.sources.revisit import is_original, revisit_id, seen_again
from muster.sources.shard import Limits, Shard
from muster.sources.steps import BadSteps, last_place, member_at
from muster.sources.warc import DIFFERS, UNUSED, payload, records_at

_HEAD = 4096
"""Bytes of a revisit's block that are kept until its original is read: the status of the response is in them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A revisit, and the record that is to be tried as its original. original: that capture's id."""

    revisit: str
    at: Locator
    original: str
    original_at: Locator


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it: the page, or the reason why there is none."""

    wanted: Wanted
    item: Page | Issue


@dataclass(frozen=True, slots=True)
class _Revisit:
    """A revisit that was read again, and whence."""

    wanted: Wanted
    origin: Origin
    record: Record


def read_elsewhere(
    shard: Shard, wanted: Sequence[Wanted], paths: Mapping[str, Path], captured: date | None, limits: Limits
) -> Iterator[Tried]:
    """Yield what came of each revisit of a shard, in the order of the originals' places: an original is read once.

    paths: where the files with the originals lie, by digest. captured: the day that the case file gives.
    """
    asked: dict[Locator, list[_Revisit]] = {}
    for revisit in _revisits(shard, wanted, captured, limits):
        asked.setdefault(revisit.wanted.original_at, []).append(revisit)
    for at, original in _originals(sorted(asked, key=_order), paths, limits):
        got = payload(original, limits.max_body) if original is not None else None
        for revisit in asked[at]:
            headers, block = revisit.record.headers, revisit.record.block
            if original is None or got is None or got.too_large:
                found = "the record that it refers to is not there any more"
                item: Page | Issue = _about(revisit, "revisit_gone", found, "put the archived file back")
            elif is_original(headers, original, got):
                item = seen_again(revisit.origin, headers, block, (original, got, at), revisit.wanted.at.as_json())
            else:
                item = _about(revisit, "revisit_differs", DIFFERS, UNUSED)
            yield Tried(revisit.wanted, item)


def _revisits(shard: Shard, wanted: Sequence[Wanted], captured: date | None, limits: Limits) -> list[_Revisit]:
    """Return the revisits of a shard that are wanted: of an archive, its WARC files are looked into."""
    by_id = {one.revisit: one for one in wanted}
    found: list[_Revisit] = []

    def look(whence: Origin, part: Shard, limits: Limits) -> Iterator[Page | Issue]:
        if part.format == "warc":
            here = [one.at for one in wanted if _is_in(one.at, whence)]
            found.extend(_looked(whence, here, by_id, limits))
        yield from ()

    digests = {one.at.file_digest for one in wanted}
    for file in shard.files:
        if file.digest in digests:
            whence = origin(file, captured)
            for _ in (
                read_archive(whence, shard, limits, look) if shard.format == "archive" else look(whence, shard, limits)
            ):
                pass  # what is to be told of the archive was told when it was parsed
    return found


def _looked(whence: Origin, here: list[Locator], by_id: Mapping[str, Wanted], limits: Limits) -> Iterator[_Revisit]:
    """Yield the revisits that lie in one WARC file."""
    places = {(last_place(at)[0], at.row): at for at in here}
    if not places:
        return
    with whence.file.open() as handle:
        for place, record in records_at(handle, whence.file.size, sorted(places, key=_by_row), limits):
            asked = by_id.get(revisit_id(whence, places[place]))
            if record is not None and asked is not None:
                yield _Revisit(asked, whence, record._replace(block=record.block[:_HEAD]))


def _is_in(at: Locator, whence: Origin) -> bool:
    file = whence.file
    if file.within is None:
        return not at.inside and at.file_digest == file.digest
    way, _, _ = at.inside.rpartition("/")
    return (at.file_digest, at.start, at.length, way) == (file.digest, *file.within, file.steps)


def _originals(
    places: Sequence[Locator], paths: Mapping[str, Path], limits: Limits
) -> Iterator[tuple[Locator, Record | None]]:
    """Yield records again, each with its place; None where it is not there. Each file and member is opened once."""
    for (digest, *_), group in groupby(places, key=_file_of):
        inside = list(group)
        by_place = {(last_place(at)[0], at.row): at for at in inside}
        missing = set(inside)
        try:
            path = paths[digest]
            with Disk(path.open("rb"), path.stat().st_size) as disk:
                handle, size = cast(BinaryIO, disk), disk.size
                if inside[0].inside:
                    member, _, _ = member_at(disk, inside[0], limits)
                    handle, size = cast(BinaryIO, Part(member, 0, None)), member.seek(0, 2)
                for place, record in records_at(handle, size, sorted(by_place, key=_by_row), limits):
                    missing.discard(by_place[place])
                    yield by_place[place], record
        except (OSError, KeyError, BadSteps):
            for at in sorted(missing, key=_order):
                yield at, None


def _file_of(at: Locator) -> tuple[str, int, int, str]:
    """Return what two places in one file, or in one member of an archive, have in common."""
    if not at.inside:
        return at.file_digest, 0, 0, ""
    return at.file_digest, at.start, at.length, at.inside.rpartition("/")[0]


def _order(at: Locator) -> tuple[object, ...]:
    return *_file_of(at), *_by_row((last_place(at)[0], at.row))


def _by_row(place: tuple[int, int | None]) -> tuple[int, int]:
    return place[0], place[1] or 0


def _about(revisit: _Revisit, what: str, found: str, do: str) -> Issue:
    at = revisit.wanted.at
    start, length = last_place(at)
    number = "" if at.row is None else f", record {at.row}"
    where = f"bytes {start}–{start + length}{number}"
    return revisit.origin.file.issue(what, where, found=found, do=do, bytes_at=(start, start + length))
