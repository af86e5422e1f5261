"""The journal is append-only, chained, and survives a kill."""

from __future__ import annotations

import resource
import signal
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.errors import JournalError
from muster.journal import FIRST, START, Fact, Journal
from muster.model import digest

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from muster.journal import Journal
journal = Journal(Path(sys.argv[1]), clock=lambda: datetime.now(UTC))
for n in range(40):
    journal.append(sys.argv[2], str(n), {})
"""


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


def test_facts_are_added_together_and_read_on_from_a_place(tmp_path: Path) -> None:
    journal = _journal(tmp_path)
    journal.extend([Fact("ada", "first", {}), Fact("ada", "second", {})])
    (_, _), (entry, place) = journal.after(START)
    assert (entry.what, place.n) == ("second", 2)
    journal.append("ada", "third", {})
    assert [entry.what for entry, _ in journal.after(place)] == ["third"]


def test_writers_at_the_same_time_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in ("ada", "bo")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    entries = list(_journal(tmp_path).entries())
    assert sorted((entry.who, entry.what) for entry in entries) == sorted(
        (who, str(n)) for who in ("ada", "bo") for n in range(40)
    )


def test_a_full_disk_keeps_nothing_of_the_entry_and_all_that_was_there(tmp_path: Path) -> None:
    journal = _journal(tmp_path)
    journal.append("ada", "first", {})
    before = journal.path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 50, hard))
    try:
        with pytest.raises(JournalError, match="could not be written") as caught:
            journal.append("ada", "second", {"much": "x" * 500})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert "make room" in caught.value.do
    assert journal.path.read_bytes() == before
    assert journal.append("ada", "third", {}).n == 1


@pytest.mark.parametrize("deed", ["written", "cut", "removed"])
def test_a_journal_that_is_held_notices_what_others_do_to_its_file(tmp_path: Path, deed: str) -> None:
    journal = _journal(tmp_path)
    with journal.held() as writer:
        writer.extend([Fact("ada", "first", {})])
        if deed == "removed":
            journal.path.unlink()
        else:
            before = journal.path.read_bytes()
            journal.path.write_bytes(before + b"{}\n" if deed == "written" else before[:-5])
        with pytest.raises(JournalError, match="changed while it was held"):
            writer.extend([Fact("ada", "second", {})])


def test_a_tail_that_is_set_aside_can_be_read_by_nobody_who_could_not_read_the_journal(tmp_path: Path) -> None:
    journal = _journal(tmp_path)
    journal.append("ada", "first", {})
    journal.path.chmod(0o600)
    with journal.path.open("ab") as out:
        out.write(b'{"half')
    journal.append("ada", "second", {})
    (aside,) = tmp_path.glob("torn-*.txt")
    assert stat.S_IMODE(aside.stat().st_mode) == 0o600
