"""Test claims against the evidence that a case holds: supported, contradicted, cannot tell, not checkable.

The rules are few and printed in docs/verdicts.md:

- A claim that joins assertions is tested facet by facet. One contradicted facet contradicts the whole; otherwise the
  whole is never stronger than its weakest facet.
- Absence contradicts only inside the captured universe: a market whose captures are declared whole, in the period
  meant.
- What a seller says of origin or stock proves neither.
- A sales counter without reviews proves no sale.
- One secondary finding alone never contradicts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from muster.claims.chance import probable
from muster.claims.ledger import LedgerOf, Told
from muster.claims.measures import Compiled, compile_claim, evidence
from muster.claims.sourcing import SourceUse
from muster.estimate.counter import counter_test
from muster.estimate.counts import Counters
from muster.estimate.items import Floats
from muster.estimate.multiplicity import kept
from muster.estimate.scope import Scope
from muster.model import Claim, Coverage, Estimate, FacetVerdict, Verdict, VerdictWord

LOOSE_ROUND = 1000
"""From here on a round number with `ge` is a manner of speaking ("thousands"); it is supported from twice that on."""

EXACT_WITHIN = 0.1
"""An exact number is supported by an interval that holds it and is no wider than a tenth of it (or one) either way."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What somebody else published about a claim, as the case file gives it."""

    id: str
    claim: str
    says: str
    source: str
    grade: str
    bears: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a case holds for testing claims.

    estimate: measure and scope → estimate, over the case's tables.
    markets: coverage of each market. whole: markets whose captures are declared whole.
    findings: of others. use: a claim → how it uses its source, by the case's reference texts.
    draws: measure and scope → simulated counts, and the part of each that was recognised as such. counters: scope → the
    highest counter of one seller with its reviews, and those of the others on that market.
    ledger: what was promised, sent and lost; None for a case without tables of transfers.
    """

    estimate: Callable[[str, Compiled], Estimate]
    markets: dict[str, Coverage]
    whole: frozenset[str]
    findings: Sequence[Finding]
    use: Callable[[Claim], SourceUse]
    draws: Callable[[str, Scope], tuple[Floats, Floats]] | None = None
    counters: Callable[[Scope], Counters] | None = None
    ledger: LedgerOf | None = None


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


def try_claim(claim: Claim, published: date | None, evidence_held: Evidence) -> Trial:
    """Reach a verdict on one claim.

    published: the article's date. Never raises: what cannot be told is a verdict.
    """
    compiled = compile_claim(claim, published, evidence_held.markets)
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
    measured = held.estimate(compiled.measure, compiled)
    naive = held.estimate("listings_keyword", compiled)
    beside = [held.estimate("stock", compiled)] if compiled.measure in ("offers", "listings") else []
    whole = compiled.whole and set(measured.coverage.markets) <= held.whole
    probability, chance = None, None
    if claim.type == "transactions" or compiled.measure == "top_counter":
        own, everybody = held.estimate("top_reviews", compiled), held.estimate("reviews", compiled)
        number = _counter(claim, measured, own, everybody, held, compiled)
        beside = [own, everybody]
    else:
        word, reason = _compare(claim, measured, whole=whole)
        number = FacetVerdict("quantity", claim.quote, word, reason)
        probability = _probability(claim, measured, held, compiled)
        if probability is not None and word in ("supported", "contradicted"):
            chance = 1 - probability if word == "supported" else probability
    facets = _facets(claim, number, held.ledger.origin(claim, published) if held.ledger else None)
    word = weakest([facet.verdict for facet in facets])
    reason = number.reason
    if word == "cannot tell" and number.verdict != "cannot tell":
        reason = next(f.reason for f in facets if f.verdict == "cannot tell") + "; of the rest: " + number.reason
    needs = _needs(facets, compiled, whole=whole) if word == "cannot tell" else ""
    estimates = (measured, naive, *beside)
    verdict = Verdict(
        claim=claim.id, verdict=word, basis="measured", reason=_sentence(reason), would_decide=needs,
        estimates=tuple(e.id for e in estimates), findings=tuple(f.id for f in findings),
        facets=tuple(facets) if len(facets) > 1 else (), use_of_source=held.use(claim).use,
        probability=probability if whole else None, coverage=_covered(measured, whole=whole),
        speaks_for=_side(measured, findings, "for"), speaks_against=_side(measured, findings, "against", whole=whole),
    )  # fmt: skip
    return Trial(verdict, compiled, estimates, chance if word != "cannot tell" else None)


def _compare(claim: Claim, found: Estimate, *, whole: bool) -> tuple[VerdictWord, str]:
    """Hold the claim's number against the interval; absence counts only where the captures are the whole market."""
    if found.low is None or found.high is None or found.value is None:
        return "cannot tell", "no capture was made in the period meant"
    seen = f"the captures held show {_number(found)}, {found.n} of them recognised one by one"
    if found.measure == "vendors":
        seen = f"the captures held show {_number(found)}, by {found.n} listings recognised as such"
    if claim.measure == "presence" or claim.comparator == "none" or claim.value is None:
        return _presence(claim, found.low, found.high, seen, whole=whole)
    low, high = claim.value if isinstance(claim.value, tuple) else (claim.value, claim.value)
    partial = "" if whole else "; nobody says that the captures are the whole market, so there may be more"
    above, below = _beyond(claim.comparator, low, high, found.low, found.high)
    if above or (below and whole):
        return "contradicted", f"{seen}, and no number within the recogniser's error would do"
    if _borne_out(claim.comparator, low, high, found.low, found.high, whole=whole):
        return "supported", seen
    wide = "; the interval is too wide to tell that number from its neighbours"
    return "cannot tell", seen + (partial or wide)


def _beyond(comparator: str, low: float, high: float, at_least: float, at_most: float) -> tuple[bool, bool]:
    """Say whether all the interval lies above what the claim allows, or all of it below."""
    slack = 0.1 if comparator == "approx" else 0.0
    above = at_least > high * (1 + slack) or (comparator == "lt" and at_least >= high)
    below = at_most < low * (1 - slack) or (comparator == "gt" and at_most <= low)
    return above and comparator not in ("ge", "gt"), below and comparator not in ("le", "lt")


def _borne_out(comparator: str, low: float, high: float, at_least: float, at_most: float, *, whole: bool) -> bool:
    """Say whether the interval bears the claim out; what needs an upper bound needs a whole market."""
    if comparator in ("ge", "gt"):
        bar = low * 2 if low >= LOOSE_ROUND else low + (comparator == "gt")
        return at_least >= bar
    if comparator in ("le", "lt"):
        return whole and (at_most <= high if comparator == "le" else at_most < high)
    margin = max(1.0, EXACT_WITHIN * high)
    return whole and at_least <= high and at_most >= low and at_most - at_least <= 2 * margin


def _presence(claim: Claim, low: float, high: float, seen: str, *, whole: bool) -> tuple[VerdictWord, str]:
    absent = claim.comparator == "eq" and claim.value == 0
    if low >= 1:
        return ("contradicted" if absent else "supported"), seen
    if high == 0 and whole:
        return ("supported" if absent else "contradicted"), seen
    return "cannot tell", seen


def _counter(
    claim: Claim, counter: Estimate, own: Estimate, everybody: Estimate, held: Evidence, compiled: Compiled
) -> FacetVerdict:
    """Hold a counter against its reviews, and those against other sellers' on that market in that period.

    Reviews that were captured are so many sales that somebody wrote of: they can support. A counter without reviews is
    told with its odds and never contradicted by them: that sellers are alike in how they are reviewed is a model, and
    nobody has measured how often it errs.
    """
    words = _counter_words(counter, own, everybody)
    low = claim.value[0] if isinstance(claim.value, tuple) else claim.value or 0.0
    if (
        claim.comparator in ("ge", "gt", "eq", "approx")
        and low
        and (own.value or 0) >= low + (claim.comparator == "gt")
    ):
        return FacetVerdict("quantity", claim.quote, "supported", words)
    told = held.counters(compiled.scope) if held.counters and compiled.scope else None
    if told is None or told.reviews is None or not told.sales:
        return FacetVerdict("quantity", claim.quote, "cannot tell", words)
    tested = counter_test(int(told.sales), int(told.reviews), told.others)
    return FacetVerdict("quantity", claim.quote, "cannot tell", f"{words}; {tested.why}")


def _probability(claim: Claim, found: Estimate, held: Evidence, compiled: Compiled) -> float | None:
    """Return how probable a claim is of what was captured: the share of simulated counts that it allows."""
    if held.draws is None or compiled.scope is None or claim.value is None or claim.comparator == "none":
        return None
    if found.low is None or found.high is None:
        return None
    counts, _ = held.draws(compiled.measure, compiled.scope)
    return probable(counts, claim.comparator, claim.value)


def _covered(found: Estimate, *, whole: bool) -> str:
    c = found.coverage
    span = f"{c.first} to {c.last}" if c.first != c.last else f"{c.first}"
    days = f"{c.days} day{'' if c.days == 1 else 's'} ({span})" if c.first else "days unknown"
    declared = "declared to be whole" if whole else "nobody says how much of each that is"
    return f"{', '.join(c.markets) or 'no market'}: {c.captures} captures on {days}; {declared}"


def _side(found: Estimate, findings: Sequence[Finding], side: str, *, whole: bool = False) -> str:
    """Return the strongest evidence on one side of a claim about how many there are."""
    said = [f"{f.source} ({f.grade}): “{f.says}”" for f in findings if f.bears == side]
    if side == "for" and found.low:
        said.insert(0, f"at least {found.low:g} {found.unit} are in the captures")
    if side == "against" and found.high is not None and whole:
        said.insert(0, f"at most {found.high:g} {found.unit} are in captures declared to be the whole market")
    return "; ".join(said)


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


def _facets(claim: Claim, number: FacetVerdict, origin: tuple[VerdictWord, str] | None = None) -> list[FacetVerdict]:
    """Return a verdict per facet; quantity, item, offer and place are what was counted, so they share one.

    origin: what the ledger says of an item's origin: nothing delivered by then rules it out.
    """
    found: list[FacetVerdict] = []
    for facet in claim.facets:
        if facet.kind == "origin":
            reason = "where the items come from cannot be told: what a seller says of origin proves none"
            word, told = origin or ("cannot tell", "")
            found.append(FacetVerdict("origin", facet.quote, word, "; ".join(t for t in (reason, told) if t)))
        elif facet.kind == "quantity":
            found.append(FacetVerdict("quantity", facet.quote, number.verdict, number.reason))
    if not any(facet.kind == "quantity" for facet in found):
        found.insert(0, number)
    return found


def _needs(facets: Sequence[FacetVerdict], compiled: Compiled, *, whole: bool) -> str:
    wants = []
    for facet in facets:
        if facet.verdict != "cannot tell":
            continue
        if facet.kind == "origin":
            wants.append(evidence("origin"))
        elif compiled.measure == "top_counter":
            wants.append(evidence("transactions"))
        else:
            wants.append(evidence("reading" if whole else "whole_market"))
    return "; ".join(dict.fromkeys(wants))


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


def _number(found: Estimate) -> str:
    assert found.value is not None
    if found.low == found.high:
        return f"{found.value:g} {found.unit}"
    return f"{found.value:g} {found.unit} (95% interval {found.low:g} to {found.high:g})"


def _sentence(text: str) -> str:
    text = text.strip().rstrip(".")
    return text[:1].upper() + text[1:] + "." if text else ""
