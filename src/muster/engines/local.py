"""Processes on this machine.

A step of Muster holds the interpreter lock most of the time, so threads lose (docs/decisions). Each worker is a process
that runs one task at a time, so a death concerns one task only; it is run again when the others are done, alone, when
memory is not short for reasons that are not its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager
from queue import SimpleQueue
from typing import Any, TypeVar

from muster.engines.base import Lost, Task
from muster.engines.careful import careful
from muster.engines.child import Child, Died
from muster.store import Database, FileSet, open_tables

Result = TypeVar("Result")


class Here:
    """No engine at all: tasks run in this process, one after the other. A task that kills its process kills this one.

    >>> [result for _, result in Here().run([lambda: 1, lambda: 2])]
    [1, 2]
    """

    name = "here"

    def run(
        self, tasks: Sequence[Task[Result]], done: Callable[[], None] = lambda: None
    ) -> Iterator[tuple[Task[Result], Result | Lost]]:
        """Run every task, in order."""
        for task in tasks:
            yield task, task()
            done()

    def tables(self, files: FileSet) -> AbstractContextManager[Database]:
        """Open named tables with DuckDB."""
        return open_tables(files)

    def close(self) -> None:
        """Nothing is held."""


class Local(Here):
    """Processes of this machine, `workers` of them; started with the first tasks, kept until `close`.

    Even a single worker is a process of its own: a page that kills it must not kill the run.
    """

    name = "local"

    def __init__(self, workers: int) -> None:
        self._children = [Child() for _ in range(workers)]

    def run(
        self, tasks: Sequence[Task[Result]], done: Callable[[], None] = lambda: None
    ) -> Iterator[tuple[Task[Result], Result | Lost]]:
        """Run every task, and those that killed their process once more, carefully."""
        died: list[Task[Result]] = []
        for task, result in _spread(tasks, self._children[: len(tasks)]):
            if isinstance(result, Died):
                died.append(task)
                continue
            yield task, result
            done()
        for task in died:
            yield task, careful(task, self._children[0].call)
            done()

    def close(self) -> None:
        """End the processes."""
        for child in self._children:
            child.close()


def _spread(tasks: Sequence[Task[Result]], children: list[Child]) -> Iterator[tuple[Task[Result], Result | Died]]:
    """Yield every task with its result or the death it met, in order of finishing."""
    if not tasks:
        return
    idle: SimpleQueue[Child] = SimpleQueue()
    for child in children:
        idle.put(child)

    def on_an_idle_child(task: Task[Result]) -> Any:
        child = idle.get()
        try:
            return child.call(task)
        except Died as death:
            return death
        finally:
            idle.put(child)

    with ThreadPoolExecutor(len(children)) as threads:
        waiting = {threads.submit(on_an_idle_child, task): task for task in tasks}
        try:
            for future in as_completed(waiting):
                yield waiting[future], future.result()
        except BaseException:
            # an interrupt or a fault: nobody wants the rest, and what runs is ended so that nobody waits for it
            threads.shutdown(wait=False, cancel_futures=True)
            for child in children:
                child.kill()
            raise
