"""Run a task that killed its process again, alone, and find the one place in it that kills.

The task notes the place it is at in a small file, which outlives the process. A place at which two processes died is
left out from then on, so a page that always kills costs that page; a process that something else killed (a person, the
kernel short of memory) is run again and loses nothing.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from muster.engines.base import Lost, Stepwise, Task
from muster.engines.child import Died

Result = TypeVar("Result")

MOST_PLACES = 64
"""Places that a task may lose; beyond it is not the page that is at fault, and the whole task is set aside."""

MOST_DEATHS = 3 * MOST_PLACES
"""Deaths after which a task is set aside even when no place was met twice: memory that runs out dies anywhere."""

NOWHERE = -1
"""What a mark says before the first place and after the last."""


class Mark:
    """Notes the place that a task is at; None for a path notes nothing.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with Mark(Path(folder) / "mark") as mark:
    ...         mark.at(7)
    ...     read_mark(Path(folder) / "mark")
    7
    """

    def __init__(self, path: Path | None) -> None:
        self._file = None if path is None else os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)

    def __enter__(self) -> Mark:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            os.close(self._file)

    def at(self, place: int) -> None:
        """Note that the work is at a place from now on."""
        if self._file is not None:
            os.pwrite(self._file, place.to_bytes(8, "big", signed=True), 0)


def read_mark(path: Path) -> int:
    """Return the place that was noted last, or `NOWHERE`."""
    data = path.read_bytes() if path.exists() else b""
    return int.from_bytes(data, "big", signed=True) if len(data) == 8 else NOWHERE


def careful(task: Task[Result], call: Callable[[Task[Result]], Result]) -> Result | Lost:
    """Run a task until it finishes, leaving out each place at which it killed two processes.

    call: runs a task in a process of its own; raises `Died` when the process does.
    """
    without: set[int] = set()
    suspect: int | None = None
    deaths = 0
    with tempfile.TemporaryDirectory(prefix="muster-mark-") as folder:
        mark = Path(folder, "mark")
        while len(without) <= MOST_PLACES and deaths < MOST_DEATHS:
            mark.unlink(missing_ok=True)
            tried = task.watched(mark, frozenset(without)) if isinstance(task, Stepwise) else task
            try:
                return call(tried)
            except Died:
                deaths += 1
            place = read_mark(mark)
            if place != suspect:
                suspect = place
            elif place == NOWHERE:
                break  # it dies before its first place or after its last, or it has no places at all
            else:
                without.add(place)
                suspect = None
    return Lost(task, deaths)
