"""The journal is append-only, chained, and survives a kill."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.errors import JournalError
from muster.journal import FIRST, Journal
from muster.model import digest


def _journal(path: Path) -> Journal:
    return Journal(path / "journal.jsonl", clock=lambda: datetime(2014, 4, 10, 12, tzinfo=UTC))


def test_each_line_carries_the_digest_of_the_one_before(tmp_path: Path) -> None:
    journal = _journal(tmp_path)
    for number in range(3):
        journal.append("ada", "decision", {"claim": number}, reason="read twice")
    lines = journal.path.read_bytes().splitlines()
    assert [entry.prev for entry in journal.entries()] == [FIRST, digest(lines[0]), digest(lines[1])]
    assert journal.head() == digest(lines[2])


def test_a_changed_line_breaks_the_chain_and_names_its_line(tmp_path: Path) -> None:
    journal = _journal(tmp_path)
    for number in range(3):
        journal.append("ada", "decision", {"claim": number})
    journal.path.write_bytes(journal.path.read_bytes().replace(b'"claim":1', b'"claim":7'))
    with pytest.raises(JournalError, match="chain is broken") as caught:
        list(journal.entries())
    assert caught.value.where.endswith("line 3")


@given(cut=st.integers(1, 40))
def test_a_half_written_line_is_set_aside_and_told(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    journal = _journal(tmp_path_factory.mktemp("journal"))
    journal.append("ada", "first", {})
    journal.append("ada", "second", {})
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole[:-cut])
    kept = [entry.what for entry in journal.entries()]
    assert kept == ["first"]
    journal.append("ada", "third", {})
    assert [entry.what for entry in journal.entries()] == ["first", "tail set aside", "third"]
    aside = next(journal.path.parent.glob("torn-*.txt"))
    assert whole.splitlines(keepends=True)[1].startswith(aside.read_bytes())


def test_a_line_that_is_no_journal_line_is_refused(tmp_path: Path) -> None:
    journal = _journal(tmp_path)
    journal.path.write_text("hello\n")
    with pytest.raises(JournalError, match="not a line of a journal"):
        journal.append("ada", "first", {})


def test_long_lines_are_found_from_the_end(tmp_path: Path) -> None:
    journal = _journal(tmp_path)
    journal.append("ada", "long", {"text": "x" * 50_000})
    assert journal.append("ada", "next", {}).n == 1
