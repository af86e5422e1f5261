"""What every store of a register's facts must do, and a second store to show that the seam is enough for a database."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from muster.errors import RegisterError
from muster.journal import FIRST, Entry, Fact
from muster.model import digest
from muster.register import Lookup, Register
from muster.register.log import Log

ROW = {
    "register": "harbour", "reference": "17", "object_class": "firearm", "reason": "stolen", "make": "Example",
    "model": "M1", "numbers": [{"number": "123456", "series": "AB"}],
}  # fmt: skip


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


class StoreFacts:
    """Every store must pass this; `opened` gives a new `Log` object over the same store each time it is called."""

    @pytest.fixture
    def opened(self, tmp_path: Path, clock: Clock) -> Callable[[], Log]:
        raise NotImplementedError

    @pytest.fixture
    def clock(self) -> Clock:
        return Clock()

    def test_facts_are_handed_out_in_order_and_once(self, opened: Callable[[], Log]) -> None:
        log = opened()
        assert list(log.fresh()) == []
        log.extend([Fact("ada", "first", {"a": [1, "é"]}, "why"), Fact("bo", "second", {})])
        found = list(log.fresh())
        assert [(e.n, e.who, e.what, e.about, e.reason) for e in found] == [
            (0, "ada", "first", {"a": [1, "é"]}, "why"), (1, "bo", "second", {}, ""),
        ]  # fmt: skip
        assert list(log.fresh()) == []
        log.extend([Fact("ada", "third", {})])
        assert [e.what for e in log.fresh()] == ["third"]

    def test_what_was_added_is_returned_as_it_is_handed_out_later_and_chained(self, opened: Callable[[], Log]) -> None:
        added = opened().extend([Fact("ada", str(n), {}) for n in range(3)])
        found = list(opened().fresh())
        assert found == added
        assert [e.prev for e in found] == [FIRST, *(digest(e.line().encode()) for e in found[:-1])]
        assert {e.at for e in found} == {"2026-03-01T12:00:00+00:00"}

    def test_other_writers_facts_are_handed_out_too(self, opened: Callable[[], Log]) -> None:
        mine, other = opened(), opened()
        mine.extend([Fact("ada", "mine", {})])
        assert [e.what for e in other.fresh()] == ["mine"]
        other.extend([Fact("bo", "other's", {})])
        assert [e.what for e in mine.fresh()] == ["mine", "other's"]

    def test_all_are_kept_or_none(self, opened: Callable[[], Log]) -> None:
        with pytest.raises(TypeError):
            opened().extend([Fact("ada", "good", {}), Fact("ada", "no JSON", object())])
        assert list(opened().fresh()) == []

    def test_who_is_alone_decides_on_what_there_is(self, opened: Callable[[], Log]) -> None:
        begin = threading.Barrier(4)

        def count(_: int) -> None:
            log, seen = opened(), 0
            begin.wait()
            for _ in range(5):
                with log.alone():
                    seen += len(list(log.fresh()))
                    log.extend([Fact("ada", str(seen), {})])

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(count, range(4)))
        assert [e.what for e in opened().fresh()] == [str(n) for n in range(20)]

    def test_a_register_lives_in_it(self, opened: Callable[[], Log], tmp_path: Path, clock: Clock) -> None:
        first, second = (Register(tmp_path / "register", clock, opened()) for _ in range(2))
        (name,) = first.enter([ROW], who="ada", reason="theft reported")
        asked = Lookup("ab-123456", "Example", "M1")
        assert second.look_up([asked])[0].answer == "match"
        with pytest.raises(RegisterError, match="this reference already"):
            second.enter([ROW], who="bo", reason="once more")
        clock.at += timedelta(days=1)
        second.change("found", name, who="bo", reason="handed in")
        second.confirm(name, "AB 123456", who="bo", reason="compared in hand")
        third = Register(tmp_path / "register", clock, opened())
        for one in (first, third):
            assert one.alert(name).state == "found"
            assert one.alert(name, date(2026, 3, 1)).state == "entered"
            assert [hit.by for hit in one.hits(name)] == ["bo"]
            assert [entry.what for entry in one.history(name)] == ["alert entered", "alert found"]
            assert one.look_up([asked])[0].answer == "no_match"


class SqliteLog:
    """A log in a SQLite file."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._db = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("CREATE TABLE IF NOT EXISTS fact (n INTEGER PRIMARY KEY, line TEXT NOT NULL)")
        self._next = 0

    def close(self) -> None:
        self._db.close()

    def extend(self, facts: Sequence[Fact]) -> list[Entry]:
        with nullcontext() if self._db.in_transaction else self.alone():
            last = self._db.execute("SELECT n, line FROM fact ORDER BY n DESC LIMIT 1").fetchone()
            n, prev = (last[0] + 1, digest(last[1].encode())) if last else (0, FIRST)
            entries = []
            for fact in facts:
                entry = Entry(n, self._clock().isoformat(), fact.who, fact.what, fact.about, fact.reason, prev)
                n, prev = n + 1, digest(entry.line().encode())
                entries.append(entry)
            self._db.executemany("INSERT INTO fact VALUES (?, ?)", [(entry.n, entry.line()) for entry in entries])
        return entries

    def fresh(self) -> Iterator[Entry]:
        for n, line in self._db.execute("SELECT n, line FROM fact WHERE n >= ? ORDER BY n", (self._next,)).fetchall():
            self._next = n + 1
            yield Entry(**json.loads(line))

    @contextmanager
    def alone(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:  # commits, or takes back
            yield
