"""What the ledger of transfers says, as the report shows it: answers with pictures, differences, watches, risks."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from muster.report.anchors import anchor
from muster.report.inert import visible
from muster.transfers.answers import Answer, Measure
from muster.transfers.lifecycle import Life
from muster.transfers.picture import svg
from muster.transfers.risk import Sheet
from muster.transfers.shown import LED, Asked, Compared, Shown
from muster.transfers.told import MOST, amount_words, beside, between, by_chance, days_of, watch_words

CAVEATS = (
    "Sources stand side by side and are never added; a source that leaves a class out does not answer for it.",
    "What is unaccounted for is not lost, and what is overdue in an inventory is not missing.",
    "No number here says who took anything: captured, stolen, diverted and trafficked are different things.",
)


@dataclass(frozen=True, slots=True)
class Link:
    """An id that a number rests on, and where its walk stands."""

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class Rest:
    """What one measure rests on: a sum of one source and state, with its first lines."""

    says: str
    links: tuple[Link, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Line:
    """One measure of an answer."""

    part: str
    name: str
    stated: str
    can: str
    why: str
    rests: tuple[Rest, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a timeline."""

    when: str
    state: str
    how_many: str
    source: str
    order: str


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a sheet of risks."""

    title: str
    answer: str
    basis: str
    named_by: str
    lowers_it: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with all that is shown of it."""

    title: str
    why: str
    picture: Markup
    lines: tuple[Line, ...]
    retrospective: tuple[Line, ...]
    notes: tuple[str, ...]
    stages: tuple[Stage, ...]
    left: tuple[str, ...]
    weight: str
    basis: str
    caveat: str
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of a comparison."""

    key: str
    sides: str
    amount: str
    reason: str
    text: str
    link: Link


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison."""

    about: str
    explained: str
    rest: str
    rows: tuple[Difference, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Source:
    """One release of a source."""

    title: str
    published: str
    holds: str
    states: str
    leaves_out: str
    link: Link


@dataclass(frozen=True, slots=True)
class Section:
    """The section."""

    says: str
    sources: tuple[Source, ...]
    questions: tuple[Question, ...]
    unknown: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    watch: str
    watches: tuple[tuple[str, str, str], ...]


def section(found: Shown | None) -> Section | None:
    """Return the section, None for a case without a ledger.

    >>> section(None)
    """
    if found is None:
        return None
    lines = sum(row["lines"] for row in found.sources)
    n = len(found.sources)
    series = len({row["series"] for row in found.sources})
    says = f"{lines:,} lines from {n} release{'' if n == 1 else 's'} of {series} source{'' if series == 1 else 's'}"
    raised = [w for w in found.watches if w.raised]
    quiet = [w for w in found.watches if w.raised is False]
    told, chance = by_chance(found.watches)
    untold = len(found.watches) - told
    watch = (
        f"{len(raised)} raised, {len(quiet)} quiet, {untold} that cannot be told for want of a baseline; with nothing "
        f"new about {chance:.2g} would be raised by chance in a month"
    )
    return Section(
        says, tuple(source(row) for row in found.sources), tuple(_question(one) for one in found.asked), found.unknown,
        tuple(comparison(one) for one in found.compared), watch if found.watches else "",
        tuple(watch_words(w) for w in (*raised, *quiet)[:MOST]),
    )  # fmt: skip


def source(row: dict[str, object]) -> Source:
    """Return a release as a page shows it."""
    published = f"{row['published']} ({row['published_from']})" if row["published"] else "nobody says when"
    states = ", ".join(row["states"]) if isinstance(row["states"], list) else ""
    holds = f"{row['rows']:,} rows, {row['lines']:,} lines, {row['issues']:,} without a line"
    out = str(row["leaves_out"]) or "nobody says"
    out += "" if row["confirmed"] else "; its profile was never held against a real file"
    return Source(str(row["title"]), published, holds, states or "sums only", out, _link(str(row["id"])))


def _question(asked: Asked) -> Question:
    found = asked.answer
    return Question(
        asked.title, asked.why, Markup(svg(found, asked.title, alone=False, clean=visible)),
        tuple(line(m) for m in found.measures if m.rows), tuple(line(m) for m in found.retrospective if m.rows),
        (*beside(found), *_untold(found)),
        stages(asked.life), left(asked.life), asked.sheet.weight, asked.sheet.basis, asked.sheet.caveat,
        factors(asked.sheet),
    )  # fmt: skip


def stages(life: Life) -> tuple[Stage, ...]:
    """Return the stages of a life as a page shows them."""
    return tuple(
        Stage(days_of(s), s.state, between(s.stated_low, s.stated_high) + (f" ({s.part})" if s.part else ""),
              s.series, "" if s.sure_order or not s.first else "order within these days unknown")
        for s in life.stages
    )  # fmt: skip


def left(life: Life) -> tuple[str, ...]:
    """Return what is left at the end of a life, and what nobody says of it."""
    return (
        *(f"left{f' ({x.part})' if x.part else ''}: {between(*x.stated)}, can be {between(x.low, x.high)}; {x.why}"
          for x in life.outlasts), life.unsaid,
    )  # fmt: skip


def factors(found: Sheet) -> tuple[Factor, ...]:
    """Return the factors of a sheet of risks as a page shows them."""
    return tuple(
        Factor(f"{f.title} ({f.direction})", f.answer, f.basis or "nobody here says", f.named_by,
               f.lowers_it if f.answer == "yes" else "") for f in found.factors
    )  # fmt: skip


def _untold(found: Answer) -> list[str]:
    """Return what cannot be told, and of which parts: once each, not once a part."""
    parts: dict[tuple[str, str], list[str]] = {}
    for m in found.measures:
        if not m.rows:
            why = m.why.removeprefix("cannot tell: ")
            parts.setdefault((m.name, why), []).append(m.part or "part not said")
    return [f"cannot tell what was {what} ({', '.join(of)}): {why}" for (what, why), of in parts.items()]


def line(found: Measure) -> Line:
    """Return a measure as a page shows it, with the ids that it rests on."""
    stated, can = between(*found.stated), between(found.low, found.high)
    unit = f" {found.unit}" if found.unit != "items" and stated != "cannot tell" else ""
    rests = () if found.name == "unaccounted for" else found.rows
    return Line(
        found.part or "part not said", found.name, stated + unit, can, found.why,
        tuple(
            Rest(f"{row['state']} {between(row['stated_low'], row['stated_high'])}, {row['series']}",
                 tuple(_link(one) for one in row["examples"][:LED]), max(0, row["lines"] - LED))
            for row in rests
        ),
    )  # fmt: skip


def comparison(found: Compared) -> Comparison:
    """Return a comparison as a page shows it."""
    rows = tuple(
        Difference(row["key"], *amount_words(row), row["text"], _link(row["id"]))
        for row in found.rows
    )  # fmt: skip
    return Comparison(found.about, f"{found.explained:,}", f"{found.rest:,}", rows, found.n - len(rows))


def _link(name: str) -> Link:
    return Link(name, anchor(name))
