"""The command line: results on stdout, talk on stderr, one message for what is wrong, and exit codes that mean it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Cli = Callable[..., subprocess.CompletedProcess[str]]


def test_a_misspelt_command_names_the_nearest(muster_cli: Cli) -> None:
    done = muster_cli("statsu")
    assert done.returncode == 2
    assert 'did you mean "status"?' in done.stderr


def test_help_lists_every_command_without_loading_it(muster_cli: Cli) -> None:
    done = muster_cli("--help")
    assert done.returncode == 0
    for name in ("run", "new", "status", "parse", "recognise", "claims", "why", "show", "query"):
        assert f"  {name} " in done.stdout


def test_recognise_is_a_filter(muster_cli: Cli) -> None:
    lines = '{"id": "1", "title": "Glock 19 gen 4 9mm"}\n{"id": "2", "title": "AK-47 cannabis 5 g"}\n'
    done = muster_cli("recognise", stdin=lines)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["id"], row["kind"]) for row in rows] == [("1", "handgun"), ("2", "not_weapon")]
    assert {"item", "probability", "alternatives", "make", "model", "calibre", "quantity", "quantity_unit", "multi",
            "unit_price_usd", "price_issue", "spans", "version"} <= rows[0].keys()  # fmt: skip


def test_recognise_takes_csv(muster_cli: Cli) -> None:
    done = muster_cli("recognise", "-", stdin='id,title,price\n7,"Makarov PM, as new","USD 300.00 (0.5 BTC)"\n')
    row = json.loads(done.stdout)
    assert (row["id"], row["kind"], row["unit_price_usd"]) == ("7", "handgun", 300)


def test_a_bad_line_is_named_by_its_number(muster_cli: Cli) -> None:
    done = muster_cli("recognise", stdin='{"id": "1", "title": "Glock 19"}\n{"id": oops}\n')
    assert done.returncode == 2
    assert "line 2" in done.stderr


def test_claims_is_a_filter(muster_cli: Cli, bazaar: Path) -> None:
    done = muster_cli("claims", bazaar / "articles/en.txt")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    text = (bazaar / "articles/en.txt").read_text()
    assert len(rows) > 10
    assert all(row["quote"] == text[row["start"] : row["end"]] for row in rows)


def test_why_walks_a_number_to_bytes(muster_cli: Cli, bazaar_run: Path) -> None:
    query = "SELECT id FROM estimate WHERE measure = 'listings' AND n > 0 ORDER BY id LIMIT 1"
    name = json.loads(muster_cli("query", bazaar_run, query).stdout)["id"]
    kinds = []
    while True:
        walk = json.loads(muster_cli("why", name, "--case", bazaar_run, "--json").stdout)
        assert {"id", "kind", "value", "text", "from", "total", "locator"} == walk.keys()
        kinds.append(walk["kind"])
        if not walk["from"]:
            break
        name = walk["from"][0]
    assert kinds == ["estimate", "offer", "listing_seen", "capture"]
    assert len(walk["locator"]["file_digest"]) == 64


def test_why_finds_the_nearest_case(bazaar_run: Path, muster_cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bazaar_run / "captures")
    row = json.loads(muster_cli("query", bazaar_run, "SELECT id FROM capture ORDER BY id LIMIT 1").stdout)
    assert muster_cli("why", row["id"]).returncode == 0


def test_an_unknown_id_says_where_ids_stand(muster_cli: Cli, bazaar_run: Path) -> None:
    done = muster_cli("why", "est:0000000000000000", "--case", bazaar_run, "--json")
    assert done.returncode == 2
    error = json.loads(done.stdout)["error"]
    assert error["kind"] == "UnknownId"
    assert error["do"]


@pytest.mark.parametrize(
    "statement", ["SELECT * FROM '/etc/passwd'", "COPY offer TO 'out.csv'", "INSTALL httpfs", "DROP VIEW body"]
)
def test_query_is_read_only(muster_cli: Cli, bazaar_run: Path, statement: str) -> None:
    muster_cli("query", bazaar_run, statement)
    assert not Path("out.csv").exists()
    after = muster_cli("query", bazaar_run, "SELECT count(*) AS n FROM body")
    assert json.loads(after.stdout)["n"] > 0


def test_csv_carries_no_formula(muster_cli: Cli, bazaar_run: Path) -> None:
    done = muster_cli("query", bazaar_run, "SELECT '=1+1' AS a, '@x' AS b, 3 AS c", "--csv")
    assert done.stdout.splitlines() == ["a,b,c", "'=1+1,'@x,3"]


def test_status_says_what_is_done(muster_cli: Cli, bazaar_run: Path) -> None:
    done = muster_cli("status", bazaar_run)
    assert done.returncode == 0
    assert "missing" not in done.stdout
    assert "stale" not in done.stdout
    assert "chain whole" in done.stdout


def test_new_writes_a_case_that_runs(muster_cli: Cli, bazaar: Path, tmp_path: Path) -> None:
    done = muster_cli("new", tmp_path / "mine", bazaar / "captures", "--article", bazaar / "articles/fr.txt",
                      "--title", "Mine", "--published", "2014-04-10")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "profile bazaar" in done.stdout
    ran = muster_cli("run", tmp_path / "mine", "--json", "--workers", "1")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["counts"]["listing_seen"] > 20
    again = muster_cli("new", tmp_path / "mine", bazaar / "captures")
    assert again.returncode == 2
    assert "a case here already" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "nowhere"), "there is no case here"),
        (("parse", "nowhere.html"), "nowhere.html"),
        (("parse", ".", "--profile", "bazar"), 'did you mean "bazaar"?'),
        (("claims", "nowhere.txt"), "nowhere.txt"),
    ],
)
def test_wrong_usage_is_one_clear_message(muster_cli: Cli, arguments: tuple[str, ...], said: str) -> None:
    done = muster_cli(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_strict_counts_contradicted_claims(muster_cli: Cli, bazaar_ran: Path) -> None:
    assert muster_cli("run", bazaar_ran, "--strict", "--workers", "1").returncode == 1


def test_terminal_codes_of_a_capture_never_pass(muster_cli: Cli, bazaar: Path, tmp_path: Path) -> None:
    page = (bazaar / "captures/2014-03-01/item-12.html").read_text().replace("Glock 19", "\x1b]0;owned\x07Glock 19")
    (tmp_path / "item.html").write_text(page)
    done = muster_cli("parse", tmp_path / "item.html")
    assert "\x1b" not in done.stdout
    assert "\x07" not in done.stdout
