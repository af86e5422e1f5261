"""What the report is handed: plain rows, already counted, tested and redacted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from muster.model import Walk
from muster.transfers.shown import Shown

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReportData:
    """All that a report shows.

    articles: `{path, language, published, title, digest, text}`. claims, verdicts, estimates, findings: rows of the
        tables of `muster.schema`; verdicts by claim id, estimates and findings by their own.
    headline: estimate ids of the table "what the evidence contains", in order.
    by_kind: (kind or group, id of its listings, id of the naive count or ""), in order.
    over_time: `{market, day, listings, captures, estimate}`; estimate is an id or "".
    prices: kind → unit prices in US dollars.
    coverage: `{market, profile, sources, captures, undated, first, last, days, listings}`.
    issues: `{stage, what, n, example_where, example_found, do}`.
    recogniser: what is known of its errors, among it `rows`: `{true, predicted, n, vendors}`.
    walks: every id shown and what it rests on. journal_head: digest that tells two reports apart.
    tellings, copies, changes, matches: rows of the tables `telling`, `copy`, `change` and `match`.
    ledger: what the ledger of transfers has to show; None for a case without one.
    compiled: rows of the table `compiled`, by claim.
    """

    title: str
    articles: tuple[Row, ...]
    claims: tuple[Row, ...]
    verdicts: Mapping[str, Row]
    estimates: Mapping[str, Row]
    findings: Mapping[str, Row]
    headline: tuple[str, ...]
    by_kind: tuple[tuple[str, str, str], ...]
    over_time: tuple[Row, ...]
    prices: Mapping[str, tuple[Decimal, ...]]
    coverage: tuple[Row, ...]
    issues: tuple[Row, ...]
    recogniser: Row
    walks: Mapping[str, Walk]
    journal_head: str
    version: str
    tellings: tuple[Row, ...] = ()
    copies: tuple[Row, ...] = ()
    changes: tuple[Row, ...] = ()
    matches: tuple[Row, ...] = ()
    ledger: Shown | None = None
    compiled: Mapping[str, Row] = field(default_factory=dict)

    @classmethod
    def empty(cls, title: str) -> ReportData:
        """Return the data of a case that holds nothing.

        >>> ReportData.empty("Nothing yet").claims
        ()
        """
        return cls(title, (), (), {}, {}, {}, (), (), (), {}, (), (), {}, {}, "", "")
