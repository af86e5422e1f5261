"""Where contacts stand in a text: patterns in linear time, each behind a test that most texts fail.

Rather one word too many than one address too few: a false token costs a word of a listing, a missed one a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Found = tuple[int, int, str]
"""Start, end, kind of token."""

_TLD = (
    r"(?:com|net|org|info|biz|io|me|co|cc|to|ru|su|ua|de|uk|fr|nl|pl|eu|us|ca|ch|at|be|se|no|fi|dk|es|it|pt|cz|ro|hu|bg|gr"
    r"|cn|jp|in|br|mx|au|nz|tv|im|is|li|lt|lv|ee|by|kz|onion|i2p|bit|example|link|shop|store|site|online|xyz|top|club|pw"
    r"|ws|name|mobi|email|market|live|pro|app|dev|chat|zone|tk|ml|ga|cf|gq|sh|st|la|vc)"
)
_PGP = re.compile(r"-{3,}\s?BEGIN PGP [A-Z ]{3,30}-{3,}.{0,200000}?(?:-{3,}\s?END PGP [A-Z ]{3,30}-{3,}|\Z)", re.DOTALL)
_FINGERPRINT = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:[0-9A-F]{4}[ \t\xa0]{1,3}){9}[0-9A-F]{4}|[0-9A-Fa-f]{40})(?![0-9A-Za-z])"
)
_ONION = re.compile(
    r"(?:https?://)?(?<![A-Za-z0-9])[a-z2-7]{16}(?:[a-z2-7]{40})?\s?(?:\.|\[\.\]|[\[(]?\s?dot\s?[\])]?)\s?onion\b(?:[/:][^\s<>\"']{0,2000})?",
    re.IGNORECASE,
)
_ONION_BARE = re.compile(r"(?<![A-Za-z0-9])[a-z2-7]{56}(?![A-Za-z0-9])", re.IGNORECASE)
_URL = re.compile(r"\b(?:https?|ftp|hxxps?)://[^\s<>\"']{1,2000}|\bwww\.[^\s<>\"']{2,2000}", re.IGNORECASE)
_DOMAIN = re.compile(
    rf"(?<![\w@.-])(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,5}}{_TLD}(?![\w-])(?:[/:?][^\s<>\"']{{0,2000}})?", re.IGNORECASE
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}\s?@\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}(?!\w)")
_EMAIL_SAID = re.compile(
    rf"(?<![\w.+-])[\w.+-]{{2,64}}\s{{0,2}}(?:[\[({{]\s?(?:at|@)\s?[\])}}]|\sat\s)\s{{0,2}}[\w-]{{2,63}}\s{{0,2}}"
    rf"(?:[\[({{]\s?(?:dot|\.)\s?[\])}}]|\sdot\s|\.)\s{{0,2}}{_TLD}(?!\w)",
    re.IGNORECASE,
)
_SURE = r"telegram|whats\s?app|wickr(?:\s?me)?|threema|icq|jabber|xmpp|kik|wechat|protonmail|tutanota"
_UNSURE = (
    r"tg|signal|session|qq|discord|skype|tox|wire|snapchat|snap|instagram|ig|viber|line|element|matrix|briar"
    r"|contact|handle"
)
_MESSENGER = re.compile(
    rf"(?<!\w)(?:(?:{_SURE})(?:\s{{1,3}}(?:id|user\s?name|name|nick|number|is|me|at|us|on))?\s{{0,3}}[:=\-–—>]{{0,3}}\s{{0,3}}"
    rf"|(?:{_UNSURE})(?:\s{{1,3}}(?:id|user\s?name|name|nick|number|me|at))?\s{{0,3}}[:=]\s{{0,3}})"
    r"(?P<name>@?[\w][\w.+#-]{2,63})",
    re.IGNORECASE,
)
_SESSION_SAID = re.compile(r"(?<!\w)(?:session|tox)\b[^\w\n]{1,5}(?P<name>[0-9A-Fa-f]{60,80})(?!\w)", re.IGNORECASE)
_AT = re.compile(r"(?<![\w.+/-])@[A-Za-z][A-Za-z0-9_.]{2,31}")
_LONG_HEX = re.compile(r"(?<![0-9A-Za-z])(?:0x[0-9a-fA-F]{40}|05[0-9a-fA-F]{64}|[0-9A-Fa-f]{76})(?![0-9A-Za-z])")
_WALLET = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:bc1|ltc1|tb1)[02-9ac-hj-np-zA-HJ-NP-Z]{20,87}|[13LMDXTt][1-9A-HJ-NP-Za-km-z]{25,34}"
    r"|[48][1-9A-HJ-NP-Za-km-z]{93,105})(?![0-9A-Za-z])"
)
_PHONE = re.compile(
    r"(?<![\w.+])(?:\+\s?\d{1,3}(?:[\s().\-/]{0,3}\d{1,5}){2,6}|00\d{1,3}(?:[\s().\-/]{1,3}\d{1,5}){2,6}"
    r"|\(?\d{3}\)?[\s.\-]\d{3}[\s.\-]\d{4})(?![\w])"
)
_PHONE_SAID = re.compile(
    r"(?<!\w)(?:tel|phone|call|sms|text|mobile|cell|fax|whatsapp)\b[\s.:#]{0,4}(?P<name>\+?\(?\d(?:[\s().\-/]{0,2}\d){5,14})(?!\w)",
    re.IGNORECASE,
)

_CUSTOM = re.compile(r"\b(?:custom|reserved|private|special|personal|exclusive|dedicated)\b", re.IGNORECASE)
_FOR = re.compile(r"(?<!\w)(?:for|by|to|4)\s{1,3}@?(?=(?P<name>[\w][\w.\-]{1,39}))", re.IGNORECASE)
_FOR_FIRST = re.compile(
    r"^\W{0,8}(?:for|4)\s{1,3}@?(?P<name>[\w][\w.\-]{1,39})\s{0,2}(?:[:|–—-]|only\b|$)", re.IGNORECASE
)
_BY_LAST = re.compile(r"(?<!\w)by\s{1,3}@?(?P<name>[\w][\w.\-]{1,39})[\s!*.\-~)]{0,6}$", re.IGNORECASE)

_ORDINARY = """
" for by to a an the all any you your yours me my us our him her his them their it this that these those one two three
four five six ten order orders listing only sale buyer customer client everyone men women man woman kids new old other
sell buy escrow fe free cheap best real high quality full usd eur btc uk usa us eu europe australia canada germany
pistol pistols gun guns glock rifle rifles weapon weapons revolver colt ruger sig beretta ak ar ammo ammunition rounds
bullets bullet cal calibre caliber mm acp silencer suppressor magazine magazines grenade knife taser vest airsoft gram
grams g kg mg ml pills tabs oz lb pack packs piece pieces x
"""
ORDINARY = frozenset(_ORDINARY.split())
"""Words after "for", "to" or "by" that name no person; a handle that is one of them stays (docs/profiles.md)."""


def contacts(text: str) -> Iterator[Found]:
    """Yield where contacts stand; findings may overlap.

    >>> [text[a:b] for text in ["mail tin@post.example or +1 202 555 0143"] for a, b, _ in contacts(text)]
    ['tin@post.example', '+1 202 555 0143']
    >>> list(contacts("7.62x39 ammo, 1,000 rounds for USD 450.00 (0.2755 BTC)"))
    []
    """
    if len(text) < 5:
        return
    low = text.lower()
    if "@" in text:
        yield from _all(_EMAIL, text, "email")
        yield from _all(_AT, text, "messenger")
    if "dot" in low or "[at]" in low or "(at)" in low or "{at}" in low:
        yield from _all(_EMAIL_SAID, text, "email")
    if "onion" in low:
        yield from _all(_ONION, text, "onion")
    if "://" in text or "www." in low:
        yield from _all(_URL, text, "address")
    if "." in text:
        yield from _all(_DOMAIN, text, "address")
    if "PGP" in text:
        yield from _all(_PGP, text, "pgp")
    if _has_long_word(text):
        for pattern, kind in (
            (_ONION_BARE, "onion"),
            (_LONG_HEX, "wallet"),
            (_WALLET, "wallet"),
            (_SESSION_SAID, "messenger"),
        ):
            yield from _all(pattern, text, kind)
    if _DIGITS.search(text):
        yield from (found for found in _all(_PHONE, text, "phone") if _long_enough(text[found[0] : found[1]]))
        yield from _all(_PHONE_SAID, text, "phone")
        yield from _all(_FINGERPRINT, text, "key")
    if _TALK.search(low):
        yield from _all(_MESSENGER, text, "messenger")


def named_buyers(title: str) -> Iterator[Found]:
    """Yield where a title names whom an order is for, or who wrote it.

    >>> titles = ["Custom listing for tinwhistle", "Custom listing for Glock 19"]
    >>> [title[start:end] for title in titles for start, end, _ in named_buyers(title)]
    ['tinwhistle']
    """
    low = title.lower()
    by, first = "by" in low, "for" in low or "4" in low
    if not (by or first or "to" in low):
        return  # no title without one of these words names anybody
    patterns = [
        *([_FOR_FIRST] if first else []),
        *([_BY_LAST] if by else []),
        *([_FOR] if _CUSTOM.search(title) else []),
    ]
    for pattern in patterns:
        for match in pattern.finditer(title):
            name = match["name"].rstrip(".-")
            if name.casefold() not in ORDINARY and not name[0].isdigit():
                yield match.start("name"), match.start("name") + len(name), "buyer"


_DIGITS = re.compile(r"\d[\d\s().\-/]{5}")
_LONG = re.compile(r"[0-9A-Za-z]{26}")
_TALK = re.compile(
    r"telegram|whats\s?app|wickr|threema|icq|jabber|xmpp|kik|wechat|protonmail|tutanota|tg|signal|session|qq|discord|skype"
    r"|tox|wire|snap|instagram|ig\b|viber|line|element|matrix|briar|contact|handle"
)


FEWEST_DIGITS = 7
"""Digits of the shortest number with a country's code; "+ 10.50" is what an order costs more."""


def _long_enough(text: str) -> bool:
    return sum(c.isdigit() for c in text) >= FEWEST_DIGITS


def _has_long_word(text: str) -> bool:
    return len(text) >= 26 and _LONG.search(text) is not None


def _all(pattern: re.Pattern[str], text: str, kind: str) -> Iterator[Found]:
    named = "name" in pattern.groupindex
    for match in pattern.finditer(text):
        yield (match.start("name"), match.end("name"), kind) if named else (match.start(), match.end(), kind)
