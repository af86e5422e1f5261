"""Offers of a model by name: what a seller calls it, held to nothing that he leaves unsaid."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import numpy as np

from muster.estimate.counted import Counted
from muster.estimate.scope import Scope

if TYPE_CHECKING:
    from muster.estimate.counts import Estimator

NAMED_SQL = """
SELECT l.listing, o.item, o.id, o.make, o.model FROM listing_seen l JOIN offer o ON o.observation = l.id
WHERE o.model <> '' AND {where} ORDER BY l.listing, o.item, o.id
"""


def named(estimator: Estimator, scope: Scope) -> Counted:
    """Count the items whose make and model match the pattern `scope.model`; no upper bound."""
    truths, wanted = estimator.truths(scope), scope.indices
    view = truths.view
    where, values = scope.where("l")
    held = [row for row in estimator.db.rows(NAMED_SQL.format(where=where), values)
            if matches(f"{row['make'] or ''} {row['model']}", scope.model)]  # fmt: skip
    pairs = {(row["listing"], row["item"]): str(row["id"]) for row in held}
    names = estimator.items.ids(view.listing)
    here = [pairs.get(pair) for pair in zip(names, view.item.tolist(), strict=True)]
    rows = np.array([offer is not None for offer in here], dtype=np.bool_)
    counts, found = truths.count(wanted, rows)
    return Counted(
        float(np.quantile(counts, 0.5, method="nearest")), float(np.quantile(found, 0.025, method="lower")), None,
        "offers that name the model, corrected for measured error of their kind", int(rows.sum()),
        (*estimator.error_assumptions, "a seller who names no model may offer it all the same: no upper bound",
         "what a seller calls a thing is not measured"),
        (), tuple(sorted(offer for offer in here if offer is not None)),
    )  # fmt: skip


def matches(name: str, pattern: str) -> bool:
    """Say whether a make and model match one of several patterns, parted by `|`.

    >>> matches("Izhmash AKM", "* ak*|*kalashnikov*"), matches("Glock 17", "* ak*")
    (True, False)
    """
    return any(fnmatchcase(name.casefold(), part) for part in pattern.split("|"))
