"""The report shows the ledger: answers with pictures, what does not add up, a watch, and risks without a score."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser
from tests.report.test_page import SHORT_LIST, assert_inert, page, squeezed

from muster.case import RiskEntry
from muster.report import ReportData, build
from muster.store import over
from muster.transfers import Ask, Entry, derive
from muster.transfers.shown import Shown, ledger_shown, rests

HEAD = "id,state,supplier,recipient,item,quantity,happened,recorded"
ROWS = (
    "p1,pledged,Sweden,Norway,missile for Javelin,120,2013-11-05,2013-11-06",
    "d1,delivered,Sweden,Norway,missile for Javelin,80,2014-02-01,2014-02-03",
    "c1,captured,,Norway,missile for Javelin,ca. 5,2014-03-10,2014-05-30",
)
RISK = RiskEntry("few_monitors", "yes", "an invented court of audit", date(2014, 5, 2))
Make = Callable[..., Shown]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Make]:
    """Return what a ledger of a few rows shows."""
    with ExitStack() as stack:

        def make(*rows: str, asks: tuple[tuple[Ask, str], ...] = ()) -> Shown:
            path = tmp_path / "documents.csv"
            path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
            db = stack.enter_context(over(derive([Entry("documents.csv", path)]).tables))
            found = ledger_shown(db, asks, [RISK])
            assert found is not None
            return found

        yield make


def test_a_case_without_a_ledger_has_no_section() -> None:
    with over({}) as db:
        assert ledger_shown(db, [], []) is None
    assert page(ReportData.empty("Nothing")).css_first("#transfers") is None


def test_an_answer_stands_with_its_bounds_its_picture_and_its_lines(
    made: Make, make_data: Callable[..., ReportData]
) -> None:
    found = made(*ROWS)
    tree = page(make_data(ledger=found))
    assert_inert(tree)
    section = tree.css_first("#transfers")
    assert section is not None
    rows = [squeezed(row.text(separator=" ")) for row in section.css("table")[0].css("tbody tr")]
    assert rows[0].startswith("missile promised 120 120 1 line of transfer-ledger")
    assert rows[2].startswith("missile accounted for 5 0 or more")
    picture = section.css_first("svg.waterfall")
    assert picture is not None
    assert picture.attributes["aria-label"] == "FGM-148 Javelin to Norway"
    assert len(picture.css("rect")) == 4
    assert "no score" in section.text()
    assert "an invented court of audit" in section.text()


def test_every_number_of_the_ledger_leads_to_its_lines(made: Make, make_data: Callable[..., ReportData]) -> None:
    found = made(*ROWS)
    assert {name.partition(":")[0] for name in rests(found)} == {"trf", "rel"}
    text = build(make_data(ledger=found))["index.html"].decode()
    for name in rests(found):
        if name.startswith("trf:"):
            assert f'href="#why-{name.replace(":", "-")}"' in text


def test_what_appeared_later_stands_apart(made: Make, make_data: Callable[..., ReportData]) -> None:
    ask = Ask("Javelin", known_on=date(2014, 4, 1))
    text = squeezed(page(make_data(ledger=made(*ROWS, asks=((ask, "asked by the case file"),)))).body.text())
    assert "In retrospect told only after that day" in text


def test_a_question_that_no_source_can_answer_is_told(made: Make, make_data: Callable[..., ReportData]) -> None:
    found = made(*ROWS, asks=((Ask("Unobtainium 9"), "asked by the case file"),))
    assert found.asked == ()
    assert "no source of this case names this item" in page(make_data(ledger=found)).css_first("#transfers").text()


@pytest.mark.parametrize("text", [t for t in SHORT_LIST if "\x00" not in t and '"' not in t])
def test_no_text_of_a_table_acts_in_the_page(made: Make, make_data: Callable[..., ReportData], text: str) -> None:
    row = f'x1,delivered,"{text}","{text} b","{text} c",3,2014-02-01,2014-02-03'
    found = made(row, asks=((Ask(recipient=f"{text} b"), "asked by the case file"),))
    files = build(make_data(ledger=found))
    assert_inert(LexborHTMLParser(files["index.html"].decode()))
    assert json.loads(files["report.json"])["ledger"]["asked"]


def test_markdown_and_json_hold_the_same(made: Make, make_data: Callable[..., ReportData]) -> None:
    files = build(make_data(ledger=made(*ROWS)))
    assert "| missile | promised | 120 | 120 |" in files["report.md"].decode()
    (asked,) = json.loads(files["report.json"])["ledger"]["asked"]
    assert [m["name"] for m in asked["answer"]["measures"]] == [
        "promised", "delivered", "accounted for", "unaccounted for",
    ]  # fmt: skip
