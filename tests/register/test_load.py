"""Tables are read by a declaration: what is understood becomes alerts, what is not is counted and told."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.errors import ProfileError, RegisterError
from muster.register import Lookup, Register, import_table
from muster.register.declared import load, parse
from muster.register.invented import objects, rows, write_json
from muster.register.rows import json_array, read_rows

DAY = date(2025, 11, 1)
SEIZED = """
title: Seizures of a harbour (invented)
register: harbour-seizures
reason: seized
object_class: firearm
fields:
  reference: [case no]
  make: [make]
  model: [model]
  year: [year]
  event: [seized on]
  note: [remarks]
numbers:
  - { number: frame no, part: frame }
  - { number: slide no, part: slide }
ignore: [shelf]
optional: [slide no, year, remarks, shelf]
"""


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register(tmp_path / "register", clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))


def take(register: Register, path: Path, declared: str = "ua-wanted-weapons", day: date = DAY) -> Any:
    profile = load(declared) if "\n" not in declared else parse(declared, "seized")
    return import_table(register, path, profile, day, who="ada", reason="a test")


def ua(**change: Any) -> dict[str, Any]:
    """A row of the Ukrainian format; invented."""
    return {**next(iter(rows(objects(20)))), **change}


def write(path: Path, *given: object) -> Path:
    path.write_text("[" + ",\n".join(one if isinstance(one, str) else json.dumps(one) for one in given) + "]")
    return path


def test_every_row_of_an_invented_register_is_found_by_its_number(register: Register, tmp_path: Path) -> None:
    n = write_json(tmp_path / "ua.json", 800)
    held = take(register, tmp_path / "ua.json")
    assert (len(held), held.about["issues"], held.about["status"]) == (n, {}, "unconfirmed")
    for row in list(rows(objects(800)))[::40]:
        asked = Lookup(f"{row['weaponseries']} {row['weaponnumber']}", make="x", model=str(row["brandmodel"]),
                       year=int(str(row["graduationyear"])))  # fmt: skip
        found = register.look_up([asked])[0]
        alert = found.candidates[0].alert
        assert (alert.reference, found.candidates[0].spelling) == (row["id"], "exact")
        assert alert.reason == ("stolen" if row["reasonsearch"] == "КРАДІЖКА" else "lost")
        assert alert.snapshot == DAY
        assert register.alert(alert.id) == alert


def test_an_unknown_column_stops_the_import_and_nothing_is_kept(register: Register, tmp_path: Path) -> None:
    path = write(tmp_path / "ua.json", ua(), ua(id="2", ownername="somebody"))
    with pytest.raises(RegisterError, match="does not know") as caught:
        take(register, path)
    assert caught.value.found == "ownername"
    assert "holds persons" in caught.value.do
    assert register.snapshots() == []
    assert list((register.folder / "tables").glob("*")) == []


def test_json_that_breaks_half_way_keeps_what_stands_before_and_behind(register: Register, tmp_path: Path) -> None:
    path = write(tmp_path / "ua.json", ua(id="1"), '{"id": "2", "brandmodel": tru', ua(id="3", weaponnumber="7001"))
    held = take(register, path)
    assert len(held) == 2
    ((what, told),) = held.about["issues"].items()
    assert (what, told["n"]) == ("broken_json", 1)
    start = path.read_bytes().index(b'{"id": "2"')
    assert told["places"][0].startswith(f"bytes {start}–")


def test_a_download_that_ends_early_keeps_what_came_and_says_where(register: Register, tmp_path: Path) -> None:
    write_json(tmp_path / "ua.json", 200)
    data = (tmp_path / "ua.json").read_bytes()
    (tmp_path / "ua.json").write_bytes(data[: len(data) // 2])
    held = take(register, tmp_path / "ua.json")
    assert len(held) > 90
    assert held.about["issues"]["ends_early"]["places"][0].startswith(f"byte {len(data) // 2}")
    (tmp_path / "ua.json").write_bytes(data)
    assert len(take(register, tmp_path / "ua.json", day=date(2025, 11, 2))) == 200


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"insertdate": "2023-02-31"}, "impossible_day"),
        ({"theftdate": "2099-01-01"}, "impossible_day"),
        ({"graduationyear": "3024"}, "impossible_year"),
        ({"weaponnumber": "9" * 10_000}, "number_too_long"),
        ({"weaponnumber": "---"}, "no_number"),
        ({"reasonsearch": "ЗОВСІМ ІНШЕ"}, "unknown_reason"),
        ({"id": ""}, "no_reference"),
        ({"ovd": "УПРАВЛІННЯ, Вигаданий В. В."}, "blanked"),
        ({"insertdate": "2022-05-01", "theftdate": "2022-06-01"}, "event_after_entry"),
    ],
)
def test_what_cannot_be_is_counted_and_the_row_is_kept(
    register: Register, tmp_path: Path, change: dict[str, str], what: str
) -> None:
    held = take(register, write(tmp_path / "ua.json", ua(id="1", weaponnumber="1"), ua(**change)))
    assert held.about["issues"][what]["n"] == 1
    assert len(held) == 2


def test_a_reference_that_comes_twice_is_told_and_both_are_found(register: Register, tmp_path: Path) -> None:
    same, other = ua(id="7", weaponnumber="4711"), ua(id="7", weaponnumber="4712")
    held = take(register, write(tmp_path / "ua.json", same, same, other))
    assert {what: told["n"] for what, told in held.about["issues"].items()} == {
        "duplicate_row": 1, "duplicate_reference": 1,
    }  # fmt: skip
    found = [register.look_up([Lookup(same["weaponseries"] + n)])[0].candidates for n in ("4711", "4712")]
    exact = [[one for one in candidates if one.distance == 0] for candidates in found]
    assert [len(one) for one in exact] == [1, 1]
    assert exact[0][0].alert.id != exact[1][0].alert.id
    assert {register.alert(one[0].alert.id).numbers[0].number for one in exact} == {"4711", "4712"}


def test_hostile_values_are_values_like_any_other(register: Register, tmp_path: Path) -> None:
    hostile = ["1'; DROP TABLE alert;--", "=cmd|' /C calc'!A0", "\u0000\u001b[31m1", "‮123", "<script>1</script>"]
    held = take(register, write(tmp_path / "ua.json", *(ua(id=str(n), weaponnumber=h) for n, h in enumerate(hostile))))
    assert len(held) == len(hostile)
    for text in hostile:
        assert register.look_up([Lookup(text)])[0].answer in ("cannot_tell", "no_match")


def test_a_list_of_seizures_by_a_declared_mapping(register: Register, tmp_path: Path) -> None:
    head = ["case no", "make", "model", "year", "seized on", "frame no", "slide no", "remarks", "shelf"]
    cells = [["K1", "Example", "M1", "1999", "2024-05-06", "AB100", "AB100", "", "3"],
             ["K2", "Example", "M1", "", "06.05.2024", "AB200", "AB201", "belongs to Ada Example", "4"]]  # fmt: skip
    (tmp_path / "s.csv").write_text("\n".join(",".join(row) for row in [head, *cells]), encoding="utf-8")
    book = openpyxl.Workbook()
    for line in [head, *cells]:
        book.active.append(line)
    book.save(tmp_path / "s.xlsx")
    text = "\n".join(json.dumps(dict(zip(head, row, strict=True))) for row in cells)
    (tmp_path / "s.jsonl").write_text(text)
    for name in ("s.csv", "s.xlsx", "s.jsonl"):
        held = take(register, tmp_path / name, SEIZED)
        alerts = list(held.alerts())
        assert [alert.reference for alert in alerts] == ["K1", "K2"], name
        assert alerts[1].event == date(2024, 5, 6)
        assert alerts[1].parts_differ == ("frame", "slide")
        assert alerts[0].parts_differ == ()
        assert alerts[1].note == "belongs to ‹blank›"
        assert alerts[0].reason == "seized"
        assert held.about["issues"]["blanked"]["n"] == 1


def test_the_latest_snapshot_answers_and_an_earlier_day_is_asked_of_its_own(register: Register, tmp_path: Path) -> None:
    take(register, write(tmp_path / "one.json", ua(id="1", weaponnumber="4711")), day=date(2025, 1, 1))
    take(register, write(tmp_path / "two.json", ua(id="2", weaponnumber="8888")), day=date(2025, 6, 1))
    series = ua()["weaponseries"]
    assert register.look_up([Lookup(f"{series} 4711")])[0].answer == "no_match"
    earlier = register.look_up([Lookup(f"{series} 4711", as_of=date(2025, 3, 1))])[0]
    assert earlier.candidates[0].alert.snapshot == date(2025, 1, 1)
    assert register.look_up([Lookup("1", as_of=date(2024, 1, 1))])[0].searched == ()


def test_an_imported_alert_can_be_found_and_stays_found(register: Register, tmp_path: Path) -> None:
    take(register, write(tmp_path / "one.json", ua(id="1", weaponnumber="4711")))
    series = ua()["weaponseries"]
    alert = register.look_up([Lookup(f"{series} 4711")])[0].candidates[0].alert
    register.change("found", alert.id, who="bo", reason="handed in")
    assert register.look_up([Lookup(f"{series} 4711")])[0].answer == "no_match"
    assert Register(register.folder, clock=register.clock).alert(alert.id).state == "found"


def test_a_reference_that_a_table_has_cannot_be_entered(register: Register, tmp_path: Path) -> None:
    take(register, write(tmp_path / "one.json", ua(id="1"), ua(id="2")))
    given = {"register": "ua-wanted-weapons", "object_class": "firearm", "reason": "lost", "numbers": ["77"]}
    with pytest.raises(RegisterError, match="already"):
        register.enter([{**given, "reference": "3"}, {**given, "reference": "2"}], who="ada", reason="a test")
    assert len(register.enter([{**given, "reference": "3"}], who="ada", reason="a test")) == 1


def test_the_same_table_is_imported_once(register: Register, tmp_path: Path) -> None:
    path = write(tmp_path / "one.json", ua(id="1"))
    assert take(register, path) is take(register, path)
    assert len(register.snapshots()) == 1


@pytest.mark.parametrize(("text", "message"), [
    ("title: x", "says what it cannot"),
    (SEIZED.replace("  make:", "  owner:"), "unknown field"),
    (SEIZED.replace("ignore: [shelf]", "reasons: [['(', lost]]"), "not a pattern"),
    (SEIZED.replace("part: slide", "part: holder"), "says what it cannot"),
])  # fmt: skip
def test_a_declaration_that_says_what_it_cannot_is_refused(text: str, message: str) -> None:
    with pytest.raises(ProfileError, match=message):
        parse(text, "seized")


@given(st.lists(st.dictionaries(st.text(max_size=6), st.text(max_size=12) | st.integers(), max_size=4), max_size=6),
       st.binary(max_size=30), st.integers(0, 200))  # fmt: skip
def test_no_damage_raises_and_whole_rows_come_back(given_: list[dict[str, Any]], noise: bytes, at: int) -> None:
    whole = json.dumps(given_).encode()
    back = [row.cells for row in json_array(BytesIO(whole)) if not row.trouble]
    assert back == [{k: str(v) for k, v in one.items()} for one in given_]
    at = min(at, len(whole))
    list(json_array(BytesIO(b"[" + whole[:at] + noise + whole[at:])))


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_bytes(b"")
    with pytest.raises(RegisterError, match="empty"):
        list(read_rows(tmp_path / "empty.json"))
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04nothing")
    with pytest.raises(RegisterError, match="not a workbook"):
        list(read_rows(tmp_path / "broken.xlsx"))
