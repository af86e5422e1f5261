"""What a run tells while it goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Progress:
    """What a run tells while it goes on; the command line prints it, tests collect it.

    line: a finished stage and what it left. start, step: a bar of so many steps.
    """

    line: Callable[[str, str], None] = lambda stage, text: None
    start: Callable[[str, int], None] = lambda stage, steps: None
    step: Callable[[], None] = lambda: None


def plural(n: int, noun: str) -> str:
    """Return a number with its noun.

    >>> plural(1, "offer"), plural(2000, "offer")
    ('1 offer', '2,000 offers')
    """
    return f"{n:,} {noun}" + ("" if n == 1 else "s")


def issues_text(n: int) -> str:
    """Return the number of issues behind a stage's counts, "" for none."""
    return f" · {plural(n, 'issue')}" if n else ""
