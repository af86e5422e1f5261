"""The walk over the log of searches that says whether it is as it was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from muster.errors import JournalError
from muster.journal import FIRST, Entry, Journal
from muster.model import digest

OWN = ("log continues", "segment dropped", "tail set aside")
"""Lines that the log writes about itself: no searches."""


class Receipt(NamedTuple):
    """Where a search stands in the log. Whoever keeps it can show later that the log was cut or rewritten."""

    segment: int
    n: int
    digest: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What a walk over the whole log found. head: of its last line. first, last: times of the searches that are kept.

    searches, segments: how many are kept. dropped: segments that were dropped in their time.
    """

    searches: int
    segments: int
    dropped: int
    head: Receipt | None
    first: str
    last: str


def verified(segments: Mapping[int, Path], receipts: Sequence[Receipt] = ()) -> Verified:
    """Walk over a log, given the files of its segments. Raises `JournalError` at the first thing that was changed.

    receipts: of searches that must stand in it, unless their segment was dropped in its time.
    """
    walk = _Walk({(one.segment, one.n): one.digest for one in receipts})
    for number, path in sorted(segments.items()):
        walk.over(number, path)
    return walk.ended(segments)


class _Dropped(msgspec.Struct):
    """What a line says of a segment that was dropped. last: the time of its last search."""

    segment: int
    head: str
    last: datetime | None
    kept_days: int


class _Walk:
    def __init__(self, wanted: dict[tuple[int, int], str]) -> None:
        self._wanted = wanted
        self._start: tuple[int, str] | None = None  # the first segment, and the digest that it says it continues
        self._dropped: dict[int, str] = {}
        self._number, self._head = 0, FIRST
        self._end: Receipt | None = None
        self._searches, self._first, self._last = 0, "", ""

    def over(self, number: int, path: Path) -> None:
        """Walk over one segment."""
        if self._start is not None and number != self._number + 1:
            raise _changed(path.with_name(f"segment-{self._number + 1:08}.jsonl"), "the segment is not there")
        self._number, n = number, -1
        for entry in Journal(path, _no_clock).entries():
            n = entry.n
            if n == 0:
                self._joint(entry, path)
            self._head = digest(entry.line().encode())
            if self._wanted.pop((number, n), self._head) != self._head:
                raise _changed(path, f"line {n + 1} is not the one that its receipt names")
            if entry.what == "segment dropped":
                self._drop(entry, path)
            if entry.what not in OWN:
                self._searches += 1
                self._first, self._last = self._first or entry.at, entry.at
        if n < 0:
            raise _changed(path, "it has no whole line")
        self._end = Receipt(number, n, self._head)

    def ended(self, segments: Mapping[int, Path]) -> Verified:
        """Say what was found."""
        first, after = self._start or (1, FIRST)
        if first > 1 and self._dropped.get(first - 1) != after:
            raise _changed(segments[first], "what it continues is gone, and no line says that it was dropped")
        missing = sorted(at for at in self._wanted if at[0] >= first)
        if missing:
            number, n = missing[0]
            raise JournalError("the log of searches was cut", where=f"segment {number}", found=f"no line {n + 1}, "
                               "though there is a receipt for it", do="bring back an unchanged copy, and ask who could "
                               "write here")  # fmt: skip
        return Verified(self._searches, len(segments), first - 1, self._end, self._first, self._last)

    def _joint(self, entry: Entry, path: Path) -> None:
        about = entry.about if isinstance(entry.about, dict) else {}
        after = about.get("after")
        continues = entry.what == "log continues" and about.get("segment") == self._number and isinstance(after, str)
        if not continues or (self._start is not None and after != self._head):
            raise _changed(path, "its first line does not continue the segment before")
        if self._start is None:
            if self._number == 1 and after != FIRST:
                raise _changed(path, "its first line does not begin a log")
            self._start = (self._number, str(after))

    def _drop(self, entry: Entry, path: Path) -> None:
        try:
            said, at = msgspec.convert(entry.about, _Dropped), datetime.fromisoformat(entry.at)
            young = said.last is not None and at - said.last < timedelta(days=said.kept_days)
        except (msgspec.ValidationError, ValueError, TypeError, OverflowError) as error:
            raise _changed(path, f"line {entry.n + 1}: {error}") from error
        if young:
            raise _changed(path, f"line {entry.n + 1} says that searches were dropped before their time")
        self._dropped[said.segment] = said.head


def _changed(path: Path, found: str) -> JournalError:
    return JournalError(
        "the log of searches was changed", where=str(path), found=found,
        do="bring back an unchanged copy, and ask who could write here",
    )  # fmt: skip


def _no_clock() -> datetime:
    return datetime.now(UTC)  # reading writes no line
