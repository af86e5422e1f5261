"""Prices in dollars: by the page, by its rates, by the case's tables; and who says so is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from muster import derived
from muster.case import open_case
from muster.errors import CaseError
from muster.model import Capture, Locator, Page, digest
from muster.pipeline import run_case
from muster.profiles import Rates, Tokens, load, parse, rate_file
from muster.profiles.rates import in_dollars
from muster.store import connect

DAY = datetime(2014, 3, 1, 12, tzinfo=UTC)


def _file(folder: Path, text: str, base: str = "BTC", name: str = "btc.csv") -> Rates:
    (folder / name).write_text(text)
    return Rates((rate_file(folder / name, base, name),))


def _listing(amount: str, currency: str, **more: Any) -> dict[str, Any]:
    return {"amount": Decimal(amount), "currency": currency, "amount_usd": None, "price_issue": "in a coin", **more}


def _rate(base: str, quote: str, rate: str) -> tuple[str, dict[str, Any]]:
    return "rate_seen", {"base": base, "quote": quote, "rate": Decimal(rate)}


def _filled(*seen: tuple[str, dict[str, Any]], rates: Rates | None = None) -> list[tuple[str, str, str, str]]:
    issues: list[tuple[str, str, str, str]] = []
    in_dollars(seen, DAY, rates or Rates(), lambda *told: issues.append(told))
    return issues


def test_the_pages_own_rate_is_taken_first(tmp_path: Path) -> None:
    row = _listing("0.5", "BTC")
    _filled(("listing_seen", row), _rate("BTC", "USD", "600"), rates=_file(tmp_path, "date,rate\n2014-03-01,610\n"))
    assert (row["amount_usd"], row["rate_source"], row["price_issue"]) == (300, "page rate", "")


def test_a_currency_is_converted_over_the_coin_that_the_page_prices_in_both() -> None:
    row = _listing("50", "EUR")
    _filled(("listing_seen", row), _rate("BTC", "USD", "600"), _rate("BTC", "EUR", "500"))
    assert row["amount_usd"] == 60


def test_the_cases_rate_is_that_of_the_captures_day_and_named(tmp_path: Path) -> None:
    row = _listing("2", "BTC")
    rates = _file(tmp_path, 'Date,"Close Price"\n"2014-03-01 00:00:00",610\n"2014-03-02 00:00:00",700\n')
    _filled(("listing_seen", row), rates=rates)
    assert (row["amount_usd"], row["rate_source"]) == (1220, "case rate, btc.csv")


def test_a_price_in_a_currency_without_a_table_is_taken_in_the_coin_that_the_page_shows(tmp_path: Path) -> None:
    row = _listing(
        "50", "EUR", prices=[{"currency": "EUR", "amount": Decimal(50)}, {"currency": "BTC", "amount": Decimal("0.1")}]
    )
    _filled(("listing_seen", row), rates=_file(tmp_path, "date,rate\n2014-03-01,610\n"))
    assert (row["amount_usd"], row["rate_source"]) == (61, "case rate, btc.csv, of the price in BTC")


def test_an_old_review_is_not_priced_by_todays_page(tmp_path: Path) -> None:
    old = _listing("1", "BTC", reviewed_at=datetime(2014, 1, 5, tzinfo=UTC))
    new = _listing("1", "BTC", reviewed_at=datetime(2014, 2, 28, 20, tzinfo=UTC))
    _filled(("review_seen", old), ("review_seen", new), _rate("BTC", "USD", "600"))
    assert (old["amount_usd"], new["amount_usd"]) == (None, 600)
    _filled(("review_seen", old), rates=_file(tmp_path, "date,rate\n2014-01-05,900\n"))
    assert old["amount_usd"] == 900


def test_a_day_without_a_rate_takes_one_of_the_four_days_before_and_no_other(tmp_path: Path) -> None:
    rates = _file(tmp_path, "date,rate\n2014-03-01,610\n")
    assert rates.on("BTC", date(2014, 3, 5)) == (610, "case rate, btc.csv")
    assert rates.on("BTC", date(2014, 3, 6)) is None
    assert rates.on("BTC", date(2014, 2, 28)) is None
    assert rates.on("XMR", date(2014, 3, 1)) is None


def test_a_page_and_a_case_that_differ_by_over_a_twentieth_are_an_issue(tmp_path: Path) -> None:
    rates = _file(tmp_path, "date,rate\n2014-03-01,610\n")
    assert _filled(_rate("BTC", "USD", "640"), rates=rates) == []
    ((what, where, found, _),) = _filled(_rate("BTC", "USD", "641"), rates=rates)
    assert (what, where, found) == ("rates_disagree", "BTC in USD", "page 641, case rate, btc.csv 610")


@pytest.mark.parametrize("text", ["", "when,what\n1,2\n", "date,rate\nsoon,much\n"])
def test_a_file_that_is_no_table_of_rates_stops_the_run(tmp_path: Path, text: str) -> None:
    with pytest.raises(CaseError):
        _file(tmp_path, text)


def test_disputed_prices_stay_without_dollars(tmp_path: Path) -> None:
    row = _listing("5", "disputed")
    _filled(("listing_seen", row), rates=_file(tmp_path, "date,rate\n2014-03-01,610\n"))
    assert row["amount_usd"] is None


def _case(bazaar: Path, root: Path, rates: str) -> Path:
    (root / "pages").mkdir(parents=True)
    page = (bazaar / "captures/2014-03-01/item-12.html").read_text()
    page = page.replace("USD", "BTC").replace('class="rate"', 'class="no"')
    (root / "pages/item.html").write_text(page)
    (root / "case.toml").write_text(f'[case]\ntitle = "Rates"\n[[source]]\npath = "pages"\n{rates}')
    return root


def test_a_case_prices_by_its_tables_and_says_where_two_of_them_differ(bazaar: Path, tmp_path: Path) -> None:
    root = _case(bazaar, tmp_path / "case", '[[rates]]\npath = "one.csv"\n[[rates]]\npath = "two.csv"\n')
    (root / "one.csv").write_text("date,rate\n2014-03-01,500\n2014-03-02,500\n")
    (root / "two.csv").write_text("date,close\n2014-03-01,400\n2014-03-02,499\n")
    run_case(open_case(root), workers=1)
    case = open_case(root)
    with connect(derived.table_files(case, derived.present(case))) as db:
        (row,) = db.rows("SELECT amount, amount_usd, rate_source FROM listing_seen")
        assert (row["amount_usd"], row["rate_source"]) == (row["amount"] * 500, "case rate, one.csv")
        (issue,) = db.rows("SELECT \"found\" FROM issue WHERE what = 'rates_disagree'")
        assert issue["found"] == "1 of 2 days differ by over 5%, most on 2014-03-01: 500 and 400"


def test_every_price_that_a_page_shows_is_kept() -> None:
    body = (
        b"<body class='bazaar'><header class='awning'><a class='sign'></a></header><article class='goods' "
        b"data-item='1'><h1>Lamp</h1><a class='keeper'>tin</a><table>"
        b"<td class='price'>EUR 10.00 (0.02 BTC, USD 13.50)</td></table>"
    )
    page = Page(
        Capture("cap:1", "x", Locator("f" * 64, 0, len(body)), digest(body), len(body), "text/html", "", DAY, "record"),
        body,
    )
    row = parse(page, load("bazaar"), Tokens(None)).observations[0].row
    assert [(p["currency"], p["amount"]) for p in row["prices"]] == [
        ("EUR", 10), ("BTC", Decimal("0.02")), ("USD", Decimal("13.5")),
    ]  # fmt: skip
    assert (row["amount"], row["currency"], row["amount_usd"], row["rate_source"]) == (
        10,
        "EUR",
        Decimal("13.5"),
        "page",
    )
