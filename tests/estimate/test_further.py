"""Shares, changes, prices, sales between crawls, populations, models, alerts, on rows that can be counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from muster.estimate import MEASURES, Confusion, Estimator, Scope
from muster.estimate.counts import FURTHER
from muster.estimate.draws import Truths
from muster.estimate.items import Items
from muster.estimate.prices import kept_prices, redrawn
from muster.estimate.ratios import joint
from muster.model import KINDS
from muster.schema import TABLES
from muster.store import Database, connect, write_tables

PERFECT = Confusion.from_rows([{"true": k, "predicted": k, "n": 10_000, "vendors": 10_000} for k in KINDS])

MARCH, APRIL = ("2014-03-01", "2014-03-08"), ("2014-04-01", "2014-04-08")


def _missed(n: int, week: int) -> bool:
    """Each crawl misses some, and both of them listings 10 and 45."""
    return n % 7 == 3 if week else n % 5 == 0


def _rows() -> Iterator[dict[str, Any]]:
    """Forty pistols and twenty rifles in March, twenty pistols in April; twelve sellers; counters that rise."""
    for n in range(60):
        kind = "handgun" if n < 40 else "long_gun"
        for week, day in enumerate(MARCH):
            if not _missed(n, week):
                yield {"listing": n, "kind": kind, "day": day, "sales": n + 2 * week, "price": 900 + n % 7,
                       "model": "AKM" if n >= 50 else "", "vendor": n % 12}  # fmt: skip
    for n in range(20):
        for week, day in enumerate(APRIL):
            price = 99_999 if n == 3 else 950
            yield {"listing": n, "kind": "handgun", "day": day, "sales": n + 5 + week, "price": price, "model": "",
                   "vendor": n % 12}  # fmt: skip


@pytest.fixture
def estimator(tmp_path: Path) -> Iterator[Estimator]:
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in ("capture", "listing_seen", "offer")}
    for n, row in enumerate(_rows()):
        at = datetime.fromisoformat(row["day"]).replace(tzinfo=UTC)
        where = {"market": "bazaar", "captured_at": at}
        tables["capture"].append({"id": f"cap:{n:016x}", "profile": "bazaar", "grade": "as archived", **where})
        tables["listing_seen"].append({"id": f"obs:{n:016x}", "capture": f"cap:{n:016x}", "sales": row["sales"],
                                       "listing": f"lst:{row['listing']:016x}",
                                       "vendor": f"‹vendor:{row['vendor']:016x}›", **where})  # fmt: skip
        tables["offer"].append({"id": f"off:{n:016x}", "observation": f"obs:{n:016x}", "item": 0, "kind": row["kind"],
                                "probability": 0.95, "keywords": [], "make": "", "model": row["model"],
                                "unit_price_usd": row["price"]})  # fmt: skip
    write_tables(tmp_path / "t", tables)
    with connect({name: [tmp_path / f"t/{name}.parquet"] for name in tables}) as db:
        yield Estimator(db, PERFECT, "d" * 64)


ALL_MARCH = {"market": "bazaar", "first": date(2014, 3, 1), "last": date(2014, 3, 31)}
ALL_APRIL = {"market": "bazaar", "first": date(2014, 4, 1), "last": date(2014, 4, 30)}


def test_a_share_is_of_the_listings_of_some_kinds(estimator: Estimator) -> None:
    found = estimator.estimate("share", Scope("handgun", **ALL_MARCH, of="weapons"))  # type: ignore[arg-type]
    assert found.value == pytest.approx(2 / 3, abs=0.02)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= 39 / 58 <= found.high
    assert {u.assumption.split(" (")[0] for u in found.under} == {
        "the recogniser never errs", "captured sellers stand for others like them",
    }  # fmt: skip


def test_a_share_of_nothing_is_refused(estimator: Estimator) -> None:
    found = estimator.estimate("share", Scope("handgun", **ALL_MARCH, of="toxic"))  # type: ignore[arg-type]
    assert (found.value, found.low, found.high) == (None, None, None)
    assert "share of" in found.assumptions[0]


def test_a_difference_may_be_negative(estimator: Estimator) -> None:
    found = estimator.estimate("difference", Scope("long_gun", **ALL_MARCH, of="handgun"))  # type: ignore[arg-type]
    assert found.value == pytest.approx(-20, abs=1)


def test_a_change_is_in_per_cent_of_the_period_before(estimator: Estimator) -> None:
    scope = Scope("handgun", **ALL_APRIL, before="2014-03-01/2014-03-31")  # type: ignore[arg-type]
    found = estimator.estimate("change", scope)
    assert found.value == pytest.approx(-50, abs=3)
    assert "captures of both periods reach equally far" in found.assumptions
    assert len(estimator.children("change", scope)) == found.n


def test_a_change_from_a_handful_is_not_told(estimator: Estimator) -> None:
    scope = Scope("toxic", **ALL_APRIL, before="2014-03-01/2014-03-31")  # type: ignore[arg-type]
    found = estimator.estimate("change", scope)
    assert found.value is None
    assert "fewer than 10" in found.assumptions[0]


def test_a_price_is_the_median_and_holding_prices_are_set_aside(estimator: Estimator) -> None:
    found = estimator.estimate("price", Scope("handgun", **ALL_APRIL))  # type: ignore[arg-type]
    assert (found.value, found.low, found.high, found.n) == (950, 950, 950, 19)
    assert "1 listings with a holding price set aside" in found.assumptions[0]
    (kept,) = found.under
    assert (kept.assumption, kept.value) == ("holding prices kept", 950)
    assert estimator.estimate("highest_price", Scope("handgun", **ALL_APRIL)).value == 950  # type: ignore[arg-type]


def test_a_price_of_few_sellers_has_no_interval() -> None:
    rows = [{"listing": f"lst:{n}", "market": "m", "vendor": f"v{n % 4}", "id": f"off:{n}", "price": 100 + n}
            for n in range(40)]  # fmt: skip
    value, low, high = redrawn(kept_prices(rows)[0])
    assert (value, low, high) == (119.5, None, None)


def test_intervals_of_prices_hold_the_truth_where_sellers_differ() -> None:
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(200):
        level = rng.normal(0, 0.3, 40)
        rows = [
            {
                "listing": f"lst:{v:02}{k}",
                "market": "m",
                "vendor": f"v{v}",
                "id": "off:1",
                "price": float(1000 * np.exp(level[v] + rng.normal(0, 0.1))),
            }
            for v in range(40)
            for k in range(3)
        ]
        _, low, high = redrawn(kept_prices(sorted(rows, key=lambda row: str(row["listing"])))[0])
        assert low is not None
        assert high is not None
        held += low <= 1000 <= high
    assert 0.9 <= held / 200 <= 0.99


def test_sales_of_a_period_are_what_counters_added_in_it(estimator: Estimator) -> None:
    found = estimator.estimate("sold", Scope("handgun", **ALL_MARCH))  # type: ignore[arg-type]
    twice = sum(1 for n in range(40) if not _missed(n, 0) and not _missed(n, 1))
    assert found.n == twice
    assert found.value == pytest.approx(2 * twice, abs=2)
    assert found.high is None
    assert found.low is not None
    assert found.low <= 2 * twice


def test_a_population_is_told_from_two_crawls_and_refused_for_all_markets(estimator: Estimator) -> None:
    found = estimator.estimate("population", Scope("weapons", **ALL_MARCH))  # type: ignore[arg-type]
    assert found.method == "capture–recapture: chapman"
    assert found.low is not None
    assert found.high is not None
    assert found.low <= 60 <= found.high
    assert {u.assumption for u in found.under} == {"by chao2", "by jackknife"}
    nowhere = estimator.estimate("population", Scope("weapons", "", date(2014, 3, 1), date(2014, 3, 31)))
    assert nowhere.value is None
    assert "markets that nobody captured" in nowhere.assumptions[0]


def test_a_model_is_counted_by_name_and_has_no_upper_bound(estimator: Estimator) -> None:
    found = estimator.estimate("named", Scope("firearms", **ALL_MARCH, model="* ak*|ak*"))  # type: ignore[arg-type]
    assert (found.n, found.high) == (10, None)
    assert len(estimator.children("named", Scope("firearms", **ALL_MARCH, model="* ak*|ak*"))) == 10  # type: ignore[arg-type]


def test_a_likeness_in_a_register_has_no_interval(estimator: Estimator) -> None:
    found = estimator.estimate("alerts", Scope("weapons", **ALL_MARCH))  # type: ignore[arg-type]
    assert (found.value, found.low, found.high) == (0, None, None)
    assert "no hit until a named person confirms it" in " ".join(found.assumptions)


def test_both_sides_of_a_share_are_counted_on_the_same_truths(estimator: Estimator) -> None:
    truths = Truths(Items(estimator.db).view(Scope("all")), PERFECT)
    weapons, firearms = Scope("weapons").indices, Scope("firearms").indices
    first, second, both, _ = joint(truths, firearms, weapons, truths.view.first)
    assert (both == first).all()
    assert (second >= both).all()


def test_every_measure_is_declared_and_every_declared_one_runs(estimator: Estimator) -> None:
    assert set(FURTHER) <= set(MEASURES)
    for name, measure in MEASURES.items():
        extra = {k: v for k, v in {"of": "weapons", "model": "ak*", "before": "2014-03-01/2014-03-31"}.items()
                 if k in measure.scope}  # fmt: skip
        scope = Scope("handgun", **ALL_APRIL, **extra)  # type: ignore[arg-type]
        found = estimator.estimate(name, scope)
        assert (found.unit, Scope.from_json(found.scope)) == (measure.unit, scope)


def test_the_columns_of_an_estimate_hold_what_stands_beside_it(estimator: Estimator, tmp_path: Path) -> None:
    from muster.headline import estimate_row

    row = estimate_row(estimator.estimate("listings", Scope("handgun")))
    write_tables(tmp_path / "e", {"estimate": [row]})
    assert row["under"][0]["assumption"] == "the recogniser never errs"
    assert set(row) == set(TABLES["estimate"].arrow.names)
    assert isinstance(estimator.db, Database)


@pytest.mark.slow
def test_estimates_that_share_what_they_rest_on_are_what_each_is_alone(estimator: Estimator) -> None:
    scopes = [
        Scope(kind, "bazaar", *days, of="weapons" if kind != "weapons" else "firearms", model="*akm*",
              before="2014-03-01/2014-03-31")
        for kind in ("weapons", "handgun", "long_gun")
        for days in ((None, None), (date(2014, 3, 1), date(2014, 3, 31)), (date(2014, 4, 1), None))
    ]  # fmt: skip
    together = [(measure, scope, estimator.estimate(measure, scope)) for scope in scopes for measure in MEASURES]
    for measure, scope, found in together:
        alone = Estimator(estimator.db, PERFECT, "d" * 64)
        assert alone.estimate(measure, scope) == found
        assert alone.children(measure, scope) == estimator.children(measure, scope)


def test_listings_that_state_where_they_ship_from_are_a_lower_bound_and_said_to_be_a_sellers_word(
    tmp_path: Path,
) -> None:
    at = datetime(2014, 3, 1, tzinfo=UTC)
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in ("capture", "listing_seen", "offer")}
    for n, place in enumerate(["Ukraine", "Germany, Ukraine", "Germany", "Worldwide", None] * 4):
        where = {"market": "bazaar", "captured_at": at}
        tables["capture"].append({"id": f"cap:{n:016x}", "profile": "bazaar", "grade": "as archived", **where})
        tables["listing_seen"].append({"id": f"obs:{n:016x}", "capture": f"cap:{n:016x}", "listing": f"lst:{n:016x}",
                                       "vendor": f"‹vendor:{n % 10:016x}›", "ships_from": place, **where})  # fmt: skip
        tables["offer"].append({"id": f"off:{n:016x}", "observation": f"obs:{n:016x}", "item": 0, "kind": "handgun",
                                "probability": 0.95, "keywords": [], "make": "", "model": ""})  # fmt: skip
    write_tables(tmp_path / "t", tables)
    with connect({name: [tmp_path / f"t/{name}.parquet"] for name in tables}) as db:
        estimator = Estimator(db, PERFECT, "d" * 64)
        for code, many in (("UA", 8), ("DE", 8), ("FR", 0)):
            scope = Scope("handgun", "bazaar", ships_from=code)
            found = estimator.estimate("listings", scope)
            assert (found.value, found.n, found.high) == (many, many, None)
            assert "what a seller states" in found.assumptions[-1]
            assert len(estimator.children("listings", scope)) == many
        assert estimator.estimate("listings", Scope("handgun", "bazaar")).value == 20


def test_a_population_is_bounded_from_below_by_what_was_recognised_alone(estimator: Estimator) -> None:
    rows = [{"true": k, "predicted": k, "n": 30, "vendors": 30} for k in KINDS]
    missed = [{"true": "handgun", "predicted": "long_gun", "n": 30, "vendors": 30}]
    doubtful = Estimator(estimator.db, Confusion.from_rows(rows + missed), "d" * 64)
    scope = Scope("handgun", **ALL_MARCH)  # type: ignore[arg-type]
    found = doubtful.estimate("population", scope)
    sure = estimator.estimate("population", scope)
    assert found.value is not None
    assert sure.value is not None
    assert found.low is not None
    assert sure.low is not None
    assert found.value > sure.value  # what was overlooked raises what can be
    assert found.low <= sure.low  # and not what must be
