"""The stages in order. This is the only file that knows all of them.

    read → parse → recognise → count → transfers → registers → estimate → claims → test → report

Each stage leaves folders of tables whose names are digests of all they depend on, so a run does only what is not there
yet, may be killed anywhere, and ends the same way; `present.json` is replaced when everything is done.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from muster import derived
from muster.articles import read_articles, try_articles
from muster.bounds import case_limits, case_rates
from muster.case import Case, SourceEntry
from muster.contents import contents
from muster.corrections import about, corrections, homeless
from muster.derived import key, rooms_digest
from muster.engines import Engine, Here, Local, Task
from muster.errors import SourceError
from muster.estimate import Confusion, Estimator
from muster.filelist import FileList
from muster.headline import headline
from muster.journal import Journal
from muster.model import Issue, Page, digest
from muster.profiles import Filled, Rates, drifted, known, load, unmet
from muster.progress import Progress, issues_text, plural
from muster.recognise import error_rows
from muster.refetch import page_again
from muster.register import Alert
from muster.registers import (
    LOSSES_SQL,
    MARKINGS_SQL,
    case_register,
    losses,
    match_rows,
    register_issues,
    registers_key,
)
from muster.report import build
from muster.revisits import find_originals
from muster.run import FLOOR, Result, Run
from muster.samples import standing
from muster.sources import Shard, find_files, shards
from muster.store import connect, file_digests, fill, labels, open_tables, writing
from muster.tasks import Counts, CountTask, ParseTask, RecogniseTask, issue_row
from muster.transcripts import by_file, place
from muster.transfers import KEPT, Ledger, derive, transfer_entries, transfers_key

STAGES = ("read", "parse", "recognise", "count", "transfers", "registers", "estimate", "claims", "test", "report")

COUNTING = ("estimate/daily.py", "estimate/numbered.py", "estimate/scope.py")
"""What counting by item and day depends on."""

REPORT = (
    "report",
    "estimate",
    "claims",
    "recognise",
    "transfers",
    "contents.py",
    "walk.py",
    "headline.py",
    "articles.py",
)
"""What the report depends on besides the tables."""


def run_case(
    case: Case,
    *,
    workers: int = 0,
    engine: Engine | None = None,
    who: str = "muster",
    clock: Callable[[], datetime] | None = None,
    progress: Progress | None = None,
) -> Result:
    """Run every stage of a case, from its sources to its report.

    workers: processes of this machine; 0 for one per core, 1 for this very process. engine: who runs the work, instead;
    it stays open. clock: what the journal dates its lines by.
    Raises `SourceError` for a source that is not there, `CaseError` while another run holds the case, and what the
    stages raise; whatever was derived stays.
    """
    with derived.alone(case):
        journal = Journal(case.journal, clock or now)
        journal.append(who, "run started", {"case": digest((case.root / "case.toml").read_bytes())})
        with _engine(engine, workers) as used:
            result = _Run(case, used, progress or Progress()).whole()
        about = {"counts": dict(sorted(result.counts.items())), "verdicts": dict(sorted(result.verdicts.items())),
                 "done": result.done, "kept": result.kept}  # fmt: skip
        journal.append(who, "run finished", about)
        return result


@dataclass
class _Run(Run):
    @cached_property
    def rates(self) -> Rates:
        """The case's rates, read once."""
        return case_rates(self.case)

    def whole(self) -> Result:
        """Run every stage, then make what they left the present state of the case."""
        self.parse(self.read())
        self.recognise()
        self.count()
        self.transfers()
        self.registers()
        self.estimate_and_test()
        self.report()
        derived.set_present(self.case, self.present)
        derived.sweep(self.case, self.present)
        return self.result

    def read(self) -> list[tuple[SourceEntry, Shard]]:
        """Find the files of every source, and cut them into shards."""
        limits, work, issues = case_limits(self.case), list[tuple[SourceEntry, Shard]](), list[Issue]()
        files = FileList(self.case.private / "files.json")
        for entry in self.case.file.source:
            if entry.profile:
                load(entry.profile)  # a misspelt profile stops the run before anything is read
            found, missed = find_files(entry.path, self.case.path(entry.path), limits, files.digest)
            files.add(found)
            work += [(entry, shard) for shard in shards(found, limits)]
            issues += missed
        issues += self.rates.disagreements()
        files.save()
        if not self.case.file.source:
            self.progress.line("read", "no source in the case file: nothing can be measured")
        self.tell("read", issues)
        return work

    def parse_tasks(self, work: list[tuple[SourceEntry, Shard]]) -> dict[str, ParseTask]:
        """Return the work of parsing, by key: the code, profiles, token key and settings that it depends on."""
        version = rooms_digest(*FLOOR, "sources", "profiles")
        mark = derived.key_mark(self.case.token_key())
        limits, rates = case_limits(self.case), self.rates
        tasks: dict[str, ParseTask] = {}
        for entry, shard in work:
            texts = self._transcripts(shard)
            name = key("parse", version, mark, shard.key_parts(), entry.profile, entry.captured, repr(limits), texts,
                       [(file.base, file.digest, file.name) for file in rates.files])  # fmt: skip
            tasks[name] = ParseTask(
                shard, entry.profile or "", entry.captured, limits, self.case.token_key(), self.at("parse", name),
                self.case.transcripts, rates,
            )  # fmt: skip
        return tasks

    def _transcripts(self, shard: Shard) -> list[str]:
        """Return the digests of what was typed off the pictures of a shard."""
        if shard.format != "picture":
            return [name for file in shard.files for name in self._typed_inside.get(file.digest, ())]
        places = (place(self.case.transcripts, file.digest) for file in shard.files)
        return [digest(at.read_bytes()) for at in places if at.is_file()]

    @cached_property
    def _typed_inside(self) -> dict[str, list[str]]:
        return by_file(self.case.transcripts)

    def parse(self, work: list[tuple[SourceEntry, Shard]]) -> None:
        """Parse every shard that was not parsed before."""
        tasks = self.parse_tasks(work)
        counts = self.do("parse", dict(tasks))
        counts += find_originals(self, tasks)
        with self.engine.tables(derived.table_files(self.case, {"parse": self.present["parse"]})) as db:
            read_by = db.rows("SELECT DISTINCT profile FROM capture WHERE profile IS NOT NULL ORDER BY profile")
            profiles = [load(name) for name in sorted({str(row["profile"]) for row in read_by} & set(known()))]
            told: list[Issue] = []
            for profile in profiles:
                filled = Filled(db, profile)
                told += [*unmet(filled, profile), *drifted(db, filled, profile, self._again)]
            self.tell("expect", told)
        self.progress.line("read", plural(counts["capture"], "capture") + issues_text(counts["issue"]))
        seen = (plural(counts[f"{name}_seen"], name) for name in ("listing", "vendor", "review", "rate"))
        self.progress.line("parse", " · ".join(seen) + " seen")

    def _again(self, row: Mapping[str, Any]) -> Page | None:
        """Return a capture read once more, or None when its file is gone meanwhile."""
        try:
            path = FileList(self.case.private / "files.json").path(row["file_digest"])
            return page_again(row, path, case_limits(self.case))
        except SourceError:
            return None

    def recognise_tasks(self, parsed: Iterable[str]) -> dict[str, RecogniseTask]:
        """Return the work of recognising, by key."""
        version = rooms_digest(*FLOOR, "recognise", "catalogue")
        names = {key("recognise", version, name): name for name in parsed}
        return {k: RecogniseTask(self.at("parse", n), self.at("recognise", k)) for k, n in names.items()}

    def recognise(self) -> None:
        """Recognise the listings of every parsed shard."""
        counts = self.do("recognise", dict(self.recognise_tasks(self.present["parse"])))
        self.progress.line("recognise", f"{plural(counts['offer'], 'offer')} · {plural(counts['marking'], 'marking')}")

    def count(self) -> None:
        """Count by item and day what every shard says, so that estimates need not look at every capture again."""
        version = rooms_digest(*FLOOR, *COUNTING)
        tasks: dict[str, Task[Counts]] = {}
        for recognised, task in self.recognise_tasks(self.present["parse"]).items():
            if task.out.is_dir():  # else it was lost, which is told
                name = key("count", version, recognised)
                tasks[name] = CountTask(task.parsed, task.out, self.at("count", name))
        self.do("count", tasks)

    def transfers_name(self, files: FileList) -> str:
        """Return the key of the ledger's tables; a misspelt profile stops before anything is read."""
        version = rooms_digest(*FLOOR, "sources", "transfers", "profiles", "catalogue")
        return key("transfers", version, transfers_key(transfer_entries(self.case), files.digest))

    def transfers(self) -> None:
        """Read the tables of transfers and losses into the ledger; a case without any has none."""
        entries = transfer_entries(self.case)
        if not entries:
            return
        files = FileList(self.case.private / "transfers.json")
        name = self.transfers_name(files)

        def write(at: Path) -> None:
            built = derive(entries)
            with writing(at, (*KEPT, "issue")) as writer:
                for table in KEPT:
                    writer.add_table(table, built.tables[table])
                writer.add("issue", [issue_row(issue, self.tokens) for issue in built.issues])

        self.leave("transfers", name, write)
        files.save()
        counts = {table: label["rows"] for table, label in labels(self.at("transfers", name)).items()}
        self.result.counts.update(counts)
        lines = plural(counts["transfer"], "ledger line")
        differ = plural(counts["difference"], "difference")
        self.progress.line("transfers", f"{lines} · {differ}" + issues_text(counts["issue"]))

    def estimate_and_test(self) -> None:
        """Count what the evidence contains, read the articles' claims, and test them."""
        evidence = file_digests(self.folders())
        inputs = key("inputs", evidence)
        version = rooms_digest(
            *FLOOR,
            "estimate",
            "claims",
            "transfers",
            "headline.py",
            "articles.py",
            "corrections.py",
            "samples.py",
            "catalogue",
        )
        articles = read_articles(self.case)
        with self.engine.tables(derived.table_files(self.case, self.present)) as db:
            sample, stale_sample = standing(Journal(self.case.journal, now).entries(), db)
        read = sample.counts.tolist() if sample else stale_sample
        estimate = key("estimate", version, inputs, error_rows(), read)
        claims = key("claims", version, articles.digest, articles.findings)
        file = self.case.file
        said = [s.complete for s in file.source], [t.path for t in file.transfers if t.complete], repr(file.census)
        decided = corrections(Journal(self.case.journal, now).entries())
        test = key("test", version, estimate, claims, articles.references_digest, *said,
                   [[made.who, about(made)] for _, made in sorted(decided.items())])  # fmt: skip
        tables = derived.table_files(self.case, self.present)
        with self.engine.tables(tables) as db, connect(tables) as own:
            estimator = Estimator(db, Confusion.from_rows(error_rows()), inputs, sample, stale_sample)
            self.leave("estimate", estimate, lambda at: fill(at, headline(estimator)))
            self.leave("claims", claims, lambda at: fill(at, articles.tables()))
            self.leave(
                "test", test, lambda at: fill(at, try_articles(self.case, articles, estimator, decided, Ledger(own)))
            )
        read = (claim.id for held in articles.claims.values() for claim in held)
        self.tell("corrections", homeless(decided.values(), read))
        with connect(derived.table_files(self.case, self.present)) as db:
            for row in db.rows("SELECT verdict, count(*) AS n FROM verdict GROUP BY ALL"):
                self.result.verdicts[row["verdict"]] = row["n"]
            n = {t: db.rows(f"SELECT count(*) AS n FROM {t}")[0]["n"] for t in ("estimate", "claim")}
        self.result.counts.update(n)
        self.progress.line("estimate", plural(n["estimate"], "estimate"))
        self.progress.line("claims", plural(n["claim"], "claim"))
        words = ("supported", "contradicted", "cannot tell", "not checkable")
        self.progress.line("test", " · ".join(f"{self.result.verdicts[w]} {w}" for w in words))

    def registers(self) -> None:
        """Look up the markings that were read in the case's registers, and among numbered losses of its transfers."""
        lost = self._losses()
        if not self.case.file.register and not lost:
            return
        files = FileList(self.case.private / "registers.json")
        asked = [self.at("recognise", name) for name in self.present["recognise"]]
        version = rooms_digest(*FLOOR, "register", "registers.py", "recognise", "profiles", "sources")
        name = key("registers", version, registers_key(self.case, files.digest), file_digests(asked), repr(lost))

        def write(at: Path) -> None:
            register = case_register(self.case, lost=lost)
            with connect(derived.table_files(self.case, self.present)) as db:
                rows = match_rows(register, db.rows(MARKINGS_SQL))
            issues = [issue_row(issue, self.tokens) for issue in register_issues(register)]
            fill(at, {"match": rows, "issue": issues})

        self.leave("registers", name, write)
        files.save()
        counts = {table: label["rows"] for table, label in labels(self.at("registers", name)).items()}
        self.result.counts.update(counts)
        with connect(derived.table_files(self.case, self.present)) as db:
            n = db.rows("SELECT answer, count(DISTINCT marking) AS n FROM match GROUP BY answer ORDER BY answer")
        told = " · ".join(f"{row['n']:,} {row['answer'].replace('_', ' ')}" for row in n) or "no number to look up"
        self.progress.line("registers", told + issues_text(counts["issue"]))

    def _losses(self) -> list[Alert]:
        if not self.present.get("transfers"):
            return []
        with connect(derived.table_files(self.case, {"transfers": self.present["transfers"]})) as db:
            return losses(db.rows(LOSSES_SQL))

    def report(self) -> None:
        """Make the report unless it stands already, and lay it where people look; each file is replaced whole."""
        files = derived.table_files(self.case, self.present)
        evidence = key("inputs", file_digests(self.folders()))
        version = rooms_digest("__init__.py", *FLOOR, *REPORT)
        asks = [*map(repr, self.case.file.ask), *map(repr, self.case.file.risk)]
        name = key("report", version, evidence, asks, self.case.file.case.title, read_articles(self.case).shown)

        def write(at: Path) -> None:
            with open_tables(files) as db:
                for file, data in build(contents(self.case, db, evidence)).items():
                    (at / file).write_bytes(data)

        self.leave("report", name, write)
        for path in sorted(self.at("report", name).iterdir()):
            derived.write_whole(self.case.report / path.name, path.read_bytes())
        self.result.report = self.case.report / "index.html"
        self.progress.line("report", str(self.result.report))


def stale(case: Case) -> dict[str, int]:
    """Return stage → shards that a run would do anew: files, code, profiles or settings changed since the last one."""
    run = _Run(case, Here(), Progress())
    parse = run.parse_tasks(run.read())
    recognise = run.recognise_tasks(parse)
    ledger = [run.transfers_name(FileList(case.private / "transfers.json"))] if case.file.transfers else []
    return {stage: len(set(keys) - set(derived.present(case).get(stage, ())))
            for stage, keys in (("parse", parse), ("recognise", recognise), ("transfers", ledger))}  # fmt: skip


def now() -> datetime:
    """Return the time, in UTC: the journal's clock."""
    return datetime.now(UTC)


@contextmanager
def _engine(given: Engine | None, workers: int) -> Iterator[Engine]:
    """Give the engine to use; one that was made here is closed."""
    used = given or (Here() if workers == 1 else Local(workers or os.cpu_count() or 1))
    try:
        yield used
    finally:
        if given is None:
            used.close()
