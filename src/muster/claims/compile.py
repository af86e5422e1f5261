"""A claim, compiled: which measure, over which scope, could settle it, and whether this case holds that evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pycountry

from muster.claims.cues import cues
from muster.claims.measures import KNOWN, counted_by, evidence, period_days
from muster.claims.reading import Meant, left_out, meant
from muster.errors import ClaimError, nearest
from muster.estimate import MEASURES, Scope
from muster.model import Claim, Comparator, Coverage

NEAR = timedelta(days=45)
"""How old a capture may be to speak for a claim in the present tense: the offers of a month and a half before.

A claim "can be found on sale" is about the days before it was printed. Listings stayed up for weeks on the archived
markets; 45 days takes in two monthly crawls. A claim that names its own period is held to that instead."""

WORLD = frozenset({"", "internet", "darknet", "online", "world"})
"""Places of which every captured market is a part: many offers there support the claim, few never contradict it."""

SIGNS = {"eq": "exactly", "approx": "about", "ge": "at least", "gt": "more than", "le": "at most", "lt": "less than",
         "between": "between"}  # fmt: skip

Value = float | tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a claim was compiled to.

    measure: a name of `muster.estimate.MEASURES`, or "" when captures of markets cannot speak to it.
    scope: what to count; None without a measure. also: a second scope that the words may mean as well; a claim is
        decided only where both readings decide it alike.
    whole: whether the claim's place is one captured market, so that absence there can count against it.
    outside: why the captures held do not speak for this claim, or "".
    needs: what would decide it, in words.
    comparator, value: what the measure is held against, in its own unit.
    by: `rules`, or who corrected it.
    dated: whether the claim names its period. One in the present tense names none: the weeks before it was printed are
        taken, and what was there over all of them may be more than was there on any day of them.
    stated: whether it claims no more than that sellers say where they ship from or to.
    """

    measure: str
    scope: Scope | None
    whole: bool
    outside: str
    needs: str
    comparator: Comparator = "none"
    value: Value = None
    also: Scope | None = None
    by: str = "rules"
    dated: bool = True
    stated: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's decision on what a claim is measured by. measure: "" where none fits. who: for the record."""

    claim: str
    measure: str
    scope: Scope
    who: str


def compile_claim(
    claim: Claim, published: date | None, markets: Mapping[str, Coverage], language: str = "en",
    corrected: Correction | None = None,
) -> Compiled:  # fmt: skip
    """Return what could settle a claim.

    published: the article's date, for claims in the present tense. markets: coverage of each market of the case over
    all its captures. language: of the article. corrected: what a person decided, which goes before the rules.
    """
    market = _market(claim.place, markets)
    words = cues(claim.quote, language)
    found = meant(claim, language, published, on_market=bool(market))
    if corrected is not None:
        found = _decided(corrected, found, claim)
    if found is None:
        return Compiled("", None, False, left_out(claim, words) or _uncounted(claim), evidence(claim.type),
                        by=corrected.who if corrected else "rules")  # fmt: skip
    first, last = period_days(found.period) if found.period else _period(claim.period, published)
    scope = Scope(
        found.kind, market, first, last, found.of, found.model, found.before, found.ships_from, found.ships_to
    )
    if corrected is not None:
        scope = corrected.scope
        market = scope.market
    outside = _outside(claim, market, scope, markets)
    dated = bool(found.period or claim.period) or _moved(corrected, first, last)
    also = None
    if found.also and corrected is None:
        also = replace(scope, kind=found.also.get("kind", scope.kind), of=found.also.get("of", scope.of))
    return Compiled(
        found.measure, scope, bool(market), outside, evidence(_sort(found.measure)), found.comparator, found.value,
        also, corrected.who if corrected else "rules", dated, "stated" in words.said,
    )  # fmt: skip


def as_row(claim: str, compiled: Compiled) -> dict[str, Any]:
    """Return a compiled claim as a row of the table `compiled`, and as `muster claims` prints it."""
    low, high = compiled.value if isinstance(compiled.value, tuple) else (compiled.value, compiled.value)
    scope = compiled.scope or Scope("")
    return {
        "claim": claim, "measure": compiled.measure,
        "unit": MEASURES[compiled.measure].unit if compiled.measure else "", "kind": scope.kind, "of": scope.of,
        "model": scope.model, "market": scope.market, "period": scope.period,
        "before": scope.before, "ships_from": scope.ships_from, "ships_to": scope.ships_to,
        "comparator": compiled.comparator, "value_low": low, "value_high": high,
        "also": ", ".join(sorted({compiled.also.kind, compiled.also.of} - {scope.kind, scope.of}))
        if compiled.also else "", "outside": compiled.outside, "needs": compiled.needs, "by": compiled.by,
    }  # fmt: skip


def in_words(row: Mapping[str, Any]) -> str:
    """Return a row of the table `compiled` for a reader.

    >>> scope = Scope("handgun", "bazaar", of="weapons")
    >>> in_words(as_row("clm:1", Compiled("share", scope, True, "", "", "approx", 0.5)))
    'share: handgun of weapons · bazaar · any time; held against about 0.5 share'
    >>> in_words(as_row("clm:1", Compiled("", None, False, "", "")))
    'no measure'
    """
    if not row["measure"]:
        return "no measure"
    what = row["kind"] + (f" of {row['of']}" if row["of"] else "") + (f" named {row['model']}" if row["model"] else "")
    when = (row["period"] or "any time") + (f" after {row['before']}" if row["before"] else "")
    ships = [f"stated to ship {way} {row[f'ships_{way}']}" for way in ("from", "to") if row[f"ships_{way}"]]
    parts = [f"{row['measure']}: {what}", *ships, row["market"] or "all markets held", when]
    text = " · ".join(parts)
    if row["value_low"] is not None:
        low, high = row["value_low"], row["value_high"]
        value = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        text += f"; held against {SIGNS.get(row['comparator'], '')} {value} {row['unit']}"
    return text + (f"; the words may also mean {row['also']}" if row["also"] else "")


def correction(claim: str, fields: Mapping[str, str], before: Mapping[str, Any], who: str) -> Correction:
    """Return a correction from `key=value` fields; what is not named stays as it was compiled.

    Raises `ClaimError` for an unknown field, measure or kind, and for a period that is no day or interval.
    """
    allowed = ("measure", "kind", "of", "model", "market", "period", "before", "ships_from", "ships_to")
    for name in fields:
        if name not in allowed:
            raise ClaimError(
                "unknown field of a compiled claim", where=claim, found=name, do=nearest(name, list(allowed))
            )
    held = {name: str(fields.get(name, before.get(name) or "")) for name in allowed}
    measure = "" if held["measure"] == "none" else held["measure"]
    if measure and measure not in MEASURES:
        raise ClaimError("unknown measure", where=claim, found=measure, do=nearest(measure, list(MEASURES)))
    for side in ("kind", "of"):
        if held[side] and held[side] not in KNOWN:
            raise ClaimError("unknown kind", where=claim, found=held[side], do=nearest(held[side], list(KNOWN)))
    for place in ("ships_from", "ships_to"):
        if held[place] and (not measure or place not in MEASURES[measure].scope):
            if place in fields:
                raise ClaimError(f"{measure or 'no measure'} is not narrowed by a stated place", where=claim,
                                 found=f"{place}={held[place]}", do=f"take one of {', '.join(by_place())}")  # fmt: skip
            held[place] = ""
        elif held[place] and not pycountry.countries.get(alpha_2=held[place]):
            raise ClaimError("no country", where=claim, found=f"{place}={held[place]}",
                             do="write its two letters of ISO 3166, such as UA")  # fmt: skip
    missing = [name for name in (MEASURES[measure].scope if measure else ()) if name in ("of", "model", "before")
               and not held[name]]  # fmt: skip
    if missing:
        raise ClaimError(f"{measure} needs more than that", where=claim, found=f"no {missing[0]}",
                         do=f"add  {missing[0]}=…")  # fmt: skip
    try:
        first, last = period_days(held["period"]) if held["period"] else (None, None)
        earlier = Scope("", "", *period_days(held["before"])).period if held["before"] else ""
    except ValueError as error:
        raise ClaimError("no day, month, year or interval", where=claim, found=held["period"],
                         do="write 2014, 2014-03, 2014-03-01 or two of them with / between") from error  # fmt: skip
    scope = Scope(
        held["kind"] or "weapons", held["market"], first, last, held["of"], held["model"], earlier,
        held["ships_from"], held["ships_to"],
    )  # fmt: skip
    return Correction(claim, measure, scope, who)


def by_place() -> list[str]:
    """Return the measures that a stated place narrows."""
    return [name for name, measure in MEASURES.items() if "ships_from" in measure.scope]


def _decided(corrected: Correction, found: Meant | None, claim: Claim) -> Meant | None:
    """Return the meaning that a person decided on; the number stays the claim's own."""
    if not corrected.measure:
        return None
    if found is not None and MEASURES[found.measure].unit == MEASURES[corrected.measure].unit:
        comparator, value = found.comparator, found.value
    else:
        comparator, value = claim.comparator, claim.value
    return Meant(corrected.measure, corrected.scope.kind, comparator, value)


def _moved(corrected: Correction | None, first: date | None, last: date | None) -> bool:
    """Say whether a person decided on another period than the rules: then it is the one that the claim means."""
    return corrected is not None and (corrected.scope.first, corrected.scope.last) != (first, last)


def _sort(measure: str) -> str:
    """Return under which name of measures.yml the evidence for a measure is told."""
    return {"top_counter": "transactions", "sold": "transactions", "alerts": "register", "share": "share_of_listings",
            "change": "trend", "price": "price"}.get(measure, "market")  # fmt: skip


def _uncounted(claim: Claim) -> str:
    """Say why no measure counts what a claim is about, and name the word that is missing."""
    known = counted_by(claim) is not None
    if claim.unit and not known and claim.type not in ("money", "share", "trend", "comparison"):
        return f"no measure counts “{claim.unit}”: neither the captures nor the catalogue know this word"
    if known and claim.value is not None:
        return f"the claim does not speak of {claim.unit or claim.item} on sale, and the captures show nothing else"
    return "nothing that this case holds speaks to it"


def _market(place: str, markets: Mapping[str, Coverage]) -> str:
    names = {name.casefold(): name for name in markets}
    return names.get(place.casefold(), "")


def _period(period: str, published: date | None) -> tuple[date | None, date | None]:
    """Return the days a claim speaks of; one without a period speaks of the days before it was printed."""
    if period:
        return period_days(period)
    if published is None:
        return None, None
    return published - NEAR, published


def _outside(claim: Claim, market: str, scope: Scope, markets: Mapping[str, Coverage]) -> str:
    """Say why the captures do not speak for the claim's place and period, or return ""."""
    if not markets:
        return "this case holds no captures of a market"
    if not market and claim.place.casefold() not in WORLD:
        return f"the claim is about {claim.place}; what is on sale there cannot be told from captures of a market"
    held = [markets[market]] if market in markets else list(markets.values())
    scopes = [scope, *([scope.earlier] if scope.before else [])]
    if all(any(_overlaps(part, coverage) for coverage in held) for part in scopes):
        return ""
    spans = "; ".join(sorted(f"{', '.join(c.markets)}: {_span(c)}" for c in held))
    if scope.period == "":
        return "neither the claim nor its article says when, so no capture can be matched with it"
    return f"the claim is about {scope.period} and the captures held are not ({spans})"


def _overlaps(scope: Scope, coverage: Coverage) -> bool:
    if coverage.first is None or coverage.last is None or scope.period == "":
        return False
    return (scope.first or date.min) <= coverage.last and coverage.first <= (scope.last or date.max)


def _span(coverage: Coverage) -> str:
    if coverage.first is None:
        return f"{coverage.undated} captures of unknown time"
    return str(coverage.first) if coverage.first == coverage.last else f"{coverage.first} to {coverage.last}"
