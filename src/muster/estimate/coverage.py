"""The universe that the captures speak for."""

from __future__ import annotations

from muster.estimate.scope import Scope
from muster.model import Coverage
from muster.store import Database

COVERAGE_SQL = """
SELECT coalesce(list_sort(list(DISTINCT market) FILTER (WHERE market IS NOT NULL)), []) AS markets,
       min(captured_at)::DATE AS first, max(captured_at)::DATE AS last,
       count(*) AS captures, count(*) FILTER (WHERE captured_at IS NULL) AS undated,
       count(DISTINCT captured_at::DATE) AS days,
       coalesce(list_sort(list(DISTINCT grade) FILTER (WHERE grade <> 'as archived')), []) AS grades
FROM capture WHERE profile IS NOT NULL AND {where}
"""


def coverage(db: Database, scope: Scope) -> Coverage:
    """Return the coverage of a scope: captures that some profile could read, whatever they show.

    Kinds do not narrow it: a page without weapons speaks about weapons, too.
    """
    where, values = scope.where("capture")
    row = db.one(COVERAGE_SQL.format(where=where), values) or {}
    return Coverage(
        markets=tuple(row["markets"]), first=row["first"], last=row["last"],
        captures=row["captures"], undated=row["undated"], days=row["days"],
        grades=tuple(row["grades"]),
    )  # fmt: skip
