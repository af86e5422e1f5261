"""The pages of the ledger show what the command prints, and lead to what it rests on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest

from muster.cli import main
from muster.transfers.told import between
from web.within import Bench, Told

Printed = Callable[..., str]

ASKED = [
    {},
    {"item": "Javelin"},
    {"item": "Javelin", "recipient": "Ruritania"},
    {"item": "Javelin", "recipient": "Ruritania", "known-on": "2014-04-01"},
    {"item": "Javelin", "from": "2014-01-01", "until": "2014-03-01", "within": "0.25"},
    {"item": "Leopard 2A4", "arrived-by": "2014-01-31"},
    {"item": "class:manpads"},
    {"donor": "Sweden"},
    {"recipient": "Nowhere"},
]
VIEWS = {"": (), "/timeline": ("--timeline",), "/risk": ("--risk",), "/reconcile": ("--reconcile",),
         "/watch": ("--watch",)}  # fmt: skip


def _address(view: str, asked: dict[str, str], **more: str) -> str:
    text = urlencode({**asked, **more})
    return f"/transfers{view}?{text}" if text else f"/transfers{view}"


@pytest.mark.parametrize(
    ("view", "asked"),
    [*(("", asked) for asked in ASKED), *(("/timeline", asked) for asked in ASKED[1:4]), ("/risk", ASKED[2]),
     ("/risk", ASKED[7]), ("/reconcile", {}), ("/watch", {})],
    ids=str,
)  # fmt: skip
def test_the_json_of_a_page_is_that_of_the_command_to_the_byte(
    bench: Bench, ledger: Path, printed: Printed, view: str, asked: dict[str, str]
) -> None:
    options = [part for name, value in asked.items() for part in (f"--{name}", value)]
    told = bench.get(_address(view, asked, format="json"))
    assert (told.status, told.headers["content-type"]) == (200, "application/json")
    assert told.text == printed("transfers", ledger, *options, *VIEWS[view], "--json")


@pytest.mark.parametrize("asked", ASKED[1:], ids=str)
def test_an_answer_stands_with_every_number_as_the_command_gives_it(bench: Bench, asked: dict[str, str]) -> None:
    found = bench.get(_address("", asked, format="json")).json
    page = bench.get(_address("", asked))
    assert page.status == 200
    rows = [[" ".join(cell.text(separator=" ").split()) for cell in row.css("th, td")] for row in
            page.tree.css("#answer tbody tr")]  # fmt: skip
    retrospective = [one for one in found["retrospective"] if one["rows"]]
    for row, one in zip(rows, [*found["measures"], *retrospective], strict=True):
        assert row[:2] == [one["part"] or "part not said", one["name"]]
        assert row[2].startswith(between(*one["stated"]))
        assert row[3] == between(one["low"], one["high"])
        assert one["why"] in row[4]
    assert ("Retrospective" in page.words) == bool(retrospective)
    for series, leaves_out in found["silent"]:
        assert f"{series} does not answer: it leaves out {leaves_out}" in page.words


def test_what_nobody_could_read_on_the_day_is_marked(bench: Bench) -> None:
    page = bench.get(_address("", {"item": "Javelin", "known-on": "2014-04-01"}))
    assert "Told only after 2014-04-01 nobody could read it then" in page.words
    assert "as known on 2014-04-01" in page.tree.css_first("h1").text()


def test_what_cannot_be_told_says_so_and_why(bench: Bench) -> None:
    assert (
        "cannot tell: no source held says what was verified, used up or lost"
        in bench.get(_address("", {"item": "Leopard 2A4"})).words
    )
    watch = bench.get(_address("/watch", {})).words
    assert "cannot tell" in watch
    assert "a baseline needs" in watch


def test_every_link_of_every_page_leads_somewhere(bench: Bench) -> None:
    pages = [bench.get(_address(view, {"item": "Javelin", "recipient": "Ruritania"})) for view in VIEWS]
    targets = {str(a.attributes["href"]) for page in [*pages, bench.get("/transfers")]
               for a in page.tree.css("a[href], link[href]")}  # fmt: skip
    assert len([target for target in targets if target.startswith("/id/")]) > 8
    for target in sorted(targets - {"#main"}):
        assert bench.get(target).status == 200, target


@pytest.mark.parametrize("asked", [ASKED[1], ASKED[3], ASKED[4], ASKED[7]], ids=str)
def test_every_sum_leads_to_as_many_lines_as_it_counts(bench: Bench, asked: dict[str, str]) -> None:
    found = bench.get(_address("", asked, format="json")).json
    rows = [(told, row) for told, key in (("then", "measures"), ("later", "retrospective"))
            for one in found[key] for row in one["rows"]]  # fmt: skip
    assert rows
    for told, row in rows:
        which = {"state": row["state"], "series": row["series"], "unit": row["unit"], "part": row["part"] or "-",
                 "counted": "yes", **({"told": told} if "known-on" in asked else {})}  # fmt: skip
        page = bench.get(_address("/lines", {**asked, **which}, format="json"))
        ids = {line["id"] for line in page.json}
        assert (len(page.json), set(row["examples"]) <= ids) == (row["lines"], True), which
        if row["stated_low"] == row["stated_high"]:
            assert sum(line["quantity_low"] for line in page.json) == row["stated_low"]


def test_a_sum_with_more_lines_than_it_names_leads_to_them(bench: Bench) -> None:
    page = bench.get("/transfers?item=rifles")
    more = [a for a in page.tree.css("#answer a") if a.text().endswith(" more")]
    assert more
    for link in more:
        listed = bench.get(str(link.attributes["href"]))
        assert f"of {int(link.text().split()[0]) + 3}" in listed.words
        assert "retrospective" not in listed.words


def test_the_picture_is_that_of_the_command(bench: Bench, ledger: Path, tmp_path: Path, printed: Printed) -> None:
    printed("transfers", ledger, "--item", "Javelin", "--svg", tmp_path / "picture.svg")
    told = bench.get("/transfers/picture.svg?item=Javelin")
    assert told.headers["content-type"] == "image/svg+xml"
    assert told.body == (tmp_path / "picture.svg").read_bytes()
    assert "unaccounted for" in bench.get("/transfers?item=Javelin").tree.css_first("svg.waterfall").text()


def test_the_command_on_a_page_prints_what_the_page_shows(bench: Bench, printed: Printed) -> None:
    address = _address("/timeline", {"item": "Leopard 2A4", "recipient": "Ruritania"})
    command = bench.get(address).tree.css(".forms code")[-1].text()
    assert command.startswith("muster transfers ")
    words = [word.strip("'") for word in command.replace("'Leopard 2A4'", "Leopard_2A4").split()]
    out = printed(*(word.replace("Leopard_2A4", "Leopard 2A4") for word in words[1:]), "--json")
    assert out == bench.get(address + "&format=json").text


def _table(told: Told) -> list[dict[str, str]]:
    assert told.headers["content-type"] == "text/csv; charset=utf-8"
    assert told.headers["content-disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(told.text, newline="")))


@pytest.mark.parametrize(
    ("view", "of"),
    [("/timeline", "stages"), ("/risk", "factors"), ("/reconcile", ""), ("/watch", ""), ("", "measures")],
)
def test_a_table_is_fetched_as_csv_with_the_rows_of_the_json(bench: Bench, view: str, of: str) -> None:
    asked = {"item": "Javelin", "recipient": "Ruritania"}
    rows = bench.get(_address(view, asked, format="json")).json
    rows = rows[of] if of else rows
    table = _table(bench.get(_address(view, asked, format="csv")))
    assert len(table) == len(rows)
    for row, line in zip(rows, table, strict=True):
        for name in set(row) & set(line):
            if isinstance(row[name], (str, int)) and not isinstance(row[name], bool):
                assert line[name].removeprefix("'") == str(row[name])


def test_a_form_with_empty_fields_leads_to_the_short_address(bench: Bench) -> None:
    told = bench.get("/transfers?recipient=Ruritania&item=+Leopard+2A4&donor=&from=&within=")
    assert (told.status, told.headers["location"]) == (303, "/transfers?item=Leopard+2A4&recipient=Ruritania")


def test_the_form_keeps_what_was_asked_and_offers_what_the_ledger_names(bench: Bench) -> None:
    tree = bench.get(_address("", {"item": "Javelin", "known-on": "2014-04-01"})).tree
    given = {str(one.attributes["name"]): one.attributes.get("value") for one in tree.css(".ask input")}
    assert (given["item"], given["known-on"], given["donor"]) == ("Javelin", "2014-04-01", "")
    offered = [one.attributes["value"] for one in tree.css("#items option")]
    assert {"FGM-148 Javelin", "class:anti_tank_missile"} <= set(offered)


@pytest.mark.parametrize(
    ("address", "status", "what", "found"),
    [
        ("/transfers?item=Javelim", 404, "no source of this case names this item", "Javelim"),
        ("/transfers?item=class%3Amanpad", 404, "there is no such class", "manpad"),
        ("/transfers?item=Javelin&known-on=2014-13-01", 400, "not a day", "2014-13-01"),
        ("/transfers?item=Javelin&from=2014", 400, "not a day", "2014"),
        ("/transfers?item=Javelin&within=2", 400, "not a share", "2"),
        ("/transfers?item=Javelin&within=nan", 400, "not a share", "nan"),
        ("/transfers?itme=Javelin", 400, "unknown name in the address", "itme"),
        ("/transfers?item=a&item=b", 400, "a name stands twice in the address", "b"),
        ("/transfers?item=" + "a" * 400, 414, "a value is too long", "400 characters"),
        ("/transfers?format=xml", 400, "there is no such form of this page", "xml"),
        ("/transfers/picture.svg", 404, "a picture is of an answer", "no item, donor or recipient"),
    ],
)
def test_what_cannot_be_answered_says_where_what_was_found_and_what_to_do(
    bench: Bench, address: str, status: int, what: str, found: str
) -> None:
    page = bench.get(address)
    assert page.status == status
    assert page.tree.css_first("h1").text().strip() == what
    told = {str(row.css_first("dt").text()): row.css_first("dd").text() for row in page.tree.css(".facts div")}
    assert told["found"] == found
    assert told["do"]
    if "format" not in address:
        again = bench.get(address + ("&" if "?" in address else "?") + "format=json")
        if status != 414 and "picture" not in address:
            assert (again.status, again.json["error"]["what"], again.json["error"]["found"]) == (status, what, found)


def test_an_error_has_the_words_of_the_command(bench: Bench, ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["transfers", str(ledger), "--item", "Javelim", "--json"])
    assert bench.get("/transfers?item=Javelim&format=json").json == json.loads(capsys.readouterr().out)


def test_a_case_without_a_ledger_says_what_to_type(market: Bench) -> None:
    for view in VIEWS:
        page = market.get(f"/transfers{view}")
        assert page.status == 404
        assert "this case holds no ledger" in page.words
        assert "name them as [[transfers]] in case.toml, then: muster run" in page.words
