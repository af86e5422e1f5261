"""Counts by day never hide a turn that the times themselves would show."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from muster import derived
from muster.case import open_case
from muster.pipeline import run_case
from muster.profiles.drift import FEWEST, SOUND
from muster.profiles.filled import Days
from muster.store import connect

ROWS = st.lists(st.tuples(st.integers(0, 96), st.booleans()), max_size=60)


def turns(rows: list[tuple[datetime, bool]]) -> bool:
    """Say whether what was sound stops for good, as drift finds it by the times of the captures."""
    sound = [when for when, good in rows if good]
    if not sound:
        return False
    before = [good for when, good in rows if when <= max(sound)]
    after = len(rows) - len(before)
    return after >= FEWEST and len(before) >= FEWEST and sum(before) / len(before) >= SOUND


@given(ROWS)
def test_what_stops_by_its_times_may_stop_by_its_days(hours: list[tuple[int, bool]]) -> None:
    rows = [(datetime(2014, 3, 1) + timedelta(hours=hour), good or hour < 40) for hour, good in hours]
    days = Days()
    for when, good in rows:
        days.add(str(when.date()), 1, int(good))
    assert days.may_turn(SOUND, FEWEST) or not turns(rows)


def test_the_undated_are_counted_and_never_turn() -> None:
    days = Days()
    days.add("", 10, 5)
    assert (days.whole, days.may_turn(SOUND, FEWEST)) == ((10, 5), False)


def test_what_was_counted_while_parsing_is_what_the_tables_hold(bazaar: Path, tmp_path: Path) -> None:
    shutil.copytree(bazaar / "captures", tmp_path / "captures")
    (tmp_path / "case.toml").write_text('[case]\ntitle = "Counts"\n[[source]]\npath = "captures"\n')
    run_case(open_case(tmp_path), workers=1)
    case = open_case(tmp_path)
    with connect(derived.table_files(case, derived.present(case))) as db:
        for table, column in (("listing_seen", "title"), ("listing_seen", "stock"), ("review_seen", "rating")):
            said = f"SELECT sum(filled) AS n FROM filled WHERE \"of\" = '{table}' AND field = '{column}'"
            assert db.one(said) == db.one(f"SELECT count({column}) AS n FROM {table}")
        pages = 'SELECT sum("rows") AS n FROM filled WHERE "of" = \'capture\''
        assert db.one(pages) == db.one("SELECT count(*) AS n FROM capture")
