"""What is counted: which kinds, on which market, in which period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from muster.model import FIREARM_KINDS, KINDS, WEAPON_KINDS, Kind

GROUPS: dict[str, tuple[Kind, ...]] = {"weapons": WEAPON_KINDS, "firearms": FIREARM_KINDS, "all": KINDS}
"""Names for several kinds together; the report and `scope` use them."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows that a measure is taken over.

    kind: one kind, or a group's name. market: "" for all markets of the case.
    first, last: days, both inclusive; None for open. With either set, captures without a time are left out.

    >>> Scope("handgun", "bazaar", date(2014, 3, 1), date(2014, 3, 31)).as_json()
    {'kind': 'handgun', 'market': 'bazaar', 'period': '2014-03-01/2014-03-31'}
    """

    kind: str = "weapons"
    market: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that `kind` stands for; raises `KeyError` for a word that is neither kind nor group."""
        if self.kind in GROUPS:
            return GROUPS[self.kind]
        return ({kind: kind for kind in KINDS}[self.kind],)  # type: ignore[index]

    @property
    def names(self) -> tuple[str, ...]:
        """The kinds and groups that lie inside this scope: a naive count over it looks for the words of all of them.

        >>> Scope("firearms").names, Scope("handgun").names
        (('firearms', 'handgun', 'long_gun', 'automatic'), ('handgun',))
        """
        inside = (name for name, kinds in GROUPS.items() if set(kinds) <= set(self.kinds))
        return (*inside, *self.kinds)

    @property
    def period(self) -> str:
        """The period as an ISO interval, "" when it is open on both sides."""
        if self.first is None and self.last is None:
            return ""
        if self.first == self.last:
            return str(self.first)
        return f"{self.first or ''}/{self.last or ''}"

    def as_json(self) -> dict[str, Any]:
        """Return the scope as it stands in the table `estimate`."""
        return {"kind": self.kind, "market": self.market, "period": self.period}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Scope:
        """Return the scope that `as_json` wrote.

        >>> Scope.from_json(Scope("weapons", "", None, date(2014, 3, 31)).as_json()).last
        datetime.date(2014, 3, 31)
        """
        first, slash, last = row["period"].partition("/")
        days = [date.fromisoformat(text) if text else None for text in (first, last if slash else first)]
        return cls(row["kind"], row["market"], *days)

    def where(self, table: str) -> tuple[str, dict[str, object]]:
        """Return the SQL condition on a table of seen rows, and its values."""
        conditions, values = ["true"], dict[str, object]()
        if self.market:
            conditions.append(f"{table}.market = $market")
            values["market"] = self.market
        if self.first is not None:
            conditions.append(f"{table}.captured_at >= $first")
            values["first"] = self.first
        if self.last is not None:
            conditions.append(f"{table}.captured_at < $after")
            values["after"] = self.last + timedelta(days=1)
        return " AND ".join(conditions), values
