"""Which measure a claim means: by its type, its nouns and its cues. What is not sure is left unmeasured.

A claim compiled to the wrong measure may get a wrong verdict; one compiled to none gets *cannot tell*. So each sort is
compiled only where its words leave one reading, or two that must then agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from muster.claims.cues import Cues, cues
from muster.claims.measures import TRADE, counted_by, kind_of, period_days
from muster.estimate.scope import Scope
from muster.model import Claim, Comparator

MONTH = 7
"""Length of a month as written (2014-03): a change is told between two months."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A measure with what narrows it. comparator, value: in the measure's own unit. period, before: ISO, "" where the
    claim's own holds. also: what a second reading of the words has otherwise."""

    measure: str
    kind: str
    comparator: Comparator
    value: float | tuple[float, float] | None
    of: str = ""
    model: str = ""
    period: str = ""
    before: str = ""
    ships_from: str = ""
    ships_to: str = ""
    also: Mapping[str, str] = field(default_factory=dict)


def meant(claim: Claim, language: str, published: date | None, *, on_market: bool) -> Meant | None:
    """Return the measure that a claim means, or None where its words leave it open or none counts it."""
    found = cues(claim.quote, language)
    if not _about_offers(claim, on_market=on_market):
        return None
    if left_out(claim, found):
        return None
    if claim.type == "share":
        return _share(claim, found)
    if claim.type == "money":
        return _price(claim, found)
    if claim.type == "trend":
        return _change(claim, found, published)
    if claim.type == "comparison":
        return _difference(found)
    return _count(claim, found)


def left_out(claim: Claim, found: Cues) -> str:
    """Say what a claim asserts beyond a number of things on sale that no measure takes in, or return "".

    Ten pistols on sale are no ten Ukrainian pistols, and no ten of a make that nobody here knows.
    """
    unknown = [name for name in found.unknown if name.casefold() not in claim.place.casefold().split()]
    if unknown:
        return f"no measure counts “{unknown[0]}”: neither the captures nor the catalogue know this word"
    origins = [(claim.quote.find(facet.quote), facet.quote) for facet in claim.facets if facet.kind == "origin"]
    sent = found.ships_from | found.ships_to
    shipping = "ships" in found.said or "shipped" in found.said
    if shipping and not origins and (not sent or (found.ships_to and "ships" not in found.said)):
        return "it speaks of shipping, and the words do not say from which country or to which a seller ships"
    if len(found.ships_from) > 1 or len(found.ships_to) > 1:
        return "it names several countries, and a place that is stated is one at a time"
    if claim.type == "money":  # "US dollars"
        return ""
    for code, at in found.countries:
        inside = any(begin <= at < begin + len(words) for begin, words in origins)
        if code not in sent and not inside and code != claim.place:
            word = claim.quote[at:].split()[0].strip(".,;:!?»”\"')")
            return f"it says more than how many (“{word}”): where things or people are from, no capture shows"
    return ""


def _about_offers(claim: Claim, *, on_market: bool) -> bool:
    """Say whether a claim speaks of what is on sale; ten missing pistols are no ten offers."""
    words = {facet.kind for facet in claim.facets}
    return on_market or "offer" in words or (claim.item or claim.unit).lower() in TRADE


def _count(claim: Claim, found: Cues) -> Meant | None:
    unit = counted_by(claim)
    if unit is None and found.model and found.model_kind:
        unit = "offers", found.model_kind
    if unit is None:
        return None
    measure, kind = unit
    sold = "sold" in found.said and "sold_now" not in found.said
    if sold and (measure in ("listings", "vendors") or found.model):
        return None
    if claim.type == "transactions":  # of one seller, or of all: what one seller's reviews show holds of both
        measure = "top_counter"
    elif measure == "sales" or (sold and measure == "offers"):
        measure = "sold" if claim.period else "sales"
    also: Mapping[str, str] = {}
    if (claim.item or claim.unit).lower() in TRADE:
        kind = _group([kind_of(noun) for noun in found.things() if noun not in TRADE and kind_of(noun)])
        if not kind:  # "900 listings": of arms, in an article on arms, or of anything
            kind, also = "weapons", {"kind": "all"} if measure in ("listings", "offers", "vendors") else {}
    if "register" in found.said and measure in ("offers", "listings"):
        measure = "alerts"
    elif found.model:
        if measure != "offers":
            return None
        if found.ships_from or found.ships_to:
            return None
        return Meant("named", kind, claim.comparator, claim.value, model=found.model)
    active = "ships" in found.said
    return Meant(
        measure, kind, claim.comparator, claim.value, also=also, ships_from="".join(found.ships_from),
        ships_to="".join(found.ships_to) if active else "",
    )  # fmt: skip


def _shipping(found: Cues) -> bool:
    return bool(found.ships_from or found.ships_to)


def _share(claim: Claim, found: Cues) -> Meant | None:
    """ "Two thirds of the weapons on sale are pistols": a part joined to its whole by a verb, and nothing else said."""
    things = [(noun, at) for noun, at in found.nouns]
    if len(things) != 2 or "is" not in found.said or not things[0][1] < found.said["is"] < things[1][1]:
        return None
    if {"sellers", "sales", "total", "price", "register"} & set(found.said) or found.model:
        return None
    if any(facet.kind == "origin" for facet in claim.facets) or _shipping(found):
        return None
    whole, kind = things[0][0], kind_of(things[1][0])
    listed = whole in TRADE
    of = "all" if listed else kind_of(whole)
    if not kind or not of or things[1][0] in TRADE or not set(Scope(kind).kinds) < set(Scope(of).kinds):
        return None
    value = _scaled(claim, 0.01 if claim.unit == "percent" else 1.0)
    if value is None or claim.unit not in ("percent", "share"):
        return None
    wider = listed and set(Scope(kind).kinds) < set(Scope("weapons").kinds)
    return Meant("share", kind, _round(claim.comparator), value, of=of, also={"of": "weapons"} if wider else {})


def _price(claim: Claim, found: Cues) -> Meant | None:
    """ "A pistol on Bazaar costs 1,200 dollars": a price by name, of one sort of thing, in dollars, and no sum."""
    if "price" not in found.said or {"total", "lowest", "sales", "register"} & set(found.said) or found.model:
        return None
    things = [noun for noun in found.things() if noun not in TRADE]
    if _shipping(found):
        return None
    if claim.unit != "USD" or len(things) != 1 or not kind_of(things[0]) or claim.value is None:
        return None
    return Meant("price", kind_of(things[0]), _round(claim.comparator), claim.value)


def _change(claim: Claim, found: Cues, published: date | None) -> Meant | None:
    """ "Offers of pistols doubled between March and April": two months, one sort of thing."""
    if {"price", "sellers", "sales", "total", "register"} & set(found.said) or found.model or _shipping(found):
        return None
    kind = _group([kind_of(noun) for noun in found.things() if noun not in TRADE and kind_of(noun)])
    trade = any(noun in TRADE for noun in found.things()) or any(facet.kind == "offer" for facet in claim.facets)
    before, slash, after = claim.period.partition("/")
    if slash and not after and published is not None:
        after = published.isoformat()[:MONTH]
    if not trade or len(before) != MONTH or len(after) != MONTH or before >= after:
        return None
    value = _scaled(claim, 100.0 if claim.unit == "share" else 1.0)
    comparator: Comparator = _round(claim.comparator)
    if value is None:
        if comparator not in ("gt", "lt"):
            return None
        value = 0.0
    elif claim.unit not in ("percent", "share"):
        return None
    earlier = Scope("", "", *period_days(before)).period
    return Meant("change", kind or "weapons", comparator, value, period=after, before=earlier,
                 also={} if kind else {"kind": "all"})  # fmt: skip


def _difference(found: Cues) -> Meant | None:
    """ "More pistols than rifles": one of the two words, a noun on either side of "than", and no factor."""
    larger, smaller, than = (found.said.get(cue) for cue in ("more", "fewer", "than"))
    if than is None or (larger is None) == (smaller is None) or "factor" in found.said or found.model:
        return None
    if {"price", "sellers", "sales", "total", "register"} & set(found.said) or _shipping(found):
        return None
    begin = larger if larger is not None else smaller or 0
    left = [noun for noun, at in found.nouns if begin < at < than]
    right = [noun for noun, at in found.nouns if at > than]
    kinds = [kind_of(side[0]) for side in (left, right) if len(side) == 1 and side[0] not in TRADE]
    if len(kinds) != 2 or not all(kinds) or kinds[0] == kinds[1]:
        return None
    return Meant("difference", kinds[0], "gt" if larger is not None else "lt", 0.0, of=kinds[1])


def _group(kinds: list[str]) -> str:
    """Return the one kind, or the smallest group that holds all of several; "" for none."""
    wanted = {kind for name in kinds for kind in Scope(name).kinds}
    if not wanted or len(set(kinds)) == 1:
        return kinds[0] if kinds else ""
    return "firearms" if wanted <= set(Scope("firearms").kinds) else "weapons"


def _round(comparator: Comparator) -> Comparator:
    """Shares, percentages and prices are rounded when they are written: an exact one is meant as about."""
    return "approx" if comparator == "eq" else comparator


def _scaled(claim: Claim, factor: float) -> float | tuple[float, float] | None:
    if isinstance(claim.value, tuple):
        return claim.value[0] * factor, claim.value[1] * factor
    return None if claim.value is None else claim.value * factor
