"""The log of searches is chained over its segments, dropped in time, and shows what was changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from muster.errors import JournalError
from muster.journal import Fact
from muster.service.searches import Receipt, SearchLog


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


def _days(folder: Path, clock: Clock, days: int, keep: int = 1000) -> list[Receipt]:
    receipts = []
    with SearchLog(folder, clock, keep=timedelta(days=keep)) as log:
        for _ in range(days):
            futures = [log.add(Fact("ada", "searched", {"asked": n}, "a list")) for n in range(3)]
            receipts += [future.result() for future in futures]
            clock.at += timedelta(days=1)
    return receipts


def test_each_day_is_a_segment_and_all_receipts_hold(tmp_path: Path) -> None:
    clock = Clock()
    receipts = _days(tmp_path, clock, 2) + _days(tmp_path, clock, 2)
    found = SearchLog(tmp_path, clock).verify(receipts)
    assert (found.searches, found.segments, found.dropped) == (12, 4, 0)


def test_what_is_old_is_dropped_by_segments_and_the_rest_verifies(tmp_path: Path) -> None:
    clock = Clock()
    receipts = _days(tmp_path, clock, 6, keep=2)
    found = SearchLog(tmp_path, clock).verify(receipts)
    assert found.dropped == 3  # on the 6th, the searches of the 1st to the 3rd are over two days old
    assert found.searches == 3 * found.segments == 9


@pytest.mark.parametrize("change", ["term", "line", "segment", "end"])
def test_a_changed_log_is_found(tmp_path: Path, change: str) -> None:
    clock = Clock()
    receipts = _days(tmp_path, clock, 3)
    path = tmp_path / "segment-00000002.jsonl"
    if change == "term":
        path.write_bytes(path.read_bytes().replace(b'"asked":1', b'"asked":2'))
    elif change == "line":
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    elif change == "segment":
        path.unlink()
    else:  # the end of the open segment: only a receipt can tell
        path = tmp_path / "segment-00000003.jsonl"
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
        assert SearchLog(tmp_path, clock).verify().searches == 8
    with pytest.raises(JournalError):
        SearchLog(tmp_path, clock).verify(receipts)
