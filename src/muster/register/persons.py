"""Keep persons out: what looks like one in free text is blanked, and counted.

A register of objects has no field for a person, so whoever is named stands in a note. The patterns are meant to blank
too much rather than too little: a lost word of a note costs less than a name that stays.
"""

from __future__ import annotations

import re

BLANK = "‹blank›"
"""Stands for what was taken out."""

_INITIAL = r"[A-ZА-ЯІЇЄҐ]\.\s?"
_NAME = r"[A-ZÀ-ÞА-ЯІЇЄҐ][a-zß-ÿа-яіїєґ'’\-]{1,30}"
_CERTAIN = (
    rf"(?:{_INITIAL}){{1,2}}{_NAME}"  # I. P. Name
    rf"|{_NAME}\s(?:{_INITIAL}){{1,2}}(?!\s?[A-ZА-ЯІЇЄҐ])"  # Name I. P.
    r"|(?<!\w)[А-ЯІЇЄҐ][\w’']{1,30}\s[А-ЯІЇЄҐ][\w’']{1,30}\s[А-ЯІЇЄҐ][\w’']{1,30}(?i:вич|вна|ічна|ич)(?!\w)"
    rf"|(?<!\w)(?i:mr|mrs|ms|herr|frau|mme|гр\.?|громадян(?:ин|ка)|гражданин(?:ка)?|пан|пані)\.?\s+{_NAME}"
    r"|(?<!\w)[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,4}"  # e-mail
    r"|(?<![\w.])(?!\d{4}-\d\d-\d\d(?!\d))\+?\d[\d\s()\-]{8,18}\d(?![\w.])"  # telephone, personal number
)
_PERSON = re.compile(rf"{_CERTAIN}|{_NAME}(?:\s{_NAME}){{1,3}}")
_IN_OFFICE = re.compile(_CERTAIN)


def blanked(text: str, *, office: bool = False) -> tuple[str, int]:
    """Return a text without what looks like a person, and how many passages were blanked.

    office: the text names an office, whose words are capitalised: two in a row are no person there.

    >>> blanked("lost near the river; reported by Ada Example, tel. +380 00 000 00 00")
    ('lost near the river; reported by ‹blank›, tel. ‹blank›', 2)
    >>> blanked("barrel shortened")
    ('barrel shortened', 0)
    >>> blanked("Harbour Police, Inspector A. B. Example", office=True)
    ('Harbour Police, Inspector ‹blank›', 1)
    """
    if not text:
        return "", 0
    return (_IN_OFFICE if office else _PERSON).subn(BLANK, text[:2000])
