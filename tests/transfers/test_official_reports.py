"""Reports to the UN Register and under the Arms Trade Treaty: both sides are read, and neither corrects the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from muster.transfers import Ask, Built, Entry, Ledger, derive
from muster.transfers.answers import answer

TABLES = Path(__file__).with_name("tables")


def reports(*names: str) -> Built:
    return derive([Entry(name, TABLES / f"{name}.csv") for name in names])


@pytest.mark.parametrize(("name", "rows", "lines"), [
    ("unroca-exports", 4, 4), ("unroca-imports", 2, 2), ("att-exports", 3, 2), ("att-imports", 1, 1),
])  # fmt: skip
def test_a_report_is_known_by_its_columns_and_every_row_is_a_line_or_an_issue(name: str, rows: int, lines: int) -> None:
    built = reports(name)
    (release,) = built.tables["release"].to_pylist()
    assert (release["series"], release["rows"], release["lines"], release["issues"]) == (
        name,
        rows,
        lines,
        rows - lines,
    )
    assert release["confirmed"] is False


def test_a_reporter_is_the_supplier_of_its_exports_and_the_recipient_of_its_imports() -> None:
    lines = reports("unroca-exports", "unroca-imports").tables["transfer"].to_pylist()
    sides = {(r["series"], r["supplier"], r["recipient"]) for r in lines if r["item"] == "Leopard 2A4"}
    assert sides == {("unroca-exports", "SE", "NO"), ("unroca-imports", "SE", "NO")}
    one = next(r for r in lines if r["quantity_low"] == 40)
    assert (one["class"], one["unroca"], one["happened_first"]) == ("manpads", "VIIb", date(2014, 1, 1))
    withheld = next(r for r in lines if r["supplier"] == "DK")
    assert (withheld["quantity_sort"], withheld["quantity_low"]) == ("unknown", None)


def test_authorised_is_not_delivered(opened: Callable[[Built], Ledger]) -> None:
    built = reports("att-exports", "att-imports")
    found = answer(opened(built), Ask("Leopard 2A4", recipient="Norway"))
    assert found.measure("promised").stated == (12, 12)
    assert found.measure("delivered").stated == (10, 10)
    assert "2 sources, side by side and never added" in found.measure("delivered").why
    assert [(i.what, i.found) for i in built.issues] == [("unknown_state", "Licensed")]


def test_what_exporters_and_importers_report_is_held_against_one_another() -> None:
    rows = reports("unroca-exports", "unroca-imports").tables["difference"].to_pylist()
    found = {r["key"]: (r["left_value"], r["right_value"], r["amount"], r["explained"]) for r in rows}
    assert found == {
        "Sweden · Norway · tank · delivered · 2014": (10, 8, 2, False),
        "Sweden · Finland · manpads · delivered · 2014": (40, None, 40, True),  # Finland reported nothing that year
    }
    assert {r["about"] for r in rows} == {
        "unroca-exports against unroca-imports: what exporters report and what importers report"
    }
