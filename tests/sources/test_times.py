"""When a capture was made: which dates are dates, and whose word counts most."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from muster.sources.times import disagree, settle, time_in_name, time_of_record


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2014-12-31/item.html", "2014-12-31T00:00:00"),
        ("goods_-_20170510.csv", "2017-05-10T00:00:00"),
        ("2014-12-31T0102/index.html", "2014-12-31T01:02:00"),
        ("2014-12-31T01:02:03Z.html", "2014-12-31T01:02:03"),
        ("2014_12_31.html", "2014-12-31T00:00:00"),
        ("page2014-12-31.html", "2014-12-31T00:00:00"),
        ("20141231T010203.html", "2014-12-31T01:02:03"),
        ("20141231010203/http.html", "2014-12-31T01:02:03"),
        ("2014-12-31/item_20170510.html", "2017-05-10T00:00:00"),  # the deepest part decides
        ("2014-12-31/2014-12-31T0102/a.html", "2014-12-31T01:02:00"),
        ("20171345.html", None),  # no such month
        ("2017-02-29.html", None),  # no leap year
        ("2014-1231.html", None),
        ("2014-12_31.html", None),
        ("19891231.html", None),
        ("21010101.html", None),
        ("120170510.html", None),  # nine digits
        ("2017051012.html", None),
        ("20141231256199.html", None),  # fourteen digits, no such hour
        ("3f20170510ab.html", None),  # hexadecimal
        ("from 2014-01-01 to 2014-02-01.csv", None),  # a period
        ("page0-16.html", None),
        ("", None),
        ("٢٠١٤-١٢-٣١.html", None),
    ],
)
def test_a_date_in_a_name_is_real_or_none(name: str, expected: str | None) -> None:
    found = time_in_name(name)
    assert found == (datetime.fromisoformat(expected).replace(tzinfo=UTC) if expected else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2014-03-01T12:00:00Z", datetime(2014, 3, 1, 12, tzinfo=UTC)),
        ("2014-03-01T12:00:00.123456Z", datetime(2014, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)),
        ("2014-03-01T12:00:00+02:00", datetime(2014, 3, 1, 10, tzinfo=UTC)),
        ("2014-03-01T12:00:00", datetime(2014, 3, 1, 12, tzinfo=UTC)),
        ("2014-13-45T00:00:00Z", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_records_time_is_utc_or_none(text: str, expected: datetime | None) -> None:
    assert time_of_record(text) == expected


def test_the_record_wins_over_the_name_and_the_name_over_the_case() -> None:
    record, name, case = datetime(2014, 1, 1, tzinfo=UTC), datetime(2014, 1, 2, tzinfo=UTC), date(2014, 1, 3)
    assert settle(record, name, case) == (record, "record")
    assert settle(None, name, case) == (name, "file name")
    assert settle(None, None, case) == (datetime(2014, 1, 3, tzinfo=UTC), "case")
    assert settle(None, None, None) == (None, "unknown")


@pytest.mark.parametrize(("day", "expected"), [(1, False), (2, False), (3, True)])
def test_a_day_apart_is_no_disagreement_but_two_are(day: int, expected: bool) -> None:
    assert disagree(datetime(2014, 1, 1, 23, tzinfo=UTC), datetime(2014, 1, day, tzinfo=UTC)) is expected
