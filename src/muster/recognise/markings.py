"""Read serial, lot and contract numbers in text. A number counts only beside the word that says what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from muster.model import Marking

_CODE = r"(?=[A-Z0-9/\-]{0,19}\d)[A-Z0-9]{1,12}(?:[-/][A-Z0-9]{1,8}){0,3}"
_SIGN = r"(?:\s?(?:\#|№|:|=|nr\.?|no\.?|n[°º]|number|num\.?|nummer|is)){0,3}\s{0,2}"
_SERIAL = re.compile(
    rf"(?<![A-Za-z])(?:serial(?!\s?(?:key|killer|port|cable))|s/n|ser\.|seriennummer|waffennummer|сер(?:ийный|ійний)\s(?:номер|№)"
    rf"|n[uú]m[eé]ro\sd[ei]\ss[eé]rie|matricola|n(?:umer|r)\sseryjny){_SIGN}(?-i:({_CODE}))(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_LOT = re.compile(
    r"(?<![A-Za-z])(?:lot|batch|los|lote|парт(?:ия|ія))(?:\s?(?:\#|№|:|nr\.?|no\.?|n[°º]|number)){0,2}\s{0,2}"
    r"(?-i:((?=[A-Z0-9]{0,8}-)(?=[A-Z0-9\-]{0,19}\d)[A-Z0-9]{1,8}(?:-[A-Z0-9]{1,8}){1,3}"
    r"|(?=[A-Z]{1,4}\d)[A-Z]{1,4}\d{2,8}))(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_CONTRACT = re.compile(
    rf"(?<![A-Za-zА-Яа-яІі])(?:contract|contrat|contrato|vertrag|kontrakt|контракт|договор){_SIGN}(?-i:((?=[A-Z0-9\-]{{0,23}}\d)[A-Z][A-Z0-9]{{2,8}}(?:-[A-Z0-9]{{1,6}}){{1,3}}"
    rf"|[A-Z]{{2,6}}\d{{6,14}}))(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_DODAAC = re.compile(
    r"(?<![A-Z0-9])((?:DAAH|DAAA|DAAE|DAAB|DAAK|W31P4Q|W15QKN|W52P1J|N00019|FA8\d{3})[0-9-]{2}[A-Z0-9-]{4,12})"
    r"(?![A-Z0-9])"
)
"""A contract number of US ordnance offices says by its first letters what it is."""
MIN_SERIAL = 4
"""A serial of fewer signs tells no two objects apart."""

_PATTERNS: tuple[tuple[Literal["serial", "lot", "contract"], re.Pattern[str]], ...] = (
    ("contract", _CONTRACT),
    ("contract", _DODAAC),
    ("lot", _LOT),
    ("serial", _SERIAL),
)


def find_markings(of: str, field: str, text: str, limit: int = 8000) -> Iterator[Marking]:
    """Yield each marking in the first `limit` code points of a field, in order of place.

    >>> [(m.type, m.value) for m in find_markings("x", "title", "PM pistol, serial no. AB12345, lot of 50, USD 500")]
    [('serial', 'AB12345')]
    """
    found: list[Marking] = []
    for type_, pattern in _PATTERNS:
        for match in pattern.finditer(text[:limit]):
            value, start, end = match.group(1), match.start(1), match.end(1)
            if type_ == "serial" and sum(char.isalnum() for char in value) < MIN_SERIAL:
                continue
            if all(end <= other.start or other.end <= start for other in found):
                found.append(Marking(of, type_, value, field, start, end))
    yield from sorted(found, key=lambda marking: marking.start)
