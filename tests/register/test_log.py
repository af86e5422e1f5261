"""Both stores do what every store must; the journal file is the one that comes with Muster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from muster.register.log import JournalLog, Log
from register.stores import Clock, SqliteLog, StoreFacts


class TestJournal(StoreFacts):
    @pytest.fixture
    def opened(self, tmp_path: Path, clock: Clock) -> Callable[[], Log]:
        return lambda: JournalLog(tmp_path / "journal" / "journal.jsonl", clock)


class TestSqlite(StoreFacts):
    @pytest.fixture
    def opened(self, tmp_path: Path, clock: Clock) -> Iterator[Callable[[], Log]]:
        made: list[SqliteLog] = []

        def open_() -> Log:
            made.append(SqliteLog(tmp_path / "facts.sqlite", clock))
            return made[-1]

        yield open_
        for log in made:
            log.close()
