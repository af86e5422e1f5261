"""Claims as they are shown: the exact words, what they were read as, the verdict, and what it rests on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from muster.claims.compile import in_words
from muster.report.anchors import anchor
from muster.report.data import ReportData, Row
from muster.report.figures import Figure, day, figure, number
from muster.report.opening import naive_beside, word_of
from muster.report.words import MODES, STATES, VerdictLook, asserts, look, measure_name, scope_name, scope_of

NOTHING_BEARS = "nothing held bears on it"

NOTHING_HELD = "evidence of any kind that bears on this; the case holds none"


@dataclass(frozen=True, slots=True)
class Tested:
    """An estimate that a claim was held against, and the naive count over the same scope."""

    measure: str
    scope: str
    figure: Figure
    naive: Figure | None
    n: str
    method: str
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody else published about a claim."""

    says: str
    source: str
    date: str
    grade: str
    why: str


@dataclass(frozen=True, slots=True)
class FacetCard:
    """One of the assertions that a claim joins, with its own verdict."""

    kind: str
    quote: str
    look: VerdictLook
    reason: str


@dataclass(frozen=True, slots=True)
class Card:
    """A claim with all that is shown of it; `missing` is what a "cannot tell" leads with."""

    number: int
    anchor: str
    id: str
    verdict_id: str
    quote: str
    language: str
    where: str
    states: str
    mode: str
    attributed: str
    reads: str
    look: VerdictLook
    basis: str
    missing: str
    reason: str
    use_of_source: str
    facets: tuple[FacetCard, ...]
    tested: tuple[Tested, ...]
    found: tuple[Found, ...]
    measured_as: str = ""
    probability: str = ""
    coverage: str = ""
    speaks_for: str = ""
    speaks_against: str = ""
    told: str = ""

    @property
    def brief(self) -> bool:
        """Whether there is nothing to show beside the words and the verdict: no count, no part, no finding."""
        return not (self.tested or self.facets or self.found) and self.basis == NOTHING_BEARS

    @property
    def why(self) -> str:
        """The anchor of the claim's walk."""
        return anchor(self.id)

    @property
    def verdict_why(self) -> str:
        """The anchor of the verdict's walk, "" where there is no verdict."""
        return anchor(self.verdict_id) if self.verdict_id else ""


@dataclass(frozen=True, slots=True)
class ArticleCards:
    """An article and its claims, in the order of the text."""

    title: str
    path: str
    language: str
    published: str
    digest: str
    text: str
    cards: tuple[Card, ...]


def articles(data: ReportData) -> tuple[ArticleCards, ...]:
    """Return every article with its claims, numbered through the whole report.

    >>> articles(ReportData.empty("Nothing yet"))
    ()
    """
    found: list[ArticleCards] = []
    count = 0
    for article in data.articles:
        claims = sorted(
            (claim for claim in data.claims if claim["article"] == article["digest"]),
            key=lambda claim: (claim["start"], claim["end"], claim["id"]),
        )
        cards = tuple(_card(data, article, claim, count + n) for n, claim in enumerate(claims, 1))
        count += len(cards)
        published = day(article["published"]) if article["published"] else "date unknown"
        found.append(
            ArticleCards(
                article["title"], article["path"], article["language"], published, article["digest"], article["text"],
                cards,
            )
        )  # fmt: skip
    return tuple(found)


def _card(data: ReportData, article: Row, claim: Row, count: int) -> Card:
    word = word_of(data, claim)
    verdict: Row = data.verdicts.get(claim["id"], {})
    would_decide = str(verdict.get("would_decide") or "")
    return Card(
        number=count,
        anchor=f"claim-{count}",
        id=claim["id"],
        verdict_id=verdict["id"] if verdict else "",
        quote=claim["quote"],
        language=article["language"],
        where=_where(article, claim),
        states=STATES.get(str(claim["type"]), str(claim["type"])),
        mode=MODES.get(str(claim["mode"]), str(claim["mode"])),
        attributed=claim["attributed_to"] or "",
        reads=asserts(claim) if claim["checkable"] else "",
        look=look(word),
        basis=_basis(verdict) if word != "not checkable" else "",
        missing=(would_decide.strip().rstrip(".") or NOTHING_HELD) if word == "cannot tell" else "",
        reason=str(verdict.get("reason") or ""),
        use_of_source=str(verdict.get("use_of_source") or ""),
        measured_as=_measured_as(data, claim),
        probability=_probability(verdict),
        coverage=str(verdict.get("coverage") or ""),
        speaks_for=str(verdict.get("speaks_for") or ""),
        speaks_against=str(verdict.get("speaks_against") or ""),
        told=str(verdict.get("said") or "") if article["language"] != "en" else "",
        facets=tuple(
            FacetCard(facet["kind"], facet["quote"], look(facet["verdict"]), facet["reason"])
            for facet in verdict.get("facets") or ()
        ),
        tested=_tested(data, verdict.get("estimates") or ()),
        found=tuple(_found(data.findings[name]) for name in verdict.get("findings") or ()),
    )


def _measured_as(data: ReportData, claim: Row) -> str:
    """Return what a checkable claim is measured by, and by whose decision where it was a person's."""
    form = data.compiled.get(claim["id"])
    if form is None or not claim["checkable"] or not form["measure"]:
        return ""
    return in_words(form) + ("" if form["by"] == "rules" else f" (decided by {form['by']})")


def _probability(verdict: Mapping[str, Any]) -> str:
    """Return a probability in words; never nought and never one."""
    value = verdict.get("probability")
    if value is None:
        return ""
    if value < 0.001:
        return "less than 0.1%"
    return "more than 99.9%" if value > 0.999 else f"{100 * value:.1f}%"


def _where(article: Row, claim: Row) -> str:
    text, start, end = article["text"], claim["start"], claim["end"]
    if text[start:end] != claim["quote"]:
        return f"not found at characters {start}–{end} of the text held"
    paragraph = len(re.findall(r"\n\s*\n", text[:start].lstrip())) + 1
    return f"paragraph {number(paragraph)}, characters {number(start)}–{number(end)}"


def _basis(verdict: Mapping[str, Any]) -> str:
    words = {"measured": "measured here", "reported by": "reported by others"}
    return words.get(str(verdict.get("basis") or ""), NOTHING_BEARS if verdict else "")


def _tested(data: ReportData, names: tuple[str, ...]) -> tuple[Tested, ...]:
    """Pair each estimate with the naive count over its scope; the naive one stands alone only beside nothing else."""
    held = [data.estimates[name] for name in names]
    ours = [row for row in held if row["measure"] != "listings_keyword"] or held
    found = []
    for row in ours:
        naive = naive_beside(data, row) if row["measure"] != "listings_keyword" else ""
        found.append(
            Tested(
                measure_name(row["measure"]), scope_name(scope_of(row)), figure(row),
                figure(data.estimates[naive]) if naive else None, number(row["n"]), row["method"],
                tuple(_under(row, other) for other in row.get("under") or ()),
            )
        )  # fmt: skip
    return tuple(found)


def _under(row: Row, other: Mapping[str, Any]) -> str:
    """Return the result under another assumption, in a line."""
    told = figure({**row, **{name: other[name] for name in ("value", "low", "high")}, "grades": ()})
    interval = f" [{told.interval}]" if told.interval and other["low"] != other["high"] else ""
    return f"{other['assumption']}: {told.text}{interval}"


def _found(row: Row) -> Found:
    return Found(row["says"], row["source"], day(row["date"]), row["grade"], anchor(row["id"]))
