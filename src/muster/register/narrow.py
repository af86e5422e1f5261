"""Narrow a question by what else is known of the object: make, model, calibre, country, year.

What is not known, on either side, excludes nothing. Names are compared folded and word by word, so that "AK 74" is in
"АК-74М 5,45" but "PM" is not in "RPM".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from muster.recognise.fold import key as folded
from muster.register.alert import Alert, Lookup
from muster.register.deletions import Bools, Ints

TEXTS = ("make", "model", "calibre", "country")
"""What groups alerts, besides the year."""


class Group(NamedTuple):
    """What the alerts of one group have in common."""

    make: str
    model: str
    calibre: str
    country: str
    year: int | None


def group_of(alert: Alert) -> Group:
    """Return the group of an alert."""
    return Group(alert.make, alert.model, alert.calibre, alert.country, alert.year)


def sort_key(group: Group) -> tuple[str, str, str, str, int]:
    """Return what groups are sorted by: one maker's model lies together."""
    return (group.make, group.model, group.calibre, group.country, group.year or 0)


@lru_cache(maxsize=65536)
def agrees(name: str, asked: str, held: str) -> bool:
    """Return whether two values of a field may be of one object; "" is not known and agrees with all.

    >>> agrees("model", "AK-74", "АК-74М"), agrees("model", "PM", "RPM"), agrees("calibre", "7.62x39", "7,62х39 mm")
    (True, False, True)
    >>> agrees("calibre", "9 mm", "9x18"), agrees("calibre", "9 mm", "5.45x39")
    (True, False)
    """
    if not asked or not held:
        return True
    if name == "calibre":
        one, other = _figures(asked), _figures(held)
        if one and other:
            return one[: len(other)] == other[: len(one)]
    left, right = folded(asked), folded(held)
    return _within(left, right) or _within(right, left) or (name == "country" and left[:3] == right[:3])


def _within(short: str, long: str) -> bool:
    return bool(short) and f" {short} " in f" {long} "


def _figures(calibre: str) -> tuple[str, ...]:
    """Return the numbers of a calibre, without what only fills them up."""
    found = re.findall(r"\d+(?:[.,]\d+)?", calibre)
    return tuple(part.replace(",", ".").strip("0").rstrip(".") or "0" for part in found)


def contradicts(asked: Lookup, alert: Alert) -> bool:
    """Return whether an alert cannot be of the object asked for."""
    if asked.year is not None and alert.year is not None and asked.year != alert.year:
        return True
    return any(not agrees(name, getattr(asked, name), getattr(alert, name)) for name in TEXTS)


def other_words(asked: Lookup, alert: Alert) -> tuple[dict[str, object], ...]:
    """Return the fields that were asked for and are held in other words, or not at all."""
    pairs = [(name, getattr(asked, name), getattr(alert, name)) for name in (*TEXTS, "year")]
    return tuple(
        {"field": name, "asked": one, "held": other}
        for name, one, other in pairs
        if one not in ("", None) and str(one) != str(other or "")
    )


@dataclass
class Groups:
    """The groups of a holding, in the order of its rows; answers which of them a question allows.

    >>> groups = Groups([Group("", "AK-74", "", "", 1979), Group("", "PM", "", "", 1979)])
    >>> groups.allowed(Lookup("1", model="AK 74")).tolist(), groups.allowed(Lookup("1", year=1979))
    ([True, False], array([ True,  True]))
    """

    groups: Sequence[Group]
    _masks: dict[tuple[object, ...], Bools | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._values: dict[str, tuple[list[str], Ints]] = {}
        for name in TEXTS:
            column = [getattr(group, name) for group in self.groups]
            words = sorted(set(column))
            place = {word: at for at, word in enumerate(words)}
            self._values[name] = (words, np.array([place[word] for word in column], dtype=np.int64))
        self._years = np.array([group.year if group.year is not None else -1 for group in self.groups], dtype=np.int64)

    def allowed(self, asked: Lookup) -> Bools | None:
        """Return which groups a question allows; None when it narrows nothing."""
        wanted = (*(getattr(asked, name) for name in TEXTS), asked.year)
        if not any(value not in ("", None) for value in wanted):
            return None
        if wanted not in self._masks:
            if len(self._masks) > 4096:
                self._masks.clear()
            self._masks[wanted] = self._mask(asked)
        return self._masks[wanted]

    def _mask(self, asked: Lookup) -> Bools:
        mask: Bools = np.ones(len(self.groups), dtype=bool)
        for name, (words, place) in self._values.items():
            value = getattr(asked, name)
            if value:
                mask &= np.array([agrees(name, value, word) for word in words], dtype=bool)[place]
        if asked.year is not None:
            mask &= (self._years == asked.year) | (self._years == -1)
        return mask
