"""The countries that a listing states as where it ships from or to: the seller's own words, and nothing more."""

from __future__ import annotations

import re
from functools import cache

import pycountry
from babel import Locale

_PARTS = re.compile(r"[,;/|→]| and | & ")

_ALSO = {"uk": "GB", "great britain": "GB", "england": "GB", "holland": "NL", "the netherlands": "NL",
         "u.s.": "US", "u.s.a.": "US", "america": "US", "uae": "AE"}  # fmt: skip
"""Names in use on markets that neither CLDR nor ISO 3166 writes so."""


def stated_countries(text: str) -> frozenset[str]:
    """Return the ISO codes of the countries that a stated place names; regions and "worldwide" name none.

    >>> sorted(stated_countries("Germany, UK")), sorted(stated_countries("Worldwide")), sorted(stated_countries("USA"))
    (['DE', 'GB'], [], ['US'])
    """
    names = _names()
    parts = (" ".join(part.split()).casefold().strip(" .") for part in _PARTS.split(text))
    return frozenset(names[part] for part in parts if part in names)


@cache
def _names() -> dict[str, str]:
    """Country by its English name in CLDR, its names in ISO 3166, and its three letters."""
    known = {country.alpha_2 for country in pycountry.countries}
    found = {str(name).casefold(): code for code, name in Locale("en").territories.items() if code in known}
    for country in pycountry.countries:
        for name in ("name", "common_name", "official_name", "alpha_3"):
            if hasattr(country, name):
                found.setdefault(getattr(country, name).casefold(), country.alpha_2)
    return {**found, **_ALSO}
