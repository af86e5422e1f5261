"""The life of an alert: entered, extended, corrected, found, withdrawn, expired. Every change is a fact of the log.

The present state is the fold of the facts, in the order in which the log has them; facts about different alerts may
come in any order among each other. As it stood on a day is the fold of what the log had by the end of that day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar, cast

from muster.errors import RegisterError, nearest
from muster.journal import Entry
from muster.register.alert import CLASSES, PARTS, REASONS, Alert, Number, Part, alert_id
from muster.register.number import LONGEST_TEXT
from muster.register.persons import blanked

CHANGES = ("extended", "corrected", "found", "withdrawn", "linked")
"""What may happen to an alert after it was entered; that it expires follows from its review date."""

CORRECTABLE = ("object_class", "reason", "numbers", "kind", "make", "model", "calibre", "country", "year", "event",
               "review", "action", "note", "authority")  # fmt: skip
_NAMES = tuple(column.name for column in fields(Alert))
_GIVEN = [name for name in _NAMES if name not in ("id", "state", "snapshot")]
_DAYS = ("entered", "event", "review", "snapshot")
EARLIEST = date(1800, 1, 1)
"""Before it nothing was entered and nothing lost that anybody seeks."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A match that a named user confirmed by comparing the object with the alert."""

    alert: str
    by: str
    reason: str
    at: str
    number: str


T = TypeVar("T")


class Older(Protocol):
    """Facts that were folded before and need not be folded again: a checkpoint."""

    def facts(self, name: str) -> Sequence[Entry]:
        """Return the facts about an alert, oldest first."""

    def first(self, name: str) -> Alert | None:
        """Return an alert as it was entered, or None."""

    def names(self) -> Iterator[str]:
        """Yield the ids of the alerts that were entered."""

    def holds(self, names: Set[str]) -> set[str]:
        """Return those of some ids that were entered."""


class ByName(Mapping[str, T], Generic[T]):
    """What there is of each alert, looked up when it is asked for."""

    def __init__(self, names: Callable[[], Iterator[str]], get: Callable[[str], T | None]) -> None:
        self._names = names
        self._get = get

    def __getitem__(self, name: str) -> T:
        found = self._get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return self._names()

    def __len__(self) -> int:
        return sum(1 for _ in self._names())


@dataclass
class Folded:
    """What the facts of a log come to.

    older: checkpoints, whose facts come before all others, each fact in one. last: the number of the last fact that
    went in; a fact that went in before changes nothing. refused: numbers of facts that changed nothing for another
    reason: what was entered first stands.
    """

    older: Sequence[Older] = ()
    hits: list[Hit] = field(default_factory=list)
    tables: dict[str, Entry] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)
    last: int = -1
    _entered: dict[str, Alert] = field(default_factory=dict)
    _changes: dict[str, list[Entry]] = field(default_factory=dict)

    @property
    def entered(self) -> Mapping[str, Alert]:
        """Alerts as they were entered here, by id."""
        return ByName(self._names, self._first)

    @property
    def changes(self) -> Mapping[str, list[Entry]]:
        """Facts about any alert that was touched since the checkpoints, in order, those before among them."""
        return ByName(lambda: iter(self._changes), lambda name: self.facts(name) or None)

    def facts(self, name: str) -> list[Entry]:
        """Return the facts about an alert, oldest first."""
        held = self._changes.get(name)
        before = [entry for older in self.older for entry in older.facts(name)]
        return before + (held or [])

    def taken(self, names: Set[str]) -> set[str]:
        """Return those of some ids that were entered here."""
        found = names & self._entered.keys()
        return found.union(*(older.holds(names) for older in self.older))

    def add(self, entries: Iterable[Entry]) -> set[str]:
        """Take in facts, and return the ids of the alerts that they are about."""
        touched: set[str] = set()
        for entry in entries:
            if entry.n <= self.last:
                continue
            self.last = entry.n
            touched |= self._add(entry)
        return touched

    def _add(self, entry: Entry) -> set[str]:
        about: Mapping[str, Any] = entry.about if isinstance(entry.about, dict) else {}
        if entry.what == "alert entered":
            alert = alert_from(about["alert"])
            if self._first(alert.id) is not None:
                self.refused.add(entry.n)
                return set()  # what was entered first stands; to change it is a correction
            self._entered[alert.id] = alert
            self._changes.setdefault(alert.id, []).append(entry)
            return {alert.id}
        if entry.what.startswith("alert "):
            self._changes.setdefault(about["id"], []).append(entry)
            return {about["id"]}
        if entry.what == "hit confirmed":
            self.hits.append(Hit(about["id"], entry.who, entry.reason, entry.at, about["number"]))
        elif entry.what == "table imported":
            self.tables[about["folder"]] = entry
        return set()

    def _names(self) -> Iterator[str]:
        for older in self.older:
            yield from older.names()
        yield from self._entered

    def _first(self, name: str) -> Alert | None:
        if name in self._entered:
            return self._entered[name]
        return next((alert for older in self.older if (alert := older.first(name)) is not None), None)

    def versions(self, name: str, alert: Alert, since: int = 0) -> list[Alert]:
        """Return an alert as it was entered, if that was fact number `since` or later, and after each correction since.

        alert: as it was entered or imported.
        """
        found: list[Alert] = []
        for entry in self.facts(name):
            alert = changed(alert, entry)
            if entry.n >= since and entry.what in ("alert entered", "alert corrected"):
                found.append(alert)
        return found

    def now(self, alert: Alert, day: date | None = None) -> Alert:
        """Return an alert as its changes leave it on a day; None for all that is known, on the day of the last fact."""
        for entry in self.facts(alert.id):
            if day is None or datetime.fromisoformat(entry.at).date() <= day:
                alert = changed(alert, entry)
        if alert.sought and alert.review is not None and day is not None and alert.review < day:
            return replace(alert, state="expired")
        return alert


def changed(alert: Alert, entry: Entry) -> Alert:
    """Return an alert after one fact about it."""
    about = cast("Mapping[str, Any]", entry.about)
    match entry.what:
        case "alert extended":
            return replace(alert, state="extended", review=date.fromisoformat(about["review"]))
        case "alert corrected":
            return replace(alert, state="corrected" if alert.sought else alert.state, **_values(about["fields"]))
        case "alert found":
            return replace(alert, state="found")
        case "alert withdrawn":
            return replace(alert, state="withdrawn")
        case "alert linked":
            return replace(alert, links=tuple(sorted({*alert.links, about["to"]})))
        case _:
            return alert


def as_row(alert: Alert) -> dict[str, Any]:
    """Return an alert in JSON's own types; what is empty is left out."""
    row: dict[str, Any] = {}
    for name in _NAMES:
        value = getattr(alert, name)
        if name == "numbers":
            value = [{k: v for k, v in (("number", n.number), ("series", n.series), ("part", n.part)) if v}
                     for n in value]  # fmt: skip
        elif isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, tuple):
            value = list(value)
        if value:
            row[name] = value
    return row


def alert_from(row: Mapping[str, Any]) -> Alert:
    """Return the alert of a row that `as_row` made."""
    return Alert(**_values(row))


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(row)
    for name in _DAYS:
        if isinstance(values.get(name), str):
            values[name] = date.fromisoformat(values[name])
    if "numbers" in values:
        values["numbers"] = tuple(
            number if isinstance(number, Number) else Number(**number) for number in values["numbers"]
        )
    if "links" in values:
        values["links"] = tuple(values["links"])
    return values


def checked(row: Mapping[str, Any], *, where: str, today: date) -> tuple[Alert, int]:
    """Return the alert that a row of entry describes, and how many person-like passages were blanked in its texts.

    row: the fields of `Alert` but id, state and links, as text or JSON. today: no day of entry or event lies after it.
    Raises `RegisterError` that names the field: an unknown one, a word that is none, a day that cannot be, no number,
        an action to take without an authority that asks for it.
    """
    for name in row:
        if name not in _GIVEN:
            raise RegisterError("unknown field of an alert", where=where, found=name, do=nearest(name, _GIVEN))
    values = dict(row)
    for name, words in (("object_class", CLASSES), ("reason", REASONS)):
        if values.get(name) not in words:
            do = "one of: " + ", ".join(words)
            raise RegisterError(f"`{name}` is none", where=where, found=values.get(name), do=do)
    for name in ("register", "reference"):
        if not isinstance(values.get(name), str) or not values[name].strip():
            raise RegisterError(f"an alert needs its `{name}`", where=where, do="it is what the alert is known by")
    values["numbers"] = _numbers(values.get("numbers"), where)
    for name in ("entered", "event", "review"):
        values[name] = _day(values.get(name), name, where, today)
    if values["event"] and values["entered"] and values["event"] > values["entered"]:
        raise RegisterError("the event lies after the entry", where=where, found=values["event"], do="mend the days")
    year = values.get("year")
    if year is not None and (isinstance(year, bool) or not isinstance(year, int) or not 1600 <= year <= today.year):
        raise RegisterError("no year of manufacture", where=where, found=year, do="a number, or leave it out")
    if values.get("action") and not (values.get("official") is True and values.get("authority")):
        raise RegisterError(
            "only an authority's alert may say what to do", where=where, found=values["action"],
            do="name the authority that entered it, or leave `action` out",
        )  # fmt: skip
    blanks = 0
    for name in ("note", "action", "kind", "authority"):
        values[name], n = blanked(_text(values.get(name), name, where), office=name == "authority")
        blanks += n
    for name in ("make", "model", "calibre", "country"):
        values[name] = _text(values.get(name), name, where)
    values["links"] = tuple(values.get("links") or ())
    return Alert(id=alert_id(values["register"], values["reference"]), **values), blanks


def _text(value: object, name: str, where: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > 2000:
        raise RegisterError(f"`{name}` is no text of up to 2,000 characters", where=where, found=value, do="shorten it")
    return value.strip()


def _numbers(value: object, where: str) -> tuple[Number, ...]:
    rows = value if isinstance(value, (list, tuple)) else []
    found: list[Number] = []
    for row in rows:
        number = row if isinstance(row, Number) else _number(row, where)
        if not number.key:
            raise RegisterError("a number without a sign", where=where, found=number.text, do="give what is stamped")
        if len(number.text) > LONGEST_TEXT:
            raise RegisterError(
                "a number is too long", where=where, found=number.text, do=f"at most {LONGEST_TEXT} characters"
            )
        found.append(number)
    if not found or len(found) > 50:
        raise RegisterError(
            "an alert needs a number", where=where, found=f"{len(found)} numbers", do="give 1 to 50, each with its part"
        )
    return tuple(dict.fromkeys(found))


def _number(row: object, where: str) -> Number:
    if isinstance(row, str):
        return Number(row.strip())
    if not isinstance(row, dict) or not row.keys() <= {"number", "series", "part"}:
        raise RegisterError("not a number", where=where, found=row, do="give {number, series, part}")
    part = row.get("part", "whole")
    if part not in PARTS:
        raise RegisterError("no part of an object", where=where, found=part, do="one of: " + ", ".join(PARTS))
    texts = [row.get(name, "") for name in ("number", "series")]
    if not all(isinstance(text, str) for text in texts):
        raise RegisterError("a number is text", where=where, found=row, do="put it in quotes: zeros in front count")
    return Number(texts[0].strip(), texts[1].strip(), cast("Part", part))


def _day(value: object, name: str, where: str, today: date) -> date | None:
    if value in (None, ""):
        return None
    try:
        found = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as error:
        raise RegisterError(f"`{name}` is no day", where=where, found=value, do="write YYYY-MM-DD") from error
    if found < EARLIEST or (name != "review" and found > today):
        raise RegisterError(f"`{name}` cannot be", where=where, found=found, do="mend the day, or leave it out")
    return found
