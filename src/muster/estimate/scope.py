"""What is counted: which kinds, on which market, in which period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
    of: the kind or group on the other side of a share or difference. model: a pattern of make and model.
    before: for a change, the earlier period, as `period` writes one.
    ships_from, ships_to: ISO code of a country that the listing states; a seller's word, never where anybody is from.

    >>> Scope("handgun", "bazaar", date(2014, 3, 1), date(2014, 3, 31)).as_json()
    {'kind': 'handgun', 'market': 'bazaar', 'period': '2014-03-01/2014-03-31'}
    """

    kind: str = "weapons"
    market: str = ""
    first: date | None = None
    last: date | None = None
    of: str = ""
    model: str = ""
    before: str = ""
    ships_from: str = ""
    ships_to: str = ""

    @property
    def indices(self) -> list[int]:
        """The places in `KINDS` of the kinds that `kind` stands for."""
        return [KINDS.index(kind) for kind in self.kinds]

    @property
    def others(self) -> list[int]:
        """The places in `KINDS` of the kinds that `of` stands for."""
        return Scope(self.of).indices

    @property
    def earlier(self) -> Scope:
        """The same scope over the period `before`."""
        first, last = _days(self.before)
        return replace(self, first=first, last=last, before="")

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
        names = ("of", "model", "before", "ships_from", "ships_to")
        further = {name: getattr(self, name) for name in names}
        return {"kind": self.kind, "market": self.market, "period": self.period,
                **{name: value for name, value in further.items() if value}}  # fmt: skip

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Scope:
        """Return the scope that `as_json` wrote.

        >>> Scope.from_json(Scope("weapons", "", None, date(2014, 3, 31)).as_json()).last
        datetime.date(2014, 3, 31)
        """
        further = (str(row.get(name, "")) for name in ("of", "model", "before", "ships_from", "ships_to"))
        return cls(row["kind"], row["market"], *_days(row["period"]), *further)

    @property
    def stated(self) -> str:
        """The stated places that narrow the scope, in words, "" for none.

        >>> Scope("weapons", ships_from="UA").stated
        'listings that state that they ship from UA'
        """
        parts = [f"from {self.ships_from}"] * bool(self.ships_from) + [f"to {self.ships_to}"] * bool(self.ships_to)
        return f"listings that state that they ship {' '.join(parts)}" if parts else ""

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


def _days(period: str) -> tuple[date | None, date | None]:
    first, slash, last = period.partition("/")
    days = [date.fromisoformat(text) if text else None for text in (first, last if slash else first)]
    return days[0], days[1]
