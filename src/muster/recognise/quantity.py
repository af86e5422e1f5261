"""Read how many items or rounds a listing offers, as it says itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from muster.model import Kind
from muster.recognise.reading import Reading

_N = r"(\d{1,3}(?:[,.]\d{3}){1,2}|\d{1,6})"
_PIECES = r"(?:pcs|pc|psc|pieces|piece|stk|stck|stuck|units|units|sht|szt|pezzi|piezas)"
_ROUNDS = (
    r"(?:rounds?|rds?|bullets?|bulets?|cartridges?|shells?|ammo|patronen|schuss|kugeln|cartouches?|balles|naboi"
    r"|patronov|slugs|count|ct)"
)
_NOT_MAGAZINES = r"(?!\s{0,3}(?:extra\s|spare\s)?(?:mag|clip|magazin|rd|round|\d))"
_STARTS = rf"^[^a-z0-9]{{0,12}}{_N}\s?x(?![a-z0-9]){_NOT_MAGAZINES}"
_INSIDE = rf"(?:[-:,(|]\s{{0,2}}|\s){_N}\s?x\s(?=[a-z#]){_NOT_MAGAZINES}"
_COUNT = rf"(?<![\d.,]){_N}\s{{0,3}}{_PIECES}(?![a-z])"
_PACK = r"\b(?:box|pack|set|lot|case|bag|qty|quantity)(?:\sof\s|:\s?|\s)" + _N + r"\b"

_ROUND_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\d.,]){_N}\s{{0,3}}(?:x\s?)?(?:{_PIECES}|{_ROUNDS})(?![a-z])",
        rf"(?<![\d.,]){_N}er\s?(?:pakete?|packs?|schachteln?|box)",
        _PACK,
        _STARTS,
        rf"\bx\s?{_N}\b",
        rf"^[^a-z0-9]{{0,12}}{_N}\s(?=[a-z])",
    )
)
_ITEM_PATTERNS = tuple(
    re.compile(pattern) for pattern in (_STARTS, _INSIDE, _COUNT, _PACK, rf"\bx\s?{_N}[^a-z0-9]{{0,9}}$")
)
_LOT = rf"\b(?:lot|set|pack|bundle)\sof\s{_N}\s(?!rounds?|rds?|mag|clip|bul|cartr|shell|ammo|$)"
_GRENADES = (
    rf"(?<![\d.,#]){_N}\s(?:[a-z#-]{{1,12}}\s){{0,2}}(?:grenades|granaten|granadas|granate|granaty|granat)(?![a-z])"
)
_GUN_PATTERNS = tuple(re.compile(pattern) for pattern in (_STARTS, _INSIDE, _COUNT, _LOT))
_EXPLOSIVE_PATTERNS = (*_ITEM_PATTERNS, re.compile(_GRENADES))
_LEADING = re.compile(rf"^[^a-z0-9]{{0,12}}{_N}\s(?=[a-z])")
_GUNS = frozenset({"handgun", "long_gun", "automatic", "light_weapon"})
_COUNTED = frozenset({"component", "less_lethal", "blade_impact", "explosive", "pyrotechnic", "protective", "toxic"})
MAX = 1_000_000
"""A greater number is no quantity but a code."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of items or rounds, and its place in code points of the field."""

    value: int
    unit: str
    start: int
    end: int


def quantity(reading: Reading, kind: Kind) -> Quantity | None:
    """Return the quantity that a field states for an offer of this kind, or None.

    Numbers inside a calibre or a model are left alone, and so are magazines and rounds that come with a weapon.

    >>> from muster.recognise.lexicon import lexicon
    >>> from muster.recognise.reading import read
    >>> quantity(read("7.62x39 - 5 bullets", lexicon()), "ammunition")
    Quantity(value=5, unit='rounds', start=10, end=11)
    >>> quantity(read("Glock 19, 2 mags included", lexicon()), "handgun") is None
    True
    """
    if kind == "ammunition":
        return _first(reading, _ROUND_PATTERNS, "rounds")
    if kind in _GUNS:
        return _first(reading, _GUN_PATTERNS, "items")
    if kind == "explosive":
        return _first(reading, _EXPLOSIVE_PATTERNS, "items")
    if kind in _COUNTED:
        patterns = (*_ITEM_PATTERNS, _LEADING) if kind == "blade_impact" else _ITEM_PATTERNS
        return _first(reading, patterns, "items")
    return None


def _first(reading: Reading, patterns: tuple[re.Pattern[str], ...], unit: str) -> Quantity | None:
    text = _without_numbers_of_names(reading)
    for pattern in patterns:
        for match in pattern.finditer(text):
            value = int(match.group(1).replace(",", "").replace(".", ""))
            if 0 < value <= MAX:
                start, end = reading.text.place(match.start(1), match.end(1))
                return Quantity(value, unit, start, end)
    return None


def _without_numbers_of_names(reading: Reading) -> str:
    """Blank out calibres and models, so that "9x19" is never nine of something."""
    text = reading.text.folded
    for hit in (*reading.calibres, *reading.models):
        start, end = reading.text.tokens[hit.first].start, reading.text.tokens[hit.last].end
        text = text[:start] + "#" * (end - start) + text[end:]
    return text
