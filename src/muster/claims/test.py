"""Test claims against the evidence that a case holds: supported, contradicted, cannot tell, not checkable.

The rules are few and printed in docs/verdicts.md:

- A claim that joins assertions is tested facet by facet. One contradicted facet contradicts the whole; otherwise the
  whole is never stronger than its weakest facet.
- Absence contradicts only inside the captured universe: a market whose captures are declared whole, in the period
  meant.
- More than claimed contradicts only a claim that names its period, or where one day alone was captured.
- What a seller says of origin or stock proves neither.
- A sales counter without reviews proves no sale.
- One secondary finding alone never contradicts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from muster.claims.chance import probable
from muster.claims.compile import Compiled, Correction, compile_claim
from muster.claims.ledger import LedgerOf, Told
from muster.claims.measures import evidence
from muster.claims.sides import Census, Finding, covered, needs, side
from muster.claims.sourcing import SourceUse
from muster.claims.weigh import EXACT_WITHIN, adds_up, beyond, compare
from muster.estimate.counter import counter_test
from muster.estimate.counts import Counters
from muster.estimate.items import Floats
from muster.estimate.multiplicity import kept
from muster.estimate.scope import Scope
from muster.model import Claim, Coverage, Estimate, FacetVerdict, Verdict, VerdictWord


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a case holds for testing claims.

    estimate: measure and scope → estimate, over the case's tables.
    markets: coverage of each market. whole: markets whose captures are declared whole.
    findings: of others. use: a claim → how it uses its source, by the case's reference texts.
    draws: measure and scope → simulated counts, and the part of each that was recognised as such. counters: scope → the
    highest counter of one seller with its reviews, and those of the others on that market. corrected: by claim id, what
    a person decided it is measured by. census: how many markets others counted. ledger: what was promised, sent
    and lost; None for a case without tables of transfers.
    """

    estimate: Callable[[str, Scope], Estimate]
    markets: dict[str, Coverage]
    whole: frozenset[str]
    findings: Sequence[Finding]
    use: Callable[[Claim], SourceUse]
    draws: Callable[[str, Scope], tuple[Floats, Floats]] | None = None
    counters: Callable[[Scope], Counters] | None = None
    ledger: LedgerOf | None = None
    corrected: Mapping[str, Correction] = field(default_factory=dict)
    census: Sequence[Census] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """A verdict with what it was reached by: the compiled claim and the estimates it used.

    chance: of a verdict that decides by a number, how probable it is that the recogniser's error brought it.
    """

    verdict: Verdict
    compiled: Compiled
    estimates: tuple[Estimate, ...]
    chance: float | None = None


def settle(trials: Sequence[Trial]) -> list[Trial]:
    """Return the trials of one case, so that many tests at once decide no more by chance than one would.

    What rests on simulated counts stands only while the whole list keeps to the rate of `estimate.multiplicity`;
    otherwise it becomes *cannot tell*.
    """
    open_ones = [n for n, trial in enumerate(trials) if trial.chance is not None]
    standing = kept([trials[n].chance or 0.0 for n in open_ones])
    found = list(trials)
    for n, stands in zip(open_ones, standing, strict=True):
        if not stands:
            verdict = trials[n].verdict
            reason = f"{verdict.reason} Of {len(open_ones)} claims decided at once, this one may be so by chance."
            weaker = replace(verdict, verdict="cannot tell", reason=reason, would_decide=evidence("reading"))
            found[n] = replace(trials[n], verdict=weaker, chance=None)
    return found


def try_claim(claim: Claim, published: date | None, evidence_held: Evidence, language: str = "en") -> Trial:
    """Reach a verdict on one claim.

    published, language: the article's. Never raises: what cannot be told is a verdict.
    """
    corrected = evidence_held.corrected.get(claim.id)
    compiled = compile_claim(claim, published, evidence_held.markets, language, corrected)
    if not claim.checkable:
        return Trial(_not_checkable(claim, evidence_held), compiled, ())
    findings = [finding for finding in evidence_held.findings if _speaks_to(finding, claim)]
    if claim.type in ("quote", "attribution") and claim.measure in ("presence", "other"):
        return Trial(_quotation(claim, evidence_held, findings), compiled, ())
    told = evidence_held.ledger.told(claim, published) if evidence_held.ledger else None
    if told is not None and (not compiled.measure or compiled.outside):
        return Trial(_by_ledger(claim, told, findings, evidence_held), compiled, told.estimates)
    if not compiled.measure or compiled.outside:
        why = compiled.outside
        return Trial(_cannot_tell(claim, why, compiled.needs, findings, evidence_held), compiled, ())
    return _measured(claim, published, compiled, evidence_held, findings)


def weakest(words: Sequence[VerdictWord]) -> VerdictWord:
    """Return the verdict on a whole from those on its facets.

    >>> weakest(["supported", "cannot tell"]), weakest(["cannot tell", "contradicted"]), weakest(["supported"])
    ('cannot tell', 'contradicted', 'supported')
    """
    if "contradicted" in words:
        return "contradicted"
    return "cannot tell" if not words or "cannot tell" in words else "supported"


def _measured(
    claim: Claim, published: date | None, compiled: Compiled, held: Evidence, findings: Sequence[Finding]
) -> Trial:
    assert compiled.scope is not None
    measured = held.estimate(compiled.measure, compiled.scope)
    beside = [held.estimate(name, compiled.scope) for name in _beside(compiled)]
    whole = compiled.whole and bool(measured.coverage.markets) and set(measured.coverage.markets) <= held.whole
    probability, chance = None, None
    if compiled.measure in SOLD:
        number = _sales(claim, measured, beside, held, compiled)
    else:
        day = _last_day(compiled, measured, held)
        beside += [day] if day is not None else []
        number = _number(claim, compiled, measured, whole=whole, day=day)
        if compiled.also is not None and number.verdict != "cannot tell":
            other = held.estimate(compiled.measure, compiled.also)
            beside.append(other)
            number = _agreed(number, _number(claim, compiled, other, whole=whole), compiled)
        probability = _probability(measured, held, compiled) if day is None else None
        if probability is not None and number.verdict in ("supported", "contradicted"):
            chance = 1 - probability if number.verdict == "supported" else probability
    origin = held.ledger.origin(claim, published) if held.ledger else None
    facets = _facets(claim, compiled, number, measured, origin)
    word = weakest([facet.verdict for facet in facets])
    reason = number.reason
    if word == "cannot tell" and number.verdict != "cannot tell":
        reason = next(f.reason for f in facets if f.verdict == "cannot tell") + "; of the rest: " + number.reason
    estimates = (measured, *beside)
    verdict = Verdict(
        claim=claim.id, verdict=word, basis="measured", reason=_sentence(reason),
        would_decide=needs(facets, compiled, whole=whole) if word == "cannot tell" else "",
        estimates=tuple(dict.fromkeys(e.id for e in estimates)), findings=tuple(f.id for f in findings),
        facets=tuple(facets) if len(facets) > 1 else (), use_of_source=held.use(claim).use,
        probability=probability if whole else None, coverage=covered(measured, held.census, whole=whole),
        speaks_for=side(measured, findings, "for", compiled, whole=whole),
        speaks_against=side(measured, findings, "against", compiled, whole=whole),
    )  # fmt: skip
    return Trial(verdict, compiled, estimates, chance if word != "cannot tell" else None)


def _beside(compiled: Compiled) -> tuple[str, ...]:
    """Return the measures that stand beside a claim's own and decide nothing."""
    market = ("population",) if compiled.scope is not None and compiled.scope.market else ()
    return {
        "offers": ("listings_keyword", "stock"), "listings": ("listings_keyword", "stock", *market),
        "vendors": ("listings_keyword",), "sales": ("reviews", "reviews", "listings_keyword"),
        "sold": ("reviews", "reviews"), "top_counter": ("top_reviews", "reviews", "listings_keyword"),
        "price": ("lowest_price", "highest_price"),
    }.get(compiled.measure, ())  # fmt: skip


def _number(
    claim: Claim, compiled: Compiled, found: Estimate, *, whole: bool, day: Estimate | None = None
) -> FacetVerdict:
    return FacetVerdict("quantity", claim.quote, *compare(compiled, found, whole=whole, day=day))


def _last_day(compiled: Compiled, found: Estimate, held: Evidence) -> Estimate | None:
    """Return the count of the last captured day, where all days together are more than an undated claim says."""
    if not adds_up(compiled, found) or compiled.value is None or found.low is None or compiled.scope is None:
        return None
    low, high = compiled.value if isinstance(compiled.value, tuple) else (compiled.value, compiled.value)
    above, _ = beyond(compiled.comparator, low, high, found.low, float("inf"))
    last = found.coverage.last
    return held.estimate(compiled.measure, replace(compiled.scope, first=last, last=last)) if above else None


def _agreed(first: FacetVerdict, second: FacetVerdict, compiled: Compiled) -> FacetVerdict:
    """Words that may mean two things are decided only where both readings decide them alike."""
    if first.verdict == second.verdict:
        return first
    assert compiled.also is not None
    other = compiled.also.of or compiled.also.kind
    why = f"the words may mean {other} as well, and then: {second.reason}"
    return replace(first, verdict="cannot tell", reason=f"{first.reason}; {why}")


SOLD = ("sales", "sold", "top_counter")
"""Measures that rest on sales counters, which are the market's own statement and prove no sale."""


def _sales(
    claim: Claim, counter: Estimate, beside: Sequence[Estimate], held: Evidence, compiled: Compiled
) -> FacetVerdict:
    """Hold a number of sales against the reviews that were captured, and tell what the market's counters say.

    Reviews are so many sales that somebody wrote of: they bound a number of sales from below, and so can support or
    contradict it. Counters decide nothing. One without reviews is told with its odds: that sellers are alike in how
    they are reviewed is a model, and nobody has measured how often it errs.
    """
    own, everybody = beside[0], beside[1]
    one_seller = compiled.measure == "top_counter"
    words = _counter_words(counter, own, everybody) if one_seller else _sold_words(counter, own)
    value = compiled.value
    low, high = value if isinstance(value, tuple) else (value or 0.0, value or 0.0)
    seen = own.low or 0.0
    decides = compiled.measure != "sold"
    if (
        decides
        and value is not None
        and compiled.comparator not in ("ge", "gt", "none")
        and seen > high * (1 + EXACT_WITHIN)
    ):
        return FacetVerdict("quantity", claim.quote, "contradicted", words)
    if compiled.measure == "sold":
        return FacetVerdict("quantity", claim.quote, "cannot tell", f"{words}, and when a sale was, no review says")
    enough = seen > low if compiled.comparator == "gt" else seen >= low
    if low and enough and compiled.comparator in ("ge", "gt", "eq", "approx", "between"):
        return FacetVerdict("quantity", claim.quote, "supported", words)
    told = None
    if compiled.measure == "top_counter" and held.counters and compiled.scope:
        told = held.counters(compiled.scope)
    if told is None or told.reviews is None or not told.sales:
        return FacetVerdict("quantity", claim.quote, "cannot tell", words)
    tested = counter_test(int(told.sales), int(told.reviews), told.others)
    return FacetVerdict("quantity", claim.quote, "cannot tell", f"{words}; {tested.why}")


def _sold_words(counter: Estimate, reviews: Estimate) -> str:
    if counter.value is None:
        return "no captured page of such listings shows a counter"
    return (
        f"the market's own counters say {counter.value:g} sales, and {reviews.value or 0:g} reviews of such listings "
        "were captured. A counter is the market's statement and proves no sale"
    )


def _probability(found: Estimate, held: Evidence, compiled: Compiled) -> float | None:
    """Return how probable a claim is of what was captured: the share of simulated counts that it allows."""
    if held.draws is None or compiled.scope is None or compiled.value is None or compiled.comparator == "none":
        return None
    if found.low is None or found.high is None or found.measure not in DRAWN:
        return None
    counts, _ = held.draws(compiled.measure, compiled.scope)
    return probable(counts, compiled.comparator, compiled.value)


DRAWN = frozenset({"offers", "listings", "vendors"})
"""Measures whose simulated counts are at hand."""


def _counter_words(counter: Estimate, reviews: Estimate, all_reviews: Estimate) -> str:
    if counter.n == 0 or counter.value is None:
        return "no captured page of such a seller shows a counter"
    many = f"{reviews.value:g} reviews of them" if reviews.value else "not one review of them"
    others = (all_reviews.value or 0) - (reviews.value or 0)
    beside = f", while captured pages show {others:g} of other sellers' listings" if others else ""
    return (
        f"the highest counter of one seller stands at {counter.value:g} by the market's own pages; "
        f"there is {many}{beside}. A counter is the market's statement and proves no sale"
    )


def _facets(
    claim: Claim, compiled: Compiled, number: FacetVerdict, found: Estimate,
    origin: tuple[VerdictWord, str] | None = None,
) -> list[FacetVerdict]:  # fmt: skip
    """Return a verdict per facet: how many; whether such things were on sale there at all; where they come from.

    origin: what the ledger says of an item's origin: nothing delivered by then rules it out.
    """
    told: list[FacetVerdict] = []
    if compiled.scope is not None and compiled.scope.stated and not compiled.stated:
        told.append(FacetVerdict("place", claim.quote, "cannot tell", _stated(found, compiled.scope.stated)))
    there: VerdictWord = "supported" if found.low is not None and found.low >= 1 else "cannot tell"
    for facet in claim.facets:
        if facet.kind == "origin":
            reason = "where the items come from cannot be told: what a seller says of origin proves none"
            word, by_ledger = origin or ("cannot tell", "")
            told.append(FacetVerdict("origin", facet.quote, word, "; ".join(t for t in (reason, by_ledger) if t)))
        elif facet.kind == "quantity":
            told.append(FacetVerdict("quantity", facet.quote, number.verdict, number.reason))
        elif found.measure in COUNTED and there == "supported":
            reason = f"at least {found.low:g} {found.unit} of this sort were on sale in the captures"
            told.append(FacetVerdict(facet.kind, facet.quote, there, reason))
    if not any(facet.kind == "quantity" for facet in told):
        told.insert(0, number)
    return told


def _stated(found: Estimate, places: str) -> str:
    """Say what a stated place shows, and what it does not."""
    many = f"at least {found.low:g} {found.unit}" if found.low is not None else f"no number of {found.unit}"
    return (
        f"{many} by {places}. That is a seller's word: it proves neither where a parcel came from nor where a thing or "
        "anybody is from"
    )


COUNTED = frozenset({"offers", "listings", "named"})
"""Measures of which one counted thing shows that such things were on sale there."""


def _by_ledger(claim: Claim, told: Told, findings: Sequence[Finding], held: Evidence) -> Verdict:
    """Return a verdict by the ledger; where it decides nothing, findings of others may."""
    if told.word == "cannot tell":
        found = _cannot_tell(claim, told.reason, told.needs, findings, held)
        basis = found.basis or ("measured" if told.estimates else "")
        return replace(found, basis=basis, estimates=tuple(e.id for e in told.estimates))
    return Verdict(
        claim=claim.id, verdict=told.word, basis="measured", reason=_sentence(told.reason),
        estimates=tuple(e.id for e in told.estimates), findings=tuple(f.id for f in findings),
        use_of_source=held.use(claim).use,
    )  # fmt: skip


def _cannot_tell(claim: Claim, why: str, needs: str, findings: Sequence[Finding], held: Evidence) -> Verdict:
    against = [finding for finding in findings if finding.bears == "against"]
    favour = [finding for finding in findings if finding.bears == "for"]
    word: VerdictWord = "cannot tell"
    if _enough(against) and not favour:
        word = "contradicted"
    elif _enough(favour) and not against:
        word = "supported"
    reported = "; ".join(f"{f.source} ({f.grade}) reports: “{f.says}”" for f in findings)
    reason = why if not reported else f"{why}; {reported}" if word == "cannot tell" else reported
    return Verdict(
        claim=claim.id, verdict=word, basis="reported by" if findings else "", reason=_sentence(reason),
        would_decide="" if word != "cannot tell" else needs, findings=tuple(f.id for f in findings),
        facets=tuple(
            FacetVerdict(f.kind, f.quote, "cannot tell", why) for f in claim.facets if f.kind in ("quantity", "origin")
        ) if word == "cannot tell" else (),
        use_of_source=held.use(claim).use,
    )  # fmt: skip


def _enough(findings: Sequence[Finding]) -> bool:
    """One primary finding, or two secondary ones of different sources: one secondary alone never decides."""
    return any(f.grade == "primary" for f in findings) or len({f.source for f in findings}) >= 2


def _quotation(claim: Claim, held: Evidence, findings: Sequence[Finding]) -> Verdict:
    checked = held.use(claim)
    word: VerdictWord = "supported" if checked.use == "faithful" else "cannot tell"
    return Verdict(
        claim=claim.id, verdict=word, basis="measured" if checked.reference else "", reason=_sentence(checked.says),
        would_decide="" if word == "supported" else evidence("quote" if claim.type == "quote" else "attribution"),
        findings=tuple(f.id for f in findings), use_of_source=checked.use,
    )  # fmt: skip


def _not_checkable(claim: Claim, held: Evidence) -> Verdict:
    words: Mapping[str, str] = {
        "opinion": "an opinion: no evidence could settle it",
        "forecast": "a forecast: nothing that exists yet could settle it",
        "question": "a question asserts nothing",
        "vague": "too vague to say what would count for or against it",
    }
    reason = words.get(claim.why_not, "it asserts nothing that evidence could settle")
    return Verdict(claim.id, "not checkable", "", _sentence(reason), use_of_source=held.use(claim).use)


def _speaks_to(finding: Finding, claim: Claim) -> bool:
    """A finding speaks to a claim when the words it names are the claim's own, or the other way round."""
    named, words = _words(finding.claim), _words(claim.quote)
    return bool(named) and (named <= words or words <= named)


def _words(text: str) -> frozenset[str]:
    cleaned = "".join(c if c.isalnum() else " " for c in text.casefold())
    return frozenset(word for word in cleaned.split() if len(word) > 2 or word.isdigit())


def _sentence(text: str) -> str:
    text = text.strip().rstrip(".")
    return text[:1].upper() + text[1:] + "." if text else ""
