"""The report as one HTML file: no script, no network, nothing beside it."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from muster.report import appendix, cards, chain, evidence, passages, plots, registers, transfers
from muster.report.anchors import anchor
from muster.report.data import ReportData
from muster.report.inert import visible
from muster.report.limits import CAVEAT, ERRORS, LIMITS, method
from muster.report.opening import ALL_CAPTURES, ALL_CLAIMS, UNDATED, languages, opening, verdict_rows, word_of
from muster.report.words import VERDICTS

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What the page may load: nothing; its style stands inside it."""


def html(data: ReportData) -> str:
    """Return the page.

    >>> "<script" in html(ReportData.empty("<script>alert(1)</script>"))
    False
    """
    articles = cards.articles(data)
    covered, troubled = evidence.coverage(data), evidence.troubles(data)
    counted = [verdict_rows(word) for word in VERDICTS if word]
    rows = [ALL_CLAIMS, ALL_CAPTURES, UNDATED, *counted, ERRORS, *evidence.all_rows(covered, troubled, data)]
    marks, mark_ticks = plots.kinds(data)
    priced, price_ticks = plots.prices(data)
    return _environment().get_template("report.html.j2").render(
        data=data,
        policy=POLICY,
        openings=[opening(data, language) for language in languages(data)],
        articles=articles,
        tally=tally(data),
        chain=_chain(data, articles),
        texts=[passages.paragraphs(article, spans(data, article)) for article in articles],
        table=evidence.table(data),
        marks=marks,
        mark_ticks=mark_ticks,
        days=plots.over_time(data),
        priced=priced,
        price_ticks=price_ticks,
        covered=covered,
        troubled=troubled,
        method=method(data),
        errors=ERRORS,
        limits=LIMITS,
        caveat=CAVEAT,
        registers=registers.section(data.matches),
        register_caveats=registers.CAVEATS,
        transfers=transfers.section(data.ledger),
        transfer_caveats=transfers.CAVEATS,
        register_anchors={name: anchor(name) for name in registers.shown(data.matches)},
        groups=appendix.groups(data),
        rows=appendix.distinct(rows),
    )  # fmt: skip


def tally(data: ReportData) -> list[tuple[Any, int, str]]:
    """Return each verdict's look, how many claims have it, and where those rows stand; untested ones only if any.

    >>> [n for _, n, _ in tally(ReportData.empty("Nothing yet"))]
    [0, 0, 0, 0]
    """
    words = [word_of(data, claim) for claim in data.claims]
    shown = [word for word in VERDICTS if word or "" in words]
    return [
        (VERDICTS[word], words.count(word), verdict_rows(word).anchor if word else ALL_CLAIMS.anchor) for word in shown
    ]


def spans(data: ReportData, article: cards.ArticleCards) -> list[tuple[int, int]]:
    """Return start and end of an article's claims, in the order of its cards."""
    found = (claim for claim in data.claims if claim["article"] == article.digest)
    ordered = sorted(found, key=lambda claim: (claim["start"], claim["end"], claim["id"]))
    return [(claim["start"], claim["end"]) for claim in ordered]


def _chain(data: ReportData, articles: tuple[cards.ArticleCards, ...]) -> dict[str, Any] | None:
    """Return what the section of the chain shows; its picture is markup of our own, its texts escaped already."""
    numbers = {card.id: card.number for article in articles for card in article.cards}
    found = chain.section(data.tellings, data.copies, data.changes, numbers)
    if found is None:
        return None
    return {"picture": found.picture, "svg": Markup(found.svg), "copies": found.copies, "loops": found.loops}


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("muster.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )


def _finalize(value: object) -> object:
    """Spell out hidden characters in every text that meets the page; markup from our own macros has none left."""
    return visible(value) if type(value) is str else value
