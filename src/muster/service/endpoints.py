"""The endpoints, one function each, and the table from which both the routes and the OpenAPI page are made."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from typing import Any

from msgspec import Struct
from starlette.concurrency import run_in_threadpool

from muster import __version__
from muster.errors import JournalError, ServiceError
from muster.register import CAVEAT
from muster.service import bodies, replies, sheet
from muster.service.desk import LINES, Desk, question
from muster.service.keys import Key, Role
from muster.service.verifying import Receipt


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was understood: whose it is, what its path, query and body say."""

    desk: Desk
    key: Key
    path: dict[str, str]
    query: dict[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Endpoint:
    """body: its type, None for none, `bytes` for CSV. query: name, meaning, whether it must be given."""

    method: str
    path: str
    role: Role
    do: Callable[[Call], Awaitable[Any]]
    reply: type
    body: type | None = None
    query: tuple[tuple[str, str, bool], ...] = ()
    status: int = 200


async def look_up(call: Call) -> Any:
    """Is this object sought? One look-up."""
    body: bodies.LookUp = call.body
    looked = await call.desk.look_up(call.key, [question(body, "body")], purpose=body.purpose)
    return {**looked.answers[0], "receipt": looked.receipt._asdict()}


async def look_up_list(call: Call) -> Any:
    """Are these objects sought? Up to a thousand look-ups."""
    body: bodies.LookUps = call.body
    asked = [question(one, f"lookups[{n}]") for n, one in enumerate(body.lookups)]
    looked = await call.desk.look_up(call.key, asked, purpose=body.purpose, where="list")
    return {"answers": looked.answers, "expected_by_chance": looked.by_chance, "caveat": CAVEAT,
            "receipt": looked.receipt._asdict()}  # fmt: skip


async def look_up_sheet(call: Call) -> Any:
    """A CSV in, the same CSV with answers out; its columns are called as the fields of a look-up, or named here."""
    columns = {name: value for name, value in call.query.items() if name in sheet.FIELDS}
    given = await run_in_threadpool(sheet.read, call.body, columns)
    answers: list[dict[str, Any]] = []
    for begin in range(0, len(given.asked), bodies.LARGEST_BATCH):
        some = given.asked[begin : begin + bodies.LARGEST_BATCH]
        looked = await call.desk.look_up(call.key, some, purpose=call.query["purpose"], where="csv")
        answers += looked.answers
    return await run_in_threadpool(sheet.write, given, answers)


async def read_alert(call: Call) -> Any:
    """An alert as it stands, or stood at the end of a day, with its confirmed hits."""
    as_of = _day(call.query.get("as_of"))
    row, logged = await _in_turn(
        call, call.desk.alert, call.key, call.path["alert"], purpose=call.query["purpose"], as_of=as_of
    )
    return {**row, "receipt": await receipt(logged)}


async def read_history(call: Call) -> Any:
    """What became of an alert, oldest first: who did what when, and why."""
    rows, logged = await _in_turn(call, call.desk.history, call.key, call.path["alert"], purpose=call.query["purpose"])
    return {"history": rows, "receipt": await receipt(logged)}


async def enter(call: Call) -> Any:
    """Enter alerts, all or none. They are on disk when the answer is there."""
    return await _in_turn(call, call.desk.enter, call.key, call.body.alerts, reason=call.body.reason)


async def extend(call: Call) -> Any:
    """Give an alert a later review date."""
    return await _change(call, "extended", review=call.body.review)


async def correct(call: Call) -> Any:
    """Correct fields of an alert; what it said before stays in its history."""
    return await _change(call, "corrected", fields=call.body.fields)


async def find(call: Call) -> Any:
    """The object was found: it is no longer sought."""
    return await _change(call, "found")


async def withdraw(call: Call) -> Any:
    """The alert is withdrawn, by who entered it."""
    return await _change(call, "withdrawn")


async def link(call: Call) -> Any:
    """Link an alert to another one."""
    return await _change(call, "linked", to=call.body.to)


async def confirm(call: Call) -> Any:
    """Confirm a hit: the key's user compared the object with the alert and says that it is the one."""
    body: bodies.Confirm = call.body
    return await _in_turn(call, call.desk.confirm, call.key, body.alert, body.number, reason=body.reason)


async def read_log(call: Call) -> Any:
    """The log of searches, oldest first, a page at a time; to read it is logged, too."""
    after = _place(call.query.get("after", "0:0"))
    limit = call.query.get("limit", str(LINES))
    if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit) <= LINES:
        raise ServiceError("no number of lines", where="query: limit", found=limit, do=f"1 to {LINES}")
    row, logged = await _audited(call.desk.log, call.key, after, call.query.get("who", ""), int(limit))
    return {**row, "receipt": await receipt(logged)}


async def verify_log(call: Call) -> Any:
    """Walk the whole log of searches and say whether it is as it was written; `receipt`: one that must stand in it."""
    given = call.query.get("receipt")
    receipts = [_receipt(given)] if given else []
    row, logged = await _audited(call.desk.verify, call.key, receipts)
    return {**row, "receipt": await receipt(logged)}


_PURPOSE = ("purpose", "why it is asked; kept in the log of searches", True)
_COLUMNS = tuple((name, f"the column that holds it, if it is not called `{name}`", False) for name in sheet.FIELDS)

ENDPOINTS = (
    Endpoint("POST", "/lookup", "search", look_up, replies.Answered, bodies.LookUp),
    Endpoint("POST", "/lookups", "search", look_up_list, replies.AnsweredList, bodies.LookUps),
    Endpoint("POST", "/lookups.csv", "search", look_up_sheet, bytes, bytes, (_PURPOSE, *_COLUMNS)),
    Endpoint("GET", "/alerts/{alert}", "search", read_alert, replies.AlertRead, None,
             (_PURPOSE, ("as_of", "a day, YYYY-MM-DD", False))),
    Endpoint("GET", "/alerts/{alert}/history", "search", read_history, replies.History, None, (_PURPOSE,)),
    Endpoint("POST", "/alerts", "enter", enter, replies.Entered, bodies.Enter, status=201),
    Endpoint("POST", "/alerts/{alert}/extend", "enter", extend, replies.Alert, bodies.Extend),
    Endpoint("POST", "/alerts/{alert}/correct", "enter", correct, replies.Alert, bodies.Correct),
    Endpoint("POST", "/alerts/{alert}/find", "enter", find, replies.Alert, bodies.Close),
    Endpoint("POST", "/alerts/{alert}/withdraw", "enter", withdraw, replies.Alert, bodies.Close),
    Endpoint("POST", "/alerts/{alert}/link", "enter", link, replies.Alert, bodies.Link),
    Endpoint("POST", "/hits", "review", confirm, replies.Hit, bodies.Confirm, status=201),
    Endpoint("GET", "/searches", "audit", read_log, replies.Log, None,
             (("after", "`next` of the page before", False), ("who", "one user's searches", False),
              ("limit", f"lines of a page, up to {LINES}", False))),
    Endpoint("GET", "/searches/verify", "audit", verify_log, replies.Verified, None,
             (("receipt", "segment:n:digest", False),)),
)  # fmt: skip


def health(desk: Desk) -> Struct:
    """Whether the service can answer."""
    failed = desk.searches.failed
    return replies.Health("failing" if failed else "ok", __version__, failed.partition("\n")[0] or "written")


async def receipt(logged: Future[list[Receipt]]) -> dict[str, Any]:
    """Wait until a search is on disk. Raises `JournalError` when it cannot be: then it is not answered."""
    return (await asyncio.wrap_future(logged))[0]._asdict()


async def _audited(do: Callable[..., Any], *about: Any) -> Any:
    """Read the log in another thread. That it was changed is what the auditor asked for: no failure of the service."""
    try:
        return await run_in_threadpool(do, *about)
    except JournalError as error:
        raise ServiceError(error.what, where=error.where, found=error.found, do=error.do).refused(409) from error


async def _in_turn(call: Call, do: Callable[..., Any], *about: Any, **more: Any) -> Any:
    """Do what touches the register in another thread, while nothing else touches it."""
    async with call.desk.turn:
        return await run_in_threadpool(do, *about, **more)


async def _change(call: Call, what: str, **about: Any) -> Any:
    return await _in_turn(call, call.desk.change, call.key, what, call.path["alert"], reason=call.body.reason, **about)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ServiceError("no day", where="query: as_of", found=text, do="write YYYY-MM-DD") from error


def _place(text: str) -> tuple[int, int]:
    segment, _, n = text.partition(":")
    if not (segment + n).isascii() or not segment.isdigit() or not n.isdigit() or len(text) > 30:
        raise ServiceError("no place in the log", where="query: after", found=text, do="give `next` of the page before")
    return int(segment), int(n)


def _receipt(text: str) -> Receipt:
    place, _, mark = text.rpartition(":")
    return Receipt(*_place(place), mark)
