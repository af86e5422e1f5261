"""Who told it when, and what changed: the chain of articles as a picture that needs no script."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from muster.report.figures import day
from muster.report.inert import visible

Row = Mapping[str, Any]

WIDTH, LEFT, LINE, HEAD, GAP = 960, 190, 19, 46, 22
"""The picture's measures, in its own units: its width, where the words begin, a line, an article's own lines, a gap."""

LETTERS = 96
"""Letters of one line; what is longer goes on in the next."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as drawn: where its mark stands, what is written beside it, and the lines of what changed."""

    y: int
    number: int
    title: str
    meta: str
    changes: tuple[tuple[str, bool], ...]  # text, and whether a change begins there


@dataclass(frozen=True, slots=True)
class Arc:
    """A line from the article that was told before to the one told after. style: cited, dated, unknown or shared."""

    style: str
    path: str
    title: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture."""

    width: int
    height: int
    says: str
    articles: tuple[Article, ...]
    arcs: tuple[Arc, ...]


STYLES = {
    "cited": "the later names the earlier",
    "dated": "the later by its date alone; both may have it from a third",
    "unknown": "shared, direction unknown",
    "shared": "something in common, but not enough to be one source",
}
"""How a line looks → what it means."""


def says(tellings: Sequence[Row]) -> str:
    """Return how many articles there are, and how many sources at most.

    >>> says([{"source": 1}, {"source": 1}, {"source": 2}])
    '3 articles, at most 2 independent sources'
    """
    n, m = len(tellings), len({row["source"] for row in tellings})
    if not n:
        return "no article was read"
    return f"{n} article{'' if n == 1 else 's'}, " + ("1 source" if m == 1 else f"at most {m} independent sources")


def picture(tellings: Sequence[Row], copies: Sequence[Row], changes: Sequence[Row]) -> Picture:
    """Lay out the articles from the first to the last, each with what changed since the one it was taken from.

    tellings, copies, changes: rows of the tables of these names.
    """
    ordered = sorted(tellings, key=lambda t: (t["published"] is None, t["published"], t["path"]))
    main = {copy["later"]: copy for copy in copies if copy["main"]}
    y, places, drawn = 28, dict[str, int](), []
    for telling in ordered:
        copy = main.get(telling["id"])
        own = [change for change in changes if copy and change["copy"] == copy["id"]]
        lines = [(part, n == 0) for change in own for n, part in enumerate(_wrapped(change["says"]))]
        places[telling["id"]] = y
        when = day(telling["published"]) if telling["published"] else "date unknown"
        meta = f"{when} · {telling['language']} · {telling['path']}"
        drawn.append(
            Article(y, telling["source"], visible(telling["outlet"] or telling["path"]), visible(meta), tuple(lines))
        )
        y += HEAD + LINE * len(lines) + GAP
    source = {telling["id"]: telling["source"] for telling in ordered}
    shown = [copy for copy in copies if copy["main"] or source[copy["earlier"]] != source[copy["later"]]]
    arcs = tuple(_arc(copy, places) for copy in sorted(shown, key=lambda c: str(c["id"])))
    return Picture(WIDTH, y + 8 + LINE * len(STYLES), says(ordered), tuple(drawn), arcs)


def svg(drawn: Picture) -> str:
    """Return a picture as one SVG file that stands alone; the report includes the same one."""
    return _environment().get_template("chain.svg.j2").render(picture=drawn, styles=STYLES, left=LEFT, line=LINE)


def _arc(copy: Row, places: Mapping[str, int]) -> Arc:
    top, bottom = places[copy["earlier"]], places[copy["later"]]
    style = copy["direction"] if copy["same_source"] else "shared"
    reach = min(130, 28 + abs(bottom - top) // 5)
    x = LEFT - 34
    path = f"M{x} {top} C{x - reach} {top} {x - reach} {bottom} {x} {bottom}"
    return Arc(style, path, visible(f"{STYLES[style]}: {copy['why']}"))


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(visible(text), LETTERS) or [""]


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("muster.report", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change, and the numbers of the claims it stands between, with what each is called."""

    says: str
    claims: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles that share something. how: the words between them."""

    earlier: str
    how: str
    later: str
    same: bool
    why: str
    changes: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The report's section: the picture, what each two articles share, and who gives himself as a source."""

    picture: Picture
    svg: str
    copies: tuple[Pair, ...]
    loops: tuple[str, ...]


SIDES = (("earlier_claim", "from claim"), ("later_claim", "to"))

HOW = {"cited": "named by", "dated": "before", "unknown": "beside"}


def section(
    tellings: Sequence[Row], copies: Sequence[Row], changes: Sequence[Row], numbers: Mapping[str, int]
) -> Section | None:
    """Return the section of the chain, or None where fewer than two articles were read.

    numbers: claim id → its number in the report.
    """
    if len(tellings) < 2:
        return None
    names = {row["id"]: row["outlet"] or row["path"] for row in tellings}
    pairs = []
    source = {row["id"]: row["source"] for row in tellings}
    shown = [c for c in copies if c["same_source"] or source[c["earlier"]] != source[c["later"]]]
    for copy in sorted(shown, key=lambda c: (not c["main"], not c["same_source"], str(c["id"]))):
        lines = tuple(
            ChangeLine(change["says"], tuple(
                (numbers[change[side]], label) for side, label in SIDES
                if change[side] in numbers
            ))
            for change in changes if change["copy"] == copy["id"]
        )  # fmt: skip
        earlier, later = names[copy["earlier"]], names[copy["later"]]
        pairs.append(Pair(earlier, HOW[copy["direction"]], later, copy["same_source"], copy["why"], lines))
    drawn = picture(tellings, copies, changes)
    loops = tuple(sorted({row["outlet"] for row in tellings if row["outlet"] and row["outlet"] in row["cites"]}))
    return Section(drawn, svg(drawn), tuple(pairs), loops)
