"""The example case, run: what Muster reads is what a careful reader found, and its verdicts are what that allows."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from muster import derived
from muster.case import open_case
from muster.store import Database, connect


@pytest.fixture
def db(bazaar_run: Path) -> Iterator[Database]:
    case = open_case(bazaar_run)
    with connect(derived.table_files(case, derived.present(case))) as db:
        yield db


@pytest.fixture
def truth(bazaar: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (bazaar / "expected.jsonl").read_text(encoding="utf-8").splitlines()]


PAGES = """
SELECT l.captured_at::DATE::VARCHAR AS day, l.title, l.amount_usd, l.stock, l.sales, l.reviews, l.listing, l.vendor,
       o.kind, o.make, o.model, o.calibre, o.quantity
FROM listing_seen l JOIN offer o ON o.observation = l.id WHERE l.page_kind = 'listing' AND o.item = 0
"""


def _pairs(db: Database, truth: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Pair each truth row with what was read from its page, by day, price, sales and the title's first word."""
    rows = db.rows(PAGES)
    found = []
    for told in truth:
        day = told["file"].split("/")[1]
        (row,) = [r for r in rows if r["day"] == day and f"{r['amount_usd']:.2f}" == told["price_usd"]
                  and r["title"].split()[0] == told["title"].split()[0]]  # fmt: skip
        found.append((told, row))
    return found


def test_every_listing_page_is_read_as_its_truth_says(db: Database, truth: list[dict[str, Any]]) -> None:
    pairs = _pairs(db, truth)
    assert len(pairs) == len(truth) == len(db.rows(PAGES))
    for told, row in pairs:
        assert (row["stock"], row["sales"], row["reviews"]) == (told["stock"], told["sales"], told["reviews"])


def test_listings_and_sellers_keep_their_identity_over_captures(db: Database, truth: list[dict[str, Any]]) -> None:
    pairs = _pairs(db, truth)
    for name, column in (("listing", "listing"), ("vendor", "vendor")):
        told = {(t[name], row[column]) for t, row in pairs}
        assert len(told) == len({t for t, _ in told}) == len({r for _, r in told})


def test_offers_are_what_a_reader_says_but_for_the_lighter(db: Database, truth: list[dict[str, Any]]) -> None:
    wrong = {told["title"] for told, row in _pairs(db, truth) if row["kind"] != told["kind"]}
    assert wrong <= {"Table lighter in the shape of a pistol"}
    for told, row in _pairs(db, truth):
        if row["kind"] == told["kind"] == "handgun":
            assert row["make"] in told["make"]
            assert row["model"] in told["model"]


def test_no_issue_is_left(db: Database) -> None:
    assert db.rows("SELECT * FROM issue") == []


@pytest.mark.parametrize(
    ("words", "verdict", "basis", "use"),
    [
        ("Thousands of weapon systems", "contradicted", "measured", "no source given"),
        ("Des milliers de systèmes", "contradicted", "measured", "no source given"),
        ("grenades were even on special offer", "supported", "measured", ""),
        ("At least two pistols", "cannot tell", "measured", "no source given"),
        ("Three sellers offer", "cannot tell", "measured", "no source given"),
        ("32 successful transactions", "cannot tell", "measured", "no source given"),
        ("32 transactions réussies", "cannot tell", "measured", "no source given"),
        ("500 anti-tank missiles", "cannot tell", "measured", "no source given"),
        ("Two thirds of the deliveries", "cannot tell", "", "source not at hand"),
        ("[Graustark] are still used", "cannot tell", "measured", "altered"),
        ("We have found evidence", "cannot tell", "measured", "altered"),
        ("ever been more shameful", "not checkable", "", ""),
    ],
)
def test_verdicts_are_what_the_evidence_allows(db: Database, words: str, verdict: str, basis: str, use: str) -> None:
    sql = "SELECT v.* FROM verdict v JOIN claim c ON c.id = v.claim WHERE contains(c.quote, $words)"
    (row,) = db.rows(sql, {"words": words})
    assert (row["verdict"], row["basis"], row["use_of_source"]) == (verdict, basis, use)
    assert bool(row["would_decide"]) == (verdict == "cannot tell")


def test_an_untold_origin_stands_beside_a_contradicted_number(db: Database) -> None:
    sql = "SELECT v.facets FROM verdict v JOIN claim c ON c.id = v.claim WHERE contains(c.quote, 'Thousands of weapon')"
    facets = {facet["kind"]: facet["verdict"] for facet in db.rows(sql)[0]["facets"]}
    assert facets == {"quantity": "contradicted", "origin": "cannot tell", "item": "supported", "offer": "supported",
                      "place": "supported"}  # fmt: skip


def test_the_counter_without_reviews_is_told_beside_the_reviews_of_others(db: Database) -> None:
    sql = "SELECT v.reason FROM verdict v JOIN claim c ON c.id = v.claim WHERE contains(c.quote, '32 successful')"
    reason = db.rows(sql)[0]["reason"]
    assert "stands at 32" in reason
    assert "not one review of them" in reason
    assert "proves no sale" in reason


def test_every_query_that_the_report_prints_gives_the_rows_behind_its_count(bazaar_run: Path, db: Database) -> None:
    page = html.unescape((bazaar_run / "report/index.html").read_text(encoding="utf-8"))
    queries = set(re.findall(r'muster query [^<]*?"(SELECT [^"]+)"', page))
    assert len(queries) > 10
    assert [sql for sql in queries if db.rows(sql) is None] == []
    (verdicts,) = [sql for sql in queries if "verdict = 'contradicted'" in sql]
    assert len(db.rows(verdicts)) == len(db.rows("SELECT * FROM verdict WHERE verdict = 'contradicted'")) > 0
