"""The page stands alone, leads every number to its walk, and lets no text from strangers act."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from muster.report import ReportData, Walk, build
from muster.report.inert import visible

Make = Callable[..., ReportData]

PROSE = (
    "html head body meta title link style a header main footer nav section article p h1 h2 h3 h4 div span strong b q"
)
PARTS = "figure figcaption ul ol li dl dt dd code sup table caption thead tbody tr th td blockquote details summary"
DRAWN = "svg circle path line rect text"
TAGS = frozenset(["-undef", *PROSE.split(), *PARTS.split(), *DRAWN.split()])
"""All that the templates write; anything else came out of the data."""

STRUCTURE = frozenset(
    {"id", "article", "claim", "estimates", "findings", "verdict", "estimate", "digest", "scope", "measure", "facets"}
)
"""Fields that are ids or words of our own, which no stranger writes."""

SHORT_LIST = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "javascript:alert(1)",
    "</title></style></svg><script>alert(1)</script>", "{{ 7 * 7 }} {% raw %}", "<!--", "]]>", "&lt;b&gt; &amp;",
    "=cmd|' /C notepad'!'A1'", "\u202egnp.exe", "x" * 400, "[a](javascript:alert(1))", "\x00\x1b[31m", "﷽",
    "<svg/onload=a>",
)  # fmt: skip


def page(data: ReportData) -> LexborHTMLParser:
    return LexborHTMLParser(build(data)["index.html"].decode())


def nodes(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    root = tree.root
    assert root is not None
    return root.traverse(include_text=False)


def squeezed(text: str) -> str:
    return " ".join(text.split())


def assert_inert(tree: LexborHTMLParser) -> None:
    for node in nodes(tree):
        assert node.tag in TAGS, node.html
        for name, value in node.attributes.items():
            assert not name.startswith("on"), node.html
            assert name not in ("src", "srcset", "action", "formaction", "style", "background"), node.html
            if "href" in name:
                assert value is not None
                assert value.startswith("#") or value == "data:,", node.html


def filled(value: Any, text: str, name: str = "") -> Any:
    """Return data with every text that a stranger may have written replaced."""
    if isinstance(value, Walk):
        return Walk(value.id, value.kind, text, text, value.children, value.total, value.locator)
    if isinstance(value, Mapping):
        return {key: found if key in STRUCTURE else filled(found, text, key) for key, found in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(filled(found, text, name) for found in value)
    return text if isinstance(value, str) and value not in ("en", "fr") else value


def hostile(data: ReportData, text: str) -> dict[str, Any]:
    return {
        name: filled(getattr(data, name), text)
        for name in ("title", "articles", "claims", "verdicts", "findings", "coverage", "issues", "walks", "version")
    }


def test_nothing_is_fetched_and_nothing_runs(make_data: Make) -> None:
    tree = page(make_data())
    assert_inert(tree)
    policy = tree.css_first('meta[http-equiv="Content-Security-Policy"]')
    assert policy is not None
    assert policy.attributes["content"] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    text = build(make_data())["index.html"].decode()
    assert not re.search(r"https?://|@import|url\(", text)


def test_every_link_leads_to_one_place(make_data: Make) -> None:
    tree = page(make_data())
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    targets = {"#" + str(name) for name in ids} | {"data:,"}
    assert {str(node.attributes["href"]) for node in tree.css("[href]")} <= targets


@pytest.mark.parametrize(
    "cells",
    [
        "table.counts td", ".card table td:not([data-label=Reason])", "#coverage td:not([data-label$=st])", ".tally li",
        "#issues td[data-label='How many']", ".days details td", ".pval", ".prow .pname", ".drow .pname", "#method p",
        "h4",
    ],
)  # fmt: skip
def test_every_number_of_a_table_stands_in_a_link(make_data: Make, cells: str) -> None:
    tree = page(make_data())
    found = [node for node in tree.css(cells) if re.search(r"\d", node.text())]
    assert found
    for node in found:
        outside = re.sub(r"<a\b.*?</a>", "", node.html or "", flags=re.S)
        assert not re.search(r"\d", LexborHTMLParser(outside).text().replace("95%", "")), node.html


def test_every_mark_of_a_plot_has_a_title_and_a_link(make_data: Make) -> None:
    tree = page(make_data())
    marks = tree.css(".track a, .bars a")
    assert len(marks) > 20
    for mark in marks:
        assert mark.css_first("title") is not None
        assert str(mark.attributes["href"]).startswith("#why-")
    for plot in tree.css(".track, .bars"):
        assert plot.attributes["aria-label"]


def test_headings_do_not_skip_a_level(make_data: Make) -> None:
    levels = [int(node.tag[1]) for node in page(make_data()).css("h1, h2, h3, h4, h5, h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_tables_have_captions_and_scoped_headers(make_data: Make) -> None:
    tree = page(make_data())
    for table in tree.css("table"):
        assert table.css_first("caption") is not None
        assert all(head.attributes.get("scope") in ("row", "col") for head in table.css("th"))


def test_a_verdict_is_told_by_word_and_shape(make_data: Make) -> None:
    tree = page(make_data())
    shapes = {node.css_first("path").attributes["d"]: node.text(strip=True) for node in tree.css(".verdict")}
    assert sorted(shapes.values()) == ["Cannot tell", "Contradicted", "Not checkable", "Not tested", "Supported"]


def test_cannot_tell_leads_with_what_is_missing(make_data: Make) -> None:
    cards = page(make_data()).css(".card.v-cannot-tell")
    assert len(cards) == 4
    for card in cards:
        said = squeezed(card.css_first(".found").text())
        assert re.match(r"Cannot tell( measured here| nothing held bears on it| reported by others)? Missing: \w", said)


def test_an_unknown_number_is_not_shown_as_nought(make_data: Make) -> None:
    row = next(r for r in page(make_data()).css("table.counts tr") if "explosives" in r.text())
    cell = row.css_first("td")
    assert cell.text(strip=True).startswith("cannot tell")
    assert "0" not in cell.text()


def test_no_interval_is_dropped(make_data: Make) -> None:
    data = make_data()
    for link in page(data).css("a.num[title]"):
        known = "interval" in str(link.attributes["title"]) or str(link.attributes["title"]).startswith("cannot tell")
        assert known, link.html


def test_claims_are_marked_where_they_stand_in_the_text(make_data: Make) -> None:
    data = make_data()
    for article, shown in zip(data.articles, page(data).css("article.text"), strict=True):
        whole = squeezed(re.sub(r"<sup>.*?</sup>", "", shown.html or "", flags=re.S))
        text = LexborHTMLParser(whole).css_first("article").text()
        assert squeezed(article["text"]) in squeezed(text)


def test_a_claim_without_a_walk_still_leads_somewhere(make_data: Make) -> None:
    ids = {node.attributes["id"] for node in page(make_data(walks={})).css(".step")}
    assert {"why-clm-two", "why-vrd-many", "why-est-weapons", "why-fnd-desk"} <= ids


def test_a_case_without_anything_says_so() -> None:
    text = squeezed(page(ReportData.empty("Nothing yet")).body.text())
    for said in ("No article was read", "holds no captures", "No issue was met", "No offer has a unit price"):
        assert said in text


@pytest.mark.parametrize("text", SHORT_LIST)
def test_hostile_text_is_shown_and_does_nothing(make_data: Make, text: str) -> None:
    tree = page(make_data(**hostile(make_data(), text)))
    assert_inert(tree)
    shown = squeezed(tree.body.text())
    assert shown.count(squeezed(visible(text))) > 40


@pytest.mark.slow
def test_no_string_of_the_hostile_sets_does_anything(make_data: Make, shared: Path) -> None:
    folder = shared / "data" / "hostile"
    strings = [s for s in json.loads((folder / "naughty-strings.json").read_text("utf-8")) if s.strip()]
    for name in ("xss.txt", "csv-injection.txt"):
        strings += [line for line in (folder / name).read_text("utf-8", "surrogateescape").split("\n") if line.strip()]
    row = make_data().issues[0]
    issues = tuple({**row, "what": s, "example_where": s, "example_found": s, "do": s, "stage": s} for s in strings)
    tree = page(make_data(issues=issues))
    assert_inert(tree)
    rows = tree.css("#issues tbody tr")
    assert len(rows) == len(strings)
    for shown, text in zip(rows, strings, strict=True):
        assert squeezed(shown.css_first("th").text()) == squeezed(visible(text))
    for text in strings[:: max(1, len(strings) // 60)]:
        assert_inert(page(make_data(**hostile(make_data(), text))))
