"""From the tables that a case names to the tables that it keeps: lines with their accounts, balances, differences."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from muster.schema import TABLES
from muster.store import over
from muster.transfers.build import Built, Entry, build
from muster.transfers.ledger import Ask, Ledger
from muster.transfers.reconcile import differences

KEPT = ("release", "transfer_seen", "loss_seen", "transfer", "stated_total", "balance", "difference")
"""The tables of transfers that a case has."""


def derive(entries: Iterable[Entry]) -> Built:
    """Return every table of transfers of a case, sorted by its key; entries, errors: as `build`."""
    built = build(entries)
    with over(built.tables) as db:
        ledger = Ledger(db)
        built.tables["balance"] = pa.Table.from_pylist(ledger.balances(Ask()), schema=TABLES["balance"].arrow)
        built.tables["difference"] = pa.Table.from_pylist(
            differences(db, built.mirrors), schema=TABLES["difference"].arrow
        )
        accounts = ledger.accounts()
    lines = built.tables["transfer"]
    found = dict(zip(accounts["id"].to_pylist(), range(len(accounts)), strict=True))
    order = pa.array([found.get(name) for name in lines["id"].to_pylist()], pa.int64())
    for column in ("account_from", "account_to"):
        at = lines.schema.get_field_index(column)
        lines = lines.set_column(at, lines.schema.field(at), accounts[column].combine_chunks().take(order))
    built.tables["transfer"] = lines
    return built
