"""A case as its last whole run left it: what a page is made from."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from muster import derived
from muster.case import Case, open_case
from muster.derived import Present
from muster.errors import CaseError, QueryError, ServiceError
from muster.store import Database, open_tables

T = TypeVar("T")

TRIES = 3
"""A run that ends while a page is made sweeps its tables away: the page is then made anew, from the new ones."""


@dataclass(frozen=True, slots=True)
class Held:
    """A case and the tables of one whole run.

    present: stage → its folders; empty before the first run. kept: what was made from the tables alone.
    """

    case: Case
    present: Present
    db: Database
    kept: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what depends on the tables alone, and is made once for as long as they stand."""
        if name not in self.kept:
            self.kept[name] = make()
        found: T = self.kept[name]
        return found

    @property
    def ran(self) -> bool:
        """Whether the case was run at all."""
        return bool(self.present)


class Reading:
    """Gives a case to what makes a page, one page at a time; the tables stay open until another run stands.

    root: the case's folder, or its `case.toml`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._turn = Lock()
        self._open = ExitStack()
        self._held: tuple[Present, Database, dict[str, Any]] | None = None

    def made(self, make: Callable[[Held], T]) -> T:
        """Return what `make` makes of the case: all of it from one run, the one that stands when it begins.

        Raises what `make` raises, and `ServiceError` for a case that cannot be read at present.
        """
        with self._turn:
            for left in reversed(range(TRIES)):
                case = self._case()
                present = derived.present(case)
                try:
                    return make(Held(case, present, *self._tables(case, present)))
                except (QueryError, CaseError):
                    if not left or derived.present(case) == present:
                        raise
            raise AssertionError("unreachable")

    def close(self) -> None:
        """Give back what is held."""
        with self._turn:
            self._shut()

    def _tables(self, case: Case, present: Present) -> tuple[Database, dict[str, Any]]:
        if self._held is None or self._held[0] != present:
            self._shut()
            self._held = present, self._open.enter_context(open_tables(derived.table_files(case, present))), {}
        return self._held[1], self._held[2]

    def _shut(self) -> None:
        self._held = None
        self._open.close()

    def _case(self) -> Case:
        try:
            return open_case(self.root)
        except CaseError as error:
            raise ServiceError(error.what, where=error.where, found=error.found, do=error.do).refused(503) from error
