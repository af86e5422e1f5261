"""An answer as a waterfall: what was promised and delivered, what became of it step by step, and what is left open.

A picture is one SVG without script or network; every text in it is escaped, so no table can put markup into a page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from muster.transfers.accounts import FATES, PROMISES, SEEN
from muster.transfers.answers import Answer, Row

WIDTH, LABEL, RIGHT, STEP = 760, 250, 70, 34
"""Pixels: of the whole, of the words on the left, kept free on the right for an open end, of one bar's row."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. start, end: items; low, high: bounds of the end that moves, high None where it is open.

    sort: promise, arrival, seen, fate, rest: what colours it.
    """

    label: str
    source: str
    start: int
    end: int
    low: int | None
    high: int | None
    sort: str


def bars(answer: Answer, part: str) -> list[Bar]:
    """Return the bars of one part of an answer, a bar a source and state; sources stand side by side, never added.

    Fates step down from what was delivered; what is left at the end is unaccounted for.
    """
    rows = [row for row in _rows(answer) if row["part"] == part]
    found = [_bar(row, "promise") for row in rows if row["state"] in PROMISES]
    delivered = [_bar(row, "arrival") for row in rows if row["state"] == "delivered"]
    found += delivered
    at = max((bar.end for bar in delivered), default=0)
    whole = at
    for row in rows:
        if row["state"] in (*SEEN, *FATES):
            n = row["stated_low"]
            start, at = at, max(0, at - n) if whole else at + n
            found.append(Bar(row["state"], row["series"], start, at, row["low"], row["high"], _sort(row["state"])))
    if whole:
        rest = next((m for m in answer.measures if (m.name, m.part) == ("unaccounted for", part)), None)
        if rest is not None and rest.rows:
            found.append(Bar("unaccounted for", "", 0, at, rest.low, rest.high, "rest"))
    return found


def svg(answer: Answer, title: str, *, alone: bool = True, clean: Callable[[str], str] = str) -> str:
    """Return the picture of an answer, a waterfall a part.

    title: what the picture is of, for those who cannot see it. alone: it is a file of its own and brings its colours;
    inside a page they are the page's, under the class `waterfall`. clean: makes a text fit for the page.
    """
    parts = sorted({row["part"] for row in _rows(answer)})
    groups = [(part, found) for part in parts if (found := bars(answer, part))]
    height = 46 + sum(STEP * len(found) + 34 for _, found in groups)
    top = max(
        [1, *(v for _, found in groups for bar in found for v in (bar.start, bar.end, bar.high or 0, bar.low or 0))]
    )
    drawn, y = [], 40
    for part, found in groups:
        drawn.append(f'<text class="head" x="8" y="{y + 16}">{escape(clean(part or "part not said"))}</text>')
        y += 28
        for bar in found:
            drawn += _draw(bar, y, top, clean)
            y += STEP
        y += 6
    words = "bar: as stated · line: what it can be · arrow: no upper bound"
    title, own = clean(title), f"<style>{_STYLE}</style>" if alone else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="waterfall" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'role="img" aria-label="{escape(title, quote=True)}"><title>{escape(title)}</title>{own}'
        f'<text class="head" x="8" y="20">{escape(title)}</text><text class="small" x="8" y="36">{words}</text>'
        + "".join(drawn)
        + "</svg>"
    )


_STYLE = (
    "svg{font:13px system-ui,sans-serif;color:#1b1f24;background:#fff}text{fill:currentColor}"
    ".head{font-weight:600}.small{font-size:11px;opacity:.75}.promise{fill:#8d99ae}.arrival{fill:#2a6f97}"
    ".fate{fill:#b56576}.seen{fill:#5a8f69}.rest{fill:none;stroke:#b45309;stroke-width:1.5;stroke-dasharray:4 3}"
    ".reach{stroke:currentColor;stroke-width:1.5;fill:none}"
    "@media(prefers-color-scheme:dark){svg{color:#e6e6e6;background:#15181c}.arrival{fill:#61a5c2}.rest{stroke:#f59e0b}}"
)


def _rows(answer: Answer) -> Sequence[Row]:
    """Return the sums that the measures rest on, each once, in the order of a life."""
    found: dict[tuple[str, str, str], Row] = {}
    for measure in answer.measures:
        for row in measure.rows:
            found[row["part"], row["state"], row["series"]] = row
    order = (*PROMISES, "delivered", *SEEN, *FATES)
    return sorted(found.values(), key=lambda row: (row["part"], order.index(row["state"]), row["series"]))


def _bar(row: Row, sort: str) -> Bar:
    return Bar(row["state"], row["series"], 0, row["stated_low"], row["low"], row["high"], sort)


def _draw(bar: Bar, y: int, top: int, clean: Callable[[str], str]) -> list[str]:
    def place(n: int) -> float:
        return LABEL + (WIDTH - LABEL - RIGHT) * n / top

    left, right = sorted((place(bar.start), place(bar.end)))
    size = abs(bar.end - bar.start)
    drawn = [
        f'<text x="8" y="{y + 13}">{escape(clean(bar.label))}</text>',
        f'<text class="small" x="8" y="{y + 26}">{escape(clean(bar.source))}</text>',
        f'<rect class="{bar.sort}" x="{left:.1f}" y="{y + 2}" width="{max(right - left, 1):.1f}" height="16"/>',
        f'<text class="small" x="{LABEL - 8}" y="{y + 14}" text-anchor="end">{size:,}</text>',
    ]
    if bar.sort in ("fate", "seen") or (bar.low == bar.high == size):
        return drawn
    low, open_ = place(bar.low or 0), bar.high is None
    end = WIDTH - RIGHT + 12 if bar.high is None else place(bar.high)
    middle = y + 23
    drawn.append(f'<path class="reach" d="M{low:.1f} {middle - 3}v6M{low:.1f} {middle}H{end:.1f}"/>')
    tip = f"M{end - 6:.1f} {middle - 4}l6 4l-6 4" if open_ else f"M{end:.1f} {middle - 3}v6"
    words = f"{bar.low or 0:,} or more" if open_ else f"{bar.low or 0:,} to {bar.high:,}"
    drawn.append(f'<path class="reach" d="{tip}"/><title>{words}</title>')
    return drawn


def _sort(state: str) -> str:
    return "seen" if state in SEEN else "fate"
