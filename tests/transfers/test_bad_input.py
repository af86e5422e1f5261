"""What official tables get wrong: each thing is shown, nothing is lost, and nothing that was there is overwritten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.transfers.conftest import Make

from muster.transfers import Ask, Built, Entry, Ledger, derive
from muster.transfers.answers import answer

Open = Callable[[Built], Ledger]
REGISTER = Path(__file__).resolve().parents[2] / "examples" / "ledger" / "tables"
HEAD = "sender,receiver,arm,sort,ordered,number,sure,year"


def register(folder: Path, name: str, published: date, *rows: str) -> Entry:
    path = folder / name
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return Entry(name, path, "register.yml", published, REGISTER)


def test_a_total_that_does_not_match_its_parts_is_a_difference_and_both_stand(tmp_path: Path) -> None:
    path = tmp_path / "weapons.csv"
    path.write_text(
        "donor,category,number_of_weapons,monetary_value_eur,weapons_list\n"
        "Norway,Tanks,75,100,T-72 tank (62); T-55 (11)\n"
    )
    built = derive([Entry("weapons.csv", path)])
    (difference,) = built.tables["difference"].to_pylist()
    assert (difference["left_value"], difference["right_value"], difference["amount"]) == (73, 75, -2)
    assert difference["explained"] is False
    assert built.tables["stated_total"]["value"].to_pylist() == [75]
    assert sorted(built.tables["transfer"]["quantity_low"].to_pylist()) == [11, 62]
    assert [issue.what for issue in built.issues] == ["total_differs"]


@pytest.mark.parametrize("written", ["-3", "−3", "1.5"])
def test_a_quantity_that_counts_nothing_is_kept_as_written_and_in_no_sum(lines: Make, written: str) -> None:
    built = lines(f"a,delivered,Sweden,Norway,Leopard 2A4,,{written},2014,2014-02-01")
    assert built.tables["transfer"].num_rows == 0
    assert built.tables["transfer_seen"]["quantity_text"].to_pylist() == [written]
    assert {issue.what for issue in built.issues} <= {"negative_quantity", "not_whole"}
    assert built.tables["release"]["issues"].to_pylist() == [1]


def test_a_country_that_is_none_keeps_its_name_and_is_told_once(lines: Make, opened: Open) -> None:
    built = lines(
        "a,delivered,Sweden,Atlantis,Leopard 2A4,,5,2014,2014-02-01",
        "b,delivered,Sweden,Atlantis,Leopard 2A4,,2,2014,2014-02-01",
    )
    assert [(issue.what, issue.found) for issue in built.issues] == [("unknown_party", "Atlantis")]
    assert answer(opened(built), Ask(recipient="Atlantis")).measure("delivered").stated == (7, 7)


def test_an_item_that_nobody_knows_keeps_its_words_and_can_be_asked_for(lines: Make, opened: Open) -> None:
    built = lines("a,delivered,Sweden,Norway,Unobtainium 9 carrier,,5,2014,2014-02-01")
    assert built.tables["transfer"]["known_by"].to_pylist() == ["words"]
    assert answer(opened(built), Ask("unobtainium 9 CARRIER")).measure("delivered").stated == (5, 5)


def test_a_span_of_years_counts_in_each_of_them_only_perhaps(lines: Make, opened: Open) -> None:
    ledger = opened(lines("a,delivered,Sweden,Norway,Leopard 2A4,,5,2022–23,2024-02-01"))
    year = Ask("Leopard 2A4", first=date(2022, 1, 1), last=date(2022, 12, 31))
    assert [(m.low, m.high) for m in answer(ledger, year).measures if m.name == "delivered"] == [(0, 5)]
    both = Ask("Leopard 2A4", first=date(2022, 1, 1), last=date(2023, 12, 31))
    assert [(m.low, m.high) for m in answer(ledger, both).measures if m.name == "delivered"] == [(5, 5)]


def test_numbers_in_two_manners_are_read_as_thousands_and_told(lines: Make) -> None:
    built = lines(
        "a,delivered,Sweden,Norway,rifles,rifle,1.200,2014,2014-02-01",
        'b,delivered,Sweden,Norway,rifles,rifle,"1,200",2014,2014-02-01',
        "c,delivered,Sweden,Norway,rifles,rifle,ca. 30,2014,2014-02-01",
    )
    found = {r["quantity_text"]: (r["quantity_sort"], r["quantity_low"]) for r in built.tables["transfer"].to_pylist()}
    assert found == {"1.200": ("exact", 1200), "1,200": ("exact", 1200), "ca. 30": ("estimate", 30)}
    assert [issue.what for issue in built.issues] == ["mixed_numbers"]


def test_a_second_release_that_removes_rows_overwrites_nothing(tmp_path: Path, opened: Open) -> None:
    kept, gone = (
        "Sweden,Norway,Leopard 2A4,tank,2012,10,yes,2013",
        "Sweden,Norway,M777 howitzer,howitzer,2013,6,yes,2014",
    )
    first = register(tmp_path, "one.csv", date(2014, 6, 1), kept, gone)
    built = derive([first, register(tmp_path, "two.csv", date(2015, 6, 1), kept)])
    (difference,) = built.tables["difference"].to_pylist()
    assert (difference["left_value"], difference["right_value"], difference["explanation"]) == (
        6,
        None,
        "later revision",
    )
    assert "removed by the later release" in difference["text"]
    ledger = opened(built)
    assert answer(ledger, Ask("M777")).measures == ()  # the newest release answers for the present
    then = answer(ledger, Ask("M777", known_on=date(2014, 12, 31)))
    assert then.measure("delivered").stated == (6, 6)  # and the one before for what was known then


def test_a_row_cut_off_in_its_middle_is_kept_as_far_as_it_goes(tmp_path: Path) -> None:
    built = derive(
        [register(tmp_path, "one.csv", date(2014, 6, 1), "Sweden,Norway,Leopard 2A4,tank,2012,10", "Sweden")]
    )
    assert built.tables["transfer_seen"].num_rows == 2
    assert [issue.what for issue in built.issues].count("row_width") == 2
