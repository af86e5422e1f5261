"""What every engine must keep: the same rows with exact values, and a death costs what killed and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from engines.working import (
    POISON,
    Fault,
    KillAlways,
    KilledOnceParse,
    KillOnce,
    PoisonedParse,
    PoisonedRecognise,
    Square,
    need_spark,
    parse_tasks,
    recognise_tasks,
)
from muster import derived
from muster.articles import WHOLE_SQL
from muster.case import open_case
from muster.engines import Engine, Here, Lost
from muster.engines import engine as choose
from muster.errors import QueryError
from muster.estimate import Scope
from muster.estimate.counts import REVIEWS_SQL
from muster.estimate.counts import ROWS_SQL as COUNTED_SQL
from muster.estimate.coverage import DAYS_SQL
from muster.estimate.daily import SEEN_SQL
from muster.headline import MARKETS_SQL, MONTHS_SQL
from muster.pipeline import run_case
from muster.profiles.filled import FILLED_SQL
from muster.revisits import BEST_SQL, COUNTS_SQL, LOST_SQL
from muster.store import connect
from muster.tasks import ParseTask, RecogniseTask
from test_revisits import case_of, keyed, mixed, parse_case

pytestmark = pytest.mark.slow

SMALL = {"spark.sql.shuffle.partitions": "2"}
SCOPE = Scope("all", "bazaar", date(2014, 3, 1), date(2014, 3, 31))


@pytest.fixture(scope="module", params=["local", "spark"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Every engine, two workers each; Spark with both in processes of their own, as on a cluster."""
    if request.param == "spark":
        need_spark()
    with choose(request.param, workers=2, master="local-cluster[2,1,1024]", settings=SMALL) as made:
        yield made


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, bazaar: Path) -> Path:
    """The invented market, and in the middle of it one page that kills in some of the tests below."""
    folder = tmp_path_factory.mktemp("pages") / "captures"
    shutil.copytree(bazaar / "captures", folder)
    page = sorted(folder.glob("*/item-*.html"))[5]
    text = page.read_bytes()
    title = text[text.index(b"<title>") : text.index(b"</title>")]
    assert title
    (page.parent / "item-55.html").write_bytes(text.replace(b"<h1>", b"<h1>poison "))
    return folder


@pytest.fixture(scope="module")
def expected(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one process makes of these pages, one task after the other."""
    out = tmp_path_factory.mktemp("expected")
    list(Here().run(parse_tasks(ParseTask, pages, out / "parse")))
    list(Here().run(recognise_tasks(RecogniseTask, out / "parse", out / "recognise")))
    return out


def rows(folder: Path) -> dict[str, list[Any]]:
    """Return the rows of every table under a folder, as sorted sets."""
    found: dict[str, list[Any]] = {}
    for path in folder.rglob("*.parquet"):
        if path.parent.suffix == ".tmp":
            continue  # what a killed process left; a run sweeps it
        found.setdefault(path.stem, []).extend(map(repr, pq.read_table(path).to_pylist()))
    return {name: sorted(set(held)) for name, held in found.items()}


def test_every_task_gives_its_result_once(engine: Engine) -> None:
    told: list[int] = []
    results = dict(engine.run([Square(n) for n in range(20)], lambda: told.append(1)))
    assert results == {Square(n): n**2 for n in range(20)}
    assert len(told) == 20


def test_a_worker_killed_once_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    results = dict(engine.run([KillOnce(n, tmp_path / "flag") for n in range(8)]))
    assert results == {KillOnce(n, tmp_path / "flag"): n**2 for n in range(8)}


def test_a_task_that_always_kills_costs_itself_only(engine: Engine) -> None:
    results = dict(engine.run([KillAlways(n) for n in range(6)]))
    assert isinstance(results.pop(KillAlways(3)), Lost)
    assert results == {KillAlways(n): n**2 for n in range(6) if n != 3}


@pytest.mark.parametrize("fault", ["a true fault", "odd"])
def test_a_true_fault_is_raised_and_the_engine_goes_on(engine: Engine, fault: str) -> None:
    with pytest.raises(RuntimeError, match=fault):
        list(engine.run([Fault(fault), Fault(fault)]))
    assert [result for _, result in engine.run([Square(5)])] == [25]


def test_the_same_rows_with_exact_values(engine: Engine, pages: Path, expected: Path, tmp_path: Path) -> None:
    list(engine.run(parse_tasks(ParseTask, pages, tmp_path / "parse")))
    list(engine.run(recognise_tasks(RecogniseTask, tmp_path / "parse", tmp_path / "recognise")))
    assert rows(tmp_path) == rows(expected)
    assert {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*.parquet")} == {
        p.relative_to(expected): p.read_bytes() for p in expected.rglob("*.parquet")
    }


def test_a_death_in_the_middle_of_a_shard_changes_no_row(
    engine: Engine, pages: Path, expected: Path, tmp_path: Path
) -> None:
    list(engine.run(parse_tasks(KilledOnceParse, pages, tmp_path / "parse")))
    assert list((tmp_path / "parse").glob("*.killed"))
    assert rows(tmp_path / "parse") == rows(expected / "parse")


def test_a_page_that_always_kills_costs_that_page_and_an_issue_names_it(
    engine: Engine, pages: Path, expected: Path, tmp_path: Path
) -> None:
    results = list(engine.run(parse_tasks(PoisonedParse, pages, tmp_path / "parse")))
    assert not any(isinstance(result, Lost) for _, result in results)
    whole, found = rows(expected / "parse"), rows(tmp_path / "parse")
    (issue,) = [row for row in found["issue"] if "parsing_kills" in row]
    lost = [row for row in whole["listing_seen"] if POISON.decode() in row]
    assert len(lost) == 1
    capture = lost[0].split("'capture': '")[1].split("'")[0]
    assert capture in issue
    for table in ("listing_seen", "vendor_seen", "review_seen", "body"):
        assert set(found[table]) == {row for row in whole[table] if capture not in row}
    assert len(found["capture"]) == len(whole["capture"])
    assert len([row for row in found["capture"] if row not in whole["capture"]]) == 1


def test_a_listing_that_always_kills_costs_that_listing(engine: Engine, expected: Path, tmp_path: Path) -> None:
    list(engine.run(recognise_tasks(PoisonedRecognise, expected / "parse", tmp_path)))
    whole, found = rows(expected / "recognise"), rows(tmp_path)
    (issue,) = found["issue"]
    assert "recognising_kills" in issue
    assert len(set(whole["offer"]) - set(found["offer"])) >= 1
    assert set(found["offer"]) < set(whole["offer"])


STATEMENTS = {
    **{
        f"all of {name}": (f'SELECT * FROM "{name}"', {})
        for name in ("body", "capture", "listing_seen", "offer", "estimate")
    },
    "all of an empty table": ("SELECT * FROM rate_seen", {}),
    "items": (SEEN_SQL, {}),
    "reviews": (REVIEWS_SQL.format(where=SCOPE.where("r")[0]), SCOPE.where("r")[1]),
    "rows behind a count": (
        COUNTED_SQL.format(where=SCOPE.where("l")[0]),
        {**SCOPE.where("l")[1], "listings": ["lst:1"]},
    ),
    "days captured": (DAYS_SQL, {}),
    "months": (MONTHS_SQL, {}),
    "markets": (MARKETS_SQL, {}),
    "sources": (WHOLE_SQL, {}),
    "values filled": (FILLED_SQL, {"profile": "bazaar"}),
}


def test_statements_give_the_same_rows_with_exact_values(engine: Engine, bazaar_run: Path) -> None:
    case = open_case(bazaar_run)
    files = derived.table_files(case, derived.present(case))
    with engine.tables(files) as db, connect(files) as first:
        assert db.rows(SEEN_SQL)
        for name, (sql, values) in STATEMENTS.items():
            found, wanted = (sorted(map(repr, held.rows(sql, values))) for held in (db, first))
            assert found == wanted, name


def test_a_refused_statement_says_so(engine: Engine) -> None:
    with engine.tables({}) as db, pytest.raises(QueryError, match="cannot be answered"):
        db.rows("SELECT handle FROM offer")


def test_a_case_run_by_any_engine_is_the_same_to_the_byte(engine: Engine, bazaar_run: Path, tmp_path: Path) -> None:
    root = tmp_path / "case"
    shutil.copytree(bazaar_run, root, ignore=shutil.ignore_patterns("derived", "report", "journal"))
    run_case(open_case(root), engine=engine)
    for folder in ("derived", "report"):
        found, wanted = (
            {p.relative_to(top): p.read_bytes() for p in (top / folder).rglob("*") if p.is_file()}
            for top in (root, bazaar_run)
        )
        assert found == wanted


def test_revisits_find_their_originals_in_other_files_by_any_engine(
    engine: Engine, bazaar: Path, tmp_path: Path
) -> None:
    made = []
    for name, used in (("first", Here()), ("engine", engine)):
        keyed(tmp_path / name)
        case = case_of(tmp_path / name, mixed(bazaar))
        parse_case(case, used)
        made.append((case, {p.relative_to(case.root): p.read_bytes() for p in case.derived.rglob("*") if p.is_file()}))
    (case, wanted), (_, found) = made
    assert found == wanted
    files = dict(derived.table_files(case, derived.present(case)))
    for sought in (files, {**files, "revisit_original": []}):
        with engine.tables(sought) as db, connect(sought) as first:
            for sql, values in ((BEST_SQL, {}), (COUNTS_SQL, {}), (LOST_SQL, {"after": ""})):
                rows_of = [sorted(map(repr, held.rows(sql, values))) for held in (db, first)]
                assert rows_of[0] == rows_of[1]
                assert rows_of[1] or sql == BEST_SQL
