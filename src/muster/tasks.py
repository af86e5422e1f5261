"""The units of work of a run: each reads some input, is pure, and leaves one folder of tables.

A task carries only what it needs to be run in another process, and returns counts: the rows are in its folder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from muster.errors import MusterError
from muster.model import Issue, Page
from muster.profiles import Profile, Tokens, find, known, load, parse
from muster.recognise import Listing, Recogniser
from muster.sources import Limits, Shard, read
from muster.store import read_rows, write_tables

Counts = dict[str, int]
"""Table name → rows."""

SEEN = ("listing_seen", "vendor_seen", "review_seen", "rate_seen")
BATCH = 512
"""Listings recognised at a time."""


@dataclass(frozen=True)
class ParseTask:
    """Read one shard and parse every capture in it: bytes → capture, body, observations, issues.

    profile: the profile that the case file names, or "" to find it by its marks.
    """

    shard: Shard
    profile: str
    captured: date | None
    limits: Limits
    token_key: bytes
    out: Path

    def __call__(self) -> Counts:
        """Do it; the folder appears whole or not at all."""
        tokens = Tokens(self.token_key)
        profiles = [load(self.profile)] if self.profile else [load(name) for name in known()]
        tables: dict[str, list[dict[str, Any]]] = {name: [] for name in ("capture", "body", "issue", *SEEN)}
        bodies: Counter[tuple[str, int]] = Counter()
        for item in read(self.shard, self.captured, self.limits):
            if isinstance(item, Issue):
                tables["issue"].append(issue_row(item, tokens))
                continue
            bodies[item.capture.digest, item.capture.length] += 1
            self._parse(item, profiles, tokens, tables)
        tables["body"] = [{"digest": d, "length": n, "captures": count} for (d, n), count in bodies.items()]
        write_tables(self.out, tables)
        return {name: len(rows) for name, rows in tables.items()}

    def _parse(
        self, page: Page, profiles: list[Profile], tokens: Tokens, tables: dict[str, list[dict[str, Any]]]
    ) -> None:
        parsed = parse(page, chosen(page, profiles, named=bool(self.profile)), tokens)
        tables["capture"].append(parsed.capture)
        tables["issue"] += [issue_row(issue, tokens) for issue in parsed.issues]
        for seen in parsed.observations:
            tables[seen.table].append(dict(seen.row))


@dataclass(frozen=True)
class RecogniseTask:
    """Recognise what the listings of one parsed shard put on sale."""

    parsed: Path
    out: Path

    def __call__(self) -> Counts:
        """Do it; the folder appears whole or not at all."""
        recogniser = Recogniser.load()
        offers: list[dict[str, Any]] = []
        markings: list[dict[str, Any]] = []
        rows = read_rows(self.parsed / "listing_seen.parquet")
        for start in range(0, len(rows), BATCH):
            batch = [listing_of(row) for row in rows[start : start + BATCH]]
            keywords = {listing.id: recogniser.keywords(listing.title, listing.description) for listing in batch}
            for offer in recogniser.recognise(batch):
                offers.append(offer_row(offer, keywords=keywords[offer.of]))
            markings += [marking_row(marking) for marking in recogniser.markings(batch)]
        write_tables(self.out, {"offer": offers, "marking": markings})
        return {"offer": len(offers), "marking": len(markings)}


def chosen(page: Page, profiles: list[Profile], *, named: bool) -> Profile | None:
    """Return the profile for a page: by its marks, or the one that was named, which then says what does not fit."""
    return find(page, profiles) or (profiles[0] if named else None)


def listing_of(row: dict[str, Any]) -> Listing:
    """Return a row of `listing_seen` as the recogniser takes it."""
    captured = row["captured_at"]
    said = {name: row.get(name) or "" for name in ("title", "description", "category", "currency")}
    return Listing(
        id=row["id"], **said, price=row.get("amount_text") or "", amount_usd=row.get("amount_usd"),
        captured=captured.date() if captured else None,
    )  # fmt: skip


def offer_row(offer: Any, *, keywords: tuple[str, ...]) -> dict[str, Any]:
    """Return an offer as a row of the table `offer`."""
    price: Decimal | None = offer.unit_price_usd
    return {
        "id": offer.id, "observation": offer.of, "item": offer.item, "kind": offer.kind,
        "probability": offer.probability,
        "alternatives": [{"kind": a.kind, "probability": a.probability} for a in offer.alternatives],
        "make": offer.make, "model": offer.model, "calibre": offer.calibre, "quantity": offer.quantity,
        "quantity_unit": offer.quantity_unit, "multi": offer.multi,
        "unit_price_usd": price.quantize(Decimal("0.00000001")) if price is not None else None,
        "price_issue": offer.price_issue, "keywords": list(keywords),
        "spans": [{"field": s.field, "start": s.start, "end": s.end, "what": s.what, "value": s.value}
                  for s in offer.spans],
        "version": offer.version,
    }  # fmt: skip


def marking_row(marking: Any) -> dict[str, Any]:
    """Return a marking as a row of the table `marking`."""
    return {
        "id": marking.id, "observation": marking.of, "type": marking.type, "value": marking.value,
        "field": marking.field, "start": marking.start, "end": marking.end,
    }  # fmt: skip


def issue_row(issue: Issue, tokens: Tokens) -> dict[str, Any]:
    """Return an issue as a row of the table `issue`; whatever it met is redacted once more on the way out."""
    where, found = tokens.redact(issue.where).text, tokens.redact(issue.found).text
    return {
        "id": issue.id, "stage": issue.stage, "what": issue.what, "where": where, "found": found[:200],
        "do": issue.do, "capture": issue.capture, "source": issue.source,
    }  # fmt: skip


def observations(pages: Iterator[Page | Issue], profile: str, tokens: Tokens) -> Iterator[dict[str, Any]]:
    """Yield every row that profiles read from pages, each with the name of its table; issues are rows, too.

    Raises `ProfileError` for a profile that is not known.
    """
    profiles = [load(profile)] if profile else [load(name) for name in known()]
    for page in pages:
        if isinstance(page, Issue):
            yield {"table": "issue", **issue_row(page, tokens)}
            continue
        parsed = parse(page, chosen(page, profiles, named=bool(profile)), tokens)
        yield {"table": "capture", **parsed.capture}
        for seen in parsed.observations:
            yield {"table": seen.table, **seen.row}
        for issue in parsed.issues:
            yield {"table": "issue", **issue_row(issue, tokens)}


def lost_issue(task: object, error: MusterError | None = None) -> Issue:
    """Return the issue of a shard that killed its worker, alone and twice."""
    where = ""
    if isinstance(task, ParseTask):
        where = f"{task.shard.source}, {len(task.shard.files)} files, from row {task.shard.first}"
    return Issue(
        "parse", "shard_lost", where, str(error or "the process was killed"),
        "give the machine more memory, or find the page:  muster parse on parts of the source",
        source=task.shard.source if isinstance(task, ParseTask) else "",
    )  # fmt: skip
