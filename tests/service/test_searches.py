"""The log of searches is chained over its segments, dropped in time, and shows what was changed."""

from __future__ import annotations

import stat
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.errors import JournalError
from muster.journal import Fact
from muster.service.searches import SearchLog
from muster.service.verifying import Receipt


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


def _days(folder: Path, clock: Clock, days: int, keep: int = 1000, large: int = 10**6) -> list[Receipt]:
    receipts = []
    with SearchLog(folder, clock, keep=timedelta(days=keep), large=large) as log:
        for _ in range(days):
            for n in range(3):
                receipts.append(log.add(Fact("ada", "searched", {"asked": n}, "a list")).result()[0])
            clock.at += timedelta(days=1)
    return receipts


def _segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("segment-*.jsonl"))


def test_each_day_is_a_segment_and_all_receipts_hold(tmp_path: Path) -> None:
    clock = Clock()
    receipts = _days(tmp_path, clock, 2) + _days(tmp_path, clock, 2)
    found = SearchLog(tmp_path, clock).verify(receipts)
    assert (found.searches, found.segments, found.dropped) == (12, 4, 0)
    assert found.head == receipts[-1]


def test_a_segment_that_is_large_ends_within_its_day(tmp_path: Path) -> None:
    clock = Clock()
    receipts = _days(tmp_path, clock, 1, large=1)
    assert [one.segment for one in receipts] == [1, 2, 3]
    assert SearchLog(tmp_path, clock).verify(receipts).segments == 3


def test_a_service_that_starts_again_on_the_same_day_goes_on_in_the_same_segment(tmp_path: Path) -> None:
    clock = Clock()
    receipts = []
    for _ in range(2):
        with SearchLog(tmp_path, clock) as log:
            receipts.append(log.add(Fact("ada", "searched", {}, "a list")).result()[0])
    assert [(one.segment, one.n) for one in receipts] == [(1, 1), (1, 2)]


def test_what_is_old_is_dropped_by_segments_and_the_rest_verifies(tmp_path: Path) -> None:
    clock = Clock()
    receipts = _days(tmp_path, clock, 6, keep=2)
    found = SearchLog(tmp_path, clock).verify(receipts)
    assert found.dropped == 3  # on the 6th, the searches of the 1st to the 3rd are over two days old
    assert found.searches == 3 * found.segments == 9


def test_what_becomes_old_while_nobody_searches_is_dropped_too(tmp_path: Path) -> None:
    clock = Clock()
    with SearchLog(tmp_path, clock, keep=timedelta(days=2), look=timedelta(milliseconds=20)) as log:
        old = log.add(Fact("ada", "searched", {"asked": ["AB 1234"]}, "a list")).result()[0]
        path = _segments(tmp_path)[0]
        clock.at += timedelta(days=2)
        time.sleep(0.1)
        assert path.is_file()  # two days old, and kept for two days
        clock.at += timedelta(seconds=1)
        _until(lambda: not path.exists())
        assert not any("AB 1234" in file.read_text() for file in tmp_path.iterdir())
        found = log.verify([old])
        assert (found.searches, found.dropped) == (0, 1)
        new = log.add(Fact("ada", "searched", {}, "a list")).result()[0]
    assert SearchLog(tmp_path, clock).verify([old, new]).searches == 1


def test_a_tail_that_a_kill_left_goes_with_its_segment(tmp_path: Path) -> None:
    clock = Clock()
    _days(tmp_path, clock, 1, keep=2)
    clock.at -= timedelta(days=1)
    with _segments(tmp_path)[0].open("ab") as out:
        out.write(b'{"about":{"asked":["ZZ 99')
    receipts = _days(tmp_path, clock, 1, keep=2)
    (torn,) = tmp_path.glob("torn-*.txt")
    assert stat.S_IMODE(torn.stat().st_mode) == 0o600
    assert SearchLog(tmp_path, clock).verify(receipts).searches == 6
    clock.at += timedelta(days=2)
    assert SearchLog(tmp_path, clock).verify(_days(tmp_path, clock, 1, keep=2)).searches == 3
    assert not torn.exists()


def test_a_kill_between_the_word_and_the_deed_of_dropping_is_made_good(tmp_path: Path) -> None:
    clock = Clock()
    _days(tmp_path, clock, 1)
    kept = _segments(tmp_path)[0].read_bytes()
    _days(tmp_path, clock, 4, keep=2)
    assert not (tmp_path / "segment-00000001.jsonl").exists()
    (tmp_path / "segment-00000001.jsonl").write_bytes(kept)
    (tmp_path / "segment-00000002.jsonl").exists()
    with SearchLog(tmp_path, clock, keep=timedelta(days=2)):
        pass
    assert not (tmp_path / "segment-00000001.jsonl").exists()
    SearchLog(tmp_path, clock).verify()


@pytest.mark.parametrize("change", ["term", "line", "segment", "first segment", "last segment", "end"])
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
    elif change == "first segment":
        _segments(tmp_path)[0].unlink()
    elif change == "last segment":  # only a receipt can tell
        _segments(tmp_path)[-1].unlink()
        assert SearchLog(tmp_path, clock).verify().searches == 6
    else:  # only a receipt can tell
        path = tmp_path / "segment-00000003.jsonl"
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
        assert SearchLog(tmp_path, clock).verify().searches == 8
    with pytest.raises(JournalError):
        SearchLog(tmp_path, clock).verify(receipts)


@pytest.fixture(scope="module")
def log_with_all_it_has(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Receipt]:
    """Segments, one of them dropped, and the receipt of the last search."""
    folder = tmp_path_factory.mktemp("searches")
    return folder, _days(folder, Clock(), 4, keep=2)[-1]


@given(st.data())
def test_a_byte_changed_taken_or_put_in_anywhere_is_found(
    log_with_all_it_has: tuple[Path, Receipt], data: st.DataObject
) -> None:
    folder, receipt = log_with_all_it_has
    path = data.draw(st.sampled_from(_segments(folder)))
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    sign = data.draw(st.integers(0, 255).filter(lambda sign: sign != whole[at]).map(lambda sign: bytes([sign])))
    made = {"changed": whole[:at] + sign + whole[at + 1 :], "taken": whole[:at] + whole[at + 1 :],
            "put in": whole[:at] + sign + whole[at:], "cut": whole[:at]}  # fmt: skip
    path.write_bytes(made[data.draw(st.sampled_from(sorted(made)))])
    try:
        with pytest.raises(JournalError):
            SearchLog(folder, Clock()).verify([receipt])
    finally:
        path.write_bytes(whole)


def test_every_byte_of_the_log_counts(log_with_all_it_has: tuple[Path, Receipt]) -> None:
    folder, receipt = log_with_all_it_has
    unseen = []
    for path in _segments(folder):
        whole = path.read_bytes()
        for at in range(len(whole)):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            try:
                SearchLog(folder, Clock()).verify([receipt])
                unseen.append((path.name, at))
            except JournalError:
                pass
        path.write_bytes(whole)
    assert not unseen


def test_searches_that_are_said_to_be_dropped_before_their_time_are_found(tmp_path: Path) -> None:
    clock = Clock()
    _days(tmp_path, clock, 2)
    first = _segments(tmp_path)[0]
    log = SearchLog(tmp_path, clock)
    head = max(line.receipt for line in log.lines() if line.receipt.segment == 1)
    with log:  # whoever can write the log can write this into it
        about = {"segment": 1, "head": head.digest, "last": "2026-03-01T12:00:00+00:00", "kept_days": 1000}
        log.add(Fact("muster", "segment dropped", about)).result()
    first.unlink()
    with pytest.raises(JournalError, match="before their time"):
        log.verify()


def test_a_log_whose_file_is_changed_under_way_takes_no_more_searches(tmp_path: Path) -> None:
    clock = Clock()
    with SearchLog(tmp_path, clock) as log:
        log.add(Fact("ada", "searched", {}, "a list")).result()[0]
        path = _segments(tmp_path)[0]
        path.write_bytes(path.read_bytes()[:-30])
        with pytest.raises(JournalError, match="changed while it was held"):
            log.add(Fact("ada", "searched", {}, "a list")).result()[0]
        assert "changed while it was held" in log.failed


def test_two_logs_of_a_folder_do_not_write_at_once(tmp_path: Path) -> None:
    with (
        SearchLog(tmp_path, Clock()),
        pytest.raises(Exception, match="another service writes"),
        SearchLog(tmp_path, Clock()),
    ):
        pass


def _until(done: object, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not done():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.01)
