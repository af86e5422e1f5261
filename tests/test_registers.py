"""Markings that offers bear are looked up in the registers that the case names, and the report says what came of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from muster import derived
from muster.case import open_case
from muster.errors import CaseError
from muster.pipeline import run_case
from muster.registers import case_losses
from muster.store import connect
from muster.walk import Walker

ENTRY = '\n[[register]]\npath = "wanted.jsonl"\nprofile = "wanted.yml"\nsnapshot = 2014-05-01\n'
DECLARED = """
title: Wanted in a harbour (invented)
register: harbour
reason: stolen
fields: { reference: [id], make: [make], model: [model] }
numbers: [{ number: serial, part: frame }]
"""
WANTED = [("K1", "Glock", "19", "KX 4711"), ("K2", "Glock", "17", "KX4711"), ("K3", "Glock", "19", "AB9000")]


@pytest.fixture
def harbour(bazaar_copy: Path) -> Path:
    """The example with a serial number in one of its offers, and a register that seeks it."""
    page = bazaar_copy / "captures/2014-03-01/item-12.html"
    text = page.read_text()
    page.write_text(text.replace("<p>Third generation", "<p>Serial no. KX47l1 and serial AB9001. Third generation", 1)
                    .replace("KX47l1", "KX4711"))  # fmt: skip
    lines = [json.dumps(dict(zip(("id", "make", "model", "serial"), row, strict=True))) for row in WANTED]
    (bazaar_copy / "wanted.jsonl").write_text("\n".join(lines))
    (bazaar_copy / "wanted.yml").write_text(DECLARED)
    (bazaar_copy / "case.toml").write_text((bazaar_copy / "case.toml").read_text() + ENTRY)
    return bazaar_copy


def test_a_case_without_registers_has_no_such_stage(bazaar_run: Path) -> None:
    case = open_case(bazaar_run)
    assert "registers" not in derived.present(case)
    assert "Numbers in registers" not in (case.report / "index.html").read_text()


def test_markings_of_offers_are_looked_up_and_reported(harbour: Path) -> None:
    case = open_case(harbour)
    run_case(case, workers=1)
    with connect(derived.table_files(case, derived.present(case))) as db:
        rows = db.rows("SELECT * FROM match ORDER BY asked, reference")
        assert {row["asked"] for row in rows} == {"KX4711", "AB9001"}
        exact = [row for row in rows if row["asked"] == "KX4711" and row["alert"]]
        assert exact
        assert exact[0]["register"] == "harbour"
        assert exact[0]["answer"] in ("match", "cannot_tell")
        near = next(row for row in rows if row["asked"] == "AB9001" and row["alert"])
        assert (near["answer"], near["spelling"], near["reason"]) == ("cannot_tell", "one edit", "stolen")
        walk = Walker(db).why(near["id"])
        assert walk.children == (near["marking"],)
        assert "not evidence of a crime" in walk.text
    for name in ("index.html", "report.md"):
        text = (case.report / name).read_text()
        assert "Numbers in registers" in text
        assert "not clearance" in text
        assert "AB9001" in text


LOST = """id,state,supplier,recipient,item,class,number,quantity,happened,recorded,source
L1,lost,,RU,Glock 19,pistol,KX 4711,1,2014-01-05,2014-02-01,report of an invented depot
L2,captured,,RU,Glock 19,pistol,"AB9001; AB9002",2,2014-01-05,2014-02-01,report of an invented depot
L3,stolen,,RU,Glock 17,pistol,,1,2014-01-05,2014-02-01,report of an invented depot
L4,damaged,,RU,Glock 17,pistol,AB9001,1,2014-01-05,2014-02-01,report of an invented depot
"""


def test_numbered_losses_of_transfers_count_as_a_register(harbour: Path) -> None:
    file = harbour / "case.toml"
    ledger = '\n[[transfers]]\npath = "lost.csv"\nprofile = "transfer-ledger"\npublished = 2014-02-02\n'
    file.write_text(file.read_text().replace(ENTRY, ledger))
    (harbour / "lost.csv").write_text(LOST)
    case = open_case(harbour)
    run_case(case, workers=1)
    with connect(derived.table_files(case, derived.present(case))) as db:
        rows = db.rows("SELECT * FROM match WHERE alert IS NOT NULL ORDER BY asked, spelling, number")
        assert [(row["asked"], row["number"], row["spelling"], row["reason"]) for row in rows] == [
            ("AB9001", "AB9001", "exact", "captured"), ("AB9001", "AB9002", "one edit", "captured"),
            ("KX4711", "KX 4711", "exact", "lost"),
        ]  # fmt: skip
        assert {(row["register"], row["snapshot"].isoformat()) for row in rows} == {("transfer-ledger", "2014-02-02")}
        walk = Walker(db).why(rows[0]["id"])
        assert walk.children == (rows[0]["marking"], rows[0]["reference"])
        assert Walker(db).why(rows[0]["reference"]).children
    assert "KX 4711" in (case.report / "index.html").read_text()
    assert case_losses(case)[0].register == "transfer-ledger"
    assert run_case(case, workers=1).done == 0


def test_a_second_run_does_nothing_and_a_new_table_does(harbour: Path) -> None:
    case = open_case(harbour)
    run_case(case, workers=1)
    first = (case.report / "index.html").read_bytes()
    assert run_case(case, workers=1).done == 0
    assert (case.report / "index.html").read_bytes() == first
    with (harbour / "wanted.jsonl").open("a") as out:
        out.write("\n" + json.dumps({"id": "K4", "make": "Glock", "model": "19", "serial": "AB9001"}))
    run_case(case, workers=1)
    with connect(derived.table_files(case, derived.present(case))) as db:
        found = db.rows("SELECT reference FROM match WHERE asked = 'AB9001' AND spelling = 'exact'")
    assert [row["reference"] for row in found] == ["K4"]


@pytest.mark.parametrize(
    ("change", "said"),
    [(("wanted.jsonl", "gone.jsonl"), "no such register"), (("snapshot = 2014-05-01", ""), "speaks for one day")],
)
def test_a_register_that_cannot_be_asked_stops_the_run(harbour: Path, change: tuple[str, str], said: str) -> None:
    file = harbour / "case.toml"
    file.write_text(file.read_text().replace(*change))
    with pytest.raises(CaseError, match=said):
        run_case(open_case(harbour), workers=1)
