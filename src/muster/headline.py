"""What the evidence contains, as estimates: each kind, each market, each month, each of the five counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from muster.estimate import GROUPS, Estimator, Scope
from muster.model import KINDS, Estimate, canonical_json
from muster.recognise import KEYWORDS, error_rows

COUNTS = ("offers", "listings", "vendors", "sales", "stock", "listings_keyword")
"""The counts of every scope of the report, the naive one last."""

MONTHS_SQL = """
SELECT DISTINCT market, date_trunc('month', captured_at)::DATE AS month
FROM capture WHERE market IS NOT NULL AND captured_at IS NOT NULL ORDER BY market, month
"""

MARKETS_SQL = "SELECT DISTINCT market FROM capture WHERE market IS NOT NULL ORDER BY market"


def headline(estimator: Estimator) -> dict[str, list[dict[str, Any]]]:
    """Return the tables `estimate` and `recogniser_error` of what a case's evidence contains."""
    rows = {e.id: estimate_row(e) for scope in scopes(estimator) for e in _of(estimator, scope)}
    return {"estimate": list(rows.values()), "recogniser_error": error_rows()}


def scopes(estimator: Estimator) -> list[Scope]:
    """Return what the report counts: groups and kinds over all, all by market, weapons by month of several."""
    found = [Scope(kind) for kind in (*GROUPS, *KINDS)]
    markets = [str(row["market"]) for row in estimator.db.rows(MARKETS_SQL)]
    found += [Scope(kind, market) for market in markets for kind in (*GROUPS, *KINDS)]
    months: dict[str, list[date]] = {}
    for row in estimator.db.rows(MONTHS_SQL):
        months.setdefault(row["market"], []).append(row["month"])
    for market, firsts in sorted(months.items()):
        if len(firsts) > 1:
            found += [Scope("weapons", market, first, _month_end(first)) for first in firsts]
    return found


def estimate_row(found: Estimate) -> dict[str, Any]:
    """Return an estimate as a row of the table `estimate`."""
    return {
        "id": found.id, "measure": found.measure, "scope": canonical_json(found.scope), "value": found.value,
        "low": found.low, "high": found.high, "unit": found.unit, "method": found.method, "n": found.n,
        "markets": list(found.coverage.markets), "first": found.coverage.first, "last": found.coverage.last,
        "captures": found.coverage.captures, "undated": found.coverage.undated, "days": found.coverage.days,
        "grades": list(found.coverage.grades),
        "assumptions": list(found.assumptions),
        "under": [{"assumption": u.assumption, "value": u.value, "low": u.low, "high": u.high} for u in found.under],
        "inputs_digest": found.inputs_digest,
    }  # fmt: skip


def _of(estimator: Estimator, scope: Scope) -> list[Estimate]:
    counts = COUNTS if scope.kind in (*GROUPS, *KEYWORDS) else tuple(m for m in COUNTS if m != "listings_keyword")
    return [estimator.estimate(measure, scope) for measure in counts]


def _month_end(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)
