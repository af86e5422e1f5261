"""Fields hold by labels and names, not by places: real pages are changed, and what was not touched keeps its value.

The law and the changes are in bench/shaking.py and bench/changes.py; bench/brittle.py draws more of them.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from muster.model import Capture, Locator, Page, digest
from muster.profiles import Profile, Tokens, find, known, load, parse
from muster.profiles.profile import parse_profile

from .real_pages import pages

BENCH = Path(__file__).resolve().parent.parent.parent / "bench"
MARKETS = ("apollon-2019", "cryptonia-2019", "cypher-2020", "dream-2019", "empire-2019", "hansa-2017",
           "white-house-2020", "yellow-brick-2020")  # fmt: skip

STALL = """
title: Stall
description: An invented page that names what it shows.
market: stall
marks: { css: body.stall }
pages:
  listing:
    marks: h1.goods
    rows:
      - table: listing_seen
        fields: { title: { css: h1 }, vendor: { css: a.keeper }, SALES, STOCK }
      - table: review_seen
        each: "table.told tr:has(td.day)"
        optional: true
        fields: { TEXT, reviewed_at: { heading: "^Date$" } }
"""
BY_NAME = STALL.replace("SALES", "sales: { css: p, pattern: 'Sold: (.+)', optional: true }").replace(
    "STOCK", "stock: { css: p, pattern: 'Left: (.+)', optional: true }"
)
PAGE = """<body class="stall"><h1 class="goods">Brass lamp</h1>
<div><p>Sold: 7</p><p>Left: 12</p><p>By <a class="keeper">tin</a></p></div><table class="told">
<tr><th>Said</th><th>Date</th></tr>
<tr><td>Burns well</td><td class="day">2014-02-03</td></tr></table></body>"""


@pytest.fixture(scope="module")
def changes() -> Iterator[ModuleType]:
    """The module bench/changes.py; the scripts of bench/ import each other by name."""
    sys.path.insert(0, str(BENCH))
    import changes

    yield changes
    sys.path.remove(str(BENCH))


def _page(body: str) -> Page:
    data = body.encode()
    return Page(Capture("cap:1", "x", Locator("f" * 64, 0, len(data)), digest(data), len(data), "text/html", "",
                        None, "unknown"), data)  # fmt: skip


def _profile(text: str, review: str) -> Profile:
    return parse_profile(text.replace("TEXT", review), "stall")


def _shaken(changes: ModuleType, profile: Profile, draws: int = 300) -> ModuleType:
    return changes.shaken([changes.Stage(_page(PAGE), profile)], draws, seed=1)  # type: ignore[no-any-return]


def test_a_profile_that_goes_by_names_holds(changes: ModuleType) -> None:
    found = _shaken(changes, _profile(BY_NAME, 'text: { heading: "^Said$" }'))
    assert found.checked["listing", "listing_seen.sales"] > 50
    assert found.checked["listing", "review_seen.text"] > 50
    assert found.broken == {}


@pytest.mark.parametrize(
    ("text", "review", "broken"),
    [
        (BY_NAME, 'text: { css: "td:first-child" }', "review_seen.text"),
        (BY_NAME.replace("css: p, pattern: 'Sold: (.+)'", 'css: "p:first-child"'), "text: {}", "listing_seen.sales"),
        (BY_NAME.replace("css: p, pattern: 'Left: (.+)'", 'css: "p + p"'), "text: {}", "listing_seen.stock"),
    ],
)
def test_a_profile_that_goes_by_places_is_caught(changes: ModuleType, text: str, review: str, broken: str) -> None:
    assert _shaken(changes, _profile(text, review)).broken["listing", broken] > 5


def test_a_column_more_moves_no_cell() -> None:
    wide = PAGE.replace("<tr><th>Said", "<tr><th colspan=2>Kind</th><th>Said")
    wide = wide.replace("<tr><td>Burns", "<tr><td>x</td><td>y</td><td>Burns")
    profile = _profile(BY_NAME, 'text: { heading: "^Said$" }')
    for body in (PAGE, wide):
        (review,) = [o.row for o in parse(_page(body), profile, Tokens(None)).observations if o.table == "review_seen"]
        assert (review["text"], f"{review['reviewed_at']:%Y-%m-%d}") == ("Burns well", "2014-02-03")


def test_of_several_elements_the_one_that_the_pattern_means_is_read() -> None:
    body = PAGE.replace("<p>Sold", "<p>Market news: sold out</p><p>Sold")
    row = parse(_page(body), _profile(BY_NAME, "text: {}"), Tokens(None)).observations[0].row
    assert (row["sales"], row["stock"]) == (7, 12)


def test_without_its_heading_a_cell_is_not_guessed() -> None:
    body = PAGE.replace("<th>Said</th>", "<th></th>")
    profile = _profile(BY_NAME, 'text: { heading: "^Said$", optional: true }')
    (review,) = [o.row for o in parse(_page(body), profile, Tokens(None)).observations if o.table == "review_seen"]
    assert review["text"] is None


PAGES, DRAWS, SEED = 8, 24, 20261127
FLOOR = 0.995
KNOWN = "tally_seen.label"
"""A category of a margin without the one that it stands under is told under the one before that: nothing else says
where it belongs. It is counted in docs/benchmarks.md, and not in the floor."""


def _drawn(folder: Path) -> list[Page]:
    found = list(pages(folder))
    random.Random(SEED).shuffle(found)
    return found[:PAGES]


@pytest.mark.slow
@pytest.mark.parametrize("market", MARKETS)
def test_real_pages_hold_where_they_were_not_touched(changes: ModuleType, shared: Path, market: str) -> None:
    profiles = [load(name) for name in known()]
    stages = []
    for page in _drawn(shared / "data/markets" / market / "pages"):
        profile = find(page, profiles)
        assert profile is not None
        stages.append(changes.Stage(page, profile))
    found = changes.shaken(stages, DRAWS, seed=SEED)
    checked, broken = (sum(n for (_, name), n in of.items() if name != KNOWN) for of in (found.checked, found.broken))
    print(f"{market}: {checked - broken} of {checked} fields hold in {found.draws} changes")
    assert checked > 300
    assert 1 - broken / checked >= FLOOR, found.how.most_common(20)
