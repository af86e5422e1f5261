"""Counts: distinct listings and not captures, each count its own, and intervals that carry the recogniser's error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from muster.estimate import Confusion, Estimator, Scope, counts
from muster.model import KINDS
from muster.store import Database, connect, write_tables

PERFECT = [{"true": kind, "predicted": kind, "n": 10_000, "vendors": 10_000} for kind in KINDS]

# listing, vendor, kind, day, sales, stock, what the naive count takes it for
SEEN = [
    ("lst:1", "‹vendor:a›", "handgun", "2014-03-01", 3, 5, ["handgun", "firearms"]),
    ("lst:1", "‹vendor:a›", "handgun", "2014-04-01", 7, 4, ["handgun"]),
    ("lst:2", "‹vendor:a›", "handgun", "2014-03-01", 0, None, ["weapons"]),
    ("lst:3", "‹vendor:b›", "long_gun", "2014-04-01", 32, None, ["handgun"]),
    ("lst:4", "‹vendor:c›", "not_weapon", "2014-03-01", 900, 10, ["explosive"]),
    ("lst:5", "‹vendor:c›", "not_weapon", "2014-03-01", None, None, []),
]


def _tables(folder: Path, seen: list[tuple[Any, ...]] = SEEN) -> dict[str, list[Path]]:
    captures, listings, offers = [], [], []
    for n, (listing, vendor, kind, day, sales, stock, keywords) in enumerate(seen):
        at = datetime.fromisoformat(day).replace(tzinfo=UTC)
        where = {"market": "bazaar", "captured_at": at, "captured_from": "file name"}
        captures.append({"id": f"cap:{n:03}", "profile": "bazaar", **where})
        listings.append({"id": f"obs:{n:03}", "capture": f"cap:{n:03}", "listing": listing, "vendor": vendor,
                         "sales": sales, "stock": stock, **where})  # fmt: skip
        offers.append({"id": f"off:{n:03}", "observation": f"obs:{n:03}", "item": 0, "kind": kind,
                       "probability": 0.9, "keywords": keywords})  # fmt: skip
    write_tables(folder / "t", {"capture": captures, "listing_seen": listings, "offer": offers})
    return {name: [folder / f"t/{name}.parquet"] for name in ("capture", "listing_seen", "offer")}


@pytest.fixture
def estimator(tmp_path: Path) -> Iterator[Estimator]:
    with connect(_tables(tmp_path)) as db:
        yield Estimator(db, Confusion.from_rows(PERFECT), "d" * 64)


@pytest.mark.parametrize(
    ("measure", "scope", "value"),
    [
        ("listings", Scope("handgun"), 2),
        ("listings", Scope("weapons"), 3),
        ("listings", Scope("handgun", first=date(2014, 4, 1), last=date(2014, 4, 30)), 1),
        ("vendors", Scope("weapons"), 2),
        ("vendors", Scope("handgun"), 1),
        ("sales", Scope("weapons"), 7 + 0 + 32),
        ("top_counter", Scope("weapons"), 32),
        ("stock", Scope("weapons"), 5),
        ("listings_keyword", Scope("weapons"), 4),
        ("listings_keyword", Scope("firearms"), 2),
        ("listings_keyword", Scope("handgun"), 2),
        ("listings_keyword", Scope("explosive"), 1),
        ("listings_keyword", Scope("automatic"), 0),
    ],
)
def test_each_count_is_its_own(estimator: Estimator, measure: str, scope: Scope, value: int) -> None:
    assert estimator.estimate(measure, scope).value == value


def test_coverage_says_which_markets_days_and_captures(estimator: Estimator) -> None:
    covered = estimator.estimate("listings", Scope()).coverage
    assert (covered.markets, covered.captures, covered.days) == (("bazaar",), 6, 2)
    assert (covered.first, covered.last) == (date(2014, 3, 1), date(2014, 4, 1))


def test_without_captures_a_count_cannot_be_told(estimator: Estimator) -> None:
    found = estimator.estimate("listings", Scope(market="harbour"))
    assert (found.value, found.low, found.high) == (None, None, None)
    assert "no capture speaks for this scope" in found.assumptions


def test_the_rows_behind_a_count_are_as_many_as_it_says(estimator: Estimator) -> None:
    for measure in ("listings", "offers", "vendors", "listings_keyword", "sales", "stock"):
        scope = Scope("weapons")
        assert len(estimator.children(measure, scope)) == estimator.estimate(measure, scope).n


def test_rows_behind_counts_are_the_same_whether_they_are_held_or_looked_for(
    estimator: Estimator, monkeypatch: pytest.MonkeyPatch
) -> None:
    scopes = [Scope("weapons"), Scope("all"), Scope("handgun", "bazaar", date(2014, 4, 1), date(2014, 4, 30))]
    asked = [(m, s) for s in scopes for m in ("offers", "listings", "vendors", "sales", "stock", "listings_keyword")]
    held = [estimator.children(*one) for one in asked]
    monkeypatch.setattr(counts, "FEW", 0)
    other = Estimator(estimator.db, estimator.confusion, estimator.inputs_digest)
    assert held == [other.children(*one) for one in asked]
    assert any(held)


def test_a_naive_count_has_no_interval(estimator: Estimator) -> None:
    found = estimator.estimate("listings_keyword", Scope("weapons"))
    assert (found.low, found.high) == (None, None)


def test_equal_tables_give_equal_estimates(tmp_path: Path) -> None:
    found = []
    for name in ("a", "b"):
        with connect(_tables(tmp_path / name)) as db:
            found.append(Estimator(db, Confusion.from_rows(PERFECT), "").estimate("listings", Scope()))
    assert found[0] == found[1]


def test_what_the_recogniser_doubts_may_be_there_and_is_never_among_what_must_be(tmp_path: Path) -> None:
    files = _tables(tmp_path)
    rows = [{"id": f"off:{n:03}", "observation": f"obs:{n:03}", "item": 0, "kind": kind, "keywords": [],
             "probability": 0.4 if listing == "lst:3" else 0.9}
            for n, (listing, _, kind, *_) in enumerate(SEEN)]  # fmt: skip
    write_tables(tmp_path / "doubted", {"offer": rows})
    with connect({**files, "offer": [tmp_path / "doubted/offer.parquet"]}) as db:
        found = Estimator(db, Confusion.from_rows(PERFECT), "")
        for measure, low in (("listings", 2), ("vendors", 1), ("sales", 7)):
            count = found.estimate(measure, Scope("weapons"))
            assert count.low == low
            assert count.high is not None
            assert count.high > low


@pytest.mark.slow
def test_intervals_cover_the_truth_as_often_as_they_claim(tmp_path: Path) -> None:
    """Worlds whose error rates are drawn from what the labelled data allow: the interval must hold in at least 93%."""
    rng = np.random.default_rng(7)
    rows: list[Mapping[str, Any]] = [
        {"true": "handgun", "predicted": "handgun", "n": 90, "vendors": 90},
        {"true": "handgun", "predicted": "not_weapon", "n": 10, "vendors": 10},
        {"true": "not_weapon", "predicted": "not_weapon", "n": 196, "vendors": 196},
        {"true": "not_weapon", "predicted": "handgun", "n": 4, "vendors": 4},
    ]
    confusion = Confusion.from_rows(rows)
    worlds, held = 150, 0
    for world in range(worlds):
        rates = confusion.draw(1, rng)[0]
        true = np.where(rng.random(600) < rng.uniform(0.05, 0.6), KINDS.index("handgun"), KINDS.index("not_weapon"))
        called = [KINDS[rng.choice(len(KINDS), p=rates[kind])] for kind in true]
        seen = [(f"lst:{n:04}", "‹vendor:a›", kind, "2014-03-01", None, None, []) for n, kind in enumerate(called)]
        with connect(_tables(tmp_path / str(world), seen)) as db:
            found = Estimator(db, confusion, "").estimate("listings", Scope("handgun"))
        assert found.low is not None
        assert found.high is not None
        held += found.low <= (true == KINDS.index("handgun")).sum() <= found.high
    assert held / worlds >= 0.93


def test_a_database_is_closed_after_use(tmp_path: Path) -> None:
    db = connect({})
    assert isinstance(db, Database)
    db.__exit__()
