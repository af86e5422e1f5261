"""A selector asked of a whole page names in each row what it names when that row is asked by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

import muster.profiles
from muster.profiles import elements as module
from muster.profiles import known, load
from muster.profiles.elements import Elements, before, once
from muster.profiles.html import Document, document
from muster.profiles.profile import Profile

FIXTURES = Path(muster.profiles.__file__).parent / "fixtures"
MARKETS = sorted(folder.name for folder in FIXTURES.iterdir() if any(folder.glob("*.htm*")))


def _trees(name: str) -> Iterator[LexborHTMLParser]:
    for path in sorted(FIXTURES.joinpath(name).glob("*.htm*")):
        parsed = document(path.read_bytes())
        assert isinstance(parsed, Document)
        yield parsed.tree


def _asked(profile: Profile) -> Iterator[tuple[str, set[str]]]:
    """Yield what repeats on pages of a profile, and every selector that is asked inside it."""
    for kind in profile.pages.values():
        for rows in (*kind.rows, *profile.rates):
            if rows.each:
                yield rows.each, {field.css for field in rows.fields.values() if field.css}


def _names(nodes: list[LexborNode]) -> list[int]:
    return [node.mem_id for node in nodes]


def test_the_markets_have_pages_to_ask() -> None:
    assert len(MARKETS) >= 8
    assert {name for name in known() if load(name).marks.css} >= set(MARKETS)


@pytest.mark.parametrize("name", MARKETS)
def test_what_is_told_apart_is_what_each_row_answers(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FEW", 0)
    told = 0
    for tree in _trees(name):
        assert tree.body is not None
        for each, selectors in _asked(load(name)):
            rows = tree.body.css(each)
            apart = Elements(tree.body, rows)
            for css in selectors:
                assert [_names(found) for found in apart.every(css)] == [
                    _names(once(row.css(css), css)) for row in rows
                ]
                singly = [row.css_first(css) for row in rows]
                assert [found and found.mem_id for found in apart.first(css)] == [n and n.mem_id for n in singly]
                told += len(rows)
    assert told


PAGE = """<form><p class=x>0</p><div class=row><a>1</a><i>up</i></div>
<div class=row><b>2</b><a>3</a><a>4</a></div></form><a>outside</a>"""


@pytest.mark.parametrize(
    ("each", "css"),
    [
        ("div.row", "form a"), ("div.row", ".x ~ div a"), ("div.row", "div + div b, a"), ("div.row", ".row"),
        ("div.row, div.row:has(b)", "a"), ("div, a", "a"), ("div, form", "a"), ("body, form", "a"), ("div.row", "em"),
    ],
)  # fmt: skip
def test_rows_inside_rows_and_what_stands_around_them_change_nothing(
    each: str, css: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FEW", 0)
    root = LexborHTMLParser(PAGE).body
    assert root is not None
    rows = root.css(each)
    assert [_names(found) for found in Elements(root, rows).every(css)] == [
        _names(once(row.css(css), css)) for row in rows
    ]


def test_around_a_row_the_nearest_element_is_taken_and_never_one_beside_it() -> None:
    root = LexborHTMLParser("<div id=far><div id=near><p><i></i></p><div id=beside></div></div></div><p><i></i>").body
    assert root is not None
    around, numbers = Elements(root, root.css("i")).around("div")
    assert ([node.id for node in around.rows], numbers) == (["near"], [0, None])


def test_an_element_that_two_selectors_name_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    root = LexborHTMLParser(PAGE).body
    assert root is not None
    assert len(root.css("form a, div a")) == 6  # what the library answers
    assert [node.text() for node in once(root.css("form a, div a"), "form a, div a")] == ["1", "3", "4"]
    rows = root.css("div.row")
    for few in (0, 9):
        monkeypatch.setattr(module, "FEW", few)
        assert [len(found) for found in Elements(root, rows).every("form a, div a")] == [1, 2]


def test_what_a_row_stands_under_is_the_last_before_it_and_never_one_behind() -> None:
    root = LexborHTMLParser("<div><h4>one</h4><h4>two</h4></div><ul><li>a</li></ul><h4>three</h4><p>b</p>").body
    assert root is not None
    told = [before(node, "h4") for node in root.css("li, p, h4")]
    assert [found and found.text() for found in told] == [None, "one", "two", "two", "three"]


@pytest.mark.parametrize("menu", [
    "<h4>A</h4><a>1</a><a>2</a><h4>B</h4><a>3</a>",
    "<a>0</a>" + "<h4>A</h4>" + "<p><a>1</a><b><a>2</a></b></p>" * 4 + "<div><h4>B</h4></div><a>3</a>",
    "<ul><li><h4>A</h4><ul>" + "<li><a>1</a></li>" * 5 + "</ul></li><li><h4>B</h4><p><a>2</a></p></li></ul>",
    "<h4>A</h4><h4><a>in a heading</a></h4>" + "<a>1</a>" * 8,
])  # fmt: skip
def test_what_rows_stand_under_is_the_same_asked_one_by_one_and_all_at_once(
    menu: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FEW", 0)
    root = LexborHTMLParser(menu).body
    assert root is not None
    rows = root.css("a")
    at_once = Elements(root, rows, css="a").before("h4")
    one_by_one = [before(row, "h4") for row in rows]
    assert [found and found.mem_id for found in at_once] == [found and found.mem_id for found in one_by_one]
    assert any(found is not None for found in at_once)
