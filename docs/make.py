"""Make the generated pages of docs/ anew: tables.md from the schemas, commands.md from the commands' own help,
catalogue-counts.md from the catalogue.

`python docs/make.py --check` only says whether they are as they should be.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from muster.catalogue import load
from muster.cli import COMMANDS, muster
from muster.schema import TABLES

DOCS = Path(__file__).resolve().parent


def tables() -> str:
    """Return the page of all tables."""
    lines = [
        "# Tables", "",
        "Made from `src/muster/schema/` by `make docs`. `muster query CASE SQL` asks them; money is decimal,",
        "times are UTC.",
        "",
    ]  # fmt: skip
    for table in TABLES.values():
        lines += [f"## {table.name}", "", f"One row is {table.row_is}. Sorted by {', '.join(table.key)}.", "",
                  "| column | type | meaning |", "|---|---|---|"]  # fmt: skip
        lines += [f"| `{c.name}` | {_type(str(c.type))} | {c.meaning} |" for c in table.columns]
        lines.append("")
    return "\n".join(lines)


def commands() -> str:
    """Return the page of all commands."""
    lines = [
        "# Commands", "",
        "Made from the commands' own `--help` by `make docs`. Results go to stdout, talk to stderr, `-` is stdin.",
        "Exit 0: fine; 1: finished with issues under `--strict`; 2: wrong usage or input; 3: stopped.",
        "",
    ]  # fmt: skip
    for name in COMMANDS:
        with click.Context(muster, info_name="muster") as above:
            command = muster.get_command(above, name)
            assert command is not None
            help_text = command.get_help(click.Context(command, info_name=name, parent=above, max_content_width=100))
            parts = _parts(command, click.Context(command, info_name=name, parent=above))
        lines += [f"## muster {name}", "", "```text", help_text, "```", "", *parts]
    return "\n".join(lines)


def _parts(command: click.Command, above: click.Context) -> list[str]:
    """Return the help of the commands that a command is made of."""
    lines: list[str] = []
    for name, part in command.commands.items() if isinstance(command, click.Group) else ():
        context = click.Context(part, info_name=name, parent=above, max_content_width=100)
        lines += [f"### {context.command_path}", "", "```text", part.get_help(context), "```", ""]
    return lines


def counts() -> str:
    """Return the page that counts the catalogue."""
    catalogue = load()
    models = catalogue.models
    held = Counter(model.class_ for model in models)
    sources = Counter(model.source.split(" ")[0] for model in models)
    makers = {model.make for model in models if model.make}
    spellings = {alias for model in models for alias in (model.model, *model.names, *model.alone, *model.beside)}
    lines = [
        "# What the catalogue holds", "",
        "Made from `src/muster/catalogue/` by `make docs`; [the catalogue](catalogue.md) says how to add to it.", "",
        f"{len(models):,} models of {len(makers):,} makers, {len(spellings):,} spellings, "
        f"{len(catalogue.calibres):,} calibres,",
        f"{sum(len(one.names) for one in catalogue.lookalikes):,} names of look-alikes. "
        f"{sum(bool(model.calibres) for model in models):,} models have a calibre,",
        f"{sum(model.action is not None for model in models):,} an action.", "",
        "| class | kind | UN Register | models |", "|---|---|---|--:|",
        *(f"| {one.title} | `{one.kind}` | {one.unroca} | {held[one.name]:,} |" for one in catalogue.classes), "",
        "| source | what it is | models |", "|---|---|--:|",
        *(f"| `{one.name}` | {one.title} | {sources[one.name]:,} |" for one in catalogue.sources), "",
    ]  # fmt: skip
    return "\n".join(lines)


def _type(arrow: str) -> str:
    return "list of structs" if arrow.startswith(("list<item: struct", "list<element: struct")) else arrow


PAGES = {"tables.md": tables, "commands.md": commands, "catalogue-counts.md": counts}


def main() -> int:
    """Write the pages, or with --check say which differ."""
    stale = [name for name, page in PAGES.items() if not _same(DOCS / name, page())]
    if "--check" in sys.argv:
        print("\n".join(f"docs/{name} is not what `make docs` makes" for name in stale), file=sys.stderr)
        return 1 if stale else 0
    for name in stale:
        (DOCS / name).write_text(PAGES[name](), encoding="utf-8")
    return 0


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
