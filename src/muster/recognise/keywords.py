"""The naive keyword count, as simple as the counts behind the headlines: it stands beside ours as a yardstick."""

from __future__ import annotations

import re

KEYWORDS = (
    "ak-47", "ak47", "ammo", "ammunition", "ar-15", "ar15", "assault rifle", "beretta", "bomb", "bombs", "bullet",
    "bullets", "colt", "explosive", "explosives", "firearm", "firearms", "glock", "grenade", "grenades", "gun", "guns",
    "handgun", "handguns", "kalashnikov", "machine gun", "pistol", "pistols", "revolver", "revolvers", "rifle",
    "rifles", "rocket launcher", "rpg", "shotgun", "shotguns", "sniper", "uzi", "weapon", "weapons",
)  # fmt: skip
"""The words such counts look for: what a weapon is called in the press, and the best-known makes."""

_ANY = re.compile(
    r"(?<![a-z0-9])(?:" + "|".join(re.escape(word) for word in KEYWORDS) + r")(?![a-z0-9])", re.IGNORECASE
)


def is_keyword_hit(title: str, description: str = "") -> bool:
    """Return whether one of `KEYWORDS` stands in a title or description as a whole word.

    >>> is_keyword_hit("AK-47 weed, 10 g"), is_keyword_hit("Walther P99")
    (True, False)
    """
    return bool(_ANY.search(title) or _ANY.search(description))
