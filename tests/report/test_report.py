"""Three files, pure in their data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from muster.model import canonical_json
from muster.report import ReportData, build

Make = Callable[..., ReportData]


def test_equal_data_give_equal_bytes(make_data: Make) -> None:
    assert build(make_data()) == build(make_data())


def test_the_order_of_mappings_does_not_matter(make_data: Make) -> None:
    data = make_data()
    turned = replace(
        data,
        walks=dict(reversed(data.walks.items())),
        findings=dict(reversed(data.findings.items())),
        verdicts=dict(reversed(data.verdicts.items())),
    )
    assert build(turned) == build(data)


def test_no_clock_time_is_in_a_report(make_data: Make) -> None:
    files = build(make_data())
    assert not any(re.search(rb"\b%d\b" % date.today().year, data) for data in files.values())


def test_the_json_is_canonical_and_whole(make_data: Make) -> None:
    data = make_data()
    text = build(data)["report.json"].decode()
    found = json.loads(text)
    assert text == canonical_json(found) + "\n"
    assert found["walks"]["cap:1"]["locator"]["start"] == 1024
    assert set(found["summary"]) == {"en", "fr"}
    assert len(found["claims"]) == len(data.claims)
    assert found["prices"]["handgun"][0] == "450"


@pytest.mark.parametrize("text", ["half a surrogate \ud800", "\x00", "\u2028"])
def test_the_json_holds_any_text(make_data: Make, text: str) -> None:
    assert json.loads(build(make_data(title=text))["report.json"])["title"] == text


def test_an_estimate_that_is_no_number_is_null_in_json(make_data: Make) -> None:
    data = make_data(recogniser={"micro_f1": float("nan")})
    assert json.loads(build(data)["report.json"])["recogniser"]["micro_f1"] is None


def test_prices_of_nought_are_counted_apart(make_data: Make) -> None:
    text = build(make_data(prices={"handgun": (Decimal(0), Decimal(5))}))["report.md"].decode()
    assert "| handguns | 1 | USD 5.00 | USD 5.00 to USD 5.00 | 1 of no price above nought |" in text
