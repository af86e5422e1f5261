"""The rules of each language, read from `languages/<code>.yml`; the engine itself knows no language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from babel import Locale

from muster.claims.words import Lexicon

SHORT = 3
"""A country's name of no more letters counts only in capitals: "US" is one, "us" is none."""

_TWO_SIDED = ("months", "weekdays")
_ENDINGS = "аяоеєиіїйьыэ"

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Rules:
    """One language: its lists as written, and the lexicon that finds them. Categories are the names of the lists."""

    code: str
    data: Mapping[str, Any]
    lexicon: Lexicon

    @property
    def decimal(self) -> str:
        """The mark before decimals."""
        return str(self.data["decimal"])


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

    >>> [m.value for m in rules("en").lexicon.read("two pistols", 0).matches["items"]]
    ['pistols']
    """
    path = files("muster.claims").joinpath("languages", f"{code}.yml")
    data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    lexicon = Lexicon(elided=bool(data.get("elided")))
    for category, entry in data.items():
        if category in _TWO_SIDED:
            for at, forms in enumerate(entry):
                for form in str(forms).split(" ") if " - " not in str(forms) else [str(forms)]:
                    lexicon.add(category, form, at)
        elif isinstance(entry, list):
            for phrase in entry:
                lexicon.add(category, str(phrase), str(phrase))
        elif isinstance(entry, dict):
            for name, value in entry.items():
                if category in _NAMED:
                    for phrase in value:
                        lexicon.add(category, str(phrase), str(name))
                else:
                    lexicon.add(category, str(name), tuple(value) if isinstance(value, list) else value)
    for item, names in _names().items():
        for name in names:
            lexicon.add("items", name, item)
    for name, country in _territories(code).items():
        lexicon.add("demonyms", name, country)
    return Rules(code, data, lexicon)


@cache
def unit_of(item: str) -> str:
    """Return the unit in which a thing is counted by convention.

    >>> unit_of("pistols"), unit_of("drones")
    ('weapons', 'drones')
    """
    table: dict[str, list[str]] = yaml.load(
        files("muster.claims").joinpath("items.yml").read_text("utf-8"), Loader=_LOADER
    )
    return next((unit for unit, items in table.items() if item in items), item)


@cache
def _names() -> Mapping[str, list[str]]:
    table: dict[str, list[str]] = yaml.load(
        files("muster.claims").joinpath("names.yml").read_text("utf-8"), Loader=_LOADER
    )
    return {item: [str(name) for name in names] for item, names in table.items()}


def is_name(text: str) -> bool:
    """Say whether a noun is one of the names of names.yml, as a text writes it.

    >>> is_name("Glocks"), is_name("pistols"), is_name("AK - 47")
    (True, False, True)
    """
    plain = text.casefold()
    whole, begun = _written()
    return plain in whole or any(plain.startswith(name) for name in begun)


@cache
def _written() -> tuple[frozenset[str], tuple[str, ...]]:
    names = [name.casefold() for held in _names().values() for name in held]
    return frozenset(names), tuple(name.rstrip("*") for name in names if name.endswith("*"))


_NAMED = frozenset({"before", "after", "currencies", "items", "roles", "places", "demonyms"})
"""Lists by what they stand for; the other tables are by phrase."""


def _territories(code: str) -> dict[str, str]:
    """Return the names of countries in a language, from CLDR; stems where words are inflected."""
    found = {}
    for country, name in Locale(code).territories.items():
        if len(country) == 2 and country.isalpha() and country not in ("ZZ", "XA", "XB", "EZ", "UN", "QO"):
            plain = str(name).replace("ʼ", "'").replace("’", "'")
            if code in ("uk", "ru"):
                plain = " ".join(_stem(word) for word in plain.split())
            elif code == "de" and len(plain) > 5 and " " not in plain:
                plain += "*"
            found[plain] = country
    return found


def _stem(word: str) -> str:
    """Return the part of a Slavic name that stays when it is inflected, as a beginning.

    >>> _stem("Украина"), _stem("США")
    ('Украин*', 'США')
    """
    if word.isupper() or len(word) < 5:
        return word
    stem = word.rstrip(_ENDINGS)
    return (stem if len(stem) >= 4 else word[:-1]) + "*"
