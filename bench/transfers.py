"""The ledger's speed: the real tables beside a bare reading of the same files, and answers over a million lines.

    python bench/transfers.py

The million lines are the real ones, repeated as releases that add: their sums are known, so nothing is typed in here.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from muster.store import over
from muster.transfers import Ask, Entry, Ledger, build
from muster.transfers.answers import answer
from muster.transfers.lifecycle import timeline

SHARED = Path(os.environ.get("MUSTER_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
LINES = 1_000_000


def timed(what: str, work: Callable[[], object]) -> object:
    """Run and print wall and processor seconds; other work on the machine shows in the first alone."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    print(f"{what:<58}{time.perf_counter() - wall:7.2f} s wall {time.process_time() - cpu:7.2f} s processor")
    return found


def main() -> None:
    """Time reading, then answers."""
    register = SHARED / "transfers" / "sipri-trade-register.csv"
    events = sorted((SHARED / "losses").glob("event_*.csv"))
    entries = [Entry("transfers", SHARED / "transfers"), *(Entry("losses", path) for path in events)]

    def bare() -> int:
        db = duckdb.connect()
        n = len(db.sql(f"SELECT * FROM read_csv('{register}', skip=11, all_varchar=true)").fetchall())
        return n + sum(len(db.sql(f"SELECT * FROM read_csv('{path}', all_varchar=true)").fetchall()) for path in events)

    print(f"{timed('DuckDB reads the cells alone, as rows', bare)} rows")
    built = build(entries)
    timed("muster reads register, tracker and events, warm", lambda: build(entries))
    lines = built.tables["transfer"]
    copies = -(-LINES // len(lines))
    many = []
    for n in range(copies):
        names = pc.binary_join_element_wise(lines["id"], str(n), "-")
        same = pc.if_else(
            pc.equal(lines["same_item"], ""), "", pc.binary_join_element_wise(lines["same_item"], str(n), "-")
        )
        copy = lines.set_column(lines.schema.get_field_index("id"), "id", names)
        many.append(copy.set_column(lines.schema.get_field_index("same_item"), "same_item", same))
    tables = built.tables | {"transfer": pa.concat_tables(many)}
    with over(tables) as db:
        ledger = Ledger(db)
        print(f"{len(tables['transfer']):,} lines")
        ask = Ask("Javelin", recipient="Ukraine")
        timed("an item and recipient", lambda: answer(ledger, ask, date(2022, 6, 9)))
        timed("the same, as known on a day", lambda: answer(ledger, Ask("Javelin", known_on=date(2022, 6, 9))))
        timed("a donor, everything", lambda: answer(ledger, Ask(supplier="United States")))
        timed("a recipient, everything", lambda: answer(ledger, Ask(recipient="Ukraine")))
        timed("sums by supplier, recipient and year",
              lambda: ledger.sums(Ask(), ("series", "supplier", "recipient", "year")))  # fmt: skip
        timed("balances of an item", lambda: ledger.balances(Ask("M777")))
        timed("the life of an item", lambda: timeline(ledger, Ask("T-72B", recipient="Russia")))
        timed("everything, asked of nobody", lambda: answer(ledger, Ask()))

        def bare_sums() -> int:
            by = "series, supplier, recipient, year(happened_first)"
            return len(db.rows(f"SELECT {by}, sum(quantity_low) AS n FROM transfer GROUP BY {by}"))

        timed("DuckDB: bare sums by supplier, recipient, year", bare_sums)


if __name__ == "__main__":
    main()
