"""No pattern of the recogniser blows up: whatever repeats, time grows as the text does."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time

import pytest

import muster.recognise as room

UNITS = (
    " ", "a", "1", ".", "-", "1 ", "a ", "1,", "1.", "a-", "1-", "a.", "*", "gl*ck ", "g l ", "1x", "1 x ", "- 1 x ",
    "1er ", "10 g", "1 rounds ", "box of ", "USD 1 ", "$", "US $ ", "1,111", "serial ", "serial no. ", "serial: : : ",
    "lot A-", "A1-", "AB12/", "contract AB-", "DAAH01", "buy price ", "model ", "a1", "+ ", " w/", "or ", "\u2039",
    "\u2039a", "\u203a", "Ã", "Ã¼", "\x7f", "a\x7f", "é", "éa", "\u200b", "@", "@a", "1@", "(", "EUR",
)  # fmt: skip
"""What patterns here begin with, repeat or look back on, and what they end in."""
LENGTH = 4_000
"""Half the longest text that is read. Three times the time for twice the text is too much."""
FLOOR = 0.02
"""Seconds under which no time is told from noise."""


def _patterns() -> dict[str, re.Pattern[str]]:
    """Return every compiled pattern of the room by module and name, those in tuples too."""
    found = {}
    for info in pkgutil.iter_modules(room.__path__):
        if info.name == "build":
            continue
        module = importlib.import_module(f"{room.__name__}.{info.name}")
        for name, value in vars(module).items():
            held = value if isinstance(value, tuple) else tuple(value.values()) if isinstance(value, dict) else (value,)
            for n, one in enumerate(held):
                pattern = next(
                    (p for p in (one, *(one if isinstance(one, tuple) else ())) if isinstance(p, re.Pattern)), None
                )
                if pattern is not None:
                    found[f"{info.name}.{name}.{n}"] = pattern
    return found


PATTERNS = _patterns()


def _seconds(pattern: re.Pattern[str], text: str) -> float:
    best = FLOOR * 100
    for _ in range(2):
        start = time.process_time()
        for _ in pattern.finditer(text):
            pass
        best = min(best, time.process_time() - start)
    return best


def test_every_pattern_is_known() -> None:
    assert len(PATTERNS) >= 30
    assert any(name.startswith("markings.") for name in PATTERNS)
    assert any(name.startswith("quantity.") for name in PATTERNS)


@pytest.mark.parametrize("name", PATTERNS)
def test_twice_the_text_costs_about_twice_the_time(name: str) -> None:
    pattern = PATTERNS[name]
    slow = {}
    for unit in UNITS:
        for end in ("", "!"):
            short, long = (unit * (length // len(unit)) + end for length in (LENGTH, 2 * LENGTH))
            if (cost := _seconds(pattern, long)) > FLOOR and cost > 3 * _seconds(pattern, short):
                slow[unit + end] = cost
    assert slow == {}
