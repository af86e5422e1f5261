"""Expectations of a profile, held against what it read: the first sign of a layout that changed."""

from __future__ import annotations

from collections.abc import Iterator

from muster.errors import ProfileError
from muster.model import Issue
from muster.profiles.profile import Profile
from muster.schema import TABLES
from muster.store import Database

FILLED_SQL = """
SELECT count(*) AS n, count(s.{column}) AS filled
FROM {table} s JOIN capture c ON c.id = s.capture WHERE c.profile = $profile
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
        table, _, column = name.partition(".")
        if table not in TABLES or column not in TABLES[table].names:
            raise ProfileError("an expectation of no column", where=f"{profile.name}.yml, expects", found=name,
                               do="write table.column; docs/tables.md has them")  # fmt: skip
        row = db.rows(FILLED_SQL.format(table=table, column=column), {"profile": profile.name})[0]
        if row["n"] and row["filled"] / row["n"] < least:
            found = f"{row['filled']} of {row['n']} rows have a value, where {least:.0%} should"
            yield _issue(profile, name, found)
    for kind, fewest in profile.expects.min.items():
        row = db.rows(ROWS_SQL, {"profile": profile.name, "kind": kind})[0]
        if row["pages"] and row["n"] / row["pages"] < fewest:
            yield _issue(profile, kind, f"{row['n']} rows on {row['pages']} pages, where {fewest:g} a page should be")


def _issue(profile: Profile, what: str, found: str) -> Issue:
    do = f"a changed layout? look at such a page with muster show, and add a selector to {profile.name}.yml"
    return Issue("parse", "expectation", f"{profile.name}: {what}", found, do)
