"""What an import did not understand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

EXAMPLES = 20
"""Places that are named of each sort of trouble."""


@dataclass
class Troubles:
    """What an import did not understand: counts by sort, and the first places of each."""

    counts: Counter[str] = field(default_factory=Counter)
    places: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: str, where: str, found: str = "") -> None:
        """Count one."""
        self.counts[what] += 1
        places = self.places.setdefault(what, [])
        if len(places) < EXAMPLES:
            places.append(f"{where}: {found[:80]}" if found else where)

    def as_json(self) -> dict[str, Any]:
        """Return it in JSON's own types."""
        return {what: {"n": n, "places": self.places.get(what, [])} for what, n in sorted(self.counts.items()) if n}
