"""Names that tables bring are text and nothing else, wherever a page shows them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from selectolax.lexbor import LexborHTMLParser

from muster.case import open_case
from muster.pipeline import run_case
from web.within import Bench

ITEMS = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onfocus='alert(1)' autofocus='", "{{ 7*7 }}",
    "</title><script>alert(1)</script>", "javascript:alert(1)", "=HYPERLINK(\"http://a.example\")", "+1+1", "@SUM(A1)",
    "-2+3", "a\u202egnp.exe", "&lt;b&gt;", "%3Cscript%3E", "</svg><script>alert(1)</script>", "-->", "]]>", "\u0000a",
]  # fmt: skip
PAGES = ["/", "/claims", "/issues", "/transfers", "/transfers?recipient=Ruritania", "/transfers/timeline",
         "/transfers/risk?recipient=Ruritania", "/transfers/reconcile", "/transfers/watch",
         "/transfers/lines"]  # fmt: skip
TAGS = (
    "html,head,meta,title,link,body,a,header,p,span,nav,ul,li,form,label,input,button,h1,h2,main,section,table,caption,"
    "thead,tbody,tr,th,td,b,code,details,summary,figure,figcaption,svg,text,rect,path,circle,footer,dl,div,dt,dd,"
    "datalist,option,ol,blockquote"
)
KNOWN = set(TAGS.split(","))


def _case(root: Path, items: list[str]) -> Path:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    names = ("id", "state", "supplier", "recipient", "item", "class", "quantity", "happened", "recorded", "ordered",
             "money", "currency", "price_year", "source", "replaces")  # fmt: skip
    writer.writerow(names)
    for n, item in enumerate(items):
        writer.writerow([f"p{n}", "pledged", item[::-1], "Ruritania", item, "", "2", "2014-01-01", "2014-01-02", "", "",
                         "", "", item, ""])  # fmt: skip
        writer.writerow([f"d{n}", "delivered", "Sweden", item, item, "", item, item, "2014-01-02", "", "", "", "", item,
                         ""])  # fmt: skip
    (root / "table.csv").write_text(out.getvalue(), encoding="utf-8")
    title = json.dumps('<script>alert(1)</script>" onload="alert(1)', ensure_ascii=True)
    (root / "story.txt").write_text(f"{items[0]} Sweden delivered 80 rifles to Ruritania. {items[1]}\n", "utf-8")
    (root / "case.toml").write_text(
        f'[case]\ntitle = {title}\n[[transfers]]\npath = "table.csv"\nprofile = "transfer-ledger"\n'
        '[[article]]\npath = "story.txt"\npublished = 2014-06-09\n', encoding="utf-8",
    )  # fmt: skip
    run_case(open_case(root), workers=1)
    return root


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with Bench(_case(tmp_path_factory.mktemp("hostile"), ITEMS)) as found:
        yield found


def _inert(tree: LexborHTMLParser) -> None:
    for node in tree.css("*"):
        assert node.tag in KNOWN, node.html
        for name, value in node.attributes.items():
            assert not name.startswith("on"), node.html
            assert name not in ("style", "autofocus", "srcdoc"), node.html
            if name in ("href", "src", "action", "formaction"):
                assert str(value).startswith(("/", "#")), node.html
                assert not str(value).startswith("//"), node.html
    assert [node.tag for node in tree.css("meta")] == ["meta"] * 3


def test_no_name_becomes_markup(hostile: Bench) -> None:
    ids = [f"/id/{row['id']}" for row in hostile.get("/issues?format=json").json[:6]]
    pages = [*PAGES, *ids, *(f"/transfers?item={quote(item)}" for item in ITEMS)]
    found = set()
    for address in pages:
        told = hostile.get(address)
        assert told.status in (200, 404), address
        _inert(told.tree)
        found |= {item for item in ITEMS if item in told.words}
    assert {"<script>alert(1)</script>", "{{ 7*7 }}", "javascript:alert(1)"} <= found  # they are shown, as text


def test_what_turns_the_reading_direction_is_spelt_out(hostile: Bench) -> None:
    assert "a‹U+202E›gnp.exe" in hostile.get("/transfers?recipient=Ruritania").words + hostile.get("/issues").words
    for address in PAGES:
        told = hostile.get(address)
        assert "\u202e" not in told.text
        assert "\x00" not in told.text


def test_every_step_of_every_line_is_text(hostile: Bench) -> None:
    rows = hostile.get("/transfers?recipient=Ruritania&format=csv")
    ids = {name for row in csv.DictReader(io.StringIO(rows.text, newline="")) for name in row["rests_on"].split()}
    assert ids
    for name in sorted(ids):
        told = hostile.get(f"/id/{name}")
        assert told.status == 200
        _inert(told.tree)


def test_no_cell_of_a_fetched_table_is_a_formula(hostile: Bench) -> None:
    for address in (*PAGES[1:], "/transfers?item=%3DHYPERLINK(%22http%3A%2F%2Fa.example%22)"):
        told = hostile.get(address + ("&" if "?" in address else "?") + "format=csv")
        for row in csv.reader(io.StringIO(told.text, newline="")):
            for cell in row:
                assert not cell.startswith(("=", "+", "@", "\t", "\r")), (address, cell)
                assert not cell.startswith("-") or cell[1:].replace(".", "").isdigit(), (address, cell)


def test_the_picture_holds_no_markup_of_others(hostile: Bench) -> None:
    svg = hostile.get("/transfers/picture.svg?recipient=Ruritania").text
    assert "<script" not in svg
    assert "onerror=alert" not in svg.replace("&quot;&gt;&lt;img src=x onerror=alert", "")


@pytest.mark.slow
def test_real_lists_of_strings_that_break_things_stay_text(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data" / "hostile"
    naughty: list[str] = json.loads((folder / "naughty-strings.json").read_text(encoding="utf-8"))
    others = [(folder / name).read_text(encoding="utf-8").splitlines() for name in ("xss.txt", "csv-injection.txt")]
    strings = [one[:90] for one in (*naughty, *others[0][::10], *others[1]) if one.strip()]
    with Bench(_case(tmp_path, strings)) as bench:
        for address in PAGES:
            _inert(bench.get(address).tree)
        for one in strings[::25]:
            told = bench.get(f"/transfers?item={quote(one)}")
            assert told.status in (200, 303, 404), one
            _inert(told.tree)
        for address in PAGES[1:]:
            told = bench.get(address + ("&" if "?" in address else "?") + "format=csv")
            for row in csv.reader(io.StringIO(told.text, newline="")):
                assert not any(cell.startswith(("=", "+", "@", "\t", "\r")) for cell in row), address
