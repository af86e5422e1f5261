"""The invented ledger, from its tables to its report, as somebody types it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from conftest import copy_case
from muster.cli import main

Type = Callable[..., str]


@pytest.fixture(scope="module")
def case(bazaar: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the example, run."""
    at = tmp_path_factory.mktemp("ledger") / "ledger"
    copy_case(bazaar.parent / "ledger", at)
    with pytest.raises(SystemExit) as stop:
        main(["run", str(at), "--workers", "1"])
    assert stop.value.code == 0
    return at


@pytest.fixture
def typed(case: Path, capsys: pytest.CaptureFixture[str]) -> Type:
    """Type `muster transfers CASE …` and return what it prints."""

    def run(*words: str, code: int = 0) -> str:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main(["transfers", str(case), *words])
        assert stop.value.code == code
        out = capsys.readouterr()
        return out.out if code == 0 else out.err

    return run


def test_an_answer_in_words_and_as_json(typed: Type) -> None:
    asked = ("--item", "FGM-148", "--recipient", "Ruritania")
    said = typed(*asked)
    assert "  unaccounted for  30   can be 0 to 45" in said
    assert "25 of it are overdue in an inventory, which is not missing" in said
    found = json.loads(typed(*asked, "--json"))
    missing = next(m for m in found["measures"] if (m["name"], m["part"]) == ("unaccounted for", "missile"))
    assert (missing["stated"], missing["low"], missing["high"]) == ([30, 30], 0, 45)
    assert missing["rows"][0]["examples"][0].startswith("trf:")


def test_as_known_on_a_day_later_releases_stand_apart(typed: Type) -> None:
    said = typed("--item", "Javelin", "--known-on", "2014-04-01")
    before, _, after = said.partition("retrospective: told only after 2014-04-01, nobody could read it then")
    assert "← captured 4" in before
    assert "harbour-register" not in before.partition("can have arrived")[0]
    assert "← captured 5" in after
    assert "← delivered 80, harbour-register" in after


def test_what_share_can_have_arrived_by_a_day(typed: Type) -> None:
    said = typed("--item", "Javelin", "--arrived-by", "2014-06-09")
    assert (
        "can have arrived by 2014-06-09, transfer-ledger, missile: 67% of 120 (all that it says was promised)" in said
    )
    assert "can have arrived by 2014-06-09, harbour-register: 0% to 100% of 80" in said


def test_differences_are_explained_or_named_unexplained(typed: Type) -> None:
    said = typed("--reconcile")
    assert "harbour-register: a release against the one before: 26 explained, 0 unexplained" in said
    assert "6 against nothing, -6 later revision" in said


def test_the_life_of_an_item_orders_nothing_inside_a_year(typed: Type) -> None:
    said = typed("--item", "Javelin", "--timeline")
    register = next(line for line in said.splitlines() if "harbour-register" in line)
    assert register.split("  ")[1] == "2014-01-01 to 2014-12-31"
    assert register.endswith("order within these days unknown")
    assert "left (missile): 30, can be 0 to 45" in said
    stages = json.loads(typed("--item", "Javelin", "--timeline", "--json"))["stages"]
    assert [s["state"] for s in stages if s["part"] == "missile"] == [
        "pledged", "shipped", "delivered", "verified", "overdue", "expended", "captured",
    ]  # fmt: skip


def test_the_sheet_of_risks_has_factors_and_no_score(typed: Type) -> None:
    said = typed("--item", "Javelin", "--recipient", "Ruritania", "--risk")
    assert "yes      few monitors" in said
    assert "yes: Audit report 7, an invented court of audit, 2014-05-02" in said
    assert "yes      light, portable, easy to use" in said  # the ledger knows the class
    found = json.loads(typed("--item", "Javelin", "--recipient", "Ruritania", "--risk", "--json"))
    assert {f["answer"] for f in found["factors"]} == {"yes", "unknown"}
    assert "score" not in found
    assert found["weight"] == "thin"


def test_a_watch_says_how_often_it_is_raised_by_chance(typed: Type) -> None:
    said = typed("--watch")
    assert "raised      seized rifle, Borduria: 9 in 2014-05, Poisson (exact)" in said
    assert "8 or more come by chance in 0.31% of months" in said
    assert "cannot tell captured anti_tank_missile, Ruritania" in said


def test_the_picture_stands_alone_and_holds_every_state(typed: Type, tmp_path: Path) -> None:
    typed("--item", "Javelin", "--recipient", "Ruritania", "--svg", str(tmp_path / "javelin.svg"))
    text = (tmp_path / "javelin.svg").read_text(encoding="utf-8")
    assert text.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "<script" not in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    for word in ("pledged", "delivered", "verified", "expended", "captured", "unaccounted for", "launch unit"):
        assert f">{word}<" in text


def test_without_a_question_it_lists_the_sources_and_what_each_leaves_out(typed: Type) -> None:
    said = typed()
    assert said.count("harbour-register  Register of the Harbour Institute (invented)") == 2
    assert "leaves out small arms" in said


def test_what_no_source_names_is_told_with_the_nearest(typed: Type) -> None:
    said = typed("--item", "Leopard 3", code=2)
    assert "no source of this case names this item" in said
    assert "Leopard 2A4" in said


def test_a_case_without_a_ledger_says_how_to_give_it_one(
    bazaar: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "case.toml").write_text('[case]\ntitle = "x"\n')
    with pytest.raises(SystemExit) as stop:
        main(["transfers", str(tmp_path)])
    assert stop.value.code == 2
    assert "name them as [[transfers]] in case.toml" in capsys.readouterr().err


def test_the_report_answers_what_the_case_file_asks_and_every_link_leads_somewhere(case: Path) -> None:
    tree = LexborHTMLParser((case / "report" / "index.html").read_text(encoding="utf-8"))
    ids = {f"#{node.attributes['id']}" for node in tree.css("[id]")}
    assert {str(node.attributes["href"]) for node in tree.css("#transfers a")} <= ids
    asked = [node.text() for node in tree.css("#transfers h3")]
    assert asked[:3] == [
        "FGM-148 Javelin to Ruritania", "FGM-148 Javelin to Ruritania as known on 2014-04-01",
        "Leopard 2A4 to Ruritania",
    ]  # fmt: skip


def test_the_claims_of_the_article_are_held_against_it(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql = "SELECT c.quote, v.verdict FROM verdict v JOIN claim c ON c.id = v.claim ORDER BY c.start"
    with pytest.raises(SystemExit):
        main(["query", str(case), sql, "--json"])
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    words = {row["quote"].split(" Javelin")[0]: row["verdict"] for row in rows}
    assert words["Sweden pledged 120"] == "supported"
    assert words["Only 80"] == "cannot tell"  # nobody says that the documents are all there are
    assert words["More than 500"] == "cannot tell"
    assert words["Two thirds of the"] == "cannot tell"


def test_a_changed_table_makes_the_ledger_stale(
    bazaar: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = tmp_path / "ledger"
    copy_case(bazaar.parent / "ledger", at)
    states = []
    for step in range(3):
        if step != 1:
            with pytest.raises(SystemExit):
                main(["run", str(at), "--workers", "1"])
        else:
            table = at / "tables" / "documents.csv"
            table.write_text(table.read_text(encoding="utf-8").replace(",120,", ",121,"), encoding="utf-8")
        capsys.readouterr()
        with pytest.raises(SystemExit):
            main(["status", str(at), "--json"])
        states.append(json.loads(capsys.readouterr().out)["stages"]["transfers"])
    assert states == ["done", "stale, 1 to do: muster run", "done"]
