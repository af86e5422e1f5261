"""Where the walk of an id stands in the appendix, and where the rows behind a plain count stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from muster.model import digest

REGULAR = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:.-]*")


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table behind a count that is no estimate.

    anchor: where they stand in the appendix. about: what they are. sql: the query that lists them.
    """

    anchor: str
    about: str
    sql: str


def anchor(name: str) -> str:
    """Return the anchor of an id's walk.

    >>> anchor("est:00ff00ff00ff00ff")
    'why-est-00ff00ff00ff00ff'
    >>> anchor('"><script>')
    'why-x-554299e9841f0bf7'
    """
    if REGULAR.fullmatch(name):
        return "why-" + name.replace(":", "-")
    return "why-x-" + digest(name.encode("utf-8", "surrogatepass"))[:16]


def rows(about: str, table: str, **where: object) -> Rows:
    """Return the rows of a table whose columns have the values given; `None` for a column that is null.

    >>> found = rows("captures of bazaar", "capture", market="bazaar", captured_at=None)
    >>> found.sql
    "SELECT * FROM capture WHERE market = 'bazaar' AND captured_at IS NULL"
    >>> found.anchor
    'why-rows-5825ba04fe474be1'
    """
    conditions = " AND ".join(
        f"{column} IS NULL" if value is None else f"{column} = {_literal(value)}" for column, value in where.items()
    )
    sql = f"SELECT * FROM {table}" + (f" WHERE {conditions}" if conditions else "")
    return Rows("why-rows-" + digest(sql.encode("utf-8", "surrogatepass"))[:16], about, sql)


def _literal(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
