"""Make the generated pages of docs/ anew: tables.md from the schemas, commands.md from the commands' own help.

`python docs/make.py --check` only says whether they are as they should be.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from muster.cli import COMMANDS, muster
from muster.schema import TABLES

DOCS = Path(__file__).resolve().parent


def tables() -> str:
    """Return the page of all tables."""
    lines = [
        "# Tables", "",
        "Made from `src/muster/schema.py` by `make docs`. `muster query CASE SQL` asks them; money is decimal,",
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
        lines += [f"## muster {name}", "", "```text", help_text, "```", ""]
    return "\n".join(lines)


def _type(arrow: str) -> str:
    return "list of structs" if arrow.startswith(("list<item: struct", "list<element: struct")) else arrow


PAGES = {"tables.md": tables, "commands.md": commands}


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
