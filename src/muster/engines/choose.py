"""The engine that a case file or a command names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from muster.engines.base import Engine
from muster.engines.local import Local

Name = Literal["local", "spark"]

MASTER = "local[*,8]"
"""Where Spark runs unless it is said: all cores of this machine, a killed worker's task up to eight times."""


@contextmanager
def engine(
    name: Name = "local", *, workers: int = 0, master: str = "", settings: Mapping[str, str] | None = None
) -> Iterator[Engine]:
    """Give the engine of a name, and close it at the end.

    workers: processes of the local engine, 0 for one per core. master, settings: of Spark, as Spark writes them.
    Raises `EngineError` where Spark is not installed or does not start, when it is first used.

    >>> with engine("local", workers=2) as found:
    ...     found.name
    'local'
    """
    made: Engine
    if name == "spark":
        from muster.engines.spark import Spark

        made = Spark(master or MASTER, settings or {})
    else:
        made = Local(workers or os.cpu_count() or 1)
    try:
        yield made
    finally:
        made.close()
