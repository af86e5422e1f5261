"""When a register lays down what it folded: after so many facts, small stretches together once there are many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from muster.journal import Entry, Place
from muster.register.alert import Alert
from muster.register.checkpoint import Checkpoints, Shelf, Stretch, Told
from muster.register.holding import Entered
from muster.register.lifecycle import Folded
from muster.register.log import JournalLog

FEWEST = 500
"""Facts that are worth a checkpoint: folding them anew takes some forty milliseconds."""

SMALL, MANY = 8000, 16
"""So many checkpoints in a row of fewer facts each become one: each is asked for itself."""


@dataclass
class _Laid:
    begin: Place
    end: Place
    told: list[Told] | None  # None: read from the journal when it is needed

    @property
    def small(self) -> bool:
        return self.end.n - self.begin.n < SMALL


class Kept:
    """What of a journal lies in checkpoints, and what was folded since."""

    def __init__(self, checkpoints: Checkpoints, log: JournalLog) -> None:
        self._checkpoints = checkpoints
        self._log = log
        self._laid: list[_Laid] = []
        self._begin = log.place
        self._told: list[Told] = []
        self._batches = 0

    def resume(self, folded: Folded, first: Callable[[str], Alert | None]) -> list[Shelf]:
        """Take in the checkpoints that fit, and return their shelves; the log goes on behind them."""
        found = self._checkpoints.open(first)
        folded.older = found
        for one in found:
            folded.add(one.others())
            folded.last = one.end.n - 1
            self._laid.append(_Laid(one.begin, one.end, None))
            self._log.place = self._begin = one.end
        return [shelf for one in found for shelf in one.shelves]

    def fresh(self) -> Iterator[Entry]:
        """Yield the facts that are new, and remember where they stand."""
        before = len(self._told)
        for entry, begin in self._log.fresh_places():
            self._told.append(Told(entry, begin.byte, self._log.place.byte - begin.byte))
            yield entry
        self._batches += len(self._told) > before

    def lay_down(self, folded: Folded, first: Callable[[str], Alert | None], shelves: Sequence[Entered]) -> None:
        """Lay down what was folded since the last checkpoint, if it is worth it. shelves: of the newest facts alone."""
        if len(self._told) < FEWEST:
            return
        begin, told = self._begin, self._told
        tail = self._small_ones()
        whole = self._batches == 1
        if len(tail) >= MANY - 1 and len(told) < SMALL:
            begin, told, whole = tail[0].begin, [t for one in tail for t in self._of(one)] + told, False
            del self._laid[-len(tail) :]
        told = [t for t in told if t.entry.n not in folded.refused]
        made = shelves if whole else _shelves(folded, first, begin.n, told)
        self._checkpoints.write(Stretch(begin, self._log.place, told, made))
        self._laid.append(_Laid(begin, self._log.place, told))
        self._begin, self._told, self._batches = self._log.place, [], 0

    def _small_ones(self) -> list[_Laid]:
        """Return the last checkpoints in a row that are small."""
        n = next((n for n, one in enumerate(reversed(self._laid)) if not one.small), len(self._laid))
        return self._laid[len(self._laid) - n :]

    def _of(self, laid: _Laid) -> list[Told]:
        return laid.told if laid.told is not None else [Told(*one) for one in self._log.stretch(laid.begin, laid.end)]


def _shelves(
    folded: Folded, first: Callable[[str], Alert | None], since: int, told: Sequence[Told]
) -> list[Entered]:  # fmt: skip
    names = {t.entry.about["alert"]["id"] if t.entry.what == "alert entered" else t.entry.about["id"]
             for t in told if t.entry.what in ("alert entered", "alert corrected")}  # fmt: skip
    return shelved(folded, first, names, since)


def shelved(folded: Folded, first: Callable[[str], Alert | None], names: set[str], since: int) -> list[Entered]:
    """Return shelves of the alerts that were entered or corrected from a fact on, as they stood after each such fact.

    A number that was corrected away is still found as of an earlier day.
    """
    by: dict[str, list[Alert]] = {}
    for name in sorted(names):
        alert = first(name)
        if alert is not None and (versions := folded.versions(name, alert, since)):
            by.setdefault(alert.register, []).extend(versions)
    return [Entered(alerts, register) for register, alerts in sorted(by.items())]
