"""Starting a case: files and an article in, `case.toml` out, so that nobody has to write TOML by hand."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from muster.case import ArticleEntry, CaseFile, Header, SourceEntry, case_text
from muster.claims import article
from muster.derived import write_whole
from muster.errors import CaseError
from muster.model import Page
from muster.profiles import find, known, load
from muster.sources import Limits, find_files, read, shards

LOOK_AT = 40
"""Captures of each source that are looked at to find its profile."""


@dataclass(frozen=True, slots=True)
class Made:
    """A case that was started: its folder, its file, and for each source what was found."""

    root: Path
    file: CaseFile
    told: tuple[str, ...]


def make_case(
    root: Path,
    *,
    title: str,
    articles: Sequence[tuple[Path, date | None]],
    sources: Sequence[Path],
    captured: date | None = None,
) -> Made:
    """Write a case file for an article and files; nothing is copied, paths are written relative to the case.

    articles: paths with their dates of publication, None to find it in the text.
    captured: last resort for the time of capture of every source.
    Raises `CaseError` when there is a case already, `SourceError` or `ClaimError` for files that cannot be read.
    """
    if (root / "case.toml").exists():
        raise CaseError(
            "there is a case here already", where=str(root / "case.toml"), found="a case file",
            do="edit it, or name another folder",
        )  # fmt: skip
    told: list[str] = []
    entries = tuple(_source(path, root, captured, told) for path in sources)
    texts = tuple(_article(path, published, root, told) for path, published in articles)
    file = CaseFile(case=Header(title=title), source=entries, article=texts)
    root.mkdir(parents=True, exist_ok=True)
    write_whole(root / "case.toml", case_text(file).encode())
    return Made(root, file, tuple(told))


def _source(path: Path, root: Path, captured: date | None, told: list[str]) -> SourceEntry:
    limits = Limits()
    found, issues = find_files(path.name, path, limits)
    profiles = [load(name) for name in known()]
    names: Counter[str] = Counter()
    unknown = 0
    pages = (
        page for shard in shards(found, limits) for page in read(shard, captured, limits) if isinstance(page, Page)
    )
    for page in islice(pages, LOOK_AT):
        profile = find(page, profiles)
        if profile is None:
            unknown += 1
        else:
            names[profile.name] += 1
    told.append(
        f"{path}: {len(found):,} files; {_said(names, unknown)}" + (f"; {len(issues)} issues" if issues else "")
    )
    only = next(iter(names)) if len(names) == 1 and not unknown else None
    return SourceEntry(path=_relative(path, root), profile=only, captured=captured)


def _said(names: Counter[str], unknown: int) -> str:
    if not names:
        return "no profile knows these pages: docs/profiles.md says how to add a market"
    many = ", ".join(f"{name} ({n})" for name, n in names.most_common())
    return f"profile {many}" + (f", {unknown} pages of no known market" if unknown else "")


def _article(path: Path, published: date | None, root: Path, told: list[str]) -> ArticleEntry:
    if not path.is_file():
        raise CaseError("the article is not there", where=str(path), found="nothing", do="mend the path")
    text = article(path.read_bytes(), name=path.name, published=published)
    day = f"published {text.published}" if text.published else "no date: give one with --published"
    told.append(f"{path}: {text.language or 'language unknown'}, {day}")
    return ArticleEntry(path=_relative(path, root), published=text.published, language=text.language)


def _relative(path: Path, root: Path) -> str:
    return Path(os.path.relpath(path.resolve(), root.resolve())).as_posix()
