"""A pool of processes on this machine.

A step of Muster holds the interpreter lock most of the time, so threads lose (docs/decisions). A killed worker breaks
the whole pool and every task in it; nobody is blamed for that: unfinished shards are run again one by one, each in a
process of its own, and only a shard that kills a process *alone* is set aside.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Protocol, TypeVar

Result = TypeVar("Result", covariant=True)


class Task(Protocol[Result]):
    """A unit of work that can travel to another process: called with nothing, pure, its result small."""

    def __call__(self) -> Result: ...


@dataclass(frozen=True, slots=True)
class Lost:
    """A task that killed its process when run alone, too."""

    task: object
    tries: int


def run(
    tasks: Sequence[Task[Result]], workers: int, done: Callable[[], None] = lambda: None
) -> Iterator[tuple[Task[Result], Result | Lost]]:
    """Run every task and yield it with its result, in order of finishing; `done` is called once per task.

    workers: processes; 1 runs in this process when there is nothing to gain from another.
    An exception of a task is raised here, after what had finished was yielded: a task turns bad input into issues and
    lets only true faults through.
    """
    if workers <= 1 or len(tasks) <= 1:
        for task in tasks:
            yield task, task()
            done()
        return
    unfinished: list[Task[Result]] = []
    with _pool(workers) as pool:
        futures = {pool.submit(task): task for task in tasks}
        for future in as_completed(futures):
            try:
                result = future.result()
            except BrokenProcessPool:
                unfinished.append(futures[future])
                continue
            yield futures[future], result
            done()
    for task in unfinished:
        yield task, _alone(task)
        done()


def _alone(task: Task[Result]) -> Result | Lost:
    with _pool(1) as pool:
        try:
            return pool.submit(task).result()
        except BrokenProcessPool:
            return Lost(task, tries=2)


def _pool(workers: int) -> ProcessPoolExecutor:
    # A forked child of a process with threads (Arrow, DuckDB) may hang; a spawned one starts clean.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
