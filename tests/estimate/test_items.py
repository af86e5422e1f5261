"""Views of a case's items: what the arrays say is what a plain reading of the rows says."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.estimate import Scope
from muster.estimate.daily import item_days
from muster.estimate.items import Items
from muster.estimate.numbered import numbered, paired
from muster.model import KINDS
from muster.schema import TABLES
from muster.store import over

ROWS = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 1), st.sampled_from(["handgun", "not_weapon", "long_gun"]),
        st.integers(2, 98), st.sampled_from(["2014-03-01", "2014-03-02", "2014-04-01", None]),
        st.one_of(st.none(), st.integers(0, 9)),
    ),
    max_size=25,
)  # fmt: skip


def _tables(rows: list[tuple[int, int, str, int, str | None, int | None]]) -> dict[str, pa.Table]:
    seen, offers = [], []
    for n, (listing, item, kind, sure, day, sales) in enumerate(rows):
        at = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
        seen.append({"id": f"obs:{n:016x}", "listing": f"lst:{listing:016x}", "market": ("a", "b")[listing % 2],
                     "vendor": f"‹vendor:{listing // 2:016x}›" if listing else None, "captured_at": at,
                     "sales": sales})  # fmt: skip
        offers.append({"id": f"off:{n:016x}", "observation": f"obs:{n:016x}", "item": item, "kind": kind,
                       "probability": sure / 100, "keywords": ["handgun"] if kind == "handgun" else []})  # fmt: skip
    return {"listing_seen": pa.Table.from_pylist(seen, schema=TABLES["listing_seen"].arrow),
            "offer": pa.Table.from_pylist(offers, schema=TABLES["offer"].arrow)}  # fmt: skip


@settings(max_examples=25)
@given(ROWS, st.sampled_from(["", "a", "b", "c"]), st.booleans())
def test_a_view_is_what_a_plain_reading_of_the_rows_gives(
    rows: list[tuple[int, int, str, int, str | None, int | None]], market: str, dated: bool
) -> None:
    scope = Scope("all", market, date(2014, 3, 1), date(2014, 3, 31)) if dated else Scope("all", market)
    held = [r for r in rows if (not market or ("a", "b")[r[0] % 2] == market)
            and (not dated or (r[4] or "").startswith("2014-03"))]  # fmt: skip
    weight: dict[tuple[int, int], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    sales: dict[int, list[int]] = defaultdict(list)
    for listing, item, kind, sure, _, sold in held:
        weight[listing, item][kind].append(sure)
        sales[listing] += [] if sold is None else [sold]
    expected = []
    for (listing, item), kinds in sorted(weight.items()):
        kind = max(kinds, key=lambda k: (sum(kinds[k]), k))
        expected.append((listing, item, kind, max(kinds[kind]) / 100, max(sales[listing], default=None)))
    with over(_tables(rows)) as db:
        view = Items(db).view(scope)
    found = [(int(a), int(b), KINDS[c], d, None if e != e else int(e)) for a, b, c, d, e in
             zip(view.listing, view.item, view.kind, view.probability, view.sales, strict=True)]  # fmt: skip
    assert found == expected


@settings(max_examples=10)
@given(ROWS, st.integers(0, 25), st.sampled_from(["", "a"]), st.booleans())
def test_what_is_counted_shard_by_shard_is_what_is_counted_at_once(
    rows: list[tuple[int, int, str, int, str | None, int | None]], cut: int, market: str, dated: bool
) -> None:
    scope = Scope("all", market, date(2014, 3, 1), date(2014, 3, 31)) if dated else Scope("all", market)
    whole = _tables(rows)
    parts = []
    for some in ((0, cut), (cut, len(rows))):
        with over({name: table.slice(*some) for name, table in whole.items()}) as db:
            parts.append(item_days(db))
    assert sum(sum(part["captures"].to_pylist()) for part in parts) == len(rows)
    with over(whole) as db, over({**whole, "item_day": pa.concat_tables(parts)}) as counted:
        assert bool(rows) == bool(counted.one("SELECT 1 AS n FROM item_day LIMIT 1"))
        expected, found = Items(db), Items(counted)
        assert found.size <= len(rows)
        for name, values in vars(expected.view(scope)).items():
            assert values.tolist() == pytest.approx(getattr(found.view(scope), name).tolist(), nan_ok=True), name
        for one, other in zip(expected.rises(scope, expected.view(scope)), found.rises(scope, found.view(scope)),
                              strict=True):  # fmt: skip
            assert one.tolist() == other.tolist()


def test_of_a_day_the_latest_price_is_kept_and_of_equally_late_ones_the_highest() -> None:
    rows = [(1, 0, "handgun", 90, day, None) for day in ("2014-03-01", "2014-03-01", "2014-03-01", None, None)]
    tables = _tables(rows)
    told = [Decimal(300), Decimal(500), None, Decimal(7), Decimal("7.00000001")]
    place = tables["offer"].schema.get_field_index("unit_price_usd")
    tables["offer"] = tables["offer"].set_column(place, "unit_price_usd", pa.array(told, pa.decimal128(24, 8)))
    with over(tables) as db:
        found = item_days(db).to_pylist()
    assert [(row["day"], row["price_usd"]) for row in found] == [(None, told[4]), (date(2014, 3, 1), told[1])]
    assert found[1]["priced_at"] == datetime(2014, 3, 1, tzinfo=UTC)


def test_one_handle_on_two_markets_is_two_sellers_and_no_handle_is_one_for_each_listing() -> None:
    rows = [(n, 0, "handgun", 90, "2014-03-01", None) for n in range(4)]  # 2 and 3: one token on two markets
    with over(_tables(rows)) as db:
        view = Items(db).view(Scope("all"))
    assert len(set(view.vendor.tolist())) == 4


@pytest.mark.parametrize("texts", [["lst:00000000000000ff", "lst:00"], ["lst:00000000000000ff", "LST:00000000000000ff"],
                                   ["lst:00000000000000ff", "lst:00000000000000fg"]])  # fmt: skip
def test_ids_of_unlike_forms_are_numbered_in_their_order(texts: list[str]) -> None:
    found = numbered(pa.chunked_array([texts]))
    assert [found.name(int(n)) for n in found.numbers] == texts
    assert sorted(texts) == [found.name(n) for n in sorted(int(n) for n in found.numbers)]


@given(st.lists(st.one_of(st.none(), st.integers(0, 2**64 - 1)), max_size=30))
def test_a_number_leads_back_to_its_id(numbers: list[int | None]) -> None:
    ids = [None if n is None else f"‹vendor:{n:016x}›" for n in numbers]
    found = numbered(pa.chunked_array([pa.array(ids, pa.string())]))
    assert [None if gone else found.name(int(n)) for n, gone in zip(found.numbers, found.missing, strict=True)] == ids


IDS = st.lists(st.integers(0, 40), unique=True, max_size=20)


@settings(max_examples=40)
@given(IDS, st.lists(st.one_of(st.none(), st.integers(0, 40)), max_size=30), st.sampled_from(["obs:{:016x}", "row {}"]))
def test_pairing_ids_is_joining_them(ids: list[int], of: list[int | None], form: str) -> None:
    left = pa.chunked_array([[form.format(n) for n in ids]], pa.string())
    right = pa.chunked_array([[None if n is None else form.format(n) for n in of]], pa.string())
    rows, at = paired(left, right)
    assert list(zip(rows.tolist(), at.tolist(), strict=True)) == [
        (ids.index(n), i) for i, n in enumerate(of) if n in ids
    ]


@settings(max_examples=60)
@given(st.text("0123456789abcdefgABCF:/`@G", min_size=16, max_size=16))
def test_only_small_hex_digits_are_a_number(digits: str) -> None:
    column = pa.chunked_array([["lst:" + "0" * 16, "lst:" + digits]])
    found = numbered(column)
    if set(digits) <= set("0123456789abcdef"):
        assert found.numbers.tolist() == [0, int(digits, 16)]
    else:
        assert found.texts == tuple(sorted(column.to_pylist()))
