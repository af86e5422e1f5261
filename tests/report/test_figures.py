"""Numbers keep their interval and unit, and intervals are never shown narrower than they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.report.figures import figure, number

ROW = {"id": "est:1", "unit": "listings", "assumptions": ["why not"]}


@pytest.mark.parametrize(
    ("value", "low", "high", "unit", "said"),
    [
        (23.4, 19.4, 27.2, "listings", "23 listings (95% interval 19–28)"),
        (0.0, 0.0, 2.0, "listings", "0 listings (95% interval 0–2)"),
        (0.667, 0.61, 0.72, "share", "67 % (95% interval 61–72)"),
        (1.25, 0.92, 1.71, "items", "1.2 items (95% interval 0.9–1.8)"),
        (61.0, None, None, "listings", "61 listings (no interval)"),
        (None, None, None, "listings", "cannot tell (why not)"),
    ],
)
def test_a_figure_says_all_it_is(
    value: float | None, low: float | None, high: float | None, unit: str, said: str
) -> None:
    assert figure({**ROW, "value": value, "low": low, "high": high, "unit": unit}).spoken == said


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.floats(0, 1e9))
def test_no_interval_is_shown_narrower_than_it_is(one: float, two: float, three: float) -> None:
    low, value, high = sorted((one, two, three))
    shown = figure({**ROW, "value": value, "low": low, "high": high}).interval.replace(",", "").split("–")
    assert float(shown[0]) <= low + 1e-6
    assert float(shown[1]) >= high - 1e-6


@pytest.mark.parametrize(("value", "said"), [(1234567, "1\u202f234\u202f567"), (1.5, "1,5")])
def test_french_numbers_are_french(value: float, said: str) -> None:
    assert number(value, "fr") == said
