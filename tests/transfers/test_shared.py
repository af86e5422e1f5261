"""The real tables: every row is a line or an issue, sums are those of the files, and differences are explained."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest

from muster.store import over
from muster.transfers import Ask, Built, Entry, Ledger, derive
from muster.transfers.answers import answer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(shared: Path) -> Built:
    data = shared / "data"
    return derive(
        [Entry("transfers", data / "transfers"), Entry("losses", data / "losses", published=date(2025, 7, 20))]
    )


def test_every_row_is_a_line_or_an_issue(built: Built) -> None:
    found = {r["series"]: (r["rows"], r["lines"], r["issues"]) for r in built.tables["release"].to_pylist()}
    assert found["sipri-trade-register"] == (20480, 20480, 0)
    assert found["oryx-events"] == (37505, 37505, 0)
    assert found["kiel-weapons"] == (61, 101, 0)


def test_totals_by_supplier_recipient_and_year_are_those_of_the_file(built: Built, shared: Path) -> None:
    path = shared / "data" / "transfers" / "sipri-trade-register.csv"
    straight = (
        duckdb.connect()
        .sql(f"""
        SELECT Supplier, Recipient, "Delivery year"::INT AS year, sum("Numbers delivered"::BIGINT)::BIGINT AS n
        FROM read_csv('{path}', skip=11, header=true, all_varchar=true) GROUP BY ALL""")
        .fetchall()
    )
    with over(built.tables) as db:
        names = db.rows(
            "SELECT DISTINCT s.supplier_text, t.supplier FROM transfer_seen s JOIN transfer t ON t.seen = s.id"
        )
        key = {row["supplier_text"]: row["supplier"] for row in names}
        names = db.rows(
            "SELECT DISTINCT s.recipient_text, t.recipient FROM transfer_seen s JOIN transfer t ON t.seen = s.id"
        )
        key |= {row["recipient_text"]: row["recipient"] for row in names}
        ledger = Ledger(db)
        sums = ledger.sums(Ask(), ("series", "supplier", "recipient", "year"))
    ours = {
        (r["supplier"], r["recipient"], r["year"]): r["stated_low"] for r in sums if r["series"].startswith("sipri")
    }
    theirs: Counter[tuple[str, str, int | None]] = Counter()
    for supplier, recipient, year, n in straight:
        theirs[key[supplier], key[recipient], year] += n or 0
    assert len(theirs) > 5000
    assert ours == dict(theirs)


def test_sums_of_losses_and_gifts_are_those_of_the_files(built: Built, shared: Path) -> None:
    with over(built.tables) as db:
        sums = Ledger(db).sums(Ask(), ("series", "state"))
    found = {(r["series"], r["state"]): r["stated_low"] for r in sums}
    data = shared / "data"
    for status, n in (
        duckdb.connect().sql(f"SELECT status, count(*) FROM '{data}/losses/event_*.csv' GROUP BY 1").fetchall()
    ):
        assert found["oryx-events", status] == n
    sql = f"SELECT sum(number_of_weapons) FROM '{data}/transfers/kiel-weapons.csv'"
    assert found["kiel-weapons", "allocated"] == duckdb.connect().sql(sql).fetchall()[0][0]


def test_balances_are_exact(built: Built) -> None:
    sums: Counter[tuple[str, str, str]] = Counter()
    for row in built.tables["balance"].to_pylist():
        sums[row["series"], row["item"], row["part"]] += row["stated_low"]
    assert len(sums) > 3000
    assert set(sums.values()) == {0}


def test_the_5750_rows_beyond_the_totals_are_explained_or_named_unexplained(built: Built, shared: Path) -> None:
    rows = [r for r in built.tables["difference"].to_pylist() if r["right"] == "oryx-totals-by-type" != r["left"]]
    assert sum(r["amount"] for r in rows) == 5750
    assert sum(r["amount"] for r in rows if r["explained"]) == 2051
    assert {r["explanation"] for r in rows if r["explained"]} == {"double status"}
    agrees = [r for r in built.tables["difference"].to_pylist() if r["explanation"] == "agrees"]
    kiel = shared / "data" / "transfers" / "kiel-weapons.csv"
    whole = duckdb.connect().sql(f"SELECT sum(number_of_weapons) FROM '{kiel}'").fetchall()[0][0]
    assert {r["about"].split(" ")[0].rstrip(":"): r["left_value"] for r in agrees} == {
        "kiel-weapons": whole, "oryx-totals-by-system": 37505,
    }  # fmt: skip


def test_names_of_one_missile_meet_in_the_real_tables(built: Built) -> None:
    with over(built.tables) as db:
        ledger = Ledger(db)
        found = answer(ledger, Ask("FGM-148", recipient="Ukraine"), date(2022, 6, 9))
        then = answer(ledger, Ask("Javelin", recipient="UA", known_on=date(2022, 6, 9)))
    assert found.measure("delivered", "missile").stated == (14390, 14390)
    assert found.measure("accounted for").stated[0] is not None
    assert [series for series, _ in found.silent] == ["kiel-weapons"]
    assert then.measures == ()
    assert then.retrospective


@pytest.mark.parametrize(
    ("series", "least"), [("sipri-trade-register", 0.51), ("oryx-events", 0.82), ("kiel-weapons", 0.95)]
)
def test_most_items_of_the_real_tables_are_known(built: Built, series: str, least: float) -> None:
    known = Counter(r["known_by"] for r in built.tables["transfer"].to_pylist() if r["series"] == series)
    assert 1 - known["words"] / known.total() >= least
