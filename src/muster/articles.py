"""The articles of a case: read into claims, compared with reference texts, and tested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from muster.case import Case
from muster.claims import Article, article, compare_quote, read
from muster.claims.measures import Compiled
from muster.claims.test import Evidence, Finding, QuoteFinding, Trial, try_claim
from muster.errors import CaseError
from muster.estimate import Estimator, Scope, coverage
from muster.headline import MARKETS_SQL, estimate_row
from muster.model import Claim, Estimate, Verdict, canonical_json, digest, make_id


@dataclass(frozen=True)
class Articles:
    """The articles and reference texts of a case, read.

    articles, references: path as the case file writes it → article.
    """

    articles: Mapping[str, Article]
    references: Mapping[str, Article]
    findings: tuple[dict[str, Any], ...]

    @property
    def digest(self) -> str:
        """Digest of all that the claims depend on."""
        return digest(
            canonical_json([[p, a.digest, a.published, a.language] for p, a in self.articles.items()]).encode()
        )

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
        return digest(canonical_json([[p, a.digest] for p, a in self.references.items()]).encode())

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Return the tables `claim` and `finding`."""
        rows = [claim_row(claim, path) for path, text in self.articles.items() for claim in read(text)]
        kept = {row["id"]: row for row in reversed(rows)}  # an article named twice is read once
        return {"claim": list(kept.values()), "finding": [
            {name: value for name, value in row.items() if name != "bears"} for row in self.findings
        ]}  # fmt: skip


def read_articles(case: Case) -> Articles:
    """Open and read the articles and references of a case.

    Raises `CaseError` for a file that is not there, `ClaimError` for one that is no article.
    """
    articles = {e.path: _article(case, e.path, e.published, e.language) for e in case.file.article}
    references = {e.path: _article(case, e.path, e.published, e.language) for e in case.file.reference}
    return Articles(articles, references, tuple(_finding_row(entry) for entry in case.file.finding))


def try_articles(case: Case, articles: Articles, estimator: Estimator) -> dict[str, list[dict[str, Any]]]:
    """Test every claim of every article; return the tables `verdict` and `estimate` (those that verdicts lean on)."""
    held = _evidence(case, articles, estimator)
    verdicts: dict[str, dict[str, Any]] = {}
    estimates: dict[str, dict[str, Any]] = {}
    for text in articles.articles.values():
        for claim in read(text):
            trial: Trial = try_claim(claim, text.published, held)
            verdicts[trial.verdict.id] = verdict_row(trial.verdict)
            estimates.update({found.id: estimate_row(found) for found in trial.estimates})
    return {"verdict": list(verdicts.values()), "estimate": list(estimates.values())}


def claim_row(claim: Claim, path: str) -> dict[str, Any]:
    """Return a claim as a row of the table `claim`."""
    low, high = claim.value if isinstance(claim.value, tuple) else (claim.value, claim.value)
    return {
        "id": claim.id, "article": claim.article, "article_path": path, "quote": claim.quote, "start": claim.start,
        "end": claim.end, "type": claim.type, "mode": claim.mode, "checkable": claim.checkable,
        "why_not": claim.why_not, "subject": claim.subject, "measure": claim.measure, "comparator": claim.comparator,
        "value_low": low, "value_high": high, "unit": claim.unit, "place": claim.place, "period": claim.period,
        "attributed_to": claim.attributed_to,
        "facets": [{"kind": f.kind, "quote": f.quote, "start": f.start, "end": f.end} for f in claim.facets],
    }  # fmt: skip


def verdict_row(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as a row of the table `verdict`."""
    return {
        "id": verdict.id, "claim": verdict.claim, "verdict": verdict.verdict, "basis": verdict.basis,
        "reason": verdict.reason, "would_decide": verdict.would_decide, "estimates": list(verdict.estimates),
        "findings": list(verdict.findings),
        "facets": [
            {"kind": f.kind, "quote": f.quote, "verdict": f.verdict, "reason": f.reason} for f in verdict.facets
        ],
        "use_of_source": verdict.use_of_source,
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


def _evidence(case: Case, articles: Articles, estimator: Estimator) -> Evidence:
    markets = {str(row["market"]): coverage(estimator.db, Scope(market=str(row["market"])))
               for row in estimator.db.rows(MARKETS_SQL)}  # fmt: skip
    findings = [Finding(r["id"], r["claim"], r["says"], r["source"], r["grade"], r["bears"]) for r in articles.findings]

    def estimate(measure: str, compiled: Compiled) -> Estimate:
        assert compiled.scope is not None
        return estimator.estimate(measure, compiled.scope)

    return Evidence(estimate, markets, _whole(case, estimator), findings, lambda claim: check_quote(claim, articles))


WHOLE_SQL = "SELECT market, list(DISTINCT source) AS sources FROM capture WHERE market IS NOT NULL GROUP BY market"


def _whole(case: Case, estimator: Estimator) -> frozenset[str]:
    """Return the markets all of whose sources are declared whole."""
    declared = {entry.path for entry in case.file.source if entry.complete}
    return frozenset(str(r["market"]) for r in estimator.db.rows(WHOLE_SQL) if set(r["sources"]) <= declared)


def check_quote(claim: Claim, articles: Articles) -> QuoteFinding:
    """Compare a quotation with every reference text of the article's language; the best match is told."""
    language = next((a.language for a in articles.articles.values() if a.digest == claim.article), "")
    best: QuoteFinding | None = None
    for path, reference in articles.references.items():
        if reference.language != language:
            continue
        checked = compare_quote(claim.quote, reference.text)
        if checked.result == "faithful":
            return QuoteFinding("faithful", path, f"the reference text {path} has these words")
        if checked.result == "altered":
            best = QuoteFinding("altered", path, f"the reference text {path} has other words: {checked.says}")
    others = sorted({r.language for r in articles.references.values()} - {language})
    aside = f"; references in {', '.join(others)} cannot be compared word by word" if others else ""
    return best or QuoteFinding("source not at hand", "", f"no reference text of this case has these words{aside}")
