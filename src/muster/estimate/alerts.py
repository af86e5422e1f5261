"""Markings read in listings whose number a register of the case holds: likenesses, not hits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.estimate.counted import Counted
from muster.estimate.scope import Scope

if TYPE_CHECKING:
    from muster.estimate.counts import Estimator

MATCHED_SQL = """
SELECT DISTINCT m.id, o.kind FROM match x
JOIN marking m ON m.id = x.marking JOIN listing_seen l ON l.id = m.observation JOIN offer o ON o.observation = l.id
WHERE x.answer = 'match' AND {where} ORDER BY m.id, o.kind
"""


def alerts(estimator: Estimator, scope: Scope) -> Counted:
    """Count the markings that a register holds; without an interval, since only a person can say which are hits."""
    where, values = scope.where("l")
    wanted = set(scope.kinds)
    found = sorted({str(row["id"]) for row in estimator.db.rows(MATCHED_SQL.format(where=where), values)
                    if row["kind"] in wanted})  # fmt: skip
    return Counted(
        float(len(found)), None, None, "numbers looked up in the case's registers", len(found),
        ("a likeness of numbers is no hit until a named person confirms it", "no match is no clearance"), (),
        tuple(found),
    )  # fmt: skip
