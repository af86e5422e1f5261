"""What rules and learned part look at: a listing's hits in order, the thing named before what comes with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from muster.model import FIREARM_KINDS, Kind
from muster.recognise.lexicon import Lexicon
from muster.recognise.reading import Hit, Reading, calibre_of, maker_of, model_of, sense_of

_JOINED = re.compile(r"\s\+\s?(?=[a-z0-9])|\sw/")
GUNS: frozenset[str] = frozenset(FIREARM_KINDS)
_ROUNDS = re.compile(
    r"\d(?<!\d\d)(?:\d{0,5}\s{0,3}(?:er\s|pcs|pc\b|pieces|stk|stuck|rounds|rds\b|rd\b(?!\s?(?:mag|drum|clip|cap))"
    r"|count\b|ct\b|bul|cartr|patronen|schuss)|\d{1,2}\s?(?:gr|grain|grains)\b)"
)
"""A pattern that begins with a digit is looked for at digits only: twice as fast as one that begins by looking back."""
_ROUNDS_COUNTED = re.compile(
    r"(?<![\d.,])(\d{2,6})\s?(?:rounds|rnds|rds|patronen|schuss|bullets|cartridges|cartouches|cartuchos|balas|colpi|naboi|naboje"
    r"|sztuk|shtuk)\b(?!\s?(?:mag|drum|clip|cap))"
)
_THOUSANDS = re.compile(r"(?<![\d.,a-z])(\d{1,2})k\s?(?:rounds|rnds|rds|bullets|pcs)\b")
_HOLDING = frozenset({"component", "part", "gear", "fitting"})
_HELD = frozenset({"handgun", "long_gun", "gun", "automatic"})
_BOXED = re.compile(
    r"\b(?:box|boxes|pack|packs|case|cases|boites?|cajas?|scatol[ae]|schachteln?)\s(?:of|de|da|di|a|mit)\s\d"
)
_DOSE = re.compile(
    r"\d(?<![a-z0-9.,/]\d)\d{0,3}(?:[.,]\d{1,3})?\s?(?:g|gs|gm|gms|grs|mg|kg|kilos?|oz|hits|tabs|pills|joints)(?![a-z0-9])"
)
"""How much of a drug is sold: "AK-47 10g" is no rifle."""
_BORE = re.compile(r"(?:10|12|16|20|28)\s?g")
_ARMS_NAMES = frozenset({"light_weapon", "explosive", "automatic", "long_gun", "ammunition", "blade_impact"})
_FOR = frozenset({"for", "4", "fur", "fuer", "pour", "para", "per", "dla"})
_GUN_WORDS = frozenset({"handgun", "gun", "long_gun", "automatic", "ammunition", "sale_shape", "part", "fitting"})
FAR = 10**6
"""Place of what does not stand in the text."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A field as the rules see it.

    head: index of the first token that speaks of what comes along ("with", "+", "incl."); the offer is named before.
    first: for each sense, the token where its first word in the head begins; a gun's word that is part of a longer one
        ("rifle scope") is none. counted: how many rounds or pieces are stated, 0 where none.
    guns, arms: models of firearms, and of all other kinds, in the head; those of a maker named in the text first.
    calibre: the token where the first calibre stands; chambered: the kind that most models of that calibre are.
    states_rounds: a number of pieces or rounds is said.
    strong_cues, weak_cues: places that speak of a look-alike's sense; measures: those of the strong that only measure
        ("mg", "ounce"); named_lookalike: a whole look-alike's name.
    """

    reading: Reading
    amount: Decimal | None
    head: int
    first: dict[str, int]
    counted: int
    anywhere: frozenset[str]
    guns: tuple[Hit, ...]
    arms: tuple[Hit, ...]
    makes: tuple[Hit, ...]
    weak_makes: tuple[Hit, ...]
    calibre: int
    chambered: Kind | None
    states_rounds: bool
    strong_cues: int
    weak_cues: int
    measures: int
    named_lookalike: bool

    def at(self, sense: str) -> int:
        """Return the token where a sense first stands in the head, `FAR` where it does not."""
        return self.first.get(sense, FAR)

    @property
    def stated_gun(self) -> bool:
        """Whether a firearm is named by maker and model, or by maker and calibre."""
        makes = self.makes or self.weak_makes
        return bool(makes) and bool(self.guns or self.calibre < FAR)

    def has_evidence(self, senses: frozenset[str]) -> bool:
        """Whether anything here makes the listing worth weighing: a maker, model or calibre, or a word of `senses`."""
        return bool(self.makes or self.guns or self.arms or self.calibre < FAR or self.anywhere & senses)


def facts(reading: Reading, amount: Decimal | None, lexicon: Lexicon) -> Facts:
    """Put what was read in order.

    >>> from muster.recognise.lexicon import lexicon
    >>> from muster.recognise.reading import read
    >>> found = facts(read("Beretta 92 with silencer", lexicon()), None, lexicon())
    >>> found.head, found.at("component") == FAR, "component" in found.anywhere
    (2, True, True)
    """
    head = _head(reading)
    first: dict[str, int] = {}
    within = [hit for hit in reading.words if hit.length > 1 and sense_of(hit) in _HOLDING]
    for hit in reading.words:
        if hit.first < head and not (sense_of(hit) in _HELD and _is_within(hit, within)):
            first.setdefault(sense_of(hit), hit.first)
    named = {maker_of(hit).make for hit in (*reading.makes, *reading.weak_makes)}
    models = [hit for hit in reading.models if hit.first < head and not _is_a_buyer(reading, hit)]
    doses = 1 if _states_dose(reading) else 0
    models.sort(key=lambda hit: (model_of(hit).group not in named, hit.first))
    return Facts(
        reading=reading,
        amount=amount,
        head=head,
        first=first,
        counted=_counted(reading.text.folded),
        anywhere=frozenset(sense_of(hit) for hit in reading.words),
        guns=tuple(hit for hit in models if model_of(hit).kind in GUNS),
        arms=tuple(hit for hit in models if model_of(hit).kind not in GUNS),
        makes=reading.makes,
        weak_makes=reading.weak_makes,
        calibre=min((hit.first for hit in reading.calibres if _is_telling(reading, hit)), default=FAR),
        chambered=lexicon.chambered.get(calibre_of(reading.calibres[0]).name) if reading.calibres else None,
        states_rounds=_states_rounds(reading.text.folded),
        strong_cues=len({hit.first for hit in reading.cues if _is_strong(hit)}) + doses,
        weak_cues=len({hit.first for hit in reading.cues if not _is_strong(hit)}),
        measures=len({hit.first for hit in reading.cues if sense_of(hit) == "measure"}) + doses,
        named_lookalike=bool(reading.lookalikes),
    )


def _is_within(hit: Hit, longer: list[Hit]) -> bool:
    return any(one.first <= hit.first and hit.last <= one.last and hit.length < one.length for one in longer)


def _counted(folded: str) -> int:
    """Return the greatest number of rounds or pieces that is stated."""
    found = [int(match.group(1)) for match in _ROUNDS_COUNTED.finditer(folded)]
    found += [1000 * int(match.group(1)) for match in _THOUSANDS.finditer(folded)]
    return max(found, default=0)


def _states_dose(reading: Reading) -> bool:
    """Whether a dose is stated; "12g" beside a shotgun's or a cartridge's word is its bore."""
    doses = [match.group() for match in _DOSE.finditer(reading.text.folded)]
    if doses and any(sense_of(word) in ("long_gun", "ammunition") for word in reading.words):
        return any(_BORE.fullmatch(dose) is None for dose in doses)
    return bool(doses)


def _is_a_buyer(reading: Reading, hit: Hit) -> bool:
    """Whether a name is rather the buyer's: the one word after "custom for", and a word that tanks or missiles bear."""
    tokens = reading.text.tokens
    if hit.length > 1 or not tokens[hit.first].text.isalpha() or model_of(hit).kind not in _ARMS_NAMES:
        return False
    if reading.makes or hit.last + 1 < len(tokens) or hit.first == 0 or tokens[hit.first - 1].text not in _FOR:
        return False
    return any(sense_of(word) == "custom" and word.first < hit.first for word in reading.words)


def maker_kind(hit: Hit, chambered: Kind | None = None) -> Kind:
    """Return the kind that a maker's unnamed product is likely to be: that of the calibre, if the maker makes such."""
    maker = maker_of(hit)
    return chambered if chambered is not None and chambered in maker.kinds else maker.kind


def _is_telling(reading: Reading, hit: Hit) -> bool:
    """Whether a calibre speaks for itself: "9mm" does, a lone 308 only beside a maker, a model or a gun's word."""
    if hit.meaning.role != "calibre_bare" or reading.text.words[hit.last] == "mm":
        return True
    if hit.length > 1 and _states_rounds(reading.text.folded):
        return True
    return bool(reading.makes or reading.models or any(sense_of(word) in _GUN_WORDS for word in reading.words))


def _states_rounds(folded: str) -> bool:
    return _ROUNDS.search(folded) is not None or _BOXED.search(folded) is not None or _counted(folded) > 0


def _is_strong(hit: Hit) -> bool:
    return bool(getattr(hit.meaning.of, "strong", False))


def _head(reading: Reading) -> int:
    """Return the first token of what only comes along; all tokens where nothing does."""
    text = reading.text
    ends = [hit.first for hit in reading.words if sense_of(hit) == "accessory" and hit.first > 0]
    joined = next((match.end() for match in _JOINED.finditer(text.folded) if match.start() > 0), None)
    if joined is not None:
        ends.append(next((i for i, token in enumerate(text.tokens) if token.start >= joined), len(text.words)))
    return max(1, min(ends, default=len(text.words)))
