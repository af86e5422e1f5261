"""The one seam between a register and where its facts lie: an ordered, append-only log.

What a register knows beyond the tables it was given is the fold of this log, so a store needs no more than to keep
facts in order and to hand out those that are new. The journal file is the store that comes with Muster; a team's
database is another class with these three methods. Checkpoints lie beside a journal file alone: where else the facts
lie, that store keeps its own.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from muster.journal import START, Entry, Fact, Journal, Place


class Log(Protocol):
    """Where the facts of a register lie."""

    def extend(self, facts: Sequence[Fact]) -> list[Entry]:
        """Add facts in order, all or none; they outlive a power cut when this returns."""

    def fresh(self) -> Iterator[Entry]:
        """Yield the facts that this object has not handed out yet, other writers' among them."""

    def alone(self) -> AbstractContextManager[None]:
        """Keep other writers out while a fact is decided on."""


class JournalLog:
    """A log in a journal file.

    >>> import tempfile; from datetime import UTC
    >>> folder = tempfile.TemporaryDirectory()
    >>> log = JournalLog(Path(folder.name) / "journal.jsonl", lambda: datetime(2026, 1, 1, tzinfo=UTC))
    >>> with log.alone():
    ...     _ = log.extend([Fact("ada", "alert entered", {})])
    >>> [entry.what for entry in log.fresh()], list(log.fresh())
    (['alert entered'], [])
    >>> folder.cleanup()
    """

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._journal = Journal(path, clock)
        self.place = START  # behind what was handed out

    def extend(self, facts: Sequence[Fact]) -> list[Entry]:
        """Add facts in order; raises `JournalError` when the disk does not take them, and then none is kept."""
        return self._journal.extend(facts)

    def fresh(self) -> Iterator[Entry]:
        """Yield the facts that are new, verifying the chain."""
        for entry, _ in self.fresh_places():
            yield entry

    def fresh_places(self) -> Iterator[tuple[Entry, Place]]:
        """Yield the facts that are new, each with the place at which its line begins."""
        for entry, place in self._journal.after(self.place):
            begin, self.place = self.place, place
            yield entry, begin

    def stretch(self, begin: Place, end: Place) -> Iterator[tuple[Entry, int, int]]:
        """Yield facts between two places again, each with its line's first byte and its bytes."""
        for entry, place in self._journal.after(begin):
            yield entry, begin.byte, place.byte - begin.byte
            begin = place
            if begin.n >= end.n:
                return

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock of writers."""
        path = self._journal.path.with_name("writer.lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
