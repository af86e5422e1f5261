"""A page shaken: what a profile reads of it must stay where an element goes, comes twice, or stands beside a new one.

The law: a field whose text was not touched keeps its value, nothing else appears, and what was taken away is not
replaced by another field's text. Pages are compared with themselves as the parser writes them back, each element with a
number, so that a row is the same row wherever it moved.

A field that nobody reads any more because the very thing that names it went (the label beside it, the tab that is open)
is told apart, as *unnamed*: not counted as broken, but counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numbering import Place, class_of, within
from staging import Key, Source, Stage, Told, said_of


@dataclass
class Shaken:
    """How often fields were looked at and how they fared: (kind of page, table.field) → times."""

    checked: Counter[tuple[str, str]] = field(default_factory=Counter)
    broken: Counter[tuple[str, str]] = field(default_factory=Counter)
    unnamed: Counter[tuple[str, str]] = field(default_factory=Counter)
    how: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    draws: int = 0
    clean: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to a page: the new text; places of the old one that went, were doubled or were moved, or where
    something was put."""

    how: str
    text: str
    taken: tuple[Place, ...] = ()
    put: tuple[int, ...] = ()
    wanted: Mapping[tuple[Key, str], Any] = field(default_factory=dict)  # what fields must say now


def compare(stage: Stage, change: Change, new: Told, into: Shaken) -> None:
    """Count the fields that stayed, broke, or lost what names them."""
    old, kind, clean = stage.told, stage.told.kind, True

    def count(where: Counter[tuple[str, str]], name: str, what: str = "") -> None:
        where[kind, name] += 1
        if what:
            sort = "unnamed, " if where is into.unnamed else ""
            into.how[kind, name, change.how, f"{sort}{what}: {_where(stage, change)}"] += 1

    unnamed_page = change.how == "remove" and any(_hit(mark, change) for mark in stage.marks)
    if new.kind != old.kind and change.how == "remove" and _emptied(stage, change):
        return  # a list without its titles is an empty one
    if new.kind != old.kind:
        count(into.checked, "page.kind")
        count(into.unnamed if unnamed_page else into.broken, "page.kind", f"{new.kind or 'unknown'} instead")
        into.draws += 1
        into.clean += unnamed_page
        return
    count(into.checked, "page.kind")
    shared = set[tuple[str, Source]]()
    for key, fields in old.rows.items():
        place = stage.places.get(key)
        if place is None or (
            change.how == "remove" and key[1] != "page" and any(within(place, t) for t in change.taken)
        ):
            continue
        near = key[1] == "page" or _near(place, change)
        after = new.rows.get(key)
        for name, before in fields.items():
            said = f"{key[0]}.{name}"
            source = _source_of(stage, key, name)
            if (said, source) in shared:
                continue  # what all rows of a page share is looked at once
            if (key, name) in stage.inherited:
                shared.add((said, source))
            value = None if after is None else after.get(name)
            verdict = _verdict(before, value, source, change)
            if (key, name) in change.wanted:
                verdict = "held" if said_of(name, value) == change.wanted[key, name] else "does not follow"
            if after is None and verdict in ("lost", "held") and _gone(stage, key, change):
                verdict = "touched"
            elif after is None and verdict == "held" and before is None:
                continue
            if verdict == "touched":
                continue
            if near or verdict not in ("held", "unnamed"):
                count(into.checked, said)
            if verdict == "unnamed":
                count(into.unnamed, said, verdict)
            elif verdict != "held":
                clean = False
                count(into.broken, said, verdict if after is not None else "row lost")
    for key in new.rows:
        if key not in old.rows and not _copy(key, old):
            clean = False
            count(into.checked, f"{key[0]}.row")
            count(into.broken, f"{key[0]}.row", "row appears")
    into.draws += 1
    into.clean += clean


def _where(stage: Stage, change: Change) -> str:
    """Return the place of a change: the tag and class of its element, and of the one around it; never a text."""
    starts = [place[0] for place in change.taken] or list(change.put)
    at = min(starts, default=0)
    around = [e for e in stage.elements if e.start <= at < e.end or at == e.end]
    around.sort(key=lambda e: e.end - e.start)
    return " < ".join(f"{e.tag}.{class_of(e)}" if class_of(e) else e.tag for e in around[:3])


def _copy(key: Key, old: Told) -> bool:
    return key[1].endswith("c") and (key[0], key[1][:-1], key[2]) in old.rows


def _source_of(stage: Stage, key: Key, name: str) -> Source:
    found = stage.sources.get((key, name), Source((), (), ()))
    beside = {"price_also": "price", "category": "subcategory"}.get(name)
    also = stage.sources.get((key, beside)) if beside else None
    if also is None:
        return found
    return Source((*found.boxes, *also.boxes), (*found.texts, *also.texts), (*found.names, *also.names))


def _emptied(stage: Stage, change: Change) -> bool:
    listed = [key for key in stage.told.rows if key[0] == "listing_seen" and key[1] != "page"]
    return bool(listed) and all(_gone(stage, key, change) for key in listed)


_MAKES_A_ROW = ("title", "vendor", "n", "rate", "text", "number")


def _gone(stage: Stage, key: Key, change: Change) -> bool:
    """Say whether a row is none any more because what makes it one was touched, or what names that was taken."""
    for name in _MAKES_A_ROW:
        source = stage.sources.get((key, name))
        if source is None:
            continue
        if change.how == "remove" and any(_hit(text, change) for text in (*source.texts, *source.names)):
            return True
        if source.whole and any(box[0] < p < box[1] for box in source.boxes for p in change.put):
            return True
    return False


def _near(place: Place, change: Change) -> bool:
    return any(within(t, place) for t in change.taken) or any(place[0] < p < place[1] for p in change.put)


def _hit(place: Place, change: Change) -> bool:
    return any(t[0] <= place[0] < t[1] for t in change.taken)


def _verdict(before: Any, after: Any, source: Source, change: Change) -> str:
    if before == after:
        return "held"
    if change.how.startswith("say") and any(
        t[0] < text[1] and text[0] < t[1] for t in change.taken for text in source.texts
    ):
        return "touched"
    touched = any(_hit(text, change) for text in source.texts)
    if change.how == "remove":
        if touched and (after is None or _part_of(after, before)):
            return "touched"
        if after is None and any(_hit(name, change) for name in source.names):
            return "unnamed"
    elif change.how == "repeat" and touched and _part_of(before, after):
        return "touched"
    elif change.how == "swap":
        one, two = change.taken
        both = any(within(t, one) for t in source.texts) and any(within(t, two) for t in source.texts)
        if both and isinstance(before, str) and sorted(_words(before)) == sorted(_words(after)):
            return "touched"
        if (
            both
            and isinstance(before, list)
            and isinstance(after, list)
            and sorted(map(str, before)) == sorted(map(str, after))
        ):
            return "touched"
    elif change.how.startswith("put"):
        beside = source.many and any(p in box for box in source.boxes for p in change.put)
        if beside and _part_of(before, after):
            return "touched"
        if any(box[0] < p < box[1] for box in source.boxes for p in change.put):
            first, last = min(t[0] for t in source.texts), max(t[1] for t in source.texts)
            if source.whole or any(first <= p <= last for p in change.put):
                return "touched"
    if after is None:
        return "lost"
    return "appears" if before is None else "replaced"


def _words(value: Any) -> list[str]:
    return re.findall(r"\w+", value) if isinstance(value, str) else []


def _part_of(less: Any, more: Any) -> bool:
    """Say whether one value is the other with pieces left out."""
    if less is None:
        return True
    if isinstance(less, str) and isinstance(more, str) and less.isdigit() and more.isdigit():
        return int(less) < int(more)
    if isinstance(less, int) and isinstance(more, int):
        return less < more  # a tally of elements
    if isinstance(less, tuple) and isinstance(more, tuple):
        return _part_of(less[0], more[0])
    if isinstance(less, list) and isinstance(more, list):
        return all(part in more for part in less)
    if isinstance(less, str) and isinstance(more, str):
        words = iter(_words(more))
        return all(word in words for word in _words(less))
    return False
