"""The `[[transfers]]` of a case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from muster.case import Case
from muster.transfers.build import Entry, tables_of
from muster.transfers.declared import official


def transfer_entries(case: Case) -> list[Entry]:
    """Return what a case file names, with where it lies."""
    return [
        Entry(entry.path, case.path(entry.path), entry.profile or "", entry.published, case.root)
        for entry in case.file.transfers
    ]


def transfers_key(entries: Sequence[Entry], digest_of: Callable[[Path], str]) -> list[object]:
    """Return what decides the tables of a case's transfers, fit for a key.

    digest_of: gives a file's SHA-256.
    Raises `ProfileError` for a misspelt profile, `SourceError` for a path that is not there.
    """
    for entry in entries:
        if entry.profile:
            official(entry.profile, entry.folder)
    read = [[e.path, e.profile, e.published, [[p.name, digest_of(p)] for p in tables_of(e)]] for e in entries]
    own = [digest_of(e.folder / e.profile) for e in entries if e.profile.endswith((".yml", ".yaml"))]
    return [read, own]
