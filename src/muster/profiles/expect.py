"""Expectations of a profile, held against what it read: the first sign of a layout that changed."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from muster.errors import ProfileError, nearest
from muster.model import Issue
from muster.profiles.filled import Filled
from muster.profiles.profile import Profile
from muster.schema import TABLES


def unmet(tables: Filled, profile: Profile) -> Iterator[Issue]:
    """Yield an issue for each expectation that the tables of a case do not meet; what has no rows is not judged.

    Raises `ProfileError` for an expectation of a column that no table has.
    """
    for name, least in profile.expects.filled.items():
        kind, table, column = place(profile, name)
        counts = [tables.of(table, column, one).whole for one in ([kind] if kind else tables.kinds(table))]
        n, filled = sum(rows for rows, _ in counts), sum(sound for _, sound in counts)
        if n and filled / n < least:
            yield _issue(profile, name, f"{filled} of {n} rows have a value, where {least:.0%} should")
    for kind, (fewest, most) in bounds(profile).items():
        pages, n = tables.held(kind)
        held = f"{n} rows on {pages} pages"
        if pages and n / pages < fewest:
            yield _issue(profile, kind, f"{held}, where {fewest:g} a page should be")
        elif pages and n / pages > most:
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
