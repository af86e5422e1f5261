"""How long 30 claims of one case take to test over many listings.

    python bench/claims_at_scale.py FOLDER [LISTINGS]

The tables are generated (three markets, six months, five kinds in a hundred weapons), the claims are of every sort that
is measured, over several markets, kinds and periods. Reading the tables is part of the time; starting Python is not.
Beside it, in the same run: what DuckDB takes to count the listings that each claim is about, thirty joins that know
no interval, no error and no coverage. Shares of processor time tell more than seconds on a machine that is shared.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from muster.claims.measures import period_days
from muster.claims.sourcing import SourceUse
from muster.claims.test import Evidence, try_claim
from muster.estimate import Confusion, Estimator, Scope
from muster.model import KINDS, Claim
from muster.recognise import error_rows
from muster.schema import TABLES
from muster.store import open_tables

MARKETS = ("bazaar", "harbour", "lantern")
FIRST, DAYS = np.datetime64("2014-01-01"), 180


def generate(folder: Path, listings: int) -> dict[str, list[Path]]:
    """Write the tables once, and return where they lie."""
    files = {name: [folder / f"{name}.parquet"] for name in ("capture", "listing_seen", "offer")}
    if all(path.is_file() for paths in files.values() for path in paths):
        return files
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(1)
    market = rng.integers(0, len(MARKETS), listings)
    day = FIRST + rng.integers(0, DAYS, listings)
    weapons = rng.random(listings) < 0.05
    kind = np.where(weapons, rng.integers(0, len(KINDS) - 1, listings), len(KINDS) - 1)
    vendor = rng.zipf(1.3, listings) % 50_000
    sales = np.where(rng.random(listings) < 0.5, rng.geometric(0.1, listings), 0)
    sure = np.round(rng.uniform(0.6, 0.99, listings), 2)
    number = np.arange(listings)
    common = {
        "market": pa.array([MARKETS[m] for m in market]),
        "captured_at": pa.array(day.astype("datetime64[us]"), pa.timestamp("us", tz="UTC")),
    }
    ids = {prefix: pa.array([f"{prefix}:{n:016x}" for n in number]) for prefix in ("cap", "obs", "off", "lst")}
    _write(files["capture"][0], "capture", {"id": ids["cap"], "profile": common["market"], **common})
    _write(files["listing_seen"][0], "listing_seen", {
        "id": ids["obs"], "capture": ids["cap"], "listing": ids["lst"],
        "vendor": pa.array([f"‹vendor:{v:016x}›" for v in vendor]), "sales": pa.array(sales), **common,
    })  # fmt: skip
    _write(files["offer"][0], "offer", {
        "id": ids["off"], "observation": ids["obs"], "item": pa.array(np.zeros(listings, dtype=np.int64)),
        "kind": pa.array([KINDS[k] for k in kind]), "probability": pa.array(sure),
        "keywords": pa.array([["weapons"] if w else [] for w in weapons]),
    })  # fmt: skip
    return files


def claims() -> Iterator[Claim]:
    """Yield thirty claims: counts, sellers, adverts, counters, presence; by market, kind and month."""
    base = Claim(
        article="a" * 64, quote="weapons are on sale", start=0, end=19, type="count", mode="asserted", checkable=True,
        why_not="", subject="", measure="count", comparator="ge", value=1000.0, unit="weapons", place="", period="",
        attributed_to="",
    )  # fmt: skip
    units = (
        "weapons",
        "pistols",
        "rifles",
        "grenades",
        "missiles",
        "sellers",
        "adverts",
        "sales",
        "transactions",
        "ammunition",
    )
    for n in range(30):
        unit = units[n % len(units)]
        yield replace(
            base, start=n, unit=unit, value=float(10 * 3**(n % 7)), place=("", *MARKETS)[n % 4],
            period=("2014-01/2014-06", "2014-03", "2014-05")[n % 3],
            type="transactions" if unit == "transactions" else "count",
            quote="offers of weapons for sale",
        )  # fmt: skip


BARE_SQL = """
SELECT count(DISTINCT l.listing) AS n FROM listing_seen l JOIN offer o ON o.observation = l.id
WHERE o.kind IN (SELECT unnest($kinds)) AND {where}
"""


def bare_counts(files: dict[str, list[Path]]) -> tuple[float, float]:
    """Return seconds and processor seconds of thirty plain counts of the same scopes."""
    start, spent = time.perf_counter(), time.process_time()
    with open_tables(files) as db:
        for claim in claims():
            scope = Scope("weapons", claim.place, *period_days(claim.period))
            where, values = scope.where("l")
            db.one(BARE_SQL.format(where=where), {**values, "kinds": list(scope.kinds)})
    return time.perf_counter() - start, time.process_time() - spent


def main() -> None:
    """Print the seconds that thirty claims take, and the verdicts."""
    listings = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    files = generate(Path(sys.argv[1]) / str(listings), listings)
    start, spent = time.perf_counter(), time.process_time()
    with open_tables(files) as db:
        estimator = Estimator(db, Confusion.from_rows(error_rows()), "bench")
        markets = {m: estimator.days.coverage(Scope(market=m)) for m in MARKETS}
        held = Evidence(
            estimator.estimate, markets,
            frozenset(MARKETS), (), lambda claim: SourceUse("", "", ""),
            draws=estimator.draws, counters=estimator.counters,
        )  # fmt: skip
        items = estimator.items.size
        read, read_spent = time.perf_counter() - start, time.process_time() - spent
        words: dict[str, int] = {}
        for claim in claims():
            word = try_claim(claim, date(2014, 7, 1), held).verdict.verdict
            words[word] = words.get(word, 0) + 1
    seconds, used = time.perf_counter() - start, time.process_time() - spent
    bare, bare_spent = bare_counts(files)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{items:,} items read in {read:.2f} s (of processors {read_spent:.2f}), 30 claims tested in "
        f"{seconds - read:.2f} s (of processors {used - read_spent:.2f}); peak {peak:,} MB; {words}\n"
        f"thirty bare counts by DuckDB {bare:.2f} s (of processors {bare_spent:.2f}); all of Muster beside them "
        f"{used / bare_spent:.2f} of their processor time"
    )


def _write(path: Path, name: str, columns: dict[str, pa.Array]) -> None:
    """Write some columns of a table; the others are null."""
    schema = TABLES[name].arrow
    rows = len(next(iter(columns.values())))
    arrays = [columns[f.name].cast(f.type) if f.name in columns else pa.nulls(rows, f.type) for f in schema]
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), path)


if __name__ == "__main__":
    main()
