"""Every table: its columns, their types and units, and what they mean; a file for each room that makes tables.

docs/tables.md is made from these files.
"""

from __future__ import annotations

from muster.schema import claims, evidence, offers, register, revisits, transfers
from muster.schema.table import Column, Table

__all__ = ["TABLES", "Column", "Table"]

TABLES: dict[str, Table] = {
    table.name: table for room in (evidence, revisits, offers, register, claims, transfers) for table in room.TABLES
}
