"""The desk: what a request does once it is understood. Checks the role and the rate, asks the register, logs, answers.

It knows nothing of HTTP. A search is on disk in the log before its answer leaves the desk; a change is on disk in the
register's journal before it is acknowledged. A register is no place for two threads at once: but for look-ups, which
see to it themselves, hold `turn` while a method runs.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from muster.errors import ServiceError
from muster.journal import Entry, Fact
from muster.register import CAVEAT, Lookup, Register, lookup_from
from muster.register.lifecycle import as_row
from muster.register.persons import blanked
from muster.service.bodies import Question
from muster.service.keys import Key, Keys, Role
from muster.service.limits import Limits
from muster.service.lookups import Looked, LookUps
from muster.service.searches import KEEP, Line, SearchLog
from muster.service.verifying import Receipt, Verified

LINES = 1000
"""Lines of the log of searches that one answer shows."""


class Desk:
    """A register, those who may ask it, and the log of what they asked.

    folder: of the register; keys and log lie in its `service/`. clock: for the facts. now: seconds for the limits.

    >>> import tempfile; from datetime import UTC
    >>> folder = tempfile.TemporaryDirectory()
    >>> desk = Desk(Path(folder.name), clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))
    >>> _, secret = desk.keys.add("ada", ["search"], by="root")
    >>> with desk.searches:
    ...     asked = desk.look_up(desk.who(secret, "search"), [Lookup("AB 1234")], purpose="a seizure list")
    ...     looked = asyncio.run(asked)
    >>> looked.answers[0]["answer"], looked.receipt.n
    ('cannot_tell', 1)
    >>> folder.cleanup()
    """

    def __init__(
        self, folder: Path, clock: Callable[[], datetime], *, now: Callable[[], float] = time.monotonic,
        keep: timedelta = KEEP,
    ) -> None:  # fmt: skip
        self.folder = folder
        self.clock = clock
        self.register = Register(folder, clock)
        self.keys = Keys(folder / "service", clock)
        self.searches = SearchLog(folder / "service" / "searches", clock, keep=keep)
        self.turn = asyncio.Lock()
        self._limits = Limits(now)
        self._lookups = LookUps(self.register, self.searches, self.turn)

    def who(self, secret: str, role: Role) -> Key:
        """Return the key of a secret that has a role. Raises `ServiceError`, 401 or 403."""
        key = self.keys.of(secret)
        if key is None:
            what = "no such key" if secret else "no key was sent"
            raise ServiceError(what, do="send `Authorization: Bearer` and a key that was not revoked").refused(401)
        if role not in key.roles:
            found = "roles of this key: " + ", ".join(key.roles)
            raise ServiceError("this key may not do that", found=found, do=f"it takes the role {role}").refused(403)
        return key

    def take(self, key: Key, tokens: int = 1) -> None:
        """Take look-ups from a key's bucket. Raises `ServiceError`, 429, with the seconds to wait in `found`."""
        wait = self._limits.wait(key.id, tokens, per_second=key.per_second, burst=key.burst)
        if wait == float("inf"):
            raise ServiceError(
                "more look-ups than this key may ask at once", found=tokens, do=f"ask for up to {key.burst} at a time"
            ).refused(413)
        if wait:
            raise ServiceError(
                "too many look-ups", where=f"{key.per_second:g} a second, {key.burst} at once", found=f"{wait:.1f} s",
                do=f"wait {wait:.1f} s",
            ).refused(429)  # fmt: skip

    # search

    async def look_up(
        self, key: Key, asked: Sequence[Lookup], *, purpose: str, where: str = "look-up"
    ) -> Looked:  # fmt: skip
        """Answer look-ups; the search is in the log when this returns."""
        purpose = without_persons(purpose, "purpose")
        self.take(key, len(asked))
        return await self._lookups.ask(key, asked, purpose, where)

    def alert(
        self, key: Key, name: str, *, purpose: str, as_of: date | None = None
    ) -> tuple[dict[str, Any], Future[list[Receipt]]]:
        """Return an alert as it stands, or stood on a day, with its hits. A read is logged as a search is."""
        purpose = without_persons(purpose, "purpose")
        self.take(key)
        alert = self.register.alert(name, as_of)
        hits = [] if as_of is not None else self.register.hits(name)
        about = {"key": key.id, "where": "alert", "asked": [{"alert": name, "as_of": as_of and as_of.isoformat()}]}
        row = {**as_row(alert), "state": alert.state, "sought": alert.sought, "hits": [asdict(hit) for hit in hits],
               "parts_differ": list(alert.parts_differ), "caveat": list(CAVEAT)}  # fmt: skip
        return row, self.searches.add(Fact(key.name, "alert read", about, purpose))

    def history(self, key: Key, name: str, *, purpose: str) -> tuple[list[dict[str, Any]], Future[list[Receipt]]]:
        """Return what became of an alert, oldest first."""
        purpose = without_persons(purpose, "purpose")
        self.take(key)
        entries = self.register.history(name)
        about = {"key": key.id, "where": "history", "asked": [{"alert": name}]}
        return [_fact(entry) for entry in entries], self.searches.add(Fact(key.name, "alert read", about, purpose))

    # enter, review

    def enter(self, key: Key, alerts: Sequence[Mapping[str, Any]], *, reason: str) -> dict[str, Any]:
        """Enter alerts, all or none; they are on disk when this returns."""
        reason = without_persons(reason, "reason")
        self.take(key, len(alerts))
        names = self.register.enter(alerts, who=key.name, reason=reason)
        blanks = [self.register.history(name)[0].about.get("blanked", 0) for name in names]
        return {"entered": names, "blanked": sum(blanks)}

    def change(self, key: Key, what: str, name: str, *, reason: str, **about: Any) -> dict[str, Any]:
        """Record what became of an alert, and return it as it stands now."""
        reason = without_persons(reason, "reason")
        self.take(key)
        self.register.change(what, name, who=key.name, reason=reason, **about)
        alert = self.register.alert(name)
        return {**as_row(alert), "state": alert.state, "sought": alert.sought}

    def confirm(self, key: Key, name: str, number: str, *, reason: str) -> dict[str, Any]:
        """Record that the key's user compared an object with an alert and says that it is the one."""
        reason = without_persons(reason, "reason")
        self.take(key)
        hit = self.register.confirm(name, number, who=key.name, reason=reason)
        return {**asdict(hit), "caveat": list(CAVEAT)}

    # audit

    def log(
        self, key: Key, after: tuple[int, int], who: str = "", limit: int = LINES
    ) -> tuple[dict[str, Any], Future[list[Receipt]]]:
        """Return searches behind a place of the log, oldest first; to read the log is logged, too."""
        self.take(key)
        found: list[Line] = []
        more = False
        for line in self.searches.lines(after):
            if who and line.entry.who != who:
                continue
            more = len(found) == limit
            if more:
                break
            found.append(line)
        rows = [{**_fact(line.entry), "receipt": line.receipt._asdict()} for line in found]
        upto = found[-1].receipt if found else None
        following = f"{upto.segment}:{upto.n}" if more and upto is not None else None
        about = {"key": key.id, "where": "log", "asked": [{"after": list(after), "who": who}]}
        return {"searches": rows, "next": following}, self.searches.add(Fact(key.name, "log read", about))

    def verify(self, key: Key, receipts: list[Receipt]) -> tuple[dict[str, Any], Future[list[Receipt]]]:
        """Walk the whole log of searches. Raises `JournalError` where it was changed."""
        self.take(key)
        found: Verified = self.searches.verify(receipts)
        about = {"key": key.id, "where": "verify", "asked": [one._asdict() for one in receipts]}
        row = {**asdict(found), "head": found.head._asdict() if found.head is not None else None}
        return row, self.searches.add(Fact(key.name, "log verified", about))


def question(asked: Question, where: str) -> Lookup:
    """Return the look-up of a body's question. Raises `RegisterError` that names the field."""
    return lookup_from({name: getattr(asked, name) for name in Question.__struct_fields__}, where=where)


def without_persons(text: str, name: str) -> str:
    """Return a free text that names nobody. Raises `ServiceError`, 422: registers are of objects only.

    >>> without_persons("seizure list 12", "purpose")
    'seizure list 12'
    """
    found, n = blanked(text, office=True)
    if n:
        raise ServiceError(
            f"the {name} looks as if it named a person",
            found=found,
            do="name the file or the office; no person is kept",
        ).refused(422)
    return text.strip()


def _fact(entry: Entry) -> dict[str, Any]:
    return {
        "n": entry.n,
        "at": entry.at,
        "who": entry.who,
        "what": entry.what,
        "about": entry.about,
        "reason": entry.reason,
    }
