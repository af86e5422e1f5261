"""Look-ups that wait at the same time are answered and logged together; a long list takes turns with others."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

from muster.journal import Fact
from muster.register import Answer, Lookup, Register, as_contract, expected_in_list
from muster.service.keys import Key
from muster.service.searches import SearchLog
from muster.service.verifying import Receipt

TURN = 64
"""Look-ups that are answered before others have their turn: some tens of milliseconds."""

SHOWN = 3
"""Candidates of each answer that the log of searches names."""

_ASKED = tuple(column.name for column in fields(Lookup))


class Looked(NamedTuple):
    """Answers whose search is in the log. by_chance: matches to expect in the list by chance alone."""

    answers: list[dict[str, Any]]
    by_chance: float
    receipt: Receipt


@dataclass(eq=False)
class _Asked:
    """A search on its way: what was asked, what is answered so far, and who waits for it."""

    key: Key
    asked: Sequence[Lookup]
    purpose: str
    where: str
    looked: asyncio.Future[Looked]
    answers: list[Answer] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)

    @property
    def done(self) -> bool:
        return len(self.answers) == len(self.asked)

    def fact(self) -> Fact:
        """Return what the log says of it."""
        found = {c.alert.id for answer in self.answers for c in answer.candidates[:SHOWN]}
        about = {
            "key": self.key.id, "where": self.where, "asked": [_said(one) for one in self.asked],
            "answers": dict(Counter(answer.answer for answer in self.answers)), "candidates": sorted(found),
        }  # fmt: skip
        return Fact(self.key.name, "searched", about, self.purpose)


class LookUps:
    """The look-ups of one service. turn: is held while the register is asked; whoever changes it holds it, too.

    >>> import tempfile; from datetime import UTC, datetime; from pathlib import Path
    >>> folder = tempfile.TemporaryDirectory()
    >>> clock = lambda: datetime(2026, 3, 1, tzinfo=UTC)
    >>> key = Key("1", "ada", ("search",), 20, 100, "2026-03-01", "")
    >>> async def two():
    ...     with SearchLog(Path(folder.name) / "searches", clock) as log:
    ...         asked = LookUps(Register(Path(folder.name), clock), log, asyncio.Lock())
    ...         return await asyncio.gather(*(asked.ask(key, [Lookup(n)], "a list", "list") for n in ("AB 1", "AB 2")))
    >>> [(looked.answers[0]["answer"], looked.receipt.n) for looked in asyncio.run(two())]
    [('cannot_tell', 1), ('cannot_tell', 2)]
    >>> folder.cleanup()
    """

    def __init__(self, register: Register, searches: SearchLog, turn: asyncio.Lock) -> None:
        self._register = register
        self._searches = searches
        self._turn = turn
        self._waiting: deque[_Asked] = deque()
        self._working: asyncio.Task[None] | None = None
        self._telling: set[asyncio.Task[None]] = set()

    async def ask(self, key: Key, asked: Sequence[Lookup], purpose: str, where: str) -> Looked:
        """Answer a search; it is on disk in the log when this returns. Raises what the register and the log raise."""
        one = _Asked(key, asked, purpose, where, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return await one.looked

    async def _work(self) -> None:
        while self._waiting:
            async with self._turn:
                searches, pieces = self._next()
                await self._answer(searches, pieces)
            finished = [one for one in searches if one.done and not one.looked.done()]
            self._waiting.extend(one for one in searches if not one.done and not one.looked.done())
            if finished:
                logged = self._searches.add(*[one.fact() for one in finished])
                telling = asyncio.create_task(self._tell(finished, logged))
                self._telling.add(telling)
                telling.add_done_callback(self._telling.discard)
            await asyncio.sleep(0)  # what came meanwhile

    def _next(self) -> tuple[list[_Asked], list[Sequence[Lookup]]]:
        """Take what waits, at most a turn of it."""
        searches: list[_Asked] = []
        pieces: list[Sequence[Lookup]] = []
        left = TURN
        while self._waiting and left:
            one = self._waiting.popleft()
            piece = one.asked[len(one.answers) : len(one.answers) + left]
            searches.append(one)
            pieces.append(piece)
            left -= len(piece)
        return searches, pieces

    async def _answer(self, searches: list[_Asked], pieces: list[Sequence[Lookup]]) -> None:
        """Answer some pieces at once; if that fails, each alone, so that it fails for none but its own."""
        asking = asyncio.create_task(self._ask([lookup for piece in pieces for lookup in piece]))
        await asyncio.wait({asking})
        error = asking.exception()
        if error is None:
            answers = iter(asking.result())
            for one, piece in zip(searches, pieces, strict=True):
                some = [next(answers) for _ in piece]
                one.answers += some
                one.told += [as_contract(answer) for answer in some]
        elif len(searches) == 1:
            if not searches[0].looked.done():
                searches[0].looked.set_exception(error)
        else:
            for one, piece in zip(searches, pieces, strict=True):
                await self._answer([one], [piece])

    async def _ask(self, asked: list[Lookup]) -> list[Answer]:
        return self._register.look_up(asked)

    async def _tell(self, finished: list[_Asked], logged: Future[list[Receipt]]) -> None:
        waiting = asyncio.wrap_future(logged)
        await asyncio.wait({waiting})
        error = waiting.exception()
        for n, one in enumerate(finished):
            if one.looked.done():
                continue  # whoever asked is gone
            if error is not None:
                one.looked.set_exception(error)
            else:
                chance = round(expected_in_list(one.answers), 6)
                one.looked.set_result(Looked(one.told, chance, waiting.result()[n]))


def _said(one: Lookup) -> dict[str, Any]:
    row = {name: getattr(one, name) for name in _ASKED}
    return {name: value for name, value in row.items() if value not in ("", None, False)}
