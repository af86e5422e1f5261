"""The ledger's law: what leaves one account enters another, and what was known then stays what was known then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.transfers.conftest import HEADER, Make

from muster.errors import UnknownId
from muster.store import over
from muster.transfers import Ask, Built, Entry, Ledger, derive
from muster.transfers.accounts import STATES
from muster.transfers.answers import answer

Open = Callable[[Built], Ledger]
JAVELINS = (
    "p1,pledged,Sweden,Norway,missile for Javelin,,120,2013-11-05,2013-11-06",
    "d1,delivered,Sweden,Norway,missile for Javelin,,80,2014-02-01,2014-02-03",
    "v1,verified,,Norway,missile for Javelin,,30,2014-03-01,2014-03-20",
    "o1,overdue,,Norway,missile for Javelin,,25,2014-03-01,2014-03-20",
    "c1,captured,,Norway,missile for Javelin,,4,2014-03-10,2014-03-12",
)


def accounts(ledger: Ledger, ask: Ask | None = None) -> dict[str, int]:
    return {row["account"]: row["stated_low"] for row in ledger.balances(ask or Ask()) if row["stated_low"]}


def test_a_book_keeps_every_item_on_one_account(lines: Make, opened: Open) -> None:
    found = accounts(opened(lines(*JAVELINS)))
    assert found == {
        "donor stock": -120,
        "promised": 40,
        "recipient stock": 21,
        "verified": 30,
        "overdue": 25,
        "captured": 4,
    }
    assert sum(found.values()) == 0


def test_an_item_in_two_states_is_one_item(tmp_path: Path, opened: Open) -> None:
    head = "country,origin,system,status,url,date_recorded,sysID,imageID,statusID,matID"
    for status, number in (("damaged", 3), ("captured", 2)):
        row = f"Norway,Sweden,3 Leopard 2A4,{status},https://pictures.example/1,2014-03-01,1,7,{number},1-17{number}"
        (tmp_path / f"event_{status}.csv").write_text(f"{head}\n{row}\n")
    built = derive([Entry("losses", tmp_path)])
    ledger = opened(built)
    assert accounts(ledger) == {"recipient stock": -1, "captured": 1}
    assert [m.stated for m in answer(ledger, Ask("Leopard 2A4")).measures if m.name == "accounted for"] == [(1, 1)]
    assert "pictures.example" not in str(built.tables["loss_seen"].to_pylist())


def test_intervals_go_through_sums(lines: Make, opened: Open) -> None:
    rows = [f"{n},delivered,Sweden,Norway,Leopard 2A4,,{n},2014,2014-06-01" for n in ("10", "2-5")]
    ledger = opened(lines(*rows))
    row = ledger.sums(Ask("Leopard 2A4"))[0]
    assert (row["low"], row["high"], row["stated_low"], row["stated_high"]) == (12, 15, 12, 15)


def test_an_estimate_has_no_bounds_but_those_that_the_user_assumes(lines: Make, opened: Open) -> None:
    rows = [f"{n},delivered,Sweden,Norway,Leopard 2A4,,{n},2014,2014-06-01" for n in ("10", "ca. 40")]
    ledger = opened(lines(*rows))
    row = ledger.sums(Ask("Leopard 2A4"))[0]
    assert (row["low"], row["high"], row["stated_low"]) == (10, None, 50)
    row = ledger.sums(Ask("Leopard 2A4", within=0.25))[0]
    assert (row["low"], row["high"], row["stated_low"]) == (40, 60, 50)


def test_a_line_dated_by_year_orders_nothing_inside_that_year(lines: Make, opened: Open) -> None:
    ledger = opened(lines("a,delivered,Sweden,Norway,Leopard 2A4,,10,2014,2015-06-01"))
    row = ledger.sums(Ask("Leopard 2A4", last=date(2014, 6, 9)))[0]
    assert (row["low"], row["high"]) == (0, 10)
    assert [a.share for a in answer(ledger, Ask("Leopard 2A4"), date(2014, 6, 9)).arrived] == [(0.0, 1.0)]
    assert [a.share for a in answer(ledger, Ask("Leopard 2A4"), date(2014, 12, 31)).arrived] == [(1.0, 1.0)]


def test_what_was_known_then_stays_what_was_known_then(lines: Make, opened: Open) -> None:
    rows = (*JAVELINS, "c2,captured,,Norway,missile for Javelin,,9,2014-03-10,2014-05-30,,,,,,c1")
    ledger = opened(lines(*rows))
    assert accounts(ledger)["captured"] == 9
    then = answer(ledger, Ask("Javelin", known_on=date(2014, 4, 1)))
    captured = [r for r in then.measure("accounted for", "missile").rows if r["state"] == "captured"]
    assert [row["stated_low"] for row in captured] == [4]
    later = [r for m in then.retrospective for r in m.rows if r["state"] == "captured"]
    assert {row["stated_low"] for row in later} == {9}


def test_a_release_that_appeared_later_answers_only_in_retrospect(tmp_path: Path, opened: Open) -> None:
    path = tmp_path / "register.csv"
    tables = Path(__file__).resolve().parents[2] / "examples" / "ledger" / "tables"
    path.write_bytes((tables / "register-2015.csv").read_bytes())
    ledger = opened(derive([Entry("r", path, "register.yml", date(2015, 6, 1), tables)]))
    found = answer(ledger, Ask("Leopard 2A4", known_on=date(2014, 6, 9)))
    assert found.measures == ()
    assert [m.stated for m in found.retrospective if m.name == "delivered"] == [(10, 10)]


def test_a_source_that_leaves_a_class_out_never_answers_for_it(tmp_path: Path, opened: Open) -> None:
    tables = Path(__file__).resolve().parents[2] / "examples" / "ledger" / "tables"
    path = tmp_path / "register.csv"
    path.write_text("sender,receiver,arm,sort,ordered,number,sure,year\nSweden,Norway,Glock 17,,,5,yes,2014\n")
    ledger = opened(derive([Entry("r", path, "register.yml", date(2015, 6, 1), tables)]))
    found = answer(ledger, Ask("class:pistol"))
    assert (found.measures, found.silent) == ((), (("harbour-register", "small arms"),))


def test_overdue_is_not_missing_and_what_nobody_says_cannot_be_told(lines: Make, opened: Open) -> None:
    found = answer(opened(lines(*JAVELINS)), Ask("Javelin"))
    rest = found.measure("unaccounted for", "missile")
    assert (rest.stated, rest.low, rest.high) == ((46, 46), 0, 46)
    assert "25 of it are overdue in an inventory, which is not missing" in rest.why
    found = answer(opened(lines(JAVELINS[1])), Ask("Javelin"))
    assert found.measure("promised", "missile").why == "no source held says what was promised"


def test_an_unknown_item_is_refused_with_the_nearest(lines: Make, opened: Open) -> None:
    with pytest.raises(UnknownId, match="no source of this case names this item") as refused:
        answer(opened(lines(*JAVELINS)), Ask("Javelim"))
    assert "FGM-148 Javelin" in refused.value.do


STATE = st.sampled_from(list(STATES))
ROW = st.tuples(
    STATE, st.sampled_from(["Sweden", "Finland", ""]), st.sampled_from(["Norway", "Estonia"]),
    st.sampled_from(["missile for Javelin", "Javelin CLU", "Leopard 2A4", "odd thing"]),
    st.one_of(st.integers(0, 10**6).map(str), st.sampled_from(["ca. 30", "3-9", "a battalion", "..", "-4", "1.5"])),
    st.sampled_from(["2014", "2013–14", "2014-02", "2014-02-03", ""]),
    st.sampled_from(["2014-03-01", "2014-06-01", ""]),
)  # fmt: skip
TABLE = st.lists(ROW, min_size=1, max_size=12)


def _write(path: Path, rows: list[tuple[str, ...]], first: int = 0) -> Path:
    body = [f"r{first + n},{s},{d},{r},{i},,{q},{h},{k}" for n, (s, d, r, i, q, h, k) in enumerate(rows)]
    width = HEADER.count(",")
    path.write_text(
        "\n".join([HEADER, *(row + "," * (width - row.count(",")) for row in body)]) + "\n", encoding="utf-8"
    )
    return path


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TABLE, TABLE)
def test_no_order_and_no_repetition_of_imports_changes_a_balance(
    tmp_path: Path, a: list[tuple[str, ...]], b: list[tuple[str, ...]]
) -> None:
    first, second = _write(tmp_path / "a.csv", a), _write(tmp_path / "b.csv", b, 100)
    again = _write(tmp_path / "c.csv", a)
    one = derive([Entry("a", first), Entry("b", second)])
    other = derive([Entry("b", second), Entry("c", again), Entry("a", first), Entry("b", second)])
    assert one.tables["balance"].equals(other.tables["balance"])
    assert one.tables["transfer"].equals(other.tables["transfer"])


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TABLE)
def test_what_leaves_one_account_enters_another(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    built = derive([Entry("a", _write(tmp_path / "a.csv", rows))])
    sums: Counter[tuple[str, ...]] = Counter()
    open_: set[tuple[str, ...]] = set()
    for row in built.tables["balance"].to_pylist():
        key = (row["series"], row["item"], row["part"], row["class"])
        open_ |= {key} if row["stated_low"] != row["stated_high"] or row["stated_low"] is None else set()
        sums[key] += row["stated_low"] or 0
        assert row["low"] is None or row["high"] is None or row["low"] <= row["high"]
    assert {key: n for key, n in sums.items() if n and key not in open_} == {}
    kept = built.tables["transfer"].num_rows + sum(built.tables["release"]["issues"].to_pylist())
    assert kept == len(rows)


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TABLE, st.integers(0, 11), st.integers(0, 99))
def test_a_correction_changes_its_own_item_and_nothing_known_before(
    tmp_path: Path, rows: list[tuple[str, ...]], at: int, n: int
) -> None:
    at %= len(rows)
    state, donor, holder, item, _, happened, _ = rows[at]
    path = _write(tmp_path / "a.csv", rows)
    before = derive([Entry("a", path)])
    fix = tmp_path / "fix.csv"
    fix.write_text(f"{HEADER}\nfix,{state},{donor},{holder},{item},,{n},{happened},2015-01-01,,,,,,r{at}\n")
    after = derive([Entry("a", path), Entry("fix", fix)])
    touched = {r["item"] for r in after.tables["transfer"].to_pylist() if r["own_id"] in ("fix", f"r{at}")}

    def others(built: Built) -> list[dict[str, object]]:
        return [row for row in built.tables["balance"].to_pylist() if row["item"] not in touched]

    assert others(before) == others(after)
    ask = Ask(known_on=date(2014, 12, 31))
    with over(before.tables) as one, over(after.tables) as two:
        then = [[row for row in Ledger(db).balances(ask) if not row["retrospective"]] for db in (one, two)]
    assert then[0] == then[1]
