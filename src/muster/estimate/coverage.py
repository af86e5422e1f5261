"""The universe that the captures speak for."""

from __future__ import annotations

from datetime import date

from muster.estimate.scope import Scope
from muster.model import Coverage
from muster.store import Database

DAYS_SQL = """
SELECT market, captured_at::DATE AS day, grade, count(*) AS captures
FROM capture WHERE profile IS NOT NULL GROUP BY market, captured_at::DATE, grade ORDER BY market, day, grade
"""
"""Captures that some profile could read, whatever they show; a few rows for each day of a market."""


class Days:
    """The captures of a case by market and day.

    Kinds do not narrow coverage: a page without weapons speaks about weapons, too.
    """

    def __init__(self, db: Database) -> None:
        self._rows = db.rows(DAYS_SQL)

    def coverage(self, scope: Scope) -> Coverage:
        """Return the coverage of a scope."""
        rows = [row for row in self._rows if _inside(row["market"], row["day"], scope)]
        days = sorted({row["day"] for row in rows if row["day"] is not None})
        return Coverage(
            markets=tuple(sorted({row["market"] for row in rows if row["market"] is not None})),
            first=days[0] if days else None, last=days[-1] if days else None,
            captures=sum(row["captures"] for row in rows),
            undated=sum(row["captures"] for row in rows if row["day"] is None), days=len(days),
            grades=tuple(sorted({row["grade"] for row in rows if row["grade"] not in (None, "as archived")})),
        )  # fmt: skip


def coverage(db: Database, scope: Scope) -> Coverage:
    """Return the coverage of one scope."""
    return Days(db).coverage(scope)


def _inside(market: str | None, day: date | None, scope: Scope) -> bool:
    if scope.market and market != scope.market:
        return False
    if scope.first is None and scope.last is None:
        return True
    return day is not None and (scope.first or date.min) <= day <= (scope.last or date.max)
