"""Expectations of a profile, held against what it read: the first sign of a layout that changed."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from muster.errors import ProfileError, nearest
from muster.model import Issue
from muster.profiles.profile import Profile
from muster.schema import TABLES
from muster.store import Database

FILLED_SQL = """
SELECT count(*) AS n, count(s.{column}) AS filled
FROM {table} s JOIN capture c ON c.id = s.capture WHERE c.profile = $profile AND ($kind = '' OR c.page_kind = $kind)
"""

ROWS_SQL = """
SELECT count(DISTINCT c.id) AS pages, count(s.capture) AS n
FROM capture c LEFT JOIN (
    SELECT capture FROM listing_seen UNION ALL SELECT capture FROM vendor_seen UNION ALL SELECT capture FROM review_seen
) s ON s.capture = c.id
WHERE c.profile = $profile AND c.page_kind = $kind
"""


def unmet(db: Database, profile: Profile) -> Iterator[Issue]:
    """Yield an issue for each expectation that the tables of a case do not meet; what has no rows is not judged.

    Raises `ProfileError` for an expectation of a column that no table has.
    """
    for name, least in profile.expects.filled.items():
        kind, table, column = place(profile, name)
        sql = FILLED_SQL.format(table=table, column=column)
        row = db.rows(sql, {"profile": profile.name, "kind": kind})[0]
        if row["n"] and row["filled"] / row["n"] < least:
            found = f"{row['filled']} of {row['n']} rows have a value, where {least:.0%} should"
            yield _issue(profile, name, found)
    for kind, (fewest, most) in bounds(profile).items():
        row = db.rows(ROWS_SQL, {"profile": profile.name, "kind": kind})[0]
        held = f"{row['n']} rows on {row['pages']} pages"
        if row["pages"] and row["n"] / row["pages"] < fewest:
            yield _issue(profile, kind, f"{held}, where {fewest:g} a page should be")
        elif row["pages"] and row["n"] / row["pages"] > most:
            yield _issue(profile, kind, f"{held}, where {most:g} a page at most should be")


def place(profile: Profile, name: str) -> tuple[str, str, str]:
    """Return page kind ("" for all), table and column of an expectation, which names a table or a kind of page."""
    first, _, column = name.partition(".")
    held = (
        [first]
        if first in TABLES
        else [rows.table for rows in profile.pages[first].rows]
        if first in profile.pages
        else []
    )
    table = next((table for table in held if table in TABLES and column in TABLES[table].names), None)
    if table is None:
        raise ProfileError("an expectation of no column", where=f"{profile.name}.yml, expects", found=name,
                           do="write table.column, or kind.column; docs/tables.md has the columns")  # fmt: skip
    return first if first in profile.pages else "", table, column


def bounds(profile: Profile) -> dict[str, tuple[float, float]]:
    """Return page kind → fewest and most rows that its pages hold on average."""
    kinds = {**profile.expects.min, **profile.expects.max}
    for kind in kinds:
        if kind not in profile.pages:
            raise ProfileError("an expectation of no kind of page", where=f"{profile.name}.yml, expects", found=kind,
                               do=nearest(kind, list(profile.pages)))  # fmt: skip
    return {kind: (profile.expects.min.get(kind, 0.0), profile.expects.max.get(kind, inf)) for kind in kinds}


def _issue(profile: Profile, what: str, found: str) -> Issue:
    do = f"a changed layout? look at such a page with muster show, and add a selector to {profile.name}.yml"
    return Issue("parse", "expectation", f"{profile.name}: {what}", found, do)
