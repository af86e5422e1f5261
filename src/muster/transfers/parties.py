"""Who sends, holds or receives: a state by its ISO code, an organisation or group by its name as written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal

import yaml


@dataclass(frozen=True, slots=True)
class Party:
    """A side of a transfer.

    key: ISO 3166-1 alpha-2, alpha-4 for a former state, `org:…`, `group:…`, "" when the source does not know it, or
        the name as written when nobody here does (`sort` is then `unrecognised`).
    """

    key: str
    sort: Literal["state", "organisation", "group", "unknown", "unrecognised"]
    text: str


@lru_cache(maxsize=16384)
def party(text: str) -> Party:
    """Return whom a name means.

    >>> [party(name).key for name in ("United States", "Türkiye", "Hezbollah (Lebanon)*", "unknown supplier(s)")]
    ['US', 'TR', 'group:Hezbollah (Lebanon)', '']
    >>> party("Ruritania")
    Party(key='Ruritania', sort='unrecognised', text='Ruritania')
    """
    bare = " ".join(text.split())
    known = _names()
    if found := known.get(bare.casefold()):
        key, sort = found
        return Party(key, sort, text)
    if bare.endswith("**"):
        return Party(f"org:{bare.rstrip('*')}", "organisation", text)
    if bare.endswith("*") or bare.casefold().endswith(("rebels", "rebel group")):
        return Party(f"group:{bare.rstrip('*')}", "group", text)
    return Party(bare, "unrecognised", text)


def name(key: str) -> str:
    """Return a party's name for a reader.

    >>> name("US"), name("group:Hezbollah (Lebanon)"), name("Ruritania"), name("")
    ('United States', 'Hezbollah (Lebanon)', 'Ruritania', 'not said')
    """
    if not key:
        return "not said"
    return _shown().get(key) or key.partition(":")[2] or key


@cache
def _file() -> dict[str, Any]:
    text = files("muster.transfers").joinpath("parties.yml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


@cache
def _names() -> dict[str, tuple[str, Any]]:
    import pycountry

    found: dict[str, tuple[str, Any]] = {}
    for country in pycountry.countries:
        for attribute in ("name", "official_name", "common_name"):
            if hasattr(country, attribute):
                found[getattr(country, attribute).casefold()] = (country.alpha_2, "state")
    for sort, table in (("state", "states"), ("organisation", "organisations")):
        for key, names in _file()[table].items():
            found |= {spelling.casefold(): (key, sort) for spelling in (*names, key)}
    found |= {country.alpha_2.casefold(): (country.alpha_2, "state") for country in pycountry.countries}
    return found | {spelling.casefold(): ("", "unknown") for spelling in _file()["unknown"]}


@cache
def _shown() -> dict[str, str]:
    import pycountry

    found = {country.alpha_2: str(getattr(country, "common_name", country.name)) for country in pycountry.countries}
    return found | {key: names[0].rstrip("*") for t in ("states", "organisations") for key, names in _file()[t].items()}
