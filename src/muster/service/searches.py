"""The log of searches: who asked what for which purpose; chained, on disk before the answer goes out, kept a set time.

::

    searches/segment-00000001.jsonl    searches, a journal whose first line carries the digest of the segment before

A segment ends when its day is over or it is large. What is older than the set time is dropped by whole segments, and a
line of the log says so and names the digest of what was dropped: so all that is left can be verified as one chain.
"""

from __future__ import annotations

import fcntl
import os
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from muster.errors import JournalError, ServiceError
from muster.journal import FIRST, Entry, Fact, Journal, Writer
from muster.model import digest
from muster.service.verifying import OWN, Receipt, Verified, verified

KEEP = timedelta(days=3 * 365)
"""How long searches are kept if nothing else is said: three years, as Art. 12 of Regulation (EU) 2018/1862 keeps its
logs."""

LARGE = 16 * 2**20
"""Bytes at which a segment ends before its day is over."""

TOGETHER = 512
"""Parcels of searches that share one wait for the disk at most."""


LOOK = timedelta(hours=1)
"""How long nothing may come before the log looks whether something in it has become too old."""


class Line(NamedTuple):
    """A search as the log has it."""

    receipt: Receipt
    entry: Entry


class _Waiting(NamedTuple):
    facts: Sequence[Fact]
    receipts: Future[list[Receipt]]


class _Open(NamedTuple):
    """The segment that is written: its number, what writes it, its day, what closes it."""

    number: int
    writer: Writer
    day: str
    stack: ExitStack


class SearchLog:
    """A log that one process writes and any may read.

    keep: how long a search is kept. large: bytes at which a segment ends. look: after so long without a search it is
    looked whether something has become too old.

    >>> import tempfile; from datetime import UTC
    >>> folder = tempfile.TemporaryDirectory()
    >>> log = SearchLog(Path(folder.name), clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))
    >>> with log:
    ...     receipt = log.add(Fact("ada", "searched", {"asked": ["AB 1234"]}, "a seizure list")).result()[0]
    >>> receipt.segment, receipt.n, log.verify([receipt]).searches
    (1, 1, 1)
    >>> folder.cleanup()
    """

    def __init__(
        self, folder: Path, clock: Callable[[], datetime], *, keep: timedelta = KEEP, large: int = LARGE,
        look: timedelta = LOOK,
    ) -> None:  # fmt: skip
        self.folder = folder
        self.clock = clock
        self.keep = keep
        self.large = large
        self.look = look
        self.failed = ""
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        self._lock: TextIOWrapper | None = None
        self._open: _Open | None = None

    def __enter__(self) -> SearchLog:
        """Start writing. Raises `ServiceError` when another process writes it, `JournalError` when it is broken."""
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
        try:
            self._go_on()
            self._tidy()
        except BaseException:
            self._leave()
            raise
        self._writer = threading.Thread(target=self._write, name="searches", daemon=True)
        self._writer.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Write what waits, and stop."""
        self._waiting.put(None)
        if self._writer is not None:
            self._writer.join()
            self._writer = None
        self._leave()

    def add(self, *facts: Fact) -> Future[list[Receipt]]:
        """Hand over searches; receipts are there once all are on disk, or the `JournalError` that they could not be."""
        future: Future[list[Receipt]] = Future()
        self._waiting.put(_Waiting(facts, future))
        return future

    def lines(self, after: tuple[int, int] = (0, 0)) -> Iterator[Line]:
        """Yield the searches behind (segment, n), oldest first, verifying each segment's chain."""
        for number in self._present():
            if number < after[0]:
                continue
            for entry in Journal(self._path(number), self.clock).entries():
                if entry.what not in OWN and (number, entry.n) > after:
                    yield Line(Receipt(number, entry.n, digest(entry.line().encode())), entry)

    def verify(self, receipts: Sequence[Receipt] = ()) -> Verified:
        """Walk the whole log. Raises `JournalError` at the first thing that is not as it was written.

        receipts: of searches that must stand in it, unless their segment was dropped in its time.
        """
        while True:
            present = self._present()
            try:
                return verified({number: self._path(number) for number in present}, receipts)
            except JournalError:
                if self._present()[:1] == present[:1]:
                    raise  # else the oldest segments were dropped under way

    # the writer's own

    def _write(self) -> None:
        """Take what waits, write it together, and wait once for the disk; look at what is old when nothing waits."""
        while True:
            batch, stop = self._taken()
            if batch:
                self._commit(batch)
            elif not stop:
                self._rest()
            if stop:
                return

    def _taken(self) -> tuple[list[_Waiting], bool]:
        """Return what waits, nothing if nothing came for long, and whether to stop."""
        batch: list[_Waiting] = []
        with suppress(queue.Empty):
            while len(batch) < TOGETHER:
                more = self._waiting.get(timeout=self.look.total_seconds()) if not batch else self._waiting.get_nowait()
                if more is None:
                    return batch, True
                batch.append(more)
        return batch, False

    def _commit(self, batch: list[_Waiting]) -> None:
        try:
            held = self._segment()
            entries = held.writer.extend([fact for one in batch for fact in one.facts])
        except (JournalError, OSError) as error:
            self.failed = str(error)
            for one in batch:
                one.receipts.set_exception(error if isinstance(error, JournalError) else _unwritten(self.folder, error))
            return
        self.failed = ""
        digests = [*(entry.prev for entry in entries[1:]), held.writer.place.prev]
        receipts = (Receipt(held.number, entry.n, mark) for entry, mark in zip(entries, digests, strict=True))
        for one in batch:
            one.receipts.set_result(list(islice(receipts, len(one.facts))))

    def _rest(self) -> None:
        """End a segment whose day is over, and drop what is old."""
        try:
            if self._open is not None and self._open.day != self._today():
                self._close()
            self._tidy()
        except (JournalError, OSError) as error:
            self.failed = str(error)

    def _segment(self) -> _Open:
        """Return the open segment; the one before ends when its day is over or it is large."""
        held = self._open
        if held is not None and held.day == self._today() and held.writer.place.byte < self.large:
            return held
        self._close()
        held = self._begin()
        self._tidy()
        return held

    def _go_on(self) -> None:
        """Hold the last segment if it is today's; its chain is verified."""
        for number in reversed(self._present()):
            journal = Journal(self._path(number), self.clock)
            last = None
            for last in journal.entries():  # noqa: B007  the last one is wanted
                pass
            if last is not None:
                if last.at[:10] == self._today():
                    self._hold(number, journal)
                return
            journal.path.unlink()  # killed while its first line was written

    def _begin(self) -> _Open:
        before = max(self._present(), default=0)
        after = Journal(self._path(before), self.clock).head() if before else FIRST
        path = self._path(before + 1)
        os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
        held = self._hold(before + 1, Journal(path, self.clock))
        try:
            held.writer.extend([Fact("muster", "log continues", {"segment": before + 1, "after": after})])
            folder = os.open(self.folder, os.O_RDONLY)
            os.fsync(folder)  # the file's name outlives a power cut, too
            os.close(folder)
        except (JournalError, OSError):
            self._close()
            path.unlink()
            raise
        return held

    def _hold(self, number: int, journal: Journal) -> _Open:
        with ExitStack() as stack:
            writer = stack.enter_context(journal.held())
            self._open = _Open(number, writer, self._today(), stack.pop_all())
        return self._open

    def _close(self) -> None:
        if self._open is not None:
            self._open.stack.close()
            self._open = None

    def _leave(self) -> None:
        self._close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _tidy(self) -> None:
        """Drop segments whose last search is older than `keep`. The log says so first."""
        for number in self._present():
            if self._open is not None and number == self._open.number:
                return
            journal = Journal(self._path(number), self.clock)
            last = journal.last()
            if last is not None and datetime.fromisoformat(last.at) >= self.clock() - self.keep:
                return
            about = {"segment": number, "head": journal.head(), "last": last and last.at, "kept_days": self.keep.days}
            (self._open or self._begin()).writer.extend(
                [Fact("muster", "segment dropped", about, "kept for the set time")]
            )
            for entry in journal.entries():
                if entry.what == "tail set aside":
                    (self.folder / entry.about["file"]).unlink(missing_ok=True)
            journal.path.unlink()

    def _today(self) -> str:
        return self.clock().date().isoformat()

    def _present(self) -> list[int]:
        return sorted(int(path.stem.removeprefix("segment-")) for path in self.folder.glob("segment-*.jsonl"))

    def _path(self, number: int) -> Path:
        return self.folder / f"segment-{number:08}.jsonl"


def _unwritten(folder: Path, error: OSError) -> JournalError:
    return JournalError("the log of searches could not be written", where=str(folder), found=error,
                        do="make room on the disk, and let the service write there")  # fmt: skip
