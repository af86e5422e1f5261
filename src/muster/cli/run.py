"""`muster run CASE`"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal, NoReturn

import click
from tqdm import tqdm

from muster.case import open_case
from muster.cli.output import emit_json
from muster.engines import engine
from muster.pipeline import run_case
from muster.progress import Progress


@click.command("run")
@click.argument("case", type=click.Path(path_type=Path), default=Path())
@click.option("--workers", type=click.IntRange(0), default=0, help="Processes; 0 for one per core.")
@click.option("--engine", "name", type=click.Choice(["local", "spark"]), help="Who runs the work; else the case file.")
@click.option("--master", default="", help="Spark's master, such as local-cluster[2,1,1024] or spark://host:7077.")
@click.option("--who", default="muster", help="Whom the journal names for this run.")
@click.option("--strict", is_flag=True, help="Exit 1 when there are issues or contradicted claims.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def command(
    case: Path, workers: int, name: Literal["local", "spark"] | None, master: str, who: str, strict: bool, as_json: bool
) -> int:
    """Run a case: every stage, from its sources to its report.

    Only what changed since the last run is done again. A run that was stopped goes on where it was.

    Example:  muster run examples/bazaar
    """
    opened = open_case(case)
    bar: tqdm[NoReturn] | None = None

    def start(stage: str, steps: int) -> None:
        nonlocal bar
        if bar is not None:
            bar.close()
        bar = tqdm(total=steps, desc=stage, unit="shard", leave=False, disable=not sys.stderr.isatty())

    def step() -> None:
        if bar is not None:
            bar.update()

    def line(stage: str, text: str) -> None:
        if bar is not None:
            bar.clear()
        if not as_json:
            click.echo(f"{stage:<10} {text}")

    asked = opened.file.engine
    with engine(name or asked.name, workers=workers or asked.workers, master=master or asked.master,
                settings=asked.settings) as used:  # fmt: skip
        result = run_case(opened, engine=used, who=who, progress=Progress(line, start, step))
    if bar is not None:
        bar.close()
    if as_json:
        emit_json(
            {"counts": dict(result.counts), "verdicts": dict(result.verdicts), "report": str(result.report),
             "done": result.done, "kept": result.kept}
        )  # fmt: skip
    elif issues := result.counts["issue"]:
        click.echo(f"{issues:,} {'issue' if issues == 1 else 'issues'}: muster status {case}", err=True)
    troubled = result.counts["issue"] or result.verdicts["contradicted"]
    return 1 if strict and troubled else 0
