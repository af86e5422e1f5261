"""A register that lays down what it folded answers as one that reads its whole journal, whatever befalls the files."""

from __future__ import annotations

import json
import random
import shutil
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from muster.errors import JournalError
from muster.register import Lookup, Register
from muster.register import kept as laying

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
ASKED = [Lookup(f"AB{n:04d}", make="Example", model="M1", as_of=day, everything=every)
         for n in range(0, 160, 7) for day in (None, date(2026, 3, 5)) for every in (False, True)]  # fmt: skip


def _clock() -> datetime:
    return START + timedelta(days=20)


def _row(n: int) -> dict[str, Any]:
    return {"register": ("harbour", "depot")[n % 2], "reference": str(n), "object_class": "firearm", "reason": "lost",
            "make": "Example", "model": f"M{n % 3}", "numbers": [{"number": f"{n:04d}", "series": "AB"}]}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A register in which much happened, with many small checkpoints, some of them put together."""
    monkeypatch.setattr(laying, "FEWEST", 9)
    monkeypatch.setattr(laying, "SMALL", 40)
    monkeypatch.setattr(laying, "MANY", 3)
    now = [START]
    register = Register(tmp_path / "register", clock=lambda: now[0])
    rng = random.Random(4)
    names: list[str] = []
    for n in range(150):
        names += register.enter([_row(n)], who="ada", reason="report")
        now[0] += timedelta(hours=rng.random() * 3)
        one = rng.choice(names)
        if rng.random() < 0.3 and register.alert(one).sought:
            fields: dict[str, Any] = {"numbers": [{"number": f"{n + 1000:04d}", "series": "CD"}]}
            register.change("corrected", one, who="bo", reason="misread", fields=fields)
        elif rng.random() < 0.2 and register.alert(one).sought:
            register.change("found", one, who="bo", reason="handed in")
        elif rng.random() < 0.2:
            register.confirm(one, "AB1", who="bo", reason="compared")
    return register.folder


def _state(folder: Path) -> list[Any]:
    register = Register(folder, clock=_clock)
    names = sorted(register.folded.entered)
    return [register.look_up(ASKED), register.hits(), [register.alert(name) for name in names],
            [register.history(name) for name in names], len(register.folded.entered)]  # fmt: skip


def test_a_register_with_checkpoints_answers_as_one_without(folder: Path) -> None:
    checkpoints = sorted((folder / "checkpoints").iterdir())
    spans = sorted(tuple(map(int, one.name.split("-")[:2])) for one in checkpoints)
    assert len(spans) > 2
    assert [begin for begin, _ in spans[1:]] == [end for _, end in spans[:-1]]
    assert max(end - begin for begin, end in spans) >= 27  # small ones were put together
    with_them = _state(folder)
    shutil.rmtree(folder / "checkpoints")
    without = _state(folder)
    assert with_them[1:] == without[1:]
    for one, other in zip(with_them[0], without[0], strict=True):
        assert (one.answer, one.total, one.elsewhere) == (other.answer, other.total, other.elsewhere)
        assert {c.alert for c in one.candidates} == {c.alert for c in other.candidates}


def test_a_number_that_was_corrected_away_is_found_as_of_an_earlier_day_after_opening_anew(tmp_path: Path) -> None:
    now = [START]
    register = Register(tmp_path / "r", clock=lambda: now[0])
    (name,) = register.enter([_row(2)], who="ada", reason="report")
    now[0] += timedelta(days=10)
    register.change("corrected", name, who="bo", reason="misread", fields={"numbers": [{"number": "9999"}]})
    again = Register(register.folder, clock=_clock)
    asked = [Lookup("AB0002", as_of=date(2026, 3, 5)), Lookup("AB0002"), Lookup("9999")]
    assert [answer.total for answer in again.look_up(asked)] == [1, 0, 1]
    assert again.alert(name, date(2026, 3, 5)).numbers[0].text == "AB 0002"


def test_a_damaged_checkpoint_is_not_used(folder: Path) -> None:
    whole = _state(folder)[1:]
    rng = random.Random(5)
    for _ in range(12):
        path = rng.choice([path for path in sorted((folder / "checkpoints").rglob("*")) if path.is_file()])
        data = path.read_bytes()
        at = rng.randrange(len(data))
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert _state(folder)[1:] == whole, path.name
        shutil.rmtree(folder / "checkpoints" / path.relative_to(folder / "checkpoints").parts[0], ignore_errors=True)
        assert _state(folder)[1:] == whole, path.name
    (folder / "checkpoints" / "0-17-abcdef").mkdir()
    (folder / "checkpoints" / "notes.txt").write_text("no checkpoint")
    assert _state(folder)[1:] == whole


def test_a_checkpoint_does_not_hide_that_the_journal_was_changed(folder: Path) -> None:
    journal = folder / "journal" / "journal.jsonl"
    lines = journal.read_text().splitlines()
    fact = json.loads(lines[3])
    lines[3] = json.dumps({**fact, "who": "eve"}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    journal.write_text("\n".join(lines) + "\n")
    with pytest.raises(JournalError, match="chain is broken"):
        Register(folder, clock=_clock)


def test_a_journal_brought_back_from_an_earlier_day_is_believed(folder: Path) -> None:
    journal = folder / "journal" / "journal.jsonl"
    journal.write_text("\n".join(journal.read_text().splitlines()[:40]) + "\n")
    few = _state(folder)[1:]
    shutil.rmtree(folder / "checkpoints")
    assert _state(folder)[1:] == few


def test_where_none_can_be_laid_down_the_journal_is_read(folder: Path) -> None:
    whole = _state(folder)[1:]
    shutil.rmtree(folder / "checkpoints")
    (folder / "checkpoints").write_text("in the way")
    assert _state(folder)[1:] == whole


@pytest.mark.slow
def test_a_register_of_twenty_thousand_entered_alerts_opens_without_folding_them(tmp_path: Path) -> None:
    register = Register(tmp_path / "r", clock=_clock)
    for at in (0, 10_000):
        register.enter([_row(n) for n in range(at, at + 10_000)], who="ada", reason="report")

    def opened() -> tuple[float, int]:
        began = time.process_time()
        again = Register(register.folder, clock=_clock)
        return time.process_time() - began, again.folded.last

    with_them = min(opened() for _ in range(3))
    shutil.rmtree(register.folder / "checkpoints")
    without = opened()
    assert with_them[1] == without[1]
    assert with_them[0] * 5 < without[0]
