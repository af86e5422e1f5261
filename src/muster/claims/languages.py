"""The rules of each language, compiled from `languages/<code>.yml`; the engine itself knows no language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Rules:
    """One language: plain lists where the engine needs words, compiled patterns where it searches.

    nouns: one pattern for all nouns; `unit` gives the normalised English unit of what it matched.
    """

    code: str
    data: Mapping[str, Any]
    nouns: Pattern
    groups: Mapping[str, str]
    patterns: Mapping[str, Pattern]

    def unit(self, match: re.Match[str]) -> str:
        """Return the normalised unit of a match of `nouns`."""
        return self.groups[match.lastgroup or ""]

    def __getitem__(self, name: str) -> Pattern:
        """Return the compiled pattern of a list of the language file."""
        return self.patterns[name]


@cache
def known() -> tuple[str, ...]:
    """Return the languages that have rules, in order.

    >>> "fr" in known()
    True
    """
    names = (entry.name for entry in files("muster.claims").joinpath("languages").iterdir())
    return tuple(sorted(name.removesuffix(".yml") for name in names if name.endswith(".yml")))


@cache
def rules(code: str) -> Rules:
    """Return the rules of a known language.

    >>> rules("en").nouns.search("two pistols")[0]
    'pistols'
    """
    path = files("muster.claims").joinpath("languages", f"{code}.yml")
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    groups = {f"n{at}": unit for at, unit in enumerate(data["nouns"])}
    nouns = "|".join(f"(?P<{group}>{spread(any_of(data['nouns'][unit]))})" for group, unit in groups.items())
    lists = {name: words_pattern(entry) for name, entry in data.items() if isinstance(entry, list) and entry}
    return Rules(code, data, re.compile(rf"(?<!\w)(?:{nouns})(?!\w)", re.IGNORECASE), groups, lists)


def words_pattern(entries: Iterable[str], *, after: str = r"(?!\w)") -> Pattern:
    """Return a pattern that finds any of the entries as whole words.

    >>> bool(words_pattern(["d'après"]).search("D’après lui"))
    True
    """
    listed = list(entries)
    closed = after == r"(?!\w)"
    ends = [entry if closed and entry.endswith(("'", "(?=(?-i:[A-Z]))")) else f"(?:{entry}){after}" for entry in listed]
    return re.compile(rf"(?<![\w-])(?:{spread(any_of(ends))})", re.IGNORECASE)


def any_of(entries: Iterable[str]) -> str:
    """Return one alternative of all entries, longest first."""
    return "|".join(f"(?:{entry})" for entry in sorted(entries, key=len, reverse=True))


def spread(piece: str) -> str:
    r"""Return a piece in which ' stands for both apostrophes and a space for any white space.

    >>> print(spread("l'an dernier"))
    l['’]an\sdernier
    """
    return piece.replace("'", "['’]").replace("[ -]", r"[\s-]").replace(" ?", r"\s?").replace(" ", r"\s")
