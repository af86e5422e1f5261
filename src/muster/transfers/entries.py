"""The `[[transfers]]` of a case."""

from __future__ import annotations

from muster.case import Case
from muster.transfers.build import Entry


def transfer_entries(case: Case) -> list[Entry]:
    """Return what a case file names, with where it lies."""
    return [
        Entry(entry.path, case.path(entry.path), entry.profile or "", entry.published, case.root)
        for entry in case.file.transfers
    ]
