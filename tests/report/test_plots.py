"""Marks stand inside the plot, wider intervals are wider, and too few days show no trend."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.report import ReportData
from muster.report.plots import kinds, over_time, prices

Make = Callable[..., ReportData]


def test_marks_follow_the_order_of_their_values(make_data: Make) -> None:
    marks, ticks = kinds(make_data())
    at = {mark.name: float(mark.at) for mark in marks if mark.at}
    assert at["long guns"] < at["handguns"] < at["weapons, ammunition and parts"] < at["ammunition"]
    assert [tick.label for tick in ticks] == ["0", "1", "10", "100"]
    assert [float(t.at) for t in ticks] == sorted(float(t.at) for t in ticks)


def test_what_cannot_be_told_has_no_mark(make_data: Make) -> None:
    marks, _ = kinds(make_data())
    unknown = next(mark for mark in marks if mark.name == "explosives")
    assert (unknown.at, unknown.low, unknown.ours.text) == ("", "", "cannot tell")


@pytest.mark.parametrize(("days", "trend"), [(1, True), (2, True), (3, False), (40, False)])
def test_no_trend_is_read_from_two_days(make_data: Make, days: int, trend: bool) -> None:
    first = date(2014, 3, 1)
    rows = tuple(
        {"market": "bazaar", "day": first + timedelta(n), "listings": n, "captures": 1, "estimate": ""}
        for n in range(days)
    )
    found = over_time(make_data(over_time=rows))[0]
    assert found.trend.startswith("No trend can be read from this") is trend
    assert len(found.bars) == days
    assert all(0 <= float(bar.at) <= 100 for bar in found.bars)


def test_a_market_without_dates_has_no_bars(make_data: Make) -> None:
    souk = over_time(make_data())[1]
    assert souk.market == "souk"
    assert souk.bars == ()
    assert "known date" in souk.trend


@given(st.lists(st.decimals("0.01", "9999999", places=2), min_size=1, max_size=60))
def test_every_price_has_a_place_inside_the_plot(found: list[Decimal]) -> None:
    data = ReportData.empty("prices")
    object.__setattr__(data, "prices", {"handgun": tuple(found)})
    rows, ticks = prices(data)
    assert rows[0].n == str(len(found))
    assert all(0 <= float(dot.at) <= 100 and 0 <= float(dot.low) <= 100 for dot in rows[0].dots)
    assert len(ticks) >= 2


def test_ten_thousand_prices_make_few_dots_and_lose_none(make_data: Make) -> None:
    found = tuple(Decimal(n) / 7 for n in range(1, 10001))
    row = prices(make_data(prices={"guide": found}))[0][0]
    assert row.n == "10,000"
    assert len(row.dots) < 250
    titles = [re.search(r": ([\d,]+) offers? at", dot.title) for dot in row.dots]
    assert sum(int(title.group(1).replace(",", "")) for title in titles if title) == 10000
