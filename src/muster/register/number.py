"""Numbers as they are stamped and as they are read: folded keys, unreadable signs, and what differs between two.

A key is what is left of a number when everything that readers confuse is made one: case, spaces, dashes, O and 0, I, L
and 1, the Cyrillic and Greek letters that look like Latin ones, and a series that stands before or after its number.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from anyascii import anyascii

LONGEST = 40
"""Signs of a key; nothing that is stamped on an object is longer (a NATO stock number has 13, a contract number 17)."""

LONGEST_TEXT = 120
"""Code points of a number as written that are looked at."""

UNREADABLE, ANY = "?", "*"
"""In a query: one sign that cannot be read, and any number of them."""

_SAME = {
    "№": "",
    **dict.fromkeys("OoОоΟοＯº°", "0"),
    **dict.fromkeys("IiLlІіΙιӀ|ıｌ", "1"),
    **dict(zip("АВЕЗКМНРСТУХЅЈԚԜ", "ABE3KMHPCTYXSJQW", strict=True)),
    **dict(zip("ΑΒΕΖΗΚΜΝΡΤΥΧ", "ABEZHKMNPTYX", strict=True)),
}
"""Signs that are taken for each other (after Unicode's table of confusables), and the one that stands for them.

L is among those of 1: whoever types a small l may have read either.
"""

_CYRILLIC = "БГДЖИЙЛПФЦЧШЩЪЫЬЭЮЯЄЇҐЎЂЉЊЋЏ"
_GREEK = "ΓΔΘΛΞΠΣΦΨΩ"
_OWN = {letter: chr(0xC0 + place) for place, letter in enumerate(_CYRILLIC + _GREEK)}
_SHOWN = {code: letter for letter, code in _OWN.items()}
_KEPT = frozenset("0123456789ABCDEFGHJKMNPQRSTUVWXYZ") | frozenset(_OWN.values())
LETTERS = frozenset("ABCDEFGHJKMNPQRSTUVWXYZ") | frozenset(_OWN.values())
"""Signs of a key that are letters for certain; O, I and L are among the digits."""

ALPHABET = "".join(sorted(_KEPT))
"""Every sign that a key may have."""

Spelling = Literal["exact", "folded", "no series", "one edit", "unreadable", "part"]
"""How a number was found, the nearest first."""


class _Table(dict[int, str]):
    """Fills itself: what each code point is in a key."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _sign(chr(code))
        return found


def _sign(char: str) -> str:
    if char in _SAME:
        return _SAME[char]
    plain = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)) or ""
    if char in "йЙїЇўЎ":
        plain = char  # a letter of its own, not a letter with a mark
    out = []
    for upper in plain.upper():
        if upper in _SAME:
            out.append(_SAME[upper])
        elif upper in _OWN:
            out.append(_OWN[upper])
        elif upper in _KEPT:
            out.append(upper)
        elif upper.isalnum() and not upper.isascii():
            out.append("".join(_SAME.get(c, c) for c in anyascii(upper).upper() if c.isascii() and c.isalnum()))
    return "".join(out)


_TABLE = _Table()


def squeeze(text: str) -> str:
    """Return the signs of a number, folded, in the order in which they stand.

    >>> squeeze("AB-0 12/34"), squeeze("аb o12 З4"), squeeze("")
    ('AB01234', 'AB01234', '')
    """
    return text[:LONGEST_TEXT].translate(_TABLE)[:LONGEST]


def key_of(series: str, number: str) -> str:
    """Return the key of a number: its series first, wherever it was written.

    A number without a series of its own that ends in letters has its series there.

    >>> key_of("ГН", "1234") == key_of("", "ГН 1234") == key_of("", "1234-ГН")
    True
    >>> shown(key_of("", "1234-OB")), shown(key_of("", "12O4"))
    ('0B1234', '1204')
    """
    if series:
        return squeeze(series + number) if len(series) < LONGEST_TEXT else squeeze(series)
    return squeeze(_series_first(number))


def query_keys(text: str) -> tuple[str, ...]:
    """Return the keys under which what somebody reads may be held, the likeliest first: one, or two.

    Two where it ends in letters: they may be a series or misread digits.

    >>> query_keys("AB 1234"), query_keys("1234 OI"), query_keys("12345B"), query_keys("--")
    (('AB1234',), ('123401', '011234'), ('B12345', '12345B'), ())
    """
    raw = text[:LONGEST_TEXT]
    if raw[-1:].isdigit():
        return (squeeze(raw),)
    tail = _TAIL.fullmatch(raw)
    keys = [key_of("", raw)]
    if tail is not None:
        keys.append(squeeze(raw if _certain(tail[2]) else tail[2] + tail[1]))
    return tuple(dict.fromkeys(key for key in keys if key))


_TAIL = re.compile(r"\s*(\d[\d\s\-/.]*?)[\s\-/.]*([^\W\d_]{1,4})\s*")


def _series_first(number: str) -> str:
    if number[-1:].isdigit():
        return number
    tail = _TAIL.fullmatch(number[:LONGEST_TEXT])
    if tail is None or not _certain(tail[2]):
        return number
    return tail[2] + tail[1]


def _certain(letters: str) -> bool:
    """Return whether letters hold one that is no look-alike of a digit."""
    return any(sign in LETTERS for sign in squeeze(letters))


def shown(key: str) -> str:
    """Return a key with its Cyrillic and Greek letters as people write them."""
    return "".join(_SHOWN.get(sign, sign) for sign in key)


def codes(key: str) -> bytes:
    """Return a key as bytes, one a sign."""
    return key.encode("latin-1", "replace")


def shape(key: str) -> str:
    """Return the pattern of a key: A for a letter, 9 for a digit (O, I and L count as digits).

    >>> shape("AB01234")
    'AA99999'
    """
    return "".join("A" if sign in LETTERS else "9" for sign in key)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A number of which not every sign can be read, folded. pieces: signs, `?` and `*`."""

    pieces: str

    @property
    def readable(self) -> int:
        """How many signs could be read."""
        return sum(sign not in (UNREADABLE, ANY) for sign in self.pieces)

    @property
    def unreadable(self) -> int:
        """How many signs are `?`."""
        return self.pieces.count(UNREADABLE)

    @property
    def open(self) -> bool:
        """Whether its length is not known."""
        return ANY in self.pieces

    def longest_run(self) -> str:
        """Return the longest run of signs that could be read, the first of equals."""
        return max(re.split(r"[?*]+", self.pieces), key=len)

    def matches(self, key: str) -> bool:
        """Return whether a key may be this number.

        >>> pattern("12?4*").matches("12345"), pattern("12?4*").matches("1245")
        (True, False)
        """
        return self._compiled().fullmatch(key) is not None

    def _compiled(self) -> re.Pattern[str]:
        said = {UNREADABLE: ".", ANY: ".*"}
        return re.compile("".join(said.get(sign) or re.escape(sign) for sign in self.pieces), re.DOTALL)


def pattern(text: str) -> Pattern:
    """Return what was read, with `?` for each sign and `*` for any number of signs that could not be.

    >>> pattern("AB-1?3 *").pieces
    'AB1?3*'
    """
    parts = re.split(r"([?*])", text[:LONGEST_TEXT])
    pieces = "".join(part if part in (UNREADABLE, ANY) else squeeze(part) for part in parts)
    return Pattern(re.sub(r"\*+", "*", pieces)[:LONGEST])


def is_pattern(text: str) -> bool:
    """Return whether a query has signs that could not be read."""
    return UNREADABLE in text or ANY in text


def differences(asked: str, held: str) -> list[dict[str, object]]:
    """Return where two keys differ: `{at, asked, held}`, `at` counted from 0 in what was asked; "" for a missing sign.

    Meant for keys that one edit or one exchange of neighbours parts; for others it names the stretch that differs.

    >>> differences("AB1234", "AB1284"), differences("AB1234", "AB12334")
    ([{'at': 4, 'asked': '3', 'held': '8'}], [{'at': 5, 'asked': '', 'held': '3'}])
    """
    if asked == held:
        return []
    start = _common(asked, held)
    end = min(_common(asked[::-1], held[::-1]), min(len(asked), len(held)) - start)
    return [{"at": start, "asked": shown(asked[start : len(asked) - end]),
             "held": shown(held[start : len(held) - end])}]  # fmt: skip


def distance(asked: str, held: str) -> int:
    """Return 0 for equal keys, 1 for one edit or one exchange of neighbours, 2 for more.

    >>> distance("1234", "1234"), distance("1234", "1243"), distance("1234", "124"), distance("1234", "4321")
    (0, 1, 1, 2)
    """
    if asked == held:
        return 0
    start = _common(asked, held)
    end = _common(asked[::-1], held[::-1])
    if abs(len(asked) - len(held)) <= 1 and start + end >= max(len(asked), len(held)) - 1:
        return 1
    swapped = len(asked) == len(held) and start + end == len(asked) - 2
    return 1 if swapped and asked[start : start + 2] == held[start : start + 2][::-1] else 2


def _common(left: str, right: str) -> int:
    """Return how many signs two texts have in common from their beginning."""
    for n, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return n
    return min(len(left), len(right))


def same_writing(asked: str, series: str, number: str) -> bool:
    """Return whether a number was asked for just as it is held, but for white space around and between.

    >>> same_writing("ГН 1234", "ГН", "1234"), same_writing("TH1234", "ГН", "1234")
    (True, False)
    """
    return re.sub(r"\s+", "", asked) == re.sub(r"\s+", "", series + number)
