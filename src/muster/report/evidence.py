"""What the evidence contains, what it covers and what went wrong with it, as tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from muster.report.anchors import Rows, anchor, rows
from muster.report.data import ReportData, Row
from muster.report.figures import Figure, day, figure, number
from muster.report.words import BETWEEN, MEASURES, kind_name, measure_name, scope_name, scope_of


@dataclass(frozen=True, slots=True)
class Column:
    """A measure as a column: its name and what it counts."""

    measure: str
    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Line:
    """A scope as a row: the kind, and over which market and period; None where this measure was not taken over it."""

    kind: str
    over: str
    cells: tuple[Figure | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The counts side by side, never added up."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """What the captures of one market speak for; each number with the rows behind it."""

    market: str
    profile: str
    sources: str
    captures: str
    listings: str
    days: str
    undated: str
    first: str
    last: str
    captures_rows: Rows
    listings_rows: Rows
    undated_rows: Rows


@dataclass(frozen=True, slots=True)
class Trouble:
    """One sort of issue: how many, an example, what mends it."""

    stage: str
    what: str
    n: str
    where: str
    found: str
    do: str
    rows: Rows


def table(data: ReportData) -> Table:
    """Return the headline estimates as a table of scopes by measures, and each kind's listings below them.

    >>> table(ReportData.empty("Nothing yet")).lines
    ()
    """
    names = [*data.headline, *(name for _, ours, naive in data.by_kind for name in (ours, naive) if name)]
    held = [data.estimates[name] for name in dict.fromkeys(names)]
    by_kind = {ours for _, ours, _ in data.by_kind}
    kinds = {data.estimates[name]["scope"] for name in by_kind if name}
    # the other counts of a kind that the report shows stand in the same line as its listings
    held += [row for row in data.estimates.values() if row["scope"] in kinds and row not in held]
    present = {row["measure"] for row in held}
    measures = [m for m in MEASURES if m in present] + sorted(present - set(MEASURES))
    scopes = dict.fromkeys(row["scope"] for row in held)
    by_cell = {(row["scope"], row["measure"]): row for row in held}
    columns = tuple(Column(m, measure_name(m), MEASURES[m][1] if m in MEASURES else "") for m in measures)
    return Table(columns, tuple(_line(scope, measures, by_cell) for scope in scopes))


def coverage(data: ReportData) -> tuple[Covered, ...]:
    """Return one row a market.

    >>> coverage(ReportData.empty("Nothing yet"))
    ()
    """
    return tuple(_covered(row) for row in data.coverage)


def troubles(data: ReportData) -> tuple[Trouble, ...]:
    """Return the issues by sort, in the order given.

    >>> troubles(ReportData.empty("Nothing yet"))
    ()
    """
    return tuple(
        Trouble(
            row["stage"], row["what"], number(row["n"]), row["example_where"] or "", row["example_found"] or "",
            row["do"] or "", rows(f"issues: {row['stage']}, {row['what']}", "issue", stage=row["stage"],
                                  what=row["what"]),
        )
        for row in data.issues
    )  # fmt: skip


def price_rows(kind: str) -> Rows:
    """Return the rows behind the prices of one kind.

    >>> price_rows("handgun").sql
    "SELECT * FROM offer WHERE kind = 'handgun'"
    """
    return rows(f"offers: {kind_name(kind)}", "offer", kind=kind)


def day_rows(row: Row) -> Rows:
    """Return the rows behind one bar of captures over time."""
    about = f"captures of {row['market']} on {row['day']}"
    where = {"market": row["market"], "CAST(captured_at AS DATE)": row["day"]}
    return rows(about, "listing_seen", **where)


def day_anchor(row: Row) -> str:
    """Return where the walk of one bar stands: its estimate's, or else the rows behind it."""
    return anchor(row["estimate"]) if row.get("estimate") else day_rows(row).anchor


def all_rows(covered: Iterable[Covered], troubled: Iterable[Trouble], data: ReportData) -> list[Rows]:
    """Return every set of rows that the evidence section links to."""
    found = [r for c in covered for r in (c.captures_rows, c.listings_rows, c.undated_rows)]
    found += [trouble.rows for trouble in troubled]
    found += [day_rows(row) for row in data.over_time if not row.get("estimate")]
    return found + [price_rows(kind) for kind in data.prices]


def _line(scope: str, measures: list[str], by_cell: dict[tuple[str, str], Row]) -> Line:
    cells = tuple(figure(by_cell[scope, m]) if (scope, m) in by_cell else None for m in measures)
    first = next(row for (name, _), row in by_cell.items() if name == scope)
    kind, over = scope_name(scope_of(first)).split(BETWEEN, 1)
    return Line(kind, over, cells)


def _covered(row: Row) -> Covered:
    market = row["market"]
    sources = row["sources"]
    return Covered(
        market=market or "no profile fits",
        profile=row["profile"] or "",
        sources=sources if isinstance(sources, str) else ", ".join(str(s) for s in sources)
        if isinstance(sources, (list, tuple)) else str(sources),
        captures=number(row["captures"]),
        listings=number(row["listings"]),
        days=number(row["days"]),
        undated=number(row["undated"]),
        first=day(row["first"]) if row["first"] else "unknown",
        last=day(row["last"]) if row["last"] else "unknown",
        captures_rows=rows(f"captures of {market}", "capture", market=market),
        listings_rows=rows(f"sightings of listings of {market}", "listing_seen", market=market),
        undated_rows=rows(f"undated captures of {market}", "capture", market=market, captured_at=None),
    )  # fmt: skip
