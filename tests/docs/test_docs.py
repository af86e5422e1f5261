"""Pages say what is: the generated ones are as made, every command and table has its place, links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from muster.cli import COMMANDS
from muster.schema import TABLES

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_generated_pages_are_as_made() -> None:
    done = subprocess.run([sys.executable, ROOT / "docs/make.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), target


def test_every_command_and_table_is_documented() -> None:
    commands = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    tables = (ROOT / "docs/tables.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"## muster {name}\n" not in commands] == []
    assert [name for name in TABLES if f"## {name}\n" not in tables] == []


def test_no_page_names_a_package_index() -> None:
    names = re.compile("py" + r"pi\.org|files\.pythonhosted|npm" + r"js\.org|deb\.debian")
    files = [p for p in ROOT.rglob("*") if p.is_file() and not {".git", ".venv"} & set(p.relative_to(ROOT).parts)]
    kept = [p for p in files if not any(part.startswith(".") and part.endswith("_cache") for part in p.parts)]
    assert [str(p) for p in kept if names.search(p.read_bytes().decode("utf-8", "replace"))] == []
