"""Patterns of a field: what they pick from a text."""

from __future__ import annotations

import re
from functools import lru_cache

from muster.profiles.profile import Field


def pick(text: str, field: Field) -> str:
    """Return what the first pattern that matches picks, its first group or all of it; without patterns, the text.

    >>> pick("Level 5 (60+)", Field(pattern=r"Level (\\d+)"))
    '5'
    """
    patterns = field.patterns or ((field.pattern,) if field.pattern else ())
    if not patterns:
        return text
    for pattern in patterns:
        match = compiled(pattern).search(text)
        if match:
            return (match[1] if match.re.groups else match[0]) or ""
    return ""


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern, compiled once."""
    return re.compile(pattern)
