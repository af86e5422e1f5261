"""Tables: equal rows give equal bytes, and a folder appears whole or not at all."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from muster.store import read_rows, write_tables

ROWS = [{"id": f"iss:{n:04}", "stage": "parse", "what": "no_value", "where": f"row {n}"} for n in range(300)]


def test_equal_rows_give_equal_bytes_in_any_order(tmp_path: Path) -> None:
    shuffled = random.Random(1).sample(ROWS, len(ROWS))
    write_tables(tmp_path / "a", {"issue": ROWS})
    write_tables(tmp_path / "b", {"issue": shuffled + shuffled[:10]})
    assert (tmp_path / "a/issue.parquet").read_bytes() == (tmp_path / "b/issue.parquet").read_bytes()


def test_rows_come_back_as_written(tmp_path: Path) -> None:
    write_tables(tmp_path / "a", {"issue": ROWS})
    back = read_rows(tmp_path / "a/issue.parquet")
    assert [row["where"] for row in back] == [row["where"] for row in ROWS]
    assert back[0]["capture"] is None


def test_an_unknown_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no column \['handle'\]"):
        write_tables(tmp_path / "a", {"issue": [{"id": "iss:1", "handle": "x"}]})
    assert not (tmp_path / "a").exists()


def test_two_different_rows_with_one_key_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="two different rows"):
        write_tables(tmp_path / "a", {"issue": [{"id": "iss:1", "what": "a"}, {"id": "iss:1", "what": "b"}]})
