"""What every engine is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

from muster.store import Database, FileSet

Result = TypeVar("Result", covariant=True)
Found = TypeVar("Found")


class Task(Protocol[Result]):
    """A unit of work that can travel to another process: called with nothing, pure, its result small."""

    def __call__(self) -> Result: ...


@runtime_checkable
class Stepwise(Protocol[Result]):
    """A task whose places are numbered from 0, so that one which kills its process can be found and left out."""

    def __call__(self) -> Result: ...

    def watched(self, mark: Path, without: frozenset[int]) -> Task[Result]:
        """Return the same work, leaving out some places, and noting in `mark` the place that it is at."""
        ...


@dataclass(frozen=True, slots=True)
class Lost:
    """A task that killed its process every time it was run, and not at one place that could be left out."""

    task: object
    deaths: int


class Untold(RuntimeError):
    """An exception of a task that cannot travel between processes, told in words."""


class Engine(Protocol):
    """Runs tasks, and answers SQL over named tables."""

    @property
    def name(self) -> str:
        """The word for it in the case file and on the command line."""
        ...

    def run(
        self, tasks: Sequence[Task[Found]], done: Callable[[], None] = lambda: None
    ) -> Iterator[tuple[Task[Found], Found | Lost]]:
        """Run every task and yield it with its result, in order of finishing; `done` is called once per task.

        An exception of a task is raised here: a task turns bad input into issues and lets only true faults through.
        """
        ...

    def tables(self, files: FileSet) -> AbstractContextManager[Database]:
        """Open named tables for statements of Muster itself; a table without files is there and empty."""
        ...

    def close(self) -> None:
        """Give back what the engine holds."""
        ...
