"""The real data, from nothing to a report in one go, with the counts that can be explained."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from muster import derived
from muster.case import Case, open_case
from muster.pipeline import run_case
from muster.store import Database, connect

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def case(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Case:
    root = tmp_path_factory.mktemp("shared")
    data = shared.resolve() / "data"
    (root / "case.toml").write_text(
        f"""
[case]
title = "Weapons from Ukraine on the darknet, June 2022"
[[source]]
path = "{data}/markets/alphabay-2017/listings.csv"
[[source]]
path = "{data}/markets/hansa-2017/pages"
[[source]]
path = "{data}/markets/cypher-2020/pages"
[[article]]
path = "{data}/articles/fr-2022-06-09-darknet-ukraine.txt"
published = 2022-06-09
"""
    )
    opened = open_case(root)
    run_case(opened)
    return opened


@pytest.fixture
def db(case: Case) -> Database:
    return connect(derived.table_files(case, derived.present(case)))


def test_each_row_of_the_big_table_is_one_listing_seen(db: Database, shared: Path) -> None:
    with (shared / "data/markets/alphabay-2017/listings.csv").open(encoding="utf-8", newline="") as table:
        rows = sum(1 for _ in csv.reader(table)) - 1
    seen = db.rows(
        "SELECT count(*) AS n, count(DISTINCT capture) AS captures FROM listing_seen WHERE market = 'alphabay'"
    )
    assert seen == [{"n": rows, "captures": rows}]


def test_distinct_listings_are_fewer_than_captures(db: Database) -> None:
    row = db.rows(
        "SELECT count(DISTINCT listing) AS listings, count(*) AS seen FROM listing_seen WHERE market = 'alphabay'"
    )[0]
    assert 0.5 * row["seen"] < row["listings"] < row["seen"]


def test_the_pages_of_the_undated_market_are_its_106_files_but_the_empty_one(db: Database, shared: Path) -> None:
    pages = list((shared / "data/markets/cypher-2020/pages").glob("*.html"))
    empty = [page for page in pages if page.stat().st_size == 0]
    found = db.rows("SELECT count(*) AS n, count(captured_at) AS dated FROM capture WHERE market = 'cypher'")
    assert found == [{"n": len(pages) - len(empty), "dated": 0}]
    assert db.rows("SELECT count(*) AS n FROM listing_seen WHERE market = 'cypher' AND amount_usd IS NOT NULL") == [
        {"n": 0}
    ]
    assert db.rows("SELECT count(*) AS n FROM issue WHERE what LIKE '%currency%'")[0]["n"] > 0


def test_hansa_pages_carry_their_own_time_and_rate(db: Database) -> None:
    found = db.rows(
        "SELECT count(*) AS n, min(captured_from) AS a, max(captured_from) AS b FROM capture WHERE market = 'hansa'"
    )
    assert found == [{"n": 17, "a": "page", "b": "page"}]
    assert db.rows("SELECT count(*) AS n FROM rate_seen WHERE market = 'hansa'")[0]["n"] > 0


def test_every_claim_of_the_article_is_tested_and_none_is_measured_as_decided(db: Database) -> None:
    """The evidence is of 2017 and 2020; the claims are about 2022."""
    rows = db.rows("SELECT verdict, basis FROM verdict")
    assert rows
    assert {(row["verdict"], row["basis"]) for row in rows} <= {
        ("cannot tell", ""), ("cannot tell", "measured"), ("not checkable", ""),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "type_", "low", "unit", "speaker"),
    [
        ("32 transactions réussies", "transactions", 32, "transactions", ""),
        ("les deux tiers", "share", 0.667, "share", "Thierry de Meyssan"),
        ("40 milliards", "money", 4e10, "USD", "Thierry de Meyssan"),
        ("14 autres milliards", "money", 1.4e10, "USD", "Thierry de Meyssan"),
        ("milliers de systèmes d’armes", "count", 1000, "weapons", ""),
    ],
)
def test_the_articles_numbers_are_read_typed_and_attributed(
    db: Database, words: str, type_: str, low: float, unit: str, speaker: str
) -> None:
    rows = db.rows(
        "SELECT * FROM claim WHERE contains(quote, $words) AND type = $type", {"words": words, "type": type_}
    )
    assert len(rows) == 1
    assert rows[0]["value_low"] == pytest.approx(low, rel=0.001)
    assert (rows[0]["unit"], rows[0]["attributed_to"]) == (unit, speaker)


def test_the_thousands_are_split_into_facets(db: Database) -> None:
    row = db.rows("SELECT facets FROM claim WHERE contains(quote, 'milliers de systèmes')")[0]
    assert {facet["kind"] for facet in row["facets"]} >= {"quantity", "origin", "offer"}


def test_the_naive_count_stands_beside_ours_without_an_interval(db: Database) -> None:
    scope = json.dumps({"kind": "weapons", "market": "alphabay", "period": ""}, separators=(",", ":"))
    rows = {row["measure"]: row for row in db.rows("SELECT DISTINCT * FROM estimate WHERE scope = $s", {"s": scope})}
    ours, naive = rows["listings"], rows["listings_keyword"]
    assert ours["low"] < ours["value"] < ours["high"]
    assert (naive["low"], naive["high"]) == (None, None)
    assert naive["value"] > 0


def test_a_second_run_redoes_nothing(case: Case) -> None:
    assert run_case(case).done == 0


def test_nothing_of_the_report_or_tables_shows_an_onion_address(case: Case) -> None:
    for path in [*case.report.iterdir(), *case.derived.rglob("*.parquet")]:
        data = path.read_bytes()
        assert b".onion" not in data, path
