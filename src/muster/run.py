"""What a run has at hand, and the one way in which its stages leave tables: only what is not there yet is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from muster.case import Case
from muster.derived import folder, key, rooms_digest
from muster.engines import Engine, Lost, Task
from muster.model import Issue
from muster.profiles import Tokens
from muster.progress import Progress
from muster.store import labels, whole_folder, write_tables
from muster.tasks import Counts, issue_row, lost_issue

FLOOR = ("model.py", "declaration.py", "schema", "store", "tasks.py", "transcripts.py")
"""What every derived table depends on, whatever its stage."""


@dataclass
class Result:
    """What a run found: counts by table, verdicts by word, where the report lies, how much was done anew."""

    counts: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    done: int = 0
    kept: int = 0
    report: Path = Path()


@dataclass
class Run:
    """One run of a case: who does the work, what came of it so far, and which folders stand for the case at its end."""

    case: Case
    engine: Engine
    progress: Progress
    result: Result = field(default_factory=Result)
    present: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tokens = Tokens(self.case.token_key())

    def do(self, stage: str, tasks: dict[str, Task[Counts]], *, beside: bool = False) -> Counter[str]:
        """Run the tasks whose folders are not there yet, and count what all of them hold.

        beside: they are further ones of a stage that has some.
        """
        todo = [task for name, task in tasks.items() if not self.at(stage, name).is_dir()]
        self.result.done += len(todo)
        self.result.kept += len(tasks) - len(todo)
        lost: list[Issue] = []
        if todo:
            self.progress.start(stage, len(todo))
        for task, result in self.engine.run(todo, self.progress.step):
            if isinstance(result, Lost):
                lost.append(lost_issue(task))
        there = sorted(name for name in tasks if self.at(stage, name).is_dir())
        self.present[stage] = sorted({*self.present.get(stage, ()), *there}) if beside else there
        self.tell(f"{stage}-lost-beside" if beside else f"{stage}-lost", lost)
        counts: Counter[str] = Counter()
        for name in there:
            counts.update({table: label["rows"] for table, label in labels(self.at(stage, name)).items()})
        self.result.counts.update(counts)
        return counts

    def leave(self, stage: str, name: str, write: Callable[[Path], None]) -> None:
        """Make a stage's one folder unless it is there. write: fills the folder that it is given."""
        if self.at(stage, name).is_dir():
            self.result.kept += 1
        else:
            self.result.done += 1
            with whole_folder(self.at(stage, name)) as aside:
                write(aside)
        self.present[stage] = [name]

    def tell(self, stage: str, issues: list[Issue]) -> None:
        """Leave issues as a folder of their own, where there are any."""
        if not issues:
            return
        rows = [issue_row(issue, self.tokens) for issue in issues]
        name = key(stage, rooms_digest(*FLOOR), rows)
        if not self.at(stage, name).is_dir():
            write_tables(self.at(stage, name), {"issue": rows})
        self.present[stage] = [name]
        self.result.counts["issue"] += len(rows)

    def folders(self) -> list[Path]:
        """Return every folder that stands for the case so far, by stage."""
        return [self.at(stage, name) for stage, names in sorted(self.present.items()) for name in names]

    def at(self, stage: str, name: str) -> Path:
        """Return the place of a folder."""
        return folder(self.case, stage, name)
