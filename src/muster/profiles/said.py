"""What a field says by its text: nulls, lookups, cases and patterns of a declaration, made ready once for all pages."""

from __future__ import annotations

from collections.abc import Callable

from muster.profiles.picking import compiled
from muster.profiles.profile import Field, Profile

Saying = Callable[[str], str]
"""From the text of an element or a cell to what the field says; "" for nothing."""


def cleaning(name: str, profile: Profile) -> Saying:
    """Return what tells a field's dirty values and those that mean nothing from the others.

    >>> from muster.profiles.profile import load
    >>> clean = cleaning("title", load("hansa"))
    >>> clean("a lamp")
    'a lamp'
    """
    nulls, dirty = frozenset(profile.nulls), profile.lookups.get(name, {})

    def clean(text: str) -> str:
        said = "" if text in nulls else text
        return (dirty[said] or "") if said in dirty else said

    return clean


def saying(name: str, field: Field, profile: Profile) -> Saying:
    """Return what says of a text of a field what the field says.

    >>> from muster.profiles.profile import load
    >>> level = load("hansa").pages["listing"].rows[0].fields["vendor_level"]
    >>> saying("vendor_level", level, load("hansa"))("Level 5 (60+)")
    '5'
    """
    if field.value is not None:
        return _as_it_is
    clean = cleaning(name, profile)
    if field.keep is not None:
        clean = _kept(clean, field.keep)
    if field.cases is not None:
        return _by_case(clean, field.cases)
    pick = picking(field)
    if field.type == "pictures":
        return _pictures(clean, pick)
    steps = [clean]
    if field.join is None and (field.patterns or field.pattern):
        steps.append(pick)
    if field.split is not None:
        steps.append(_levels(field.split))
    if name == "price_also" and field.unit:
        steps.append(_in_unit(field.unit))
    return _after_another(steps)


def fitting(field: Field) -> Callable[[str], bool] | None:
    """Return what says whether a text is one that a field means: that a pattern or a case of it matches; None without.

    >>> fits = fitting(Field(pattern=r"Views: (\\d+)"))
    >>> fits("Sold: 5"), fits("Views: 5"), fitting(Field())
    (False, True, None)
    """
    if field.cases is not None:
        searches = [compiled(pattern).search for pattern in field.cases]
        return lambda text: any(search(text) for search in searches)
    if field.pattern or field.patterns:
        pick = picking(field)
        return lambda text: bool(pick(text))
    return None


def picking(field: Field) -> Saying:
    """Return what picks a field's part of a text: see `muster.profiles.picking.pick`."""
    patterns = [compiled(pattern) for pattern in field.patterns or ((field.pattern,) if field.pattern else ())]
    if not patterns:
        return _as_it_is
    tried = [(pattern.search, 1 if pattern.groups else 0) for pattern in patterns]

    def pick(text: str) -> str:
        for search, group in tried:
            match = search(text)
            if match:
                return match[group] or ""
        return ""

    return pick


def _as_it_is(text: str) -> str:
    return text


def _after_another(steps: list[Saying]) -> Saying:
    if len(steps) == 1:
        return steps[0]
    if len(steps) == 2:
        first, second = steps
        return lambda text: second(first(text))
    *before, last = steps
    early = _after_another(before)
    return lambda text: last(early(text))


def _kept(clean: Saying, keep: str) -> Saying:
    search = compiled(keep).search
    return lambda text: "\n".join(line for line in clean(text).split("\n") if search(line))


def _by_case(clean: Saying, cases: dict[str, str]) -> Saying:
    tried = [(compiled(pattern).search, value) for pattern, value in cases.items()]

    def by_case(text: str) -> str:
        said = clean(text)
        return next((value for search, value in tried if search(said)), "") if said else ""

    return by_case


def _pictures(clean: Saying, pick: Saying) -> Saying:
    def pictures(text: str) -> str:
        return "\n".join(line if line.startswith("sha256:") else pick(line) for line in clean(text).split("\n"))

    return pictures


def _levels(between: str) -> Saying:
    def levels(text: str) -> str:
        return " > ".join(part.strip() for part in text.split(between) if part.strip())

    return levels


def _in_unit(unit: str) -> Saying:
    return lambda text: f"{unit} {text}" if text else ""
