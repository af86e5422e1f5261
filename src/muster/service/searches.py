"""The log of searches: who asked what for which purpose; chained, on disk before the answer goes out, kept a set time.

::

    searches/seals.jsonl               which segments were sealed and dropped, a journal
    searches/segment-00000001.jsonl    searches, a journal whose first line carries the digest of the segment before

A segment is sealed when its day is over or it is large. What is older than the set time is dropped by whole segments,
so the chain of what is left can still be verified, and the seals say what was dropped and when.
"""

from __future__ import annotations

import fcntl
import os
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple

from muster.errors import JournalError, ServiceError
from muster.journal import FIRST, Entry, Fact, Journal
from muster.model import digest

KEEP = timedelta(days=3 * 365)
"""How long searches are kept if nothing else is said: three years, as Art. 12 of Regulation (EU) 2018/1862 keeps its
logs."""

LARGE = 16 * 2**20
"""Bytes from which on a segment is sealed before its day is over."""

TOGETHER = 512
"""Searches that share one wait for the disk at most."""


class Receipt(NamedTuple):
    """Where a search stands in the log. Whoever keeps it can show later that the log was cut or rewritten."""

    segment: int
    n: int
    digest: str


class Line(NamedTuple):
    """A search as the log has it."""

    receipt: Receipt
    entry: Entry


@dataclass(frozen=True, slots=True)
class Verified:
    """What a walk over the whole log found. first, last: times of the first and last search that is kept."""

    searches: int
    segments: int
    dropped: int
    head: Receipt | None
    first: str
    last: str


class SearchLog:
    """A log that one process writes and any may read.

    keep: how long a search is kept. large: bytes from which on a segment is sealed.

    >>> import tempfile; from datetime import UTC
    >>> folder = tempfile.TemporaryDirectory()
    >>> log = SearchLog(Path(folder.name), clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))
    >>> with log:
    ...     receipt = log.add(Fact("ada", "searched", {"asked": ["AB 1234"]}, "a seizure list")).result()
    >>> receipt.segment, receipt.n, log.verify([receipt]).searches
    (1, 1, 1)
    >>> folder.cleanup()
    """

    def __init__(
        self, folder: Path, clock: Callable[[], datetime], *, keep: timedelta = KEEP, large: int = LARGE
    ) -> None:
        self.folder = folder
        self.clock = clock
        self.keep = keep
        self.large = large
        self.failed = ""
        self._seals = Journal(folder / "seals.jsonl", clock)
        self._waiting: queue.SimpleQueue[tuple[Fact, Future[Receipt]] | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        self._lock: TextIOWrapper | None = None
        self._open: tuple[int, Journal] | None = None
        self._day = ""

    def __enter__(self) -> SearchLog:
        """Start writing. Raises `ServiceError` when another process writes this log."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (self.folder / "writer.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise ServiceError(
                "another service writes the log of searches", where=str(self.folder), found=error.strerror,
                do="stop it first: a register has one service at a time",
            ) from error  # fmt: skip
        self._lock = lock
        self._go_on()
        self.tidy()
        self._writer = threading.Thread(target=self._write, name="searches", daemon=True)
        self._writer.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Write what waits, and stop."""
        self._waiting.put(None)
        if self._writer is not None:
            self._writer.join()
            self._writer = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def add(self, fact: Fact) -> Future[Receipt]:
        """Hand over a search; the receipt is there once it is on disk, or the `JournalError` that it could not be."""
        future: Future[Receipt] = Future()
        self._waiting.put((fact, future))
        return future

    def tidy(self) -> int:
        """Drop sealed segments whose last search is older than `keep`, and return how many. The seals say so first."""
        sealed, dropped = self._sealed()
        count = 0
        for number, seal in sealed.items():
            path = self._path(number)
            if number in dropped:
                path.unlink(missing_ok=True)  # killed between the seal and the deed
            elif datetime.fromisoformat(seal["last"]) < self.clock() - self.keep:
                about = {"segment": number, "head": seal["head"], "last": seal["last"], "kept_days": self.keep.days}
                self._seals.append("muster", "segment dropped", about, "kept for the set time")
                path.unlink(missing_ok=True)
                count += 1
        return count

    def lines(self, after: tuple[int, int] = (0, 0)) -> Iterator[Line]:
        """Yield the searches behind (segment, n), oldest first, verifying each segment's chain."""
        for number in self._present():
            if number < after[0]:
                continue
            for entry in Journal(self._path(number), self.clock).entries():
                if entry.what != "log continues" and (number, entry.n) > after:
                    yield Line(Receipt(number, entry.n, digest(entry.line().encode())), entry)

    def verify(self, receipts: list[Receipt] | None = None) -> Verified:
        """Walk the whole log. Raises `JournalError` at the first thing that is not as it was written.

        receipts: of searches that must stand in it, unless their segment was dropped in its time.
        """
        sealed, dropped = self._sealed()
        present = set(self._present())
        wanted = {(one.segment, one.n): one.digest for one in receipts or ()}
        newest = max([*present, *sealed, 0])
        before, searches, first, last, head = FIRST, 0, "", "", None
        for number in range(1, newest + 1):
            if number in dropped:
                before = sealed[number]["head"]
                wanted = {at: one for at, one in wanted.items() if at[0] != number}
                continue
            if number not in present:
                raise _broken(self._path(number), "the segment is not there, and no seal says that it was dropped")
            at_end = FIRST
            for entry in Journal(self._path(number), self.clock).entries():
                at_end = digest(entry.line().encode())
                if entry.n == 0:
                    if entry.what != "log continues" or entry.about != {"segment": number, "after": before}:
                        raise _broken(self._path(number), "its first line does not continue the segment before")
                    continue
                if wanted.pop((number, entry.n), at_end) != at_end:
                    raise _broken(self._path(number), f"line {entry.n + 1} is not the one that its receipt names")
                first, last = first or entry.at, entry.at
                searches += 1
                head = Receipt(number, entry.n, at_end)
            if number in sealed and sealed[number]["head"] != at_end:
                raise _broken(self._path(number), "it does not end as its seal says")
            before = at_end
        if wanted:
            number, n = min(wanted)
            raise _broken(self._path(number), f"line {n + 1} is missing, though there is a receipt for it")
        return Verified(searches, len(present), len(dropped), head, first, last)

    def _write(self) -> None:
        """Take what waits, write it together, and wait once for the disk."""
        while (first := self._waiting.get()) is not None:
            batch = [first]
            stop = False
            while len(batch) < TOGETHER and not self._waiting.empty():
                more = self._waiting.get()
                if more is None:
                    stop = True
                    break
                batch.append(more)
            self._commit(batch)
            if stop:
                return

    def _commit(self, batch: list[tuple[Fact, Future[Receipt]]]) -> None:
        try:
            number, journal = self._segment()
            entries = journal.extend([fact for fact, _ in batch])
        except (JournalError, OSError) as error:
            self.failed = str(error)
            for _, future in batch:
                future.set_exception(error)
            return
        self.failed = ""
        for entry, (_, future) in zip(entries, batch, strict=True):
            future.set_result(Receipt(number, entry.n, digest(entry.line().encode())))

    def _segment(self) -> tuple[int, Journal]:
        """Return the open segment; seals the one before when its day is over or it is large."""
        today = self.clock().date().isoformat()
        if self._open is not None:
            number, journal = self._open
            if self._day == today and journal.path.stat().st_size < self.large:
                return self._open
            self._seal(number, journal)
            self._open = None
            self.tidy()
        sealed, _ = self._sealed()
        number = max(sealed, default=0) + 1
        self._begin(number, sealed[number - 1]["head"] if number > 1 else FIRST)
        self._day = today
        self._open = (number, Journal(self._path(number), self.clock))
        return self._open

    def _go_on(self) -> None:
        """Find the segment that a service before left open."""
        sealed, _ = self._sealed()
        number = max(sealed, default=0) + 1
        path = self._path(number)
        if path.is_file():
            last = None
            journal = Journal(path, self.clock)
            for last in journal.entries():  # noqa: B007  the last one is wanted
                pass
            if last is None:  # killed while its first line was written
                path.unlink()
            else:
                self._open, self._day = (number, journal), last.at[:10]

    def _begin(self, number: int, before: str) -> None:
        os.close(os.open(self._path(number), os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
        journal = Journal(self._path(number), self.clock)
        if not self._path(number).stat().st_size:
            journal.append("muster", "log continues", {"segment": number, "after": before})
            folder = os.open(self.folder, os.O_RDONLY)
            os.fsync(folder)  # the file's name outlives a power cut, too
            os.close(folder)

    def _seal(self, number: int, journal: Journal) -> None:
        last = max(entry.at for entry in journal.entries())
        self._seals.append("muster", "segment sealed", {"segment": number, "head": journal.head(), "last": last})

    def _sealed(self) -> tuple[dict[int, dict[str, Any]], set[int]]:
        sealed: dict[int, dict[str, Any]] = {}
        dropped: set[int] = set()
        for entry in self._seals.entries():
            if entry.what == "segment sealed":
                sealed[entry.about["segment"]] = entry.about
            elif entry.what == "segment dropped":
                dropped.add(entry.about["segment"])
        return sealed, dropped

    def _present(self) -> list[int]:
        return sorted(int(path.stem.removeprefix("segment-")) for path in self.folder.glob("segment-*.jsonl"))

    def _path(self, number: int) -> Path:
        return self.folder / f"segment-{number:08}.jsonl"


def _broken(path: Path, found: str) -> JournalError:
    return JournalError(
        "the log of searches was changed", where=str(path), found=found,
        do="bring back an unchanged copy, and ask who could write here",
    )  # fmt: skip
