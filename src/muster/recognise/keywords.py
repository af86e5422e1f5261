"""The naive keyword count, as simple as the counts behind the headlines: it stands beside ours as a yardstick."""

from __future__ import annotations

import re

KEYWORDS: dict[str, tuple[str, ...]] = {
    "weapons": ("weapon", "weapons"),
    "firearms": ("firearm", "firearms", "gun", "guns"),
    "handgun": ("beretta", "colt", "glock", "handgun", "handguns", "pistol", "pistols", "revolver", "revolvers"),
    "long_gun": ("ar-15", "ar15", "rifle", "rifles", "shotgun", "shotguns", "sniper"),
    "automatic": ("ak-47", "ak47", "assault rifle", "kalashnikov", "machine gun", "uzi"),
    "light_weapon": ("rocket launcher", "rpg"),
    "ammunition": ("ammo", "ammunition", "bullet", "bullets"),
    "explosive": ("bomb", "bombs", "explosive", "explosives", "grenade", "grenades"),
}
"""Kind or group → the words such counts look for: what it is called in the press, and the best-known makes."""

_NAMED = {word: name for name, words in KEYWORDS.items() for word in words}

# Longer words first, so that "assault rifle" is not taken for a rifle.
_ANY = re.compile(
    r"(?<![a-z0-9])(?:"
    + "|".join(re.escape(word) for word in sorted(_NAMED, key=lambda word: (-len(word), word)))
    + r")(?![a-z0-9])",
    re.IGNORECASE | re.ASCII,
)


def keyword_hits(title: str, description: str = "") -> tuple[str, ...]:
    """Return the kinds and groups of which one of the `KEYWORDS` stands in a title or description as a whole word.

    >>> keyword_hits("AK-47 weed, 10 g"), keyword_hits("Walther P99"), keyword_hits("Guns", "an old rifle")
    (('automatic',), (), ('firearms', 'long_gun'))
    """
    found = {_NAMED[hit.lower()] for text in (title, description) for hit in _ANY.findall(text)}
    return tuple(sorted(found))
