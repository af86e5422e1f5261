"""Revisits whose original lies in another file: found by a join over all files of their source, and read from there.

Parsing leaves the names of its captures (table `original`) and of what its revisits refer to (`revisit`), both under
the case's key. A join picks for each revisit the earliest capture of a name, by record id before visit before digest;
a task reads both records again and leaves one more folder of the parse stage. Where the bytes are not those that the
revisit states, the next capture is tried. What is found nowhere is an issue. Sources without such revisits pay nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from muster.derived import key, rooms_digest, table_files
from muster.engines.careful import NOWHERE
from muster.model import Issue, Locator, Page
from muster.run import FLOOR, Run
from muster.sources import Wanted, read_elsewhere
from muster.store import Database, file_digests, labels, read_rows, writing
from muster.tasks import PARSED, Gathered, ParseTask, reading_kills

TRIES = 5
"""Captures that are tried, one after the other, for one revisit: that more differ is no accident any more."""

TOGETHER = 1024
"""Revisits of one shard that a task reads about: when a file that is added holds the original of an older revisit, so
many are read again, and no more."""

PAGE = 50_000
"""Issues held at a time."""

BEST_SQL = """
WITH named AS (
    SELECT id, source, 1 AS preferred, by_record AS name FROM revisit WHERE by_record IS NOT NULL
    UNION ALL SELECT id, source, 2 AS preferred, by_visit AS name FROM revisit WHERE by_visit IS NOT NULL
    UNION ALL SELECT id, source, 3 AS preferred, by_payload AS name FROM revisit WHERE by_payload IS NOT NULL
),
sought AS (
    SELECT DISTINCT n.id, n.source, n.preferred, n.name FROM named n
    LEFT JOIN (SELECT DISTINCT revisit FROM revisit_original WHERE fits) f ON f.revisit = n.id
    WHERE f.revisit IS NULL
),
wanted AS (SELECT DISTINCT source, name FROM sought),
false_digest AS (
    SELECT DISTINCT t.original FROM revisit_original t
    JOIN revisit r ON r.id = t.revisit JOIN original o ON o.capture = t.original
    WHERE NOT t.fits AND o.by_payload = r.by_payload
),
called AS (
    SELECT source, capture, captured_at, by_record AS name FROM original WHERE by_record IS NOT NULL
    UNION ALL SELECT source, capture, captured_at, by_visit AS name FROM original WHERE by_visit IS NOT NULL
    UNION ALL SELECT o.source, o.capture, o.captured_at, o.by_payload AS name FROM original o
    LEFT JOIN false_digest d ON d.original = o.capture WHERE o.by_payload IS NOT NULL AND d.original IS NULL
),
numbered AS (
    SELECT c.source, c.name, c.capture,
           row_number() OVER (PARTITION BY c.source, c.name ORDER BY c.captured_at NULLS LAST, c.capture) AS n
    FROM called c JOIN wanted w ON w.source = c.source AND w.name = c.name
),
candidate AS (
    SELECT s.id, a.capture, row_number() OVER (PARTITION BY s.id ORDER BY s.preferred, a.capture) AS n
    FROM sought s JOIN numbered a ON a.source = s.source AND a.name = s.name AND a.n = 1
    LEFT JOIN revisit_original t ON t.revisit = s.id AND t.original = a.capture WHERE t.revisit IS NULL
)
SELECT DISTINCT b.id, b.capture, c.file_digest, c."start", c.record_length, c."row", c.inside
FROM candidate b JOIN capture c ON c.id = b.capture WHERE b.n = 1
"""
"""For each revisit without its original, the next capture to try; one whose digest is known to be false is none."""

COUNTS_SQL = """
SELECT count(DISTINCT r.id) AS sought, count(DISTINCT t.revisit) AS found
FROM revisit r LEFT JOIN (SELECT revisit FROM revisit_original WHERE fits) t ON t.revisit = r.id
"""

LOST_SQL = f"""
SELECT DISTINCT r.issue AS id, r."where", r.source, r.file_digest AS file, r.lost_start, r.lost_end
FROM revisit r LEFT JOIN (SELECT revisit FROM revisit_original WHERE fits) t ON t.revisit = r.id
WHERE t.revisit IS NULL AND r.issue > $after ORDER BY id LIMIT {PAGE}
"""

_DO = "add the file that holds the page which this record refers to: no file of this source has it"


@dataclass(frozen=True)
class RevisitTask(ParseTask):
    """Read the originals of some revisits of a shard, and parse them as captures at the revisits' times and addresses.

    Nothing that was typed off a picture is read here: it belongs to the files that were parsed before.

    wanted: the revisits, each with the capture to try. paths: where the files with these captures lie, by digest.
    """

    wanted: tuple[Wanted, ...] = ()
    paths: tuple[tuple[str, Path], ...] = ()

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that it leaves."""
        return (*PARSED, "revisit_original")

    def _items(self, parsed: Gathered) -> Iterator[tuple[int, Page | Issue]]:
        tried = read_elsewhere(self.shard, self.wanted, dict(self.paths), self.captured, self.limits)
        n = 0
        while True:
            if 2 * n in self.without:
                yield NOWHERE, reading_kills(self.shard.files[0], n)
                return
            parsed.mark.at(2 * n)
            one = next(tried, None)
            if one is None:
                return
            page = one.item if isinstance(one.item, Page) else None
            parsed.writer.add("revisit_original", [{
                "revisit": one.wanted.revisit, "original": one.wanted.original, "fits": page is not None,
                "capture": page.capture.id if page else "",
            }])  # fmt: skip
            yield 2 * n + 1, one.item
            n += 1


def find_originals(run: Run, tasks: Mapping[str, ParseTask]) -> Counter[str]:
    """Find and parse the originals of all revisits that have none yet; return what that gave, by table.

    tasks: what was parsed, by key. The folders that it leaves stand for the case beside theirs.
    """
    counts: Counter[str] = Counter()
    seeking = {name: tasks[name] for name in run.present["parse"] if name in tasks and _rows(run, name, "revisit")}
    if not seeking:
        return counts
    before: dict[str, dict[str, Any]] = {}
    for _ in range(TRIES):
        with _tables(run) as db:
            best = {row["id"]: row for row in db.rows(BEST_SQL)}
        if best == before:
            break  # what should have been tried killed its process
        before = best
        tried = run.do("parse", dict(_work(run, seeking, tasks, best)), beside=True)
        counts += tried
        if tried["capture"] == len(best):
            break  # each of them was the original: nobody has another to try
    lost = sum(_rows(run, name, "revisit") for name in seeking) - counts["capture"]
    run.progress.line("revisits", told(counts["capture"], lost))
    if lost:
        counts["issue"] += _leave_lost(run)
    return counts


def _tables(run: Run) -> AbstractContextManager[Database]:
    return run.engine.tables(table_files(run.case, {"parse": run.present["parse"]}))


def told(found: int, lost: int) -> str:
    """Return in words how many revisits have their original elsewhere, and how many nowhere.

    >>> told(2, 1)
    '2 found elsewhere in their source · 1 nowhere'
    """
    return f"{found:,} found elsewhere in their source" + (f" · {lost:,} nowhere" if lost else "")


def _rows(run: Run, name: str, table: str) -> int:
    found: int = labels(run.at("parse", name)).get(table, {"rows": 0})["rows"]
    return found


def _work(
    run: Run, seeking: Mapping[str, ParseTask], tasks: Mapping[str, ParseTask], best: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, RevisitTask]]:
    """Yield the tasks by key: each has the revisits of one shard, or of a part of it that their ids decide."""
    files = {file.digest: file.path for task in tasks.values() for file in task.shard.files}
    version = rooms_digest("revisits.py")
    for name, task in seeking.items():
        parts: dict[int, list[Wanted]] = {}
        many = -(-_rows(run, name, "revisit") // TOGETHER)
        for rows in read_rows(run.at("parse", name) / "revisit.parquet"):
            for row in rows:
                if row["id"] in best:
                    row_of = best[row["id"]]
                    one = Wanted(row["id"], _locator(row), row_of["capture"], _locator(row_of))
                    parts.setdefault(int(row["id"][4:], 16) % many, []).append(one)
        for _, wanted in sorted(parts.items()):
            wanted.sort(key=lambda one: one.revisit)
            own = key("revisit", name, version, [[one.revisit, one.original] for one in wanted])
            digests = sorted({one.original_at.file_digest for one in wanted})
            known = {field.name: getattr(task, field.name) for field in fields(ParseTask)}
            yield own, RevisitTask(
                **{**known, "out": run.at("parse", own), "transcripts": None}, wanted=tuple(wanted),
                paths=tuple((digest, files[digest]) for digest in digests),
            )  # fmt: skip


def _locator(row: Mapping[str, Any]) -> Locator:
    return Locator(row["file_digest"], row["start"], row["record_length"], row["row"], row["inside"])


def _leave_lost(run: Run) -> int:
    """Leave an issue for each revisit whose original is nowhere; return how many there are."""
    folders = [run.at("parse", name) for name in run.present["parse"]]
    tables = {n: digests for n, digests in file_digests(folders).items() if n.startswith("revisit")}
    name = key("revisits", rooms_digest(*FLOOR, "revisits.py"), tables)

    def write(at: Path) -> None:
        with writing(at, ("issue",)) as writer, _tables(run) as db:
            after = ""
            while rows := db.rows(LOST_SQL, {"after": after}):
                writer.add("issue", [_issue(row) for row in rows])
                writer.flush()
                after = rows[-1]["id"]

    run.leave("revisits", name, write)
    found: int = labels(run.at("revisits", name))["issue"]["rows"]
    run.result.counts["issue"] += found
    return found


def _issue(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"], "stage": "read", "what": "revisit_elsewhere", "where": row["where"], "found": "", "do": _DO,
        "capture": "", "source": row["source"], "file": row["file"], "start": row["lost_start"],
        "end": row["lost_end"],
    }  # fmt: skip
