"""The opening paragraph, which a newsroom could print: what is known, what is not, what would decide it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import Formatter

from muster.claims.measures import evidence
from muster.report.anchors import Rows, anchor, rows
from muster.report.data import ReportData, Row
from muster.report.figures import day, figure, number
from muster.report.phrases import PHRASES, Phrases
from muster.report.words import DECIDES_FR, kind_name, scope_of

QUOTED = 3
"""Quotations, and things that would decide, in one list of the opening; the rest are counted."""

LONGEST = 170
"""Characters of a quotation before it is cut at a word."""

NUMBERED = frozenset({"count", "share", "money", "transactions"})
"""Types of claims that stand first where only some can be quoted: a reader asks after the figures."""

ALL_CLAIMS = rows("every claim of the case", "claim")
ALL_CAPTURES = rows("every capture of the case", "capture")
UNDATED = rows("captures of unknown date", "capture", captured_at=None)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence: plain, a number with the anchor of its walk, or a quotation with its language."""

    text: str
    why: str = ""
    language: str = ""


Parts = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """The three answers: each with the words that lead it, and its sentences as parts."""

    language: str
    answers: tuple[tuple[str, Parts], ...]


def summary(data: ReportData, language: str) -> str:
    """Return the opening paragraph as plain text.

    language: "en" or "fr"; raises `KeyError` for another. The French one speaks of the French articles, the English
    one of all others, or of all where there are no others.

    >>> summary(ReportData.empty("Nothing yet"), "en")[:57]
    'What is known: No article was read, so no claim is tested'
    """
    answers = opening(data, language).answers
    return " ".join((lead + "".join(part.text for part in parts)).strip() for lead, parts in answers)


def languages(data: ReportData) -> tuple[str, ...]:
    """Return the languages of the opening: English, and French where an article is French.

    >>> languages(ReportData.empty("Nothing yet"))
    ('en',)
    """
    return ("en", "fr") if any(article["language"] == "fr" for article in data.articles) else ("en",)


def opening(data: ReportData, language: str) -> Opening:
    """Return the opening with its numbers linked and its quotations marked; raises `KeyError` for another language.

    >>> opening(ReportData.empty("Nothing yet"), "fr").answers[0][0]
    'Ce que l’on sait\xa0: '
    """
    say = PHRASES[language]
    articles = [a for a in data.articles if (a["language"] == "fr") == (language == "fr")] or list(data.articles)
    spoken = {article["digest"]: str(article["language"]) for article in articles}
    claims = [claim for claim in data.claims if claim["article"] in spoken]
    by_word: dict[str, list[Row]] = {}
    for claim in claims:
        by_word.setdefault(word_of(data, claim), []).append(claim)
    untold = by_word.get("cannot tell", [])
    known = (
        *_tested(articles, claims, by_word, say, language),
        *_held(data, say, language),
        *_quoted(say.supported, by_word.get("supported", []), spoken, say),
        *_quoted(say.contradicted, by_word.get("contradicted", []), spoken, say),
    )
    unknown = (*_quoted(say.untold, untold, spoken, say), Part(say.follows if untold else ""), Part(say.outside))
    answers = zip(say.leads, (known, unknown, tuple(_decides(data, untold, say, language))), strict=True)
    return Opening(language, tuple(answers))


def word_of(data: ReportData, claim: Row) -> str:
    """Return a claim's verdict word, "" where it has no verdict."""
    return str(data.verdicts[claim["id"]]["verdict"]) if claim["id"] in data.verdicts else ""


def verdict_rows(word: str) -> Rows:
    """Return the rows behind the number of verdicts of one word.

    >>> verdict_rows("cannot tell").sql
    "SELECT * FROM verdict WHERE verdict = 'cannot tell'"
    """
    return rows(f"verdicts: {word}", "verdict", verdict=word)


def naive_beside(data: ReportData, row: Row) -> str:
    """Return the id of the naive count over an estimate's own scope, or ""."""
    for name, other in data.estimates.items():
        if other["measure"] == "listings_keyword" and other["scope"] == row["scope"]:
            return name
    return ""


def _fill(sentence: str, **values: Part | str) -> Iterator[Part]:
    for plain, name, _, _ in Formatter().parse(sentence):
        yield Part(plain)
        if name is not None:
            value = values[name]
            yield Part(value) if isinstance(value, str) else value


def _tested(
    articles: Sequence[Row], claims: Sequence[Row], by_word: dict[str, list[Row]], say: Phrases, language: str
) -> Iterator[Part]:
    if not claims:
        yield Part(say.no_claims if articles else say.no_article)
        return
    counts = {
        name: Part(number(len(by_word.get(word, ())), language), verdict_rows(word).anchor)
        for name, word in (("supported", "supported"), ("contradicted", "contradicted"), ("untold", "cannot tell"))
    }
    checkable = sum(bool(claim["checkable"]) for claim in claims)
    yield from _fill(
        say.tested,
        source=_source(articles, say, language),
        claims=Part(number(len(claims), language), ALL_CLAIMS.anchor),
        statement=say.statement[len(claims) > 1],
        checkable=Part(number(checkable, language), ALL_CLAIMS.anchor),
        **counts,
    )


def _source(articles: Sequence[Row], say: Phrases, language: str) -> str:
    if len(articles) > 1:
        return say.several.format(n=len(articles))
    published = articles[0]["published"]
    return say.one.format(published=day(published, language)) if published else say.one_undated


def _held(data: ReportData, say: Phrases, language: str) -> Iterator[Part]:
    captures = sum(row["captures"] for row in data.coverage)
    if not captures:
        yield Part(say.nothing_held)
        return
    days = [row[end] for row in data.coverage for end in ("first", "last") if row[end] is not None]
    yield from _fill(
        say.held if days else say.held_undated,
        captures=Part(number(captures, language), ALL_CAPTURES.anchor),
        page=say.page[captures > 1],
        markets=_listed([str(row["market"]) for row in data.coverage], say.and_),
        first=day(min(days, default=None), language),
        last=day(max(days, default=None), language),
    )
    undated = sum(row["undated"] for row in data.coverage)
    if undated and days:
        yield from _fill(say.undated, undated=Part(number(undated, language), UNDATED.anchor))
    yield from _counted(data, say, language)
    yield Part(". ")


def _counted(data: ReportData, say: Phrases, language: str) -> Iterator[Part]:
    """Name the first count of listings that the report shows, and the naive one beside it."""
    listings = (data.estimates[name] for name in data.headline if data.estimates[name]["measure"] == "listings")
    row = next(listings, None)
    if row is None:
        return
    kind = kind_name(str(scope_of(row)["kind"]), language)
    shown = figure(row, language)
    if not shown.known:
        yield from _fill(say.not_counted, kind=kind)
        return
    noun = say.listing[row["value"] > 1]
    text = say.interval.format(value=shown.text, listing=noun, interval=shown.interval)
    text = text if shown.interval else f"{shown.text} {noun} ({shown.note})"
    text = ", ".join((text, *shown.grades))
    yield from _fill(say.counted, kind=kind, listings=Part(text, shown.why))
    naive = naive_beside(data, row)
    if naive:
        found = figure(data.estimates[naive], language)
        yield from _fill(say.naive, naive=Part(found.text, found.why))


def _quoted(sentence: str, claims: Sequence[Row], spoken: dict[str, str], say: Phrases) -> tuple[Part, ...]:
    if not claims:
        return ()
    claims = sorted(claims, key=lambda claim: claim["type"] not in NUMBERED)
    before, after = (Part(text) for text in sentence.split("{quotes}"))
    found = [before]
    for claim in claims[:QUOTED]:
        found += [Part(say.semicolon)] if len(found) > 1 else []
        found += [
            Part(say.quote[0]),
            Part(_cut(claim["quote"].rstrip(". ")), language=spoken[claim["article"]]),
            Part(say.quote[1]),
        ]
    if len(claims) > QUOTED:
        rest = say.more.format(n=len(claims) - QUOTED)
        found += [Part(f" {say.and_} "), Part(rest, anchor(claims[QUOTED]["id"]))]
    return (*found, after)


def _decides(data: ReportData, untold: Sequence[Row], say: Phrases, language: str) -> Iterator[Part]:
    """Name what the most claims wait for; what is alike is told once."""
    wants: Counter[str] = Counter()
    for claim in untold:
        wants.update(_wants(claim, str(data.verdicts[claim["id"]]["would_decide"] or ""), language))
    if not wants:
        yield Part(say.decided)
        return
    first = [text for text, _ in wants.most_common(QUOTED)]
    yield Part(say.semicolon.join(first) + ".")


def _wants(claim: Row, would_decide: str, language: str) -> list[str]:
    said = " ".join(would_decide.split())
    known = [sort for sort in DECIDES_FR if evidence(sort) in said]
    if language == "en":
        return [evidence(sort) for sort in known] or [said][: bool(said)]
    return [DECIDES_FR[sort] for sort in known or [claim["type"] if claim["type"] in DECIDES_FR else "existence"]]


def _listed(names: Sequence[str], and_: str) -> str:
    return f" {and_} ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _cut(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rsplit(" ", 1)[0] + " …"
