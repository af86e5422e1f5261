"""Drift: a layout that changes in the middle of an archive is told with the capture from which on, and what changed.

A field that was there and is there no more says so only over many captures: on each single page it may be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from muster.model import Issue, Page
from muster.profiles.columns import NO_COLUMN
from muster.profiles.filled import Days, Filled
from muster.profiles.html import document
from muster.profiles.nearest import nearest_place
from muster.profiles.profile import FIELDS, Field, PageKind, Profile, Rows
from muster.store import Database

SOUND = 0.9
"""Share of rows with a value before a turn; a field that was often missing does not drift."""

FEWEST = 3
"""Rows, or captures, before and after a turn below which it may as well be chance."""

Row = Mapping[str, Any]
Fetch = Callable[[Row], Page | None]
"""Row of `capture` → the capture in the hand again, or None when its file is gone."""

_COLUMNS = {"price": "amount", "stock": "stock_text", "key": "key_token", "age": "reviewed_at"}

FIELD_SQL = """
SELECT c.id AS capture, c.captured_at AS made, s.{column} IS NOT NULL AS good
FROM {table} s JOIN capture c ON c.id = s.capture
WHERE c.profile = $profile AND c.page_kind = $kind AND c.captured_at IS NOT NULL
"""

KIND_SQL = """
SELECT c.id AS capture, c.captured_at AS made, s.capture IS NOT NULL AS good
FROM capture c LEFT JOIN (
    SELECT capture FROM listing_seen UNION SELECT capture FROM vendor_seen UNION SELECT capture FROM review_seen
) s ON s.capture = c.id
WHERE c.profile = $profile AND c.page_kind IN ($kind, $empty) AND c.captured_at IS NOT NULL
"""

KNOWN_SQL = """
SELECT c.id AS capture, c.captured_at AS made, c.profile = $profile AND c.page_kind IS NOT NULL AS good
FROM capture c WHERE c.source = $source AND c.captured_at IS NOT NULL AND (c.profile = $profile OR c.page_kind IS NULL)
"""

TURN_SQL = """
WITH seen AS ({seen}), turn AS (SELECT max(CASE WHEN good THEN made END) AS sound_until FROM seen)
SELECT
    count(CASE WHEN made <= sound_until THEN 1 END) AS before,
    count(CASE WHEN made <= sound_until AND good THEN 1 END) AS good,
    count(CASE WHEN made > sound_until THEN 1 END) AS after,
    count(DISTINCT CASE WHEN made > sound_until THEN capture END) AS captures,
    min(CASE WHEN made > sound_until THEN made END) AS since
FROM seen CROSS JOIN turn
"""

FIRST_SQL = "SELECT min(capture) AS capture FROM ({seen}) s WHERE made = $since"


def drifted(db: Database, filled: Filled, profile: Profile, fetch: Fetch = lambda row: None) -> Iterator[Issue]:
    """Yield an issue for each field, kind of page or whole layout that stops at some capture of an archive.

    filled: the counts by day, in which it is seen what may stop; only that is looked for to the capture.
    fetch: gives a capture back, so that the issue can say what its page has instead.
    """
    for kind, page in profile.pages.items():
        for rows in _distinct(page):
            yield from _fields(db, filled, profile, kind, rows, fetch)
        if any(rows.table != "tally_seen" and not rows.optional for rows in page.rows):
            yield from _kind(db, filled, profile, kind, page)
    for source, days in sorted(filled.known.items()):
        if not days.may_turn(SOUND, FEWEST):
            continue
        found = _turn(db, KNOWN_SQL, {"profile": profile.name, "source": source})
        if found is not None:
            yield _issue(profile, "no page is known any more", found, "captures are of no known kind",
                         f"do its marks still hold? look:  muster show {found['capture']}")  # fmt: skip


def _distinct(page: PageKind) -> Iterator[Rows]:
    """Yield the first of the rows of each table: further ones of the same table share its columns."""
    tables = set[str]()
    for rows in page.rows:
        if rows.table not in tables and rows.table not in ("rate_seen", "tally_seen"):
            tables.add(rows.table)
            yield rows


def _fields(db: Database, filled: Filled, profile: Profile, kind: str, rows: Rows, fetch: Fetch) -> Iterator[Issue]:
    columns = {_column(rows.table, name): name for name in FIELDS[rows.table] if name not in NO_COLUMN
               and name in {**rows.inherit, **rows.fields}}  # fmt: skip
    for column, name in columns.items():
        if not filled.of(rows.table, column, kind).may_turn(SOUND, FEWEST):
            continue
        sql = FIELD_SQL.format(table=rows.table, column=column)
        found = _turn(db, sql, {"profile": profile.name, "kind": kind})
        if found is not None:
            capture = db.one("SELECT * FROM capture WHERE id = $id", {"id": found["capture"]})
            field = {**rows.inherit, **rows.fields}[name]
            instead = _instead(fetch(capture) if capture else None, rows, field, profile)
            yield _issue(profile, f"{kind}.{name}: {field.css or field.column}", found,
                         "rows have no value" + (f"; {instead}" if instead else ""),
                         f"add a variant to {profile.name}.yml, whose last day is the day before")  # fmt: skip


def _kind(db: Database, filled: Filled, profile: Profile, kind: str, page: PageKind) -> Iterator[Issue]:
    empty = next((rows.empty for rows in page.rows if rows.empty), kind)
    days = Days()
    for name in {kind, empty} & filled.pages.keys():
        for day, rows in filled.pages[name].rows.items():
            days.add(day, rows, filled.pages[name].sound[day])
    if not days.may_turn(SOUND, FEWEST):
        return
    found = _turn(db, KIND_SQL, {"profile": profile.name, "kind": kind, "empty": empty})
    if found is not None:
        each = next((rows.each for rows in page.rows if rows.each), "the page")
        yield _issue(profile, f"{kind}: {each}", found, "pages hold no row",
                     f"does the page repeat otherwise? look:  muster show {found['capture']}")  # fmt: skip


def _turn(db: Database, seen: str, values: dict[str, object]) -> Row | None:
    """Return where what was sound stops for good, or None: the first capture without, and the counts on both sides."""
    row = db.one(TURN_SQL.format(seen=seen), values)
    if row is None or row["after"] < FEWEST or row["before"] < FEWEST or row["good"] / row["before"] < SOUND:
        return None
    first = db.one(FIRST_SQL.format(seen=seen), {**values, "since": row["since"]})
    return {**row, **(first or {})}


def _instead(page: Page | None, rows: Rows, field: Field, profile: Profile) -> str:
    parsed = document(page.body) if page is not None and page.cells is None else ""
    root = None if isinstance(parsed, str) else parsed.tree.body
    if root is None:
        return ""
    node = root.css_first(rows.each) if rows.each else root
    return nearest_place(node, field, profile) if node is not None else ""


def _column(table: str, name: str) -> str:
    return "token" if (table, name) == ("vendor_seen", "vendor") else _COLUMNS.get(name, name)


def _issue(profile: Profile, what: str, turn: Row, found: str, do: str) -> Issue:
    said = (
        f"from {turn['since']:%Y-%m-%d %H:%M} UTC ({turn['capture']}) on, all {turn['after']} {found}; "
        f"before, {turn['good']} of {turn['before']} were sound"
    )
    return Issue("parse", "drift", f"{profile.name}: {what}", said, do, turn["capture"])
