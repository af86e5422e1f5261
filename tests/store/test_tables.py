"""Tables: equal rows give equal bytes, and a folder appears whole or not at all."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from muster.model import digest
from muster.store import file_digests, labels, read_rows, whole_folder, write_tables, writing

ROWS = [{"id": f"iss:{n:04}", "stage": "parse", "what": "no_value", "where": f"row {n}"} for n in range(300)]


def test_equal_rows_give_equal_bytes_in_any_order(tmp_path: Path) -> None:
    shuffled = random.Random(1).sample(ROWS, len(ROWS))
    write_tables(tmp_path / "a", {"issue": ROWS})
    write_tables(tmp_path / "b", {"issue": shuffled + shuffled[:10]})
    assert (tmp_path / "a/issue.parquet").read_bytes() == (tmp_path / "b/issue.parquet").read_bytes()


def test_rows_come_back_as_written(tmp_path: Path) -> None:
    write_tables(tmp_path / "a", {"issue": ROWS})
    back = [row for rows in read_rows(tmp_path / "a/issue.parquet", 70) for row in rows]
    assert [row["where"] for row in back] == [row["where"] for row in ROWS]
    assert back[0]["capture"] is None


def test_an_unknown_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no column \['handle'\]"):
        write_tables(tmp_path / "a", {"issue": [{"id": "iss:1", "handle": "x"}]})
    assert not (tmp_path / "a").exists()


def test_two_different_rows_with_one_key_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="two different rows"):
        write_tables(tmp_path / "a", {"issue": [{"id": "iss:1", "what": "a"}, {"id": "iss:1", "what": "b"}]})


def test_what_is_flushed_is_read_back_in_bounded_pieces(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "a") as aside, writing(aside, ["issue"]) as writer:
        for row in ROWS:
            writer.add("issue", [row])
            if writer.pending == 100:
                writer.flush()
    pieces = list(read_rows(tmp_path / "a/issue.parquet", 64))
    assert max(map(len, pieces)) <= 64
    assert [row["id"] for rows in pieces for row in rows] == [row["id"] for row in ROWS]


def test_a_label_says_what_a_folder_holds(tmp_path: Path) -> None:
    write_tables(tmp_path / "a", {"issue": ROWS, "offer": []})
    held = digest((tmp_path / "a/issue.parquet").read_bytes())
    assert {name: label["rows"] for name, label in labels(tmp_path / "a").items()} == {"issue": 300, "offer": 0}
    assert file_digests([tmp_path / "a"])["issue"] == [held]


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with whole_folder(tmp_path / "a") as aside, writing(aside, ["issue"]) as writer:
            writer.add("issue", ROWS)
            writer.flush()
            raise KeyError("in the middle")

    with pytest.raises(KeyError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_the_second_to_finish_the_same_work_leaves_the_first(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "a") as late:
        write_tables(tmp_path / "a", {"issue": ROWS})
        (late / "issue.parquet").write_bytes(b"other")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert labels(tmp_path / "a")["issue"]["rows"] == 300
