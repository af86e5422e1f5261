"""Every table of transfers that a case names, as the tables of the ledger. The order of files changes nothing."""

from __future__ import annotations

import csv
import gc
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from muster.errors import SourceError
from muster.model import Issue, make_id
from muster.schema import TABLES
from muster.sources.encoding import decode
from muster.transfers.dates import when
from muster.transfers.declared import known, official
from muster.transfers.files import Table, open_table
from muster.transfers.reading import Read, Release, read_table

SUFFIXES = (".csv", ".tsv", ".txt")
"""Files of a folder that are looked at."""


@dataclass(frozen=True)
class Entry:
    """A `[[transfers]]` of the case file. path: as it is written; at: where it lies."""

    path: str
    at: Path
    profile: str = ""
    published: date | None = None
    folder: Path = Path()  # what a profile's own path is relative to


@dataclass
class Built:
    """The tables `release`, `transfer_seen`, `loss_seen`, `transfer`, `stated_total`, each sorted by id, and issues.

    mirrors: pairs of series that report the two sides of the same transfers, the exporters' first.
    """

    tables: dict[str, pa.Table]
    issues: list[Issue] = field(default_factory=list)
    rows: int = 0
    mirrors: frozenset[tuple[str, str]] = frozenset()


def build(entries: Iterable[Entry]) -> Built:
    """Read every table that the entries name.

    Equal content gives equal tables: a file that is named twice, or under another name, adds nothing, and the order of
    entries and files does not matter.
    Raises `SourceError` for a path that is not there, `ProfileError` for a profile that is none.
    """
    # a hundred thousand rows are held at once and none is part of a cycle: looking for some costs a third of the time
    paused = gc.isenabled()
    gc.disable()
    try:
        return _build(entries)
    finally:
        if paused:
            gc.enable()


def _build(entries: Iterable[Entry]) -> Built:
    opened: dict[tuple[str, str, str], list[tuple[Entry, Table]]] = defaultdict(list)
    issues: list[Issue] = []
    for entry in entries:
        profiles = [official(entry.profile, entry.folder)] if entry.profile else [official(name) for name in known()]
        beside = {p.published.beside for p in profiles if p.published and p.published.beside}
        for path in tables_of(entry):
            if path.name in beside:
                continue
            table = open_table(entry.path, path, profiles, named=bool(entry.profile))
            if isinstance(table, Issue):
                issues.append(table)
            else:
                opened[entry.path, str(entry.at), table.profile.series].append((entry, table))
    reads: dict[str, list[tuple[Release, Table, Read]]] = defaultdict(list)
    done: set[tuple[str, str]] = set()
    for (_, _, series), group in sorted(opened.items(), key=lambda item: item[0]):
        published, published_from = _published(group)
        name = make_id("rel", series, published)
        release = Release(name, series, published, published_from)
        for _, table in sorted(group, key=lambda pair: pair[1].digest):
            if (name, table.digest) not in done:
                done.add((name, table.digest))
                reads[name].append((release, table, read_table(table, release)))
    return _tables(reads, issues)


def tables_of(entry: Entry) -> list[Path]:
    """Return the files of an entry, sorted: itself, or every table of its folder.

    Raises `SourceError` where there is nothing at the path.
    """
    if entry.at.is_file():
        return [entry.at]
    if not entry.at.is_dir():
        raise SourceError("no such table", where=entry.path, found=str(entry.at), do="check the path in [[transfers]]")
    return sorted(p for p in entry.at.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES)


def _published(group: Sequence[tuple[Entry, Table]]) -> tuple[date | None, str]:
    """Return when the files of one publication were there to be read: the newest of what they say of themselves.

    What the file says comes first, then the file beside it, the case file, and a date in the file's name.
    """
    for origin in ("file", "beside", "case", "file name"):
        found = [day for entry, table in group if (day := _say(origin, entry, table)) is not None]
        if found:
            return max(found), origin
    return None, "unknown"


def _say(origin: str, entry: Entry, table: Table) -> date | None:
    declared = table.profile.published
    if origin == "case":
        return entry.published
    if origin == "file name":
        match = re.search(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)", table.path.name)
        return when(match[1]).last if match else None
    if declared is None:
        return None
    if origin == "file" and declared.preface:
        match = re.search(declared.preface, table.preface)
        return _day(match[1].strip().rstrip(".,"), declared.formats) if match else None
    if origin == "file" and declared.newest:
        days = [when(text).last for text in set(_column(table, declared.newest))]
        return max((day for day in days if day is not None), default=None)
    if origin == "beside" and declared.beside:
        path = table.path.with_name(declared.beside)
        if path.is_file():
            rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8", errors="replace"))))
            days = [_day(str(row.get(declared.column, "")), declared.formats) for row in rows]
            return max((day for day in days if day is not None), default=None)
    return None


def _column(table: Table, name: str) -> list[str]:
    at = table.names.index(name)
    text = decode(table.data[table.start :], table.encoding)[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=table.delimiter)
    try:
        return [row[at].strip() for row in rows if len(row) > at]
    except csv.Error:  # the reader of rows says which one is broken; here only the newest day is lost
        return []


def _day(text: str, formats: Sequence[str]) -> date | None:
    for form in formats:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return when(text).last


def _tables(reads: dict[str, list[tuple[Release, Table, Read]]], issues: list[Issue]) -> Built:
    parts: dict[str, list[pa.Table]] = {name: [] for name in ("transfer_seen", "loss_seen", "transfer", "stated_total")}
    releases, rows = [], 0
    for _, group in sorted(reads.items()):
        for _, table, read in group:
            seen = "loss_seen" if table.profile.table == "loss" else "transfer_seen"
            parts[seen].append(read.seen)
            parts["transfer"].append(read.lines)
            parts["stated_total"].append(read.totals)
            issues += read.issues
            rows += read.rows
    tables = {name: _whole(name, found) for name, found in parts.items()}
    states = _states(tables["transfer"])
    for name, group in sorted(reads.items()):
        releases.append(_release(name, group, states.get(name, []), tables["transfer"]))
    tables["release"] = pa.Table.from_pylist(releases, schema=TABLES["release"].arrow)
    unique = {issue.id: issue for issue in issues}
    profiles = [table.profile for group in reads.values() for _, table, _ in group]
    mirrors = frozenset((p.series, p.mirror) for p in profiles if p.mirror)
    return Built(tables, [unique[key] for key in sorted(unique)], rows, mirrors)


def _whole(name: str, parts: Sequence[pa.Table]) -> pa.Table:
    """Return one table, sorted by id, each id once: of equal rows in two files the one in the lesser file stands."""
    schema = TABLES[name].arrow
    found = pa.concat_tables([part for part in parts if part.schema == schema] or [schema.empty_table()])
    keys = [("id", "ascending"), *([("file_digest", "ascending")] if "file_digest" in schema.names else [])]
    found = found.sort_by(keys)
    if len(found) < 2:
        return found
    ids = found["id"].combine_chunks()
    new = pc.not_equal(ids.slice(1), ids.slice(0, len(ids) - 1))
    return found.filter(pa.concat_arrays([pa.array([True]), new]))


def _states(lines: pa.Table) -> dict[str, list[str]]:
    pairs = lines.select(["release", "state"]).group_by(["release", "state"]).aggregate([]).to_pylist()
    found: dict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        found[pair["release"]].append(pair["state"])
    return {name: sorted(states) for name, states in found.items()}


def _release(
    name: str, group: Sequence[tuple[Release, Table, Read]], states: list[str], lines: pa.Table
) -> dict[str, Any]:
    release, table, _ = group[0]
    profile = table.profile
    n = pc.sum(pc.equal(lines["release"], name)).as_py() or 0
    return {
        "id": name, "series": release.series, "profile": profile.name, "title": profile.title,
        "published": release.published, "published_from": release.published_from, "later": profile.releases,
        "holds": profile.table, "states": states, "covers": sorted(profile.covers),
        "leaves_out": " ".join(profile.leaves_out.split()), "confirmed": profile.confirmed,
        "sources": sorted({t.source for _, t, _ in group}), "files": sorted({t.digest for _, t, _ in group}),
        "rows": sum(r.rows for _, _, r in group), "lines": n, "issues": sum(r.lost for _, _, r in group),
    }  # fmt: skip
