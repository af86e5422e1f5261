"""Reading tables: every row is a line or an issue, and neither order nor repetition changes anything."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.transfers.conftest import Make

from muster.errors import ProfileError, SourceError
from muster.transfers import Built, Entry, Ledger, derive
from muster.transfers.declared import declare


def whats(built: Built) -> list[str]:
    return sorted(issue.what for issue in built.issues)


def test_a_row_that_cannot_be_read_is_an_issue_and_the_rest_stands(lines: Make) -> None:
    built = lines(
        "a,delivered,Sweden,Norway,Leopard 2A4,,-3,2014,2014-02-01",
        "b,delivered,Sweden,Norway,Leopard 2A4,,1.5,2014,2014-02-01",
        "c,lent,Sweden,Norway,Leopard 2A4,,5,2014,2014-02-01",
        "d,delivered,Sweden,Atlantis,Leopard 2A4,,5,soon,2014-02-01",
        "e,delivered,Sweden,Norway,Leopard 2A4,,4,2022–23,2014-02-01",
    )
    assert whats(built) == ["negative_quantity", "no_date", "not_whole", "unknown_party", "unknown_state"]
    assert built.tables["transfer_seen"].num_rows == 5
    assert sorted(built.tables["transfer"]["own_id"].to_pylist()) == ["d", "e"]
    assert built.tables["release"]["issues"].to_pylist() == [3]
    row = next(r for r in built.tables["transfer"].to_pylist() if r["own_id"] == "e")
    assert (row["happened_first"], row["happened_last"]) == (date(2022, 1, 1), date(2023, 12, 31))


def test_two_manners_of_thousands_in_one_column_are_told(lines: Make) -> None:
    built = lines(
        'a,delivered,Sweden,Norway,rifles,rifle,"1,200",2014,2014-02-01',
        "b,delivered,Sweden,Norway,rifles,rifle,1.200,2014,2014-02-01",
    )
    assert whats(built) == ["mixed_numbers"]
    assert built.tables["transfer"]["quantity_low"].to_pylist() == [1200, 1200]
    assert sorted(built.tables["transfer"]["quantity_text"].to_pylist()) == ["1,200", "1.200"]


def test_every_line_leads_back_to_its_bytes(lines: Make, tmp_path: Path) -> None:
    built = lines("a,delivered,Sweden,Norway,Leopard 2A4,,4,2014,2014-02-01")
    seen = built.tables["transfer_seen"].to_pylist()[0]
    data = (tmp_path / "documents.csv").read_bytes()
    assert data[seen["start"] : seen["start"] + seen["length"]].startswith(b"a,delivered,Sweden")
    assert built.tables["transfer"]["seen"].to_pylist() == [seen["id"]]


def test_a_file_named_twice_adds_nothing_and_the_order_of_files_does_not_matter(bazaar: Path, tmp_path: Path) -> None:
    tables = bazaar.parent / "ledger" / "tables"
    shutil.copytree(tables, tmp_path / "again")
    one = [Entry("documents", tables / "documents.csv")]
    for year in (2014, 2015):
        path = tables / f"register-{year}.csv"
        one.append(Entry("register", path, "register.yml", date(year, 6, 1), tables))
    twice = [*reversed(one), Entry("documents", tmp_path / "again" / "documents.csv"), one[1]]
    first, second = derive(one), derive(twice)
    for name, table in first.tables.items():
        if name == "release":
            table, other = table.drop(["sources", "rows"]), second.tables[name].drop(["sources", "rows"])
            assert table.equals(other)
        elif "file_digest" in table.schema.names or name in ("transfer", "balance", "difference"):
            assert table.equals(second.tables[name]), name


def test_a_later_release_shows_what_it_removes_and_overwrites_nothing(
    bazaar: Path, opened: Callable[[Built], Ledger]
) -> None:
    tables = bazaar.parent / "ledger" / "tables"
    entries = [Entry("r", tables / f"register-{y}.csv", "register.yml", date(y, 6, 1), tables) for y in (2014, 2015)]
    built = derive(entries)
    found = [
        (r["key"].split(" · ")[2], r["left_value"], r["right_value"]) for r in built.tables["difference"].to_pylist()
    ]
    assert sorted(found, key=str) == [("FGM-148 Javelin", 60, 80), ("M777 howitzer", 6, None)]
    assert built.tables["transfer"].num_rows == 5
    items = {r["item"] for r in built.tables["balance"].to_pylist()}
    assert items == {"FGM-148 Javelin", "Leopard 2A4"}


def test_an_unconfirmed_profile_stops_at_a_column_that_nobody_declared(tmp_path: Path) -> None:
    head = "Reporting state,Year,Category,Importing state,Number of items,Description"
    known, unknown = tmp_path / "a.csv", tmp_path / "b.csv"
    known.write_text(f"{head}\nSweden,2014,I,Norway,4,Leopard 2A4\n")
    unknown.write_text(f"{head},Licences\nSweden,2014,I,Norway,4,Leopard 2A4,9\n")
    good, bad = derive([Entry("a", known)]), derive([Entry("b", unknown)])
    assert (good.tables["transfer"].num_rows, good.tables["release"]["confirmed"].to_pylist()) == (1, [False])
    assert bad.tables["transfer"].num_rows == 0
    assert [(i.what, i.found) for i in bad.issues] == [("unknown_column", "Licences")]


def test_a_cell_with_several_items_gives_each_with_its_last_bracket(tmp_path: Path) -> None:
    head = "donor,category,number_of_weapons,monetary_value_eur,weapons_list"
    path = tmp_path / "w.csv"
    path.write_text(
        f'{head}\nNorway,Tanks,73,100,"Modified T-72 tank (T-72A/T-72M1) (62); M270 weapon system (Norway) (11)"\n'
        'Sweden,Tanks,9,70,"Leopard-2A4 (8)"\n'
    )
    built = derive([Entry("w", path)])
    rows = sorted((r["quantity_low"], r["item_text"], r["money"]) for r in built.tables["transfer"].to_pylist())
    assert [row[:2] for row in rows] == [
        (8, "Leopard-2A4"), (11, "M270 weapon system (Norway)"), (62, "Modified T-72 tank (T-72A/T-72M1)"),
    ]  # fmt: skip
    assert [row[2] for row in rows] == [70, None, None]  # one sum for two items is the sum of neither
    assert whats(built) == ["total_differs"]
    assert [(r["left_value"], r["right_value"]) for r in built.tables["difference"].to_pylist()] == [(8, 9)]


def test_a_table_that_nothing_knows_is_told_with_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("colour,size\nred,2\n")
    assert [(i.what, i.found) for i in derive([Entry("x", path)]).issues] == [("unknown_table", "colour, size")]
    path.write_bytes(b"\xff\xfea\x00")
    assert whats(derive([Entry("x", path)])) == ["wrong_encoding"]
    path.write_bytes(b"")
    assert whats(derive([Entry("x", path)])) == ["unknown_table"]


def test_what_is_not_there_stops_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such table"):
        derive([Entry("nowhere", tmp_path / "nowhere.csv")])
    with pytest.raises(ProfileError, match="no such official profile"):
        derive([Entry("x", tmp_path, "sipri-trade-registre")])


def test_no_contact_leaves_an_official_table(lines: Make) -> None:
    built = lines("a,delivered,Sweden,Norway,rifles write to seller@mail.example now,rifle,4,2014,2014-02-01")
    text = str([table.to_pylist() for table in built.tables.values()])
    assert "seller@mail.example" not in text


def test_a_profile_that_names_a_class_which_is_none_stops_with_the_nearest() -> None:
    text = "title: x\ndescription: y\ntable: transfer\nmarks: [a]\n"
    text += "fields: {state: {value: delivered}, quantity: {column: a}}\n"
    with pytest.raises(ProfileError, match="unknown class"):
        declare(text + "covers: [tnak]\n", "mine")
