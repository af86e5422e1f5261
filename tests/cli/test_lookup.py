"""`muster lookup` as a user types it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muster.register import Register
from muster.register.invented import objects, rows, write_json

Cli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    register = Register(tmp_path / "harbour", clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))
    given = [{"register": "harbour", "reference": str(n), "object_class": "firearm", "reason": "stolen",
              "make": "Example", "model": "M1", "numbers": [{"number": number}]}
             for n, number in enumerate(["AB1234", "CD777", "=1+1 5511"])]  # fmt: skip
    register.enter(given, who="ada", reason="reports")
    return tmp_path / "harbour"


def test_a_person_reads_the_answer_its_reason_and_the_caveats(harbour: Path, muster_cli: Cli) -> None:
    done = muster_cli("lookup", "ab-l234", "--make", "Example", "--model", "M1", "--register", harbour)
    assert done.returncode == 0, done.stderr
    assert "match: the number, the make and the model agree" in done.stdout
    assert "stolen, entered; harbour 0" in done.stdout
    assert "not evidence of a crime" in done.stdout
    assert "not clearance" in done.stdout
    assert "searched harbour: 3 alerts" in done.stdout


def test_json_keeps_to_the_contract(harbour: Path, muster_cli: Cli) -> None:
    done = muster_cli("lookup", "AB12?4", "--register", harbour, "--json")
    row = json.loads(done.stdout)
    assert {"query", "answer", "candidates", "searched", "caveat"} <= row.keys()
    assert {"alert", "number", "part", "differences", "distance", "reason", "snapshot", "expected_by_chance"} <= row[
        "candidates"
    ][0].keys()
    assert row["answer"] == "cannot_tell"


def test_a_pasted_list_is_answered_line_by_line(harbour: Path, muster_cli: Cli) -> None:
    numbers = "\n".join(["AB1234", "", "CD-777", *(f"XX{n:04d}" for n in range(298))])
    done = muster_cli("lookup", "--register", harbour, "--json", stdin=numbers)
    answers = [json.loads(line)["answer"] for line in done.stdout.splitlines()]
    assert len(answers) == 300
    assert answers[:3] == ["cannot_tell", "cannot_tell", "no_match"]
    assert "300 numbers: 0 match, 2 cannot tell, 298 no match" in done.stderr


def test_a_csv_comes_back_with_answers_behind_its_columns(harbour: Path, tmp_path: Path, muster_cli: Cli) -> None:
    table = tmp_path / "list.csv"
    table.write_text('Serial,Make,Model,Room\nAB1234,Example,M1,"3, left"\nAB1284,Example,M1,4\n-,,,5\n', "utf-8")
    done = muster_cli("lookup", "--register", harbour, "--list", table)
    found = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["answer"] for row in found] == ["match", "cannot_tell", "cannot_tell"]
    assert [row["Room"] for row in found] == ["3, left", "4", "5"]
    assert found[1]["difference"] == "8 read, 3 held"
    assert "not clearance" in done.stderr


def test_a_table_is_read_and_asked_in_one_go(tmp_path: Path, muster_cli: Cli) -> None:
    write_json(tmp_path / "ua.json", 60)
    row = list(rows(objects(60)))[7]
    number = f"{row['weaponnumber']} {row['weaponseries']}"
    done = muster_cli("lookup", number, "--make", "x", "--model", row["brandmodel"], "--register", tmp_path / "ua.json",
                      "--snapshot", "2025-11-01")  # fmt: skip
    assert str(row["id"]) in done.stdout, done.stderr
    assert "snapshot 2025-11-01" in done.stdout
    assert "unconfirmed" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("1", "--register", "nowhere"), "no such register"),
        (("1", "--year", "12"), "no year"),
        (("1", "--part", "holder"), "no part"),
    ],
)
def test_a_wrong_question_says_what_is_wrong(
    arguments: tuple[str, ...], said: str, tmp_path: Path, muster_cli: Cli
) -> None:
    done = muster_cli("lookup", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
