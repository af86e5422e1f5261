"""Where the marks of the three plots stand, in percent of the plot's width; the templates draw them as SVG.

Percent, not pixels: text keeps its size while the marks follow the width of the page, without any script.
docs/decisions/2026-11-24-plots.md says what else was considered.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import itemgetter
from statistics import median

from muster.report.data import ReportData, Row
from muster.report.evidence import day_anchor, price_rows
from muster.report.figures import Figure, day, dollars, figure, number
from muster.report.words import kind_name

Place = Callable[[float], float]
"""A value → percent of the plot's width."""

LEFT, RIGHT = 2.0, 98.0
"""Percent of the width where the scale begins and ends, so that a mark at either end is whole."""

DOTS_PER_PERCENT = 2
"""Prices closer than half a percent of the width share a dot, which is the larger for it."""

DAYS_FOR_TREND = 3
"""Fewer days with captures than this show no trend, whatever their bars look like."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale, its label, and how the label stands to it (start, middle, end)."""

    at: str
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class KindMark:
    """Listings of one kind: ours with its interval, and the naive count where there is one; None where not known."""

    name: str
    ours: Figure
    at: str
    low: str
    width: str
    naive: Figure | None
    naive_at: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of one market; heights in percent of the plot's."""

    at: str
    day: str
    captures: str
    listings: str
    captures_high: str
    listings_high: str
    why: str


@dataclass(frozen=True, slots=True)
class Days:
    """Captures and listings of one market over time; width and half of it are a bar's, in pixels."""

    market: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    trend: str
    most_captures: str
    most_listings: str
    captures_why: str
    listings_why: str
    width: str
    half: str


@dataclass(frozen=True, slots=True)
class Dot:
    """Offers of one kind at about one price; `low` shifts dots that would lie on one another; `size` in pixels."""

    at: str
    low: str
    size: str
    title: str


@dataclass(frozen=True, slots=True)
class Prices:
    """Asked unit prices of one kind."""

    name: str
    n: str
    left_out: str
    middle: str
    middle_at: str
    range: str
    low: str
    width: str
    dots: tuple[Dot, ...]
    why: str


def kinds(data: ReportData) -> tuple[tuple[KindMark, ...], tuple[Tick, ...]]:
    """Return a mark per kind and the scale of log(1 + count) that they share.

    >>> kinds(ReportData.empty("Nothing yet"))[0]
    ()
    """
    held = [(k, data.estimates[o], data.estimates[n] if n else None) for k, o, n in data.by_kind if o]
    most = max((row[c] or 0.0 for _, *two in held for row in two if row for c in ("value", "high")), default=0.0)
    top = max(most, 1.0)

    def place(value: float) -> float:
        return LEFT + (RIGHT - LEFT) * math.log1p(max(value, 0.0)) / math.log1p(top)

    marks = tuple(_kind_mark(kind, ours, naive, place) for kind, ours, naive in held)
    steps = [0, *(10**n for n in range(int(math.log10(top)) + 1))]
    return marks, _ticks([(place(step), number(step)) for step in steps])


def over_time(data: ReportData) -> tuple[Days, ...]:
    """Return the days of each market, each with its own scale; markets without a dated capture have no bars.

    >>> over_time(ReportData.empty("Nothing yet"))
    ()
    """
    markets: dict[str, list[Row]] = {str(row["market"]): [] for row in data.coverage}
    for row in data.over_time:
        found = markets.setdefault(str(row["market"]), [])
        found += [row] if row["day"] is not None else []
    return tuple(_days(market, sorted(found, key=lambda row: row["day"])) for market, found in markets.items())


def prices(data: ReportData) -> tuple[tuple[Prices, ...], tuple[Tick, ...]]:
    """Return the prices of each kind and the logarithmic scale of dollars that they share.

    Prices of nought or less have no place on it; they are counted in `left_out`.

    >>> prices(ReportData.empty("Nothing yet"))
    ((), ())
    """
    every = [float(price) for found in data.prices.values() for price in found if price > 0]
    if not every:
        return (), ()
    low, high = math.floor(math.log10(min(every))), math.ceil(math.log10(max(every)))
    high = max(high, low + 1)

    def place(value: float) -> float:
        return LEFT + (RIGHT - LEFT) * (math.log10(value) - low) / (high - low)

    rows = tuple(_prices(kind, found, place) for kind, found in data.prices.items() if found)
    step = 1 if high - low <= 5 else 2
    return rows, _ticks([(place(10**n), f"${_short(n)}") for n in range(low, high + 1, step)])


def _kind_mark(kind: str, ours: Row, naive: Row | None, place: Place) -> KindMark:
    low, high = ours["low"], ours["high"]
    spans = low is not None and high is not None
    return KindMark(
        name=kind_name(kind),
        ours=figure(ours),
        at=_percent(place(ours["value"])) if ours["value"] is not None else "",
        low=_percent(place(low)) if spans else "",
        width=_percent(place(high) - place(low)) if spans else "",
        naive=figure(naive) if naive else None,
        naive_at=_percent(place(naive["value"])) if naive and naive["value"] is not None else "",
    )


def _days(market: str, found: Sequence[Row]) -> Days:
    if not found:
        return Days(
            market, (), (), "No capture of this market has a known date, so none is drawn.", "", "", "", "", "", ""
        )
    first, last = found[0]["day"], found[-1]["day"]
    length = (last - first).days
    tallest = {name: max(found, key=itemgetter(name)) for name in ("captures", "listings")}
    most = {name: row[name] or 1 for name, row in tallest.items()}

    def place(at: date) -> float:
        return 50.0 if length == 0 else 4 + 92 * (at - first).days / length

    half = max(1.0, min(7.0, 120 / (length + 1)))  # pixels: a bar stays visible on a phone
    distinct = len({row["day"] for row in found})
    noun = "day" if distinct == 1 else "days"
    return Days(
        market=market,
        bars=tuple(_bar(row, place(row["day"]), most) for row in found),
        ticks=_ticks([(place(at), day(at)) for at in ([first] if length == 0 else [first, last])]),
        trend="" if distinct >= DAYS_FOR_TREND
        else f"No trend can be read from this: captures of {distinct} {noun} only.",
        most_captures=number(most["captures"]),
        most_listings=number(most["listings"]),
        captures_why=day_anchor(tallest["captures"]),
        listings_why=day_anchor(tallest["listings"]),
        width=_percent(2 * half),
        half=_percent(half),
    )  # fmt: skip


def _bar(row: Row, at: float, most: Mapping[str, int]) -> Bar:
    high = {name: 100 * row[name] / most[name] for name in most}
    return Bar(
        _percent(at), day(row["day"]), number(row["captures"]), number(row["listings"]), _percent(high["captures"]),
        _percent(high["listings"]), day_anchor(row),
    )  # fmt: skip


def _prices(kind: str, found: Sequence[Decimal], place: Place) -> Prices:
    shown = sorted(price for price in found if price > 0)
    left_out = len(found) - len(shown)
    name, why = kind_name(kind), price_rows(kind).anchor
    note = f"{number(left_out)} of no price above nought" if left_out else ""
    if not shown:
        return Prices(name, "0", note, "", "", "", "", "", (), why)
    low, middle, high = float(shown[0]), float(median(shown)), float(shown[-1])
    dots = tuple(_dot(n, name, group, place) for n, group in enumerate(_near(shown, place)))
    return Prices(
        name, number(len(shown)), note, dollars(middle), _percent(place(middle)), f"{dollars(low)} to {dollars(high)}",
        _percent(place(low)), _percent(place(high) - place(low)), dots, why,
    )  # fmt: skip


def _near(shown: Sequence[Decimal], place: Place) -> list[list[Decimal]]:
    """Put prices together that would lie on one another, so that ten thousand offers still make a light page."""
    groups: dict[int, list[Decimal]] = {}
    for price in shown:
        groups.setdefault(round(place(float(price)) * DOTS_PER_PERCENT), []).append(price)
    return list(groups.values())


def _dot(n: int, name: str, group: Sequence[Decimal], place: Place) -> Dot:
    low, high = dollars(float(group[0])), dollars(float(group[-1]))
    offers = "1 offer" if len(group) == 1 else f"{number(len(group))} offers"
    title = f"{name}: {offers} at {low}" + (f" to {high}" if low != high else "")
    at = place(float(group[len(group) // 2]))
    return Dot(_percent(at), _percent(_shift(n)), _percent(min(8.0, 2.8 + math.sqrt(len(group)))), title)


def _shift(n: int) -> float:
    """Spread neighbours over the height, the same way every time (the golden section never repeats itself)."""
    return 22 + 56 * ((n * 0.6180339887) % 1)


def _ticks(found: Sequence[tuple[float, str]]) -> tuple[Tick, ...]:
    if len(found) == 1:
        return (Tick(_percent(found[0][0]), found[0][1], "middle"),)
    sides = ["start", *["middle"] * (len(found) - 2), "end"]
    return tuple(Tick(_percent(at), label, side) for (at, label), side in zip(found, sides, strict=True))


def _short(power: int) -> str:
    """Return ten to a power as a short label.

    >>> _short(-2), _short(2), _short(4), _short(7)
    ('0.01', '100', '10k', '10m')
    """
    if power < 0:
        return f"{10.0**power:.{-power}f}"
    thousands = min(power // 3, 2)
    return f"{10 ** (power - 3 * thousands)}" + ("", "k", "m")[thousands]


def _percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
