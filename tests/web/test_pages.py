"""The case, its claims, its issues, its report, and the walk of an id: the same as the commands print."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conftest import copy_case
from web.within import Bench

Printed = Callable[..., str]


def _query(printed: Printed, root: Path, sql: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed("query", root, sql).splitlines()]


def test_the_first_page_counts_what_the_case_holds(bench: Bench, ledger: Path, printed: Printed) -> None:
    page = bench.get("/")
    assert page.tree.css_first("h1").text().strip() == "What became of the arms for Ruritania"
    sql = "SELECT verdict, count(*) AS n FROM verdict GROUP BY verdict"
    told = {row["verdict"]: row["n"] for row in _query(printed, ledger, sql)}
    shown = {
        row.css_first(".word").text().lower(): int(row.css_first("b").text()) for row in page.tree.css(".tally li")
    }
    assert {word: n for word, n in shown.items() if n} == told
    (lines,) = _query(printed, ledger, "SELECT count(*) AS n FROM transfer")
    assert f"lines of the ledger {lines['n']}" in page.words
    assert "harbour-register" in page.words
    found = bench.get("/?format=json").json
    issues = [(row["stage"], row["what"], row["n"]) for row in found["issues"]]
    told_issues = json.loads(printed("status", ledger, "--json"))["issues"]
    assert issues == [(row["stage"], row["what"], row["n"]) for row in told_issues]
    assert f"muster status {ledger}" in page.words


def test_a_case_with_captures_shows_what_they_speak_for(market: Bench) -> None:
    page = market.get("/")
    assert "bazaar" in page.words
    assert market.get("/?format=json").json["markets"][0]["captures"] > 0
    assert len(market.get("/claims").tree.css("li.card")) == len(market.get("/claims?format=json").json)


def test_a_claim_stands_with_its_verdict_and_the_way_to_what_it_rests_on(bench: Bench) -> None:
    page = bench.get("/claims?verdict=cannot+tell")
    cards = page.tree.css("li.card")
    assert cards
    assert all("Cannot tell" in card.css_first(".verdict").text() for card in cards)
    only = next(card for card in cards if "Only 80" in card.text())
    assert "no source of it says that it lists all, so there may be more" in only.text()
    targets = [str(a.attributes["href"]) for a in only.css("a.id")]
    assert {target[4:7] for target in targets} == {"clm", "vrd", "est"}
    assert [bench.get(target).status for target in targets] == [200] * len(targets)
    assert bench.get("/claims?verdict=false").status == 400


def test_a_long_list_is_paged_and_every_row_stands_on_one_page(market: Bench) -> None:
    seen: list[str] = []
    at = "/claims?per=7"
    while at:
        page = market.get(at)
        seen += [str(a.attributes["href"]) for a in page.tree.css(".said a.id")]
        after = page.tree.css_first('a[rel="next"]')
        at = str(after.attributes["href"]) if after else ""
    whole = [f"/id/{row['claim']}" for row in market.get("/claims?per=1000&format=json").json]
    assert seen == whole
    assert len(whole) > 7
    for page in ("0", "9", "x", "-1", "1e3"):
        told = market.get(f"/claims?per=7&page={page}")
        assert (told.status, "not a number that this takes" in told.words) == (400, True)


def test_issues_are_those_of_the_table_with_what_mends_them(bench: Bench, ledger: Path, printed: Printed) -> None:
    rows = bench.get("/issues?format=json").json
    assert rows == _query(printed, ledger, "SELECT * FROM issue ORDER BY stage, what, id")
    page = bench.get("/issues?stage=transfers&what=unknown_party")
    assert f"1 to {len(rows)} of {len(rows)}" in page.words
    assert rows[0]["do"] in page.words
    assert bench.get("/issues?stage=nothing").status == 200


def test_a_walk_is_that_of_the_command(
    bench: Bench, market: Bench, ledger: Path, bazaar_run: Path, printed: Printed
) -> None:
    tables = {ledger: ("verdict", "claim", "transfer", "release", "difference", "issue"),
              bazaar_run: ("estimate", "offer", "capture")}  # fmt: skip
    for root, asked in ((ledger, bench), (bazaar_run, market)):
        for table in tables[root]:
            (row,) = _query(printed, root, f"SELECT id FROM {table} ORDER BY id LIMIT 1")
            told = asked.get(f"/id/{row['id']}?format=json")
            assert told.text == printed("why", row["id"], "--case", root, "--json"), row
            page = asked.get(f"/id/{row['id']}")
            assert (page.status, row["id"] in page.words) == (200, True)
    every = _query(printed, bazaar_run, "SELECT id FROM estimate ORDER BY n DESC, id LIMIT 1")[0]["id"]
    told = market.get(f"/id/{every}?all=1&format=json")
    assert told.text == printed("why", every, "--case", bazaar_run, "--all", "--json")


def test_a_walk_goes_down_to_the_bytes(market: Bench, bazaar_run: Path, printed: Printed) -> None:
    sql = "SELECT id, digest FROM capture WHERE id = (SELECT min(l.capture) FROM listing_seen l JOIN offer o ON o.observation = l.id)"  # noqa: E501
    (capture,) = _query(printed, bazaar_run, sql)
    offer = _query(
        printed,
        bazaar_run,
        f"SELECT o.id FROM offer o JOIN listing_seen l ON o.observation = l.id WHERE l.capture = '{capture['id']}'",
    )
    page = market.get(f"/id/{offer[0]['id']}")
    assert [step.text().strip() for step in page.tree.css(".walked > .val > .kind")] == [
        "offer", "listing_seen", "capture",
    ]  # fmt: skip
    assert capture["digest"] in page.words
    assert f"muster show {capture['id']} --case {bazaar_run}" in page.words


def test_an_id_that_no_table_holds_is_told(bench: Bench) -> None:
    for name in ("trf:0000000000000000", "nothing", "vrd:", "x" * 200, "trf:%00", "a/b/c"):
        page = bench.get(f"/id/{name}")
        assert (page.status, "no table of this case holds this id" in page.words) == (404, True), name
    assert bench.get("/id?name=trf%3Aabc").headers["location"] == "/id/trf:abc"
    assert bench.get("/id").status == 400
    assert bench.get("/id?name=%2F%2Felsewhere.example%2F").headers["location"].startswith("/id/")


def test_a_walk_is_fetched_as_csv(bench: Bench) -> None:
    name = next(row["verdict_id"] for row in bench.get("/claims?format=json").json if row["estimates"])
    value = bench.get(f"/id/{name}?format=json").json
    rows = list(csv.DictReader(io.StringIO(bench.get(f"/id/{name}?format=csv").text, newline="")))
    assert [row["id"] for row in rows] == value["from"]


def test_the_report_is_served_as_it_was_written_and_stands_apart(bench: Bench, ledger: Path) -> None:
    told = bench.get("/report")
    assert told.body == (ledger / "report" / "index.html").read_bytes()
    policy = dict(part.strip().partition(" ")[::2] for part in told.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == "'unsafe-inline'"
    assert policy["sandbox"] == ""
    assert "script-src" not in policy
    assert bench.get("/report?format=json").body == (ledger / "report" / "report.json").read_bytes()
    assert bench.get("/report?format=md").headers["content-type"].startswith("text/plain")
    assert bench.get("/report?format=csv").status == 400


def test_a_case_that_was_not_run_says_what_to_type(bazaar: Path, tmp_path: Path) -> None:
    root = tmp_path / "case"
    copy_case(bazaar.parent / "ledger", root)
    with Bench(root) as bench:
        page = bench.get("/")
        assert page.status == 200
        assert f"This case was not run yet. Type muster run {root}" in page.words
        for at in ("/claims", "/issues", "/id/trf:1", "/report", "/transfers"):
            page = bench.get(at)
            assert (page.status, f"muster run {root}" in page.words) == (404, True), at
        (root / "case.toml").write_text("[case\n", encoding="utf-8")
        page = bench.get("/")
        assert (page.status, "the case file is not TOML" in page.words) == (503, True)
    assert not any((root / name).exists() for name in ("derived", "private", "journal", "report"))
