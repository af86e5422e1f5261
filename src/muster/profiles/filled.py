"""How often a profile's fields have a value, by kind of page and day: counted as shards are parsed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from muster.profiles.profile import Profile
from muster.store import Database

FILLED_SQL = """
SELECT source, page_kind, "of", field, day, sum("rows")::BIGINT AS "rows", sum(filled)::BIGINT AS filled
FROM filled WHERE profile = $profile OR page_kind = '' GROUP BY ALL
"""

HELD = ("listing_seen", "vendor_seen", "review_seen")
"""Tables of which a page that is read holds a row."""

NOT_COUNTED = frozenset({"id", "capture", "profile", "market", "captured_at", "captured_from", "spans_raw"})
"""Columns that say where a row is from."""


class Fills:
    """Counts the values of rows as they are parsed.

    >>> fills = Fills()
    >>> fills.add({"profile": "bazaar", "source": "a", "page_kind": "listing"}, "2014-03-01",
    ...           [("listing_seen", {"title": "a lamp", "stock": None})])
    >>> [(row["of"], row["field"], row["rows"], row["filled"]) for row in fills.rows()]
    [('capture', 'rows', 1, 1), ('listing_seen', '', 1, 1), ('listing_seen', 'title', 1, 1)]
    """

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, str, str, str], int] = defaultdict(int)
        self._filled: dict[tuple[str, str, str, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, capture: Mapping[str, Any], day: str, seen: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Count one capture and the rows that were read from it."""
        place = capture["profile"] or "", capture["source"], capture["page_kind"] or ""
        holds = False
        for table, row in seen:
            holds = holds or table in HELD
            at = (*place, table, day)
            self._rows[at] += 1
            counts = self._filled[at]
            for name, value in row.items():
                if value is not None:
                    counts[name] += 1
        pages = (*place, "capture", day)
        self._rows[pages] += 1
        self._filled[pages]["rows"] += holds

    def rows(self) -> Iterator[dict[str, object]]:
        """Yield the rows of the table `filled`; field "" counts the rows themselves."""
        for at, n in sorted(self._rows.items()):
            profile, source, kind, table, day = at
            whole = {} if table == "capture" else {"": n}
            for name, filled in sorted({**whole, **self._filled[at]}.items()):
                if name not in NOT_COUNTED:
                    yield {
                        "profile": profile, "source": source, "page_kind": kind, "of": table, "field": name, "day": day,
                        "rows": n, "filled": filled,
                    }  # fmt: skip


@dataclass
class Days:
    """Rows of a sort, and those of them that have what they should, by day; "" is the day of the undated."""

    rows: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    sound: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, day: str, rows: int, sound: int) -> None:
        """Count rows of one day."""
        self.rows[day] += rows
        self.sound[day] += sound

    @property
    def whole(self) -> tuple[int, int]:
        """All rows, and the sound ones."""
        return sum(self.rows.values()), sum(self.sound.values())

    def may_turn(self, share: float, fewest: int) -> bool:
        """Say whether what was sound may stop at some capture of the last sound day: exact is only the time itself.

        share: of the rows before it that must be sound. fewest: rows on either side.

        >>> days = Days()
        >>> days.add("2014-03-01", 10, 10)
        >>> days.may_turn(0.9, 3)
        False
        >>> days.add("2014-03-02", 10, 0)
        >>> days.may_turn(0.9, 3)
        True
        """
        dated = sorted(day for day in self.rows if day)
        last = max((day for day in dated if self.sound[day]), default=None)
        if last is None:
            return False
        good = sum(self.sound[day] for day in dated)
        before = sum(self.rows[day] for day in dated if day < last) + self.sound[last]
        after = sum(self.rows[day] for day in dated if day >= last) - self.sound[last]
        return after >= fewest and before + self.rows[last] - self.sound[last] >= fewest and good >= share * before


class Filled:
    """What the tables of a case hold of a profile, by kind of page and day."""

    def __init__(self, db: Database, profile: Profile) -> None:
        self._fields: dict[tuple[str, str, str], Days] = defaultdict(Days)
        self.pages: dict[str, Days] = defaultdict(Days)
        """Kind of page → pages, and those that hold a row."""
        self.known: dict[str, Days] = defaultdict(Days)
        """Source → its captures of this profile or of no known kind, and those whose kind is known."""
        for row in db.rows(FILLED_SQL, {"profile": profile.name}):
            n, filled, kind = int(row["rows"]), int(row["filled"]), row["page_kind"]
            if row["of"] != "capture":
                self._fields[kind, row["of"], row["field"]].add(row["day"], n, filled)
                continue
            self.known[row["source"]].add(row["day"], n, n if kind else 0)
            if kind:
                self.pages[kind].add(row["day"], n, filled)

    def of(self, table: str, column: str, kind: str) -> Days:
        """Return the days of one column on one kind of page; a day without any value has all its rows, too."""
        whole, some = self._fields.get((kind, table, ""), Days()), self._fields.get((kind, table, column), Days())
        found = Days()
        for day, rows in whole.rows.items():
            found.add(day, rows, some.sound.get(day, 0))
        return found

    def kinds(self, table: str) -> list[str]:
        """Return the kinds of page that have rows in a table."""
        return sorted({kind for kind, of, _ in self._fields if of == table})

    def held(self, kind: str) -> tuple[int, int]:
        """Return the pages of a kind, and the rows that they hold of listings, vendors and reviews."""
        rows = sum(self._fields[kind, table, ""].whole[0] for table in HELD if (kind, table, "") in self._fields)
        return self.pages[kind].whole[0] if kind in self.pages else 0, rows
