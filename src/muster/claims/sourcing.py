"""How an article uses its sources: each quotation and number is faithful, altered, in a wrong context, without a
source, or its source is not at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from muster.claims.chain import Telling
from muster.claims.languages import known, rules
from muster.claims.likeness import same_name, same_value
from muster.claims.measures import period_days
from muster.claims.periods import period_in
from muster.claims.quotes import compare_quote
from muster.claims.story import Fact, Quotation, folded, has_cue
from muster.model import Claim

OLDER = timedelta(days=30)
"""Words this much older than the first telling of a story cannot be a comment on it; less may be a printer's delay."""

_SIDES = {"ge": "at least", "gt": "at least", "le": "at most", "lt": "at most"}


@dataclass(frozen=True, slots=True)
class SourceUse:
    """How a claim uses its source.

    use: faithful, altered, wrong context, no source given, source not at hand; "" for what needs no source (no number,
    nobody's words). reference: path of the text it was compared with. says: in words.
    """

    use: str
    reference: str
    says: str


def use_of_source(claim: Claim, telling: Telling, references: Sequence[Telling], first_told: date | None) -> SourceUse:
    """Compare a claim with the reference texts of a case.

    telling: the article that the claim is from. first_told: when the articles held first told this story.
    """
    numbers = claim.value is not None and claim.comparator != "none"
    spoken = claim.mode != "asserted" or claim.type in ("quote", "attribution")
    if not numbers and not spoken:
        return SourceUse("", "", "")
    quotation = next((q for q in telling.story.quotations if q.start <= claim.start < q.end), None)
    if claim.mode == "quoted" or claim.type in ("quote", "attribution"):
        found = _words(claim, telling, references)
        timed = _time(claim, quotation, telling, found, references, first_told)
        if timed or not numbers:
            return timed or found
        if found.reference:
            return found
    fact = next((f for f in telling.story.facts if f.claim.id == claim.id), None)
    return _number(claim, fact, references) if fact else _none(claim)


def _none(claim: Claim) -> SourceUse:
    if claim.attributed_to:
        return SourceUse("source not at hand", "", f"no reference text of this case is by {claim.attributed_to}")
    return SourceUse("no source given", "", "the article names no source")


def _words(claim: Claim, telling: Telling, references: Sequence[Telling]) -> SourceUse:
    """Compare words with every reference of the article's language; the likest is told."""
    language = telling.story.article.language
    best: tuple[float, SourceUse] | None = None
    for reference in references:
        if reference.story.article.language != language:
            continue
        checked = compare_quote(claim.quote, reference.story.article.text)
        if checked.result == "faithful":
            return SourceUse("faithful", reference.path, f"the reference text {reference.path} has these words")
        if checked.result == "altered" and (best is None or checked.ratio > best[0]):
            says = f"the reference text {reference.path} has other words: {checked.says}"
            best = (checked.ratio, SourceUse("altered", reference.path, says))
    others = sorted({r.story.article.language for r in references} - {language})
    aside = f"; references in {', '.join(others)} cannot be compared word by word" if others else ""
    if best:
        return best[1]
    use = "source not at hand" if claim.attributed_to else "no source given"
    return SourceUse(use, "", f"no reference text of this case has these words{aside}")


def _time(
    claim: Claim, quotation: Quotation | None, telling: Telling, found: SourceUse, references: Sequence[Telling],
    first_told: date | None,
) -> SourceUse | None:  # fmt: skip
    """Say whether words are older than what they are put beside; None when nothing tells."""
    frame = quotation.frame if quotation else claim.quote
    article = telling.story.article
    stated = period_in(frame, article.published, rules(article.language)) if article.language in known() else ""
    first, last = period_days(stated) if stated else (None, None)
    written = next((r.published for r in references if r.path == found.reference), None)
    comments = has_cue(frame, "comment", article.language)
    if written is None:
        if comments and last and first_told and last < first_told - OLDER:
            older = (
                f"by the article's own dating ({stated}) they are older than the story, first told here {first_told}"
            )
            return SourceUse(found.use, "", f"{found.says}; {older}")
        return None
    if first and last and not first <= written <= last:
        says = f"the article dates these words {stated}; the reference text is of {written}"
    elif comments and first_told and written < first_told - OLDER:
        says = f"they are put as a comment on a story first told here {first_told}; the reference text is of {written}"
    else:
        return None
    use = "altered" if found.use == "altered" else "wrong context"
    return SourceUse(use, found.reference, says if use == "wrong context" else f"{found.says}; and {says}")


def _number(claim: Claim, fact: Fact, references: Sequence[Telling]) -> SourceUse:
    """Look a number up in the references: the same with the same unit, or with another."""
    near: SourceUse | None = None
    for reference in references:
        if claim.attributed_to and reference.outlet and not _by(claim.attributed_to, reference.outlet):
            continue
        for held in reference.story.facts:
            if not same_value(fact.value, held.value, shares=fact.unit == held.unit == "share"):
                continue
            says = _difference(fact, held)
            if not claim.attributed_to:
                if not says:
                    note = f"the article names no source; the reference text {reference.path} has the same number"
                    return SourceUse("no source given", "", note)
            elif not says:
                return SourceUse("faithful", reference.path, f"the reference text {reference.path} has this number")
            elif fact.telling:
                near = near or SourceUse("altered", reference.path, f"in {reference.path}, {says}")
    return near or _none(claim)


def _difference(fact: Fact, held: Fact) -> str:
    """Say what is other about the same number in a reference, or return ""."""
    if fact.unit != held.unit:
        return f"this number counts {held.unit}, not {fact.unit}: “{held.claim.quote}”"
    if fact.unit == "share" and fact.of and held.of and fact.of != held.of:
        return f"this is a share of the {held.of}, not of the {fact.of}: “{held.claim.quote}”"
    ours, theirs = (_SIDES.get(f.claim.comparator, "about") for f in (fact, held))
    if ours != theirs:
        words = ["exactly" if f.claim.comparator == "eq" else side for f, side in ((fact, ours), (held, theirs))]
        return f"this number is “{words[1]}”, not “{words[0]}”: “{held.claim.quote}”"
    return ""


def _by(speaker: str, outlet: str) -> bool:
    return same_name(speaker, outlet) or folded(speaker) in folded(outlet) or folded(outlet) in folded(speaker)
