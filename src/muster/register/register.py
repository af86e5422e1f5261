"""A register in a folder: official tables as they stood on their days, alerts entered here, and what became of them.

::

    REGISTER/journal/journal.jsonl   every change, append-only; all that was entered here is the fold of it
    REGISTER/tables/<digest>/        a table that was imported, with its index: derived, may be made anew
    REGISTER/checkpoints/            what was folded of the journal before: derived, may be deleted
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from muster.errors import RegisterError, UnknownId
from muster.journal import Entry, Fact
from muster.register.alert import Alert, Answer, Lookup
from muster.register.checkpoint import Checkpoints
from muster.register.holding import Entered, Holding, Snapshot
from muster.register.kept import Kept, shelved
from muster.register.lifecycle import CHANGES, CORRECTABLE, Folded, Hit, as_row, checked
from muster.register.log import JournalLog, Log
from muster.register.lookup import answers


class Register:
    """A register that answers, and that alerts are entered into.

    folder: made when the first fact is written. clock: gives the time of each fact, and today. log: where the facts
    lie, the folder's journal if left out.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> register = Register(Path(folder.name), clock=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC))
    >>> row = {"register": "harbour", "reference": "17", "object_class": "firearm", "reason": "stolen",
    ...        "numbers": [{"number": "1234", "series": "AB"}], "make": "Example", "model": "M1"}
    >>> name, = register.enter([row], who="ada", reason="theft reported")
    >>> register.look_up([Lookup("ab-1234", make="Example", model="M1")])[0].answer
    'match'
    >>> register.look_up([Lookup("ab-1234")])[0].answer
    'cannot_tell'
    >>> register.change("found", name, who="bo", reason="handed in")
    >>> register.alert(name).state, register.look_up([Lookup("AB1234", make="Example", model="M1")])[0].answer
    ('found', 'no_match')
    >>> folder.cleanup()
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime] | None = None, log: Log | None = None) -> None:
        self.folder = folder
        self.clock = clock or (lambda: datetime.now(UTC))
        journal = folder / "journal" / "journal.jsonl"
        self.folded = Folded()
        self._shelves: list[Holding] = []
        self._snapshots: dict[str, Snapshot] = {}
        self._only: frozenset[str] | None = None
        self._kept: Kept | None = None
        if log is None:
            log = JournalLog(journal, self.clock)
            self._kept = Kept(Checkpoints(folder / "checkpoints", journal), log)
            self._shelves += self._kept.resume(self.folded, self._first)
        self.log: Log = log
        self.refresh()

    def refresh(self) -> None:
        """Take in what other writers added since."""
        since = self.folded.last + 1
        touched = self.folded.add(self._kept.fresh() if self._kept is not None else self.log.fresh())
        for folder in self.folded.tables:
            if folder not in self._snapshots:
                self._snapshots[folder] = _snapshot(self.folder / "tables" / folder)
        fresh = shelved(self.folded, self._first, touched, since)
        for shelf in fresh:
            self._shelve(shelf)
        if self._kept is not None:
            self._kept.lay_down(self.folded, self._first, fresh)

    @property
    def today(self) -> date:
        """The clock's day."""
        return self.clock().date()

    # what is asked

    def look_up(self, asked: Sequence[Lookup], *, limit: int = 20) -> list[Answer]:
        """Answer questions, in their order. limit: candidates that an answer shows; it says how many there are."""
        self.refresh()
        found: dict[int, Answer] = {}
        for day in {one.as_of for one in asked}:
            at = [place for place, one in enumerate(asked) if one.as_of == day]
            now = partial(self._now, day=day)
            found.update(zip(at, answers(self.holdings(day), [asked[n] for n in at], now, limit), strict=True))
        return [found[place] for place in range(len(asked))]

    def alert(self, name: str, day: date | None = None) -> Alert:
        """Return an alert as it stands, or stood on a day. Raises `UnknownId`."""
        self.refresh()
        found = self._first(name)
        alert = self._now(found, day) if found is not None else None
        if alert is None:
            raise UnknownId("no alert of this register has this id", where=str(self.folder), found=name,
                            do="ids stand in the answers of a look-up")  # fmt: skip
        return alert

    def history(self, name: str) -> list[Entry]:
        """Return the facts about an alert, oldest first. Raises `UnknownId`."""
        self.alert(name)
        return self.folded.facts(name)

    def hits(self, name: str = "") -> list[Hit]:
        """Return the confirmed hits, of one alert or of all."""
        self.refresh()
        return [hit for hit in self.folded.hits if not name or hit.alert == name]

    def holdings(self, day: date | None = None) -> list[Holding]:
        """Return what a question is put to: of each register the latest snapshot by a day, and what was entered."""
        latest: dict[str, Snapshot] = {}
        for snapshot in self._snapshots.values():
            if self._only is not None and snapshot.about["file_digest"] not in self._only:
                continue
            if day is not None and (snapshot.snapshot is None or snapshot.snapshot > day):
                continue
            held = latest.get(snapshot.register)
            if held is None or (snapshot.snapshot or date.min) >= (held.snapshot or date.min):
                latest[snapshot.register] = snapshot
        return [*latest.values(), *self._shelves]

    # what is done

    def enter(self, rows: Sequence[Mapping[str, Any]], *, who: str, reason: str) -> list[str]:
        """Enter alerts, all or none, and return their ids; they are on disk when this returns.

        Raises `RegisterError` for a row that is no alert, or a reference that the register has already.
        """
        _named(who, reason)
        read = [checked(row, where=f"alert {n}", today=self.today) for n, row in enumerate(rows, 1)]
        with self.log.alone():
            self.refresh()
            seen = self._taken([alert for alert, _ in read])
            for alert, _ in read:
                if alert.id in seen:
                    raise RegisterError(
                        "the register has this reference already", where=alert.register, found=alert.reference,
                        do="correct the alert that is there, or give another reference", ids=(alert.id,),
                    )  # fmt: skip
                seen.add(alert.id)
            facts = [Fact(who, "alert entered", {"alert": as_row(alert), "blanked": blanks}, reason)
                     for alert, blanks in read]  # fmt: skip
            self.log.extend(facts)
        self.refresh()
        return [alert.id for alert, _ in read]

    def change(self, what: str, name: str, *, who: str, reason: str, **about: Any) -> None:
        """Record what became of an alert: extended (review), corrected (fields), found, withdrawn, linked (to).

        Raises `UnknownId`, or `RegisterError` for what cannot happen to it.
        """
        _named(who, reason)
        if what not in CHANGES:
            raise RegisterError("no change of an alert", found=what, do="one of: " + ", ".join(CHANGES))
        with self.log.alone():
            alert = self.alert(name)
            told = self._told(what, alert, about)
            self.log.extend([Fact(who, f"alert {what}", {"id": name, **told}, reason)])
        self.refresh()

    def confirm(self, name: str, number: str, *, who: str, reason: str) -> Hit:
        """Record that a named user compared an object with an alert and says that it is the one. Raises `UnknownId`."""
        _named(who, reason)
        self.alert(name)
        self.log.extend([Fact(who, "hit confirmed", {"id": name, "number": number[:200]}, reason)])
        self.refresh()
        return self.hits(name)[-1]

    def add_table(self, folder: str, about: Mapping[str, Any], *, who: str, reason: str) -> Snapshot:
        """Make a snapshot that was written into `tables/` part of the register."""
        self.log.extend([Fact(who, "table imported", {"folder": folder, **about}, reason)])
        self.refresh()
        return self._snapshots[folder]

    def snapshots(self) -> list[Snapshot]:
        """Return the tables that were imported, oldest import first."""
        return list(self._snapshots.values())

    def only(self, files: Set[str]) -> None:
        """Ask no other tables than those that were read from files with these SHA-256, for the life of this object."""
        self._only = frozenset(files)

    def hold(self, alerts: Sequence[Alert]) -> None:
        """Ask these alerts, too, for the life of this object: another table with numbered objects, entered nowhere."""
        for register in sorted({alert.register for alert in alerts}):
            self._shelves.append(Entered([a for a in alerts if a.register == register], register))

    def table(self, folder: str) -> Snapshot:
        """Return a snapshot by the name of its folder."""
        return self._snapshots[folder]

    def alone(self) -> AbstractContextManager[None]:
        """Keep other writers out."""
        return self.log.alone()

    def _told(self, what: str, alert: Alert, about: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a change says, checked."""
        if what in ("extended", "found", "withdrawn") and not alert.sought:
            raise RegisterError(f"an alert that is {alert.state} cannot be {what}", ids=(alert.id,), found=alert.state,
                                do="enter a new alert")  # fmt: skip
        if what == "extended":
            row = {**_entry_of(alert), "review": about.get("review")}
            review = checked(row, where=alert.id, today=self.today)[0].review
            if review is None or review <= self.today:
                raise RegisterError("the new review date lies in the past", found=review, do="give a later day")
            return {"review": review.isoformat()}
        if what == "linked":
            other = self.alert(str(about.get("to")))
            return {"to": other.id}
        if what == "corrected":
            fields = dict(about.get("fields") or {})
            for name in fields:
                if name not in CORRECTABLE:
                    do = "can be corrected: " + ", ".join(CORRECTABLE)
                    raise RegisterError("this field cannot be corrected", where=alert.id, found=name, do=do)
            checked_row = as_row(checked({**_entry_of(alert), **fields}, where=alert.id, today=self.today)[0])
            return {"fields": {name: checked_row.get(name, _EMPTY.get(name, "")) for name in fields}}
        return {}

    def _taken(self, alerts: Sequence[Alert]) -> set[str]:
        """Return the ids of alerts that there are; an id is of its register, so no other register need be asked."""
        names = {alert.id for alert in alerts}
        taken = self.folded.taken(names)
        registers = {alert.register for alert in alerts}
        for snapshot in self._snapshots.values():
            if snapshot.register in registers:
                taken |= snapshot.holds(names)
        return taken

    def _first(self, name: str) -> Alert | None:
        """Return an alert as it was entered or imported."""
        entered = self.folded.entered.get(name)
        if entered is not None:
            return entered
        for snapshot in self._snapshots.values():
            alert = snapshot.get(name)
            if alert is not None:
                return alert
        return None

    def _now(self, alert: Alert, day: date | None) -> Alert | None:
        """Return an alert as it stands on a day, None if it was not entered by then."""
        facts = self.folded.facts(alert.id)
        if not facts and (alert.review is None or day is None):
            return alert if alert.review is None or alert.review >= self.today else replace(alert, state="expired")
        entered = next((e for e in facts if e.what == "alert entered"), None)
        if day is not None and entered is not None and datetime.fromisoformat(entered.at).date() > day:
            return None
        # a shelf may hold it as it was corrected
        base = replace((self._first(alert.id) if facts else None) or alert, state="entered")
        if day is None:
            found = self.folded.now(base)
            lapsed = found.sought and found.review is not None and found.review < self.today
            return replace(found, state="expired") if lapsed else found
        return self.folded.now(base, day)

    def _shelve(self, shelf: Entered) -> None:
        """Put new alerts where they are found; shelves of like size are put together."""
        while (last := self._last_shelf(shelf.register)) is not None and len(last) <= 2 * len(shelf):
            self._shelves.remove(last)
            shelf = Entered([*last.given, *shelf.given], shelf.register)
        self._shelves.append(shelf)

    def _last_shelf(self, register: str) -> Entered | None:
        """Return the newest shelf of a register that is held in memory."""
        mine = (shelf for shelf in reversed(self._shelves) if shelf.register == register)
        last = next(mine, None)
        return last if isinstance(last, Entered) else None


_EMPTY: dict[str, Any] = {"year": None, "event": None, "review": None, "numbers": []}


def _entry_of(alert: Alert) -> dict[str, Any]:
    """Return what of an alert can be entered."""
    return {k: v for k, v in as_row(alert).items() if k not in ("id", "state", "snapshot")}


def _named(who: str, reason: str) -> None:
    if not who.strip() or not reason.strip():
        raise RegisterError(
            "a change needs who made it and why", found=f"who {who!r}, reason {reason!r}", do="give both"
        )


def _snapshot(folder: Path) -> Snapshot:
    if not (folder / "about.json").is_file():
        raise RegisterError(
            "a table of this register is not there", where=str(folder), found="no about.json",
            do="import the table again, or bring back the folder",
        )  # fmt: skip
    return Snapshot(folder)
