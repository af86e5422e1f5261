"""Transfers: what was promised, sent and accounted for, as lines between accounts; docs/transfers.md is its page."""

from muster.transfers.build import Built, Entry, build, tables_of
from muster.transfers.declared import official
from muster.transfers.derive import KEPT, derive
from muster.transfers.entries import transfer_entries, transfers_key
from muster.transfers.ledger import Ask, Ledger

__all__ = [
    "KEPT",
    "Ask",
    "Built",
    "Entry",
    "Ledger",
    "build",
    "derive",
    "official",
    "tables_of",
    "transfer_entries",
    "transfers_key",
]
