"""Read how many items or rounds a listing offers, as it says itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from muster.model import Kind
from muster.recognise.reading import Reading
from muster.recognise.variants import variant

_N = r"(\d{1,3}(?:[,.]\d{3}){1,2}|\d{1,6})"
NUMBERS = {
    word: number
    for number, words in (
        (2, "two twin zwei deux due dwa dwie dva dvi pair paar paire par coppia"),
        (3, "three drei trois tre trzy tri"),
        (4, "four vier quatre cuatro quattro cztery chetyre"),
        (5, "five funf fuenf cinq cinco cinque piec pyat"),
        (6, "six sechs sei szesc shest"),
        (7, "seven sieben sept siete sette"),
        (8, "eight acht huit ocho"),
        (9, "nine neun neuf nueve nove"),
        (10, "ten zehn dix diez dieci desyat"),
        (12, "twelve zwolf douze doce dodici dozen dutzend"),
    )
    for word in words.split()
}
"""Numbers written out, in eight languages, as they fold; "dos", "tres" and the like are read where goods follow."""
NUMBERS |= {"dos": 2, "tres": 3, "seis": 6}
_W = "(" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
_OF = r"(?:\s(?:of|of\sthe|von|de|di|a))?"
_PIECES = (
    r"(?:pcs|pc|psc|pieces|piece|stk|stck|stuck|units|units|unidades|uds|ud|sht|shtuk|shtuki|szt|sztuk|sztuki|pezzi|pz"
    r"|piezas)"
)
_ROUNDS = (
    r"(?:rounds?|rds?|rnds?|bullets?|bulets?|cartridges?|shells?|ammo|patronen|schuss|kugeln|cartouches?|balles?|balas|coups"
    r"|cartuchos|colpi|proiettili|naboi|naboje|nabojow|naboiv|patronov|patroniv|slugs|count|ct)"
)
_BOXES = (
    r"(?:boxes|box|packs|packets|pack|cases|case|cans|tins|bricks|schachteln?|packungen|packung|paketen?|boites?|cajas?"
    r"|scatol[ae]|pudel(?:ko|ka|ek)|pacz(?:ka|ki|ek)|pachk[ai]|pachek|korobk[ai]|korobok|yashchik[ai]?|upakovk[ai])"
)
_NOT_MAGAZINES = (
    r"(?!\s{0,3}(?:extra\s|spare\s|full\s)?(?:\d{1,3}\s?(?:rd|rnd|round|schuss)s?\s)?(?:mag|clip|magazin|rd|round|\d))"
)
_STARTS = rf"^[^a-z0-9]{{0,12}}{_N}\s?x(?![a-z0-9]){_NOT_MAGAZINES}"
_INSIDE = rf"(?:[-:,(|]\s{{0,2}}|\s){_N}\s?x\s(?=\.?[a-z#]){_NOT_MAGAZINES}"
_COUNT = rf"(?<![\d.,]){_N}\s{{0,3}}{_PIECES}(?![a-z])"
_CONTAINED = (
    r"(?:box|pack|set|lot|case|bag|brick|can|tin|crate|caja|boite|scatola|lote|lotto|pachka|paczka|pudelko|yashchik|qty"
    r"|quantity)"
)
_PACK = rf"\b{_CONTAINED}(?:\s(?:of|a|de|da|di|po|mit|von)\s|:\s?|\s)" + _N + r"\b(?!\s?(?:mm|gr|x))"
_PACKED = rf"(?<![\d.,]){_N}(?:\s|-)?pack(?![a-z])"
_SPELLED = (
    rf"(?:^[^a-z0-9]{{0,12}}(?:lot\sof\s|lote\sde\s|a\s)?|[-:]\s){_W}{_OF}\s(?=[a-z#]){_NOT_MAGAZINES}"
    r"(?!(?:tone|shot|stage|sided|handed|hand|day|days|way|barrel|barrels|color|colour|piece|o|for|fur|pour|para|per|dla)\b)"
)
"""A number written out at the beginning, or after a dash or colon; "two tone" and "two shot" say how it is made."""
_AFTER = rf"#\s?x\s?{_N}(?![a-z0-9]){_NOT_MAGAZINES}"
"""How many, straight after a model's or calibre's name: "Glock 17 x3"."""

_PRODUCTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\d.,]){_N}\s{{0,3}}{_BOXES}\s{{0,3}}(?:of|a|de|da|di|po|x|mit|von|@|,|-)\s{{0,3}}{_N}\b(?!\s?(?:mm|gr|g\b|x))",
        rf"(?<![\d.,]){_N}\s{{0,3}}(?:{_ROUNDS}|{_PIECES})\s?[x*]\s?{_N}\s{{0,3}}{_BOXES}",
        rf"(?<![\d.,#]){_N}\s?[x*]\s?{_N}\s{{0,3}}(?:{_ROUNDS}|{_PIECES})(?![a-z])",
        rf"\b{_BOXES}\sof\s{_N}\s?[x*]\s?{_N}(?![a-z0-9])",
        rf"(?<![\d.,]){_N}\s{{0,3}}{_BOXES}\b[^\d]{{0,40}}(?<![\d.,]){_N}\s{{0,3}}(?:rounds\s|rds\s|pcs\s)?(?:each|per\sbox|je|chacune|cada)",
        rf"\b{_W}\s{_BOXES}\b[^\d]{{0,40}}(?<![\d.,]){_N}\s{{0,3}}(?:rounds\s|rds\s|pcs\s)?(?:each|per\sbox|je|chacune|cada)",
        rf"\b{_W}\s{_BOXES}\s(?:of|a|de|da|di|po|mit|von)\s{_N}\b(?!\s?(?:mm|gr|x))",
    )
)
"""Boxes times what is in each: "10 boxes of 50", "50 rounds x 10 boxes", "4 x 25 shells", "two boxes, 20 each"."""
_THOUSANDS = re.compile(rf"(?<![\d.,a-z])(\d{{1,3}})k\s{{0,3}}(?:{_ROUNDS}|{_PIECES})(?![a-z])")
_ROUND_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\d.,]){_N}\s{{0,3}}(?:x\s?)?(?:{_PIECES}|{_ROUNDS})(?![a-z])",
        rf"(?<![\d.,]){_N}er\s?(?:pakete?|packs?|schachteln?|box)",
        _PACK,
        _PACKED,
        _STARTS,
        rf"[-:,(|]\s{{0,2}}{_N}\s?x\s(?=\.?[a-z#]){_NOT_MAGAZINES}",
        rf"\bx\s?{_N}\b",
        rf"^[^a-z0-9]{{0,12}}{_N}\s(?=[a-z])",
    )
)
_ITEM_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (_STARTS, _INSIDE, _COUNT, _PACK, _PACKED, rf"\bx\s?{_N}[^a-z0-9]{{0,9}}$", _SPELLED, _AFTER)
)
_LOT = (
    rf"\b(?:lot|set|pack|bundle|lote|lotto|zestaw)\s(?:of|de|di)\s{_N}\s"
    r"(?!rounds?|rds?|mag|clip|bul|cartr|shell|ammo|$)"
)
_GRENADES = (
    rf"(?<![\d.,#a-z]){_N}\s(?:[a-z0-9#-]{{1,12}}\s){{0,3}}"
    r"(?:grenades|granaten|granadas|granate|granaty|granat)(?![a-z])"
)
_MULTIPLIED = rf"\bx\s?{_N}(?![a-z0-9])"
_STICKS = rf"(?<![\d.,#a-z]){_N}\s(?:sticks|cartuchos|cartouches|stangen|candelotti|caps)(?![a-z])"
_GUN_PATTERNS = tuple(re.compile(pattern) for pattern in (_STARTS, _INSIDE, _COUNT, _LOT, _SPELLED, _AFTER))
_LEADING = re.compile(rf"^[^a-z0-9]{{0,12}}{_N}\s(?=[a-z])")
_EXPLOSIVE_PATTERNS = (
    *_ITEM_PATTERNS,
    *(re.compile(pattern) for pattern in (_GRENADES, _MULTIPLIED, _STICKS, rf"^[^a-z0-9]{{0,12}}{_N}\s(?=#)")),
)
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
        text = _without_numbers_of_names(reading)
        return _product(reading, text) or _first(reading, text, _ROUND_PATTERNS, "rounds")
    if kind in _GUNS:
        return _first(reading, _without_numbers_of_names(reading), _GUN_PATTERNS, "items")
    if kind == "explosive":
        return _first(reading, _without_numbers_of_names(reading), _EXPLOSIVE_PATTERNS, "items")
    if kind in _COUNTED:
        patterns = (*_ITEM_PATTERNS, _LEADING) if kind == "blade_impact" else _ITEM_PATTERNS
        return _first(reading, _without_numbers_of_names(reading), patterns, "items")
    return None


def _first(reading: Reading, text: str, patterns: tuple[re.Pattern[str], ...], unit: str) -> Quantity | None:
    for pattern in patterns:
        for match in pattern.finditer(text):
            value = _number(match.group(1))
            if 0 < value <= MAX:
                start, end = reading.text.place(match.start(1), match.end(1))
                return Quantity(value, unit, start, end)
    return None


def _product(reading: Reading, text: str) -> Quantity | None:
    """Return boxes times what is in each, and thousands written with a k."""
    for pattern in _PRODUCTS:
        for match in pattern.finditer(text):
            value = _number(match.group(1)) * _number(match.group(2))
            if 0 < value <= MAX:
                return Quantity(value, "rounds", *reading.text.place(match.start(1), match.end(2)))
    found = _THOUSANDS.search(text)
    if found is None or int(found.group(1)) == 0:
        return None
    return Quantity(1000 * int(found.group(1)), "rounds", *reading.text.place(found.start(1), found.end(1)))


def _number(text: str) -> int:
    return NUMBERS[text] if text in NUMBERS else int(text.replace(",", "").replace(".", ""))


def _without_numbers_of_names(reading: Reading) -> str:
    """Blank out calibres and models, so that "9x19" is never nine of something."""
    text = reading.text.folded
    for hit in (*reading.calibres, *reading.models):
        start, end = reading.text.tokens[hit.first].start, reading.text.tokens[hit.last].end
        if hit.meaning.role.startswith("model") and (more := variant(reading, hit)):
            end = more[1]  # the X5 of "P226 X5" is no five
        text = text[:start] + "#" * (end - start) + text[end:]
    return text
