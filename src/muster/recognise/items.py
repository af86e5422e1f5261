"""Say which things a listing names: make, model and calibre of each, with the places they were read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from muster.model import Kind, Span
from muster.recognise.facts import Facts
from muster.recognise.fold import Folded
from muster.recognise.lexicon import Lexicon
from muster.recognise.reading import Hit, Reading, calibre_of, maker_of, model_of
from muster.recognise.variants import variant, variant_before

NAMED: frozenset[Kind] = frozenset(
    {"handgun", "long_gun", "automatic", "light_weapon", "ammunition", "explosive", "component", "less_lethal",
     "blade_impact"}
)  # fmt: skip
"""Kinds of which a make and a model are asked."""
CHAMBERED: frozenset[Kind] = frozenset({"handgun", "long_gun", "automatic", "ammunition", "component", "less_lethal"})
_GUNS: frozenset[Kind] = frozenset({"handgun", "long_gun", "automatic"})
_PART_OF: frozenset[Kind] = _GUNS | {"component"}
_ROLES = ("calibre", "calibre_marked", "calibre_bare")
_UNKNOWN_MODEL = re.compile(
    r"\s{0,3}(?:model\s)?([a-z]{1,5}-?\d{1,4}[a-z]{0,3}|\d{3,4}[a-z]{0,2})(?![a-z0-9]|\s{0,3}(?:rounds|pcs|x\b|mm|usd))"
)
_CALIBRE_NUMBERS = frozenset(
    {"300", "303", "308", "327", "338", "350", "357", "375", "380", "410", "454", "460", "480", "500"}
    | {"204", "223", "243", "270", "556", "762"}
)
_DASH = re.compile(r"-\d(?![0-9])")
_DASHED = frozenset({"Smith & Wesson", "Dan Wesson", "SIG"})
"""Makers who count a model's changes after a dash: 66-8."""
MIN_NAME = 4
"""Letters of a model's name that the catalogue does not have; shorter words are codes of finish and delivery."""
_NUMERALS = frozenset({"ii", "iii", "iv"})
_NO_NAME = frozenset(
    {
        "arms",
        "firearms",
        "performance",
        "original",
        "brand",
        "model",
        "mint",
        "rare",
        "sale",
        "selling",
        "sold",
        "free",
        "ship",
    }
    | {
        "shipping",
        "stealth",
        "from",
        "this",
        "that",
        "very",
        "good",
        "great",
        "nice",
        "best",
        "cheap",
        "price",
        "quality",
    }
    | {
        "black",
        "white",
        "grey",
        "gray",
        "silver",
        "gold",
        "golden",
        "green",
        "brown",
        "pink",
        "purple",
        "bronze",
        "copper",
    }
    | {
        "mini",
        "micro",
        "large",
        "small",
        "long",
        "short",
        "heavy",
        "light",
        "lightweight",
        "polished",
        "brushed",
        "satin",
    }
    | {
        "germany",
        "german",
        "austria",
        "austrian",
        "italy",
        "italian",
        "belgium",
        "czech",
        "russia",
        "russian",
        "american",
    }
    | {"swiss", "spanish", "french", "british", "israel", "israeli", "turkey", "turkish", "china", "chinese", "europe"}
    | {"world", "wide", "worldwide", "delivery", "escrow", "full", "edition", "limited", "special", "series", "factory"}
    | {"barrel", "slide", "trigger", "safety", "frame", "finish", "grade", "type", "year", "made", "usa", "import"}
    | {
        "hunting",
        "police",
        "military",
        "army",
        "navy",
        "issue",
        "issued",
        "condition",
        "like",
        "unused",
        "unfired",
        "loaded",
    }
    | {
        "clone",
        "copy",
        "replica",
        "style",
        "pattern",
        "with",
        "and",
        "plus",
        "only",
        "auto",
        "automatic",
        "single",
        "double",
    }
    | {"magnum", "premier", "premium", "collector", "collectors", "vintage", "antique", "old", "modern", "custom"}
)
"""Words that follow a maker's name and are no name of a model."""
_LISTED = re.compile(r"[,;/|+&\n]|\s(?:and|und|et|y|plus|or)\s")
BLANK_CALIBRES = {"9x19mm": "9mm PAK"}
"""What a calibre's usual reading becomes on a gun that fires no bullet."""
MAX_ITEMS = 20
"""More models than this in one title are search words, not goods."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing named: make, model, calibre ("" where not said), its kind by its model, and its places."""

    make: str = ""
    model: str = ""
    calibre: str = ""
    kind: Kind | None = None
    spans: tuple[Span, ...] = ()


def items(field: str, facts: Facts, kind: Kind, lexicon: Lexicon) -> list[Item]:
    """Return the things that a field names for an offer of this kind: at least one, perhaps with nothing known of it.

    A second thing counts only where it is a model of its own in a list ("Glock 17, Glock 19 / Uzi").
    """
    if kind not in NAMED:
        return [Item()]
    models = [hit for hit in (*facts.guns, *facts.arms, *_along(facts, kind)) if _fits(model_of(hit).kind, kind)]
    calibre, calibre_spans = _calibre(field, facts.reading, kind)
    if not models:
        return [_without_model(field, facts, kind, calibre, calibre_spans)]
    listed = _listed(facts.reading, models) if kind in _GUNS | {"light_weapon", "explosive"} else models[:1]
    found = [_with_model(field, facts.reading, hit, lexicon) for hit in listed[:MAX_ITEMS]]
    if len(found) == 1:
        first = found[0]
        found = [Item(first.make, first.model, calibre, first.kind, first.spans + calibre_spans)]
    return found


def _along(facts: Facts, kind: Kind) -> tuple[Hit, ...]:
    """Return the models that a part is named with: "silencer for pistol, fits + Glock 19" says what it is for."""
    return () if kind != "component" else tuple(hit for hit in facts.reading.models if hit.first >= facts.head)


def _fits(model: Kind, kind: Kind) -> bool:
    if kind in _PART_OF:
        return model in _GUNS or (kind == "handgun" and model == "less_lethal")
    return model == kind or (kind == "less_lethal" and model in _GUNS)


def _listed(reading: Reading, models: list[Hit]) -> list[Hit]:
    """Return the first model, and those before and after it that a sign or word of a list sets apart from the next."""
    first = models[0]
    before: list[Hit] = []
    for hit in sorted(models[1:], key=lambda hit: -hit.last):
        following = before[0] if before else first
        pattern = not model_of(hit).make and model_of(first).kind in ("long_gun", "automatic")  # "AK-47, WASR-10"
        if hit.last < following.first and not pattern and _is_another(reading, hit, following, [*before, first]):
            before.insert(0, hit)
    after: list[Hit] = []
    for hit in sorted(models[1:], key=lambda hit: hit.first):
        last = after[-1] if after else first
        if hit.first > last.last and _is_another(reading, last, hit, [*before, first, *after]):
            after.append(hit)
    return [first, *before, *after]


def _is_another(reading: Reading, one: Hit, other: Hit, held: list[Hit]) -> bool:
    """Whether a list parts two models that follow each other, and neither is one of those held in other words."""
    new = one if other in held else other
    if any(_same(new, known) for known in held):
        return False
    tokens = reading.text.tokens
    between = reading.text.folded[tokens[one.last].end : tokens[other.first].start]
    return _LISTED.search(between) is not None


def _same(one: Hit, other: Hit) -> bool:
    """Whether two spellings are of one model or its variant: "Glock 19 G19", "92FS / 92"."""
    first, second = model_of(one), model_of(other)
    if first.group != second.group:
        return False
    return first.model.startswith(second.model) or second.model.startswith(first.model)


def _with_model(field: str, reading: Reading, hit: Hit, lexicon: Lexicon) -> Item:
    model = model_of(hit)
    spans = []
    makers = [maker for maker in (*reading.makes, *reading.weak_makes) if maker_of(maker).make == model.group]
    name, make = model.model, model.make
    if makers:
        make = "" if maker_of(makers[0]).heading else maker_of(makers[0]).make
        spans.append(_span(field, reading.text, makers[0], "make", make or maker_of(makers[0]).make))
    elif not make:
        beside = [m for m in reading.weak_makes if m.last + 1 == hit.first or hit.last + 1 == m.first]
        other = next((maker for maker in (*reading.makes, *beside) if _GUNS & maker_of(maker).kinds), None)
        if other is not None and not maker_of(other).heading:
            make = maker_of(other).make
            spans.append(_span(field, reading.text, other, "make", make))
    start, end = reading.text.span(hit.first, hit.last)
    folded_end = reading.text.tokens[hit.last].end
    if model.group in _DASHED and (dash := _DASH.match(reading.text.folded, folded_end)):
        name, end = name + dash.group(), reading.text.place(folded_end, dash.end())[1]
    elif more := variant(reading, hit):
        name, end = name + more[0], reading.text.place(folded_end, more[1])[1]
    elif before := variant_before(reading, hit):
        name, start = f"{name} {before[0]}", reading.text.place(before[1], folded_end)[0]
    spans.append(Span(field, start, end, "model", name))
    return Item(make, name, "", model.kind, tuple(spans))


def _without_model(field: str, facts: Facts, kind: Kind, calibre: str, calibre_spans: tuple[Span, ...]) -> Item:
    makers = [*facts.makes, *facts.weak_makes]
    makers = [hit for hit in makers if not maker_of(hit).heading and _makes(hit, kind)]
    if not makers:
        return Item(calibre=calibre, spans=calibre_spans)
    maker = makers[0]
    make = maker_of(maker).make
    spans = [_span(field, facts.reading.text, maker, "make", make)]
    model = ""
    if kind in _GUNS | {"blade_impact", "less_lethal"}:
        unknown = _unknown_model(field, facts.reading, maker)
        if unknown is not None:
            model = unknown.value
            spans.append(unknown)
    return Item(make, model, calibre, None, (*spans, *calibre_spans))


def _unknown_model(field: str, reading: Reading, maker: Hit) -> Span | None:
    """Return what stands where a model stands, straight after its maker, though the catalogue has no such model."""
    text = reading.text
    found = _UNKNOWN_MODEL.match(text.folded, text.tokens[maker.last].end)
    if found is None or found.group(1) in _CALIBRE_NUMBERS:
        return _named_after(field, reading, maker)
    for hit in reading.calibres:
        if text.tokens[hit.first].start < found.end(1) and found.start(1) < text.tokens[hit.last].end:
            return None
    start, end = text.place(found.start(1), found.end(1))
    return Span(field, start, end, "model", text.original[start:end].upper())


def _named_after(field: str, reading: Reading, maker: Hit) -> Span | None:
    """Return the word straight after a maker that is no word of the trade: "Colt Cobra", "Kimber Eclipse II"."""
    text, first = reading.text, maker.last + 1
    if first >= len(text.tokens):
        return None
    word = text.tokens[first]
    known = (*reading.words, *reading.calibres, *reading.makes, *reading.weak_makes, *reading.models, *reading.cues)
    if len(word.text) < MIN_NAME or not word.text.isalpha() or word.text in _NO_NAME:
        return None
    between = text.folded[text.tokens[maker.last].end : word.start]
    if between.strip() or any(hit.first <= first <= hit.last for hit in known):
        return None
    last = first + 1 if first + 1 < len(text.tokens) and text.tokens[first + 1].text in _NUMERALS else first
    start, end = text.span(first, last)
    name = " ".join([word.text.capitalize(), *(token.text.upper() for token in text.tokens[first + 1 : last + 1])])
    return Span(field, start, end, "model", name)


def _makes(hit: Hit, kind: Kind) -> bool:
    kinds = maker_of(hit).kinds
    return kind in kinds or (kind in _PART_OF and bool(kinds & _GUNS))


def _calibre(field: str, reading: Reading, kind: Kind) -> tuple[str, tuple[Span, ...]]:
    """Return the calibre that stands firmest in the text, and its place."""
    if kind not in CHAMBERED or not reading.calibres:
        return "", ()
    best = min(reading.calibres, key=lambda hit: (_ROLES.index(hit.meaning.role), hit.first))
    name = calibre_of(best).name
    if kind == "less_lethal" and best.meaning.role == "calibre_bare":
        name = BLANK_CALIBRES.get(name, name)
    return name, (_span(field, reading.text, best, "calibre", name),)


def _span(field: str, text: Folded, hit: Hit, what: str, value: str) -> Span:
    start, end = text.span(hit.first, hit.last)
    return Span(field, start, end, what, value)
