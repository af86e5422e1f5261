"""Read text that was decoded wrongly: UTF-8 taken for Windows-1252, Latin-1 or Windows-1251, as old scrapers leave it.

A run of signs outside ASCII is mended only where all of it is UTF-8 under one wrong name, so that text which merely
holds such signs stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LOST = "\ufffd"
_RUN = re.compile(r"[^\x00-\x7f]{2,}")
_BEARABLE = re.compile("[\u00a0-\u024f\u0300-\u052f\u2000-\u2bff\ufe0f\ufffd\U0001f000-\U0001faff]+")
"""Letters of Latin, Greek and Cyrillic, common signs, emoji: what the trade writes. Other scripts would be chance."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A mended text, and for each of its code points the first of the original and the one after the last."""

    text: str
    starts: list[int]
    ends: list[int]


def mend(text: str) -> Mended | None:
    """Return a text with its wrongly decoded runs mended, None where there are none.

    A byte that was lost on the way (U+FFFD) leaves its letter lost, and the letters around it are read.

    >>> found = mend("B\u00c3\u00bcchse")
    >>> found.text, found.starts, found.ends
    ('B\u00fcchse', [0, 1, 3, 4, 5, 6], [1, 3, 4, 5, 6, 7])
    >>> mend("B\u00fcchse") is None
    True
    """
    if _SUSPECT.search(text) is None:
        return None
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    last = 0
    for run in _RUN.finditer(text):
        read = _read(run.group())
        if read is None:
            continue
        letters, places = read
        start = run.start()
        pieces += [text[last:start], letters]
        starts += [*range(last, start), *(start + place for place in places[:-1])]
        ends += [*range(last + 1, start + 1), *(start + place for place in places[1:])]
        last = run.end()
    if not last:
        return None
    pieces.append(text[last:])
    starts += range(last, len(text))
    ends += range(last + 1, len(text) + 1)
    return Mended("".join(pieces), starts, ends)


def _read(run: str) -> tuple[str, list[int]] | None:
    """Return the letters of a run and where each begins, with the run's end at the end; None where it is no UTF-8."""
    for codec in _SIGNS:
        letters: list[str] = []
        places = [0]
        for match in _LETTER[codec].finditer(run):
            if match.start() != places[-1]:
                break
            letters.append(_letter(match.group(), codec))
            places.append(match.end())
        text = "".join(letters)
        if places[-1] == len(run) and _BEARABLE.fullmatch(text) and text.strip(_LOST):
            return text, places
    return None


def _letter(signs: str, codec: str) -> str:
    if _LOST in signs:
        return _LOST
    try:
        return bytes(_BYTES[codec][sign] for sign in signs).decode("utf-8")
    except UnicodeDecodeError:
        return "\x00"  # an overlong form: nothing writes it


def _signs(codec: str) -> list[str]:
    """Return the sign for each byte; a byte that the code page leaves out is a control sign, as browsers have it."""
    return [(bytes([byte]).decode(codec, "ignore") or chr(byte)) for byte in range(256)]


_SIGNS = {codec: _signs(codec) for codec in ("cp1252", "cp1251")}
_BYTES = {
    codec: {**{chr(byte): byte for byte in range(0x80, 0xA0)}, **{sign: byte for byte, sign in enumerate(signs)}}
    for codec, signs in _SIGNS.items()
}
"""Latin-1 is Windows-1252 with control signs in place of some of its own, so both are read as one."""


def _class(codec: str, low: int, high: int) -> str:
    found = {sign for sign, byte in _BYTES[codec].items() if low <= byte <= high}
    return "".join(re.escape(sign) for sign in sorted(found))


def _letter_pattern(codec: str) -> re.Pattern[str]:
    follow = f"[{_class(codec, 0x80, 0xBF)}{_LOST}]"
    two, three, four = (_class(codec, *bounds) for bounds in ((0xC2, 0xDF), (0xE0, 0xEF), (0xF0, 0xF4)))
    return re.compile(f"[{two}]{follow}|[{three}]{follow}{{2}}|[{four}]{follow}{{3}}")


_LETTER = {codec: _letter_pattern(codec) for codec in _SIGNS}
_SUSPECT = re.compile("|".join(pattern.pattern for pattern in _LETTER.values()))
