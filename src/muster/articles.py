"""The articles of a case: read into claims, compared with reference texts, and tested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from muster.case import ArticleEntry, Case, ReferenceEntry
from muster.claims import Article, article, read
from muster.claims.chain import Chain, Telling, chain, tell
from muster.claims.compile import Correction, as_row
from muster.claims.ledger import LedgerOf
from muster.claims.sides import Census, Finding
from muster.claims.sourcing import SourceUse, use_of_source
from muster.claims.test import Evidence, settle, try_claim
from muster.claims.wording import said
from muster.errors import CaseError
from muster.estimate import Estimator, Scope
from muster.headline import MARKETS_SQL, estimate_row
from muster.model import Claim, Verdict, canonical_json, digest, make_id
from muster.transfers import Ledger


@dataclass(frozen=True)
class Articles:
    """The articles and reference texts of a case, read.

    articles, references: path as the case file writes it → article. outlets: path → who printed it.
    """

    articles: Mapping[str, Article]
    references: Mapping[str, Article]
    findings: tuple[dict[str, Any], ...]
    outlets: Mapping[str, str]

    @property
    def digest(self) -> str:
        """Digest of all that the claims and the chain depend on."""
        return digest(canonical_json([_parts(self.articles, self.outlets), self.references_digest]).encode())

    @property
    def shown(self) -> tuple[dict[str, Any], ...]:
        """What the report shows of the articles."""
        return tuple(
            {"path": path, "language": a.language, "published": a.published, "title": a.title, "digest": a.digest,
             "text": a.text} for path, a in self.articles.items()
        )  # fmt: skip

    @property
    def references_digest(self) -> str:
        """Digest of the reference texts."""
        return digest(canonical_json(_parts(self.references, self.outlets)).encode())

    @cached_property
    def claims(self) -> Mapping[str, tuple[Claim, ...]]:
        """The claims of each article, by path; an article named twice is read once, under its first path."""
        first = {text.digest: path for path, text in reversed(list(self.articles.items()))}
        return {path: tuple(read(text)) for path, text in self.articles.items() if first[text.digest] == path}

    @cached_property
    def tellings(self) -> Mapping[str, Telling]:
        """Each article as a telling of the story, by its digest."""
        return {self.articles[path].digest: tell(path, self.outlets.get(path, ""), self.articles[path], claims)
                for path, claims in self.claims.items()}  # fmt: skip

    @cached_property
    def texts(self) -> tuple[Telling, ...]:
        """The reference texts, read in the same way."""
        return tuple(tell(p, self.outlets.get(p, ""), text, read(text)) for p, text in self.references.items())

    @cached_property
    def chain(self) -> Chain:
        """Who copied whom."""
        return chain(list(self.tellings.values()), self.texts)

    def use_of_source(self, claim: Claim) -> SourceUse:
        """Return how a claim of one of the articles uses its source."""
        return use_of_source(claim, self.tellings[claim.article], self.texts, self._first_told(claim.article))

    def _first_told(self, article: str) -> date | None:
        """Return the day of the first article held that tells the same story from the same source."""
        numbers, mine = self.chain.sources, self.tellings[article]
        days = [t.published for t in self.chain.tellings if numbers[t.id] == numbers[mine.id] and t.published]
        return min(days, default=None)

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Return the tables `claim`, `finding`, `source_use`, and those of the chain."""
        rows = [claim_row(claim, path) for path, claims in self.claims.items() for claim in claims]
        uses = [(claim, self.use_of_source(claim)) for claims in self.claims.values() for claim in claims]
        return {
            "claim": rows,
            "finding": [{name: value for name, value in row.items() if name != "bears"} for row in self.findings],
            "source_use": [{"claim": claim.id, "use": use.use, "reference": use.reference, "says": use.says}
                           for claim, use in uses if use.use],
            **chain_rows(self.chain),
        }  # fmt: skip


def _parts(texts: Mapping[str, Article], outlets: Mapping[str, str]) -> list[object]:
    return [[path, a.digest, a.published, a.language, outlets.get(path, "")] for path, a in texts.items()]


def read_articles(case: Case) -> Articles:
    """Open and read the articles and references of a case.

    Raises `CaseError` for a file that is not there, `ClaimError` for one that is no article.
    """
    articles = {e.path: _article(case, e.path, e.published, e.language) for e in case.file.article}
    references = {e.path: _article(case, e.path, e.published, e.language) for e in case.file.reference}
    entries: list[ArticleEntry | ReferenceEntry] = [*case.file.article, *case.file.reference]
    outlets = {entry.path: entry.outlet for entry in entries if entry.outlet}
    return Articles(articles, references, tuple(_finding_row(entry) for entry in case.file.finding), outlets)


def try_articles(
    case: Case,
    articles: Articles,
    estimator: Estimator,
    corrected: Mapping[str, Correction],
    ledger: Ledger | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """Test every claim of every article; return the tables `verdict`, `compiled` and `estimate` (what they lean on).

    corrected: what people decided that claims are measured by. ledger: of the case's transfers.
    """
    held = replace(_evidence(case, articles, estimator, ledger), corrected=corrected)
    trials = [(articles.articles[path].language, try_claim(claim, articles.articles[path].published, held,
                                                           articles.articles[path].language))
              for path, claims in articles.claims.items() for claim in claims]  # fmt: skip
    verdicts: dict[str, dict[str, Any]] = {}
    estimates: dict[str, dict[str, Any]] = {}
    settled = settle([trial for _, trial in trials])
    forms: dict[str, dict[str, Any]] = {}
    for (language, _), trial in zip(trials, settled, strict=True):
        verdict = replace(trial.verdict, said=said(trial, language))
        verdicts[verdict.id] = verdict_row(verdict)
        forms[verdict.claim] = as_row(verdict.claim, trial.compiled)
        estimates.update({found.id: estimate_row(found) for found in trial.estimates})
    return {"verdict": list(verdicts.values()), "estimate": list(estimates.values()),
            "compiled": list(forms.values())}  # fmt: skip


def claim_row(claim: Claim, path: str) -> dict[str, Any]:
    """Return a claim as a row of the table `claim`."""
    low, high = claim.value if isinstance(claim.value, tuple) else (claim.value, claim.value)
    return {
        "id": claim.id, "article": claim.article, "article_path": path, "quote": claim.quote, "start": claim.start,
        "end": claim.end, "type": claim.type, "mode": claim.mode, "checkable": claim.checkable,
        "why_not": claim.why_not, "subject": claim.subject, "measure": claim.measure, "comparator": claim.comparator,
        "value_low": low, "value_high": high, "unit": claim.unit, "place": claim.place, "period": claim.period,
        "attributed_to": claim.attributed_to, "item": claim.item, "cites": claim.cites, "read_by": claim.read_by,
        "facets": [{"kind": f.kind, "quote": f.quote, "start": f.start, "end": f.end} for f in claim.facets],
        "subject_start": claim.subject_start, "subject_end": claim.subject_end,
    }  # fmt: skip


def chain_rows(found: Chain) -> dict[str, list[dict[str, Any]]]:
    """Return a chain as the tables `telling`, `copy` and `change`."""
    tellings = [
        {"id": t.id, "article": t.story.article.digest, "path": t.path, "outlet": t.outlet, "published": t.published,
         "language": t.story.article.language, "source": found.sources[t.id], "cites": list(found.cites[t.id])}
        for t in found.tellings
    ]  # fmt: skip
    copies = [
        {"id": c.id, "earlier": c.earlier.id, "later": c.later.id, "direction": c.direction, "same_source": c.same,
         "main": c.main, "why": c.why, "sentences": c.likeness.counts["sentence"],
         "numbers": c.likeness.counts["number"], "quotations": c.likeness.counts["quotation"],
         "names": c.likeness.counts["name"], "share": c.likeness.share, "order": c.likeness.order,
         "chance": c.likeness.chance}
        for c in found.copies
    ]  # fmt: skip
    changed = [
        {"id": make_id("chg", c.id, change.id), "copy": c.id, "n": n, "kind": change.kind, "was": change.was,
         "became": change.became, "says": change.says, "earlier_claim": change.earlier_claim,
         "later_claim": change.later_claim}
        for c in found.copies for n, change in enumerate(c.changes, 1)
    ]  # fmt: skip
    return {"telling": tellings, "copy": copies, "change": changed}


def verdict_row(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as a row of the table `verdict`."""
    return {
        "id": verdict.id, "claim": verdict.claim, "verdict": verdict.verdict, "basis": verdict.basis,
        "reason": verdict.reason, "would_decide": verdict.would_decide, "estimates": list(verdict.estimates),
        "findings": list(verdict.findings),
        "facets": [
            {"kind": f.kind, "quote": f.quote, "verdict": f.verdict, "reason": f.reason} for f in verdict.facets
        ],
        "use_of_source": verdict.use_of_source, "probability": verdict.probability, "coverage": verdict.coverage,
        "speaks_for": verdict.speaks_for, "speaks_against": verdict.speaks_against, "said": verdict.said,
    }  # fmt: skip


def _article(case: Case, path: str, published: date | None, language: str) -> Article:
    place = case.path(path)
    if not place.is_file():
        raise CaseError(
            "an article or reference is not there", where="case.toml", found=path, do="mend the path, or take it out"
        )
    return article(place.read_bytes(), name=Path(path).name, published=published, language=language)


def _finding_row(entry: Any) -> dict[str, Any]:
    row = {name: getattr(entry, name) for name in ("claim", "says", "source", "date", "grade")}
    return {"id": make_id("fnd", *row.values()), **row, "bears": entry.bears}


def _evidence(case: Case, articles: Articles, estimator: Estimator, ledger: Ledger | None) -> Evidence:
    markets = {str(row["market"]): estimator.days.coverage(Scope(market=str(row["market"])))
               for row in estimator.db.rows(MARKETS_SQL)}  # fmt: skip
    findings = [Finding(r["id"], r["claim"], r["says"], r["source"], r["grade"], r["bears"]) for r in articles.findings]

    return Evidence(
        estimator.estimate, markets, _whole(case, estimator), findings, articles.use_of_source,
        draws=lambda measure, scope: estimator.draws(measure, scope), counters=estimator.counters,
        census=[Census(entry.markets, entry.source, entry.date) for entry in case.file.census],
        ledger=_ledger(case, articles, ledger, estimator.inputs_digest),
    )  # fmt: skip


def _ledger(case: Case, articles: Articles, ledger: Ledger | None, inputs: str) -> LedgerOf | None:
    """Return the ledger as claims ask it, None for a case without tables of transfers."""
    if ledger is None or not case.file.transfers:
        return None
    texts = {text.digest: text for text in articles.articles.values()}
    whole = [entry.path for entry in case.file.transfers if entry.complete]
    return LedgerOf(ledger, texts, whole, inputs)


WHOLE_SQL = "SELECT market, list(DISTINCT source) AS sources FROM capture WHERE market IS NOT NULL GROUP BY market"


def _whole(case: Case, estimator: Estimator) -> frozenset[str]:
    """Return the markets all of whose sources are declared whole."""
    declared = {entry.path for entry in case.file.source if entry.complete}
    return frozenset(str(r["market"]) for r in estimator.db.rows(WHOLE_SQL) if set(r["sources"]) <= declared)
